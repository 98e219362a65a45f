"""What approvers and requesters read in their mail, and how an approver decides from there."""
from lxml import html
from markupsafe import Markup

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from ...const import DECIDE_PATH
from ...tools.cart_lock import lifted
from ...tools.problems import close_problem, raise_problem
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

    def forge(self, order, xml_id='amazon_punchout.mail_activity_approval', **vals):
        own_type = {'activity_type_id': self.env.ref(xml_id).id} if xml_id else {}
        return self.env['mail.activity'].with_user(self.buyer).create({
            **own_type, 'user_id': self.manager.id, 'automated': True,
            'res_model_id': self.env['ir.model']._get_id(order._name), 'res_id': order.id,
            'summary': "The director asks to order 1 item, $1.00", 'note': "<p>Paper clips</p>", **vals})

    def test_a_buyer_invented_a_request_for_approval_over_rpc(self):
        """The manager got it with buttons to approve, and as if Odoo had written it."""
        order = self.waiting()
        genuine = self.mails_to(self.manager, order)
        self.assertFalse(self.forge(order).automated)
        changed = self.forge(order, activity_type_id=self.env.ref('mail.mail_activity_data_todo').id,
                             user_id=self.buyer.id)
        changed.write({
            'activity_type_id': self.env.ref('amazon_punchout.mail_activity_approval').id, 'automated': True,
            'user_id': self.manager.id})
        self.assertFalse(changed.automated)
        context = {'default_activity_type_id': self.env.ref('amazon_punchout.mail_activity_approval').id}
        order.with_user(self.buyer).with_context(**context).activity_schedule(
            'amazon_punchout.mail_activity_approval', user_id=self.manager.id, note="<p>Paper clips</p>")
        mails = self.mails_to(self.manager, order) - genuine
        self.assertGreaterEqual(len(mails), 3)
        for mail in mails:
            self.assertNotIn(DECIDE_PATH, mail.body)
            self.assertIn("assigned to you", mail.subject)

    def test_a_buyer_forged_without_naming_the_type(self):
        """Core takes a missing type from the buyer's own defaults, and PostgreSQL takes a number that is a text."""
        order = self.waiting()
        for xml_id in ('amazon_punchout.mail_activity_approval', 'amazon_punchout.mail_activity_problem'):
            type_id = self.env.ref(xml_id).id
            self.env['ir.default'].with_user(self.buyer).set('mail.activity', 'activity_type_id', type_id, user_id=True)
            before = self.mails_to(self.manager, order)
            for forged in (self.forge(order, None), self.forge(order, activity_type_id=str(type_id))):
                forged.invalidate_recordset()
                self.assertEqual((forged.activity_type_id.id, forged.automated), (type_id, False))
            mails = self.mails_to(self.manager, order) - before
            self.assertTrue(mails)
            for mail in mails:
                self.assertIn("assigned to you", mail.subject)

    def test_a_request_that_is_passed_on_says_what_the_order_says(self):
        """A buyer who was asked could rewrite it, and give it to the manager."""
        order = self.waiting()
        request = self.env['mail.activity'].search([
            ('res_model', '=', order._name), ('res_id', '=', order.id), ('user_id', '=', self.manager.id)])
        request.sudo().user_id = self.buyer
        request.with_user(self.buyer).write({'note': "<p>Paper clips</p>", 'summary': "Small things"})
        before = self.mails_to(self.manager, order)
        request.with_user(self.buyer).user_id = self.manager
        mail = self.mails_to(self.manager, order) - before
        self.assertRegex(mail.subject, r"^Buyer Person asks to order 3 items, \$\W?962\.96$")
        self.assertIn("2 × Monitor 27 inch", mail.body)
        self.assertIn(f'{DECIDE_PATH}/approve/', mail.body)
        self.assertNotIn("Paper clips", mail.body)

    def test_an_approver_kept_a_request_that_they_had_edited(self):
        """It still asked them to order after they had decided."""
        order = self.waiting()
        request = self.env['mail.activity'].with_user(self.manager).search([
            ('res_model', '=', order._name), ('res_id', '=', order.id), ('user_id', '=', self.manager.id)])
        request.write({'note': "<p>Ask the lobby</p>", 'date_deadline': fields.Date.today()})
        order.with_user(self.manager)._amazon_refuse("Too dear")
        self.assertFalse(request.active)

    def test_a_responsible_kept_a_problem_that_they_had_edited(self):
        """It stayed after the problem was solved, and the next problem made a second one."""
        order = self.ordered()
        raise_problem(order, self.administrator, "Late", Markup("<p>Call Amazon</p>"))
        problem = self.activities(order, 'amazon_punchout.mail_activity_problem')
        problem.with_user(self.administrator).note = "<p>Called Amazon</p>"
        raise_problem(order, self.administrator, "Later", Markup("<p>Call again</p>"))
        self.assertEqual(self.activities(order, 'amazon_punchout.mail_activity_problem').mapped('summary'), ["Later"])
        close_problem(order)
        self.assertFalse(self.activities(order, 'amazon_punchout.mail_activity_problem'))

    def test_a_problem_was_passed_on_in_words_of_a_person(self):
        """Its responsible may write into it, but Odoo doesn't say so; nor do other people write into it as Odoo."""
        order = self.ordered()
        raise_problem(order, self.buyer, "Late", Markup("<p>Call Amazon</p>"))
        problem = self.activities(order, 'amazon_punchout.mail_activity_problem')
        problem.with_user(self.buyer).write({'note': "<p>Pay Bob</p>", 'user_id': self.manager.id})
        mail = self.mails_to(self.manager, order)
        self.assertIn("assigned to you", mail.subject)
        self.assertNotEqual(mail.author_id, self.vendor)
        problem.with_user(self.buyer).note = "<p>Pay Bob</p>"
        self.assertFalse(problem.automated, "it is another person's now")
        own = self.forge(order, 'amazon_punchout.mail_activity_problem', user_id=self.buyer.id)
        own.automated = True
        self.assertFalse(own.automated)

    def test_a_buyer_kept_a_problem_from_its_responsible(self):
        """With an activity of their own that seemed to be Odoo's: the next problem was written into it."""
        order = self.ordered()
        self.forge(order, 'amazon_punchout.mail_activity_problem', user_id=self.buyer.id)
        self.send(answer(code='400', text="Invalid"))
        self.assertEqual(len(self.mails_to(self.administrator, order)), 1)


@tagged('post_install', '-at_install')
class TestDecide(HttpCase, MailCase):

    def open(self, user, order, decision, **data):
        user.password = user.login
        self.authenticate(user.login, user.login)
        path = f'{DECIDE_PATH}/{decision}/{order.id}'
        page = self.url_open(path)
        if not data:
            return page
        return self.press(page, **data)

    def press(self, page, **data):
        """Press the button of the page, as it was when it was opened."""
        hidden = {field.name: field.value for field in html.fromstring(page.text).xpath("//input[@type='hidden']")}
        return self.url_open(page.url, data={**hidden, **data}, allow_redirects=False)

    def annex(self):
        annex = self.warehouse.copy({'name': "Annex", 'code': 'ANX', 'partner_id': self.warehouse.partner_id.id})
        self.group.warehouse_ids = self.warehouse | annex
        return annex.in_type_id

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
        order.with_user(self.buyer).picking_type_id = self.annex()
        self.env.cr.execute(
            "UPDATE purchase_order SET amazon_valid_until = now() - interval '1 day' WHERE id = %s", [order.id])
        order.invalidate_recordset()
        page = self.open(self.manager, order, 'approve').text
        self.assertIn("Amazon held the price only until", page)
        self.assertIn("The delivery location is now Annex", page)

    def test_a_manager_approved_a_delivery_to_a_place_that_the_page_had_not_shown(self):
        order = self.waiting()
        page = self.open(self.manager, order, 'approve')
        first = self.warehouse.name
        order.with_user(self.buyer).picking_type_id = self.annex()
        again = self.press(page)
        self.assertEqual((again.status_code, order.state), (200, 'to approve'))
        self.assertIn("The order has changed since you opened this page", again.text)
        self.assertRegex(again.text, f"Delivery Location: {first}, [^<]* → Annex, ")
        self.assertNotIn("Total:", again.text)
        self.assertEqual(self.press(again).status_code, 303, "what is shown now can be approved")
        self.assertEqual(order.state, 'purchase')

    def test_the_price_hold_ended_while_the_page_was_open(self):
        order = self.waiting()
        page = self.open(self.manager, order, 'approve')
        self.shift_hold(order, hours=1)
        self.assertIn("Price Hold: none → expired", self.press(page).text)
        self.assertEqual(order.state, 'to approve')

    def test_a_cart_was_withdrawn_and_asked_for_again_in_other_words(self):
        """Its draft could be edited between the opening of the page and the button."""
        order = self.waiting("For the lobby")
        page = self.open(self.manager, order, 'approve')
        with lifted():
            order.state = 'draft'
        order.with_user(self.buyer).approval_reason = "For <me>"
        order.with_user(self.buyer).button_confirm()
        again = self.press(page)
        self.assertIn("Reason: For the lobby → For &lt;me&gt;", again.text)
        for nothing in ('', '[', 'null', '[' * 100000, '{"total": 5, "lines": [[]]}'):
            self.assertEqual(self.press(page, shown=nothing).status_code, 200)
        self.assertEqual(order.state, 'to approve')

    def test_a_manager_ordered_in_odoo_what_the_dialog_had_not_shown(self):
        order = self.waiting()
        dialog = Form(order.with_user(self.manager), 'amazon_punchout.purchase_order_view_form_amazon_ask')
        shown = dialog.amazon_shown
        order.with_user(self.buyer).picking_type_id = self.annex()
        with self.assertRaisesRegex(UserError, r"has changed since you opened this window.*\n.*→ Annex"):
            order.with_user(self.manager).with_context(amazon_shown=shown).action_amazon_order()
        shown = order.with_user(self.manager).amazon_shown
        order.with_user(self.manager).with_context(amazon_shown=shown).action_amazon_order()
        self.assertEqual(order.state, 'purchase')

    def test_refusing_needs_a_reason_and_keeps_the_form(self):
        order = self.waiting()
        page = html.fromstring(self.open(self.manager, order, 'refuse', reason=' ').text)
        field = page.xpath("//form//textarea[@aria-invalid='true']")[0]
        self.assertEqual(field.value, " ")
        problem = page.xpath(f"//*[@id='{field.get('aria-describedby')}']")[0]
        self.assertIn("Enter a reason", problem.text)

    def test_what_was_typed_is_kept_when_the_order_has_changed(self):
        order = self.waiting()
        page = self.open(self.manager, order, 'refuse')
        order.with_user(self.buyer).picking_type_id = self.annex()
        again = html.fromstring(self.press(page, reason="Too <dear>").text)
        self.assertEqual((again.xpath("//textarea")[0].value, order.state), ("Too <dear>", 'to approve'))

    def test_refusing_from_the_mail(self):
        order = self.waiting()
        self.assertEqual(order.state, 'to approve')
        self.open(self.manager, order, 'refuse', reason="Too dear")
        self.assertEqual((order.state, order.amazon_refusal_reason), ('cancel', "Too dear"))

    def test_an_approver_who_came_late_was_told_to_reload_the_page(self):
        order = self.waiting()
        order.with_user(self.manager)._amazon_refuse("Too dear")
        for decision in ('approve', 'refuse'):
            page = self.open(self.manager, order, decision).text
            self.assertIn(f"Refused by {self.manager.name}: Too dear", page)
            self.assertNotIn("Reload the page", page)
            self.assertNotIn("<form", page)
        approved = self.waiting()
        approved.with_user(self.manager).button_approve()
        self.assertIn("has already been approved", self.open(self.manager, approved, 'refuse').text)

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
