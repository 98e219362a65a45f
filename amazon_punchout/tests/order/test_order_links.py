"""The pages of an order on Amazon."""
from lxml import html

from odoo.tests import tagged

from ...tools.cart_lock import lifted
from ..message_case import MessageCase


@tagged('-at_install', 'post_install')
class TestOrderLinks(MessageCase):

    def links(self, order, user=None):
        """List text and address of each link."""
        order.invalidate_recordset()
        shown = order.with_user(user or self.buyer).amazon_links
        return [(link.text, link.get('href')) for link in html.fromstring(shown).iter('a')] if shown else []

    def set_number(self, order, text):
        with lifted():
            order.amazon_order_ref = text

    def test_one_link_for_each_amazon_order_leads_to_its_page(self):
        order = self.sent_order()
        self.set_number(order, '111-0000000-0000001, 111-0000000-0000002')
        self.assertEqual(self.links(order), [(number, (
            f'https://www.amazon.com/gp/your-account/order-details?orderID={number}'
        )) for number in ('111-0000000-0000001', '111-0000000-0000002')])

    def test_the_marketplace_decides_where_they_lead(self):
        order = self.sent_order()
        self.set_number(order, '250-0000000-0000001')
        for marketplace, host in (('jp', 'co.jp'), ('de', 'de'), ('gb', 'co.uk')):
            self.group.marketplace = marketplace
            self.assertEqual(self.links(order), [(
                '250-0000000-0000001',
                f'https://www.amazon.{host}/gp/your-account/order-details?orderID=250-0000000-0000001')])

    def test_without_a_number_the_link_leads_to_your_orders(self):
        self.assertEqual(
            self.links(self.sent_order()), [("Your Orders on Amazon", 'https://www.amazon.com/gp/css/order-history')])

    def test_what_never_went_to_amazon_has_no_link(self):
        self.assertEqual(self.links(self.make_order()), [])
        self.assertEqual(self.links(self.ordered()), [])
        self.assertEqual(self.links(self.env['purchase.order'].create({'partner_id': self.vendor.id})), [])

    def test_a_number_with_signs_in_it_stays_text(self):
        order = self.sent_order()
        self.set_number(order, '1"><script>alert(1)</script>&x=1')
        self.assertNotIn('<script', order.amazon_links)
        [(text, address)] = self.links(order)
        self.assertEqual(text, '1"><script>alert(1)</script>&x=1')
        self.assertTrue(address.endswith('orderID=1%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E%26x%3D1'), address)

    def test_the_form_shows_them(self):
        arch = self.env['purchase.order'].with_user(self.buyer).get_view(
            self.env.ref('purchase.purchase_order_form').id, 'form')['arch']
        self.assertIn('name="amazon_links"', arch)
