"""What documents and carts take in the database, and how much of it is read at once."""
import base64
import hashlib
import json
import zlib
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo.modules.module import load_script
from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import SQL, sql

from ...tools.packed import is_packed, packed, unpacked
from ...tools.packed_words import DICTIONARIES, WORDS_1
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, ship_notice_xml, status
from ..lock_common import LockCase
from ..message_case import MessageCase

MIGRATION = Path(__file__).resolve().parents[2] / 'migrations' / '19.0.2.5.0' / 'post-size.py'
# A title, an address and identifiers as long as Amazon's.
LONG = {
    'title': "USB-C Hub 7-in-1 with 4K HDMI, 100 W Power Delivery, SD and microSD Card Reader, Two USB Ports, Black",
    'url': 'https://www.amazon.com/dp/B00TEST001', 'shipping': '1.20', 'tax': '1.60',
    'details': [('8.00', '1.60', 'subtotalTax'), ('0.00', '0.00', 'shippingTax')],
    'extrinsics': [
        ('category', 'OFFICE_PRODUCTS'), ('subCategory', 'OFFICE_SUPPLIES'), ('qualifiedOffer', 'true'),
        ('UPC', 'UPC-000024000001'), ('ean', '0000024000001'), ('preference', 'default')],
}

# Frozen: the dictionary, and a content that was compressed with it.
SUM_OF_WORDS_1 = '7b0c1de2a07e6c28a5d50a3284e305735d8de936589fe562222b32fae81a13ef'
WORDS_1_SAMPLE = bytes.fromhex('78bbfc83623bc3683682867a014ae30647')


def five_items():
    return [item(asin=f'B00TEST00{number}', auxiliary_id=f'136-0000000-0000001,{number}', **LONG)
            for number in range(1, 6)]


class SizeCase(MessageCase):

    def column(self, record, name):
        """Read a value as PostgreSQL has it, and how many bytes it takes there.

        :return: the value and its bytes
        :rtype: tuple[bytes, int]
        """
        self.env.flush_all()
        [(value, size)] = self.env.execute_query(SQL(
            "SELECT %(column)s, pg_column_size(%(column)s) FROM %(table)s WHERE id = %(id)s",
            column=SQL.identifier(name), table=SQL.identifier(record._table), id=record.id))
        return value if value is None else bytes(value), size

    def row_size(self, record):
        [(size,)] = self.env.execute_query(SQL(
            "SELECT pg_column_size(rows.*) FROM %s rows WHERE id = %s", SQL.identifier(record._table), record.id))
        return size

    @contextmanager
    def bodies_read(self):
        """Note of each query that reads contents how many it reads."""
        noted, execute = [], Cursor.execute

        def note(cursor, query, params=None, log_exceptions=True):
            result = execute(cursor, query, params, log_exceptions)
            text = query.code if isinstance(query, SQL) else query
            if text.startswith('SELECT') and '"amazon_punchout_document"."body"' in text.split(' FROM ')[0]:
                noted.append(cursor.rowcount)
            return result
        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(Cursor, 'execute', note):
            yield noted


@tagged('post_install', '-at_install')
class TestDocumentSize(SizeCase):

    def test_a_content_lies_compressed_and_readable_with_its_dictionary(self):
        order = self.sent_order(five_items())
        for document in order.amazon_document_ids | order.amazon_session_id.document_ids:
            with self.subTest(document.document_type):
                stored, size = self.column(document, 'body')
                content = base64.b64decode(document.body)
                self.assertEqual(zlib.decompressobj(zdict=WORDS_1).decompress(stored), content)
                self.assertEqual(document._get_body(), content)
                self.assertIn('<cXML', document.body_text)
                self.assertLess(size, 0.35 * len(content))
        sizes = {document.document_type: self.column(document, 'body')[1]
                 for document in order.amazon_document_ids | order.amazon_session_id.document_ids}
        self.assertLess(sizes['PunchOutOrderMessage'], 800)  # of 7,500 bytes
        self.assertLess(sizes['OrderRequest'], 1000)

    def test_a_changed_content_is_compressed_as_well(self):
        document = self.sent_order()._amazon_request()
        content = b'<cXML>' + b'x' * 1000 + b'</cXML>'
        document.body = base64.b64encode(content)
        stored, size = self.column(document, 'body')
        self.assertLess(size, 60)
        self.env.invalidate_all()
        self.assertEqual(document._get_body(), content)
        document.body = False
        self.assertEqual(self.column(document, 'body'), (None, None))
        self.assertEqual(document._get_body(), b'')

    def test_a_message_that_is_processed_leaves_the_contents_of_all_others_alone(self):
        lost = ('<OrderReference orderID="P-NOWHERE-%s"><DocumentReference payloadID="nowhere"/></OrderReference>')
        order = self.sent_order()
        for number in range(4):
            self.deliver(confirmation_xml(order, kind='accept', order_reference=lost % number))
        waiting = self.env['amazon.punchout.document'].search([('state', '=', 'waiting')])
        self.assertEqual(len(waiting), 4)
        with self.bodies_read() as bodies:
            self.deliver(confirmation_xml(order, kind='accept'))
        self.assertTrue(bodies)
        self.assertEqual(set(bodies), {1})

    def test_the_contents_of_a_list_are_read_one_by_one(self):
        documents = self.sent_order().amazon_session_id.document_ids | self.sent_order().amazon_document_ids
        with self.bodies_read() as bodies:
            for document in documents:
                self.assertTrue(document.body_text)
        self.assertEqual(set(bodies), {1})
        self.assertEqual(len(bodies), len(documents))


@tagged('post_install', '-at_install')
class TestPackedContents(SizeCase):
    """Contents that were compressed once can be read for ever, and damage is named."""

    def test_the_dictionary_is_the_one_with_which_contents_were_compressed(self):
        self.assertEqual(hashlib.sha256(WORDS_1).hexdigest(), SUM_OF_WORDS_1, "no byte of it may change")
        self.assertIs(list(DICTIONARIES.values())[0], WORDS_1)

    def test_a_content_of_version_2_5_is_read_as_before(self):
        document = self.sent_order()._amazon_request()
        content = document._get_body()
        for stored in (zlib.compress(content), base64.b64encode(content), WORDS_1_SAMPLE):
            self.env.cr.execute(
                "UPDATE amazon_punchout_document SET body = %s WHERE id = %s", [stored, document.id])
            self.env.invalidate_all()
            expected = b'<cXML payloadID="1"/>' if stored is WORDS_1_SAMPLE else content
            self.assertEqual(document._get_body(), expected)
            self.assertEqual(base64.b64decode(document.body), expected)

    def test_what_is_compressed_with_another_dictionary_is_compared_by_its_content(self):
        order = self.sent_order()
        document = order._amazon_request()
        self.env.cr.execute("UPDATE amazon_punchout_document SET body = %s WHERE id = %s",
                            [zlib.compress(document._get_body()), document.id])
        self.env.invalidate_all()
        self.assertEqual(self.env['amazon.punchout.trail']._find_breaks(order.ids), {})

    def test_damage_is_named(self):
        whole = packed(b'<cXML>' + bytes(range(256)) + b'</cXML>')
        unknown = whole[:2] + b'none' + whole[6:]
        for damaged, named in (
                (unknown, "later version"), (whole[:-5], "end is missing"), (whole[:9], "end is missing"),
                (whole[:20] + b'!' + whole[21:], "damaged"), (b'\xff', "end is missing"),
                (b'\x78\xbb', "later version")):
            with self.subTest(damaged=damaged), self.assertRaisesRegex(ValueError, named):
                unpacked(damaged)

    def test_any_content_comes_back(self):
        for content in (b'', b'x', WORDS_1, bytes(range(256)) * 300):
            self.assertEqual(unpacked(packed(content)), content)


@tagged('post_install', '-at_install')
class TestCartSize(SizeCase):

    def test_an_order_keeps_its_cart_once(self):
        order = self.make_order(five_items())
        lines = order.order_line.filtered(lambda line: line.amazon_line_type == 'item')
        self.env.flush_all()
        self.assertFalse(sql.column_exists(self.env.cr, 'purchase_order_line', 'amazon_item'))
        for line in lines:
            self.assertLess(self.row_size(line), 700)  # with the item: more than 1,800
            self.assertEqual(line.amazon_item['supplier_part_id'], line.amazon_asin)
        stored, size = self.column(order, 'amazon_cart_items')
        self.assertLess(size, 1000)  # uncompressed: more than 5,000
        self.assertEqual(json.loads(unpacked(stored)), [line.amazon_item for line in lines])

    def test_a_whole_order_of_five_items_takes_few_bytes(self):
        order = self.sent_order(five_items())
        lines = [(number, 1, status(quantity=1, price='9.99', delivery_date='2026-03-09T12:00:00Z'))
                 for number in range(1, 6)]
        self.deliver(confirmation_xml(order, lines))
        self.deliver(ship_notice_xml(order, [(number, 1) for number in range(1, 6)]))
        self.deliver(invoice_xml([(order, *(invoice_line(number, 1, '9.99') for number in range(1, 6)))],
                                 subtotal='49.95', net='49.95'))
        self.env.flush_all()
        documents = order.amazon_document_ids | order.amazon_session_id.document_ids
        self.assertEqual(len(documents), 6)
        self.assertLess(sum(map(self.row_size, documents)), 7000)  # 18,000 before
        self.assertLess(sum(map(self.row_size, order.order_line)), 4000)  # 10,000 before
        self.assertLess(self.row_size(order), 1500)
        self.assertFalse(order.amazon_session_id.message_ids)  # that it was created stands in its fields

    def test_an_order_whose_items_were_exchanged_in_the_database_is_not_approved(self):
        order = self.make_order([
            item(asin='B00TEST001', title="Stapler"), item(asin='B00TEST002', title="PlayStation 5")])
        self.env.flush_all()
        self.env.cr.execute("""
            UPDATE purchase_order_line SET amazon_line_number = 3 - amazon_line_number WHERE order_id = %s
            """, [order.id])
        self.env.invalidate_all()
        self.assertFalse(any(line._amazon_is_as_shown() for line in order.order_line))

    def test_goods_that_were_not_ordered_have_no_item(self):
        order = self.make_order([item(), item(asin='B00TEST002')], shipping='2.00', tax='1.00')
        self.assertEqual([bool(line.amazon_item) for line in order.order_line], [True, True, False, False])
        self.assertFalse(order.copy().order_line.filtered('amazon_item'))


@tagged('post_install', '-at_install')
class TestSizeMigration(SizeCase, LockCase):
    """Databases of versions before 2.5: contents are base64, and each line has its item."""

    def migrate(self, version='19.0.2.4.0'):
        self.env.flush_all()
        load_script(str(MIGRATION), 'amazon_punchout_post_size').migrate(self.env.cr, version)
        self.env.invalidate_all()

    def go_back(self, orders):
        """Give orders and their documents the columns and values of the version before."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE purchase_order_line ADD COLUMN amazon_item jsonb")
        for line in orders.order_line.filtered('amazon_item'):
            self.env.cr.execute("UPDATE purchase_order_line SET amazon_item = %s WHERE id = %s",
                                [json.dumps(line.amazon_item), line.id])
        self.env.cr.execute("UPDATE purchase_order SET amazon_cart_items = NULL WHERE id = ANY(%s)", [orders.ids])
        for document in orders.amazon_document_ids | orders.amazon_session_id.document_ids:
            self.env.cr.execute("UPDATE amazon_punchout_document SET body = %s WHERE id = %s",
                                [base64.b64encode(document._get_body()), document.id])
        self.env.invalidate_all()

    def values(self, orders):
        documents, lines = orders.amazon_document_ids | orders.amazon_session_id.document_ids, orders.order_line
        return ([line.amazon_item for line in lines], [line._amazon_unit_code() for line in lines], [
            (document._get_body(), document.body, document.body_text) for document in documents.sorted('id')])

    def orders(self):
        return self.make_order(five_items(), shipping='6.00') | self.sent_order([item(title="Bürolocher 25 漢字")]) \
            | self.make_order([item(), item(asin='B00TEST002')])

    def test_what_is_not_migrated_can_be_read_and_ordered(self):
        orders = self.orders()
        before = self.values(orders)
        self.go_back(orders)
        self.assertEqual(self.values(orders), before)
        orders[0].with_user(self.buyer).button_confirm()
        self.assertIn(b'<ItemOut', orders[0]._amazon_request()._get_body())
        self.assertEqual(len(self.send()), 1)

    def test_all_is_as_before_and_a_second_run_changes_nothing(self):
        orders = self.orders()
        before = self.values(orders)
        self.go_back(orders)
        self.env.cr.execute("UPDATE purchase_order_line SET amazon_item = NULL WHERE order_id = %s AND "
                            "amazon_line_number = 1", [orders[2].id])
        before[0][-2], before[1][-2] = False, 'EA'  # a line whose item someone has removed
        documents = orders.amazon_document_ids | orders.amazon_session_id.document_ids
        written = documents.mapped('write_date')
        for _run in range(2):
            self.migrate()
            self.assertEqual(self.values(orders), before)
            self.assertFalse(sql.column_exists(self.env.cr, 'purchase_order_line', 'amazon_item'))
            for document in documents:
                self.assertTrue(is_packed(self.column(document, 'body')[0]))
            self.assertEqual(documents.mapped('write_date'), written)
        for order in orders:
            self.assertEqual(self.env['amazon.punchout.trail']._find_breaks(order.ids), {})

    def test_a_line_that_lost_its_number_does_not_stop_the_update(self):
        order = self.make_order([item(), item(asin='B00TEST002')])
        self.go_back(order)
        self.env.cr.execute("UPDATE purchase_order_line SET amazon_line_number = NULL WHERE order_id = %s AND "
                            "amazon_line_number = 2", [order.id])
        for _run in range(2):
            self.assertEqual([bool(line.amazon_item) for line in order.order_line], [True, False])
            self.migrate()

    def test_a_large_content_is_in_memory_alone(self):
        orders = self.make_order() | self.make_order()
        documents = orders.amazon_session_id.document_ids
        self.go_back(orders)
        script = load_script(str(MIGRATION), 'amazon_punchout_post_size')
        batches, write = [], script.write

        def note(cr, statement, rows):
            batches.append(len(rows))
            write(cr, statement, rows)
        with patch.object(script, 'write', note), patch.object(script, 'BATCH_BYTES', 1):
            script.pack_bodies(self.env.cr)
        self.assertEqual(max(batches), 1)
        self.assertGreaterEqual(sum(batches), len(documents))
        self.env.invalidate_all()
        self.assertTrue(all(document._get_body().startswith(b'<?xml') for document in documents))

    def test_what_someone_else_wrote_is_left_alone(self):
        document = self.sent_order()._amazon_request()
        for body in (b'abc', b'<cXML>abc</cXML>'):  # without its tags the second one would be base64
            self.env.cr.execute("UPDATE amazon_punchout_document SET body = %s WHERE id = %s", [body, document.id])
            self.migrate()
            self.assertEqual(self.column(document, 'body')[0], body)
        with self.assertRaises(ValueError):
            unpacked(b'abc')

    def test_answers_of_apis_are_moved_from_their_files(self):
        pages = self.env['amazon.punchout.api.page'].sudo().create([{
            'api_id': self.env['amazon.punchout.api'].create({'name': "Access"}).id, 'kind': 'transactions',
            'asked_at': '2026-03-01 10:00:00'} for _page in range(2)])
        contents = [b'{"number": 1}', b'{"number": 2}']
        attachments = self.env['ir.attachment'].create([{
            'name': "body", 'res_model': pages._name, 'res_field': 'body', 'res_id': page.id, 'raw': content,
        } for page, content in zip(pages, contents, strict=True)])
        self.assertEqual([page._raw() for page in pages], contents)  # readable as they are
        for _run in range(2):
            self.migrate()
            self.assertEqual([page._raw() for page in pages], contents)
            self.assertEqual([unpacked(self.column(page, 'body')[0]) for page in pages], contents)
            self.assertFalse(attachments.exists())

    def test_a_new_database_is_left_alone(self):
        orders = self.make_order()
        self.go_back(orders)
        self.migrate(version=None)
        self.assertTrue(sql.column_exists(self.env.cr, 'purchase_order_line', 'amazon_item'))
        self.assertFalse(orders.amazon_cart_items)
