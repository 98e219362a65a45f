"""What approvers and requesters read in their mail, and how an approver decides from there."""
import re

from lxml import html

from odoo import fields
from odoo.tests import HttpCase, tagged

from ...const import DECIDE_PATH
from ..common import answer
from ..cxml_builder import item
from ..order_case import OrderCase


class MailCase(OrderCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({'email': 'office@example.com', 'po_double_validation': 'two_step'})
        cls.company.po_double_validation_amount = 10

    def waiting(self, reason=False):
        order = self.make_order([item(title="Monitor 27 inch", price='480.00', quantity='2'),
                                 item(title="Cable", price='2.96', asin='B00TEST002')])
        order.with_user(self.buyer).approval_reason = reason
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, 'to approve')
        return order

    def mails_to(self, user, order):
        return self.env['mail.message'].search([
            ('model', '=', order._name), ('res_id', '=', order.id), ('message_type', '=', 'user_notification'),
            ('partner_ids', 'in', user.partner_id.ids)])


@tagged('post_install', '-at_install')
class TestMail(MailCase):

    def test_an_approver_reads_who_asks_for_what_and_can_decide_from_the_mail(self):
        order = self.waiting()
        mail = self.mails_to(self.manager, order)
        self.assertRegex(mail.subject, r"^Buyer Person asks to order 3 items, \$\W?962\.96$")
        self.assertEqual(mail.author_id, self.buyer.partner_id)
        for words in ("2 × Monitor 27 inch", "1 × Cable"):
            self.assertIn(words, mail.body)
        links = html.fromstring(mail.body).xpath(f"//a[contains(@href, '{DECIDE_PATH}')]")
        self.assertEqual([(link.text, link.get('href').split(DECIDE_PATH)[1]) for link in links],
                         [("Approve", f'/approve/{order.id}'), ("Refuse", f'/refuse/{order.id}')])
        for words in ("assigned", "Public user", "OdooBot"):
            self.assertNotIn(words, mail.subject + mail.body)

    def test_the_vendor_speaks_for_amazon(self):
        order = self.ordered()
        self.send(answer())
        note = order.message_ids.filtered(lambda each: "Amazon has received the order" in each.body)
        self.assertEqual(note.author_id, self.vendor)
        self.assertIn('office@example.com', note.email_from)

    def test_a_problem_is_told_in_our_words_by_the_vendor(self):
        order = self.ordered()
        self.send(answer(code='400', text="Invalid"))
        mail = self.mails_to(self.administrator, order)
        self.assertEqual(
            (mail.author_id, mail.subject), (self.vendor, f"Amazon declined order {order.name}: Stapler, blue"))
        self.assertIn("Amazon declined order", mail.body)
        self.assertNotIn(DECIDE_PATH, mail.body)

    def test_a_refusal_says_in_the_title_what_was_refused(self):
        order = self.waiting()
        order.with_user(self.manager)._amazon_refuse("Too dear")
        mail = self.mails_to(self.buyer, order)
        self.assertEqual((mail.author_id, mail.subject), (
            self.manager.partner_id, f"Amazon order {order.name} was refused: Monitor 27 inch + 1"))

    def test_an_order_that_another_user_cancels_is_named_by_its_items(self):
        order = self.make_order([item(title="Monitor 27 inch")])
        order.with_user(self.manager).button_cancel()
        self.assertEqual(
            self.mails_to(self.buyer, order).subject, f"Amazon order {order.name} was cancelled: Monitor 27 inch")

    def test_the_reminder_of_the_price_hold_says_until_when_and_has_the_buttons(self):
        self.manager.tz = 'Asia/Tokyo'
        order = self.waiting()
        before = self.mails_to(self.manager, order)
        self.env.cr.execute(
            "UPDATE purchase_order SET amazon_valid_until = now() at time zone 'UTC' + interval '2 hours' "
            "WHERE id = %s", [order.id])
        order.invalidate_recordset()
        self.run_cron('amazon_punchout.ir_cron_remind_hold')
        mail = self.mails_to(self.manager, order) - before
        held = order.with_context(tz='Asia/Tokyo', lang=self.manager.lang)._amazon_date_and_time(
            order.amazon_valid_until)
        self.assertEqual(mail.subject, f"Amazon order {order.name} is waiting for approval until {held}: "
                                       "Monitor 27 inch + 1")
        self.assertEqual(mail.author_id, self.vendor)
        self.assertIn(f'{DECIDE_PATH}/approve/{order.id}', mail.body)

    def test_activities_of_others_are_notified_as_before(self):
        order = self.make_order()
        order.activity_schedule('mail.mail_activity_data_todo', user_id=self.manager.id, summary="Look at this")
        self.assertIn("assigned to you", self.mails_to(self.manager, order).subject)

    def test_a_buyer_asked_for_approval_by_hand_in_words_of_their_own(self):
        """It had the buttons of a request, and said what the buyer liked; one about no record was an error."""
        order = self.make_order()
        activity = {'activity_type_id': self.env.ref('amazon_punchout.mail_activity_approval').id,
                    'user_id': self.manager.id, 'summary': "The director agreed"}
        activities = self.env['mail.activity'].with_user(self.buyer)
        activities.create({**activity, 'res_model_id': self.env['ir.model']._get_id(order._name), 'res_id': order.id})
        mail = self.mails_to(self.manager, order)
        self.assertIn("assigned to you", mail.subject)
        self.assertNotIn(DECIDE_PATH, mail.body)
        self.assertTrue(activities.sudo().create(activity), "as a rule of an administrator does")


@tagged('post_install', '-at_install')
class TestDecide(HttpCase, MailCase):

    def open(self, user, order, decision, **data):
        user.password = user.login
        self.authenticate(user.login, user.login)
        path = f'{DECIDE_PATH}/{decision}/{order.id}'
        page = self.url_open(path)
        if not data:
            return page
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        return self.url_open(path, data={'csrf_token': token, **data}, allow_redirects=False)

    def test_the_link_asks_again_and_its_button_approves(self):
        order = self.waiting("Two < three")
        page = self.open(self.manager, order, 'approve')
        for words in ("Monitor 27 inch", "Buyer Person asks for approval", "962.96", "Deliver to: ", "1 Test Street",
                      "Amazon holds the price until", "Reason: Two &lt; three"):
            self.assertIn(words, page.text)
        self.assertIn("form-action 'self'", page.headers['Content-Security-Policy'])
        self.assertEqual(order.state, 'to approve', "opening the link decides nothing")
        response = self.open(self.manager, order, 'approve', reason='')
        self.assertEqual((response.status_code, order.state), (303, 'purchase'))
        self.assertTrue(response.headers['Location'].endswith(f'/odoo/purchase/{order.id}'))
        page = self.open(self.manager, order, 'approve')
        self.assertIn("has already been approved", page.text)
        self.assertNotIn("<form", page.text)

    def test_the_page_did_not_say_that_the_price_is_over_and_was_for_another_place(self):
        order = self.waiting()
        annex = self.warehouse.copy({'name': "Annex", 'code': 'ANX', 'partner_id': self.warehouse.partner_id.id})
        self.group.warehouse_ids = self.warehouse | annex
        order.with_user(self.buyer).picking_type_id = annex.in_type_id
        self.env.cr.execute(
            "UPDATE purchase_order SET amazon_valid_until = now() - interval '1 day' WHERE id = %s", [order.id])
        order.invalidate_recordset()
        page = self.open(self.manager, order, 'approve').text
        self.assertIn("Amazon held the price only until", page)
        self.assertIn("The delivery location is now Annex", page)

    def test_refusing_needs_a_reason(self):
        order = self.waiting()
        self.assertIn("Enter why", self.open(self.manager, order, 'refuse', reason=' ').text)
        self.assertEqual(order.state, 'to approve')
        self.open(self.manager, order, 'refuse', reason="Too dear")
        self.assertEqual((order.state, order.amazon_refusal_reason), ('cancel', "Too dear"))

    def test_nobody_else_decides(self):
        order = self.waiting()
        page = self.open(self.buyer, order, 'approve')
        self.assertNotIn("<form", page.text)
        self.assertIn("waiting for the approval", page.text)
        stranger = self.env['res.users'].create({'name': "Stranger", 'login': 'stranger_amazon'})
        self.assertEqual(self.open(stranger, order, 'approve').status_code, 404)
        self.authenticate(None, None)
        self.assertIn('/web/login', self.url_open(f'{DECIDE_PATH}/approve/{order.id}', allow_redirects=False).headers[
            'Location'])
        self.assertEqual(order.state, 'to approve')


@tagged('post_install', '-at_install')
class TestShipmentMail(OrderCase):

    def test_the_title_says_what_arrives_when(self):
        documents = self.env['amazon.punchout.document'].with_context(tz='UTC')
        order = self.ordered([item(title="Monitor", quantity='2')])
        line = order._amazon_item_lines()
        today = fields.Datetime.now().replace(hour=12)
        shipment = self.env['amazon.punchout.shipment'].with_context(tz='UTC').create({
            'purchase_order_id': order.id, 'shipment_id': 'S1', 'line_ids': [fields.Command.create({
                'purchase_line_id': line.id, 'line_number': 1, 'quantity': 2})]})
        self.assertRegex(documents._shipment_subject(shipment), "^Shipped: 2 .*Monitor")
        shipment.expected_at = fields.Datetime.add(today, days=2)
        weekday = shipment.expected_at.strftime('%A')
        self.assertRegex(documents._shipment_subject(shipment), f"^Shipped, arrives {weekday}: 2 .*Monitor")
        shipment.expected_at = today
        self.assertRegex(documents._shipment_subject(shipment), "^Shipped, arrives today: 2 .*Monitor")
