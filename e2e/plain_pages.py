"""Count the queries of pages and steps that have nothing to do with Amazon, in a database with or without the addon.

    python e2e/plain_pages.py DATABASE

writes a JSON object: the queries of each page and step. Run in a copy of a database, since it commits what it makes.
Everything is read as the web client does: the arch of the view says which fields.
"""
import importlib.util
import json
import sys
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

from lxml import etree

import odoo
from odoo import api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.sql_db import Cursor
from odoo.tools import config

ADDON_MODEL = 'amazon.punchout.group'
ORDERS, LINES, LONG = 12, 3, 50
VIEWS = ('list', 'kanban', 'form')
# As a file, since the addon can't be imported where it isn't installed.
_spec = importlib.util.spec_from_file_location(
    'web_client', Path(__file__).parents[1] / 'amazon_punchout' / 'tests' / 'web_client.py')
web_client = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(web_client)



class Pages:
    """A company's plain purchases, and what people do with them."""

    def __init__(self, env):
        self.env = env
        self.queries = {}
        self.make()
        env.cr.commit()

    # === DATA === #

    def make(self):
        env = self.env
        company = env.company
        self.user = env['res.users'].with_context(no_reset_password=True).create({
            'name': "Plain Person", 'login': 'plain', 'email': 'plain@example.com', 'group_ids': [Command.set([
                env.ref(name).id for name in (
                    'base.group_user', 'purchase.group_purchase_manager', 'stock.group_stock_user',
                    'account.group_account_invoice')])]})
        if not company.chart_template:
            env['account.chart.template'].try_loading('generic_coa', company, install_demo=False)
        self.vendor = env['res.partner'].create({'name': "Plain Vendor", 'is_company': True})
        self.products = env['product.product'].create([{
            'name': f"Plain {number}", 'type': 'consu', 'is_storable': True, 'purchase_method': 'receive',
            'standard_price': 5} for number in range(LINES)])
        if ADDON_MODEL in env:
            amazon = env['res.partner'].create({'name': "Amazon Business", 'is_company': True})
            group = env[ADDON_MODEL].create({'name': "Group", 'partner_id': amazon.id, 'marketplace': 'us'})
            group.flush_recordset()
            env.cr.execute("UPDATE amazon_punchout_group SET state = 'active'")
            env.invalidate_all()
            env.registry.clear_cache()
        self.drafts = self.orders(4)
        self.ordered = self.orders(ORDERS)
        self.ordered.button_confirm()
        self.long_draft = self.orders(2, LONG)
        self.long_ordered = self.orders(2, LONG)
        self.long_ordered.button_confirm()
        for order in self.ordered[:6]:
            self.receive(order.picking_ids)
        for order in self.ordered[:3]:
            order.action_create_invoice()
            order.invoice_ids.invoice_date = date(2026, 1, 1)
        self.ordered[:2].invoice_ids.action_post()

    def orders(self, count, lines=LINES):
        return self.env['purchase.order'].with_user(self.user).create([{
            'partner_id': self.vendor.id, 'partner_ref': f"Offer {number}", 'order_line': [Command.create({
                'product_id': self.products[line % LINES].id, 'product_qty': 2, 'price_unit': 7 + line,
            }) for line in range(lines)]} for number in range(count)])

    @staticmethod
    def receive(pickings):
        for move in pickings.move_ids:
            move.quantity = move.product_uom_qty
        pickings.move_ids.picked = True
        pickings.button_validate()

    # === COUNTING === #

    def count(self, name, step, *prepared):
        """Count the queries of a step; of several prepared records, the last one, when all caches are warm."""
        for record in prepared or (None, None, None):
            self.env.cr.commit()
            self.env.transaction.reset()
            env = self.env(user=self.user.id, context={'lang': 'en_US', 'tz': 'UTC', 'uid': self.user.id})
            with noted() as self.queries[name]:
                step(env) if record is None else step(env[record._name].browse(record.ids))
                env.flush_all()

    def page(self, name, model, view_types, view=None, ids=None, domain=()):
        for view_type in view_types:
            views = self.env[model].with_user(self.user).get_views(
                [(self.env.ref(view).id if view else False, view_type)])
            arch = etree.fromstring(views['views'][view_type]['arch'])
            fields = {each: description['fields'] for each, description in views['models'].items()}
            spec = web_client.specification(arch, model, fields)

            def read(env, spec=spec, view_type=view_type):
                if view_type == 'form':
                    return env[model].browse(ids).web_read(spec)
                return env[model].web_search_read(list(domain), spec, limit=web_client.PAGE_LIMIT)
            self.count(f"{name}, {view_type}", read)

    # === PAGES AND STEPS === #

    def run(self):
        order, receipt, bill = self.ordered[0], self.ordered[7].picking_ids, self.ordered[0].invoice_ids
        self.page("orders", 'purchase.order', ('list', 'kanban', 'form'), ids=order.ids)
        self.page("purchase orders", 'purchase.order', ('list',), 'purchase.purchase_order_view_tree')
        self.page("requests for quotation", 'purchase.order', ('list',), 'purchase.purchase_order_kpis_tree')
        self.page("draft order", 'purchase.order', ('form',), ids=self.drafts[0].ids)
        self.page("long order", 'purchase.order', ('form',), ids=self.long_ordered[0].ids)
        self.page("order lines", 'purchase.order.line', ('list', 'form'), ids=order.order_line[0].ids)
        self.page("receipts", 'stock.picking', VIEWS, ids=receipt.ids, domain=[('picking_type_code', '=', 'incoming')])
        self.page("done receipt", 'stock.picking', ('form',), ids=order.picking_ids.ids)
        self.page("moves", 'stock.move', ('list',), 'stock.view_move_tree')
        self.page("bills", 'account.move', ('list',), 'account.view_in_invoice_bill_tree',
                  domain=[('move_type', '=', 'in_invoice')])
        self.page("bills", 'account.move', ('kanban', 'form'), ids=bill.ids,
                  domain=[('move_type', '=', 'in_invoice')])
        self.page("journal items", 'account.move.line', ('list',))
        self.page("statement lines", 'account.bank.statement.line', ('list',))
        self.page("partners", 'res.partner', VIEWS, ids=self.vendor.ids, domain=[('name', 'like', 'Plain')])
        self.page("products", 'product.template', VIEWS, ids=self.products[0].product_tmpl_id.ids,
                  domain=[('name', 'like', 'Plain')])
        self.page("variants", 'product.product', ('form',), ids=self.products[0].ids)
        self.page("journals", 'account.journal', ('kanban',))
        self.count("dashboard of purchases", lambda env: env['purchase.order'].retrieve_dashboard())
        self.count("orders by vendor", lambda env: env['purchase.order'].web_read_group(
            [], ['partner_id'], ['amount_total:sum']))
        self.count("search box", self.search_box)
        self.count("name of orders", lambda env: env['purchase.order'].name_search("P000"))
        # What people do.
        self.count("change a quantity", self.change, *self.drafts[:3])
        self.count("change a quantity of a long order", self.change, *self.long_draft)
        self.count("change a quantity of a long ordered one", self.change, *self.long_ordered)
        self.count("write a quantity of a long order", self.write_quantity, *self.long_draft)
        self.count("write a quantity of a long ordered one", self.write_quantity, *self.long_ordered)
        self.count("add a line to a long order", self.add_line, *self.long_draft)
        self.count("create an order", lambda env: self.vendor.with_env(env) and env['purchase.order'].create({
            'partner_id': self.vendor.id, 'order_line': [Command.create({
                'product_id': self.products[0].id, 'product_qty': 2, 'price_unit': 7})]}))
        self.count("confirm", lambda orders: orders.button_confirm(), *self.drafts[:3])
        self.count("receive", lambda orders: self.receive(orders.picking_ids), *self.ordered[6:9])
        self.count("receive a long order", lambda orders: self.receive(orders.picking_ids), *self.long_ordered)
        self.count("create a bill", lambda orders: orders.action_create_invoice(), *self.ordered[6:9])
        self.count("bill a long order", lambda orders: orders.action_create_invoice(), *self.long_ordered)
        self.env['account.move'].search([('state', '=', 'draft')]).invoice_date = date(2026, 1, 2)
        self.count("change a quantity of a long billed one", self.change, *self.long_ordered)
        self.count("post a bill", lambda orders: orders.invoice_ids.action_post(), *self.ordered[6:9])
        self.count("cancel", lambda orders: orders.button_cancel(), *self.ordered[9:12])
        self.count("set to draft", lambda orders: orders.button_draft(), *self.ordered[9:12])

    def change(self, order):
        line = order.order_line[0]
        order.web_save({'order_line': [Command.update(line.id, {'product_qty': line.product_qty + 1})]}, {'name': {}})

    def write_quantity(self, order):
        """Change a line as an import or an integration does, which has nothing of the order in memory."""
        line = order.order_line.browse(order.order_line.ids[0])
        order.env.invalidate_all()
        line.write({'product_qty': 7})

    def add_line(self, order):
        order.web_save({'order_line': [Command.create({
            'product_id': self.products[1].id, 'product_qty': 2, 'price_unit': 7})]}, {'name': {}})

    def search_box(self, env):
        """Search as the search box does when a person types the name of a vendor."""
        arch = etree.fromstring(env['purchase.order'].get_views([(False, 'search')])['views']['search']['arch'])
        expression = arch.find("field[@name='name']").get('filter_domain')
        domain = odoo.tools.safe_eval.safe_eval(expression, {'self': "Plain"})
        assert env['purchase.order'].web_search_read(domain, {'name': {}}, limit=80)['length']


@contextmanager
def noted():
    """Note the queries of a block.

    :return: a list to which each is added, without its values
    """
    queries, execute = [], Cursor.execute

    def note(cursor, query, params=None, log_exceptions=True):
        queries.append(getattr(query, 'code', query))
        return execute(cursor, query, params, log_exceptions)
    with patch.object(Cursor, 'execute', note):
        yield queries


def main(database):
    config.parse_config(['-d', database, '--no-http', '--log-level=error'])
    # What happens in the same second is written in fewer queries.
    now = datetime.now().replace(microsecond=0)
    with patch.object(fields.Datetime, 'now', lambda *_args: now), Registry(database).cursor() as cr:
        pages = Pages(api.Environment(cr, api.SUPERUSER_ID, {}))
        pages.run()
    print(json.dumps(pages.queries))


if __name__ == '__main__':
    main(*sys.argv[1:])
