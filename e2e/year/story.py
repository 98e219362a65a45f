"""A year of orders in two companies and three currencies, and what Amazon does with them: nothing of Odoo."""
import random
from dataclasses import replace
from datetime import date

from simulator.month.cases import CASES
from simulator.month.generate import Month
from simulator.month.orders import GROUPS, as_json, invent

# It has a calendar year's end in the middle, and the ends of both companies' fiscal years.
FIRST = date(2025, 7, 1)
MONTHS = 12
SEED = 3
# What happens to the orders of each way of paying, in turn.
PLAYED = {
    'card': ('plain', 'partial_refund', 'gift_card', 'dearer', 'partly_cancelled', 'split_charges', 'full_refund',
             'promotion', 'cancelled', 'goodwill', 'plain'),
    'invoice': ('plain', 'partial_refund', 'dearer', 'split_charges', 'partly_cancelled', 'full_refund', 'promotion',
                'cancelled', 'plain'),
}
# What is bought outside in a month.
OUTSIDE = 2


def months():
    """List the first days of the months of the year.

    :rtype: list[date]
    """
    counted = (FIRST.month - 1 + number for number in range(MONTHS))
    return [date(FIRST.year + month // 12, month % 12 + 1, 1) for month in counted]


def orders(per_month):
    """Invent the orders of a year.

    :return: the groups that need a place in Odoo, and the orders, as JSON has them
    :rtype: tuple[list[dict], list[dict]]
    """
    chance, invented = random.Random(SEED), []
    turn = dict.fromkeys(PLAYED, 0)
    for first in months():
        for order in invent(per_month, chance, first):
            number, pays = f'Y{len(invented) + 1:05d}', order.pays
            if len(invented) < len(GROUPS):  # each group has an order
                order = invent(1, _Only(GROUPS[len(invented)], chance), first)[0]
                pays = order.pays
            case = PLAYED[pays][turn[pays] % len(PLAYED[pays])]
            turn[pays] += 1
            invented.append(replace(order, number=number, case=case if CASES[case].fits(order) else 'plain'))
    groups = [{'name': group.name, 'company': group.company, 'country': group.market.country, 'pays': group.pays}
              for group in GROUPS]
    return groups, [as_json(order) for order in invented]


class _Only(random.Random):
    """Chance that always chooses one group."""

    def __init__(self, group, chance):
        super().__init__(chance.random())
        self.group = group

    def choices(self, population, *args, **kwargs):
        return [self.group] if population is GROUPS else super().choices(population, *args, **kwargs)


class Year(Month):
    """What Amazon ships, charges, refunds and bills in a year, and what is bought outside each month."""

    def _buy_outside(self):
        groups = list(dict.fromkeys(order.group for order in self.orders))
        start = self.start
        for number, self.start in enumerate(months()):
            for each in range(OUTSIDE):
                group = groups[(number * OUTSIDE + each) % len(groups)]
                self.stage.outside += self._outside(group, '', number * 5 + each * 11)
        self.start = start


def kept(order):
    """Say what Amazon delivers of an order of which it cancels a part, or all; of the others it says nothing.

    :param dict order: as JSON has it
    :return: quantities by the number of the line, or None
    :rtype: dict[int, int] | None
    """
    if order['case'] == 'cancelled':
        return {}
    if order['case'] != 'partly_cancelled':
        return None
    first = order['lines'][0]
    alone = len(order['lines']) == 1
    return {int(first['number']): first['quantity'] // 2 if alone else first['quantity']}
