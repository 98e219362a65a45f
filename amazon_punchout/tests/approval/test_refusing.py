"""Refusing another user's cart with a reason, and giving up one's own."""
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..cxml_builder import item
from ..order_case import APPROVAL, OrderCase

REASON = "We have <three> & more of them"


@tagged('post_install', '-at_install')
class TestRefusing(OrderCase):

    def setUp(self):
        super().setUp()
        self.set_limit(500)

    def waiting(self):
        order = self.make_order([item(price='600.00')])
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, 'to approve')
        return order

    def refuse(self, order, user, reason=REASON):
        action = order.with_user(user).action_amazon_refuse()
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.refuse', 'new'))
        dialog = Form(self.env[action['res_model']].with_user(user).with_context(**action['context']))
        dialog.reason = reason
        dialog.save().action_refuse()
        order.invalidate_recordset()

    def notified(self, order):
        return self.env['mail.message'].search([
            ('message_type', '=', 'user_notification'), ('res_id', '=', order.id), ('model', '=', order._name),
            ('subject', 'ilike', "was refused")])

    def test_the_requester_reads_who_refused_and_why_and_nothing_is_sent(self):
        order = self.waiting()
        self.assertTrue(order.with_user(self.manager).amazon_may_refuse)
        self.refuse(order, self.manager)
        self.assertEqual((order.state, order.amazon_state, self.requests(order).ids), ('cancel', 'cancelled', []))
        self.assertFalse(self.activities(order, APPROVAL))
        self.assertFalse(self.send())
        self.assertEqual(order.with_user(self.buyer).amazon_status, f"Refused by Manager Person: {REASON}")
        note = order.message_ids.filtered(lambda message: "Refused:" in message.body)
        self.assertEqual(note.author_id, self.manager.partner_id)
        self.assertIn("We have &lt;three&gt; &amp; more of them", note.body)
        message = self.notified(order)
        self.assertEqual(message.notified_partner_ids, self.buyer.partner_id)
        for words in ("Manager Person refused order", "600.00", "&lt;three&gt;", "Nothing was ordered at Amazon"):
            self.assertIn(words, message.body)
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)

    def test_the_requester_is_notified_in_odoo_if_they_prefer_it(self):
        self.buyer.notification_type = 'inbox'
        order = self.waiting()
        self.refuse(order, self.manager)
        self.assertEqual(self.notified(order).notification_ids.notification_type, 'inbox')

    def test_a_draft_of_another_user_can_be_refused_by_users_who_may_order_it(self):
        order = self.make_order([item(price='100.00')])
        self.assertTrue(order.with_user(self.other_buyer).amazon_may_refuse)
        self.refuse(order, self.other_buyer)
        self.assertIn("Refused by Otherbuyer Person", order.amazon_status)

    def test_a_reason_must_be_given(self):
        order = self.waiting()
        for reason in ("", "  \n "):
            with self.assertRaisesRegex(UserError, "Enter why"), self.env.cr.savepoint():
                order.with_user(self.manager)._amazon_refuse(reason)
        dialog = self.env['amazon.punchout.refuse'].with_user(self.manager).create({
            'order_id': order.id, 'reason': " "})
        with self.assertRaisesRegex(UserError, "Enter why"):
            dialog.action_refuse()
        self.assertEqual(order.state, 'to approve')

    def test_users_who_may_not_approve_may_not_refuse_over_rpc_either(self):
        order = self.waiting()
        for user, words in ((self.other_buyer, "Only users who can approve"), (self.buyer, "is your own cart")):
            self.assertFalse(order.with_user(user).amazon_may_refuse)
            dialog = self.env['amazon.punchout.refuse'].with_user(user).create({'order_id': order.id, 'reason': REASON})
            for way in (order.with_user(user).action_amazon_refuse, dialog.action_refuse):
                with self.assertRaisesRegex(UserError, words):
                    way()
        with self.assertRaisesRegex(UserError, "Only messages from Amazon"):
            order.with_user(self.other_buyer).write({'amazon_refused_by_id': self.manager.id})
        self.assertEqual((order.state, order.amazon_refused_by_id.id), ('to approve', False))
        self.assertTrue(self.activities(order, APPROVAL))

    def test_the_groups_rule_decides_who_refuses_too(self):
        order = self.make_order([item(price='100.00')])
        self.group.approval_rule = 'manager'
        order.invalidate_recordset()
        self.assertFalse(order.with_user(self.other_buyer).amazon_may_refuse)
        with self.assertRaisesRegex(UserError, "Only users who can approve"):
            order.with_user(self.other_buyer).action_amazon_refuse()
        self.refuse(order, self.manager)
        self.assertEqual(order.state, 'cancel')

    def test_only_undecided_carts_are_refused(self):
        ordered, cancelled = self.ordered(), self.waiting()
        cancelled.with_user(self.buyer).button_cancel()
        plain = self.env['purchase.order'].create({'partner_id': self.vendor.id})
        for order, words in ((ordered, "no longer a draft"), (cancelled, "no longer a draft"), (plain, "did not come")):
            order.invalidate_recordset()
            self.assertFalse(
                order.with_user(self.manager).amazon_may_refuse or order.with_user(self.buyer).amazon_may_give_up)
            with self.assertRaisesRegex(UserError, words):
                order.with_user(self.manager).action_amazon_refuse()
            with self.assertRaisesRegex(UserError, words):
                order.with_user(self.buyer).action_amazon_give_up()

    def test_a_draft_again_is_refused_no_more(self):
        order = self.waiting()
        self.refuse(order, self.manager)
        with self.assertRaisesRegex(UserError, "was refused by Manager Person"):
            order.with_user(self.buyer).button_draft()
        order.with_user(self.manager).button_draft()
        order.invalidate_recordset()
        self.assertFalse(order.amazon_refused_by_id or order.amazon_refusal_reason)
        self.assertNotIn("Refused", order.amazon_status)
        order.with_user(self.buyer).button_cancel()
        order.invalidate_recordset()
        self.assertEqual(order.amazon_status, "Cancelled: nothing was ordered at Amazon")

    def test_no_requester_undoes_a_refusal_even_if_they_might_order_it(self):
        order = self.make_order([item(price='100.00')])
        self.refuse(order, self.other_buyer)
        self.assertTrue(order.with_user(self.buyer)._approval_allowed(), "it is below the limit")
        self.assertFalse(order.with_user(self.buyer).amazon_may_draft)
        self.assertTrue(order.with_user(self.other_buyer).amazon_may_draft)
        with self.assertRaisesRegex(UserError, "was refused by Otherbuyer Person"):
            order.with_user(self.buyer).button_draft()
        self.assertEqual((order.state, order.amazon_refused_by_id), ('cancel', self.other_buyer))
        order.with_user(self.other_buyer).button_draft()
        self.assertEqual(order.state, 'draft')

    def test_users_who_may_not_approve_undo_no_refusal(self):
        order = self.waiting()
        self.refuse(order, self.manager)
        with self.assertRaisesRegex(UserError, "was refused by Manager Person"):
            order.with_user(self.other_buyer).button_draft()
        self.assertEqual(
            [order.with_user(user).amazon_may_draft for user in (self.other_buyer, self.manager)], [False, True])

    # === GIVING UP === #

    def test_the_requester_gives_up_a_draft_or_what_waits(self):
        for order in (self.make_order(), self.waiting()):
            self.assertTrue(order.with_user(self.buyer).amazon_may_give_up)
            order.with_user(self.buyer).action_amazon_give_up()
            order.invalidate_recordset()
            self.assertFalse(order.with_user(self.buyer).amazon_show_answers, "nothing was ordered, so none is pending")
            self.assertEqual((order.state, order.amazon_state), ('cancel', 'cancelled'))
            self.assertFalse(self.activities(order, APPROVAL))
            self.assertFalse(self.notified(order))
            self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)
        self.assertFalse(self.send())

    def test_nobody_gives_up_the_cart_of_another_user(self):
        order = self.waiting()
        for user in (self.other_buyer, self.manager):
            self.assertFalse(order.with_user(user).amazon_may_give_up)
            with self.assertRaisesRegex(UserError, "cart of Buyer Person"):
                order.with_user(user).action_amazon_give_up()
