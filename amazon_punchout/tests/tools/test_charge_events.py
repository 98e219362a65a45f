"""What is the same charge, and what all statements about it say together."""
import datetime
import itertools
import json
from dataclasses import replace
from decimal import Decimal

from odoo.tests import BaseCase

from ...tools.charge_events import (
    API,
    REPORT,
    Relation,
    Version,
    combine,
    is_correction,
    line_total,
    relation,
    signature,
    to_json,
    totals_of_orders,
    transaction_from_json,
    version_from_json,
)
from ...transactions import CARD, CHARGE, GIFT_CARD, REFUND, Transaction, TransactionLine

MONDAY, TUESDAY = datetime.date(2026, 3, 2), datetime.date(2026, 3, 3)


def charge(amount='20.00', order='111-1', kind=CHARGE, **values):
    lines = values.pop('lines', None) or (TransactionLine(order_ref=order, total=Decimal(amount)),)
    return Transaction(kind=kind, amount=Decimal(amount), currency='USD', lines=lines, **values)


class TestChargeEvents(BaseCase):

    def test_a_charge_is_the_same_by_its_number_at_amazon_whatever_else_changed(self):
        before = charge(transaction_id='T1')
        self.assertEqual(relation(charge('25.00', transaction_id='T1'), before), Relation.SAME)
        self.assertEqual(relation(charge(transaction_id='T2'), before), Relation.DIFFERENT)

    def test_the_identifier_on_the_card_statement_tells_charges_apart(self):
        before = charge(charge_identifier='AMZ*1')
        self.assertEqual(relation(charge(charge_identifier='AMZ*1'), before), Relation.SAME)
        self.assertEqual(relation(charge(charge_identifier='AMZ*2'), before), Relation.DIFFERENT)
        self.assertEqual(relation(charge(charge_identifier='AMZ*1', kind=REFUND), before), Relation.DIFFERENT)

    def test_a_payment_reference_proves_no_second_charge(self):
        """Amazon states a settlement again under another one."""
        before = charge(payment_reference='P1', date=MONDAY)
        self.assertEqual(relation(charge(payment_reference='P1', date=TUESDAY), before, (MONDAY,)), Relation.SAME)
        self.assertEqual(relation(charge(payment_reference='P2', date=TUESDAY), before), Relation.UNSURE)

    def test_another_card_is_another_charge_and_what_is_not_stated_contradicts_nothing(self):
        before = charge(instrument=CARD, last_digits='1111')
        self.assertEqual(relation(charge(instrument=CARD, last_digits='2222'), before), Relation.DIFFERENT)
        self.assertEqual(relation(charge(instrument=GIFT_CARD), before), Relation.DIFFERENT)
        self.assertEqual(relation(charge(), before), Relation.ALIKE)

    def test_dates_are_compared_only_within_one_kind_of_report(self):
        before = charge(date=MONDAY)
        self.assertEqual(relation(charge(date=TUESDAY), before), Relation.ALIKE)
        self.assertEqual(relation(charge(date=TUESDAY), before, (MONDAY,)), Relation.UNSURE)

    def test_other_items_are_another_refund_of_the_same_amount(self):
        one = charge(kind=REFUND, lines=(TransactionLine(order_ref='111-1', asin='B1', total=Decimal(20)),))
        other = charge(kind=REFUND, lines=(TransactionLine(order_ref='111-1', asin='B2', total=Decimal(20)),))
        self.assertEqual(signature(one), signature(other))
        self.assertEqual(relation(one, other), Relation.DIFFERENT)

    def test_fees_without_an_order_are_told_apart_by_their_day_and_their_owner(self):
        fee = charge(order=None, date=MONDAY, account_group="East")
        april = datetime.date(2026, 4, 2)
        self.assertEqual(relation(replace(fee, date=april), fee), Relation.DIFFERENT)
        self.assertEqual(relation(replace(fee, date=TUESDAY), fee), Relation.ALIKE, "another source may be a day late")
        self.assertEqual(relation(replace(fee, date=TUESDAY), fee, (MONDAY,)), Relation.UNSURE)
        self.assertEqual(relation(replace(fee, account_group="West"), fee), Relation.DIFFERENT)

    def test_trailing_zeros_are_no_other_amount(self):
        self.assertEqual(signature(charge('20')), signature(charge('20.00')))

    def test_all_statements_together_say_the_same_in_any_order(self):
        items = (TransactionLine(order_ref='111-1', asin='B1', total=Decimal(20)),)
        versions = [
            Version(REPORT, 'transactions', charge(payment_reference='P1', date=MONDAY)),
            Version(REPORT, 'orders', charge(lines=items, date=MONDAY, buyer="Ann")),
            Version(API, 'reconciliation', charge(
                transaction_id='T1', charge_identifier='AMZ*1', instrument=CARD, date=TUESDAY)),
        ]
        results = {combine(list(order)) for order in itertools.permutations(versions)}
        self.assertEqual(len(results), 1)
        event = results.pop()
        self.assertEqual(
            (event.transaction_id, event.payment_reference, event.buyer, event.instrument, event.lines),
            ('T1', 'P1', "Ann", CARD, items))

    def test_items_that_do_not_add_up_stay_doubtful_until_a_source_states_others(self):
        """Whatever the order: a source without items knows the amount only."""
        one = (TransactionLine(order_ref='111-1', asin='B1', quantity=Decimal(1), total=Decimal(20)),)
        all_of_it = (replace(one[0], quantity=Decimal(2), title="Lamp"),)
        orders = Version(REPORT, 'orders', charge(lines=all_of_it, doubts=('items_differ',)))
        without_items = Version(REPORT, 'transactions', charge(date=TUESDAY))
        api = Version(API, 'reconciliation', charge(lines=one))
        for order in itertools.permutations((orders, without_items)):
            event = combine(list(order))
            self.assertEqual((event.doubts, event.lines), (('items_differ',), all_of_it))
        for order in itertools.permutations((orders, without_items, api)):
            event = combine(list(order))
            self.assertEqual((event.doubts, event.lines), ((), one))
        unsure = Version(REPORT, 'orders', charge(doubts=('maybe_restated',)))
        self.assertEqual(combine([unsure, without_items]).doubts, ())

    def test_what_is_settled_counts_more_than_what_was_authorized(self):
        versions = [
            Version(REPORT, 'orders', charge('18.00', date=MONDAY)),
            Version(API, 'reconciliation', charge('20.00', settled=False, date=TUESDAY)),
        ]
        for order in itertools.permutations(versions):
            event = combine(list(order))
            self.assertEqual((event.amount, event.settled), (Decimal('18.00'), True))

    def test_a_change_of_amount_is_a_correction_and_a_buyer_is_none(self):
        self.assertTrue(is_correction(charge(), charge('21.00')))
        self.assertTrue(is_correction(charge(settled=False), charge()))
        self.assertFalse(is_correction(charge(), charge(buyer="Ann")))

    def test_a_charge_of_two_orders_is_shared_by_its_lines(self):
        lines = (TransactionLine(order_ref='1', items=Decimal(5), tax=Decimal(1)),
                 TransactionLine(order_ref='2', total=Decimal(4)))
        self.assertEqual(totals_of_orders(charge('10.00', lines=lines)), {'1': Decimal(6), '2': Decimal(4)})
        self.assertEqual(line_total(lines[0]), 6)

    def test_a_statement_survives_being_stored(self):
        stated = charge(
            date=MONDAY, settled=False, rows=(2, 3), raw=({'Order ID': '111-1'},), lines=(
                TransactionLine(order_ref='111-1', quantity=Decimal('1.5'), tax_rate=Decimal('0.2'),
                                shipment_date=TUESDAY),))
        self.assertEqual(transaction_from_json(json.loads(json.dumps(to_json(stated)))), stated)
        version = Version(REPORT, 'orders', replace(stated), (7, 9))
        self.assertEqual(version_from_json(json.loads(json.dumps(to_json(version)))), version)
