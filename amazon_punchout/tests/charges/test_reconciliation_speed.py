"""The page Reconciliation reads what it shows, and each table once for a filter that looks at all orders."""
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...models.charges import amazon_punchout_reconciliation_search
from ..booking_case import BookingCase
from ..reconciliation_case import WHAT, page_filters
from ..speed_case import SpeedCase

COPIES = 400
BIG = (
    'purchase.order', 'purchase.order.line', 'stock.move', 'amazon.punchout.transaction',
    'amazon.punchout.transaction.line')
DIFFERENT = [('is_different', '=', True)]


@tagged('post_install', '-at_install')
class TestReconciliationSpeed(BookingCase, SpeedCase):

    def setUp(self):
        super().setUp()
        self.rows = self.env['amazon.punchout.reconciliation'].with_user(self.biller)
        self.order_in_order = self.two_lines()
        self.order_charged = self.two_lines()
        self.transact(35.00, order=self.order_charged)

    def grow(self):
        """Add orders without a difference, which are newer than all others."""
        ids = self.clone_orders(self.order_in_order, COPIES)
        self.analyze(*BIG)
        return ids

    def blocks_of(self, step):
        """Count the blocks that the queries of a step touch."""
        self.env.invalidate_all()
        with self.queries() as queries:
            step()
        return sum(self.blocks_read(query) for query in queries if query.lstrip().upper().startswith('SELECT'))

    def test_what_looks_at_all_orders_reads_each_table_once(self):
        self.grow()
        self.assertEqual(self.rows.search(DIFFERENT).order_id, self.order_charged)
        for name, step in (
                ('count', lambda: self.rows.search_count(DIFFERENT)),
                ('groups', lambda: self.rows._read_group([], ['group_id'], ['charged:sum'])),
                ('sorted', lambda: self.rows.search([], order='charged desc', limit=5))):
            with self.subTest(step=name):
                # Order by order it is 60 blocks of each.
                self.assertLess(self.blocks_of(step) / COPIES, 20)

    def test_what_looks_at_many_orders_computes_each_part_before_it_joins_them(self):
        """Else PostgreSQL compares each order with each bill, which took 35 seconds at 10,000 orders."""
        self.grow()
        with self.queries() as queries:
            self.rows.search(DIFFERENT, limit=80)
        looking = [query for query in queries if '"is_different" IS TRUE' in query]
        self.assertTrue(looking)
        for query in looking:
            _top, nodes = self.plan(query)
            self.assertLessEqual({'goods', 'stated', 'booked'}, {node.get('CTE Name') for node in nodes})

    def test_a_page_of_orders_reads_only_them(self):
        self.grow()
        fields = [*WHAT, 'sentence', 'currency_id']
        few, more = (self.blocks_of(lambda limit=limit: self.rows.search([], limit=limit).read(fields))
                     for limit in (10, 40))
        self.assertLess(more, 40 * 200)
        self.assertLess(few, more / 2)

    def test_counting_all_orders_computes_nothing(self):
        self.grow()
        with self.queries() as queries:
            self.assertEqual(self.rows.search_count([]), COPIES + 2)
        for query in queries:
            self.assertNotIn('account_move', query)
            self.assertNotIn('stock_move', query)

    def test_a_page_of_differences_is_found_from_the_newest_order_on(self):
        newest = self.two_lines()
        self.transact(35.00, order=newest)
        self.grow()
        last = self.two_lines()
        self.transact(35.00, order=last)
        for sizes in ((1,), (1, 2, 500), (3000,)):
            with patch.object(amazon_punchout_reconciliation_search, 'NEWEST', sizes):
                found = [self.rows.search(DIFFERENT, limit=limit, offset=offset).order_id
                         for limit, offset in ((1, 0), (1, 1), (2, 1), (80, 0))]
                self.assertEqual(found[0], last)
                self.assertEqual(found[1], newest)
                self.assertEqual(found[2].ids, [newest.id, self.order_charged.id])
                self.assertEqual(found[3].ids, [last.id, newest.id, self.order_charged.id])
                self.assertEqual(self.rows.search_count(DIFFERENT, limit=2), 2)

    def test_who_may_not_read_the_page_may_not_search_it_either(self):
        rows = self.rows.with_user(self.buyer)
        for search in (rows.search, rows.search_count):
            with self.assertRaises(AccessError):
                search([*DIFFERENT, ('date', '<', '2000-01-01')], limit=1)

    def test_many_orders_at_once_have_the_figures_of_each_by_itself(self):
        together, other = self.two_lines(), self.two_lines()
        self.receive_goods(together)
        bill = self.charge(together, 35.00)
        self.post(bill.bill_ids)
        self.transact(70.01, {'total': 35.00}, {'total': 35.01, 'order_id': together.id}, order=other)
        self.env.flush_all()
        columns = [name for name, field in self.rows._fields.items() if field.store and field.column_type]
        for as_of in (False, '2026-03-15'):
            self.env.invalidate_all()  # as in another request
            rows = self.rows.with_context(amazon_as_of=as_of)
            alone = {row['id']: row for row in rows.search([], order='id').read(columns)}
            for domain in (DIFFERENT, [('is_different', '=', False)]):
                at_once = rows.search(domain)
                self.assertEqual(at_once.ids, sorted(
                    (each for each in alone if alone[each]['is_different'] == domain[0][2]), reverse=True))
            sums = rows._read_group([], ['order_id'], [f'{name}:sum' for name in WHAT])
            self.assertEqual(
                {order.id: tuple(amounts) for order, *amounts in sums},
                {each: tuple(alone[each][name] for name in WHAT) for each in alone})

    def test_the_filters_of_the_page_look_only_at_the_orders_of_their_days(self):
        old = self.order_charged
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_order SET date_approve = '2020-01-01' WHERE id = %s", [old.id])
        self.env.invalidate_all()
        recent = page_filters(self.env)['recent']
        self.assertFalse(self.rows.search([*DIFFERENT, *recent]))
        self.assertEqual(self.rows.search(DIFFERENT).order_id, old)


@tagged('post_install', '-at_install')
class TestMatchingSpeed(BookingCase, SpeedCase):

    def test_many_charges_of_many_orders_are_matched_together(self):
        order = self.two_lines()
        orders = self.env['purchase.order'].browse([order.id, *self.clone_orders(order, 11)])
        self.env.invalidate_all()
        charges = self.env['amazon.punchout.transaction'].concat(*[self.transact(
            20.00, {'order_ref': f'111-0000000-9{number:06}', 'purchase_order_number': each.name, 'order_id': False,
                    'asin': 'B00TEST001'}) for number, each in enumerate(orders)])
        looked_up = []
        for some in (charges[:2], charges[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.queries() as queries:
                some._match()
            looked_up.append(sum(query.lstrip().startswith('SELECT') for query in queries))
        self.assertEqual(charges.order_ids, orders)
        self.assertEqual(*looked_up)
