"""Who is notified of what a confirmation has changed."""
from odoo import Command
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, status
from ..message_case import MessageCase
from ..order_case import PROBLEM

SECOND = '111-0000000-0000002'
OUT_OF_STOCK = "Out, <b>sorry</b> [Error code: 015-005]"


def plain(html):
    """Put simple blanks into amounts of money."""
    return html.replace('&nbsp;', ' ')


@tagged('post_install', '-at_install')
class TestConfirmationPeople(MessageCase):

    def setUp(self):
        super().setUp()
        self.po = self.three_lines()
        self.po.user_id = self.manager
        self.po.message_ids  # noqa: B018 - read before, so that what comes is news
        self.before = self.po.message_ids

    def confirm(self, *lines, **values):
        self.env.invalidate_all()
        self.before = self.po.message_ids
        return self.deliver(confirmation_xml(self.po, lines, **values))

    def our_messages(self):
        """Find our messages about the last confirmation, without core's notes of changed quantities and states."""
        self.env.invalidate_all()
        return (self.po.message_ids - self.before).filtered(
            lambda message: message.body and 'Ordered Quantity' not in message.body
            and 'ordered quantity has been updated' not in message.body)

    def notified(self, user):
        """Find the activities of a person about the order."""
        return self.activities(self.po, PROBLEM).filtered(lambda activity: activity.user_id == user)

    # === THE MESSAGE === #

    def test_the_message_says_of_each_line_what_from_to_and_why(self):
        self.confirm((1, 2, status(quantity=2, price='9.00')),
                     (2, 3, status(quantity=2), status('reject', 1, error=OUT_OF_STOCK)), (3, 1, status(quantity=1)))
        body = plain(self.our_messages().body)
        self.assertIn("1 of 3 lines are accepted as ordered", body)
        self.assertEqual(body.count('<li>'), 2)
        self.assertRegex(body, r"unit price \$ 10.00 → \$ 9.00")
        self.assertIn("quantity 3 → 2, 1 rejected", body)
        self.assertIn("Out of stock (015-005)", body)
        self.assertIn("&lt;b&gt;sorry", body)
        self.assertRegex(body, r"The total changed from \$ 55.00 to \$ 48.00")

    def test_there_is_one_message_for_each_confirmation(self):
        for confirm_id, number, quantity in (('1', 1, 2), ('2', 2, 3), ('3', 3, 1)):
            self.confirm((number, quantity, status(quantity=quantity, price='1.00')), confirm_id=confirm_id)
            self.assertEqual(len(self.our_messages()), 1)

    def test_a_cancellation_is_posted_with_its_reason(self):
        self.confirm(kind='reject', confirm_id=None, error=OUT_OF_STOCK)
        messages = self.our_messages().filtered(lambda message: "Order cancelled by Amazon" in message.body)
        self.assertEqual(len(messages), 1)
        self.assertIn("Out of stock (015-005)", messages.body)

    # === THE REQUESTER === #

    def test_nobody_has_anything_to_do_where_all_is_as_ordered(self):
        self.confirm(kind='accept')
        self.assertFalse(self.activities(self.po, PROBLEM))

    def test_nobody_has_anything_to_do_where_goods_are_only_late(self):
        self.confirm(kind='backordered')
        self.assertFalse(self.activities(self.po, PROBLEM))

    def test_the_requester_is_notified_once_of_each_confirmation_that_changes_something(self):
        self.confirm((1, 2, status(quantity=2, price='9.00')), (2, 3, status(quantity=3, price='4.00')))
        activity = self.notified(self.buyer)
        self.assertEqual(len(activity), 1)
        self.assertIn(self.po.name, activity.summary)
        self.assertRegex(plain(activity.note), r"10.00 → \$ 9.00")
        self.confirm((3, 1, status('reject', 1, error=OUT_OF_STOCK)), confirm_id=SECOND)
        self.assertEqual(len(self.notified(self.buyer)), 2)
        self.assertFalse(self.notified(self.manager))

    def test_the_requester_is_not_notified_that_all_is_as_ordered_again(self):
        self.confirm((1, 2, status('reject', 2)))
        self.assertEqual(len(self.notified(self.buyer)), 1)
        self.confirm((1, 2, status(quantity=2)), notice_date='2026-03-04T10:00:00Z')
        self.assertEqual(len(self.notified(self.buyer)), 1)
        self.assertIn("now as ordered", self.our_messages().body.replace("quantity 0 → 2", "now as ordered"))

    def test_the_requester_is_offered_to_shop_again_when_all_is_rejected(self):
        self.confirm(kind='reject', confirm_id=None, error=OUT_OF_STOCK)
        self.assertIn("Shop Again", self.notified(self.buyer).note)
        self.assertTrue(self.po.with_user(self.buyer).amazon_can_shop_again)

    def test_in_test_mode_a_cancellation_is_what_it_is(self):
        group = self.group.copy({'name': "Test mode", 'shared_secret': 'not-a-real-secret'})
        group.state = 'test'
        self.po = self.three_lines(group=group)
        self.before = self.po.message_ids
        self.deliver(confirmation_xml(self.po, kind='reject', confirm_id=None, error=OUT_OF_STOCK), group=group)
        self.assertEqual((self.po.state, self.po.amazon_state), ('cancel', 'cancelled'))
        self.assertIn("like every test order", self.po.amazon_status)
        self.assertIn("cancelled this test order automatically", "".join(self.our_messages().mapped('body')))
        self.assertIn("Out of stock (015-005)", "".join(self.our_messages().mapped('body')))
        self.assertFalse(self.activities(self.po, PROBLEM))

    # === THE PURCHASER === #

    def test_the_purchaser_is_notified_if_the_total_rises_above_what_was_approved(self):
        self.confirm((1, 2, status(quantity=2, price='10.01')))
        activity = self.notified(self.manager)
        self.assertEqual(len(activity), 1)
        self.assertRegex(plain(activity.note), r"\$ 55.02.*\$ 55.00")

    def test_nobody_is_notified_of_a_rise_within_the_larger_tolerance(self):
        self.group.write({'tolerance_amount': 1.0, 'tolerance_percentage': 4.0})  # 4 % of 55.00 are 2.20
        self.confirm((1, 2, status(quantity=2, price='11.10')))  # 57.20
        self.assertFalse(self.notified(self.manager))
        self.confirm((3, 1, status(quantity=1, price='20.01')), confirm_id=SECOND)
        self.assertEqual(len(self.notified(self.manager)), 1)

    def test_the_tolerance_is_in_the_companys_currency(self):
        self.env.ref('base.EUR').write({'active': True, 'rate_ids': [Command.clear(), Command.create({
            'name': '2020-01-01', 'rate': 0.5, 'company_id': self.company.id})]})
        self.group.tolerance_amount = 2.0  # 1.00 EUR
        for price, is_notified in (('10.50', False), ('10.51', True)):
            self.po = self.three_lines(currency='EUR')
            self.po.user_id = self.manager
            self.deliver(confirmation_xml(self.po, [(1, 2, status(quantity=2, price=price, currency='EUR'))]))
            self.assertEqual(bool(self.notified(self.manager)), is_notified)

    def test_nobody_is_notified_again_of_a_total_that_falls(self):
        self.confirm((1, 2, status(quantity=2, price='20.00')))
        self.confirm((2, 3, status('reject', 1)), confirm_id=SECOND)
        self.assertEqual(len(self.notified(self.manager)), 1)

    def test_a_rejection_hid_a_higher_price_from_the_approver(self):
        self.confirm((1, 2, status(quantity=2, price='25.00')), (2, 3, status('reject', 3)),
                     (3, 1, status('reject', 1)))
        self.assertLess(self.po.amount_total, self.po.amazon_approved_total)
        activity = self.notified(self.manager)
        self.assertEqual(activity.summary, f"Amazon raised prices in order {self.po.name} by $\N{NO-BREAK SPACE}30.00")
        note = plain(activity.note)
        self.assertRegex(note, r"by \$ 30.00\. Its total is now \$ 50.00; \$ 55.00 was approved")
        self.assertRegex(note, r"unit price \$ 10.00 → \$ 25.00")
        self.confirm((3, 1, status(quantity=1)), confirm_id=SECOND)
        self.assertEqual(self.notified(self.manager).mapped('summary').count(activity.summary), 1)

    def test_a_price_within_the_tolerance_is_not_reported(self):
        self.group.tolerance_amount = 40
        self.confirm((1, 2, status(quantity=2, price='25.00')), (2, 3, status('reject', 3)),
                     (3, 1, status('reject', 1)))
        self.assertFalse(self.notified(self.manager))

    # === BY HAND === #

    def test_who_enters_it_by_hand_signs_it_and_is_not_notified_of_it(self):
        requester = self.po.amazon_requester_id
        requester.group_ids |= self.env.ref('purchase.group_purchase_manager')
        self.before = self.po.message_ids
        by_hand = self.env['amazon.punchout.by.hand'].with_user(requester).browse(
            self.po.with_user(requester).action_amazon_enter()['res_id'])
        by_hand.line_ids[0].write({'accepted_quantity': 1, 'rejected_quantity': 1})
        by_hand.action_enter()
        message = self.our_messages()
        self.assertEqual(message.author_id, requester.partner_id)
        self.assertIn("entered manually", message.body)
        self.assertFalse(self.notified(requester))
        self.assertEqual(self.line(self.po, 1).product_qty, 1)
