"""Who approves sees what is ordered: on the form, in the dialog, in the activity and in the e-mail."""
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.approval.purchase_order_asked import LISTED_ITEMS
from ...tools.cart_lock import lifted
from ..cxml_builder import item
from ..order_case import APPROVAL, OrderCase


@tagged('post_install', '-at_install')
class TestWhatIsOrdered(OrderCase):

    def setUp(self):
        super().setUp()
        self.set_limit(100)
        self.order = self.make_order([
            item(title="PlayStation 5 \u202erenot PH", asin='B0PLAYSTAT', price='499.00', quantity='2'),
            item(title="Stapler", asin='B00STAPLER')])
        self.order.order_line.with_user(self.buyer).name = "HP toner"

    def assertNamesItems(self, text):
        for part in ("2 × PlayStation 5 [U+202E]renot PH", "B0PLAYSTAT", "1 × Stapler", "B00STAPLER"):
            self.assertIn(part, text)
        self.assertNotIn("HP toner", text)
        self.assertNotIn('\u202e', text)

    def test_the_activity_names_what_is_ordered(self):
        self.order.with_user(self.buyer).button_confirm()
        for activity in self.activities(self.order, APPROVAL):
            self.assertNamesItems(activity.note)
            self.assertIn('href="https://www.amazon.com/dp/B0PLAYSTAT"', activity.note)

    def test_the_e_mail_to_the_approver_names_what_is_ordered(self):
        self.manager.notification_type = 'email'
        self.order.with_user(self.buyer).button_confirm()
        mail = self.env['mail.mail'].search([
            ('recipient_ids', 'in', self.manager.partner_id.ids), ('subject', 'ilike', "asks to order")])
        self.assertTrue(mail)
        self.assertNamesItems(mail[0].body_html)

    @mute_logger('odoo.tests')
    def test_the_reminder_names_what_is_ordered(self):
        self.order.with_user(self.buyer).button_confirm()
        with lifted():
            self.order.amazon_valid_until = fields.Datetime.now() + timedelta(hours=20)
        self.run_cron('amazon_punchout.ir_cron_remind_hold')
        message = self.env['mail.message'].search([
            ('model', '=', 'purchase.order'), ('res_id', '=', self.order.id),
            ('subject', 'ilike', "is waiting for approval")], limit=1)
        self.assertNamesItems(message.body)

    def test_the_dialogs_name_what_is_ordered(self):
        view = self.env['purchase.order'].get_view(
            self.env.ref('amazon_punchout.purchase_order_view_form_amazon_ask').id, 'form')['arch']
        self.assertIn('amazon_item_html', view)
        html = self.order.order_line[0].with_user(self.manager).amazon_item_html
        for part in ("PlayStation 5 [U+202E]renot PH", "B0PLAYSTAT"):
            self.assertIn(part, html)
        refuse = self.env['amazon.punchout.refuse'].with_user(self.manager).create({
            'order_id': self.order.id, 'reason': "No"})
        self.assertNamesItems(refuse.items)

    def test_what_is_printed_begins_with_the_title(self):
        html = self.env['ir.qweb']._render(
            'purchase.report_purchaseorder_document', {'o': self.order, 'docs': self.order, 'doc': self.order})
        text = " ".join(str(html).split())
        self.assertIn("PlayStation 5 [U+202E]renot PH", text)
        self.assertLess(text.index("PlayStation 5"), text.index("HP toner"))

    def test_a_long_cart_names_the_first_items_and_counts_the_others(self):
        order = self.make_order([item(asin=f'B{number:09}', title=f"Pen {number}") for number in range(25)])
        html = order._amazon_items_html()
        self.assertEqual(html.count('<li>'), LISTED_ITEMS + 1)
        self.assertIn(f"and {25 - LISTED_ITEMS} more", html)
