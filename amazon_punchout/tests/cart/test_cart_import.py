"""From a cart to a draft order: which value goes where, and in whose name."""
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..common import AmazonCase
from ..cxml_builder import cart_xml, item


@tagged('post_install', '-at_install')
class TestDraftOrder(AmazonCase):

    def test_the_order_is_a_draft_of_the_groups_vendor_in_the_shoppers_name(self):
        before = fields.Datetime.now()
        order = self.make_order()
        self.assertEqual((order.state, order.amazon_state, order.amazon_deployment_mode),
                         ('draft', 'cart', 'production'))
        self.assertEqual((order.partner_id, order.company_id, order.currency_id),
                         (self.vendor, self.company, self.env.ref('base.USD')))
        self.assertEqual(order.picking_type_id, self.warehouse.in_type_id)
        self.assertEqual((order.amazon_requester_id, order.user_id, order.create_uid), (self.buyer,) * 3)
        self.assertIn(self.buyer.partner_id, order.message_partner_ids)
        self.assertEqual(order.amazon_group_id, self.group)
        held = order.amazon_valid_until - timedelta(days=7)
        self.assertTrue(before - timedelta(seconds=1) <= held <= fields.Datetime.now())
        session = order.amazon_session_id
        self.assertEqual((session.state, session.purchase_order_id), ('done', order))
        document = session.document_ids.filtered(lambda document: document.direction == 'in')
        self.assertEqual((document.document_type, document.state, document.purchase_order_id, document.payload_id),
                         ('PunchOutOrderMessage', 'processed', order, '1.2.3@amazon.example'))
        self.assertEqual(document.company_id, self.company)
        self.assertIn("Cart received from Amazon", order.message_ids.sorted('id')[0].body)

    def test_each_line_keeps_what_the_cart_stated(self):
        order = self.make_order([
            item(asin='B00TEST001', quantity='3', price='9.99', auxiliary_id=' 136-1,1 ', shipping='1.50', tax='2.40',
                 extrinsics=(('preference', 'default'), ('UPC', 'NA'))),
            item(asin='B00TEST002', title="A title with 50%25 & <b>\n", price='0.3333', auxiliary_id='136-1,2'),
        ], total='30.30', shipping='1.50', tax='2.40')
        first, second = order.order_line.filtered(lambda line: line.amazon_line_type == 'item')
        self.assertEqual((first.product_qty, first.price_unit, first.amazon_line_number), (3, 9.99, 1))
        self.assertEqual((first.amazon_asin, first.amazon_auxiliary_id), ('B00TEST001', ' 136-1,1 '))
        self.assertEqual((first.amazon_seller, first.amazon_condition, first.amazon_unspsc),
                         ('A seller', 'New', '44121615'))
        self.assertEqual(first.amazon_url, 'https://amazon.example/dp/B00TEST001')
        self.assertEqual((first.amazon_cart_quantity, first.amazon_cart_price, first.amazon_cart_shipping,
                          first.amazon_cart_tax), (3, 9.99, 1.5, 2.4))
        self.assertIn(['preference', 'default'], first.amazon_item['extrinsics'])
        self.assertEqual(second.name, "A title with 50%25 & <b>")
        self.assertEqual((second.price_unit, second.amazon_line_number), (0.3333, 2))
        self.assertEqual(order.amount_total, 34.2)

    def test_lines_stand_in_the_carts_order_with_shipping_and_tax_last(self):
        order = self.make_order([item(asin=f'B{number:09}') for number in range(12)], shipping='2', tax='3')
        self.env.invalidate_all()
        self.assertEqual(order.order_line.mapped('amazon_line_type'), ['item'] * 12 + ['shipping', 'tax'])
        self.assertEqual(order.order_line[:12].mapped('amazon_line_number'), list(range(1, 13)))

    def test_without_amounts_in_the_header_the_items_shipping_and_tax_apply(self):
        order = self.make_order([
            item(price='10.00', shipping='2.00', tax='1.00'), item(price='5.00', shipping='0.50', tax='0.25')])
        self.assertEqual(order.amount_total, 18.75)

    def test_items_are_goods_and_the_rest_services_so_only_items_are_received(self):
        order = self.make_order([item(quantity='2')], shipping='2', tax='3')
        self.assertEqual(order.order_line.product_id, self.group.product_id | self.group.shipping_product_id
                         | self.group.tax_product_id)
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.picking_ids.move_ids.product_id, self.group.product_id)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)

    def test_products_get_no_vendor_prices(self):
        order = self.make_order(shipping='2', tax='3')
        order.with_user(self.buyer).button_confirm()
        self.assertFalse(order.order_line.product_id.seller_ids)

    def test_a_draft_has_a_name_of_its_own_until_it_is_approved(self):
        order = self.make_order()
        cart_name = order.name
        self.assertRegex(cart_name, r'^AMZ-CART/\d{5}$')
        self.assertNotEqual(self.make_order().name, cart_name)
        number = self._next_number()
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.name, number)
        self.assertEqual(order.origin, cart_name)

    def _next_number(self):
        sequence = self.env['ir.sequence'].search([('code', '=', 'purchase.order')], limit=1)
        return sequence.get_next_char(sequence.number_next_actual)

    def test_a_setting_gives_the_draft_its_number_immediately(self):
        self.group.number_at_approval = False
        number = self._next_number()
        order = self.make_order()
        self.assertEqual((order.name, order.origin), (number, False))
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.name, number)

    def test_a_missing_unit_is_the_piece_and_a_mapped_one_its_unit(self):
        dozen = self.env.ref('uom.product_uom_dozen')
        order = self.make_order([item(unit=''), item(unit='ea'), item(unit='dzn', price='12.00')])
        unit = self.env.ref('uom.product_uom_unit')
        self.assertEqual([line.product_uom_id for line in order.order_line], [unit, unit, dozen])
        self.assertEqual(order.amount_total, 31.98)

    def test_the_groups_own_products_and_payment_term_are_used(self):
        product = self.env['product.product'].create({'name': "Office things", 'type': 'consu'})
        term = self.env.ref('account.account_payment_term_30days')
        self.group.write({'product_id': product.id, 'payment_term_id': term.id})
        order = self.make_order()
        self.assertEqual((order.order_line.product_id, order.payment_term_id), (product, term))

    def test_vendor_prices_of_the_item_product_do_not_touch_the_cart(self):
        self.group.product_id.seller_ids = [Command.create({
            'partner_id': self.vendor.id, 'price': 77, 'delay': 30, 'discount': 10})]
        order = self.make_order([item(price='9.99')])
        self.assertEqual((order.order_line.price_unit, order.order_line.discount, order.amount_total), (9.99, 0, 9.99))
        self.assertEqual(order.order_line.name, "Stapler, blue")

    def test_a_used_item_is_accepted_if_the_group_allows_it(self):
        self.group.new_items_only = False
        self.assertEqual(self.make_order([item(condition='Used - Good')]).order_line.amazon_condition, 'Used - Good')

    def test_the_limits_themselves_are_allowed(self):
        order = self.make_order([item(asin=f'B{number:09}', quantity='999') for number in range(50)])
        self.assertEqual(len(order.order_line), 50)

    def test_the_mode_is_the_one_that_was_shopped_in(self):
        self.group.state = 'test'
        session, cookie = self.start_trip()
        self.group.state = 'active'
        self.receive(cookie, cart_xml(cookie, [item()]))
        self.assertEqual(session.purchase_order_id.amazon_deployment_mode, 'test')

    def test_the_cart_is_built_in_the_groups_company_whatever_the_shopper_works_in(self):
        company = self.env['res.company'].create({
            'name': "Elsewhere", 'currency_id': self.env.ref('base.EUR').id,
            'partner_id': self.company.partner_id.copy({'name': "Elsewhere"}).id})
        warehouse = self.env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        warehouse.partner_id = self.warehouse.partner_id.copy()
        self.buyer.company_ids |= company
        term = self.env.ref('account.account_payment_term_30days')
        position = self.env['account.fiscal.position'].create({'name': "Abroad", 'company_id': company.id})
        self.vendor.with_company(company).write({
            'property_supplier_payment_term_id': term.id, 'property_account_position_id': position.id})
        group = self.group.copy({
            'name': "Theirs", 'company_id': company.id, 'shared_secret': 'x', 'warehouse_ids': False,
            'identity': 'Theirs'})
        group.state = 'test'
        self.assertEqual(self.buyer.company_id, self.company)
        session, cookie = self.start_trip(
            group=group.with_context(allowed_company_ids=[self.company.id, company.id]))
        session, _taken = self.receive(cookie, cart_xml(cookie, [item()], currency='EUR', shipping='1', tax='1'))
        order = session.purchase_order_id
        self.assertEqual((order.company_id, order.currency_id), (company, self.env.ref('base.EUR')))
        self.assertEqual((order.picking_type_id, order.order_line.company_id), (warehouse.in_type_id, company))
        self.assertEqual((order.payment_term_id, order.fiscal_position_id), (term, position))
        self.assertEqual(order.amount_total, 11.99)

    def test_the_cart_is_built_in_the_shoppers_language_and_rights(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.buyer.write({'lang': 'fr_FR', 'tz': 'Europe/Paris'})
        session, _cookie = self.start_trip()
        env = session._as_shopper().env
        self.assertEqual((env.user, env.su, env.lang, env.company), (self.buyer, False, 'fr_FR', self.company))

    def test_a_currency_without_a_rate_is_accepted_and_mentioned_on_the_order(self):
        peso = self.env.ref('base.MXN')
        peso.write({'active': True, 'rate_ids': [Command.clear()]})
        order = self.make_order(currency='MXN')
        self.assertIn("no exchange rate for MXN", self._notes(order))
        self.assertNotIn("only purchase managers", self._notes(order), "this company has no approval limit")
        self.company.po_double_validation = 'two_step'
        order = self.make_order(currency='MXN')
        self.assertIn("only purchase managers", self._notes(order))
        peso.rate_ids = [Command.create({'rate': 20, 'name': '2020-01-01', 'company_id': self.company.id})]
        order = self.make_order(currency='MXN')
        self.assertNotIn("rate", self._notes(order))
        self.assertEqual((order.currency_id, order.amount_total), (peso, 9.99))

    def _notes(self, order):
        return " ".join(order.message_ids.mapped('body'))


@tagged('post_install', '-at_install')
class TestStartedFromDraft(AmazonCase):

    def setUp(self):
        super().setUp()
        self.rfq = self.env['purchase.order'].with_user(self.manager).create({'partner_id': self.vendor.id})

    def shop_from_rfq(self, meanwhile=None):
        """Shop from the draft.

        :param meanwhile: called before the cart comes back
        :return: the order of the cart
        """
        session, cookie = self.start_trip(order=self.rfq.with_user(self.buyer))
        if meanwhile:
            meanwhile()
        self.env.flush_all()
        self.env.invalidate_all()  # the cart comes in a request of its own
        session, taken = self.receive(cookie, cart_xml(cookie, [item(quantity='2')], shipping='1.00'))
        self.assertTrue(taken)
        self.assertEqual(session.state, 'done', session.problem)
        return session.purchase_order_id

    def assertOrderOfItsOwn(self, order, name):
        self.assertNotEqual(order.id, self.rfq.id)
        self.assertEqual(order.origin, name)
        self.assertIn(name, order.message_ids.sorted('id')[0].body)
        self.assertRegex(order.name, '^AMZ-CART/')

    def add_line(self):
        self.rfq.order_line = [Command.create({
            'product_id': self.env['product.product'].create({'name': "Bread"}).id, 'product_qty': 1})]

    def test_an_empty_draft_is_filled(self):
        name = self.rfq.name
        order = self.shop_from_rfq()
        self.assertEqual((order.id, order.name, order.state), (self.rfq.id, name, 'draft'))
        self.assertEqual((order.amount_total, order.amazon_state, order.amazon_requester_id),
                         (20.98, 'cart', self.buyer))
        self.assertIn(self.buyer.partner_id, order.message_partner_ids)
        self.assertIn("Cart received", " ".join(order.message_ids.mapped('body')))
        order.with_user(self.buyer).button_confirm()
        self.assertEqual((order.name, order.amazon_state), (name, 'queued'))

    def test_the_shopper_follows_the_filled_draft_also_after_having_left_it(self):
        self.rfq.user_id = self.buyer
        self.rfq.message_unsubscribe(self.buyer.partner_id.ids)
        self.assertIn(self.buyer.partner_id, self.shop_from_rfq().message_partner_ids)

    def test_a_draft_that_was_sent_as_rfq_is_filled_and_a_draft_again(self):
        order = self.shop_from_rfq(lambda: self.rfq.write({'state': 'sent'}))
        self.assertEqual((order.id, order.state), (self.rfq.id, 'draft'))

    def test_a_draft_with_lines_is_left_alone_and_named(self):
        self.add_line()
        order = self.shop_from_rfq()
        self.assertOrderOfItsOwn(order, self.rfq.name)
        self.assertEqual(self.rfq.order_line.product_id.name, "Bread")
        self.assertFalse(self.rfq.amazon_session_id)
        cart_name = order.name
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.origin, f"{cart_name}, {self.rfq.name}", "the cart's name is kept beside it")

    def test_a_draft_that_got_lines_meanwhile_is_named(self):
        self.assertOrderOfItsOwn(self.shop_from_rfq(self.add_line), self.rfq.name)

    def test_a_draft_that_was_confirmed_meanwhile_is_named(self):
        self.assertOrderOfItsOwn(self.shop_from_rfq(self.rfq.button_confirm), self.rfq.name)
        self.assertFalse(self.rfq.order_line)

    def test_a_draft_that_was_cancelled_meanwhile_is_named(self):
        self.assertOrderOfItsOwn(self.shop_from_rfq(self.rfq.button_cancel), self.rfq.name)

    def test_a_draft_that_was_deleted_meanwhile_is_named(self):
        name = self.rfq.name

        def delete():
            self.rfq.button_cancel()
            self.rfq.unlink()
        order = self.shop_from_rfq(delete)
        self.assertEqual(order.origin, name)
        self.assertIn(name, order.message_ids.sorted('id')[0].body)

    def test_a_draft_that_changed_its_vendor_meanwhile_is_named(self):
        baker = self.env['res.partner'].create({'name': "A baker"})
        order = self.shop_from_rfq(lambda: self.rfq.write({'partner_id': baker.id}))
        self.assertOrderOfItsOwn(order, self.rfq.name)
        self.assertEqual(self.rfq.partner_id, baker)

    def test_a_draft_that_another_cart_filled_is_named(self):
        _session, cookie = self.start_trip(order=self.rfq.with_user(self.buyer))
        first = self.shop_from_rfq()
        session, _taken = self.receive(cookie, cart_xml(cookie, [item(asin='B00SECOND1')]))
        self.assertEqual(first.id, self.rfq.id)
        self.assertOrderOfItsOwn(session.purchase_order_id, self.rfq.name)
        self.assertEqual(first.order_line.filtered('amazon_asin').amazon_asin, 'B00TEST001')

    def test_a_draft_that_moved_out_of_the_shoppers_reach_is_named(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})

        def move():
            self.rfq.sudo().write({
                'company_id': company.id, 'user_id': False,
                'picking_type_id': self.env['stock.picking.type'].search(
                    [('company_id', '=', company.id), ('code', '=', 'incoming')], limit=1).id})
        self.assertOrderOfItsOwn(self.shop_from_rfq(move), self.rfq.name)
