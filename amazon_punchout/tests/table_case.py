"""The tables of docs/messages.md as tests: each row is one."""
import pathlib
import re

from .cxml_builder import confirmation_xml, item
from .message_case import MessageCase
from .order_case import PROBLEM

TABLE = pathlib.Path(__file__).resolve().parents[2] / 'docs' / 'messages.md'
ROW = re.compile(r'^\| ([A-Z]\d\d) \|', re.MULTILINE)


class TableCase(MessageCase):
    """Rows of the documentation, which a copy of the addon alone does not have."""

    rows = ''

    def assertRowsAreTested(self):
        """Check that every row whose letter is one of :attr:`rows` has a test here, and every test a row."""
        if not TABLE.exists():
            self.skipTest(
                "NOT TESTED: docs/messages.md is not beside this copy of the addon, so its rows were not compared")
        in_table = {row for row in ROW.findall(TABLE.read_text()) if row[0] in self.rows}
        tests = {name.split('_')[1] for name in dir(self) if re.match(r'test_[A-Z]\d\d_', name)}
        self.assertEqual(tests, in_table)

    def order(self, **cart):
        """Send an order of two lines, 2 × 10.00 and 3 × 5.00."""
        return self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2'),
        ], **cart)

    def confirm(self, order, *lines, **values):
        """Deliver a confirmation.

        :return: the document
        """
        return self.deliver(confirmation_xml(order, lines, **values), group=order.amazon_group_id)

    def mark(self, order):
        """Remember the present chatter and activities of an order."""
        self._messages, self._activities = order.message_ids, self.activities(order, PROBLEM)

    def news(self, order):
        """Find our messages since :meth:`mark`, without core's notes of changed quantities and states."""
        order.invalidate_recordset()
        return (order.message_ids - self._messages).filtered(
            lambda message: message.body and not message.tracking_value_ids and 'Ordered Quantity' not in message.body
            and 'The ordered quantity has been updated' not in message.body)

    def notified(self, order):
        """Find the users of the activities since :meth:`mark`."""
        return (self.activities(order, PROBLEM) - self._activities).user_id

    def document_notified(self, document):
        """Find the users of the activities on a document."""
        return self.env['mail.activity'].search([
            ('res_model', '=', document._name), ('res_id', '=', document.id)]).user_id

    def assertLine(self, order, number, confirmation, quantity, price):
        line = self.line(order, number)
        self.assertEqual((line.amazon_confirmation, line.product_qty, line.price_unit), (confirmation, quantity, price))

    def assertOrder(self, order, amazon_state, total):
        self.assertEqual((order.amazon_state, order.amount_total), (amazon_state, total))
