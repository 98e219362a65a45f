"""No filter and no search of our screens reads a big table from end to end."""
from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import datetime, dateutil, safe_eval

from ..cxml_builder import confirmation_xml, ship_notice_xml
from ..grown_case import COPIES, GrownCase
from ..message_case import MessageCase
from ..web_client import PAGE_LIMIT

# What one query may read: the first page and the number of records, which our lists count up to 1000.
MOST = 1300
LISTED = (
    'amazon.punchout.document', 'amazon.punchout.session', 'amazon.punchout.transaction', 'amazon.punchout.shipment')
ORDERS = ('view_purchase_order_filter', 'purchase_order_view_search')
# Half of all documents, which alternate in a database that has grown. Here all of one kind are copied at once.
HALVES = ('to_amazon', 'from_amazon')


@tagged('post_install', '-at_install')
class TestSearchPlans(GrownCase):

    def setUp(self):
        super().setUp()
        self.assertGreater(COPIES, 2 * MOST)
        self.reader = self.new_user(
            'reader', 'amazon_punchout.group_administrator,purchase.group_purchase_manager,'
                      'account.group_account_invoice')

    def names(self):
        return {
            'uid': self.reader.id, 'context_today': datetime.date.today, 'datetime': datetime,
            'relativedelta': dateutil.relativedelta.relativedelta, 'self': "Zxqv"}

    def filters(self, model, view):
        """List what a person may search for.

        :return: pairs of a name and a domain
        """
        records = self.env[model].with_user(self.reader)
        arch = etree.fromstring(records.get_views([(view and view.id, 'search')])['views']['search']['arch'])
        for node in arch.iter('filter', 'field'):
            name, domain = node.get('name'), node.get('domain') or node.get('filter_domain')
            if model == 'purchase.order' and 'amazon' not in name:
                continue
            if domain:
                yield name, safe_eval(domain, self.names())
            elif node.tag == 'field':
                yield name, [(name, node.get('operator') or 'ilike', "Zxqv")]

    def assertSearchReadsFew(self, model, domain):
        records = self.env[model].with_user(self.reader)
        with self.queries() as queries:
            records.search_fetch(domain, ['display_name'], limit=PAGE_LIMIT)
            records.search_count(domain, limit=1001)
        self.assertReadsFew(queries, MOST)

    def test_filters_and_searches(self):
        screens = [(model, None) for model in LISTED]
        screens += [('purchase.order', self.env.ref(f'purchase.{name}')) for name in ORDERS]
        for model, view in screens:
            if not view:
                with self.subTest(model=model):
                    self.assertSearchReadsFew(model, [])
            for name, domain in self.filters(model, view):
                if name not in HALVES:
                    with self.subTest(model=model, filter=name):
                        self.assertSearchReadsFew(model, domain)

    def test_a_name_that_many_orders_have_finds_all_of_them(self):
        documents = self.env['amazon.punchout.document'].with_user(self.reader)
        # The last one is a part of the names of all copies, and of the number that Amazon gave the original.
        for typed, found in (("C1-", 1), (f"C{COPIES}-", 1), ("-", COPIES + 1)):
            with self.subTest(typed=typed):
                orders = documents.search([('purchase_order_id', 'ilike', typed)]).purchase_order_id
                self.assertEqual(len(orders), found)


@tagged('post_install', '-at_install')
class TestSearchOfNames(MessageCase):
    """Whoever has Amazon's number of an order in hand finds with it what our lists have of the order."""

    def test_amazon_s_number_finds_documents_trips_and_shipments(self):
        orders = self.sent_order() | self.sent_order()
        for order, number in zip(orders, ('113-1234567-0000001', '113-7654321-0000002'), strict=True):
            self.deliver(confirmation_xml(order, kind='accept', confirm_id=number))
            self.deliver(ship_notice_xml(order))
        self.assertEqual(orders[1].amazon_order_ref, '113-7654321-0000002')
        reader = self.new_user('reader', 'amazon_punchout.group_administrator,account.group_account_invoice')
        for model in ('amazon.punchout.document', 'amazon.punchout.session', 'amazon.punchout.shipment'):
            records = self.env[model].with_user(reader)
            for typed in (orders[1].name, '113-7654321-0000002', '7654321'):
                with self.subTest(model=model, typed=typed):
                    found = records.search([('purchase_order_id', 'ilike', typed)])
                    self.assertTrue(found)
                    self.assertEqual(found.purchase_order_id, orders[1])
                    self.assertEqual(records.search_count([('purchase_order_id', 'ilike', typed)]), len(found))
            self.assertFalse(records.search([('purchase_order_id', 'ilike', "113-9999999")]))

    def test_whose_trips_are_wanted(self):
        self.make_order()
        trips = self.env['amazon.punchout.session'].with_user(self.administrator)
        mine = trips.search([('user_id', 'ilike', self.buyer.name)])
        self.assertEqual(mine.user_id, self.buyer)
        self.assertEqual(trips.search([('user_id', 'not ilike', self.buyer.name), ('id', 'in', mine.ids)]), trips)
        self.assertEqual(trips.search([('group_id', 'ilike', self.group.name), ('id', 'in', mine.ids)]), mine)
