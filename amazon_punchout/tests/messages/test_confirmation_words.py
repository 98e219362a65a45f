"""All that a confirmation says reaches the people who read the order."""
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, status
from ..message_case import MessageCase
from ..order_case import PROBLEM

OUT_OF_STOCK = "Gone [Error code: 015-005]"
# As Amazon joins several reasons.
TOO_FEW = "Fewer than in the cart [Error code: 018-007]||Look at the cart"


@tagged('post_install', '-at_install')
class TestConfirmationWords(MessageCase):

    def confirm(self, order, *lines, **values):
        """Deliver a confirmation.

        :return: the text of our message about it
        """
        before = order.message_ids
        self.deliver(confirmation_xml(order, lines, **values))
        order.invalidate_recordset()
        ours = (order.message_ids - before).filtered(
            lambda message: "confirmation (" in message.body or "cancelled" in message.body)
        return "\n".join(ours.mapped('body')).replace('&nbsp;', ' ').replace('\xa0', ' ')

    def activity(self, order, user):
        note = "\n".join(self.activities(order, PROBLEM).filtered(lambda each: each.user_id == user).mapped('note'))
        return note.replace('&nbsp;', ' ').replace('\xa0', ' ')

    # === REASONS OF THE HEADER === #

    def test_the_requester_reads_why_the_order_was_rejected_and_not_only_why_the_line_was(self):
        order = self.three_lines()
        message = self.confirm(
            order, (1, 2, status('reject', 2, error=OUT_OF_STOCK)), (2, 3, status(quantity=3)),
            (3, 1, status('reject', 1)), error=TOO_FEW)
        for where, text in (
            ("chatter", message), ("activity", self.activity(order, self.buyer)),
            ("line", self.line(order, 1).amazon_reason),
        ):
            with self.subTest(where):
                self.assertIn("Out of stock (015-005)", text)
                self.assertIn("The quantity is lower than in the cart (018-007)", text)
                self.assertIn("Look at the cart", text)
        self.assertIn("018-007", self.line(order, 3).amazon_reason)
        self.assertFalse(self.line(order, 2).amazon_reason)

    def test_the_banner_of_a_rejected_order_gives_both_reasons(self):
        order = self.sent_order()
        message = self.confirm(order, (1, 1, status('reject', 1, error=OUT_OF_STOCK)), error=TOO_FEW, confirm_id=None)
        for text in (message, order.amazon_status, self.activity(order, self.buyer)):
            self.assertIn("Out of stock (015-005)", text)
            self.assertIn("The quantity is lower than in the cart (018-007)", text)

    def test_what_is_no_reason_stands_in_the_message_once(self):
        order = self.three_lines()
        message = self.confirm(order, (1, 2, status(quantity=2, error="Comes <b>gift-wrapped</b>")),
                               (2, 3, status('reject', 3, error=OUT_OF_STOCK)),
                               (3, 1, status(quantity=1)), comment="Thank you||See you")
        self.assertIn("Amazon: “Thank you”", message)
        self.assertIn("Amazon: “See you”", message)
        self.assertIn("Amazon about Stapler, blue: “Comes &lt;b&gt;gift-wrapped&lt;/b&gt;”", message)
        self.assertEqual(message.count("Gone"), 1)

    # === CHARGES === #

    def test_raised_shipping_and_tax_are_named_with_both_amounts(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        order.user_id = self.manager
        message = self.confirm(order, *((number, quantity, status(quantity=quantity))
                               for number, quantity in ((1, 2), (2, 3), (3, 1))),
                               total='69.00', shipping='9.00', tax='5.00')
        for text in (message, self.activity(order, self.manager)):
            self.assertIn("Shipping is now $ 9.00, was $ 4.00.", text)
            self.assertIn("Tax is now $ 5.00, was $ 4.28.", text)
        self.assertIn("The total changed from $ 63.28 to $ 69.00.", message)

    def test_shipping_that_rises_by_what_the_tax_falls_is_a_change(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        message = self.confirm(
            order, (1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status(quantity=1)),
            total='63.28', shipping='5.00', tax='3.28')
        self.assertIn("Shipping is now $ 5.00, was $ 4.00.", message)
        self.assertIn("Tax is now $ 3.28, was $ 4.28.", message)
        self.assertNotIn("Nothing changed.", message)

    def test_charges_that_stay_are_not_mentioned(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        self.assertNotIn("is now", self.confirm(order, kind='accept'))
        self.assertIn("Nothing changed.", self.confirm(order, kind='accept'))

    def test_a_cancelled_order_has_no_charges_to_mention(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        self.assertNotIn("Shipping is now", self.confirm(order, kind='reject', confirm_id=None))
