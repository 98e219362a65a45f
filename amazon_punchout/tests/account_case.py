"""Base of the tests of products, accounts and mandatory fields."""
from odoo.fields import Command

from .cxml_builder import item
from .message_case import MessageCase

PEN, DESK = '44121704', '56101703'


class AccountCase(MessageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplies = cls.new_account("Office supplies", '600100')
        cls.furniture = cls.new_account("Furniture", '600200')
        plan = cls.env['account.analytic.plan'].create({'name': "Departments"})
        cls.sales, cls.lab = cls.env['account.analytic.account'].create(
            [{'name': name, 'plan_id': plan.id} for name in ("Sales", "Laboratory")])
        cls.pens = cls.env['product.product'].create({'name': "Pens", 'type': 'consu'})
        cls.accountant = cls.new_user('accountant', 'account.group_account_invoice')

    @classmethod
    def new_account(cls, name, code, account_type='expense', company=None):
        company = company or cls.company
        return cls.env['account.account'].with_company(company).create({
            'name': name, 'code': code, 'account_type': account_type, 'company_ids': [Command.set(company.ids)]})

    def map_category(self, prefix, **vals):
        """Create a mapping as the Amazon administrator."""
        return self.env['amazon.punchout.unspsc'].with_user(self.administrator).create({'prefix': prefix, **vals})

    def two_items(self, **cart):
        """Make a draft order of a pen and a desk."""
        return self.make_order([
            item(asin='B00000PEN1', title="Pen", price='2.00', quantity='5', unspsc=PEN, auxiliary_id='136-1,1'),
            item(asin='B000DESK01', title="Desk", price='100.00', unspsc=DESK, auxiliary_id='136-1,2'),
        ], **cart)

    def items(self, order):
        return order.order_line.filtered(lambda line: line.amazon_line_type == 'item')

    def create_bill(self, order):
        before = order.invoice_ids
        order.with_user(self.accountant).action_create_invoice()
        return order.invoice_ids - before

    def notes(self, order):
        return " ".join(order.message_ids.mapped('body'))
