"""Drive a few orders through the real code, to be copied by :mod:`bench.grow`. Runs inside `odoo shell`.

There are two kinds: orders that are done, of which a database that has grown has many, and open ones with their
problems, of which it has as many as people work on, whatever its age.
"""
from __future__ import annotations

import datetime
import secrets
from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.models.sending import amazon_punchout_document as sending
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
from odoo.addons.amazon_punchout.transactions import (
    CARD,
    CHARGE,
    REFUND,
    OrderFacts,
    Statement,
    Transaction,
    TransactionLine,
)

ITEMS = 5
DONE, PLAIN, BUYERS = 20, 5, 10
PRICES = ('9.99', '24.50', '3.75', '12.00', '49.90')
TOTAL = sum(2 * Decimal(price) for price in PRICES)
START_PAGE = response_xml(start_page='https://amazon.example/s').encode()
RECEIVED = response_xml().encode()
GROUPS = ("Berlin", "Hamburg")
# Not copied: what Odoo keeps for itself, and sessions of people.
PRIVATE = ('ir_', 'bus_', 'res_users', 'bench_', 'base_', 'wizard_', 'mail_mail', 'mail_presence', 'fetchmail_')
COPIED = ('ir_attachment',)


class Seed:
    """A company with two groups, ten buyers and two years of use."""

    def __init__(self, env):
        self.env = env
        self.number = 0
        company = env.company
        env.ref('base.USD').active = True
        if not company.chart_template:
            env['account.chart.template'].try_loading('generic_coa', company, install_demo=False)
        address = {
            'street': "1 Test Street", 'city': "Springfield", 'zip': "12345", 'phone': "+1 555 0100",
            'country_id': env.ref('base.us').id, 'state_id': env.ref('base.state_us_5').id}
        company.partner_id.write(address)
        company.po_double_validation = 'one_step'
        self.warehouse = env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        self.warehouse.partner_id = company.partner_id
        self.vendor = env['res.partner'].create({'name': "Amazon Business", 'is_company': True})
        self.buyers = [new_test_user(
            env, login=f'bench{number}', groups='purchase.group_purchase_user', name=f"Buyer {number}",
            email=f'bench{number}@example.com') for number in range(BUYERS)]
        self.manager = new_test_user(
            env, login='bench_manager', name="Purchase Manager", email='manager@example.com',
            groups='purchase.group_purchase_manager,stock.group_stock_user,account.group_account_invoice')
        self.administrator = new_test_user(
            env, login='bench', name="Amazon Administrator", email='bench@example.com',
            groups='amazon_punchout.group_administrator,purchase.group_purchase_manager,account.group_account_invoice')
        card = env['account.journal'].create({'name': "Company card", 'code': 'CARD', 'type': 'credit'})
        self.groups = env['amazon.punchout.group'].create([{
            'name': name, 'partner_id': self.vendor.id, 'marketplace': 'us', 'identity': name,
            'shared_secret': 'not-a-real-secret', 'setup_url': 'https://amazon.example/punchout',
            'order_url': 'https://amazon.example/order', 'inbound_user': name,
            'inbound_password': "not-a-real-password", 'responsible_id': self.administrator.id,
            'payment_method': 'card', 'journal_id': card.id,
        } for name in GROUPS])
        env.ref('amazon_punchout.ir_cron_send').lastcall = datetime.datetime.now()
        with patch.object(env.registry['amazon.punchout.group'], '_has_connected', lambda _group: True):
            self.groups.state = 'test'
            self.groups.state = 'active'
        env['ir.cron'].search([]).active = False  # nothing else may run
        env.cr.execute("CREATE TABLE bench_range (kind text, name text, first int, last int)")
        env.cr.commit()

    # === WHAT IS COPIED === #

    def note(self, kind, make):
        """Make something, and note which rows of all tables came with it."""
        self.env.flush_all()
        before = self.last_ids()
        make()
        self.env.flush_all()
        for table, last in self.last_ids().items():
            if last > before.get(table, 0):
                self.env.cr.execute(
                    "INSERT INTO bench_range VALUES (%s, %s, %s, %s)", [kind, table, before.get(table, 0) + 1, last])
        self.env.cr.commit()

    def last_ids(self):
        transient = {model._table for model in self.env.values() if model._transient}
        self.env.cr.execute("""
            SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_name)
             WHERE column_name = 'id' AND table_type = 'BASE TABLE' AND data_type = 'integer'
               AND tables.table_schema = 'public'""")
        tables = [
            name for (name,) in self.env.cr.fetchall()
            if name not in transient and (name in COPIED or not name.startswith(PRIVATE))]
        result = {}
        for table in tables:
            self.env.cr.execute(f'SELECT COALESCE(MAX(id), 0) FROM "{table}"')
            [result[table]] = self.env.cr.fetchone()
        return result

    # === AN ORDER === #

    def cart(self):
        """Make the draft of a cart.

        :return: the order as superuser
        """
        self.number += 1
        buyer, group = self.buyers[self.number % BUYERS], self.groups[self.number % len(self.groups)]
        cookie = f"bench-cookie-{self.number}"
        items = [item(asin=f'B0BENCH{self.number % 5}{number:02}', price=PRICES[number - 1], quantity='2',
                      title=f"An item of the bench, number {number}", auxiliary_id=f'136-{self.number:07},{number}',
                      extrinsics=[('category', 'OFFICE'), ('subCategory', 'PAPER'), ('ean', '0000000000000')])
                 for number in range(1, ITEMS + 1)]
        with patch.object(amazon_punchout_session_start, 'post_cxml', lambda *_args: Answer(200, START_PAGE)), \
                patch.object(secrets, 'token_urlsafe', lambda _size: cookie):
            group.with_user(buyer).action_punch_out()
        session = self.env['amazon.punchout.session']._find_by_cookie(cookie)
        session._receive_cart(cart_xml(cookie, items))
        assert session.purchase_order_id, session.problem
        return session.purchase_order_id

    def sent(self):
        order = self.cart()
        order.with_user(order.amazon_requester_id).button_confirm()
        with patch.object(sending, 'post_cxml', lambda *_args: Answer(200, RECEIVED)):
            self.run('ir_cron_send')
        assert order.amazon_state == 'sent', (order.amazon_state, order.amazon_problem)
        return order

    def confirmed(self):
        order = self.sent()
        self.deliver(order, confirmation_xml(
            order, [(number, 2, status(quantity=2)) for number in range(1, ITEMS + 1)], confirm_id=self.ref(),
            total=str(TOTAL), payload_id=f'c{self.number}@amazon.example'))
        assert order.amazon_state == 'confirmed', order.amazon_state
        return order

    def shipped(self):
        order = self.confirmed()
        self.deliver(order, ship_notice_xml(
            order, [(number, 2) for number in range(1, ITEMS + 1)], shipment_id=f'SHIP{self.number}',
            tracking=f'1Z{self.number:016}', payload_id=f's{self.number}@amazon.example'))
        return order

    def received(self):
        order = self.shipped()
        order.picking_ids.button_validate()
        assert set(order.picking_ids.mapped('state')) == {'done'}
        return order

    def billed(self, price=None):
        order = self.received()
        prices = [Decimal(each) + (price or 0) for each in PRICES]
        total = str(sum(2 * each for each in prices))
        self.deliver(order, invoice_xml(
            [(order, *(invoice_line(number, 2, str(prices[number - 1])) for number in range(1, ITEMS + 1)))],
            invoice_id=f'INV-{self.number}', subtotal=total, net=total, payload_id=f'i{self.number}@amazon.example'))
        return order

    def done(self, number=1):
        """Make an order that is received, billed, charged and paid; some were refunded besides."""
        order = self.billed()
        bill = order.invoice_ids
        if bill.state == 'draft':
            bill.action_post()
        self.state(order, self.charge(order, CHARGE, TOTAL))
        if number % 5 == 0:
            self.state(order, self.charge(order, REFUND, Decimal('9.99')))
            self.env['account.move'].search([('move_type', '=', 'in_refund'), ('state', '=', 'draft')]).action_post()
        return order

    def charge(self, order, kind, amount):
        return Transaction(
            kind=kind, amount=amount, currency='USD', date=datetime.date.today(), instrument=CARD,
            instrument_text="Visa", last_digits='1234', account_group=order.amazon_group_id.name,
            charge_identifier=f"AMZN*{self.number}", payment_reference=f"R{self.number}",
            buyer=order.amazon_requester_id.name, lines=(TransactionLine(
                order_ref=self.ref(), purchase_order_number=order.name, total=amount, title="An item of the bench"),))

    def state(self, order, charge):
        """Let Amazon's report state a charge, and book it."""
        self.env['amazon.punchout.transaction'].sudo()._import_statement(Statement(
            kind='orders', transactions=(charge,), orders=(OrderFacts(
                order_ref=self.ref(), currency='USD', net_total=TOTAL, purchase_order_number=order.name,
                account_group=order.amazon_group_id.name),)), 'report')
        self.run('ir_cron_charges')

    def deliver(self, order, raw):
        self.env['amazon.punchout.document'].sudo()._store_message(
            order.amazon_group_id, cxml.read_request(raw), raw)
        self.run('ir_cron_process')

    def ref(self):
        return f'111-0000000-{self.number:07}'

    def run(self, cron):
        """Do the work of a scheduled action."""
        self.env.flush_all()
        self.env.cr.commit()
        self.env.ref(f'amazon_punchout.{cron}').method_direct_trigger()
        self.env.cr.commit()  # what it did in a transaction of its own is seen from the next one on
        self.env.invalidate_all()

    # === WHAT A DATABASE HAS === #

    def make_done(self):
        for number in range(DONE):
            self.done(number)
        self.make_plain()

    def make_plain(self):
        """Make a vendor who isn't Amazon, with a product, orders, receipts and bills."""
        vendor = self.env['res.partner'].create({'name': "Plain Vendor", 'is_company': True})
        product = self.env['product.product'].create({
            'name': "Plain product", 'type': 'consu', 'is_storable': True, 'purchase_method': 'receive',
            'standard_price': 5})
        orders = self.env['purchase.order'].with_user(self.manager).create([{
            'partner_id': vendor.id, 'order_line': [Command.create({
                'product_id': product.id, 'product_qty': 2, 'price_unit': 7 + line}) for line in range(ITEMS)],
        } for _number in range(PLAIN)])
        orders.button_confirm()
        orders.picking_ids.sudo().button_validate()
        for order in orders:
            order.action_create_invoice()
            order.invoice_ids.invoice_date = datetime.date.today()
            order.invoice_ids.action_post()

    def make_open(self):
        """Make an order at each step of its way, and a problem of each usual kind."""
        self.cart()
        self.sent()
        self.confirmed()
        self.shipped()
        self.received()
        self.billed(price=Decimal('1.00'))  # dearer than confirmed: a person decides
        order = self.sent()
        self.deliver(order, confirmation_xml(
            order, [(9, 2, status(quantity=2))], payload_id=f'c{self.number}@amazon.example'))
        # Bought outside of Odoo.
        self.number += 1
        self.env['amazon.punchout.transaction'].sudo()._import_statement(Statement(
            kind='orders', transactions=(Transaction(
                kind=CHARGE, amount=Decimal('5.00'), currency='USD', date=datetime.date.today(), instrument=CARD,
                account_group=GROUPS[0], lines=(TransactionLine(order_ref=self.ref(), total=Decimal('5.00')),)),)),
            'report')


def seed(env):
    """Fill a database with what is copied then."""
    made = Seed(env)
    made.note('done', made.make_done)
    made.note('open', made.make_open)
    env.cr.execute(
        "SELECT amazon_state, state, count(*) FROM purchase_order GROUP BY 1, 2 UNION ALL "
        "SELECT state, kind, count(*) FROM amazon_punchout_transaction GROUP BY 1, 2 UNION ALL "
        "SELECT state, document_type, count(*) FROM amazon_punchout_document GROUP BY 1, 2 UNION ALL "
        "SELECT state, payment_state, count(*) FROM account_move GROUP BY 1, 2")
    for row in env.cr.fetchall():
        print(*row)
