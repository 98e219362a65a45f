"""Measure what the addon costs: each figure is a ratio to something plain, measured in turns in one run.

Runs inside `odoo shell`. Every round is rolled back, so that each starts with the same database.
"""
from __future__ import annotations

import gc
import secrets
import time
from unittest.mock import patch

from lxml import etree

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.models.shopping import amazon_punchout_session_start
from odoo.addons.amazon_punchout.tests.cxml_builder import cart_xml, item, response_xml
from odoo.addons.amazon_punchout.tools.http_post import Answer

from bench.bills import Bills
from bench.endpoint import PASSWORD, USER
from bench.summary import row, summary

START_PAGE = response_xml(start_page='https://amazon.example/s').encode()
ROUNDS = 25
DEAD_SUPPLIER = 'http://127.0.0.1:9/order'  # the discard port, on which nothing listens


class Bench:
    """A company that can shop, and two ways to do each thing."""

    def __init__(self, env):
        self.env = env
        company = env.company
        address = {
            'street': "1 Test Street", 'city': "Springfield", 'zip': "12345", 'phone': "+1 555 0100",
            'country_id': env.ref('base.us').id, 'state_id': env.ref('base.state_us_5').id,
        }
        company.partner_id.write(address)
        company.po_double_validation = 'one_step'
        self.warehouse = env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        self.warehouse.partner_id = company.partner_id
        self.vendor = env['res.partner'].create({'name': "Amazon Business"})
        self.buyer = new_test_user(
            env, login='bench', groups='purchase.group_purchase_user', email='bench@example.com')
        self.group = env['amazon.punchout.group'].create({
            'name': "Bench", 'partner_id': self.vendor.id, 'identity': 'bench', 'shared_secret': 'not-a-real-secret',
            'setup_url': 'https://amazon.example/punchout', 'order_url': 'https://amazon.example/order',
            'inbound_user': USER, 'inbound_password': PASSWORD,
        })
        self.group.state = 'test'
        env['ir.cron'].search([]).active = False  # nothing else may run
        env.cr.commit()

    # === CART TO ORDER === #

    def cart(self, size):
        """Return a function that makes a cart of goods, with shipping and estimated tax as two more lines."""
        items = [
            item(asin=f'B0BENCH{number:03}', price='9.99', quantity='2', title=f"An item of the bench, number {number}",
                 auxiliary_id=f'136-0000000-0000001,{number}', shipping='0.10', tax='1.00',
                 extrinsics=[('category', 'OFFICE'), ('subCategory', 'PAPER'), ('ean', '0000000000000')])
            for number in range(1, size + 1)
        ]
        return lambda cookie: cart_xml(cookie, items, shipping=f'{size * 0.10:.2f}', tax=f'{size:.2f}')

    def receive(self, size):
        """Go from the bytes that the browser posted to the flushed order."""
        make_cart = self.cart(size)

        def prepare():
            with patch.object(amazon_punchout_session_start, 'post_cxml', lambda *_args: Answer(200, START_PAGE)), \
                    patch.object(secrets, 'token_urlsafe', lambda _size: 'bench-cookie'):
                self.group.with_user(self.buyer).action_punch_out()
            self.settle()
            return make_cart('bench-cookie')

        def work(raw):
            session = self.env['amazon.punchout.session']._find_by_cookie(cxml.find_buyer_cookie(raw))
            session._receive_cart(raw)
            self.env.flush_all()
            assert session.purchase_order_id, session.problem
        return prepare, work

    def create_plain(self, size):
        """Call create() for an order with the same lines, shipping and tax included."""
        def work(_):
            self.env['purchase.order'].with_user(self.buyer).create(self.plain_vals(
                [(f"An item of the bench, number {number}", 2, 9.99) for number in range(1, size + 1)]
                + [("Shipping", 1, size * 0.10), ("Estimated tax", 1, size)]))
            self.env.flush_all()
        return self.settle, work

    def plain_vals(self, lines):
        now = self.env.cr.now()
        product = self.group.product_id
        return {
            'partner_id': self.vendor.id,
            'picking_type_id': self.warehouse.in_type_id.id,
            'order_line': [Command.create({
                'product_id': product.id, 'name': name, 'product_qty': quantity, 'product_uom_id': product.uom_id.id,
                'price_unit': price, 'tax_ids': [Command.clear()], 'date_planned': now, 'discount': 0.0,
            }) for name, quantity, price in lines],
        }

    def bought(self, size):
        """Make the draft order of such a cart."""
        prepare, work = self.receive(size)
        work(prepare())
        return self.env['purchase.order'].search([('amazon_group_id', '=', self.group.id)], order='id desc', limit=1)

    # === APPROVING === #

    def approve(self, make_order):
        def prepare():
            order = make_order()
            self.settle()
            return order

        def work(order):
            order.button_confirm()
            self.env.flush_all()
            assert order.state == 'purchase'
        return prepare, work

    def amazon_order(self, order_url='https://amazon.example/order', size=10):
        def make_order():
            self.group.order_url = order_url
            items = [item(asin=f'B0BENCH{number:03}', auxiliary_id=f'136-0000000-0000001,{number}')
                     for number in range(1, size + 1)]
            with patch.object(amazon_punchout_session_start, 'post_cxml', lambda *_args: Answer(200, START_PAGE)), \
                    patch.object(secrets, 'token_urlsafe', lambda _size: 'bench-cookie'):
                self.group.with_user(self.buyer).action_punch_out()
            session = self.env['amazon.punchout.session']._find_by_cookie('bench-cookie')
            session._receive_cart(cart_xml('bench-cookie', items))
            return session.purchase_order_id.with_user(self.buyer)
        return make_order

    def plain_order(self):
        return self.env['purchase.order'].with_user(self.buyer).create(
            self.plain_vals([("Stapler, blue", 1, 9.99)] * 10))

    # === RUNNING === #

    def settle(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def seconds(self, prepare, work):
        """Return how long the work took once, and roll everything back."""
        try:
            prepared = prepare()
            gc.collect()
            gc.disable()
            start = time.perf_counter()
            work(prepared)
            return time.perf_counter() - start
        finally:
            gc.enable()
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)

    def compare(self, ours, plain):
        """Measure both in turns, after one round to warm up.

        :return: see :func:`summary`
        """
        return summary([(self.seconds(*ours), self.seconds(*plain)) for _ in range(ROUNDS + 1)][1:])


# === CODEC === #

def visit(raw):
    """Parse a document and visit everything with plain lxml."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    count = 0
    for element in etree.fromstring(raw, parser).iter():
        count += len(element.tag) + len(element.text or '') + len(element.attrib)
    return count


def rebuild(raw):
    """Build the elements of a document again with plain lxml, and serialise them."""
    def copy(source, target):
        target.text = source.text
        for name, value in source.attrib.items():
            target.set(name, value)
        for child in source:
            copy(child, etree.SubElement(target, child.tag))
    source = etree.fromstring(raw)

    def work():
        root = etree.Element(source.tag)
        copy(source, root)
        return etree.tostring(root, xml_declaration=True, encoding='UTF-8')
    return work


def codec_seconds(ours, plain):
    times = []
    for _ in range(60):
        pair = []
        for work in (ours, plain):
            start = time.perf_counter()
            work()
            pair.append(time.perf_counter() - start)
        times.append(pair)
    return summary(times[10:])


def measure(env):
    """Measure everything and print a table in Markdown."""
    bench = Bench(env)
    rows = []
    for size in (1, 10, 50):
        target = '1.3' if size == 50 else ''
        rows.append((f"cart of {size} to order ÷ bare create", target,
                     *bench.compare(bench.receive(size), bench.create_plain(size))))
    plain, ours = bench.approve(bench.plain_order), bench.approve(bench.amazon_order())
    rows.append(("approving 10 lines ÷ a plain order", '1.2', *bench.compare(ours, plain)))
    rows.append(("approving, supplier dead ÷ healthy", '1.05',
                 *bench.compare(bench.approve(bench.amazon_order(DEAD_SUPPLIER)), ours)))
    raw = bench.cart(50)('bench-cookie')
    rows.append(("reading a cart of 50 ÷ parsing and visiting", '2',
                 *codec_seconds(lambda: cxml.read_cart(raw), lambda: visit(raw))))
    order = bench.amazon_order(size=50)()
    order.button_confirm()
    request = order._amazon_prepare_order_request()
    written = cxml.write_order_request(request)
    rows.append(("writing an order of 50 ÷ building and serialising", '2',
                 *codec_seconds(lambda: cxml.write_order_request(request), rebuild(written))))
    env.cr.rollback()
    bills = Bills(bench)
    rows.append(("invoice of 50 to draft bill ÷ core's UBL import", '0.5',
                 *bench.compare(bills.from_amazon(), bills.from_ubl())))
    rows.append(("invoice of 50 to draft bill ÷ bare create", '1.3',
                 *bench.compare(bills.from_amazon(), bills.bare_create())))

    print("\n| measured | ours, ms | plain, ms | ratio | target |\n| --- | ---: | ---: | ---: | ---: |")
    for each in rows:
        print(row(*each))
