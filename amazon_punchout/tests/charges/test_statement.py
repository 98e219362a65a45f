"""A charge is one record, whatever states it, in whatever order, how often."""
import itertools
from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from ...transactions import GIFT_CARD, OTHER, Statement
from ..charge_case import (
    FRIDAY,
    MONDAY,
    ORDER,
    OTHER_ORDER,
    TUESDAY,
    ChargeCase,
    again,
    charge,
    cost,
    part,
    refund,
)


@tagged('post_install', '-at_install')
class TestStatement(ChargeCase):

    def assertAmounts(self, *amounts, **values):
        self.assertEqual(sorted(self.stated(**values).mapped('amount')), sorted(amounts))

    # === ONCE === #

    def test_all_that_amazon_states_has_its_place(self):
        stated = charge(
            '21.40', transaction_id='T1', charge_identifier='AMZ*1', payment_reference='P1', feed_date=TUESDAY,
            invoice_number='1XQX', statement_number='S1', instrument_text="Visa", company_name="ACME Inc",
            buyer="Mia", buyer_email="mia@example.com", marketplace='US', over_refund=False, raw=({'a': 'b'},),
            lines=(part(ORDER, '21.40', asin='B1', title="Lamp", seller="Lamps Inc", unspsc='39111500',
                        purchase_order_number='P00001', line_number='1', order_line_item_id='77',
                        quantity=Decimal(2), unit_price=Decimal(10), items=Decimal(20), tax=Decimal('1.40'),
                        tax_rate=Decimal('0.07'), shipment_id='SH1', shipment_date=MONDAY),))
        self.state(stated)
        record = self.stated()
        self.assertEqual(
            (record.transaction_ref, record.charge_identifier, record.payment_reference, record.feed_date,
             record.invoice_number, record.statement_number, record.instrument, record.instrument_text,
             record.last_digits, record.legal_entity, record.account_group, record.buyer, record.seller,
             record.amazon_order_ref, record.company_id, record.group_id, record.source),
            ('T1', 'AMZ*1', 'P1', TUESDAY, '1XQX', 'S1', 'card', "Visa", '1234', "ACME Inc", "Test group", "Mia",
             "Lamps Inc", ORDER, self.company, self.group, 'report'))
        line = record.line_ids
        self.assertEqual(
            (line.items, line.tax, line.shipping, line.total, line.quantity, line.tax_rate, line.stated_parts,
             line.shipment_id, line.shipment_date, line.unspsc),
            (20.0, 1.4, 0.0, 21.4, 2.0, 7.0, 'items,tax,total', 'SH1', MONDAY, '39111500'))
        self.assertIn('"a": "b"', record.raw)

    def test_the_same_report_twice_changes_nothing(self):
        statement = charge(), charge('5.00', order=OTHER_ORDER), refund('3.00')
        self.state(*statement)
        before = self.stated(), self.books(), self.stated().mapped('write_date')
        reading = self.state(*statement)
        self.assertEqual((self.stated(), self.books(), self.stated().mapped('write_date')), before)
        self.assertEqual(reading.counts, {'known': 3})

    def test_report_and_api_are_one_charge_in_any_order(self):
        """Twice each, too."""
        items = (part(ORDER, '20.00', asin='B1', title="Lamp"),)
        sources = [
            ((charge(payment_reference='P1'),), {'kind': 'transactions'}),
            ((charge(payment_reference='P1', lines=items, buyer="Mia"),), {'kind': 'orders'}),
            ((charge(transaction_id='T1', charge_identifier='AMZ*1', date=TUESDAY, lines=items),),
             {'kind': 'reconciliation', 'source': 'api'}),
        ]
        results = []
        for order in itertools.permutations(sources):
            for statement, options in (*order, *order):
                self.state(*statement, **options)
            record = self.stated()
            results.append((self.books(), record.buyer, record.payment_reference, record.line_ids.asin))
            self.assertEqual(len(record), 1)
            self.assertEqual(record.source, 'api')
            record.unlink()
        self.assertEqual(results, [results[0]] * len(results))

    def test_two_charges_of_one_amount_on_one_day_are_two(self):
        """Both times."""
        twice = charge(), charge()
        self.state(*twice)
        self.assertAmounts(20.0, 20.0)
        self.state(*twice)
        self.assertAmounts(20.0, 20.0)

    def test_two_charges_of_one_amount_are_two_by_their_numbers_and_the_report_knows_both(self):
        self.state(charge(transaction_id='T1'), charge(transaction_id='T2'), source='api', kind='reconciliation')
        self.state(charge(), charge())
        self.assertAmounts(20.0, 20.0)

    def test_a_card_and_a_gift_card_are_two_payments_of_one_order(self):
        self.state(charge('10.00'), charge('10.00', instrument=GIFT_CARD, last_digits=None))
        self.assertAmounts(10.0, 10.0)
        self.assertEqual(set(self.stated().mapped('instrument')), {'card', 'gift_card'})

    def test_a_charge_of_two_orders_is_one(self):
        both = charge('30.00', lines=(part(ORDER, '20.00'), part(OTHER_ORDER, '10.00')))
        self.state(both)
        self.state(both, kind='transactions')
        self.assertEqual(self.stated().amazon_order_ref, f"{ORDER}, {OTHER_ORDER}")

    def test_a_membership_fee_of_each_month_is_a_charge_of_its_own(self):
        self.state(charge('14.99', order=None), charge('14.99', order=None, date=MONDAY + timedelta(days=30)))
        self.state(charge('14.99', order=None))
        self.assertAmounts(14.99, 14.99)

    def test_refunds_of_one_amount_for_different_items_are_two(self):
        self.state(refund('5.00', asin='B1'))
        self.state(refund('5.00', asin='B2'))
        self.state(refund('5.00', asin='B1'))
        self.assertAmounts(5.0, 5.0)

    def test_refunds_of_one_day_in_one_report_are_counted_whatever_their_references(self):
        """Both times, and with a report that leaves the references out."""
        twice = refund('5.00', payment_reference='R1'), refund('5.00', payment_reference='R2')
        for statement in (twice, twice, (refund('5.00'), refund('5.00')), twice[1:]):
            self.state(*statement, kind='refunds')
            self.assertAmounts(5.0, 5.0)
        self.assertFalse(self.stated(state='attention'))

    def test_a_refund_that_is_stated_again_on_the_next_day_waits_for_a_person(self):
        self.state(refund('5.00', payment_reference='R1'), refund('5.00', payment_reference='R2', date=TUESDAY),
                   kind='refunds')
        self.assertEqual(self.stated().mapped('attention'), [False, 'alike'])

    # === STATED AGAIN === #

    def test_a_settlement_stated_again_is_one_charge_if_the_order_then_sums_to_its_total(self):
        for net_total, is_later, amounts in (
                ('20.00', True, [20.0]), ('20.00', False, [20.0]), ('40.00', True, [20.0, 20.0]),
                ('40.00', False, [20.0, 20.0])):
            with self.subTest(net_total=net_total, is_later=is_later):
                self.state(charge(payment_reference='P1'), orders=[cost(ORDER, net_total)])
                reading = self.state(
                    *(() if is_later else (charge(payment_reference='P1'),)),
                    charge(payment_reference='P2', date=TUESDAY), kind='transactions')
                self.assertAmounts(*amounts)
                self.assertFalse(reading.counts['unsure'])
                self.state(charge(payment_reference='P2', date=TUESDAY), kind='transactions')
                self.state(charge(payment_reference='P1'), kind='transactions')
                self.assertAmounts(*amounts)
                self.stated().unlink()
                self.env['amazon.punchout.reported.order'].search([]).unlink()

    def test_a_settlement_stated_again_waits_for_a_person_while_nothing_tells(self):
        self.state(charge(payment_reference='P1'))
        reading = self.state(charge(payment_reference='P2', date=TUESDAY))
        first, second = self.stated()
        self.assertEqual((first.attention, second.state, second.attention), (False, 'attention', 'alike'))
        self.assertEqual(reading.counts['unsure'], 1)
        self.assertTrue(second._awaits_decision())
        self.state(charge(payment_reference='P2', date=TUESDAY))
        self.assertEqual(len(self.stated()), 2)

    def test_the_total_of_the_order_decides_when_it_comes_later(self):
        for net_total, amounts in (('20.00', [20.0]), ('40.00', [20.0, 20.0])):
            with self.subTest(net_total=net_total):
                self.state(charge(payment_reference='P1'), kind='transactions')
                self.state(charge(payment_reference='P2', date=TUESDAY), kind='transactions')
                self.state(orders=[cost(ORDER, net_total)])
                self.assertAmounts(*amounts)
                self.assertFalse(self.stated(state='attention'))
                self.state(charge(payment_reference='P2', date=TUESDAY), kind='transactions')
                self.assertAmounts(*amounts)
                self.stated().unlink()
                self.env['amazon.punchout.reported.order'].search([]).unlink()

    def test_a_settlement_stated_again_of_an_order_that_is_charged_in_part_waits(self):
        """Until the order sums to its total, without it or with it."""
        first, second = charge(payment_reference='P1'), charge(payment_reference='P2', date=TUESDAY)
        for rest, amounts in (('80.00', [20.0, 80.0]), ('60.00', [20.0, 20.0, 60.0])):
            with self.subTest(rest=rest):
                self.state(first, orders=[cost(ORDER, '100.00')])
                reading = self.state(second)
                self.assertEqual(reading.counts['unsure'], 1)
                self.assertEqual(self.stated().mapped('attention'), [False, 'alike'])
                self.state(first, second, orders=[cost(ORDER, '100.00')])
                self.assertEqual(self.stated().mapped('attention'), [False, 'alike'])
                self.state(charge(rest, payment_reference='P3', date=FRIDAY), kind='transactions')
                self.assertAmounts(*amounts)
                self.assertFalse(self.stated(state='attention'))
                for _time in range(2):
                    self.state(first, second, orders=[cost(ORDER, '100.00')])
                    self.assertAmounts(*amounts)
                self.stated().unlink()
                self.env['amazon.punchout.reported.order'].search([]).unlink()

    def test_one_statement_may_add_a_buyer_and_the_total_that_makes_two_charges_one(self):
        self.state(charge(payment_reference='P1'))
        self.state(charge(payment_reference='P2', date=TUESDAY))
        self.assertEqual(self.stated().mapped('attention'), [False, 'alike'])
        self.state(charge(payment_reference='P2', date=TUESDAY, buyer="Mia"), orders=[cost(ORDER, '20.00')])
        self.assertEqual(self.stated().mapped('buyer'), ["Mia"])

    def test_an_alike_charge_is_another_one_if_too_many_days_are_between_them(self):
        self.state(charge(payment_reference='P1'), orders=[cost(ORDER, '100.00')])
        reading = self.state(charge(payment_reference='P2', date=FRIDAY))
        self.assertAmounts(20.0, 20.0)
        self.assertFalse(reading.counts['unsure'])

    def test_three_alike_charges_are_three_once_the_order_sums_with_all_of_them(self):
        self.state(charge(payment_reference='P1'), orders=[cost(ORDER, '60.00')])
        self.state(charge(payment_reference='P2', date=TUESDAY))
        self.assertEqual(self.stated().mapped('attention'), [False, 'alike'])
        self.state(charge(payment_reference='P3', date=TUESDAY + timedelta(days=1)))
        self.assertAmounts(20.0, 20.0, 20.0)
        self.assertFalse(self.stated(state='attention'))

    def test_what_waits_is_another_charge_once_the_api_gives_both_a_number(self):
        first, second = charge(payment_reference='P1'), charge(payment_reference='P2', date=TUESDAY)
        self.state(first)
        self.state(second)
        self.state(again(first, transaction_id='T1'), again(second, transaction_id='T2'),
                   source='api', kind='reconciliation')
        self.assertEqual(self.stated().mapped('attention'), [False, False])
        self.assertAmounts(20.0, 20.0)

    def test_a_person_decides_about_a_charge_stated_twice(self):
        self.state(charge(payment_reference='P1'))
        self.state(charge(payment_reference='P2', date=TUESDAY))
        second = self.stated()[1].with_user(self.accountant)
        second._dismiss("The same charge")
        self.assertEqual((second.state, second.dismissed_by_id), ('dismissed', self.accountant))
        self.state(charge(payment_reference='P2', date=TUESDAY))
        self.assertEqual(len(self.stated()), 2, "what was dismissed does not come again")
        self.state(charge(payment_reference='P3', date=FRIDAY))
        third = self.stated()[2]
        third.with_user(self.accountant).action_confirm()
        self.assertEqual(third.state, 'outside')

    # === CHANGES === #

    def test_a_charge_that_was_only_authorized_is_replaced_by_what_is_settled(self):
        """In any order."""
        pending, settled = charge('25.00', settled=False), charge('24.00', date=TUESDAY)
        for order in ((pending, settled), (settled, pending)):
            for stated in (*order, *order):
                self.state(stated, orders=[cost(ORDER, '24.00')])
            self.assertEqual(self.stated().mapped(lambda each: (each.amount, each.is_settled)), [(24.0, True)])
            self.stated().unlink()

    def test_a_part_that_is_still_authorized_stays(self):
        self.state(charge('15.00'), charge('10.00', settled=False), orders=[cost(ORDER, '25.00')])
        self.assertEqual(sorted(self.stated().mapped(lambda each: (each.amount, each.is_settled))),
                         [(10.0, False), (15.0, True)])

    def test_a_later_amount_corrects_what_is_not_posted(self):
        self.state(charge(transaction_id='T1', feed_date=MONDAY), source='api')
        self.state(charge('19.00', transaction_id='T1', feed_date=TUESDAY), source='api')
        self.assertAmounts(19.0)
        self.state(charge(transaction_id='T1', feed_date=MONDAY), source='api')
        self.assertAmounts(19.0)

    def test_a_charge_that_one_page_states_before_and_after_its_change_has_the_last_amount(self):
        before = charge(transaction_id='T1', feed_date=MONDAY)
        after = charge('19.00', transaction_id='T1', feed_date=TUESDAY)
        for page in ((before, after), (after, before)):
            for _time in range(2):
                self.state(*page, source='api')
                self.assertAmounts(19.0)
            self.stated().unlink()

    def test_what_is_posted_is_not_altered_and_both_sums_are_told(self):
        self.state(charge(transaction_id='T1', feed_date=MONDAY), source='api')
        record = self.stated()
        record.state = 'booked'
        self.patch(self.registry['amazon.punchout.transaction'], '_is_posted', lambda _self: True)
        for _time in range(2):
            self.state(charge('19.00', transaction_id='T1', feed_date=TUESDAY), source='api')
            self.assertEqual((record.amount, record.state, record.attention), (20.0, 'attention', 'changed'))
            self.assertIn('19.00', record.problem)
            self.assertIn('20.00', record.problem)
        record.with_user(self.accountant).action_done()
        self.assertEqual((record.state, record.problem), ('booked', False))
        self.state(charge('19.00', transaction_id='T1', feed_date=TUESDAY), source='api')
        self.assertEqual(record.state, 'booked')

    def test_what_is_posted_stays_booked_where_the_api_states_an_older_amount_before_it(self):
        self.state(charge('19.00', charge_identifier='AMZ*1'))
        record = self.stated()
        record.state = 'booked'
        self.patch(self.registry['amazon.punchout.transaction'], '_is_posted', lambda _self: True)
        same = {'transaction_id': 'T1', 'charge_identifier': 'AMZ*1'}
        for _time in range(2):
            self.state(charge(feed_date=MONDAY, **same), charge('19.00', feed_date=TUESDAY, **same), source='api')
            self.assertEqual((self.stated().amount, record.state, record.problem), (19.0, 'booked', False))

    def test_what_a_person_has_corrected_is_told_when_amazon_states_the_first_amount_again(self):
        wednesday = TUESDAY + timedelta(days=1)
        self.state(charge(transaction_id='T1', feed_date=MONDAY), source='api')
        record = self.stated()
        record.state = 'booked'
        self.patch(self.registry['amazon.punchout.transaction'], '_is_posted', lambda _self: True)
        self.state(charge('19.00', transaction_id='T1', feed_date=TUESDAY), source='api')
        record.with_user(self.accountant).action_done()
        self.state(charge(transaction_id='T1', feed_date=wednesday), source='api')
        self.assertEqual((record.state, record.attention), ('attention', 'changed'))

    def test_what_is_posted_for_two_orders_is_told_when_only_their_shares_change(self):
        def shared(*amounts, **values):
            lines = tuple(map(part, (ORDER, OTHER_ORDER), amounts))
            return charge('30.00', lines=lines, transaction_id='T1', **values)

        self.state(shared('20.00', '10.00'), source='api')
        record = self.stated()
        record.state = 'booked'
        self.patch(self.registry['amazon.punchout.transaction'], '_is_posted', lambda _self: True)
        self.state(shared('10.00', '20.00', feed_date=TUESDAY), source='api')
        self.assertEqual((record.state, record.attention), ('attention', 'changed'))
        self.state(shared('15.00', '15.00', feed_date=TUESDAY), source='api')
        self.assertEqual((record.state, record.attention), ('attention', 'changed'))
        self.state(shared('20.00', '10.00', feed_date=FRIDAY), source='api')
        self.assertEqual((record.state, record.attention), ('booked', False))

    def test_a_buyer_that_is_stated_later_is_added_to_what_is_posted(self):
        self.state(charge(transaction_id='T1'), source='api')
        self.patch(self.registry['amazon.punchout.transaction'], '_is_posted', lambda _self: True)
        self.stated().state = 'booked'
        self.state(charge(transaction_id='T1', buyer="Mia"), source='api')
        self.assertEqual((self.stated().buyer, self.stated().state), ("Mia", 'booked'))

    def test_a_contradiction_in_a_report_waits_for_a_person_until_another_source_knows(self):
        self.state(charge(doubts=('items_differ',)))
        record = self.stated()
        self.assertEqual((record.state, record.attention), ('attention', 'doubtful'))
        self.assertIn("items", record.problem)
        self.state(charge(transaction_id='T1'), source='api')
        self.assertEqual((record.state, record.attention), ('outside', False))

    def test_items_that_do_not_add_up_wait_for_a_person_although_another_report_confirms_the_amount(self):
        """In any order."""
        orders, transactions = charge(asin='B1', doubts=('items_differ',)), charge()
        for is_late in (False, True):
            for stated, kind in ((transactions, 'transactions'), (orders, 'orders'))[::1 if is_late else -1]:
                self.state(stated, kind=kind)
            record = self.stated()
            self.assertEqual((record.state, record.attention), ('attention', 'doubtful'))
            record.with_user(self.accountant).action_confirm()
            self.state(orders)
            self.assertEqual(record.state, 'outside')
            record.unlink()

    # === LIMITS === #

    def test_a_currency_or_an_amount_that_odoo_can_not_keep_stops_nothing_else(self):
        reading = self.state(charge(), charge(currency='XYZ', rows=(3,)), charge('10000000000000.00', rows=(4,)))
        self.assertAmounts(20.0)
        self.assertEqual(reading.counts['rejected'], 2)
        self.assertEqual(len([plan for plan in reading.rejected if plan.reason]), 2)

    def test_a_source_without_instrument_or_digits_knows_the_charge(self):
        self.state(charge())
        self.state(charge(instrument=OTHER, last_digits=None), kind='transactions')
        self.assertEqual(self.stated().mapped('instrument'), ['card'])

    def test_a_check_changes_nothing_and_says_what_the_import_does(self):
        statement = Statement(kind='orders', transactions=(
            charge(), charge(), charge(settled=False, order=OTHER_ORDER), charge(account_group="Unknown")))
        planned = self.charges._plan_statement(statement, 'report')
        self.assertFalse(self.stated())
        done = self.charges._import_statement(statement, 'report')
        self.assertEqual(planned.counts, done.counts)
        self.assertEqual(done.counts, {'new': 4, 'outside': 2, 'unsettled': 1, 'held': 1})
