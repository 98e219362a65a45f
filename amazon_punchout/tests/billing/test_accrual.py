"""Core's Accrued Expense entry of Amazon orders: what was received but not billed, and the other way round."""
from odoo import fields
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, item, status
from ..refund_case import RefundCase


@tagged('-at_install', 'post_install')
class TestAccrual(RefundCase):
    # 20.00, 15.00 and 20.00, 11.00 of shipping and 5.50 of estimated tax: a fifth and a tenth of the items.

    def setUp(self):
        super().setUp()
        self.po = self.sent_order([
            item(asin=f'B00TEST00{number}', title=title, price=price, quantity=quantity, auxiliary_id=f'136-1,{number}')
            for number, (title, price, quantity) in enumerate(
                [("Pens", '10.00', '2'), ("Ink", '5.00', '3'), ("Lamp", '20.00', '1')], 1)
        ], shipping='11.00', tax='5.50')
        self.accrual_account = self.env['account.account'].create(
            {'name': "Accrued", 'code': '209900', 'account_type': 'liability_current'})
        self.bookkeeper = self.new_user('bookkeeper', 'account.group_account_user')

    def accrued(self, date=None):
        """Return what an Accrued Expense entry books of the order, line by line, without what is nothing.

        :return: the amounts by Amazon line or kind of charge
        """
        self.env.invalidate_all()  # what the test has read, the bookkeeper may not
        wizard = self.env['account.accrued.orders.wizard'].with_user(self.bookkeeper).with_context(
            active_model='purchase.order', active_ids=self.po.ids,
        ).create({'account_id': self.accrual_account.id, 'date': date or fields.Date.today()})
        vals, _orders = wizard._compute_move_vals()
        names = {line.name[:17]: line.amazon_line_number or line.amazon_line_type for line in self.po.order_line}
        amounts = {}
        for _command, _id, line in vals['line_ids']:
            if line['account_id'] != self.accrual_account.id:
                name = line['name'].removeprefix(f"{self.po.name} - ").split(';')[0].removesuffix('...')
                amounts[names[name[:17]]] = round(line['debit'] - line['credit'], 2)
        return amounts

    def total(self, date=None):
        return round(sum(self.accrued(date).values()), 2)

    def bill(self, **quantities):
        """Receive some lines, or all, and bill them."""
        self.receive_goods(self.po, **quantities)
        before = self.po.invoice_ids
        self.po.action_create_invoice()
        bill = self.po.invoice_ids - before
        bill.invoice_date = fields.Date.today()
        bill.action_post()
        return bill.with_user(self.accountant)

    def test_nothing_is_accrued_of_what_is_neither_received_nor_billed(self):
        self.assertEqual(self.accrued(), {})

    def test_nothing_is_accrued_of_what_is_received_and_billed(self):
        self.bill()
        self.assertEqual(self.accrued(), {})

    def test_nothing_is_accrued_of_a_part_that_is_received_and_billed(self):
        self.bill(line1=2)
        self.assertEqual(self.accrued(), {})

    def test_received_goods_are_accrued_with_their_shipping_and_tax(self):
        self.receive_goods(self.po, line1=2)
        self.assertEqual(self.accrued(), {1: 20, 'shipping': 4, 'tax': 2})
        self.receive_goods(self.po)
        self.assertEqual(self.accrued(), {1: 20, 2: 15, 3: 20, 'shipping': 11, 'tax': 5.5})

    def test_goods_after_the_first_bill_are_accrued_alone(self):
        self.bill(line1=2)  # with all of the shipping and tax
        self.receive_goods(self.po)
        self.assertEqual(self.accrued(), {2: 15, 3: 20})

    def test_what_is_billed_before_it_arrives_is_deferred(self):
        self.po.action_create_invoice()
        bill = self.po.invoice_ids
        for line in bill.invoice_line_ids:
            line.quantity = line.purchase_line_id.product_qty
        bill.invoice_date = fields.Date.today()
        bill.action_post()
        self.assertEqual(self.accrued(), {1: -20, 2: -15, 3: -20, 'shipping': -11, 'tax': -5.5})
        self.receive_goods(self.po, line2=3, line3=1)
        self.assertEqual(self.accrued(), {1: -20, 'shipping': -4, 'tax': -2})

    def test_the_confirmation_says_which_goods_the_shipping_belongs_to(self):
        self.deliver(confirmation_xml(self.po, [
            (1, 2, status(quantity=2, shipping='11.00')), (2, 3, status(quantity=3, shipping='0.00')),
            (3, 1, status(quantity=1, shipping='0.00'))], total='71.50'))
        self.receive_goods(self.po, line1=2)
        self.assertEqual(self.accrued(), {1: 20, 'shipping': 11, 'tax': 2})

    def test_a_refund_in_money_changes_nothing(self):
        bill = self.bill()
        self.refund(bill, 1, 10).action_post()
        self.assertEqual(self.accrued(), {})

    def test_returned_goods_are_deferred_as_far_as_nothing_was_refunded(self):
        bill = self.bill()
        self.send_back(self.po, 1, 1)
        self.assertEqual(self.accrued(), {1: -10})
        credit = self.refund(bill, 1, 4.33)  # with its share of the tax
        self.assertEqual(self.accrued(), {1: -6})
        credit.button_cancel()
        self.refund(bill, 1, 11).action_post()
        self.assertEqual(self.accrued(), {})

    def test_goods_that_are_credited_before_they_leave_are_not_accrued(self):
        bill = self.bill()
        self.refund(bill, 1, 10, 'goods', 1).action_post()
        self.assertEqual(self.accrued(), {})
        self.send_back(self.po, 1, 1)
        self.assertEqual(self.accrued(), {})

    def test_the_day_counts(self):
        self.bill()
        self.assertEqual(self.accrued('2026-01-31'), {})
        bill = self.po.invoice_ids
        bill.button_draft()
        bill.invoice_date = fields.Date.add(fields.Date.today(), days=1)
        self.assertEqual(self.total('2026-01-31'), 0)

    def test_the_entry_is_posted(self):
        self.receive_goods(self.po, line1=2)
        wizard = self.env['account.accrued.orders.wizard'].with_context(
            active_model='purchase.order', active_ids=self.po.ids,
        ).create({'account_id': self.accrual_account.id, 'date': fields.Date.today()})
        moves = self.env['account.move'].search(wizard.create_entries()['domain'])
        self.assertEqual(moves.mapped('amount_total'), [26, 26])
        self.assertIn('posted', moves.mapped('state'))  # the other one reverses it tomorrow
