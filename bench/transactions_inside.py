"""What :mod:`bench.transactions` counts. Runs inside `odoo shell`; everything is rolled back."""
from __future__ import annotations

import json
import random

from odoo import fields

from odoo.addons.amazon_punchout import reports
from odoo.addons.amazon_punchout.tests.report_builder import ORDER_HEADERS, csv_report, order_row

ROWS = 1000
PAGE = 80
COLUMNS = (
    'order_id', 'approved', 'confirmed', 'received', 'charged', 'billed', 'refunded', 'paid', 'sentence', 'currency_id')


class Count:
    """Queries of Odoo, and blocks that PostgreSQL touches for them, by its own statistics."""

    def __init__(self, env):
        self.env = env

    def of(self, work):
        """Do something and return what it needed.

        :rtype: tuple[int, int]
        """
        self.env.flush_all()
        self.env.invalidate_all()
        queries, blocks = self.env.cr.sql_log_count, self._blocks()
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - queries, self._blocks() - blocks

    def _blocks(self):
        cursor = self.env.cr._obj
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT COALESCE(SUM(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read), 0)"
            " FROM pg_statio_user_tables")
        stored = int(cursor.fetchone()[0])
        cursor.execute("SELECT COALESCE(SUM(pg_stat_get_xact_blocks_fetched(oid)), 0) FROM pg_class")
        return stored + int(cursor.fetchone()[0])


def measure(env):
    """Count everything, and print it as JSON."""
    admin = env.ref('base.user_admin')
    admin.group_ids |= env.ref('account.group_account_manager')
    env = env(user=admin.id, context={'tz': 'UTC'})
    count, transactions = Count(env), env['amazon.punchout.transaction'].sudo()
    rows = env['amazon.punchout.reconciliation']
    env.cr.execute("SELECT count(*) FROM amazon_punchout_transaction")
    results = {'size': env.cr.fetchone()[0]}
    new, known = (orders_report(env, f'{random.randrange(10 ** 9)}') for _each in range(2))
    take(transactions, known)
    recent = [('date', '>=', fields.Date.subtract(fields.Date.today(), months=3))]
    different = [('is_different', '=', True)]

    def screen(domain):
        rows.web_search_read(
            domain, {name: {'fields': {'display_name': {}}} if name in ('order_id', 'currency_id') else {}
                     for name in COLUMNS}, limit=PAGE, count_limit=101)

    steps = {
        f"import: {ROWS} new charges": lambda: take(transactions, new),
        f"import: {ROWS} charges that are known": lambda: take(transactions, known),
        f"check of {ROWS} charges that are known": lambda: take(transactions, known, dry=True),
        f"matching {PAGE} charges again": lambda: transactions.search([], limit=PAGE, order='id')._match(),
        "Reconciliation, as the menu opens it": lambda: screen([*different, *recent]),
        "Reconciliation, all orders": lambda: screen([]),
        "Reconciliation, all differences": lambda: screen(different),
        "counting all differences": lambda: rows.search_count(different),
        "as of the end of last month": lambda: rows.with_context(
            amazon_as_of=fields.Date.start_of(fields.Date.today(), 'month')).search_count([*different, *recent]),
        "by month, all orders": lambda: rows.formatted_read_group([], ['date:month'], ['charged:sum', '__count']),
        "by month, the last three": lambda: rows.formatted_read_group(
            recent, ['date:month'], ['charged:sum', '__count']),
    }
    # What a server reads once, such as access rights, is not counted.
    take(transactions, known, dry=True)
    screen([*different, *recent])
    for name, work in steps.items():
        env.cr.execute("SAVEPOINT bench")
        results[name] = count.of(work)
        env.invalidate_all(flush=False)
        env.cr.execute("ROLLBACK TO SAVEPOINT bench")
    env.cr.rollback()
    print(json.dumps(results))


def take(transactions, raw, dry=False):
    """Import a report as the scheduled action does, part by part."""
    read = transactions._plan_statement if dry else transactions._import_statement
    for statement in reports.read_batches(raw, 'orders.csv'):
        read(statement, 'report', groups=transactions.env['amazon.punchout.group'].sudo().search([]))


def orders_report(env, mark):
    """Write a report of one charge per row, for orders of which half are known to Odoo."""
    group = env['amazon.punchout.group'].sudo().search([], limit=1)
    env.cr.execute("SELECT name FROM purchase_order WHERE amazon_group_id = %s ORDER BY id LIMIT %s",
                   [group.id, ROWS // 2])
    names = [name for (name,) in env.cr.fetchall()]
    return csv_report(ORDER_HEADERS, [order_row(
        '20.00', Order_ID=f'{mark}-{number:07}', Account_Group=group.name, Payment_Reference_ID=f'{mark}R{number}',
        PO_Number=names[number] if number < len(names) else '', ASIN='B00TEST001') for number in range(ROWS)])
