"""What people may do with Amazon's messages: look, retry, say that it is done, dismiss with a reason."""
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..cxml_builder import cart_xml, confirmation_xml, invoice_line, invoice_xml, item
from ..inbox_case import InboxCase


@tagged('post_install', '-at_install')
class TestInboxPeople(InboxCase):

    def invoice(self, **values):
        """An invoice that needs attention.

        :return: the document as superuser
        """
        def does(_document):
            raise UserError("Nobody knows this invoice.")
        self.step(does, '_process_invoice')
        return self.deliver(invoice_xml([(self.sent_order(), invoice_line(1, 1, '9.99'))], **values))

    def dismiss(self, document, user, reason="We don't need it"):
        action = document.with_user(user).action_ask_dismiss()
        wizard = Form(self.env[action['res_model']].with_user(user).with_context(**action['context']))
        wizard.reason = reason
        wizard.save().action_dismiss()

    # === RETRY === #

    def test_retry_does_it_as_if_it_had_just_come(self):
        users = []
        self.break_step()
        document = self.confirm()
        self.step(lambda each: users.append(each.env.user))
        document.with_user(self.manager).action_retry()
        self.assertEqual((document.state, document.reason), ('processed', False))
        self.assertEqual(users, [self.env.ref('base.user_root')])
        self.assertFalse(document.activity_ids)
        self.assertEqual(
            document.message_ids.filtered(lambda message: "Retry pressed" in message.body).author_id,
            self.manager.partner_id)

    def test_retry_after_a_success_changes_nothing(self):
        self.step(lambda _document: None)
        document = self.confirm()
        self.break_step()
        with self.assertRaisesRegex(UserError, "Reload"):
            document.with_user(self.manager).action_retry()
        self.assertEqual(document.state, 'processed')

    def test_who_may_decide(self):
        responsible = self.new_user('responsible', 'purchase.group_purchase_user')
        self.group.responsible_id = responsible
        for user in (self.manager, self.administrator, responsible):
            with self.subTest(user.login):
                self.break_step()
                document = self.confirm()
                self.assertTrue(document.with_user(user).may_settle)
                self.step(lambda _document: None)
                document.with_user(user).action_retry()
                self.assertEqual(document.state, 'processed')

    def test_who_may_not_decide(self):
        self.break_step()
        document = self.confirm()
        for user, error in ((self.buyer, UserError), (self.accountant, AccessError)):
            for method, args in (
                ('action_retry', ()), ('action_done', ()), ('_dismiss', ("No",)), ('write', ({'state': 'processed'},)),
                ('unlink', ()),
            ):
                with self.subTest(f"{user.login} {method}"), self.assertRaises(
                        AccessError if method in ('write', 'unlink') else error):
                    getattr(document.with_user(user), method)(*args)
        self.assertFalse(document.with_user(self.buyer).may_settle)
        self.assertEqual(document.state, 'attention')

    def test_nothing_is_decided_about_what_went_out(self):
        request = self.requests(self.sent_order())
        for method, args in (('action_retry', ()), ('action_done', ()), ('_dismiss', ("No",))):
            with self.assertRaises(UserError):
                getattr(request.with_user(self.manager), method)(*args)
        self.assertEqual(request.state, 'sent')

    # === DISMISS, DONE === #

    def test_a_dismissed_message_keeps_who_when_and_why(self):
        self.break_step()
        document = self.confirm()
        self.dismiss(document, self.manager)
        self.assertEqual(
            (document.state, document.dismissed_by_id, document.dismiss_reason, bool(document.dismissed_at)),
            ('dismissed', self.manager, "We don't need it", True))
        self.assertFalse(document.activity_ids)
        self.step(lambda _document: None)
        self.run_later(days=2)
        self.assertEqual(document.state, 'dismissed')
        with self.assertRaises(UserError):
            document.with_user(self.manager).action_retry()

    def test_what_waits_can_be_dismissed_too(self):
        document = self.confirm(order_reference='<OrderReference orderID="P-NOWHERE"/>')
        self.assertEqual(document.state, 'waiting')
        self.dismiss(document, self.manager)
        self.run_later(days=2)
        self.assertEqual(document.state, 'dismissed')

    def test_nothing_is_dismissed_without_a_reason(self):
        self.break_step()
        document = self.confirm()
        with self.assertRaisesRegex(UserError, "why"):
            document.with_user(self.manager)._dismiss(" ")

    def test_what_was_done_for_the_most_part_is_done_not_dismissed(self):
        self.step(lambda _document: "Line 9 is not in the order.")
        document = self.confirm()
        with self.assertRaisesRegex(UserError, "Done"):
            document.with_user(self.manager)._dismiss("No")
        document.with_user(self.manager).action_done()
        self.assertEqual((document.state, document.reason), ('processed', "Line 9 is not in the order."))
        self.assertFalse(document.activity_ids)

    def test_what_was_not_done_at_all_is_not_done(self):
        self.break_step()
        document = self.confirm()
        with self.assertRaisesRegex(UserError, "dismiss"):
            document.with_user(self.manager).action_done()

    def test_a_cart_that_nobody_can_read_is_dismissed_with_its_trip(self):
        session, cookie = self.start_trip()
        self.receive(cookie, cart_xml(cookie, [item(price='-1')]))
        document = session.document_ids.filtered(lambda each: each.direction == 'in')
        self.assertEqual((session.state, document.state, bool(session.activity_ids)), ('attention', 'attention', True))
        with self.assertRaisesRegex(UserError, "shopping trip"):
            document.with_user(self.manager).action_retry()
        self.dismiss(document, self.manager)
        self.assertEqual((session.state, document.state, bool(session.activity_ids)), ('left', 'dismissed', False))
        self.assertFalse(session.with_user(self.manager).may_retry)

    # === ACCOUNTANTS === #

    def test_accountants_read_and_settle_invoices_and_nothing_else(self):
        invoice = self.invoice()
        self.break_step()
        confirmation = self.confirm()
        Documents = self.env['amazon.punchout.document'].with_user(self.accountant)
        self.assertEqual(Documents.search([]), invoice)
        self.assertIn('INV-1', invoice.with_user(self.accountant).body_text)
        with self.assertRaises(AccessError):
            confirmation.with_user(self.accountant).read(['reason'])
        self.step(lambda _document: None, '_process_invoice')
        invoice.with_user(self.accountant).action_retry()
        self.assertEqual(invoice.state, 'processed')
        other = self.invoice(invoice_id='INV-2')
        self.dismiss(other, self.accountant)
        self.assertEqual((other.state, other.dismissed_by_id), ('dismissed', self.accountant))

    def test_an_accountant_opens_an_invoice_on_screen(self):
        invoice = self.invoice().with_user(self.accountant)
        view = self.env['amazon.punchout.document'].with_user(self.accountant).get_view(view_type='form')
        names = etree.fromstring(view['arch']).xpath('//field/@name')
        values = invoice.web_read({name: {'fields': {'display_name': {}}} if invoice._fields[name].type in (
            'many2one', 'many2many') else {} for name in names})[0]
        self.assertIn('INV-1', values['body_text'])
        self.assertEqual(values['group_id']['display_name'], self.group.name)

    def test_a_buyer_who_is_an_accountant_too_reads_all(self):
        self.buyer.group_ids = [Command.link(self.env.ref('account.group_account_invoice').id)]
        document = self.confirm()
        self.assertTrue(document.with_user(self.buyer).has_access('read'))

    def test_nobody_reads_the_messages_of_another_company(self):
        company, other, _warehouse = self.make_company("Second")
        self.break_step()
        document = self.deliver(confirmation_xml(self.sent_order(), kind='accept'), group=other)
        self.assertEqual(document.company_id, company)
        for user in (self.manager, self.administrator):
            self.assertFalse(document.with_user(user).has_access('read'))
