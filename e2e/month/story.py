"""What a month needs besides chance, and what it must show: nothing of Odoo."""
import random
from dataclasses import replace
from datetime import date

from simulator.month.cases import CASES
from simulator.month.orders import GROUPS, as_json, invent

# Of each of these cases there is at least one; the others come by chance.
WANTED = ('half_shipped',)
SEED = 2


def first_day(today):
    """Return the first day of a month that has ended so long ago that all of its charges are known.

    :param date today: the day on which the test runs
    :rtype: date
    """
    month = today.year * 12 + today.month - 1 - 2
    return date(month // 12, month % 12 + 1, 1)


def orders(count):
    """Invent the orders of a month.

    :return: the groups that need a place in Odoo, and the orders, as JSON has them
    :rtype: tuple[list[dict], list[dict]]
    """
    invented = invent(count, random.Random(SEED), first_day(date.today()))
    for wanted in WANTED:
        place = next(place for place, order in enumerate(invented)
                     if not order.case and CASES[wanted].fits(order) and order.pays in CASES[wanted].pays)
        invented[place] = replace(invented[place], case=wanted)
    groups = [{'name': group.name, 'company': group.company, 'country': group.market.country, 'pays': group.pays}
              for group in GROUPS]
    return groups, [as_json(order) for order in invented]
