"""Purchase requests and Amazon carts that are shopped for them."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.amazon_punchout.tests.bill_case import BillCase
from odoo.addons.amazon_punchout.tests.common import START_PAGE, answer
from odoo.addons.amazon_punchout.tests.cxml_builder import item


@tagged('post_install', '-at_install')
class TestPurchaseRequest(BillCase):
    """With both, `amazon_punchout_purchase_request` adds *Shop This Request at Amazon*.

    Items of the cart go to the lines with their product or ASIN; a draft request gets its lines from the cart.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.requester = cls.new_user('requester', 'purchase_request.group_purchase_request_user')
        cls.shopper = cls.new_user(
            'shopper', 'purchase.group_purchase_user,purchase_request.group_purchase_request_user')
        cls.head = cls.new_user('head', 'purchase_request.group_purchase_request_manager')

    def request(self, *lines, user=None, approve=True):
        """Request lines, each a name or more values.

        :return: the `purchase.request` as superuser
        """
        request = self.env['purchase.request'].with_user(user or self.requester).create({
            'company_id': self.company.id, 'picking_type_id': self.warehouse.in_type_id.id,
            'line_ids': [(0, 0, {
                'product_uom_id': self.env.ref('uom.product_uom_unit').id, 'product_qty': 2,
                **(line if isinstance(line, dict) else {'name': line})}) for line in lines]})
        if approve:
            request.button_to_approve()
            request.with_user(self.head).button_approved()
        return request.sudo()

    def shop(self, request, *items, user=None):
        """Press Shop This Request at Amazon, and return with a cart.

        :return: the order as superuser
        """
        order = self.make_order(
            list(items), user=user or self.buyer, trip={'purchase_request_id': request.id})
        self.assertEqual(order.purchase_request_id, request)
        return order

    def pens(self, number=1, quantity='2', **values):
        return item(asin=f'B00TEST00{number}', price='10.00', quantity=quantity, auxiliary_id=f'136-1,{number}',
                    **values)

    def bought(self, request):
        """Return what was shopped for each line: ASIN and quantity in the unit of the line."""
        request.invalidate_recordset()
        return [[(allocation.purchase_line_id.amazon_asin, allocation.requested_product_uom_qty)
                 for allocation in line.purchase_request_allocation_ids] for line in request.line_ids.sorted('id')]

    # === STARTING === #

    def test_the_button_starts_a_trip_for_the_request(self):
        request = self.request({'name': "Pens, B00TEST001"})
        self.assertTrue(request.with_user(self.buyer).amazon_can_shop)
        with self.amazon(answer(start_page=START_PAGE)):
            action = request.with_user(self.buyer).action_amazon_shop()
        self.assertEqual(action['type'], 'ir.actions.act_url')
        session = self.env['amazon.punchout.session'].search([], limit=1)
        self.assertEqual((session.purchase_request_id, session.search_word), (request, 'B00TEST001'))

    def test_with_several_locations_the_dialog_keeps_the_request(self):
        other = self.env['stock.warehouse'].create({
            'name': "Second dock", 'code': 'DOCK2', 'company_id': self.company.id,
            'partner_id': self.warehouse.partner_id.copy().id})
        self.group.warehouse_ids |= other
        request = self.request("Pens")
        request.picking_type_id = other.in_type_id
        action = request.with_user(self.buyer).action_amazon_shop()
        shop = self.env['amazon.punchout.shop'].with_user(self.buyer).browse(action['res_id'])
        self.assertEqual((shop.warehouse_id, shop.search_word, shop.purchase_request_id), (other, "Pens", request))
        with self.amazon(answer(start_page=START_PAGE)):
            shop.action_shop()
        session = self.env['amazon.punchout.session'].search([], limit=1)
        self.assertEqual((session.purchase_request_id, session.warehouse_id), (request, other))

    def test_who_can_t_shop_has_no_button(self):
        request = self.request("Pens")
        self.assertFalse(request.with_user(self.requester).amazon_can_shop)
        self.assertTrue(request.with_user(self.buyer).amazon_can_shop)

    def test_what_waits_for_approval_is_not_shopped_for(self):
        request = self.request("Pens", approve=False)
        request.button_to_approve()
        self.assertFalse(request.with_user(self.buyer).amazon_can_shop)
        with self.assertRaisesRegex(UserError, "Its status is To be approved"):
            request.with_user(self.buyer).action_amazon_shop()

    def test_a_draft_of_another_user_is_not_shopped_for(self):
        request = self.request("Pens", approve=False)
        with self.assertRaises(AccessError):
            request.with_user(self.buyer).action_amazon_shop()

    def test_nobody_shops_for_a_request_by_the_dialog_alone(self):
        request = self.request("Pens", approve=False)
        shop = self.env['amazon.punchout.shop'].with_user(self.buyer).create({
            'group_id': self.group.id, 'warehouse_id': self.warehouse.id, 'purchase_request_id': request.id})
        with self.assertRaises(AccessError):
            shop.action_shop()

    def test_what_is_ordered_is_not_shopped_for_again(self):
        request = self.request("Pens")
        order = self.shop(request, self.pens())
        self.env.invalidate_all()
        self.assertFalse(request.with_user(self.buyer).amazon_can_shop)
        with self.assertRaisesRegex(UserError, "is on an order already"):
            request.with_user(self.buyer).action_amazon_shop()
        order.with_user(self.buyer).button_cancel()
        self.env.invalidate_all()
        self.assertTrue(request.with_user(self.buyer).amazon_can_shop)

    # === FILLING === #

    def test_items_go_to_the_lines_that_name_their_asin(self):
        request = self.request({'name': "Paper", 'specifications': "https://amazon.example/dp/B00TEST002"},
                               {'name': "Pens b00test001", 'product_qty': 5}, "Glue")
        order = self.shop(request, self.pens(1), self.pens(2, quantity='3'))
        self.assertEqual(self.bought(request), [[('B00TEST002', 2)], [('B00TEST001', 2)], []])
        self.assertEqual((request.state, order.origin), ('in_progress', request.name))
        self.assertIn(order.name, self.said(request))

    def test_items_go_to_the_lines_with_their_product(self):
        product = self.env['product.product'].create({
            'name': "Pens", 'seller_ids': [(0, 0, {'partner_id': self.vendor.id, 'product_code': 'B00TEST002'})]})
        self.group.item_policy = 'match'
        request = self.request("Glue", {'name': "Writing", 'product_id': product.id}, "Paper")
        self.shop(request, self.pens(1), self.pens(2))
        self.assertEqual(self.bought(request), [[], [('B00TEST002', 2)], []])

    def test_the_only_item_goes_to_the_only_line(self):
        request = self.request("Anything that writes")
        self.shop(request, self.pens())
        self.assertEqual(self.bought(request), [[('B00TEST001', 2)]])

    def test_another_item_than_the_one_that_was_wanted_is_for_the_buyer(self):
        request = self.request("B00TEST009")
        order = self.shop(request, self.pens())
        self.assertEqual(self.bought(request), [[]])
        self.assertIn("Choose their Request Line", self.said(order))

    def test_the_buyer_chooses_the_line_until_the_order_is_approved(self):
        request = self.request("Pens", "Paper")
        other = self.request("Other")
        order = self.shop(request, self.pens(1), self.pens(2))
        self.assertEqual(self.bought(request), [[], []])
        first, second = request.line_ids.sorted('id')
        with Form(order.with_user(self.buyer)) as form, form.order_line.edit(0) as line:
            line.request_line_id = second
        self.assertEqual(self.bought(request), [[], [('B00TEST001', 2)]])
        item_line = self.line(order, 1).with_user(self.buyer)
        with self.assertRaisesRegex(UserError, "is not a line of the purchase request"):
            item_line.request_line_id = other.line_ids
        item_line.request_line_id = first
        self.assertEqual(self.bought(request), [[('B00TEST001', 2)], []])
        order.with_user(self.buyer).button_confirm()
        with self.assertRaisesRegex(UserError, "approved or cancelled"):
            item_line.request_line_id = second

    def test_a_draft_request_is_filled_from_the_cart(self):
        request = self.request(user=self.shopper, approve=False)
        order = self.shop(request, self.pens(1, title="Blue pens"), self.pens(2, title="Black pens"), user=self.shopper)
        self.assertEqual(
            [(line.name, line.product_qty, line.estimated_cost) for line in request.line_ids.sorted('id')],
            [("Blue pens", 2, 20), ("Black pens", 2, 20)])
        self.assertEqual(self.bought(request), [[('B00TEST001', 2)], [('B00TEST002', 2)]])
        self.assertIn('B00TEST001', request.line_ids.sorted('id')[0].specifications)
        self.assertEqual((request.state, order.state), ('draft', 'draft'))

    # === ORDERING === #

    def test_nothing_is_ordered_before_the_request_is_approved(self):
        request = self.request(user=self.shopper, approve=False)
        order = self.shop(request, self.pens(), user=self.shopper)
        self.assertIn(f"Purchase request {request.name} must be approved first. Its status is Draft.",
                      order.with_user(self.shopper).amazon_missing)
        for button in ('button_confirm', 'button_approve'):
            with self.assertRaisesRegex(UserError, "must be approved first"), self.env.cr.savepoint():
                getattr(order.with_user(self.manager), button)()
        request.with_user(self.shopper).button_to_approve()
        request.with_user(self.head).button_approved()
        self.assertEqual(request.state, 'in_progress')
        order.with_user(self.shopper).button_confirm()
        self.assertEqual((order.state, order.amazon_missing), ('purchase', False))

    def test_a_direct_order_waits_for_the_approval_of_its_request(self):
        self.group.write({'flow': 'direct', 'direct_limit': 1000, 'direct_user_ids': [(4, self.shopper.id)]})
        request = self.request(user=self.shopper, approve=False)
        order = self.shop(request, self.pens(), user=self.shopper)
        self.assertEqual(order.state, 'draft')
        self.assertIn("must be approved first", self.said(order))

    def test_received_goods_count_on_the_request(self):
        request = self.request("Pens")
        order = self.shop(request, self.pens())
        order.with_user(self.buyer).button_confirm()
        self.send()
        self.receive_goods(order)
        request.invalidate_recordset()
        line = request.line_ids
        self.assertEqual((line.qty_done, line.pending_qty_to_receive), (2, 0))

    def test_a_request_of_another_company_takes_no_cart(self):
        request = self.request("Pens")
        request.company_id = self.env['res.company'].create({'name': "Another company"})
        self.shop(request, self.pens())
        self.assertEqual(self.bought(request), [[]])
