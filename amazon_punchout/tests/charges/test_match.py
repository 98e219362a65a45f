"""Which of our orders a charge is about, and what was bought past the purchasing system."""
from decimal import Decimal
from random import Random

from odoo.tests import tagged

from ..charge_case import OTHER_ORDER, ChargeCase, charge, part
from ..cxml_builder import confirmation_xml, item


@tagged('post_install', '-at_install')
class TestMatch(ChargeCase):

    def test_our_order_number_and_line_number_find_the_order_line(self):
        order = self.order_at_amazon()
        line = order._amazon_item_lines()
        for number in ('1', f"{order.name}-1"):
            self.state(charge(lines=(part('111-1', '20.00', purchase_order_number=order.name, line_number=number),)))
            record = self.stated()
            self.assertEqual(
                (record.state, record.order_ids, record.line_ids.order_id, record.line_ids.purchase_line_id),
                ('matched', order, order, line))
            self.assertEqual(order.with_user(self.accountant).amazon_transaction_count, 1)
            record.unlink()

    def test_another_charge_of_the_same_number_at_amazon_is_of_the_same_order(self):
        order = self.order_at_amazon()
        self.state(charge('15.00', order='111-1', number=order.name))
        self.state(charge('5.00', order='111-1'))
        self.assertEqual(self.stated().mapped('order_ids'), order)
        self.assertEqual(set(self.stated().mapped('state')), {'matched'})

    def test_an_item_is_found_by_its_asin_and_of_two_alike_by_its_quantity(self):
        order = self.sent_order([
            item(asin='B1', price='10.00', quantity='2'), item(asin='B1', auxiliary_id='136-1,2', price='10.00')])
        self.state(charge(lines=(part('111-1', '20.00', purchase_order_number=order.name, asin='B1',
                                      quantity=Decimal(2)),)))
        self.assertEqual(self.stated().line_ids.purchase_line_id.product_qty, 2)

    def test_an_unknown_order_was_bought_outside(self):
        self.state(charge(buyer="Mia", lines=(part('111-9', '20.00', seller="Lamps Inc"),)))
        record = self.stated()
        self.assertEqual((record.state, record.outside_kind, record.buyer, record.seller),
                         ('outside', 'order', "Mia", "Lamps Inc"))

    def test_a_charge_without_an_order_is_a_fee(self):
        self.state(charge('14.99', order=None))
        self.assertEqual((self.stated().state, self.stated().outside_kind), ('outside', 'fee'))

    def test_a_number_of_another_company_is_not_ours(self):
        order = self.order_at_amazon()
        self.state(charge(number=order.name, account_group="Berlin"))
        self.assertEqual((self.stated().state, self.stated().order_ids.ids), ('outside', []))

    def test_an_order_of_another_group_of_the_company_is_ours(self):
        order = self.order_at_amazon()
        self.state(charge(number=order.name, account_group="US second"))
        self.assertEqual(self.stated().order_ids, order)

    def test_the_number_of_an_order_that_was_never_sent_proves_nothing(self):
        order = self.make_order()
        self.state(charge(number=order.name))
        self.assertEqual((self.stated().state, self.stated().attention), ('attention', 'never_sent'))
        self.stated().with_user(self.accountant).action_not_ours()
        self.assertEqual((self.stated().state, self.stated().outside_kind), ('outside', 'order'))

    def test_the_number_of_an_order_of_other_items_proves_nothing(self):
        order = self.order_at_amazon()
        self.state(charge(number=order.name, asin='B0OTHER'))
        self.assertEqual((self.stated().state, self.stated().attention), ('attention', 'items_differ'))
        self.assertIn(order.name, self.stated().problem)
        self.stated().with_user(self.accountant).action_retry()
        self.assertEqual(self.stated().attention, 'items_differ')

    def test_a_charge_that_is_only_partly_ours_needs_a_person(self):
        order = self.order_at_amazon()
        self.state(charge('30.00', lines=(
            part('111-1', '20.00', purchase_order_number=order.name), part(OTHER_ORDER, '10.00'))))
        record = self.stated()
        self.assertEqual((record.state, record.attention, record.order_ids), ('attention', 'part_outside', order))
        self.assertIn(OTHER_ORDER, record.problem)
        self.assertIn("Press Create Draft Bill", record.problem)

    def test_a_charge_is_looked_at_again_when_its_order_is_sent(self):
        order = self.make_order()
        order.with_user(order.amazon_requester_id).button_confirm()
        self.state(charge(number=order.name))
        self.assertEqual(self.stated().attention, 'never_sent')
        self.send()
        self.assertEqual((self.stated().state, self.stated().order_ids), ('matched', order))

    def test_a_charge_is_looked_at_again_when_a_confirmation_brings_amazons_number(self):
        order = self.order_at_amazon()
        self.state(charge(order='111-7777777-7777777'))
        self.assertEqual(self.stated().state, 'outside')
        self.deliver(confirmation_xml(order, kind='accept', confirm_id='111-7777777-7777777'))
        self.assertEqual((self.stated().state, self.stated().order_ids), ('matched', order))

    def test_of_several_numbers_of_an_order_each_finds_it(self):
        order = self.order_at_amazon()
        self.env.cr.execute("UPDATE purchase_order SET amazon_order_ref = %s WHERE id = %s", ['111-1, 111-2', order.id])
        order.invalidate_recordset()
        self.state(charge('5.00', order='111-2'), charge('6.00', order='111-1'))
        self.assertEqual(self.stated().mapped('order_ids'), order)

    def test_an_order_that_amazon_splits_into_hundreds_has_all_of_its_numbers(self):
        order, digits = self.order_at_amazon(), Random(1)
        numbers = [f'111-{digits.randrange(10**7):07}-{digits.randrange(10**7):07}' for _number in range(300)]
        self.deliver(confirmation_xml(order, kind='accept', confirm_id=', '.join(numbers)))
        self.assertEqual(order.amazon_state, 'confirmed')
        self.state(charge(order=numbers[200]))
        self.assertEqual(self.stated().order_ids, order)

    def test_a_booked_charge_keeps_its_state_when_it_is_looked_at_again(self):
        self.state(charge())
        self.stated().state = 'booked'
        self.stated()._match()
        self.assertEqual(self.stated().state, 'booked')
