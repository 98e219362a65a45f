"""Measure how much of a database one order takes: the growth of each table and index, divided by the orders.

Runs inside `odoo shell` on a database of its own, since it commits; see :mod:`bench.size`. Each order has five items
and goes the whole way: trip, cart, order, request, confirmation, ship notice, receipt and the draft of its bill. Beside
it stands the same without Amazon: an order of seven lines, its receipt and its draft bill.
"""
from __future__ import annotations

import secrets
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.models.sending import amazon_punchout_document as sender
from odoo.addons.amazon_punchout.models.shopping import amazon_punchout_session_start
from odoo.addons.amazon_punchout.tests.cxml_builder import (
    cart_xml,
    confirmation_xml,
    invoice_line,
    invoice_xml,
    item,
    response_xml,
    ship_notice_xml,
    status,
)
from odoo.addons.amazon_punchout.tools.http_post import Answer

# Titles as long as Amazon's are: 60 to 180 characters.
TITLES = (
    "Rubber Bands, Size 33, 1 lb Box, Natural Crepe, About 600 Bands for Office, School and Warehouse Use",
    "Sticky Notes 3 x 3 Inch, 12 Pads of 100 Sheets, Canary Yellow",
    "USB-C Hub 7-in-1 with 4K HDMI, 100 W Power Delivery, SD and microSD Card Reader, Two USB 3.0 Ports, Compatible "
    "with Laptops and Tablets, Space Grey",
    "Desk Lamp with Clamp, LED, Dimmable, Three Colour Temperatures, Memory Function, 5 Brightness Levels, Black, for "
    "Drawing, Reading and Work",
    "A4 Copy Paper, 80 g, White, Box of 5 Reams of 500 Sheets",
)
PRICES = ('9.99', '12.49', '34.90', '27.95', '21.00')
QUANTITY = 2
SHIPPING = Decimal('6.00')
CENT = Decimal('0.01')


class Shop:
    """A company that orders the same five items again and again."""

    def __init__(self, env):
        self.env = env
        company = env.company
        company.partner_id.write({
            'street': "1 Test Street", 'city': "Springfield", 'zip': "12345", 'phone': "+1 555 0100",
            'country_id': env.ref('base.us').id, 'state_id': env.ref('base.state_us_5').id,
        })
        company.po_double_validation = 'one_step'
        self.warehouse = env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        self.warehouse.partner_id = company.partner_id
        self.vendor = env['res.partner'].create({'name': "Amazon Business"})
        self.buyer = new_test_user(
            env, login='size', groups='purchase.group_purchase_user', email='size@example.com')
        self.group = env['amazon.punchout.group'].create({
            'name': "Size", 'partner_id': self.vendor.id, 'identity': 'size', 'shared_secret': 'not-a-real-secret',
            'setup_url': 'https://amazon.example/punchout', 'order_url': 'https://amazon.example/order',
            'confirmations_expected': True, 'payment_method': 'invoice',
        })
        self.group.state = 'test'
        env['ir.cron'].search([]).active = False  # nothing else may run
        env.cr.commit()

    # === ONE ORDER OF AMAZON === #

    def prices(self, number):
        """Give the prices of an order. No two orders have the same total: Odoo would warn of duplicate bills."""
        return [Decimal(price) + CENT * number for price in PRICES]

    def taxes(self, number):
        """Give the tax of each line: 8 %."""
        return [(price * QUANTITY * 8 / 100).quantize(CENT) for price in self.prices(number)]

    def items(self, number):
        """Give the items of a cart, each order with identifiers of its own."""
        return [item(
            asin=f'B0SZ{number % 10000:04}{index:02}', price=price, quantity=str(QUANTITY), title=title,
            auxiliary_id=f'136-{number:07}-0000001,{index}', shipping='1.20', tax=tax,
            details=[('8.00', tax, 'subtotalTax'), ('0.00', '0.00', 'shippingTax')],
            seller="Office Goods Direct LLC", url=f'https://www.amazon.example/dp/B0SZ{number % 10000:04}{index:02}',
            extrinsics=[
                ('category', 'OFFICE_PRODUCTS'), ('subCategory', 'OFFICE_SUPPLIES'), ('qualifiedOffer', 'true'),
                ('UPC', f'UPC-{number:06}{index:06}'), ('ean', f'0{number:06}{index:06}'), ('preference', 'default')])
            for index, (title, price, tax) in enumerate(
                zip(TITLES, self.prices(number), self.taxes(number), strict=True), start=1)]

    def order(self, number):
        """Take one order the whole way, with a commit after each step, as in practice."""
        page = response_xml(start_page=f'https://amazon.example/start/{number}').encode()
        cookie = secrets.token_urlsafe(32)
        with patch.object(amazon_punchout_session_start, 'post_cxml', lambda *_args: Answer(200, page)), \
                patch.object(secrets, 'token_urlsafe', lambda _size: cookie):
            self.group.with_user(self.buyer).action_punch_out()
        self.env.cr.commit()
        prices, taxes = self.prices(number), self.taxes(number)
        subtotal, tax = sum(prices) * QUANTITY, sum(taxes)
        raw = cart_xml(cookie, self.items(number), shipping=SHIPPING, tax=tax)
        session = self.env['amazon.punchout.session']._find_by_cookie(cxml.find_buyer_cookie(raw))
        session._receive_cart(raw)
        order = session.purchase_order_id
        assert order, session.problem
        self.env.cr.commit()
        order.with_user(self.buyer).button_confirm()
        self.env.cr.commit()
        with patch.object(sender, 'post_cxml', lambda *_args: Answer(200, response_xml().encode())):
            self.run('ir_cron_send')
        assert order.amazon_state == 'sent', order.amazon_state
        number_at_amazon = f'113-{number:07}-0000001'
        lines = list(enumerate(zip(prices, taxes, strict=True), start=1))
        self.deliver(confirmation_xml(order, [(index, QUANTITY, status(
            'detail', QUANTITY, price, tax=line_tax, shipping='1.20', confirm_id=number_at_amazon,
            delivery_date='2026-03-09T12:00:00Z')) for index, (price, line_tax) in lines],
            confirm_id=number_at_amazon, total=subtotal, shipping=SHIPPING, tax=tax))
        self.deliver(ship_notice_xml(
            order, [(index, QUANTITY) for index, _amounts in lines], shipment_id=f'S{number}',
            tracking=f'1Z{number:016}'))
        self.deliver(invoice_xml(
            [(order, *(invoice_line(index, QUANTITY, price, tax=line_tax, shipping='1.20')
                       for index, (price, line_tax) in lines))],
            invoice_id=f'INV-{number}', subtotal=subtotal, shipping=SHIPPING, tax=tax, net=subtotal + SHIPPING + tax,
            invoice_date=f'{date(2026, 3, 6) + timedelta(number % 300)}T00:00:00Z'))
        assert self.env['account.move'].search_count([('amazon_invoice_id', '=', f'INV-{number}')])

    def deliver(self, raw):
        """Store a message and process it, as the endpoint and the scheduled action do."""
        document = self.env['amazon.punchout.document'].sudo()._store_message(
            self.group, cxml.read_request(raw), raw)
        self.env.cr.commit()
        self.run('ir_cron_process')
        assert document.state == 'processed', document.reason

    def run(self, cron):
        """Run a scheduled action."""
        self.env.ref(f'amazon_punchout.{cron}').method_direct_trigger()
        self.env.cr.commit()
        self.env.invalidate_all()

    # === ONE ORDER WITHOUT AMAZON === #

    def plain(self, number):
        """Take an order of the same lines to the receipt that is expected and to its draft bill."""
        product = self.group.product_id
        vendor = self.env['res.partner'].browse(self.plain_vendor)
        lines = [(title, QUANTITY, float(price)) for title, price in zip(TITLES, PRICES, strict=True)]
        order = self.env['purchase.order'].with_user(self.buyer).create({
            'partner_id': vendor.id, 'picking_type_id': self.warehouse.in_type_id.id, 'partner_ref': f'{number}',
            'order_line': [Command.create({
                'product_id': product.id, 'name': name, 'product_qty': quantity, 'product_uom_id': product.uom_id.id,
                'price_unit': price, 'tax_ids': [Command.clear()], 'date_planned': self.env.cr.now(), 'discount': 0.0,
            }) for name, quantity, price in (*lines, ("Shipping", 1, 6.0), ("Estimated tax", 1, 17.01))]}).sudo()
        self.env.cr.commit()
        order.button_confirm()
        self.env.cr.commit()
        self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': vendor.id, 'invoice_date': '2026-03-06', 'ref': f'PLAIN-{number}',
            'invoice_line_ids': [
                Command.create(line._prepare_account_move_line() | {'quantity': line.product_qty})
                for line in order.order_line]})
        self.env.cr.commit()

    def make_plain_vendor(self):
        self.plain_vendor = self.env['res.partner'].create({'name': "Office shop"}).id
        # One product for all: without this core would add a price of this vendor to it at each approval.
        self.env['product.supplierinfo'].create({
            'partner_id': self.plain_vendor, 'product_tmpl_id': self.group.product_id.product_tmpl_id.id})
        self.env.cr.commit()


# === MEASURING === #

def sizes(env):
    """Vacuum and measure the whole database.

    :return: bytes of each table, its TOAST table and each index, by table and name
    :rtype: dict[tuple[str, str], int]
    """
    env['mail.mail'].search([]).unlink()  # as if they had been sent
    for model in ('bus.bus', 'ir.cron.progress'):
        env[model].search([]).unlink()  # Odoo deletes them after a day, or a week
    env.cr.commit()
    connection = env.cr._cnx
    connection.autocommit = True
    try:
        # Not the catalogs, which all databases share: nobody could connect to any meanwhile.
        env.cr.execute(
            "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        env.cr.execute(SQL("VACUUM FULL %s", SQL(env.cr.fetchone()[0])))
    finally:
        connection.autocommit = False
    env.cr.execute("""
        SELECT relname, '', pg_relation_size(oid) FROM pg_class
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
         UNION ALL
        SELECT relname, 'TOAST', pg_total_relation_size(reltoastrelid) FROM pg_class
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltoastrelid <> 0
         UNION ALL
        SELECT tables.relname, indexes.relname, pg_relation_size(indexes.oid)
          FROM pg_index JOIN pg_class tables ON tables.oid = indrelid JOIN pg_class indexes ON indexes.oid = indexrelid
         WHERE tables.relnamespace = 'public'::regnamespace""")
    return {(table, part): size for table, part, size in env.cr.fetchall()}


def per_order(env, work, orders):
    """Do the work and measure what each order added.

    :param work: called with the number of each order
    :return: as of :func:`sizes`, in bytes per order, the largest first
    :rtype: dict[tuple[str, str], float]
    """
    before = sizes(env)
    for number in range(1, orders + 1):
        work(number)
    after = sizes(env)
    grown = {key: (size - before.get(key, 0)) / orders for key, size in after.items() if size != before.get(key, 0)}
    return dict(sorted(grown.items(), key=lambda pair: -pair[1]))


def by_table(grown):
    """Sum up tables with their TOAST tables and indexes.

    :rtype: dict[str, tuple[float, float]]
    """
    tables = {}
    for (table, part), size in grown.items():
        rows, indexes = tables.get(table, (0, 0))
        tables[table] = (rows + size, indexes) if part in ('', 'TOAST') else (rows, indexes + size)
    return dict(sorted(tables.items(), key=lambda pair: -sum(pair[1])))


def show(env, orders, details=False):
    """Measure and print a table in Markdown.

    :param int orders: how many are made; a table or an index grows by 8 kB at a time
    :param bool details: whether to print each index, too
    """
    shop = Shop(env)
    shop.order(9999)  # what comes once comes before
    ours = per_order(env, shop.order, orders)
    shop.make_plain_vendor()
    plain = by_table(per_order(env, shop.plain, orders))
    tables = by_table(ours)
    print("\n| table | rows, bytes | indexes, bytes | together | without Amazon |\n| --- | ---: | ---: | ---: | ---: |")
    for table, (rows, indexes) in tables.items():
        if rows + indexes > 0:  # a table may have been packed more tightly than before
            print(f"| `{table}` | {rows:,.0f} | {indexes:,.0f} | {rows + indexes:,.0f} | "
                  f"{sum(plain.get(table, (0, 0))):,.0f} |")
    rows, indexes = (sum(each) for each in zip(*tables.values(), strict=True))
    print(f"| **one order** | {rows:,.0f} | {indexes:,.0f} | **{rows + indexes:,.0f}** | "
          f"{sum(map(sum, plain.values())):,.0f} |")
    if details:
        for (table, part), size in ours.items():
            print(f"{size:9,.0f}  {table}  {part}")
