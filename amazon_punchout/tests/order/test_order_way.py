from odoo.tests import tagged

from ..common import SECRET, AmazonCase
from ..cxml_builder import item


@tagged('post_install', '-at_install')
class TestOrderWay(AmazonCase):

    def test_a_cart_becomes_an_order_that_goes_to_amazon_after_approval(self):
        order = self.make_order([item(quantity='2')], shipping='2.50', tax='1.25')
        self.assertRegex(order.name, r'^AMZ-CART/\d{5}$')
        self.assertEqual(order.amount_total, 23.73)
        order.with_user(self.buyer).button_confirm()
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'queued'))
        sent = self.send()
        self.assertEqual(len(sent), 1)
        self.assertIn(SECRET.encode(), sent[0])
        self.assertEqual(order.amazon_state, 'sent')
        self.assertEqual(order.picking_ids.origin, order.name)
