"""A reason is read in the language of whoever reads it, not of whoever or whatever met it."""
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ...tools.sentences import MARK
from ..common import answer
from ..cxml_builder import cart_xml, confirmation_xml, envelope, item, ship_notice_xml, status
from ..inbox_case import CRON
from ..language_case import GERMAN, LanguageCase
from ..order_case import PROBLEM
from ..trail_case import TrailCase


@tagged('post_install', '-at_install')
class TestMessageLanguage(LanguageCase, TrailCase):

    def test_why_a_message_waits_or_needs_attention(self):
        waiting = self.deliver(envelope(
            '<ConfirmationRequest><ConfirmationHeader type="accept" noticeDate="2026-11-30T10:00:00+00:00"/>'
            '<OrderReference orderID="P77777"/></ConfirmationRequest>'))
        self.assertEqual(waiting.state, 'waiting')
        self.assertFollowsReader(waiting, 'reason', "P77777")
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.run_cron(CRON)
        self.assertEqual(waiting.state, 'attention')
        self.assertFollowsReader(waiting, 'reason', "P77777")
        german = self.in_german(waiting).reason
        self.assertIn("⟦Amazon's message refers to order P77777, which is not in Odoo.⟧", german)
        self.assertFollowsReader(waiting, 'explanation', "P77777")

    def test_what_the_codec_could_not_read(self):
        order = self.sent_order()
        raw = confirmation_xml(order, [(1, 1, status())]).replace(b'quantity="1"', b'quantity="many"')
        document = self.deliver(raw)
        self.assertEqual(document.state, 'attention')
        self.assertFollowsReader(document, 'reason', "“many”")
        self.assertIn("⟦The ⟦Order Confirmation⟧ has ", self.in_german(document).reason)

    def test_a_message_that_names_the_wrong_order(self):
        order = self.ordered([item(price='1234.50')])
        document = self.deliver(confirmation_xml(
            order, [(1, 1, status())], order_reference=f'<OrderReference orderID="{order.name}"/>', total='1234.50'))
        self.assertFollowsReader(document, 'reason', order.name)
        german = self.in_german(document).reason
        self.assertIn("1.234,50", german)
        self.assertIn("⟦The order in Odoo: ", german)
        self.assertIn("1,234.50", document.reason)

    def test_what_could_not_be_applied_of_a_message(self):
        order = self.sent_order()
        document = self.deliver(confirmation_xml(order, [(7, 1, status()), (8, 1, status())]))
        self.assertFollowsReader(document, 'reason', order.name)
        self.assertEqual(self.in_german(document).reason.count('⟦'), 2, "two sentences")
        document = self.deliver(ship_notice_xml(order, [(9, 1)]))
        self.assertFollowsReader(document, 'reason', order.name)

    def test_why_amazon_rejects_an_item(self):
        order = self.sent_order()
        self.deliver(confirmation_xml(order, [(1, 1, status('reject', 1, error="Weg [Error code: 015-005]"))]))
        line = self.line(order, 1)
        self.assertFollowsReader(line, 'amazon_reason', "(015-005)", "“Weg [Error code: 015-005]”")
        self.assertTrue(self.in_german(line).amazon_reason.startswith("⟦⟦Out of stock⟧ (015-005)⟧. ⟦Amazon: "))
        self.deliver(confirmation_xml(order, [(1, 1, status('reject', 1, error="Weg [Error code: 015-005]"))]))
        self.assertFollowsReader(line, 'amazon_reason')

    def test_quantities_had_a_decimal_point_in_every_language(self):
        order = self.sent_order([item(quantity='2.5')])
        self.deliver(confirmation_xml(order, [(1, '2.5', status(quantity='1.5') + status('reject', 1))]))
        line = self.line(order, 1)
        self.assertIn("quantity 2.5 → 1.5", line.amazon_change_text)
        self.assertIn("⟦quantity 2,5 → 1,5⟧", self.in_german(line).amazon_change_text)

    def test_a_requester_was_told_again_of_what_an_earlier_confirmation_had_rejected(self):
        """They read German and the responsible English: the same reason in another language was taken for news."""
        order = self.three_lines()
        self.buyer.lang = GERMAN
        self.deliver(confirmation_xml(order, [(1, 2, status('reject', 2, error="Weg [Error code: 015-005]"))]))
        first = self.activities(order, PROBLEM).filtered(lambda activity: activity.user_id == self.buyer)
        self.assertEqual(len(first), 1)
        known = order.message_ids
        self.deliver(confirmation_xml(order, [(2, 3, status(quantity=3))], confirm_id='111-0000000-0000002'))
        self.assertEqual(self.activities(order, PROBLEM).filtered(lambda each: each.user_id == self.buyer), first)
        self.assertNotIn("015-005", "".join((order.message_ids - known).mapped('body')))

    def test_the_history_of_an_order(self):
        order = self.ordered()
        self.send(answer(code='400', text="Nein [Error code: 003-052]"))
        row = self.history(order).filtered(lambda each: each.event == 'declined')
        self.assertIn("⟦The delivery address is incomplete", self.in_german(row).details_text)
        self.env.invalidate_all()
        self.assertIn("The delivery address is incomplete", row.details_text)
        self.assertNotIn(MARK, row.details_text)
        self.assertFalse(self.breaks(order), "the chain covers what is stored")
        steps = order.with_context(lang=GERMAN)._amazon_outcome_step(self.in_german(row))
        self.assertIn("⟦The delivery address is incomplete", steps.detail)

    def test_a_cart_that_a_person_dismissed(self):
        self.group.max_quantity = 1
        session, cookie = self.start_trip()
        session, _taken = self.receive(cookie, cart_xml(cookie, [item(quantity='5')]))
        session.with_user(self.administrator).action_dismiss_kept()
        document = session.document_ids.filtered(lambda each: each.direction == 'in')
        self.assertFollowsReader(document, 'dismiss_reason', self.administrator.name)
