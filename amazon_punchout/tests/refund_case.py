"""Base of the tests of refunds."""
from .message_case import MessageCase


class RefundCase(MessageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.new_user('accountant', 'account.group_account_invoice')

    def billed(self, order, post=True):
        """Receive all that is expected, and bill it.

        :return: the bill, as the accountant
        """
        self.receive_goods(order)
        before = order.invoice_ids
        order.action_create_invoice()
        bill = (order.invoice_ids - before).with_user(self.accountant)
        bill.write({'invoice_date': '2026-03-06'})
        if post:
            bill.action_post()
        return bill

    def refund(self, record, number, amount, kind='money', quantity=0, **vals):
        """Record a refund, and return its credit."""
        action = self.record_refund(record, number, amount, kind, quantity, **vals)
        return self.env['account.move'].browse(action['res_id'])

    def dialog(self, record):
        return record.env['amazon.punchout.refund'].browse(record.action_amazon_refund()['res_id'])
