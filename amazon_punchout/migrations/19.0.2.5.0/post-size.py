"""Contents of documents are compressed instead of base64, and the items of a cart are kept once, on its order.

Answers of APIs are in their table as well, no longer files.
"""
import base64
import json
import logging

import psycopg2
from psycopg2.extras import execute_values

from odoo import SUPERUSER_ID, api
from odoo.tools import sql

from odoo.addons.amazon_punchout.tools.packed import is_packed, packed

_logger = logging.getLogger(__name__)

BATCH = 500
# So many bytes of documents are in memory at once, or one document.
BATCH_BYTES = 10_000_000


def migrate(cr, version):
    """Rewrite what is not rewritten yet: a second run, or one after a crash, goes on where the first one ended.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    if not version:
        return
    pack_bodies(cr)
    move_items(cr)
    move_answers(cr)


def pack_bodies(cr):
    """Compress the contents of documents, some of them at a time."""
    last = 0
    while True:
        cr.execute("""
            SELECT id, body
              FROM (SELECT id, body, sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS before
                      FROM (SELECT id, body FROM amazon_punchout_document
                             WHERE id > %s AND body IS NOT NULL ORDER BY id LIMIT %s) batch) sized
             WHERE before < %s
          ORDER BY id""", [last, BATCH, BATCH_BYTES])
        rows = [(document_id, bytes(body)) for document_id, body in cr.fetchall()]
        if not rows:
            return
        last = rows[-1][0]
        write(cr, "UPDATE amazon_punchout_document AS one SET body = new.value", [
            (document_id, content) for document_id, body in rows if (content := repacked(body))])


def repacked(body):
    """Compress a stored content.

    :param bytes body: what the column has
    :return: None if it stays as it is: compressed, or nothing that this addon wrote
    :rtype: bytes | None
    """
    if is_packed(body):
        return None
    try:
        return packed(base64.b64decode(body, validate=True))  # leniently, almost any text would be base64
    except ValueError:
        return None


def move_items(cr):
    """Move the items from the lines to their orders, some orders at a time, and drop the column of the lines."""
    if not sql.column_exists(cr, 'purchase_order_line', 'amazon_item'):
        return
    last = 0
    while True:
        cr.execute("""
            SELECT id FROM purchase_order
             WHERE id > %s AND amazon_session_id IS NOT NULL AND amazon_cart_items IS NULL ORDER BY id LIMIT %s""",
            [last, BATCH])
        ids = [order_id for order_id, in cr.fetchall()]
        if not ids:
            break
        last = ids[-1]
        cr.execute("""
            SELECT order_id, amazon_line_number, amazon_item FROM purchase_order_line
             WHERE order_id = ANY(%s) AND amazon_line_type = 'item' AND amazon_item IS NOT NULL
               AND amazon_line_number > 0""", [ids])
        carts = {}
        for order_id, number, item in cr.fetchall():
            carts.setdefault(order_id, {})[number] = item
        write(cr, "UPDATE purchase_order AS one SET amazon_cart_items = new.value", [
            (order_id, packed(json.dumps(
                [items.get(number) for number in range(1, max(items) + 1)], ensure_ascii=False).encode()))
            for order_id, items in carts.items()])
    try:
        with cr.savepoint():
            cr.execute("ALTER TABLE purchase_order_line DROP COLUMN amazon_item")
    except psycopg2.errors.DependentObjectsStillExist:
        _logger.warning("The column amazon_item of purchase_order_line is not used any more. It stays, since something "
                        "else in the database depends on it.")


def move_answers(cr):
    """Move the answers of APIs from their files to their table, one at a time."""
    attachments = api.Environment(cr, SUPERUSER_ID, {})['ir.attachment']
    for attachment_id in attachments.search([
        ('res_model', '=', 'amazon.punchout.api.page'), ('res_field', '=', 'body')], order='id').ids:
        attachment = attachments.browse(attachment_id)  # alone: Odoo would read the files of all of them
        if content := attachment.raw:
            write(cr, "UPDATE amazon_punchout_api_page AS one SET body = new.value", [
                (attachment.res_id, packed(content))])
            attachment.unlink()


def write(cr, statement, rows):
    """Write some rows in one statement.

    :param str statement: the beginning of the UPDATE, of the table `one` from `new.value`
    :param list[tuple[int, bytes]] rows: ids and their values
    """
    if rows:
        execute_values(
            cr._obj, f"{statement} FROM (VALUES %s) AS new (id, value) WHERE one.id = new.id",
            [(record_id, psycopg2.Binary(value)) for record_id, value in rows], page_size=BATCH)
