"""Whatever belongs to a test order says so, on every form, card and list."""
from pathlib import Path

from lxml import etree

from odoo.modules.module import load_script
from odoo.tests import tagged

from ...tools.cart_lock import bills_lifted
from ..common import answer
from ..cxml_builder import invoice_line, invoice_xml, item, ship_notice_xml
from ..message_case import MessageCase

TEST = 'amazon_is_test'


@tagged('post_install', '-at_install')
class TestTestMode(MessageCase):

    def setUp(self):
        super().setUp()
        self.accountant = self.new_user('accountant', 'account.group_account_invoice')
        self.stock_user = self.new_user('stock', 'stock.group_stock_user')
        self.live = self.sent_order()
        self.test_group = self.group.copy({'name': "In test", 'shared_secret': 'x', 'identity': 'InTest'})
        self.test_group.state = 'test'
        self.test = self.make_order([item()], group=self.test_group)
        self.test.with_user(self.buyer).button_confirm()
        self.send(answer())
        self.assertEqual((self.test.amazon_deployment_mode, self.live.amazon_deployment_mode), ('test', 'production'))

    def assertShows(self, view, expression, element='widget'):
        """Assert that the form has an element that is hidden by this expression."""
        arch = etree.fromstring(view['arch'])
        nodes = [node for node in arch.iter(element) if node.get('invisible') == expression]
        self.assertTrue(nodes, expression)
        if element == 'widget':
            self.assertEqual(
                {(node.get('title'), node.get('bg_color')) for node in nodes}, {("Amazon Test", 'text-bg-warning')})

    def test_one_column_of_the_lists_says_where_an_order_is_and_that_it_is_a_test(self):
        orders = (self.test + self.live).with_user(self.buyer)
        self.assertEqual(orders.mapped('amazon_state_label'), ["Test: At Amazon", "At Amazon"])
        for xml_id in ('purchase.purchase_order_kpis_tree', 'purchase.purchase_order_view_tree'):
            arch = etree.fromstring(orders.get_view(self.env.ref(xml_id).id, view_type='list')['arch'])
            shown = [node.get('name') for node in arch.iter('field') if node.get('name').startswith('amazon_')
                     and node.get('widget') == 'badge' and node.get('optional') != 'hide'
                     and not node.get('column_invisible')]
            self.assertEqual(shown, ['amazon_state_label'])

    def test_receipts_of_a_test_order(self):
        receipts = (self.test.picking_ids + self.live.picking_ids).with_user(self.stock_user)
        self.assertEqual(receipts.mapped(TEST), [True, False])
        plain = self.env['stock.picking'].create({'picking_type_id': self.warehouse.out_type_id.id})
        self.assertFalse(plain.amazon_is_test)
        self.assertShows(receipts.get_view(view_type='form'), f'not {TEST}')
        self.assertIn(f'record.{TEST}.raw_value', receipts.get_view(view_type='kanban')['arch'])

    def test_backorders_and_returns_of_a_test_order(self):
        order = self.make_order([item(quantity='3')], group=self.test_group)
        order.with_user(self.buyer).button_confirm()
        receipt = order.picking_ids.with_user(self.stock_user)
        receipt.move_ids.quantity = 1
        receipt.with_context(skip_backorder=True).button_validate()
        backorder = receipt.backorder_ids
        self.assertEqual((receipt + backorder).mapped(TEST), [True, True])
        wizard = self.env['stock.return.picking'].with_user(self.stock_user).with_context(
            active_id=receipt.id, active_model='stock.picking').create({'picking_id': receipt.id})
        wizard.product_return_moves.quantity = 1
        returned = self.env['stock.picking'].browse(wizard.action_create_returns()['res_id'])
        self.assertTrue(returned.amazon_is_test)

    def test_nobody_takes_the_mark_off_a_receipt(self):
        receipt = self.test.picking_ids.with_user(self.stock_user)
        receipt.write({'amazon_deployment_mode': False})
        self.assertTrue(receipt.amazon_is_test)

    def test_the_update_marks_existing_receipts(self):
        receipts = self.test.picking_ids + self.live.picking_ids
        plain = self.env['stock.picking'].create({'picking_type_id': self.warehouse.in_type_id.id})
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_picking SET amazon_deployment_mode = NULL")
        folder = Path(__file__).resolve().parents[2] / 'migrations' / '19.0.2.4.0'
        script = load_script(str(folder / 'post-receipts.py'), 'amazon_punchout_post_receipts')
        for _run in range(2):  # it is safe to run twice
            script.migrate(self.env.cr, '19.0.2.3.0')
            self.env.invalidate_all()
            self.assertEqual((receipts + plain).mapped('amazon_deployment_mode'), ['test', 'production', False])

    def test_shipments_of_a_test_order(self):
        for order, group in ((self.test, self.test_group), (self.live, self.group)):
            self.deliver(ship_notice_xml(order, [(1, 1)], shipment_id=f'S{order.id}'), group=group)
        shipments = (self.test.amazon_shipment_ids + self.live.amazon_shipment_ids).with_user(self.stock_user)
        self.assertEqual(shipments.mapped('deployment_mode'), ['test', 'production'])
        self.assertShows(shipments.get_view(view_type='form'), "deployment_mode != 'test' or not active or is_planned")
        self.assertIn('deployment_mode', shipments.get_view(view_type='list')['arch'])

    def test_bills_and_credits_of_a_test_order(self):
        bills = {}
        for order, group in ((self.test, self.test_group), (self.live, self.group)):
            document = self.deliver(invoice_xml(
                [(order, invoice_line(1, 1, '9.99'))], invoice_id=f'I{order.id}'), group=group)
            bills[order] = document.account_move_id.with_user(self.accountant)
        self.assertEqual([bills[order].amazon_is_test for order in (self.test, self.live)], [True, False])
        self.assertShows(bills[self.test].get_view(view_type='form'), f'not {TEST}')
        with bills_lifted():  # as a line of shipping that the order has none for yet
            bills[self.test].sudo().invoice_line_ids.write({
                'amazon_purchase_line_id': False, 'amazon_order_id': self.test.id})
        self.assertTrue(bills[self.test].amazon_is_test)

    def test_a_bill_that_a_person_makes_of_a_test_order(self):
        self.receive_goods(self.test)
        self.test.with_user(self.accountant).action_create_invoice()
        self.assertTrue(self.test.invoice_ids.with_user(self.accountant).amazon_is_test)
        plain = self.env['account.move'].with_user(self.accountant).create({'move_type': 'in_invoice'})
        self.assertFalse(plain.amazon_is_test)

    def test_cards_of_orders_say_the_same_as_the_lists(self):
        arch = etree.fromstring(self.test.with_user(self.buyer).get_view(
            self.env.ref('purchase.view_purchase_order_kanban').id, view_type='kanban')['arch'])
        badges = arch.xpath("//field[starts-with(@name, 'amazon_') and @widget='badge']/@name")
        self.assertEqual(badges, ['amazon_state_label'])

    def test_dialogs_about_a_test_order(self):
        document = self.deliver(invoice_xml(
            [(self.test, invoice_line(1, 1, '9.99'))], invoice_id='I1'), group=self.test_group)
        document.deployment_mode = 'production'  # it names no mode: its order does
        bill = document.account_move_id
        for model, vals, name, user in (
            ('amazon.punchout.refuse', {'order_id': self.test.id, 'reason': "x"}, 'deployment_mode', self.manager),
            ('amazon.punchout.by.hand', {'order_id': self.test.id}, 'deployment_mode', self.manager),
            ('amazon.punchout.cancel', {'order_id': self.test.id}, 'is_test', self.buyer),
            ('amazon.punchout.dismiss', {'document_id': document.id, 'reason': "x"}, 'is_test', self.accountant),
            ('amazon.punchout.refund', {'order_id': self.test.id}, 'is_test', self.accountant),
            ('amazon.punchout.refund', {'bill_id': bill.id}, 'is_test', self.accountant),
        ):
            with self.subTest(model=model, vals=vals):
                dialog = self.env[model].with_user(user).create(vals)
                self.assertIn(dialog[name], ('test', True))
                self.assertShows(
                    dialog.get_view(view_type='form'),
                    "deployment_mode != 'test'" if name == 'deployment_mode' else 'not is_test', element='div')
        for model, vals in (
            ('amazon.punchout.dismiss', {'document_id': self.live._amazon_request().id, 'reason': "x"}),
            ('amazon.punchout.refund', {'order_id': self.live.id}),
        ):
            self.assertFalse(self.env[model].create(vals).is_test)
