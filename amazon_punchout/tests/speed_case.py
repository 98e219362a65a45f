"""What the tests of speed have in common: big tables, and what queries read of them. Never seconds."""
import json
from contextlib import contextmanager
from unittest.mock import patch

from lxml import etree

from odoo.sql_db import Cursor
from odoo.tools import SQL

from . import web_client
from .message_case import MessageCase


class SpeedCase(MessageCase):
    """Tables with thousands of rows, and the plans that PostgreSQL really makes for them."""

    # === BIG TABLES === #

    def clone(self, record, count, **columns):
        """Copy the row of a record in SQL, which no rule of ours sees.

        :param record: a record
        :param int count: number of copies
        :param columns: SQL expressions of columns that differ; the number of the copy in them is `n`, from 1 on
        :return: the ids of the copies, in the order of their numbers
        :rtype: list[int]
        """
        record.ensure_one()
        self.env.flush_all()
        table = record._table
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'", [table])
        names = [name for (name,) in self.env.cr.fetchall()]
        unknown = columns.keys() - set(names)
        self.assertFalse(unknown)
        self.env.cr.execute(SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s original, generate_series(1, %s) n WHERE original.id = %s "
            "ORDER BY n RETURNING id",
            SQL.identifier(table), SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(
                SQL(columns[name].replace('%', '%%')) if name in columns else SQL.identifier('original', name)
                for name in names),
            SQL.identifier(table), count, record.id))
        return [row_id for (row_id,) in self.env.cr.fetchall()]

    def clone_orders(self, order, count, group_ids=None):
        """Copy an order with its lines, receipts, moves and documents.

        :param list[int] group_ids: the groups to which the documents of the copies belong; by default that of the order
        :return: the ids of the copies
        :rtype: list[int]
        """
        ids = self.clone(order, count, name="'C' || n || '-' || original.id")
        of_order = f"(ARRAY{ids})[n]"
        receipts = {receipt.id: self.clone(receipt, count, name="'R' || n || original.id")
                    for receipt in order.picking_ids}
        for line in order.order_line:
            lines = self.clone(line, count, order_id=of_order)
            for move in line.move_ids:
                moves = self.clone(
                    move, count, purchase_line_id=f"(ARRAY{lines})[n]",
                    picking_id=f"(ARRAY{receipts[move.picking_id.id]})[n]")
                for move_line in move.move_line_ids:
                    self.clone(move_line, count, move_id=f"(ARRAY{moves})[n]",
                               picking_id=f"(ARRAY{receipts[move.picking_id.id]})[n]")
        for document in order.amazon_document_ids:
            groups = {'group_id': f"(ARRAY{group_ids})[1 + n % {len(group_ids)}]"} if group_ids else {}
            self.clone(document, count, purchase_order_id=of_order, payload_id="'C' || n || '-' || original.id",
                       **groups)
        return ids

    def analyze(self, *models):
        """Have PostgreSQL count what was copied, so that it plans as on a database that has grown."""
        self.env.flush_all()
        self.grown = {self.env[model]._table for model in models}
        for table in self.grown:
            # New rows wait outside of an index for texts, until a vacuum in a real database.
            self.env.cr.execute(SQL(
                "SELECT gin_clean_pending_list(pg_index.indexrelid) FROM pg_index"
                " JOIN pg_class ON pg_class.oid = pg_index.indexrelid JOIN pg_am ON pg_am.oid = pg_class.relam"
                " WHERE pg_am.amname = 'gin' AND pg_index.indrelid = %s::regclass", table))
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.invalidate_all()

    # === WHAT QUERIES READ === #

    @contextmanager
    def queries(self):
        """Note the queries of a block.

        :return: a list to which each query is added as it was sent
        """
        noted, execute = [], Cursor.execute

        def note(cursor, query, params=None, log_exceptions=True):
            if isinstance(query, SQL):
                noted.append(cursor._obj.mogrify(query.code, query.params).decode())
            else:
                noted.append(cursor._obj.mogrify(query, params).decode())
            return execute(cursor, query, params, log_exceptions)
        self.env.flush_all()
        with patch.object(Cursor, 'execute', note):
            yield noted
            self.env.flush_all()

    def plan(self, query, analyze=False):
        """Ask PostgreSQL for the plan of a query.

        :param bool analyze: whether it is run, to count rows
        :return: the plan, and all of its nodes
        :rtype: tuple[dict, list[dict]]
        """
        option = "ANALYZE, BUFFERS, TIMING OFF, " if analyze else ""
        # Through the cursor of psycopg2: the query has its values and may contain any sign.
        cursor = self.env.cr._obj
        cursor.execute(f"EXPLAIN ({option}FORMAT JSON) {query}")
        plan = cursor.fetchone()[0]
        [top] = json.loads(plan) if isinstance(plan, str) else plan
        nodes, left = [], [top['Plan']]
        while left:
            node = left.pop()
            nodes.append(node)
            left += node.get('Plans', [])
        return top['Plan'], nodes

    def rows_read(self, query):
        """Count the rows that a query reads from tables that have grown, those included that it then leaves out.

        :rtype: int
        """
        _top, nodes = self.plan(query, analyze=True)
        return sum(
            int((node['Actual Rows'] + node.get('Rows Removed by Filter', 0)
                 + node.get('Rows Removed by Index Recheck', 0)) * node['Actual Loops'])
            for node in nodes if node.get('Relation Name') in self.grown)

    def blocks_read(self, query):
        """Count the blocks of 8 kB that a query touches.

        :rtype: int
        """
        top, _nodes = self.plan(query, analyze=True)
        return top['Shared Hit Blocks'] + top['Shared Read Blocks']

    def assertReadsFew(self, queries, most):
        """Assert that no query of a page or step reads more rows than this."""
        self.assertTrue(queries)
        for query in queries:
            if query.lstrip().upper().startswith(('SELECT', 'WITH')):
                rows = self.rows_read(query)
                self.assertLessEqual(rows, most, f"it reads {rows} rows: {query[:2000]}")

    # === PAGES === #

    def read_form(self, record, user):
        """Read a form as the browser of a user does.

        :return: the values
        :rtype: dict
        """
        self.begin_anew()
        record = record.with_env(self.env(user=user.id, su=False)).browse(record.ids)
        views = record.get_views([(False, 'form')])
        fields = {model: description['fields'] for model, description in views['models'].items()}
        arch = etree.fromstring(views['views']['form']['arch'])
        [values] = record.web_read(web_client.specification(arch, record._name, fields))
        return values
