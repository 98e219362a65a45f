"""What the tests of the fold have in common: confirmations that come one after the other."""
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import BaseCase

from ...cxml import (
    ConfirmationItem,
    ConfirmationRequest,
    ConfirmationStatus,
    Header,
    Money,
    Notice,
    OrderedLine,
    OrderReference,
    Shipping,
    Tax,
    confirm,
)

A, B = '111-0000000-0000001', '111-0000000-0000002'
DAY = datetime(2026, 3, 2, 10, tzinfo=timezone.utc)


def usd(amount):
    return Money(Decimal(str(amount)), 'USD')


def said(kind, quantity, price=None, shipping=None, tax=None, **values):
    """A ConfirmationStatus."""
    return ConfirmationStatus(
        kind, Decimal(str(quantity)), unit_price=price is not None and usd(price) or None,
        shipping=shipping is not None and Shipping(usd(shipping)) or None,
        tax=tax is not None and Tax(usd(tax)) or None, **values)


def of_line(number, *statuses):
    return ConfirmationItem(number, sum((each.quantity for each in statuses), Decimal()), statuses)


class Confirmations:
    """Numbers notices as they arrive; each is an hour younger than the one before."""

    def __init__(self):
        self.notices = []

    def come(self, *items, kind='detail', confirm_id=A, by_hand=False, hours=None, total=None, shipping=None, tax=None,
             payload_id=None, **values):
        arrival = len(self.notices) + 1
        confirmation = ConfirmationRequest(
            payload_id=payload_id or f'p{arrival}',
            timestamp=None,
            header=Header(),
            order=OrderReference('P1'),
            type=kind,
            confirm_id=confirm_id,
            notice_date=DAY + timedelta(hours=arrival if hours is None else hours),
            items=items,
            total=total is not None and usd(total) or None,
            shipping=shipping is not None and Shipping(usd(shipping)) or None,
            tax=tax is not None and Tax(usd(tax)) or None,
            **values,
        )
        self.notices.append(Notice(confirmation, arrival, by_hand))
        return self


LINES = (OrderedLine(1, Decimal(2), Decimal('10.00'), Decimal('2.00'), Decimal('1.60')),
         OrderedLine(2, Decimal(3), Decimal('5.00'), Decimal('3.00'), Decimal('1.20')))


class LineOutcomesCase(BaseCase):

    def setUp(self):
        super().setUp()
        self.says = Confirmations()

    def fold(self, lines=LINES):
        return confirm(lines, self.says.notices)

    def assertLine(self, number, confirmation, accepted=0, rejected=0, backordered=0, price=None):
        line = self.fold().lines[number]
        self.assertEqual((line.confirmation, line.accepted, line.rejected, line.backordered),
                         (confirmation, accepted, rejected, backordered))
        if price is not None:
            self.assertEqual(line.price, Decimal(str(price)))
