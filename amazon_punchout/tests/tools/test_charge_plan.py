"""Which of the charges that are known a statement is about, and whether an alike one is another charge."""
import datetime
from decimal import Decimal

from odoo.tests import BaseCase

from ...tools.charge_events import Relation
from ...tools.charge_plan import KNOWN, NEW, Event, Pool, first, foot
from ...transactions import CHARGE, REFUND, Transaction, TransactionLine

DAYS = [datetime.date(2026, 3, day) for day in range(2, 8)]
ORDER = '111-1'
OURS, THEIRS = 1, 2


def charge(amount='20.00', order=ORDER, kind=CHARGE, day=0, **values):
    lines = (TransactionLine(order_ref=order, total=Decimal(amount), asin=values.pop('asin', None)),)
    return Transaction(
        kind=kind, amount=Decimal(amount), currency='USD', lines=lines, date=DAYS[day], **values)


class TestChargePlan(BaseCase):

    # === ANOTHER ONE, OR STATED AGAIN === #

    def footed(self, *known, total='100.00', stated=None, **values):
        """Foot a charge of 20.00, stated on the second day under another reference."""
        stated = stated or charge(day=1, payment_reference='P2')
        events = [each if isinstance(each, Event) else Event(each, **values) for each in known]
        return foot(stated, events, total and Decimal(total))

    def test_an_order_that_is_charged_in_full_has_no_further_charge(self):
        self.assertEqual(self.footed(charge(), total='20.00'), KNOWN)

    def test_an_order_that_is_charged_in_full_with_it_has_two(self):
        self.assertEqual(self.footed(charge(), total='40.00'), NEW)

    def test_that_an_order_has_room_for_it_proves_nothing(self):
        self.assertIsNone(self.footed(charge()))
        self.assertIsNone(self.footed(charge(), charge('30.00')))

    def test_what_exceeds_the_total_or_has_none_is_for_a_person(self):
        self.assertIsNone(self.footed(charge(), total='30.00'))
        self.assertIsNone(self.footed(charge(), total=None))
        self.assertIsNone(self.footed(charge(kind=REFUND), stated=charge(kind=REFUND, day=1), total='40.00'))

    def test_a_settlement_is_stated_again_within_three_days(self):
        for day, outcome in ((3, None), (4, NEW)):
            self.assertEqual(self.footed(charge(), stated=charge(day=day, payment_reference='P2')), outcome)
        self.assertIsNone(self.footed(charge(), stated=charge(day=4, payment_reference='P2'), total='30.00'))

    def test_all_days_on_which_an_alike_charge_was_stated_count(self):
        late = charge(day=5, payment_reference='P2')
        self.assertEqual(self.footed(charge(), stated=late), NEW)
        self.assertIsNone(self.footed(charge(), stated=late, dates=frozenset([('orders', DAYS[2])])))
        self.assertIsNone(self.footed(charge(), Event(charge(day=4), is_doubtful=True), stated=late))
        self.assertEqual(self.footed(charge(), charge('30.00', day=4), stated=late), NEW)

    def test_an_order_that_is_charged_in_full_with_all_that_wait_has_all_of_them(self):
        waiting = Event(charge(day=1, payment_reference='P3'), is_doubtful=True, is_waiting=True)
        dismissed = Event(charge(day=1, payment_reference='P3'), is_doubtful=True)
        self.assertEqual(self.footed(charge(), waiting, total='60.00'), NEW)
        self.assertIsNone(self.footed(charge(), dismissed, total='60.00'))

    # === WHATEVER THE COMPANY === #

    def found(self, stated, known, company_id=OURS, **values):
        pool = Pool('orders', [Event(known, **{'company_id': THEIRS, **values})])
        return [each for each, _event in pool.find(stated, company_id)]

    def test_amazons_numbers_are_the_same_in_all_companies(self):
        for is_foreign in (False, True):
            for order, values in ((ORDER, {}), (None, {'transaction_id': 'T1'}), (ORDER, {'charge_identifier': 'A1'})):
                stated = charge(order=order, **values)
                found = self.found(stated, stated, is_foreign=is_foreign)
                self.assertEqual(found, [Relation.SAME if values else Relation.ALIKE])
            self.assertEqual(self.found(charge(), charge(), company_id=0, is_foreign=is_foreign), [Relation.ALIKE])

    def test_fees_of_two_companies_are_two_unless_they_have_one_name(self):
        for values in ({}, {'charge_identifier': 'A1'}):
            fee = charge(order=None, **values)
            self.assertFalse(self.found(fee, fee))
            self.assertFalse(self.found(fee, fee, company_id=0, is_foreign=True))
        fee = charge(order=None, account_group="East")
        self.assertEqual(self.found(fee, fee), [Relation.ALIKE])
        self.assertFalse(self.found(fee, charge(order=None, account_group="West")))

    def test_a_charge_of_the_own_company_comes_first(self):
        events = [Event(charge(), company_id=THEIRS, is_foreign=True), Event(charge(), company_id=THEIRS),
                  Event(charge(), company_id=OURS)]
        found = Pool('orders', events).find(charge(), OURS)
        self.assertEqual([event for _each, event in found], events[::-1])
        self.assertIs(first(found, Relation.ALIKE), events[2])
