"""Odoo's ways of matching bills with orders leave Amazon orders alone, whose lines share one product."""
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..bill_case import BillCase
from ..cxml_builder import invoice_line


@tagged('post_install', '-at_install')
class TestInvoiceMatching(BillCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.new_user('clerk', 'account.group_account_invoice,purchase.group_purchase_user')

    def setUp(self):
        super().setUp()
        self.po = self.two_lines(shipping='4.00')

    def typed_bill(self, *prices, partner=None):
        """Create a bill manually, with the product that all Amazon items have."""
        return self.env['account.move'].with_user(self.biller).create({
            'move_type': 'in_invoice', 'partner_id': (partner or self.vendor).id, 'ref': "On paper",
            'invoice_line_ids': [Command.create({
                'name': f"Line {price}", 'product_id': self.group.product_id.id, 'quantity': 1, 'price_unit': price,
                'tax_ids': [Command.clear()]}) for price in prices]})

    def matches(self, order_lines=(), bill_lines=(), user=None):
        """Return what a user has selected in Bill Matching."""
        self.env.flush_all()
        return self.env['purchase.bill.line.match'].with_user(user or self.clerk).browse(
            [line.id for line in order_lines] + [-line.id for line in bill_lines])

    # === BILL MATCHING === #

    def test_bill_lines_are_not_spread_over_the_order_by_product(self):
        bill = self.typed_bill(20, 15)
        for user in (self.clerk, self.biller):
            with self.assertRaisesRegex(UserError, f"Select order {self.po.name} in the list .* press Create Bills"):
                self.matches(self.po.order_line, bill.invoice_line_ids, user).action_match_lines()
        self.assertEqual(len(bill.invoice_line_ids), 2)
        self.assertFalse(bill.invoice_line_ids.purchase_line_id)

    def test_a_bill_is_not_made_of_selected_order_lines(self):
        with self.assertRaisesRegex(UserError, "press Create Bills"):
            self.matches(self.line(self.po, 1)).action_match_lines()
        self.assertFalse(self.all_bills(self.po))

    def test_one_order_line_is_matched_with_what_bills_it(self):
        bill = self.typed_bill(5, 15)
        self.matches(self.line(self.po, 2), bill.invoice_line_ids).action_match_lines()
        lines = bill.invoice_line_ids
        self.assertEqual(len(lines), 2)
        self.assertEqual(
            (lines.purchase_line_id, lines.amazon_purchase_line_id), (self.line(self.po, 2), self.line(self.po, 2)))
        self.assertEqual(self.billed(self.po), {1: 0, 2: 2})

    def test_a_line_that_amazon_did_not_number_is_matched_by_the_user(self):
        self.invoice(self.po, invoice_line(1, 2, '10.00', line_number=9), net='20.00')
        bill = self.move()
        self.matches(self.line(self.po, 1), bill.invoice_line_ids).action_match_lines()
        self.assertEqual(self.billed(self.po), {1: 2, 2: 0})

    def test_a_line_of_amazons_invoice_can_not_be_added_to_another_order(self):
        self.invoice(self.po, invoice_line(1, 2, '10.00', line_number=9), net='20.00')
        other = self.plain_order()
        matches = self.matches(other.order_line, self.move().invoice_line_ids)
        with self.assertRaisesRegex(UserError, "bills an Amazon order"):
            matches.action_match_lines()
        with self.assertRaisesRegex(UserError, "bills an Amazon order"):
            self.matches(bill_lines=self.move().invoice_line_ids).action_add_to_po()
        wizard = self.env['bill.to.po.wizard'].with_user(self.clerk).with_context(active_ids=matches.ids).create({
            'partner_id': self.vendor.id})
        for action in (wizard.action_add_to_po, wizard.action_add_downpayment):
            with self.assertRaisesRegex(UserError, "bills an Amazon order"):
                action()
        self.assertEqual(len(self.move().invoice_line_ids), 1)

    def test_typed_lines_are_not_added_to_an_amazon_order(self):
        bill = self.typed_bill(20)
        wizard = self.env['bill.to.po.wizard'].with_user(self.clerk).with_context(
            active_ids=self.matches(bill_lines=bill.invoice_line_ids).ids).create({'purchase_order_id': self.po.id})
        for action in (wizard.action_add_to_po, wizard.action_add_downpayment):
            with self.assertRaisesRegex(UserError, "cart from Amazon"):
                action()
        self.assertEqual(len(self.po.order_line), 3)

    def test_a_typed_credit_is_not_matched(self):
        credit = self.typed_bill(5)
        credit.action_switch_move_type()
        with self.assertRaisesRegex(UserError, "Record Amazon Refund"):
            self.matches(self.line(self.po, 1), credit.invoice_line_ids).action_match_lines()

    def test_refunds_of_money_are_not_offered_to_be_matched(self):
        self.invoice(self.po)
        self.invoice(self.po, invoice_line(1, -1, '10.00'), purpose='lineLevelCreditMemo', invoice_id='CR-1',
                     net='-10.00', original_invoice_id='INV-1')
        self.env.flush_all()
        self.assertFalse(self.env['purchase.bill.line.match'].search([('account_move_id', '=', self.move('CR-1').id)]))

    def plain_order(self):
        order = self.env['purchase.order'].create({
            'partner_id': self.vendor.id, 'order_line': [Command.create({
                'product_id': self.group.product_id.id, 'product_qty': 1, 'price_unit': 20})]})
        order.button_confirm()
        return order

    def test_plain_orders_of_the_same_vendor_are_matched_as_usual(self):
        order, bill = self.plain_order(), self.typed_bill(20)
        self.matches(order.order_line, bill.invoice_line_ids).action_match_lines()
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, order.order_line)
        self.assertFalse(bill.invoice_line_ids.amazon_purchase_line_id)

    # === AUTO-COMPLETE === #

    def auto_complete(self, order):
        form = Form(self.env['account.move'].with_user(self.clerk).with_context(default_move_type='in_invoice'))
        form.partner_id = self.vendor
        form.purchase_vendor_bill_id = self.env['purchase.bill.union'].with_user(self.clerk).browse(-order.id)
        return form

    def test_auto_complete_bills_each_line_of_the_order_as_create_bill_does(self):
        self.receive_goods(self.po)
        form = self.auto_complete(self.po)
        form.invoice_date = '2026-03-06'
        bill = form.save()
        self.assertEqual(self.numbers(bill), [(1, 2, 20, 0), (2, 3, 15, 0), (0, 1, 4, 0)])
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, self.po.order_line)

    def test_auto_complete_does_not_offer_an_order_that_amazon_has_billed(self):
        self.assertTrue(self.offered())
        self.invoice(self.po, shipping='4.00', net='39.00')
        self.assertFalse(self.offered())

    def offered(self):
        self.env.flush_all()
        return self.env['purchase.bill.union'].with_user(self.clerk).search([('purchase_order_id', '=', self.po.id)])

    # === ELECTRONIC DOCUMENTS === #

    def test_a_document_by_mail_keeps_its_lines(self):
        """Deliver a document whose lines core would replace by those of the order, which has the same total."""
        bill = self.typed_bill(24, 15)
        bill.invoice_origin = self.po.name
        for from_ocr in (False, True):
            bill._find_and_set_purchase_orders([self.po.name], self.vendor.id, 39, from_ocr=from_ocr)
            self.assertEqual(bill.invoice_line_ids.mapped('name'), ["Line 24", "Line 15"])
            self.assertFalse(bill.invoice_line_ids.purchase_line_id)
        self.assertIn("press Create Bills", self.said(bill))
        self.assertIn(self.po.name, self.said(bill))

    def test_a_document_by_mail_of_a_plain_order_is_matched_as_usual(self):
        order, bill = self.plain_order(), self.typed_bill(20)
        bill._find_and_set_purchase_orders([order.name], self.vendor.id, 20)
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, order.order_line)
