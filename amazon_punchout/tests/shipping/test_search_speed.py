"""What people type into the search box of orders: words cost nothing more than in core, numbers are looked up first."""
from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..cxml_builder import item, ship_notice_xml
from ..speed_case import SpeedCase

COPIES = 3000
MOST = 100
TABLES = ('amazon_punchout_shipment', 'purchase_order_line')


@tagged('post_install', '-at_install')
class TestSearchSpeed(SpeedCase):

    def setUp(self):
        super().setUp()
        self.order = self.sent_order([item(asin='B00FINDME1')])
        self.other = self.sent_order([item(asin='B00OTHER01')])
        self.deliver(ship_notice_xml(self.order, [(1, 1)], tracking='1Z42FIND'))
        copies = self.clone_orders(self.other, COPIES)
        shipments = self.clone(self.order.amazon_shipment_ids, COPIES, purchase_order_id=f"(ARRAY{copies})[n]",
                               tracking_number="'1ZCOPY' || n")
        self.clone(self.order.amazon_shipment_ids.line_ids, COPIES, shipment_id=f"(ARRAY{shipments})[n]")
        self.env.cr.execute("UPDATE purchase_order_line SET amazon_asin = 'B0' || lpad(id::text, 8, '0') "
                            "WHERE order_id = ANY(%s)", [copies])
        self.analyze('purchase.order', 'purchase.order.line', 'amazon.punchout.shipment')
        arch = self.env['purchase.order'].get_views([(False, 'search')])['views']['search']['arch']
        self.expression = etree.fromstring(arch).find("field[@name='name']").get('filter_domain')

    def search(self, typed):
        """Search as the search box does.

        :return: the orders, and the queries
        """
        domain = safe_eval(self.expression, {'self': typed})
        for _warm in range(2):
            self.begin_anew()
            orders = self.env['purchase.order'].with_user(self.buyer)
            with self.queries() as queries:
                found = orders.search(domain, limit=80)
        return found, queries

    def core_search(self, typed):
        domain = [
            '|', '|', ('name', 'ilike', typed), ('partner_ref', 'ilike', typed), ('partner_id', 'child_of', typed)]
        for _warm in range(2):
            self.begin_anew()
            orders = self.env['purchase.order'].with_user(self.buyer)
            with self.queries() as queries:
                orders.search(domain, limit=80)
        return queries

    def test_a_word_costs_what_it_costs_in_core(self):
        for typed in ("Amazon Business", "zz"):
            with self.subTest(typed=typed):
                (_found, ours), core = self.search(typed), self.core_search(typed)
                self.assertEqual(len(ours), len(core))
                # Above 100,000 PostgreSQL compiles a query at first, which takes longer than running it.
                costs = [self.plan(queries[-1])[0]['Total Cost'] for queries in (ours, core)]
                self.assertLessEqual(costs[0], costs[1] * 1.3, costs)

    def test_numbers_are_found_by_indexes(self):
        for typed in ('1z42find', '42FIN', 'b00findme1'):
            with self.subTest(typed=typed):
                found, queries = self.search(typed)
                self.assertEqual(found, self.order)
                self.assertReadsFew([query for query in queries if any(f'FROM "{each}"' in query for each in TABLES)],
                                    MOST)

    def test_the_list_of_shipments_reads_the_contents_of_all_at_once(self):
        counts = []
        for limit in (2, 80):
            for _warm in range(2):
                self.begin_anew()
                shipments = self.env['amazon.punchout.shipment'].with_user(self.buyer)
                with self.queries() as queries:
                    found = shipments.web_search_read([], {'contents': {}, 'tracking_link': {}}, limit=limit)
            self.assertEqual(len(found['records']), limit)
            counts.append(len(queries))
        self.assertEqual(*counts)
