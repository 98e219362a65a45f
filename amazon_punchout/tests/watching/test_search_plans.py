"""No filter and no search of our screens reads a big table from end to end."""
from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import datetime, dateutil, safe_eval

from ..grown_case import COPIES, GrownCase
from ..web_client import PAGE_LIMIT

# What one query may read: the first page and the number of records, which our lists count up to 1000.
MOST = 1300
LISTED = (
    'amazon.punchout.document', 'amazon.punchout.session', 'amazon.punchout.transaction', 'amazon.punchout.shipment')
ORDERS = ('view_purchase_order_filter', 'purchase_order_view_search')
# Half of all documents, which alternate in a database that has grown. Here all of one kind are copied at once.
HALVES = ('to_amazon', 'from_amazon')
# Core looks for orders by their name or their reference, which has no index there. Of users and groups, which are few,
# it finds all that have the name, and PostgreSQL may compare each trip with them: see docs/speed.md.
NAMES = ('purchase_order_id', 'user_id', 'group_id')


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
                if name not in (*HALVES, *NAMES):
                    with self.subTest(model=model, filter=name):
                        self.assertSearchReadsFew(model, domain)
