"""Bill by Shipment: the bills of a card month are its charges."""
import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..bill_case import BillCase
from ..cxml_builder import confirmation_xml, item, ship_notice_xml, status

NUMBER = '111-0000000-0000001'


@tagged('post_install', '-at_install')
class TestShipmentBills(BillCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.payment_method = 'card'

    def order(self, **cart):
        """Send an order of 2 × 10.00, 3 × 5.00 and 1 × 20.00, with shipping and tax at the items."""
        return self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1', shipping='3.00', tax='1.90'),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2', shipping='1.00', tax='1.43'),
            item(asin='B00TEST003', price='20.00', quantity='1', auxiliary_id='136-1,3', tax='1.90'),
        ], **cart)

    def confirm(self, order, number=NUMBER):
        self.deliver(confirmation_xml(
            order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status(quantity=1))],
            confirm_id=number, total='64.23'))

    def ship(self, order, *lines, shipment_id='SHIP1', day='02', **values):
        self.deliver(ship_notice_xml(
            order, lines, shipment_id=shipment_id, shipment_date=f'2026-03-{day}T09:00:00Z', **values))

    def three_shipments(self, **cart):
        """Send an order that Amazon confirms and ships in three parts."""
        order = self.order(**cart)
        self.confirm(order)
        self.ship(order, (1, 2))
        self.ship(order, (2, 2), shipment_id='SHIP2', day='03')
        self.ship(order, (2, 1), (3, 1), shipment_id='SHIP3', day='05')
        return order

    def dialog(self, orders, user=None):
        orders = orders.with_user(user or self.biller)
        return orders.env['amazon.punchout.shipment.bill'].browse(orders.action_amazon_bill_shipments()['res_id'])

    def bill(self, orders, user=None, chosen=None):
        """Press Bill by Shipment, then Create Bills.

        :param chosen: the identifiers of the shipments, if not all
        :return: the bills of each shipment identifier
        """
        dialog = self.dialog(orders, user)
        for line in dialog.line_ids:
            line.is_chosen = chosen is None or line.shipment_id.shipment_id in chosen
        expected = {line.shipment_id: line.amount for line in dialog.line_ids if line.is_chosen}
        before = orders.invoice_ids
        dialog.action_create_bills()
        bills = (orders.invoice_ids - before).sudo()
        self.assertEqual({bill.amazon_shipment_id: bill.amount_total for bill in bills}, expected)
        return {bill.amazon_shipment_id.shipment_id: bill for bill in bills}

    def create_bill(self, order):
        before = order.invoice_ids
        order.with_user(self.biller).action_create_invoice()
        return order.invoice_ids - before

    def totals(self, bills):
        return {shipment: bill.amount_total for shipment, bill in bills.items()}

    # === MUST SHOW 5 === #

    def test_an_order_in_three_shipments_is_three_bills_equal_to_the_charges(self):
        order = self.three_shipments()
        # What Amazon charges to the card: the goods of the shipment, and what it stated for them. Of 1.00 for shipping
        # and 1.43 of tax for three pieces, two bear 0.67 and 0.95, and the last one the rest.
        charges = {
            'SHIP1': 2 * 10.00 + 3.00 + 1.90,
            'SHIP2': 2 * 5.00 + 0.67 + 0.95,
            'SHIP3': 5.00 + 0.33 + 0.48 + 20.00 + 1.90,
        }
        bills = self.bill(order)
        self.assertEqual(self.totals(bills), {key: round(amount, 2) for key, amount in charges.items()})
        self.assertEqual(round(sum(self.totals(bills).values()), 2), order.amount_total)
        self.assertEqual(self.numbers(bills['SHIP1'])[:1], [(1, 2, 20, 0)])
        self.assertEqual(self.numbers(bills['SHIP3'])[:2], [(2, 1, 5, 0), (3, 1, 20, 0)])
        self.assertEqual(self.billed(order), {1: 2, 2: 3, 3: 1})
        for line_type in ('shipping', 'tax'):
            self.assertEqual(self.service_line(order, line_type).qty_invoiced, 1)
        self.receive_goods(order)
        self.assertEqual(order.invoice_status, 'invoiced')

    def test_each_bill_has_date_reference_memo_and_payment_method(self):
        card = self.env['account.journal'].create({'name': "Company card", 'type': 'credit', 'code': 'CARD'})
        self.group.journal_id = card
        bills = self.bill(self.three_shipments())
        self.assertEqual(
            {key: (bill.state, str(bill.invoice_date), bill.ref, bill.payment_reference, bill.amazon_order_ref)
             for key, bill in bills.items()},
            {key: ('draft', f'2026-03-{day}', f'{NUMBER} / {key}', NUMBER, NUMBER)
             for key, day in (('SHIP1', '02'), ('SHIP2', '03'), ('SHIP3', '05'))})
        for bill in bills.values():
            self.assertEqual(bill.preferred_payment_method_line_id.journal_id, card)
            self.assertEqual(bill.amazon_group_id, self.group)
            bill.action_post()
            self.assertFalse(bill.duplicated_ref_ids)

    def test_two_amazon_orders_each_have_their_number(self):
        order = self.order()
        for number, amount, lines in (
                ('111-1', '24.90', [(1, 2, status(quantity=2))]),
                ('111-2', '39.33', [(2, 3, status(quantity=3)), (3, 1, status(quantity=1))])):
            self.deliver(confirmation_xml(order, lines, confirm_id=number, total=amount))
        self.ship(order, (1, 2))
        self.ship(order, (2, 3), shipment_id='SHIP2')
        bills = self.bill(order)
        self.assertEqual({key: bill.payment_reference for key, bill in bills.items()},
                         {'SHIP1': '111-1', 'SHIP2': '111-2'})

    # === AMOUNTS === #

    def test_what_the_confirmation_states_for_an_item_counts(self):
        order = self.order()
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=2, shipping='1.00', tax='2.00')),
            (2, 3, status(quantity=3, shipping='2.00', tax='1.43')),
            (3, 1, status(quantity=1, shipping='0.50', tax='1.90'))], total='63.83'))
        self.assertEqual(order.amount_total, 63.83)
        self.ship(order, (1, 2))
        self.ship(order, (2, 3), (3, 1), shipment_id='SHIP2')
        self.assertEqual(self.totals(self.bill(order)), {'SHIP1': 23, 'SHIP2': 40.83})

    def test_without_amounts_at_the_items_shipping_and_tax_are_split_by_price(self):
        order = self.three_lines(shipping='5.50', tax='11.00')
        self.ship(order, (1, 2))
        self.ship(order, (2, 3), (3, 1), shipment_id='SHIP2')
        self.assertEqual(self.totals(self.bill(order)), {'SHIP1': 26, 'SHIP2': 45.5})

    def test_an_order_without_charges(self):
        order = self.three_lines()
        self.ship(order, (1, 1))
        self.ship(order, (1, 1), (2, 3), (3, 1), shipment_id='SHIP2')
        self.assertEqual(self.totals(self.bill(order)), {'SHIP1': 10, 'SHIP2': 45})

    def test_vat_is_on_each_bill_and_adds_up_to_the_cent(self):
        self.new_tax(19)
        order = self.sent_order([
            item(price='9.99', quantity='3', shipping='1.00', tax='5.88',
                 details=[('19', '5.69', 'subtotalTax'), ('19', '0.19', 'shippingTax')])])
        self.assertEqual(order.amount_total, 36.85)
        for number in (1, 2, 3):
            self.ship(order, (1, 1), shipment_id=f'SHIP{number}')
        bills = self.bill(order)
        # 9.99 + 0.33 + 1.96 each, the shipping of the second 0.34
        self.assertEqual(self.totals(bills), {'SHIP1': 12.28, 'SHIP2': 12.29, 'SHIP3': 12.28})
        self.assertEqual(
            round(sum(bill.amount_tax for bill in bills.values()), 2), order.amount_tax, "all of the VAT is claimed")

    def test_what_amazon_rejected_has_no_part_in_the_charges(self):
        order = self.order()
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status('reject', 1))], total='42.33'))
        self.ship(order, (1, 2))
        self.ship(order, (2, 3), shipment_id='SHIP2')
        self.assertEqual(self.totals(self.bill(order)), {'SHIP1': 24.9, 'SHIP2': 17.43})

    def test_charges_are_booked_with_the_items_of_the_shipment(self):
        supplies, furniture = (self.env['account.account'].create({
            'name': name, 'code': code, 'account_type': 'expense'})
            for name, code in (("Supplies", '612345'), ("Furniture", '612346')))
        order = self.make_order([
            item(asin='B00TEST001', price='10.00', auxiliary_id='136-1,1', shipping='3.00', tax='1.00'),
            item(asin='B00TEST002', price='5.00', auxiliary_id='136-1,2', shipping='1.00', tax='0.50')])
        self.line(order, 1).expense_account_id = supplies
        self.line(order, 2).expense_account_id = furniture
        order.with_user(self.buyer).button_confirm()
        self.send()
        self.ship(order, (1, 1), (2, 1))
        self.assertEqual(
            [(line.account_id, line.price_subtotal) for line in self.bill(order)['SHIP1'].invoice_line_ids],
            [(supplies, 10), (furniture, 5), (supplies, 3), (furniture, 1), (supplies, 1), (furniture, 0.5)])
        self.assertEqual(self.service_line(order, 'shipping').qty_invoiced, 1)

    # === WHAT IS OFFERED === #

    def test_only_the_chosen_shipments_are_billed(self):
        order = self.three_shipments()
        self.assertEqual(self.totals(self.bill(order, chosen=['SHIP2'])), {'SHIP2': 11.62})
        self.assertEqual(self.dialog(order).line_ids.shipment_id.mapped('shipment_id'), ['SHIP1', 'SHIP3'])
        self.assertEqual(self.totals(self.bill(order)), {'SHIP1': 24.9, 'SHIP3': 27.71})

    def test_the_dialog_shows_the_amount_of_what_is_chosen(self):
        order = self.three_shipments()
        dialog = self.dialog(order)
        self.assertEqual(dialog.line_ids.mapped('amount'), [24.9, 11.62, 27.71])
        with Form(dialog) as form, form.line_ids.edit(1) as line:
            line.is_chosen = False
        # Now the third is billed first: its piece bears 0.33 and 0.48.
        self.assertEqual(dialog.line_ids.mapped('amount'), [24.9, 11.62, 27.71])

    def test_a_shipment_is_billed_once(self):
        order = self.three_shipments()
        dialog, other = self.dialog(order), self.dialog(order)
        dialog.action_create_bills()
        with self.assertRaisesRegex(UserError, "Shipment SHIP1 of order .* is already billed by"):
            other.action_create_bills()
        self.assertIn("The shipments of order", self.dialog(order).note)
        self.assertFalse(order.amazon_can_bill_shipments)
        bill = order.invoice_ids[0]
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            bill.copy().amazon_shipment_id = bill.amazon_shipment_id
            self.env.flush_all()

    def test_a_shipment_whose_bill_was_cancelled_is_billed_anew(self):
        order = self.three_shipments()
        self.bill(order)['SHIP1'].button_cancel()
        self.assertTrue(order.amazon_can_bill_shipments)
        self.assertEqual(self.totals(self.bill(order)), {'SHIP1': 24.9})

    def test_several_orders_give_several_bills(self):
        one, two = self.three_shipments(), self.order()
        self.confirm(two, '111-2')
        self.ship(two, shipment_id='WHOLE')
        none = self.order()
        orders = one | two | none
        dialog = self.dialog(orders)
        self.assertEqual(len(dialog.line_ids), 4)
        self.assertIn(
            f"Order {none.name} has no shipments. Select it in the list of purchase orders and press Create Bills",
            dialog.note)
        self.assertEqual(
            self.totals(self.bill(orders)), {'SHIP1': 24.9, 'SHIP2': 11.62, 'SHIP3': 27.71, 'WHOLE': 64.23})

    def test_orders_without_shipments_say_so(self):
        order = self.order()
        self.assertFalse(order.amazon_can_bill_shipments)
        dialog = self.dialog(order)
        self.assertFalse(dialog.line_ids)
        with self.assertRaisesRegex(UserError, "has no shipments"):
            dialog.action_create_bills()
        self.assertFalse(order.invoice_ids)

    def test_what_amazon_withdrew_is_not_offered(self):
        order = self.three_shipments()
        self.ship(order, (1, 2), operation='delete', notice_date='2026-03-09T10:00:00Z')
        self.assertEqual(self.dialog(order).line_ids.shipment_id.mapped('shipment_id'), ['SHIP2', 'SHIP3'])

    def test_what_amazon_withdrew_while_the_dialog_was_open_is_not_billed(self):
        order = self.three_shipments()
        dialog = self.dialog(order)
        self.ship(order, (1, 2), operation='delete', notice_date='2026-03-09T10:00:00Z')
        with self.assertRaisesRegex(UserError, "SHIP1 of order .* was withdrawn"):
            dialog.action_create_bills()
        self.assertFalse(order.invoice_ids)

    def test_a_shipment_of_the_whole_order_has_what_is_in_no_other(self):
        order = self.order()
        self.confirm(order)
        self.ship(order, shipment_id='WHOLE', day='01')
        self.ship(order, (1, 2), day='02')
        self.assertEqual(self.totals(self.bill(order)), {'SHIP1': 24.9, 'WHOLE': 39.33})

    # === BESIDE CREATE BILL === #

    def test_create_bill_bills_what_no_shipment_did(self):
        order = self.three_shipments()
        first = self.bill(order, chosen=['SHIP1'])['SHIP1']
        self.receive_goods(order)
        rest = self.create_bill(order)
        self.assertEqual((first.amount_total, rest.amount_total), (24.9, 39.33))
        self.assertEqual(self.service_line(order, 'shipping').qty_invoiced, 1)
        self.assertFalse(self.dialog(order).line_ids)

    def test_after_create_bill_only_what_is_left_is_billed(self):
        order = self.three_shipments()
        self.receive_goods(order, line1=2)
        first = self.create_bill(order)  # with all of shipping and tax
        self.assertEqual(first.amount_total, 29.23)
        dialog = self.dialog(order)
        dialog.action_create_bills()
        self.assertEqual(sum(order.invoice_ids.mapped('amount_total')), order.amount_total)

    # === RIGHTS === #

    def test_buyers_and_accountants_may_press_it(self):
        for user in (self.buyer, self.biller, self.manager):
            order = self.three_shipments()
            self.assertEqual(len(self.bill(order, user)), 3)

    def test_a_person_without_either_role_may_not(self):
        order = self.three_shipments()
        for user in (self.new_user('clerk', 'base.group_user'), self.new_user('store', 'stock.group_stock_user')):
            with self.assertRaises(AccessError):
                self.dialog(order, user)

    def test_nobody_links_a_bill_to_a_shipment_over_rpc(self):
        order = self.three_shipments()
        shipment = order.amazon_shipment_ids[0]
        bill = self.create_bill(self.order())
        bill.with_user(self.biller).write({'amazon_shipment_id': shipment.id})
        self.assertFalse(bill.amazon_shipment_id)
        made = self.env['account.move'].with_user(self.biller).create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'amazon_shipment_id': shipment.id,
            'amazon_order_ref': '111-9'})
        self.assertFalse(made.amazon_shipment_id or made.amazon_order_ref)
