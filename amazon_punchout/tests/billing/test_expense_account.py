"""The expense account of each line, chosen on the order and used on its bill."""
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..account_case import AccountCase
from ..cxml_builder import header_credit_xml, invoice_line, invoice_xml


@tagged('post_install', '-at_install')
class TestExpenseAccount(AccountCase):

    def setUp(self):
        super().setUp()
        self.order = self.two_items(shipping='4.00', tax='3.00')
        self.pen, self.desk = self.items(self.order)
        self.distribution = {str(self.lab.id): 100.0}

    def fill(self, user=None):
        """Choose accounts for the lines, as a buyer."""
        order = self.order.with_user(user or self.buyer)
        pen, desk = self.items(order)
        order.write({'order_line': [
            Command.update(
                pen.id, {'expense_account_id': self.supplies.id, 'analytic_distribution': self.distribution}),
            Command.update(desk.id, {'expense_account_id': self.furniture.id}),
        ]})

    def approve(self):
        self.order.with_user(self.buyer).button_confirm()
        self.send()

    def accounts(self, bill):
        """Return the account of each line of a bill by Amazon line or kind of charge."""
        return {
            order_line.amazon_line_number or order_line.amazon_line_type or line.name: line.account_id
            for line in bill.invoice_line_ids for order_line in line.amazon_purchase_line_id or [line.purchase_line_id]}

    # === CHOOSING === #

    def test_a_buyer_chooses_account_and_distribution_until_the_order_is_approved(self):
        self.fill()
        self.assertEqual(
            (self.pen.expense_account_id, self.pen.analytic_distribution), (self.supplies, self.distribution))
        self.set_limit(1)
        self.order.with_user(self.buyer).button_confirm()
        self.assertEqual(self.order.state, 'to approve')
        self.pen.with_user(self.manager).expense_account_id = self.furniture
        self.order.with_user(self.manager).button_approve()
        for user in (self.buyer, self.manager, self.administrator):
            with self.assertRaisesRegex(UserError, "Order .* was approved or cancelled.*on the bill"):
                self.pen.with_user(user).write({'expense_account_id': self.supplies.id})
        self.pen.with_user(self.buyer).write({'expense_account_id': self.furniture.id})  # the same: nothing changes
        self.pen.with_user(self.buyer).analytic_distribution = self.distribution
        self.assertEqual(
            (self.pen.expense_account_id, self.pen.analytic_distribution), (self.furniture, self.distribution))

    def test_the_form_lets_a_buyer_choose_it(self):
        with Form(self.order.with_user(self.buyer)) as form, form.order_line.edit(0) as line:
            line.expense_account_id = self.supplies
        self.assertEqual(self.pen.expense_account_id, self.supplies)
        self.assertEqual(self.order.amount_total, 117)

    def test_only_expense_accounts_are_allowed(self):
        receivable = self.new_account("Customers", '120100', 'asset_receivable')
        equipment = self.new_account("Equipment", '150100', 'asset_fixed')
        company = self.env['res.company'].create({'name': "Elsewhere"})
        elsewhere = self.new_account("Elsewhere", '600900', company=company)
        for account in (receivable, elsewhere):
            with self.assertRaisesRegex(ValidationError, "not an expense account of .*“Pen”"), self.env.cr.savepoint():
                self.pen.with_user(self.manager).write({'expense_account_id': account.id})
                self.env.flush_all()
        self.pen.with_user(self.buyer).expense_account_id = equipment

    def test_goods_that_go_into_stock_keep_their_products_account(self):
        stored = self.env['product.product'].create({'name': "Blue pen", 'type': 'consu', 'is_storable': True})
        self.env['product.supplierinfo'].create({
            'partner_id': self.vendor.id, 'product_code': 'B00000PEN1', 'product_tmpl_id': stored.product_tmpl_id.id})
        self.group.item_policy = 'match'
        pen = self.items(self.two_items())[0]
        with self.assertRaisesRegex(ValidationError, "goes into stock as Blue pen"), self.env.cr.savepoint():
            pen.with_user(self.buyer).expense_account_id = self.supplies

    # === BILLS === #

    def test_create_bill_books_each_line_on_its_account_and_distribution(self):
        self.fill()
        self.approve()
        self.receive_goods(self.order)
        bill = self.create_bill(self.order)
        accounts = self.accounts(bill)
        self.assertEqual((accounts[1], accounts[2]), (self.supplies, self.furniture))
        self.assertEqual(bill.invoice_line_ids.account_id, self.supplies | self.furniture, "the charges go with them")
        self.assertEqual(bill.invoice_line_ids[0].analytic_distribution, self.distribution)
        self.assertEqual(bill.amount_total, 117)

    def test_without_the_items_shipping_and_tax_are_booked_on_the_accounts_of_their_products(self):
        self.group.charges_with_items = False
        self.group.shipping_product_id.property_account_expense_id = self.furniture
        self.group.tax_product_id.property_account_expense_id = self.supplies
        self.approve()
        self.receive_goods(self.order)
        accounts = self.accounts(self.create_bill(self.order))
        self.assertEqual((accounts['shipping'], accounts['tax']), (self.furniture, self.supplies))

    def test_without_a_choice_the_products_account_counts(self):
        self.group.product_id.property_account_expense_id = self.furniture
        self.approve()
        self.receive_goods(self.order)
        self.assertEqual(self.accounts(self.create_bill(self.order))[1], self.furniture)

    def test_an_account_that_was_archived_meanwhile_gives_way_to_the_products(self):
        self.fill()
        self.approve()
        self.receive_goods(self.order)
        self.supplies.active = False
        bill = self.create_bill(self.order)
        self.assertNotEqual(self.accounts(bill)[1], self.supplies)
        bill.invoice_date = '2026-03-06'
        bill.action_post()

    def test_auto_complete_brings_the_account_too(self):
        self.fill()
        self.approve()
        self.receive_goods(self.order)
        both = self.new_user('both', 'account.group_account_invoice,purchase.group_purchase_user')
        with Form(self.env['account.move'].with_user(both).with_context(default_move_type='in_invoice')) as form:
            form.partner_id = self.vendor
            form.purchase_vendor_bill_id = self.env['purchase.bill.union'].search([
                ('purchase_order_id', '=', self.order.id)])
        self.assertEqual(self.accounts(self.order.invoice_ids)[2], self.furniture)

    def test_amazons_invoice_is_booked_on_the_accounts_of_the_lines(self):
        self.fill()
        self.approve()
        document = self.deliver(invoice_xml(
            [(self.order, invoice_line(1, 5, '2.00'), invoice_line(2, 1, '100.00'))],
            subtotal='110.00', shipping='4.00', tax='3.00', discount='7.00', net='110.00'))
        self.assertEqual(document.state, 'processed', document.reason)
        bill = document.account_move_id
        accounts = self.accounts(bill)
        self.assertEqual((accounts[1], accounts[2]), (self.supplies, self.furniture))
        self.assertEqual(bill.invoice_line_ids.account_id, self.supplies | self.furniture, "the charges go with them")
        self.assertEqual(bill.invoice_line_ids[:2].mapped('price_subtotal'), [9.36, 93.64], "a discount lowers both")
        self.assertEqual(bill.invoice_line_ids[0].analytic_distribution, self.distribution)

    # === REFUNDS === #

    def test_a_refund_goes_back_to_the_account_of_the_bill(self):
        self.fill()
        self.approve()
        self.receive_goods(self.order)
        bill = self.create_bill(self.order)
        other = self.new_account("Put right by the accountant", '600300')
        bill.invoice_line_ids[0].account_id = other
        bill.invoice_date = '2026-03-06'
        bill.action_post()
        self.record_refund(bill.with_user(self.accountant), 1, 4.0)
        credit = bill.reversal_move_ids
        line = credit.invoice_line_ids.filtered(lambda line: line.amazon_purchase_line_id == self.pen)[:1]
        self.assertEqual((line.account_id, line.analytic_distribution), (other, self.distribution))

    def test_amazons_credit_of_a_sum_is_shared_out_to_the_accounts_of_the_bill(self):
        self.fill()
        self.approve()
        self.deliver(invoice_xml(
            [(self.order, invoice_line(1, 5, '2.00'), invoice_line(2, 1, '100.00'))], subtotal='110.00', net='110.00'))
        document = self.deliver(header_credit_xml(self.order, 'CR-1', '11.00', 'INV-1'))
        self.assertEqual(
            [(line.account_id, line.price_subtotal) for line in document.account_move_id.invoice_line_ids],
            [(self.supplies, 1), (self.furniture, 10)])
