"""Core's own ways to change an order: each is blocked for a returned cart and as open as ever for plain orders."""
from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..lock_common import LockCase


@tagged('post_install', '-at_install')
class TestLockBypass(LockCase):

    # === REQUESTS FOR QUOTATION === #

    def test_carts_are_not_merged(self):
        plain = self.plain_order() | self.plain_order()
        plain.write({'user_id': self.buyer.id})
        other_cart = self.make_order()
        for who, env in self.everybody():
            for orders in (self.order | plain, self.order | other_cart):
                with self.subTest(who=who, orders=orders):
                    self.assert_blocked(orders.with_env(env).action_merge, message="can't be merged")
        plain.action_merge()
        self.assertCountEqual(plain.mapped('state'), ['draft', 'cancel'])

    def test_the_catalog_is_blocked(self):
        product, goods = self.line.product_id, self.goods
        for step in (
            lambda order: order.action_add_from_catalog(),
            lambda order: order.order_line.with_context(order_id=order.id).action_add_from_catalog(),
            lambda order: order._update_order_line_info(product.id, 9),
            lambda order: order._update_order_line_info(product.id, 0),
            lambda order: order._update_order_line_info(goods.id, 1),
            lambda order: order._create_section('order_line', "Section", 'top'),
        ):
            self.assert_blocked_for_everybody(step)
        plain = self.plain_order()
        plain._update_order_line_info(goods.id, 5)
        self.assertEqual(plain.order_line.product_qty, 5.0)

    def test_the_suggestion_is_blocked(self):
        """It adds what is suggested and removes what is not."""
        context = {'suggest_based_on': 'actual_demand', 'suggest_days': 30, 'suggest_percent': 100}
        self.assert_blocked_for_everybody(lambda order: order.with_context(
            **context, suggest_domain=[('id', 'in', self.line.product_id.ids)]).action_purchase_order_suggest())
        self.env['stock.move'].create({
            'product_id': self.goods.id, 'product_uom_qty': 5.0, 'location_id': self.warehouse.lot_stock_id.id,
            'location_dest_id': self.env.ref('stock.stock_location_customers').id,
        })._action_confirm()
        self.goods.seller_ids = [Command.create({'partner_id': self.vendor.id, 'price': 2.0})]
        context = {**context, 'suggest_domain': [('id', 'in', self.goods.ids)], 'warehouse_id': self.warehouse.id}
        self.assert_blocked_for_everybody(
            lambda order: order.with_context(**context).action_purchase_order_suggest())
        plain = self.plain_order(user=self.manager)
        plain.order_line.product_qty = 1.0
        plain.with_context(**context).action_purchase_order_suggest()
        self.assertEqual(plain.order_line.product_qty, 5.0)

    def test_a_document_fills_no_cart(self):
        def decode(order, file_data, new):
            order.write({'partner_ref': "From a file", 'order_line': [
                Command.create({'product_id': self.goods.id, 'product_qty': 1.0})]})
        self.patch(type(self.env['purchase.order']), '_get_edi_decoder',
                   lambda order, file_data, new=False: {'priority': 10, 'decoder': decode})
        attachment = self.env['ir.attachment'].create({'name': "order.xml", 'raw': b'<Order/>'})

        def upload(order):
            order._extend_with_attachments(order._to_files_data(attachment))
        self.assert_blocked(lambda: upload(self.order))
        self.assert_blocked(lambda: upload(self.order.with_user(self.manager)))
        plain = self.plain_order()
        upload(plain)
        self.assertEqual((plain.partner_ref, len(plain.order_line)), ("From a file", 2))

    def test_alternatives_of_a_call_for_tenders_clear_no_cart(self):
        """Where purchase_requisition is installed its own buttons are pressed, else what they write is written."""
        lines = self.order.order_line
        with_alternatives = hasattr(lines, 'action_clear_quantities')

        def clear(lines):
            return lines.action_clear_quantities() if with_alternatives else lines.write({'product_qty': 0})
        plain = self.plain_order()
        self.assert_blocked_for_everybody(lambda order: clear(order.order_line))
        if with_alternatives:
            wizard = self.env['purchase.requisition.create.alternative'].create({
                'origin_po_id': self.order.id, 'partner_ids': [Command.set(self.other_vendor.ids)]})
            alternative = self.env['purchase.order'].browse(wizard.action_create_alternative()['res_id'])
        else:
            alternative = self.env['purchase.order'].with_context(origin_po_id=self.order.id).create({
                'partner_id': self.other_vendor.id, 'order_line': [Command.create({
                    'product_id': line.product_id.id, 'product_qty': line.product_qty,
                    'product_uom_id': line.product_uom_id.id}) for line in lines]})
            alternative.order_line._compute_tax_id()
        self.assertFalse(alternative.amazon_session_id or any(alternative.order_line.mapped('amazon_line_type')))
        if with_alternatives:
            self.assert_blocked(lambda: alternative.order_line[0].action_choose())
        clear(plain.order_line)
        self.assertEqual(plain.order_line.product_qty, 0.0)

    # === E-MAIL AND PAPER === #

    def test_a_cart_is_not_sent_by_email(self):
        for context in ({'send_rfq': True}, {}, {'mark_rfq_as_sent': True}):
            self.assert_blocked_for_everybody(
                lambda order: order.with_context(**context).action_rfq_send(),  # noqa: B023 - called at once
                message="not sent by e-mail")
        self.manager.group_ids += self.env.ref('purchase.group_send_reminder')
        self.assert_blocked(lambda: self.order.with_user(self.manager)._send_reminder_mail(send_single=True),
                            message="not sent by e-mail")
        self.assertEqual(self.plain_order().action_rfq_send()['res_model'], 'mail.compose.message')

    def test_a_message_leaves_the_state_alone(self):
        before = self.picture()
        for _who, env in self.everybody():
            self.order.with_env(env).with_context(mark_rfq_as_sent=True).message_post(body="Hello")
        self.assertEqual(self.picture(), before)
        self.assertEqual(self.order.message_ids[0].preview, "Hello")
        plain = self.plain_order()
        plain.with_context(mark_rfq_as_sent=True).message_post(body="Hello")
        self.assertEqual(plain.state, 'sent')

    def test_printing_keeps_the_state(self):
        self.company.external_report_layout_id = self.env.ref('web.external_layout_standard')
        plain = self.plain_order()
        before = self.picture()
        for _who, env in self.everybody():
            action = (self.order | plain).with_env(env).print_quotation()
            self.assertEqual(action['type'], 'ir.actions.report')
            self.assertCountEqual(action['context']['active_ids'], (self.order | plain).ids)
        self.assertEqual(self.picture(), before)
        self.assertEqual(plain.state, 'sent')
        html, _type = self.env['ir.actions.report']._render_qweb_html(
            'purchase.report_purchasequotation', self.order.ids)
        self.assertIn(self.order.name, html.decode())

    # === REPLENISHMENT === #

    def needed(self, name):
        """Make a product that is short, of the cart's vendor, with everything else as on the cart."""
        self.vendor.write({'buyer_id': self.buyer.id, 'group_rfq': 'all'})
        self.assertEqual(self.order.user_id, self.buyer)
        product = self.env['product.product'].create({
            'name': name, 'is_storable': True,
            'route_ids': [Command.set(self.env.ref('purchase_stock.route_warehouse0_buy').ids)],
            'seller_ids': [Command.create({'partner_id': self.vendor.id, 'price': 3.0})],
        })
        orderpoint = self.env['stock.warehouse.orderpoint'].create({
            'product_id': product.id, 'product_min_qty': 5, 'product_max_qty': 5,
            'location_id': self.warehouse.lot_stock_id.id})
        return product, orderpoint

    def test_replenishment_never_picks_a_cart_and_still_picks_plain_drafts(self):
        before = self.picture()
        paper, _orderpoint = self.needed("Paper")
        self.env['stock.rule'].run_scheduler()
        plain = self.env['purchase.order.line'].search([('product_id', '=', paper.id)]).order_id
        self.assertEqual((plain.partner_id, plain.state), (self.vendor, 'draft'))
        self.assertFalse(plain.amazon_session_id)
        self.assertEqual(self.picture(), before)
        ink, orderpoint = self.needed("Ink")
        orderpoint._procure_orderpoint_confirm(company_id=self.company)
        self.assertEqual(self.env['purchase.order.line'].search([('product_id', '=', ink.id)]).order_id, plain)
        pens, orderpoint = self.needed("Pens")
        orderpoint.with_user(self.system_administrator).action_replenish()
        self.assertEqual(self.env['purchase.order.line'].search([('product_id', '=', pens.id)]).order_id, plain)
        self.assertEqual(self.picture(), before)

    def test_replenishment_of_the_carts_own_product_makes_a_plain_order(self):
        before = self.picture()
        self.needed("Anything")
        product = self.line.product_id
        product.seller_ids = [Command.create({'partner_id': self.vendor.id, 'price': 3.0})]
        product.route_ids = self.env.ref('purchase_stock.route_warehouse0_buy')
        self.env['stock.rule'].run([self.env['stock.rule'].Procurement(
            product, 4.0, product.uom_id, self.warehouse.lot_stock_id, "Need", "Need", self.company,
            {'warehouse_id': self.warehouse, 'date_planned': fields.Datetime.now()})])
        line = self.env['purchase.order.line'].search([
            ('product_id', '=', product.id), ('amazon_line_type', '=', False)])
        self.assertEqual(line.product_qty, 4.0)
        self.assertEqual(self.picture(), before)

    # === BILLS === #

    def bill(self, product):
        """Make a vendor bill as an accountant types it in.

        :return: its line
        """
        self.set_up_accounting()
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'currency_id': self.order.currency_id.id,
            'invoice_line_ids': [Command.create({
                'product_id': product.id, 'quantity': 2.0, 'price_unit': 8.0, 'tax_ids': False})]})
        return bill.invoice_line_ids

    def set_up_accounting(self):
        accounts = {
            kind: self.env['account.account'].create({
                'name': kind, 'code': f'9900{number}', 'account_type': kind, 'reconcile': kind == 'liability_payable'})
            for number, kind in enumerate(('liability_payable', 'expense'))
        }
        self.env['account.journal'].create({
            'name': "Bills", 'type': 'purchase', 'code': 'AMZB', 'default_account_id': accounts['expense'].id})
        self.vendor.property_account_payable_id = accounts['liability_payable']

    def test_lines_of_a_bill_are_not_added(self):
        bill_line = self.bill(self.goods)

        def wizard(order):
            return order.env['bill.to.po.wizard'].with_context(active_ids=[-bill_line.id]).create({
                'purchase_order_id': order.id, 'partner_id': self.vendor.id})
        for state in ('draft', 'purchase'):
            if state == 'purchase':
                self.approve()
            for user in (self.buyer, self.manager, self.system_administrator, self.env.user):
                with self.subTest(state=state, user=user.login):
                    order = self.order.with_user(user)
                    self.assert_blocked(lambda: wizard(order).action_add_to_po())  # noqa: B023
                    self.assert_blocked(lambda: wizard(order).action_add_downpayment())  # noqa: B023
        self.assert_blocked_for_everybody(lambda order: order._create_downpayments([{
            'name': "Down payment", 'product_qty': 0.0, 'is_downpayment': True, 'price_unit': 5.0,
            'order_id': order.id}]))
        plain = self.plain_order(user=self.env.user)
        wizard(plain).action_add_to_po()
        self.assertEqual(len(plain.order_line), 2)

    def test_matching_a_bill_writes_no_quantity_and_no_price(self):
        self.set_up_accounting()
        self.approve()
        self.env.flush_all()
        for user in (self.system_administrator, self.env.user, self.new_user(
                'accountant', 'account.group_account_invoice,purchase.group_purchase_user')):
            match = self.env['purchase.bill.line.match'].with_user(user).browse(self.line.id)
            with self.subTest(user=user.login):
                self.assert_blocked(lambda: match.write({'product_uom_qty': 9.0}))  # noqa: B023
                self.assert_blocked(lambda: match.write({'product_uom_price': 0.01}))  # noqa: B023

    def test_a_bill_is_matched_with_the_lines_of_a_cart(self):
        self.approve()
        bill_line = self.bill(self.line.product_id)
        self.env.flush_all()
        before = self.picture()
        self.env['purchase.bill.line.match'].browse([self.line.id, -bill_line.id]).action_match_lines()
        self.assertEqual(bill_line.purchase_line_id, self.line)
        self.assertEqual(self.picture(), before)

    def test_the_bill_of_an_order_is_made_as_ever(self):
        self.set_up_accounting()
        receipt = self.approve()
        receipt.button_validate()
        before = self.picture()
        self.order.with_user(self.manager).action_create_invoice()
        bill = self.order.invoice_ids
        self.assertEqual(len(bill.invoice_line_ids), len(self.order.order_line))
        self.assertEqual(bill.amount_total, self.order.amount_total)
        bill.invoice_line_ids[0].price_unit = 1.0  # the bill is the accountants' own
        bill.invoice_date = '2026-03-01'
        bill.action_post()
        self.assertEqual(self.order.order_line.mapped('qty_invoiced'), self.order.order_line.mapped('product_qty'))
        self.assertEqual(self.picture(), before)

    def test_a_plain_order_can_be_confirmed_beside_a_cart(self):
        plain = self.plain_order()
        plain.button_confirm()
        self.assertEqual(plain.state, 'purchase')
        with self.assertRaisesRegex(UserError, "in which state|Cannot delete"):
            plain.order_line.unlink()
