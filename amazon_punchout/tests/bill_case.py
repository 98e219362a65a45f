"""Base of the tests of Amazon's invoices."""
from .cxml_builder import invoice_line, invoice_xml, item
from .message_case import MessageCase
from .order_case import PROBLEM

ACTIVITY_TODO = 'mail.mail_activity_data_todo'


class BillCase(MessageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls.new_user('biller', 'account.group_account_invoice')

    def two_lines(self, **cart):
        """Make a sent order of 2 × 10.00 and 3 × 5.00."""
        return self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2'),
        ], **cart)

    def invoice(self, order, *lines, state='processed', **values):
        """Deliver an invoice of one order.

        :param lines: lines of :func:`invoice_line`; none for everything of :meth:`two_lines`
        :param str state: the expected state of the document
        :return: the document
        """
        if not lines:
            lines = (invoice_line(1, 2, '10.00'), invoice_line(2, 3, '5.00'))
            values.setdefault('subtotal', '35.00')
            values.setdefault('net', '35.00')
        document = self.deliver(invoice_xml([(order, *lines)], **values), group=order.amazon_group_id)
        self.assertEqual(document.state, state, document.reason)
        return document

    def move(self, invoice_id='INV-1'):
        """Find the bill or credit with an Amazon number, and check that there is one at most."""
        move = self.env['account.move'].search([('amazon_invoice_id', '=', invoice_id)])
        self.assertLessEqual(len(move), 1)
        return move

    def numbers(self, move):
        """Return Amazon line, quantity, net amount and tax of each line of a bill."""
        return [
            (line.amazon_purchase_line_id.amazon_line_number, line.quantity, line.price_subtotal,
             move.currency_id.round(line.price_total - line.price_subtotal))
            for line in move.invoice_line_ids]

    def amounts(self, move):
        return move.amount_untaxed, move.amount_tax, move.amount_total

    def billed(self, order):
        order.order_line.invalidate_recordset()
        return {line.amazon_line_number: line.qty_invoiced
                for line in order.order_line if line.amazon_line_type == 'item'}

    def said(self, record):
        """Return all messages in the chatter of a record."""
        return " ".join(record.message_ids.mapped('body'))

    def bill_activities(self, move, xml_id=PROBLEM):
        return self.activities(move, xml_id)

    def all_bills(self, order):
        return self.env['account.move.line'].search([('amazon_purchase_line_id.order_id', '=', order.id)]).move_id
