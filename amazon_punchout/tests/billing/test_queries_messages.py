"""A confirmation and an invoice cost a fixed number of queries, whatever their length, and each is parsed once."""
from contextlib import contextmanager
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged

from ... import cxml
from ...cxml import parser
from ..bill_case import BillCase
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, status

# Most are core's: to post in the chatter, to move the receipt, and to make the bill. Five keep the messages of an order
# apart, with a savepoint for what can't be read.
LIMIT_OF_CONFIRMATION = 78
LIMIT_OF_INVOICE = 143
SIZES = (3, 30)


@tagged('post_install', '-at_install')
class TestQueriesOfMessages(BillCase):

    def order_of(self, lines):
        """Send an order, all of whose items cost the same.

        :return: the order as superuser
        """
        return self.sent_order([
            item(asin=f'B{number:09}', auxiliary_id=f'136-1,{number}', price='10.00', quantity='2', tax='1.00')
            for number in range(lines)], shipping='2.00', tax=f'{lines}.00')

    def confirmation_of(self, order, lines):
        confirmed = status(quantity=2, tax='1.00', confirm_id='111-0000000-0000001',
                           delivery_date='2026-03-05T12:00:00Z')
        return confirmation_xml(
            order, [(number, 2, confirmed) for number in range(1, lines + 1)], total=f'{21 * lines + 2}.00',
            shipping='2.00', tax=f'{lines}.00')

    def invoice_of(self, order, lines):
        return invoice_xml(
            [(order, *(invoice_line(number, 2, '10.00') for number in range(1, lines + 1)))],
            invoice_id=f'INV-{lines}', subtotal=f'{20 * lines}.00', shipping='2.00', tax=f'{lines}.00',
            net=f'{21 * lines + 2}.00')

    def cost_of(self, raw):
        """Process a message that was stored before.

        :return: the number of queries, and how often something was parsed
        :rtype: tuple[int, int]
        """
        document = self.env['amazon.punchout.document'].sudo()._store_message(self.group, cxml.read_request(raw), raw)
        self.begin_anew()
        before = self.env.cr.sql_log_count
        with self.counted_parsing() as parsed:
            document._process()
        self.env.flush_all()
        self.assertEqual(document.state, 'processed', document.reason)
        return self.env.cr.sql_log_count - before, len(parsed)

    @contextmanager
    def counted_parsing(self):
        parsed, parse_bytes = [], parser._parse_bytes

        def parse(raw):
            parsed.append(raw)
            return parse_bytes(raw)

        with patch.object(parser, '_parse_bytes', parse):
            yield parsed

    def costs(self, message_of):
        """Process a message about a short and about a long order, after one that warms what the registry keeps."""
        costs = [self.cost_of(message_of(self.order_of(lines), lines)) for lines in (2, *SIZES)][1:]
        self.assertEqual({parsed for _queries, parsed in costs}, {1})
        queries = [number for number, _parsed in costs]
        self.assertEqual(len(set(queries)), 1, f"it depends on the number of lines: {queries}")
        return queries[0]

    def test_a_confirmation_costs_a_fixed_number_of_queries(self):
        self.assertLessEqual(self.costs(self.confirmation_of), LIMIT_OF_CONFIRMATION)

    def test_a_confirmation_does_not_compute_its_row_of_reconciliation(self):
        """PostgreSQL plans that query for longer than it takes for all others of a confirmation together."""
        order = self.order_of(2)
        document = self.env['amazon.punchout.document'].sudo()._store_message(
            self.group, cxml.read_request(raw := self.confirmation_of(order, 2)), raw)
        noted, execute = [], Cursor.execute

        def note(cursor, query, *args, **kwargs):
            result = execute(cursor, query, *args, **kwargs)
            noted.append(cursor._obj.query.decode(errors='replace'))
            return result
        with patch.object(Cursor, 'execute', note):
            document._process()
        self.assertEqual(document.confirmed_total, order.amount_total)
        self.assertFalse([query for query in noted if 'account_partial_reconcile' in query])

    def test_an_invoice_costs_a_fixed_number_of_queries(self):
        self.assertLessEqual(self.costs(self.invoice_of), LIMIT_OF_INVOICE)
