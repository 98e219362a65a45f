"""The notifications to requesters whose order another user ends, and how they get another cart."""
from unittest.mock import patch

from lxml import etree, html

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..common import answer
from ..cxml_builder import confirmation_xml, item, status
from ..message_case import MessageCase
from ..order_case import PROBLEM

AGAIN = "Press Shop Again on the order"
ON_AMAZON = "into a new cart on Amazon"


class RequesterCase(MessageCase):

    def two_items(self):
        return self.make_order([
            item(asin='B00TEST001', price='300.00', quantity='2', title="Keyboard", auxiliary_id='136-1,1'),
            item(asin='B00TEST002', title="Cable", auxiliary_id='136-1,2')])

    def notified(self, about=" was "):
        """Find the notifications of the buyer, newest first."""
        return self.env['mail.message'].search([
            ('message_type', '=', 'user_notification'), ('partner_ids', 'in', self.buyer.partner_id.ids),
            ('subject', 'ilike', about)])

    def links(self, body):
        rows = [row for row in html.fromstring(body).iter('li') if row.find('a') is not None]
        return [(row.text.split()[0], row.find('a').text, row.find('a').get('href')) for row in rows]

    def shopping_starts_on_amazon(self):
        self.group.flow = 'punchin'

    def buyer_is_no_member(self):
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.other_buyer.ids)]})

    def buyer_has_left(self):
        self.buyer.active = False

    def group_is_closed(self):
        self.group.state = 'draft'


@tagged('post_install', '-at_install')
class TestAnotherCart(RequesterCase):

    def assertAdvised(self, body, is_button):
        self.assertEqual((AGAIN in body, ON_AMAZON in body), (is_button, not is_button), body)
        links = [] if is_button else [
            ('2', "Keyboard", 'https://www.amazon.com/dp/B00TEST001'),
            ('1', "Cable", 'https://www.amazon.com/dp/B00TEST002')]
        self.assertEqual(self.links(body), links)

    def test_a_refusal_mentions_shop_again_only_to_requesters_with_the_button(self):
        for change in (None, self.shopping_starts_on_amazon, self.buyer_is_no_member, self.buyer_has_left,
                       self.group_is_closed):
            with self.subTest(change=change and change.__name__), self.env.cr.savepoint() as savepoint:
                order = self.two_items()
                if change:
                    change()
                order.with_user(self.manager)._amazon_refuse("We have three.")
                if change != self.buyer_has_left:
                    self.assertEqual(order.with_user(self.buyer).amazon_can_shop_again, not change)
                message = self.notified("was refused")
                self.assertIn("We have three.", message.body)
                self.assertAdvised(message.body, is_button=not change)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_requester_who_moved_to_another_company_is_advised_too(self):
        company = self.make_company("Elsewhere")[0]
        order = self.two_items()
        self.buyer.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        order.with_user(self.manager)._amazon_refuse("We have three.")
        self.assertAdvised(self.notified("was refused").body, is_button=False)

    def test_a_cancellation_by_amazon_mentions_it_only_to_requesters_with_the_button(self):
        for change in (None, self.shopping_starts_on_amazon, self.buyer_is_no_member):
            with self.subTest(change=change and change.__name__), self.env.cr.savepoint() as savepoint:
                order = self.sent_order([
                    item(asin='B00TEST001', quantity='2', title="Keyboard", auxiliary_id='136-1,1'),
                    item(asin='B00TEST002', title="Cable", auxiliary_id='136-1,2')])
                if change:
                    change()
                self.deliver(confirmation_xml(
                    order, [(1, 2, status('reject', 2)), (2, 1, status('reject'))], confirm_id=None))
                self.assertEqual(order.state, 'cancel')
                self.assertEqual(order.with_user(self.buyer).amazon_can_shop_again, not change)
                self.assertAdvised(self.activities(order, PROBLEM).note, is_button=not change)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_users_who_may_not_undo_a_refusal_read_how_to_go_on(self):
        order = self.two_items()
        order.with_user(self.manager)._amazon_refuse("We have three.")
        with self.assertRaisesRegex(UserError, "who can undo this. Press Shop Again"):
            order.with_user(self.buyer).button_draft()
        self.shopping_starts_on_amazon()
        order.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "who can undo this. Fill another cart on Amazon"):
            order.with_user(self.buyer).button_draft()


@tagged('post_install', '-at_install')
class TestEndedByOthers(RequesterCase):

    def test_a_requester_is_notified_of_who_cancelled_their_cart(self):
        self.set_limit(500)
        draft, waiting = self.make_order(), self.two_items()
        waiting.with_user(self.buyer).button_confirm()
        for order in (draft, waiting):
            order.with_user(self.other_buyer).button_cancel()
            self.assertEqual(order.state, 'cancel')
            message = self.notified("was cancelled")[0]
            self.assertEqual((message.model, message.res_id), (order._name, order.id))
            self.assertEqual(message.notified_partner_ids, self.buyer.partner_id)
            self.assertIn(f"Otherbuyer Person cancelled your order {order.name}", message.body)
            self.assertIn(AGAIN, message.body)

    def test_the_requester_reads_it_in_odoo_if_they_prefer_it(self):
        self.buyer.notification_type = 'inbox'
        self.make_order().with_user(self.other_buyer).button_cancel()
        self.assertEqual(self.notified("was cancelled").notification_ids.notification_type, 'inbox')

    def test_queued_and_declined_orders_are_notified_as_well(self):
        declined = self.ordered()
        self.send(answer(code='400', text="no"))
        queued = self.ordered()
        for order in (queued, declined):
            order.with_user(self.other_buyer).button_cancel()
        self.assertEqual(self.notified("was cancelled").mapped('res_id'), [declined.id, queued.id])

    def test_many_at_once_are_notified_one_by_one(self):
        orders = self.make_order() + self.make_order()
        orders.with_user(self.manager).action_amazon_cancel()
        self.assertEqual(set(self.notified("was cancelled").mapped('res_id')), set(orders.ids))

    def test_requesters_are_not_notified_of_what_they_end_themselves(self):
        given_up, cancelled, deleted = (self.make_order() for _each in range(3))
        given_up.with_user(self.buyer).action_amazon_give_up()
        cancelled.with_user(self.buyer).button_cancel()
        cancelled.with_user(self.manager).button_cancel()  # once more
        deleted.with_user(self.buyer).unlink()
        self.assertFalse(self.notified())

    def test_a_refusal_and_amazons_own_cancellation_are_notified_once(self):
        self.make_order().with_user(self.manager)._amazon_refuse("We have three.")
        order = self.sent_order()
        self.deliver(confirmation_xml(order, [(1, 1, status('reject'))], confirm_id=None))
        self.assertEqual(order.state, 'cancel')
        self.assertEqual(len(self.notified()), 1)
        self.assertIn("was refused", self.notified().subject)

    def test_a_cart_that_another_user_deletes_is_notified_with_links_to_its_items(self):
        order = self.two_items()
        name, record_id = order.name, order.id
        order.with_user(self.other_buyer).unlink()
        message = self.notified("was deleted")
        self.assertIn(f"Otherbuyer Person deleted your order {name}", message.body)
        self.assertEqual(len(self.links(message.body)), 2)
        self.assertEqual((message.model, message.notified_partner_ids), (False, self.buyer.partner_id))
        self.assertFalse(self.env['mail.message'].search([
            ('model', '=', 'purchase.order'), ('res_id', '=', record_id)]))
        self.assertFalse(self.notified("was cancelled"))

    def test_a_cancelled_order_is_notified_again_when_it_is_deleted(self):
        order = self.two_items()
        order.with_user(self.other_buyer).button_cancel()
        name, items = order.name, order.amazon_items
        order.with_user(self.manager).unlink()
        message = self.notified()
        self.assertEqual((message.subject, message.model), (f"Amazon order {name} was deleted: {items}", False))
        self.assertIn(f"Manager Person deleted your order {name}", message.body)
        self.assertIn("It had been cancelled by Otherbuyer Person.", message.body)
        self.assertEqual(len(self.links(message.body)), 2)

    def test_who_cancels_first_and_deletes_then_is_named_once(self):
        order = self.make_order()
        order.with_user(self.other_buyer).button_cancel()
        order.with_user(self.other_buyer).unlink()
        self.assertIn("Otherbuyer Person deleted your order", self.notified().body)
        self.assertNotIn("It had been", self.notified().body)

    def test_the_reason_of_a_refusal_outlives_the_order(self):
        order = self.two_items()
        order.with_user(self.manager)._amazon_refuse("We have <three>.")
        order.with_user(self.manager).unlink()
        self.assertIn("was deleted", self.notified().subject)
        self.assertIn("It had been refused by Manager Person: We have &lt;three&gt;.", self.notified().body)

    def test_a_withdrawn_order_is_notified_again_when_it_is_deleted_too(self):
        order = self.ordered()
        order.with_user(self.other_buyer).button_cancel()
        order.with_user(self.other_buyer).unlink()
        self.assertIn("was deleted", self.notified().subject)

    def test_nobody_is_notified_again_of_what_they_ended_or_deleted_themselves(self):
        given_up, cancelled = self.make_order(), self.make_order()
        given_up.with_user(self.buyer).action_amazon_give_up()
        given_up.with_user(self.manager).unlink()
        cancelled.with_user(self.other_buyer).button_cancel()
        cancelled.with_user(self.buyer).unlink()
        again = self.make_order()
        again.with_user(self.other_buyer).button_cancel()
        again.with_user(self.other_buyer).button_draft()
        self.assertFalse(again.amazon_cancelled_by_id)
        again.with_user(self.buyer).button_cancel()
        again.with_user(self.manager).unlink()
        self.assertFalse(self.notified("was deleted"))

    def test_failed_cancellations_and_deletions_are_not_notified(self):
        order = self.make_order()
        with patch.object(self.env.registry['mail.thread'], 'unlink', side_effect=UserError("Not now")), \
                self.assertRaises(UserError), self.env.cr.savepoint():
            order.with_user(self.other_buyer).unlink()
        sent = self.sent_order()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            sent.with_user(self.manager).button_cancel()
        self.assertFalse(self.notified())
        order.with_user(self.other_buyer).button_cancel()
        self.assertEqual(
            self.notified().subject, f"Amazon order {order.name} was cancelled: {order.amazon_items}",
            "the failed deletion is over")

    def test_the_form_asks_before_it_cancels_what_another_user_shopped(self):
        self.set_limit(500)
        cart, declined = self.two_items(), self.make_order()
        declined.with_user(self.buyer).button_confirm()
        self.send(answer(code='400', text="no"))
        asked = ["another user"]
        for order, user, expected in (
            (cart, self.other_buyer, asked), (cart, self.manager, []), (cart, self.buyer, []),
            (declined, self.other_buyer, asked), (declined, self.manager, asked), (declined, self.buyer, [""]),
        ):
            with self.subTest(order=order.amazon_state, user=user.name):
                questions = self.cancel_questions(order, user)
                self.assertEqual(["another user" if "another user" in each else each for each in questions], expected)

    def cancel_questions(self, order, user):
        """List what the buttons that this user sees on the form ask before they cancel.

        :rtype: list[str]
        """
        order = order.with_user(user)
        arch = etree.fromstring(order.get_view(self.env.ref('purchase.purchase_order_form').id, 'form')['arch'])
        values = order.read(load=None)[0] | {'uid': user.id}
        return [button.get('confirm', "") for button in arch.xpath("//header/button[@name='button_cancel']")
                if not safe_eval(button.get('invisible'), values)]

    def test_requests_for_quotation_that_are_no_carts_are_cancelled_as_ever(self):
        plain = self.env['purchase.order'].with_user(self.buyer).create({'partner_id': self.vendor.id})
        plain.with_user(self.other_buyer).button_cancel()
        self.assertEqual((plain.state, len(self.notified())), ('cancel', 0))

    def test_the_requester_reads_it_in_their_own_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.buyer.lang = 'fr_FR'
        order = self.make_order([item(price='1234.50')])
        order.with_user(self.other_buyer).button_cancel()
        self.assertRegex(self.notified(about=order.name).body, r"1\S{1,6}234,50")
