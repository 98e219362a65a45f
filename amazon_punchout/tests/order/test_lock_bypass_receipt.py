"""Goods arrive whatever Amazon was asked for: receipts of carts work as those of plain orders do."""
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..lock_common import LockCase


@tagged('post_install', '-at_install')
class TestReceipts(LockCase):

    def setUp(self):
        super().setUp()
        self.receipt = self.approve()
        self.stock_manager = self.new_user(
            'stockmanager', 'stock.group_stock_manager,purchase.group_purchase_user')
        self.stock_user = self.new_user('stockuser', 'stock.group_stock_user')

    def add_goods(self, receipt, product, quantity, user):
        """Note goods on a receipt that have no line on the order."""
        return self.env['stock.move'].with_user(user).create({
            'product_id': product.id, 'product_uom_qty': quantity, 'quantity': quantity, 'picked': True,
            'picking_id': receipt.id, 'location_id': receipt.location_id.id,
            'location_dest_id': receipt.location_dest_id.id,
        })

    def validate(self, receipt, user):
        receipt = receipt.with_user(user)
        receipt.move_ids.picked = True
        return receipt.with_context(skip_backorder=True).button_validate()

    def test_goods_that_were_not_ordered_become_a_line_of_quantity_0(self):
        for user in (self.stock_manager, self.buyer):
            order = self.make_order()
            receipt = self.approve(order)
            before = self.picture(order)
            with self.subTest(user=user.login):
                self.add_goods(receipt, self.goods, 3.0, user)
                self.validate(receipt, user)
                self.assertEqual(receipt.state, 'done')
                extra = order.order_line.filtered(lambda line: not line.amazon_line_type)
                self.assertEqual((extra.product_id, extra.product_qty, extra.qty_received), (self.goods, 0.0, 3.0))
                after = self.picture(order)
                self.assertEqual(after[0], before[0])
                self.assertEqual([row for row in after[1] if row[0] != extra.id], before[1])
                self.assert_blocked(lambda: extra.write({'product_qty': 3.0}))  # noqa: B023 - called at once
                self.assert_blocked(lambda: extra.unlink())  # noqa: B023

    def test_more_of_a_product_that_is_on_the_order_lands_on_its_line(self):
        before = self.picture()
        self.add_goods(self.receipt, self.line.product_id, 2.0, self.stock_manager)
        self.validate(self.receipt, self.stock_manager)
        self.assertEqual(self.line.qty_received, 4.0)
        self.assertEqual(self.picture(), before)

    def test_a_user_with_stock_rights_only_fares_as_with_a_plain_order(self):
        """Core itself lets only people with rights on orders note goods that weren't ordered."""
        plain = self.plain_order()
        plain.button_confirm()
        toner = self.env['product.product'].create({'name': "Toner", 'is_storable': True})
        outcomes = []
        for receipt in (plain.picking_ids, self.receipt):
            self.add_goods(receipt, toner, 1.0, self.stock_user)
            try:
                with self.env.cr.savepoint():
                    self.validate(receipt, self.stock_user)
                outcomes.append('done')
            except AccessError:
                outcomes.append('no access')
        self.assertEqual(outcomes[0], outcomes[1])

    def test_an_ordinary_receipt_needs_stock_rights_only(self):
        before = self.picture()
        self.validate(self.receipt, self.stock_user)
        self.assertEqual(self.receipt.state, 'done')
        goods = self.order.order_line.filtered(lambda line: line.amazon_line_type == 'item')
        self.assertEqual(goods.mapped('qty_received'), [2.0, 1.0])
        self.assertEqual(self.picture(), before)

    def test_receiving_less_makes_a_backorder(self):
        before = self.picture()
        move = self.receipt.move_ids.filtered(lambda move: move.purchase_line_id == self.line)
        move.with_user(self.stock_user).quantity = 1.0
        receipt = self.receipt.with_user(self.stock_user)
        receipt.move_ids.picked = True
        wizard = Form.from_action(self.env(user=self.stock_user), receipt.button_validate()).save()
        wizard.process()
        backorder = self.order.picking_ids - self.receipt
        self.assertEqual((self.line.qty_received, backorder.move_ids.product_uom_qty), (1.0, 1.0))
        self.validate(backorder, self.stock_user)
        self.assertEqual(self.line.qty_received, 2.0)
        self.assertEqual(self.picture(), before)

    def test_receiving_more_is_noted_on_the_line(self):
        before = self.picture()
        move = self.receipt.move_ids.filtered(lambda move: move.purchase_line_id == self.line)
        move.with_user(self.stock_user).quantity = 5.0
        self.validate(self.receipt, self.stock_user)
        self.assertEqual(self.line.qty_received, 5.0)
        self.assertEqual(self.picture(), before)

    def test_goods_go_back_and_come_again(self):
        self.validate(self.receipt, self.stock_manager)
        before = self.picture()
        returned = self.send_back(self.receipt, 1.0, to_refund=True)
        self.assertEqual(self.line.qty_received, 1.0)
        self.send_back(returned, 1.0, to_refund=True)
        self.assertEqual(self.line.qty_received, 2.0)
        self.assertEqual(self.picture(), before)

    def test_goods_that_never_came_can_go_back_too(self):
        """A return of a product that the order doesn't have adds a line of quantity 0 as well."""
        self.validate(self.receipt, self.stock_manager)
        returned = self.send_back(self.receipt, 1.0, to_refund=True, validate=False)
        move = self.add_goods(returned, self.goods, 1.0, self.stock_manager)
        move.to_refund = True
        self.validate(returned, self.stock_manager)
        extra = self.order.order_line.filtered(lambda line: line.product_id == self.goods)
        self.assertEqual((extra.product_qty, extra.qty_received), (0.0, -1.0))

    def send_back(self, receipt, quantity, to_refund, validate=True):
        wizard = self.env['stock.return.picking'].with_user(self.stock_manager).with_context(
            active_id=receipt.id, active_ids=receipt.ids, active_model='stock.picking').create({})
        lines = wizard.product_return_moves
        lines.filtered(lambda line: line.move_id.purchase_line_id != self.line).quantity = 0.0
        lines.filtered(lambda line: line.move_id.purchase_line_id == self.line).write({
            'quantity': quantity, 'to_refund': to_refund})
        returned = self.env['stock.picking'].browse(wizard.action_create_returns()['res_id'])
        if validate:
            self.validate(returned, self.stock_manager)
        return returned

    def test_received_quantities_of_services_are_typed_in(self):
        before = self.picture()
        shipping = self.order.order_line.filtered(lambda line: line.amazon_line_type == 'shipping')
        shipping.with_user(self.buyer).qty_received = 1.0
        self.assertEqual(shipping.qty_received, 1.0)
        self.assertEqual(self.picture(), before)

    def test_cancelling_an_unsent_order_cancels_its_receipt(self):
        self.order.with_user(self.buyer).button_cancel()
        self.assertEqual(self.receipt.state, 'cancel')

    def test_a_line_of_quantity_0_is_for_receipts_only(self):
        self.assert_blocked(lambda: self.env['purchase.order.line'].create({
            'order_id': self.order.id, 'product_id': self.goods.id, 'product_qty': 0.0,
            'move_ids': [Command.link(self.receipt.move_ids[0].id)]}))
