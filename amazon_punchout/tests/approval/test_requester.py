"""What requesters are told where somebody else ends their order, and how they come to another cart."""
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
ON_AMAZON = "put together again on Amazon"


class RequesterCase(MessageCase):

    def two_items(self):
        return self.make_order([
            item(asin='B00TEST001', price='300.00', quantity='2', title="Keyboard", auxiliary_id='136-1,1'),
            item(asin='B00TEST002', title="Cable", auxiliary_id='136-1,2')])

    def told(self, about=" was "):
        """:return: what the buyer was told, newest first"""
        return self.env['mail.message'].search([
            ('message_type', '=', 'user_notification'), ('partner_ids', 'in', self.buyer.partner_id.ids),
            ('subject', 'ilike', about)])

    def links(self, body):
        return [(row.text.split()[0], row.find('a').text, row.find('a').get('href')) for row in html.fromstring(body).iter('li')
                if row.find('a') is not None]

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
            ('2', "Keyboard", 'https://amazon.example/dp/B00TEST001'), ('1', "Cable", 'https://amazon.example/dp/B00TEST002')]
        self.assertEqual(self.links(body), links)

    def test_a_refusal_promises_shop_again_only_to_who_has_the_button(self):
        for change in (None, self.shopping_starts_on_amazon, self.buyer_is_no_member, self.buyer_has_left, self.group_is_closed):
            with self.subTest(change=change and change.__name__), self.env.cr.savepoint() as savepoint:
                order = self.two_items()
                if change:
                    change()
                order.with_user(self.manager)._amazon_refuse("We have three.")
                if change != self.buyer_has_left:
                    self.assertEqual(order.with_user(self.buyer).amazon_can_shop_again, not change)
                message = self.told("was refused")
                self.assertIn("We have three.", message.body)
                self.assertAdvised(message.body, is_button=not change)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_belongs_to_another_company_now_is_advised_too(self):
        company = self.make_company("Elsewhere")[0]
        order = self.two_items()
        self.buyer.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        order.with_user(self.manager)._amazon_refuse("We have three.")
        self.assertAdvised(self.told("was refused").body, is_button=False)

    def test_a_cancellation_by_amazon_promises_it_only_to_who_has_the_button(self):
        for change in (None, self.shopping_starts_on_amazon, self.buyer_is_no_member):
            with self.subTest(change=change and change.__name__), self.env.cr.savepoint() as savepoint:
                order = self.sent_order([
                    item(asin='B00TEST001', quantity='2', title="Keyboard", auxiliary_id='136-1,1'),
                    item(asin='B00TEST002', title="Cable", auxiliary_id='136-1,2')])
                if change:
                    change()
                self.deliver(confirmation_xml(order, [(1, 2, status('reject', 2)), (2, 1, status('reject'))], confirm_id=None))
                self.assertEqual(order.state, 'cancel')
                self.assertEqual(order.with_user(self.buyer).amazon_can_shop_again, not change)
                self.assertAdvised(self.activities(order, PROBLEM).note, is_button=not change)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_may_not_take_a_refusal_back_reads_how_to_go_on(self):
        order = self.two_items()
        order.with_user(self.manager)._amazon_refuse("We have three.")
        with self.assertRaisesRegex(UserError, "may take that back. Press Shop Again"):
            order.with_user(self.buyer).button_draft()
        self.shopping_starts_on_amazon()
        order.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "may take that back. Put another cart together on Amazon"):
            order.with_user(self.buyer).button_draft()


@tagged('post_install', '-at_install')
class TestEndedByOthers(RequesterCase):

    def test_who_cancels_the_cart_of_somebody_else_is_told_to_its_requester(self):
        self.set_limit(500)
        draft, waiting = self.make_order(), self.two_items()
        waiting.with_user(self.buyer).button_confirm()
        for order in (draft, waiting):
            order.with_user(self.other_buyer).button_cancel()
            self.assertEqual(order.state, 'cancel')
            message = self.told("was cancelled")[0]
            self.assertEqual((message.model, message.res_id), (order._name, order.id))
            self.assertEqual(message.notified_partner_ids, self.buyer.partner_id)
            self.assertIn(f"Otherbuyer Person cancelled order {order.name}", message.body)
            self.assertIn(AGAIN, message.body)

    def test_the_requester_reads_it_in_the_inbox_where_they_prefer_it(self):
        self.buyer.notification_type = 'inbox'
        self.make_order().with_user(self.other_buyer).button_cancel()
        self.assertEqual(self.told("was cancelled").notification_ids.notification_type, 'inbox')

    def test_what_was_ordered_or_refused_by_amazon_is_told_as_well(self):
        refused = self.ordered()
        self.send(answer(code='400', text="no"))
        queued = self.ordered()
        for order in (queued, refused):
            order.with_user(self.other_buyer).button_cancel()
        self.assertEqual(self.told("was cancelled").mapped('res_id'), [refused.id, queued.id])

    def test_many_at_once_are_told_one_by_one(self):
        orders = self.make_order() + self.make_order()
        orders.with_user(self.manager).action_amazon_cancel()
        self.assertEqual(set(self.told("was cancelled").mapped('res_id')), set(orders.ids))

    def test_what_they_end_themselves_is_no_news(self):
        given_up, cancelled, deleted = (self.make_order() for _each in range(3))
        given_up.with_user(self.buyer).action_amazon_give_up()
        cancelled.with_user(self.buyer).button_cancel()
        cancelled.with_user(self.manager).button_cancel()  # once more
        deleted.with_user(self.buyer).unlink()
        self.assertFalse(self.told())

    def test_a_refusal_and_amazons_own_cancellation_are_told_once(self):
        self.make_order().with_user(self.manager)._amazon_refuse("We have three.")
        order = self.sent_order()
        self.deliver(confirmation_xml(order, [(1, 1, status('reject'))], confirm_id=None))
        self.assertEqual(order.state, 'cancel')
        self.assertEqual(len(self.told()), 1)
        self.assertIn("was refused", self.told().subject)

    def test_a_cart_that_somebody_else_deletes_is_told_with_the_way_to_its_items(self):
        order = self.two_items()
        name, record_id = order.name, order.id
        order.with_user(self.other_buyer).unlink()
        message = self.told("was deleted")
        self.assertIn(f"Otherbuyer Person deleted order {name}", message.body)
        self.assertEqual(len(self.links(message.body)), 2)
        self.assertEqual((message.model, message.notified_partner_ids), (False, self.buyer.partner_id))
        self.assertFalse(self.env['mail.message'].search([('model', '=', 'purchase.order'), ('res_id', '=', record_id)]))
        self.assertFalse(self.told("was cancelled"))

    def test_what_was_told_on_a_cancelled_order_is_told_again_when_it_is_deleted(self):
        order = self.two_items()
        order.with_user(self.other_buyer).button_cancel()
        name = order.name
        order.with_user(self.manager).unlink()
        message = self.told()
        self.assertEqual((message.subject, message.model), (f"Amazon order {name} was deleted", False))
        self.assertIn(f"Manager Person deleted order {name}", message.body)
        self.assertIn("It had been cancelled by Otherbuyer Person.", message.body)
        self.assertEqual(len(self.links(message.body)), 2)

    def test_who_cancels_first_and_deletes_then_is_named_once(self):
        order = self.make_order()
        order.with_user(self.other_buyer).button_cancel()
        order.with_user(self.other_buyer).unlink()
        self.assertIn("Otherbuyer Person deleted order", self.told().body)
        self.assertNotIn("It had been", self.told().body)

    def test_the_reason_of_a_refusal_outlives_the_order(self):
        order = self.two_items()
        order.with_user(self.manager)._amazon_refuse("We have <three>.")
        order.with_user(self.manager).unlink()
        self.assertIn("was deleted", self.told().subject)
        self.assertIn("It had been refused by Manager Person: We have &lt;three&gt;.", self.told().body)

    def test_what_was_withdrawn_is_told_again_when_it_is_deleted_too(self):
        order = self.ordered()
        order.with_user(self.other_buyer).button_cancel()
        order.with_user(self.other_buyer).unlink()
        self.assertIn("was deleted", self.told().subject)

    def test_nobody_hears_again_of_what_they_ended_or_deleted_themselves(self):
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
        self.assertFalse(self.told("was deleted"))

    def test_what_could_not_be_cancelled_or_deleted_is_not_told(self):
        order = self.make_order()
        with patch.object(self.env.registry['mail.thread'], 'unlink', side_effect=UserError("Not now")), \
                self.assertRaises(UserError), self.env.cr.savepoint():
            order.with_user(self.other_buyer).unlink()
        sent = self.sent_order()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            sent.with_user(self.manager).button_cancel()
        self.assertFalse(self.told())
        order.with_user(self.other_buyer).button_cancel()
        self.assertEqual(self.told().subject, f"Amazon order {order.name} was cancelled", "the failed deletion is over")

    def test_the_form_asks_before_it_cancels_what_somebody_else_shopped(self):
        self.set_limit(500)
        cart, refused = self.two_items(), self.make_order()
        refused.with_user(self.buyer).button_confirm()
        self.send(answer(code='400', text="no"))
        asked = ["somebody else"]
        for order, user, expected in (
            (cart, self.other_buyer, asked), (cart, self.manager, []), (cart, self.buyer, []),
            (refused, self.other_buyer, asked), (refused, self.manager, asked), (refused, self.buyer, [""]),
        ):
            with self.subTest(order=order.amazon_state, user=user.name):
                questions = self.cancel_questions(order, user)
                self.assertEqual(["somebody else" if "somebody else" in each else each for each in questions], expected)

    def cancel_questions(self, order, user):
        """:return: what the buttons that this person sees on the form ask before they cancel
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
        self.assertEqual((plain.state, len(self.told())), ('cancel', 0))

    def test_the_requester_reads_it_in_their_own_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.buyer.lang = 'fr_FR'
        order = self.make_order([item(price='1234.50')])
        order.with_user(self.other_buyer).button_cancel()
        self.assertRegex(self.told().body, r"1\S{1,6}234,50")
