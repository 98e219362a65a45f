from datetime import timedelta

import requests

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import answer
from ..cxml_builder import item
from ..order_case import PROBLEM, OrderCase


@tagged('post_install', '-at_install')
class TestDecisions(OrderCase):

    def declined(self):
        order = self.ordered()
        self.send(answer(code='400', text='Address incomplete'))
        self.assertStands(order, 'refused')
        return order

    def unclear(self):
        order = self.ordered()
        self.send(requests.exceptions.ReadTimeout())
        self.assertStands(order, 'unclear')
        return order

    def assertBlocks(self, words, method):
        before = self.env['amazon.punchout.document'].search([]).read(['state', 'payload_id', 'queued_at'])
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            method()
        self.env.invalidate_all()
        self.assertEqual(
            self.env['amazon.punchout.document'].search([]).read(['state', 'payload_id', 'queued_at']), before)

    def test_a_declined_order_is_sent_again_as_a_new_document(self):
        order = self.declined()
        old = self.requests(order)
        self.warehouse.partner_id.street = "2 Fixed Street"
        order.with_user(self.buyer).action_amazon_send_again()
        self.assertStands(order, 'queued')
        self.assertFalse(self.activities(order, PROBLEM))
        self.assertIn("Send Again: the order was queued as a new document", self.chatter(order))
        new = self.requests(order) - old
        self.assertEqual(len(new), 1)
        self.assertNotEqual(new.payload_id, old.payload_id)
        self.assertEqual((old.state, old.purchase_order_id), ('refused', order), "the old one still finds its order")
        sent = self.send()
        self.assertEqual(len(sent), 1)
        self.assertIn(b'2 Fixed Street', sent[0])
        self.assertIn(order.name.encode(), sent[0])
        self.assertStands(order, 'sent')

    def test_send_again_checks_everything_again(self):
        order = self.declined()
        self.warehouse.partner_id.zip = False
        self.assertBlocks("Zip", order.with_user(self.buyer).action_amazon_send_again)
        self.assertStands(order, 'refused')

    def test_send_again_is_for_declined_and_unclear_orders_only(self):
        cart, queued = self.make_order(), self.ordered()
        for order in (cart, queued):
            self.assertBlocks("dealt with", order.with_user(self.manager).action_amazon_send_again)
        self.send()
        self.assertBlocks("dealt with", queued.with_user(self.manager).action_amazon_send_again)
        self.assertBlocks("dealt with", queued.with_user(self.manager).action_amazon_arrived)

    def test_send_again_twice_sends_once(self):
        order = self.declined()
        order.with_user(self.buyer).action_amazon_send_again()
        self.assertBlocks("dealt with", order.with_user(self.buyer).action_amazon_send_again)
        self.assertEqual(len(self.send()), 1)

    def test_an_unclear_order_is_sent_again_with_the_same_bytes(self):
        order = self.ordered()
        first = self.send(requests.exceptions.ReadTimeout())
        order.with_user(self.manager).action_amazon_send_again()
        self.assertStands(order, 'queued')
        self.assertFalse(self.activities(order, PROBLEM))
        self.assertEqual(self.send(), first)
        self.assertEqual(len(self.requests(order)), 1)
        self.assertStands(order, 'sent')

    def test_sending_again_starts_the_hour_of_waiting_anew(self):
        order = self.unclear()
        self.later(self.requests(order), hours=5)
        order.with_user(self.manager).action_amazon_send_again()
        self.send(requests.exceptions.ConnectTimeout())
        self.assertStands(order, 'queued')
        self.assertFalse(self.activities(order, PROBLEM))

    def test_it_arrived_settles_an_unclear_order(self):
        order = self.unclear()
        order.with_user(self.administrator).action_amazon_arrived()
        self.assertStands(order, 'sent')
        self.assertFalse(self.activities(order, PROBLEM))
        self.assertIn("Amazon Has It: the order is at Amazon", self.chatter(order))
        self.assertEqual(order.message_ids.filtered(lambda each: "Amazon Has It:" in each.body).author_id,
                         self.administrator.partner_id)
        self.assertFalse(self.send())

    def test_buyers_do_not_decide_on_unclear_orders(self):
        order = self.unclear()
        self.assertBlocks("Only purchase managers", order.with_user(self.buyer).action_amazon_send_again)
        self.assertBlocks("Only purchase managers", order.with_user(self.buyer).action_amazon_arrived)
        self.assertStands(order, 'unclear')

    def test_an_unclear_or_sent_order_can_not_be_cancelled(self):
        unclear = self.unclear()
        self.assertBlocks("may have reached Amazon", unclear.with_user(self.manager).button_cancel)
        sent = self.ordered()
        self.send()
        self.assertBlocks("does not accept cancellations", sent.with_user(self.manager).button_cancel)
        for order in (unclear, sent):
            self.assertEqual(order.state, 'purchase')
            self.assertBlocks("can't be set to draft", order.with_user(self.manager).button_draft)

    def test_a_queued_order_is_withdrawn_with_its_document(self):
        order = self.ordered()
        self.assertTrue(order.picking_ids)
        order.with_user(self.buyer).button_cancel()
        self.assertStands(order, 'cancelled')
        self.assertEqual(order.state, 'cancel')
        self.assertEqual(order.picking_ids.mapped('state'), ['cancel'])
        self.assertIn("Withdrawn before it was sent", self.chatter(order))
        self.assertEqual(order.message_ids.filtered(lambda each: "Withdrawn" in each.body).author_id,
                         self.buyer.partner_id)
        self.assertFalse(self.send())

    def test_withdrawing_while_it_is_sent_changes_nothing(self):
        order = self.ordered()
        self.requests(order).state = 'sending'
        self.assertBlocks("on its way to Amazon", order.with_user(self.buyer).button_cancel)
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'queued'))
        self.assertNotIn('cancel', order.picking_ids.mapped('state'))

    def test_withdraw_was_offered_where_it_could_only_fail(self):
        order = self.ordered()
        request, read = self.requests(order), order.with_user(self.buyer)
        self.assertTrue(read.amazon_may_withdraw)
        request.state = 'sending'
        self.assertFalse(read.amazon_may_withdraw)
        request.state = 'queued'
        self.assertTrue(read.amazon_may_withdraw)
        request.has_left = True  # sent again after it was unclear
        self.assertFalse(read.amazon_may_withdraw)
        self.assertFalse(self.declined().amazon_may_withdraw)
        self.assertFalse(self.make_order([item()]).amazon_may_withdraw)

    def waiting(self):
        """Make an order that has waited for more than an hour, and of which its requester was notified."""
        self.group.responsible_id = False
        order = self.ordered()
        request = self.requests(order)
        request.write({'queued_at': request.queued_at - timedelta(minutes=61), 'next_try_at': '2999-01-01'})
        self.send()
        self.assertEqual(self.activities(order, PROBLEM).user_id, self.buyer)
        request.next_try_at = False
        return order

    def test_who_can_not_decide_about_an_unclear_order_kept_its_activity(self):
        """It told the buyer to press buttons that they don't have; who has them was named and not notified."""
        order = self.waiting()
        self.send(requests.exceptions.ReadTimeout())
        self.assertStands(order, 'unclear')
        activity = self.activities(order, PROBLEM)
        self.assertEqual(activity.user_id, order._amazon_person_to_notify())
        self.assertTrue(order.with_user(activity.user_id)._amazon_is_decider())
        self.assertIn("press Amazon Has It", activity.note)
        mails = order.message_ids.search([
            ('model', '=', order._name), ('res_id', '=', order.id), ('message_type', '=', 'user_notification'),
            ('partner_ids', 'in', activity.user_id.partner_id.ids)])
        self.assertEqual(mails.mapped('subject'), [activity.summary])

    def test_who_was_passed_a_problem_that_they_can_solve_keeps_it(self):
        order = self.waiting()
        activity = self.activities(order, PROBLEM)
        activity.with_user(self.buyer).user_id = self.manager
        self.send(requests.exceptions.ReadTimeout())
        self.assertStands(order, 'unclear')
        self.assertEqual(self.activities(order, PROBLEM).user_id, self.manager)
        self.assertIn("press Amazon Has It", activity.note)

    def test_a_declined_order_can_be_cancelled(self):
        order = self.declined()
        order.with_user(self.buyer).button_cancel()
        self.assertStands(order, 'cancelled', 'refused')
        self.assertEqual(order.state, 'cancel')
        self.assertFalse(self.activities(order, PROBLEM))
        self.assertBlocks("dealt with", order.with_user(self.buyer).action_amazon_send_again)
        self.assertBlocks("can't be set to draft", order.with_user(self.buyer).button_draft)
        self.assertBlocks("can't be deleted", order.with_user(self.manager).unlink)

    def test_a_withdrawn_order_is_a_draft_again_under_the_same_number(self):
        order = self.ordered([item(quantity='3')])
        name, origin = order.name, order.origin
        order.with_user(self.buyer).button_cancel()
        order.with_user(self.buyer).button_draft()
        self.assertEqual((order.state, order.amazon_state, order.name), ('draft', 'cart', name))
        order.with_user(self.buyer).button_confirm()
        self.assertStands(order, 'queued')
        self.assertEqual((order.name, order.origin), (name, origin))
        self.assertEqual(self.requests(order).mapped('state'), ['cancelled', 'queued'])
        self.assertEqual(len(self.send()), 1)
        self.assertStands(order, 'sent')

    def test_a_cart_can_be_cancelled_once(self):
        order = self.make_order()
        order.with_user(self.buyer).button_cancel()
        self.assertEqual((order.state, order.amazon_state), ('cancel', 'cancelled'))
        messages = order.message_ids
        order.with_user(self.buyer).button_cancel()
        self.assertEqual(order.message_ids, messages)
        self.assertEqual(order.create_date.date() + timedelta(days=7), order.amazon_valid_until.date())
