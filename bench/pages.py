"""Read each screen as the web client does, and count what it costs. Runs inside `odoo shell`, see :mod:`bench.screens`.

Queries are counted at the cursor, blocks of 8 kB by PostgreSQL itself (hit and read, of tables and of their indexes).
Each screen is read twice with cold caches of records and warm caches of everything else; the second time counts.
"""
from __future__ import annotations

import importlib.util
import json
import time
import traceback
from contextlib import contextmanager, suppress
from unittest.mock import patch

from lxml import etree
from psycopg2.errors import QueryCanceled

from odoo import fields
from odoo.sql_db import Cursor
from odoo.tools import safe_eval

from bench import core_screens
from lab import paths

# As a file, since the addon isn't imported where it isn't installed.
_spec = importlib.util.spec_from_file_location(
    'web_client', paths.ROOT / paths.ADDON / 'tests' / 'web_client.py')
web_client = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(web_client)
COUNT_LIMIT = 10000  # of the web client
BLOCKS = """
    SELECT COALESCE(SUM(pg_stat_get_xact_blocks_fetched(oid)), 0) FROM pg_class
     WHERE relkind IN ('r', 'i', 't') AND oid >= 16384"""
LONGEST = 120  # seconds of a query, after which it is given up
SLOW = 50  # blocks of a query that is noted


class Pages:
    """The screens of the addon, and those of Odoo on which Amazon's vendor or product appear."""

    def __init__(self, env, output, is_detailed=False, words=()):
        self.env = env
        self.words = words
        self.output = output
        self.is_detailed = is_detailed
        self.has_addon = 'amazon.punchout.group' in env
        self.user = env['res.users'].search([('login', '=', 'bench')])
        self.today = fields.Date.today()
        env.cr.execute("SET statement_timeout = %s", [LONGEST * 1000])
        env.cr.execute("SET max_parallel_workers_per_gather = 0")  # PostgreSQL counts their blocks elsewhere
        env.cr.commit()

    # === COUNTING === #

    def measure(self, name, read, login='bench', kind='screen'):
        """Count what a step costs, without keeping what it does.

        :param str name: of the row in the table
        :param read: a function of an environment
        """
        if not self.is_wanted(name):
            return
        user = self.env['res.users'].search([('login', '=', login)])
        for _round in range(2):
            self.env.cr.rollback()
            self.env.transaction.reset()
            env = self.env(user=user.id, context={
                'lang': 'en_US', 'tz': 'UTC', 'uid': user.id, 'bin_size': True,
                'allowed_company_ids': user.company_ids.ids})
            env.user.has_group('base.group_user')
            with self.counted() as counted:
                try:
                    counted['ms'] = self.timed(lambda env=env: (read(env), env.flush_all()))
                except QueryCanceled:
                    self.env.cr.rollback()
                    self.keep({'kind': kind, 'name': name, 'queries': None, 'blocks': None, 'ms': None})
                    return
                except Exception as error:  # pylint: disable=broad-except  # the other pages are measured all the same
                    print(f"{name}: {type(error).__name__}: {error}".splitlines()[0], flush=True)
                    return
        self.env.cr.rollback()
        self.keep({'kind': kind, 'name': name, **counted})
        self.env.transaction.reset()

    def is_wanted(self, name):
        """Tell whether a screen has one of the words in its name to which this run is limited."""
        return not self.words or any(word in name for word in self.words)

    def keep(self, result):
        """Write a result at once: what was measured is kept if the rest fails."""
        with open(self.output, 'a', encoding='utf-8') as file:
            file.write(json.dumps(result) + "\n")

    @staticmethod
    def timed(work):
        start = time.perf_counter()
        work()
        return round((time.perf_counter() - start) * 1000, 1)

    @contextmanager
    def counted(self):
        counted, execute = {'queries': 0, 'blocks': 0, 'ms': 0}, Cursor.execute
        cursor = self.env.cr._cnx.cursor()  # another one keeps the rows of the query that is counted

        def blocks():
            cursor.execute(BLOCKS)
            return int(cursor.fetchone()[0])

        noted = []

        def count(cr, query, params=None, log_exceptions=True):
            counted['queries'] += 1
            if not self.is_detailed:
                return execute(cr, query, params, log_exceptions)
            before, start = blocks(), time.perf_counter()
            result = execute(cr, query, params, log_exceptions)
            milliseconds = round((time.perf_counter() - start) * 1000, 1)
            if (read := blocks() - before) >= SLOW:
                noted.append((read, milliseconds, cr._obj.query.decode(errors='replace')))
            return result

        before = blocks()
        with patch.object(Cursor, 'execute', count), patch.object(Cursor, 'commit', lambda _cr: None):
            yield counted
        counted['blocks'] = blocks() - before
        if self.is_detailed and noted:
            counted['slow'] = sorted(noted, reverse=True)[:5]

    # === VIEWS === #

    def views(self, model, view_id, view_type):
        return self.env[model].with_user(self.user).get_views(
            [(view_id or False, view_type), (False, 'search')], {'toolbar': False})

    def page(self, name, model, view_type, domain=(), view_id=False, context=None, kind='screen', login='bench'):
        """Read the first page of a list or of cards."""
        if not self.is_wanted(name):
            return
        views = self.views(model, view_id, view_type)
        arch = etree.fromstring(views['views'][view_type]['arch'])
        spec = web_client.specification(arch, model, {each: value['fields'] for each, value in views['models'].items()})
        limit = int(arch.get('limit') or (web_client.PAGE_LIMIT if view_type == 'list' else 40))
        count = max(int(arch.get('count_limit') or COUNT_LIMIT), limit) + 1
        order = arch.get('default_order')
        groupby = (context or {}).get('group_by') or arch.get('default_group_by')
        if groupby:
            fields_of = views['models'][model]['fields']
            groups = [f'{name}:month' if fields_of.get(name, {}).get('type') in ('date', 'datetime') else name
                      for name in ([groupby] if isinstance(groupby, str) else groupby)]
            sums = [f"{node.get('name')}:sum" for node in arch.iter('field')
                    if node.get('sum') and node.get('name') in fields_of and fields_of[node.get('name')].get('store')]

            def read(env):
                env[model].with_context(**context or {}).web_read_group(
                    list(domain), groups[:1], sums, limit=web_client.PAGE_LIMIT, auto_unfold=view_type == 'kanban',
                    unfold_read_specification=spec)
        else:
            def read(env):
                env[model].with_context(**context or {}).web_search_read(
                    list(domain), spec, limit=limit, count_limit=count, order=order)
        self.measure(name, read, login=login, kind=kind)

    def form(self, name, record, view_id=False, kind='screen'):
        views = self.views(record._name, view_id, 'form')
        arch = etree.fromstring(views['views']['form']['arch'])
        spec = web_client.specification(
            arch, record._name, {each: value['fields'] for each, value in views['models'].items()})
        self.measure(f"{name}, form", lambda env: env[record._name].browse(record.ids).web_read(spec), kind=kind)
        return arch

    def buttons(self, name, record, arch):
        """Press each smart button and read the list that it opens."""
        boxes = arch.xpath("//div[contains(@class, 'oe_button_box')]//button[@type='object']")
        for button in dict.fromkeys(node.get('name') for node in boxes):
            found = {}

            def press(env, button=button, found=found):
                found['action'] = getattr(env[record._name].browse(record.ids), button)()
            self.measure(f"{name}, button {button}", press)
            self.opened(f"{name}, what {button} opens", found.get('action'))

    def opened(self, name, action):
        if not action or action.get('type') != 'ir.actions.act_window' or action.get('target') == 'new':
            return
        model, context = action['res_model'], self.context_of(action)
        if action.get('res_id'):
            return
        modes = [mode for _view, mode in action.get('views') or []] or action['view_mode'].split(',')
        mode = 'list' if 'list' in modes else 'kanban' if 'kanban' in modes else None
        view_id = next((view for view, each in action.get('views') or [] if each == mode), False)
        if mode:
            domain = self.domain_of(action.get('domain'))
            self.page(name, model, mode, domain + self.default_domain(model, context), view_id, context)

    def context_of(self, action):
        context = action.get('context') or {}
        return self.evaluate(context) if isinstance(context, str) else dict(context)

    def domain_of(self, domain):
        return list(self.evaluate(domain) if isinstance(domain, str) else domain or [])

    def names(self):
        return {
            'uid': self.user.id, 'context_today': fields.Date.today, 'datetime': safe_eval.datetime,
            'relativedelta': safe_eval.dateutil.relativedelta.relativedelta, 'time': safe_eval.time,
            'current_date': fields.Date.today().isoformat(), 'allowed_company_ids': self.user.company_ids.ids,
            'active_id': False}

    def evaluate(self, text, typed=""):
        """Evaluate an expression of a view.

        :param str typed: what a person typed in the search box
        """
        return safe_eval.safe_eval(text, {**self.names(), 'self': typed, 'raw_value': typed})

    # === SEARCH VIEWS === #

    def search_arch(self, model, view_id=False):
        return etree.fromstring(self.env[model].with_user(self.user).get_views(
            [(view_id, 'search')])['views']['search']['arch'])

    def default_domain(self, model, context):
        """Write the domain of the filters with which an action opens."""
        domain = []
        for key, value in context.items():
            name = key.removeprefix('search_default_')
            if name == key or not value:
                continue
            for node in self.search_arch(model).xpath(f"//filter[@name='{name}']"):
                if node.get('domain'):
                    domain += self.filter_domain(node)
                elif node.get('default_period') == 'year':
                    domain += [(node.get('date'), '>=', str(fields.Date.start_of(self.today, 'year'))),
                               (node.get('date'), '<=', str(fields.Date.end_of(self.today, 'year')))]
        return domain

    def filter_domain(self, node):
        return list(self.evaluate(node.get('domain')))

    def searches(self, name, model, view_type, domain=(), view_id=False, search_id=False):
        """Use each filter, each grouping and each field of a search view."""
        for node in self.search_arch(model, search_id).iter('filter', 'field'):
            label = node.get('string') or node.get('name')
            if model == 'purchase.order' and 'amazon' not in (node.get('name') or ''):
                continue  # core's
            if node.tag == 'field':
                self.search_field(f"{name}, search {node.get('name')}", model, view_type, node, domain, view_id)
            elif node.get('domain'):
                self.page(f"{name}, filter {label}", model, view_type, [*domain, *self.filter_domain(node)], view_id)
            elif node.get('date'):
                first = fields.Date.start_of(self.today, 'month')
                self.page(f"{name}, filter {label}: this month", model, view_type, [
                    *domain, (node.get('date'), '>=', str(first)), (node.get('date'), '<=', str(self.today))], view_id)
                self.page(f"{name}, group by {label}: month", model, view_type, domain, view_id, {
                    'group_by': node.get('date')})
            if 'group_by' in (node.get('context') or ''):
                group = self.evaluate(node.get('context'))['group_by']
                self.page(f"{name}, group by {label}", model, view_type, domain, view_id, {'group_by': group})

    def search_field(self, name, model, view_type, node, domain, view_id):
        text = self.sample(model, node.get('name'))
        if node.get('filter_domain'):
            found = list(self.evaluate(node.get('filter_domain'), text))
        else:
            field = self.env[model]._fields.get(node.get('name'))
            if field is None or field.type in ('boolean', 'selection', 'date', 'datetime', 'monetary', 'float'):
                return
            operator = node.get('operator') or ('ilike' if field.type != 'integer' else '=')
            found = [(node.get('name'), operator, text)]
        self.page(name, model, view_type, [*domain, *found], view_id)
        self.page(f"{name}, nothing found", model, view_type, [
            *domain, *(json.loads(json.dumps(found).replace(json.dumps(text)[1:-1], 'Zxqv')))], view_id)

    def sample(self, model, name):
        """Find a text that a person may look for: one of a record in the middle."""
        record = self.env[model].sudo().search([(name, '!=', False)], limit=1, order='id desc') \
            if name in self.env[model]._fields and self.env[model]._fields[name].store else None
        value = record and record[name]
        if value and hasattr(value, '_name'):
            # An order's name, since no order has all of what it is shown with in its name or in its vendor reference.
            value = value[:1].name if value._name == 'purchase.order' else value[:1].display_name
        return str(value) if value and not isinstance(value, bytes) else "P00001"

    # === ALL OF THEM === #

    def ours(self):
        """Measure the screens of the addon: those that its actions open, with their searches and smart buttons."""
        data = self.env['ir.model.data'].search([
            ('module', '=', 'amazon_punchout'), ('model', '=', 'ir.actions.act_window')])
        for each in data.sorted('name'):
            action = self.env['ir.actions.act_window'].browse(each.res_id)
            try:
                self.screens_of(each.name.removesuffix('_action').removeprefix('amazon_punchout_'), action)
            except QueryCanceled:  # the screens of the other actions are measured all the same
                traceback.print_exc()
                self.env.cr.rollback()

    def screens_of(self, name, action):
        """Measure the screens that an action opens.

        :param str name: of the action, for the table
        :param action: the `ir.actions.act_window`
        """
        model = self.env.get(action.res_model)
        if model is None or model._transient or action.target == 'new':
            return
        context = self.context_of({'context': action.context})
        for view_id, mode in action.views:
            if mode in ('list', 'kanban'):
                domain = self.domain_of(action.domain)
                start = domain + self.default_domain(action.res_model, context)
                self.page(f"{name}, {mode}", action.res_model, mode, start, view_id, context)
                if mode == 'list':
                    self.page(f"{name}, without filter", action.res_model, mode, domain, view_id)
                    self.searches(name, action.res_model, mode, domain, view_id, action.search_view_id.id)
            elif mode == 'form' and self.is_wanted(f"{name}, form"):
                records = model.with_user(self.user).search(self.domain_of(action.domain), limit=1)
                if records:
                    arch = self.form(name, records, view_id)
                    self.buttons(name, records, arch)
            elif mode in ('pivot', 'graph'):
                self.pivot(f"{name}, {mode}", action.res_model, mode, view_id, self.domain_of(action.domain)
                           + self.default_domain(action.res_model, context))

    def pivot(self, name, model, mode, view_id, domain, kind='screen'):
        arch = etree.fromstring(self.views(model, view_id, mode)['views'][mode]['arch'])
        rows = [node.get('name') + (f":{node.get('interval')}" if node.get('interval') else '')
                for node in arch.iter('field') if node.get('type') in ('row', 'col') or (
                    mode == 'graph' and node.get('type') != 'measure')]
        measures = [f"{node.get('name')}:sum" for node in arch.iter('field') if node.get('type') == 'measure']
        measures = [each for each in measures if self.env[model]._fields[each.split(':')[0]].aggregator]
        self.measure(name, lambda env: env[model].formatted_read_group(domain, rows, [*measures, '__count']), kind=kind)

    def order_screens(self):
        """Measure what the addon adds to Odoo's screens of orders and bills."""
        orders = self.env['purchase.order']
        amazon = [('amazon_group_id', '!=', False)]
        order = orders.search([*amazon, ('amazon_state', '=', 'confirmed')], limit=1)
        arch = self.form("Amazon order", order)
        self.buttons("Amazon order", order, arch)
        for state in ('cart', 'sent'):
            self.form(f"Amazon order, {state}", orders.search([*amazon, ('amazon_state', '=', state)], limit=1))
        for xml_id in ('purchase.view_purchase_order_filter', 'purchase.purchase_order_view_search'):
            view = self.env.ref(xml_id)
            for node in etree.fromstring(orders.with_user(self.user).get_views(
                    [(view.id, 'search')])['views']['search']['arch']).iter('filter', 'field'):
                if 'amazon' in (node.get('name') or '') and node.get('domain'):
                    self.page(f"orders, filter {node.get('string')} ({xml_id.rpartition('_')[2]})", 'purchase.order',
                              'list', self.filter_domain(node))
        self.page("orders, My Amazon Orders of a buyer", 'purchase.order', 'list',
                  [('amazon_requester_id', '=', self.env['res.users'].search([('login', '=', 'bench1')]).id)],
                  login='bench1')
        bill = self.env['account.move'].search([('amazon_group_id', '!=', False)], limit=1)
        self.buttons("Amazon bill", bill, self.form("Amazon bill", bill))
        self.page("bills, filter Amazon", 'account.move', 'list', [
            ('amazon_group_id', '!=', False), ('move_type', '=', 'in_invoice')],
            self.env.ref('account.view_in_invoice_bill_tree').id)
        self.searches("orders", 'purchase.order', 'list')

    def core(self):
        """Measure the screens of Odoo on which Amazon's vendor or product appear, with or without the addon."""
        env = self.env
        vendor = env['res.partner'].search([('name', '=', "Amazon Business")], limit=1)
        env.cr.execute("SELECT product_id FROM purchase_order_line WHERE partner_id = %s LIMIT 1", [vendor.id])
        product = env['product.product'].browse(env.cr.fetchone()[0])
        order = env['purchase.order'].search([('partner_id', '=', vendor.id)], limit=1)
        core = {'kind': 'core'}
        ref = env.ref
        self.form("vendor", vendor, **core)
        self.form("product", product.product_tmpl_id, **core)
        self.form("variant", product, **core)
        self.form("order", order, **core)
        self.form("receipt", order.picking_ids[:1] or env['stock.picking'].search([], limit=1), **core)
        self.form("bill", env['account.move'].search([('partner_id', '=', vendor.id)], limit=1), **core)
        for name, model, mode, domain, view in core_screens.SCREENS:
            domain = [(field, operator, vendor.id if value == core_screens.VENDOR else value)
                      for field, operator, value in domain]
            with suppress(ValueError):
                self.page(f"{name}, {mode}", model, mode, domain, ref(view).id if view else False, **core)
        self.measure("dashboard of purchases", lambda env: env['purchase.order'].retrieve_dashboard(), **core)
        self.measure("search box of orders", lambda env: env['purchase.order'].web_search_read(
            ['|', '|', ('name', 'ilike', "Plain"), ('partner_ref', 'ilike', "Plain"),
             ('partner_id', 'child_of', "Plain Vendor")], {'name': {}}, limit=80, count_limit=10001), **core)
        self.measure("name of orders", lambda env: env['purchase.order'].name_search("P000"), **core)
        for mode in ('pivot', 'graph'):
            self.pivot(f"analysis of purchases, {mode}", 'purchase.report', mode, False, [], **core)
        self.pivot("report of vendors on time", 'vendor.delay.report', 'pivot', False, [], **core) \
            if 'vendor.delay.report' in env else None


def main(env, kinds, output, is_detailed=False, words=()):
    """Measure, and write lines of JSON.

    :param kinds: 'ours', 'core' or both
    :param str output: path of the file
    :param words: of which one is in the name of each screen that is measured; by default all are
    """
    with open(output, 'w', encoding='utf-8'):
        pages = Pages(env, output, is_detailed, words)
    parts = []
    if 'ours' in kinds:
        from bench.steps import Steps  # has the addon in it
        parts += [pages.order_screens, pages.ours] if words else [Steps(pages).run_all, pages.order_screens, pages.ours]
    if 'core' in kinds:
        parts.append(pages.core)
    for part in parts:
        try:
            part()
        except Exception:  # pylint: disable=broad-except  # the other parts are measured all the same
            traceback.print_exc()
            env.cr.rollback()
    env.cr.rollback()
