import json
from datetime import timedelta
from html import unescape

from odoo import fields
from odoo.tests import tagged

from ...tools.cart_lock import lifted
from ..api_case import ApiCase, error, reply
from ..cxml_builder import item
from ..rest_builder import offer, product

PATH = '/products/2020-08-26/products/getProductsByAsins'


@tagged('post_install', '-at_install')
class TestPrices(ApiCase):
    """A day before the price hold ends, the approvers read what the items of a waiting cart cost now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access.write({'use_products': True})

    def waiting(self, items=None, hours=20, **vals):
        """Make an order that waits for approval, and whose price hold ends in some hours."""
        self.set_limit(1)
        order = self.make_order(items or [
            item(asin='B00TEST001', title="Monitor", price='189.00', quantity='1', auxiliary_id='136-1,1')])
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, 'to approve')
        with lifted():
            order.write({'amazon_valid_until': fields.Datetime.now() + timedelta(hours=hours), **vals})
        return order

    def offers(self, *products):
        self.server.on(PATH, reply(body={'products': list(products)}))

    def run_now(self):
        self.access.products_next_at = False
        self.run_cron('amazon_punchout.ir_cron_prices')

    def said(self, order):
        """Give the text of the one note."""
        [note] = self.notes(order)
        return unescape(note.body).replace('\xa0', ' ')

    def notes(self, order):
        return order.message_ids.filtered(lambda message: "Amazon holds the prices of this cart" in message.body)

    def test_one_note_tells_the_approvers_what_differs(self):
        order = self.waiting()
        before = order.order_line.read(['price_unit', 'product_qty', 'amazon_cart_price'])
        self.offers(product('B00TEST001', offer('199.00', seller=order.order_line[0].amazon_seller)))
        self.run_now()
        [note] = self.notes(order)
        self.assertIn("Monitor: $ 199.00 now, $ 189.00 in the cart", self.said(order))
        self.assertIn(self.manager.partner_id, note.partner_ids)
        self.assertEqual(note.subtype_id, self.env.ref('mail.mt_note'))
        order.order_line.invalidate_recordset()
        self.assertEqual(order.order_line.read(['price_unit', 'product_qty', 'amazon_cart_price']), before)
        [asked] = self.server.asked
        self.assertEqual(json.loads(asked.body)['productIds'], ['B00TEST001'])
        self.assertEqual(asked.headers['x-amz-user-email'], self.buyer._amazon_email())

    def test_an_order_is_asked_about_once(self):
        order = self.waiting()
        self.offers(product('B00TEST001', offer('199.00')))
        for _each in range(3):
            self.run_now()
        self.assertEqual((len(self.server.asked), len(self.notes(order))), (1, 1))

    def test_what_is_the_same_is_not_listed(self):
        order = self.waiting([
            item(asin='B00TEST001', title="Monitor", price='189.00', quantity='1', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', title="Cable", price='5.00', quantity='1', auxiliary_id='136-1,2')])
        self.offers(product('B00TEST001', offer('189.00')), product('B00TEST002', offer('5.00')))
        self.run_now()
        self.assertIn("its prices outside of the cart are the same", self.said(order))
        self.assertNotIn("<li>", self.said(order))

    def test_the_seller_of_the_cart_counts(self):
        order = self.waiting()
        mine = order.order_line[0].amazon_seller
        self.offers(product('B00TEST001', offer('150.00', seller="Another"), offer('199.00', seller=mine.upper())))
        self.run_now()
        self.assertIn("199.00 now, ", self.said(order))
        other = self.waiting()
        self.offers(product('B00TEST001', offer('150.00', seller="Another")))
        self.run_now()
        self.assertIn(f"150.00 now from Another, $ 189.00 in the cart from {mine}", self.said(other))

    def test_what_is_gone_or_limited_is_said(self):
        order = self.waiting([
            item(asin='B00TEST001', title="Monitor", price='189.00', quantity='4', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', title="Cable", price='5.00', quantity='4', auxiliary_id='136-1,2'),
            item(asin='B00TEST003', title="Lamp", price='5.00', quantity='4', auxiliary_id='136-1,3')])
        self.offers(product('B00TEST001'), product('B00TEST002', offer('5.00', quantityLimits={'maxQuantity': 2})))
        self.run_now()
        self.assertIn("Monitor: not offered now, $ 189.00 in the cart", self.said(order))
        self.assertIn("at most 2 can be ordered now", self.said(order))
        self.assertNotIn("Lamp", self.said(order))

    def test_prices_depend_on_the_quantity(self):
        self.waiting([
            item(asin='B00TEST001', price='189.00', quantity='4', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', price='5.00', quantity='1', auxiliary_id='136-1,2'),
            item(asin='B00TEST003', price='5.00', quantity='4', auxiliary_id='136-1,3')])
        self.offers()
        self.run_now()
        self.assertEqual(
            sorted((body['quantity'], body['productIds']) for body in (
                json.loads(each.body) for each in self.server.asked)),
            [(1, ['B00TEST002']), (4, ['B00TEST001', 'B00TEST003'])])

    def test_another_currency_is_not_compared(self):
        order = self.waiting()
        self.offers(product('B00TEST001', offer(price={'value': {'currencyCode': 'CAD', 'amount': 9}})))
        self.run_now()
        self.assertNotIn("<li>", self.said(order))

    def test_orders_that_do_not_wait_are_left(self):
        self.waiting(hours=30)
        self.waiting(hours=-1)
        approved = self.waiting()
        approved.with_user(self.manager).button_approve()
        refused = self.waiting()
        refused.button_cancel()
        self.run_now()
        self.assertFalse(self.server.asked)

    def test_nothing_is_asked_unless_it_is_switched_on(self):
        self.waiting()
        self.access.use_products = False
        self.run_now()
        self.access.use_products = True
        self.group.database_name = 'another'
        self.run_now()
        self.assertFalse(self.server.asked)

    def test_an_api_that_does_not_work_is_asked_again(self):
        order = self.waiting()
        self.server.on(PATH, error(503, 'Unavailable'))
        self.run_now()
        self.run_cron('amazon_punchout.ir_cron_prices')
        self.assertEqual(len(self.server.asked), 1)
        self.assertIn("does not work at the moment", self.access.products_fault)
        self.offers(product('B00TEST001', offer('199.00')))
        self.run_now()
        self.assertEqual(len(self.notes(order)), 1)
        self.assertFalse(self.access.products_fault)

    def test_an_api_that_amazon_forbids_rests(self):
        self.waiting()
        self.server.on(PATH, error(403, 'Unauthorized'))
        self.run_now()
        self.run_now()
        self.assertEqual((self.access.products_state, len(self.server.asked)), ('stopped', 1))
        self.assertIn("Business Product Catalog", self.problem_notes())

    def test_a_question_that_amazon_declines_is_not_repeated(self):
        for answer in (error(400, 'InvalidInput', "No such user"), reply(raw=b'nonsense')):
            order = self.waiting()
            self.server.on(PATH, answer)
            asked = len(self.server.asked)
            self.run_now()
            self.run_now()
            self.assertEqual((len(self.server.asked) - asked, len(self.notes(order))), (1, 0))
            self.assertTrue(self.access.products_fault)
            self.assertEqual(order.state, 'to approve')
