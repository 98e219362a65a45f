"""Shop Again: on orders, and on expired shopping trips."""
from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...tools.cart_lock import lifted, lines_lifted
from ..common import START_PAGE, answer
from ..cxml_builder import cart_xml, item
from ..message_case import MessageCase


@tagged('-at_install', 'post_install')
class TestShopAgain(MessageCase):

    def cancelled(self):
        """Make a cart of two items that its buyer cancelled before it was sent.

        :return: the order as superuser
        """
        order = self.make_order([
            item(asin='B00TEST001', quantity='2', title="Stapler <blue> & red", auxiliary_id='136-1,1'),
            item(asin='B00TEST002', quantity='3', title="Paper", auxiliary_id='136-1,2'),
        ], shipping='4.00', tax='1.00')
        order.with_user(self.buyer).button_cancel()
        return order

    def dialog(self, order, user=None):
        action = order.with_user(user or self.buyer).action_amazon_shop_again()
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.shop', 'new'))
        return self.env[action['res_model']].with_user(user or self.buyer).browse(action['res_id'])

    def items(self, dialog):
        """Read the list of items.

        :return: tuples of quantity, title and address
        """
        rows = html.fromstring(dialog.again_items).iter('li')
        return [(row.text.split()[0], row.find('a').text, row.find('a').get('href')) for row in rows]

    def go(self, dialog, *answers):
        with self.amazon(*(answers or (answer(start_page=START_PAGE),))) as sent:
            return dialog.action_shop(), sent

    def test_the_trip_lands_on_the_first_item_and_the_list_has_all(self):
        order = self.cancelled()
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)
        dialog = self.dialog(order)
        self.assertEqual(self.items(dialog), [
            ('2', "Stapler <blue> & red", 'https://www.amazon.com/dp/B00TEST001'),
            ('3', "Paper", 'https://www.amazon.com/dp/B00TEST002')])
        action, sent = self.go(dialog)
        self.assertEqual(action, {'type': 'ir.actions.act_url', 'url': START_PAGE, 'target': 'new'})
        self.assertIn(b'<SupplierPartID>B00TEST001</SupplierPartID>', sent[0])

    def test_the_new_trip_knows_nothing_of_the_old_order(self):
        order = self.cancelled()
        self.go(self.dialog(order))
        trip = self.env['amazon.punchout.session'].search([], limit=1)
        self.assertEqual(
            (trip.user_id, trip.warehouse_id, trip.search_word), (self.buyer, self.warehouse, 'B00TEST001')
        )
        self.assertFalse(trip.started_from_id or trip.purchase_order_id)
        self.assertNotEqual(order.amazon_session_id, trip)
        note = order.message_ids[0]
        self.assertEqual(note.author_id, self.buyer.partner_id)
        self.assertIn("Shopping again on Amazon", note.body)
        self.assertIn('https://www.amazon.com/dp/B00TEST002', note.body)

    def test_the_order_notes_nothing_where_amazon_could_not_be_opened(self):
        order = self.cancelled()
        before = order.message_ids
        action, _sent = self.go(self.dialog(order), answer(code='500', text="down"))
        self.assertEqual(action['res_model'], 'amazon.punchout.session')
        self.assertEqual(order.message_ids, before)

    def test_the_location_is_the_old_orders(self):
        other = self.warehouse.copy({
            'name': "Second dock", 'code': 'SD', 'partner_id': self.warehouse.partner_id.copy().id})
        self.group.warehouse_ids |= other
        order = self.make_order(trip={'warehouse': other})
        order.with_user(self.buyer).button_cancel()
        self.assertEqual(self.dialog(order).warehouse_id, other)
        self.group.warehouse_ids = self.warehouse
        self.assertEqual(self.dialog(order).warehouse_id, self.warehouse, "the old one is not allowed any more")

    def test_only_what_was_rejected_of_an_order_that_stands(self):
        order = self.three_lines()
        self.assertFalse(order.with_user(self.buyer).amazon_can_shop_again)
        with self.assertRaisesRegex(UserError, "nothing to shop for again"):
            order.with_user(self.buyer).action_amazon_shop_again()
        with lines_lifted():
            self.line(order, 2).amazon_rejected_quantity = 1
        order.invalidate_recordset()
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)
        self.assertEqual([(quantity, address[-10:]) for quantity, _title, address in self.items(self.dialog(order))],
                         [('1', 'B00TEST002')])

    def test_a_declined_order_is_shopped_again_whole(self):
        order = self.ordered([item(quantity='2')])
        self.send(answer(code='400', text="no"))
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)
        self.assertEqual([row[0] for row in self.items(self.dialog(order))], ['2'])

    def test_the_lines_of_a_cancelled_order_may_stand_at_zero(self):
        order = self.cancelled()
        with lifted(), lines_lifted():
            order.order_line.product_qty = 0
        self.assertEqual([row[0] for row in self.items(self.dialog(order))], ['2', '3'])

    def test_only_for_those_who_may_shop_with_the_group(self):
        order = self.cancelled()
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.buyer.ids)]})
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)
        self.assertFalse(order.with_user(self.other_buyer).amazon_can_shop_again)
        with self.assertRaisesRegex(UserError, "not a member"):
            order.with_user(self.other_buyer).action_amazon_shop_again()
        dialog = self.dialog(order)
        self.group.state = 'draft'
        with self.assertRaisesRegex(UserError, "not open"), self.amazon(answer()) as sent:
            dialog.action_shop()
        self.assertFalse(sent)

    def test_an_order_that_one_may_not_read_is_not_shopped_again(self):
        company, group, warehouse = self.make_company("Elsewhere")
        stranger = self.new_user('stranger', 'purchase.group_purchase_user')
        stranger.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        order = self.cancelled()
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_amazon_shop_again()
        dialogs = self.env['amazon.punchout.shop'].with_user(stranger)
        vals = {'group_id': group.id, 'warehouse_id': warehouse.id}
        with self.assertRaises(AccessError):
            dialogs.create({**vals, 'again_order_id': order.id})
        forged = dialogs.create(vals)
        forged.again_order_id = order
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            forged.again_items  # noqa: B018 - reading it is what is tried

    def test_the_dialog_offers_the_orders_own_group_only(self):
        self.group.copy({'name': "Other", 'shared_secret': 'x'}).state = 'test'
        order = self.cancelled()
        dialog = self.dialog(order)
        self.assertEqual(dialog.allowed_group_ids, self.group)
        with Form(dialog) as form:
            self.assertEqual(form.group_id, self.group)

    def test_an_item_without_a_page_is_found_by_its_asin(self):
        order = self.cancelled()
        with lines_lifted():
            order.order_line.amazon_url = False
        self.assertEqual(self.items(self.dialog(order))[0][2], 'https://www.amazon.com/dp/B00TEST001')

    # === OVER, FINISHED === #

    def test_a_draft_whose_price_hold_is_over_is_shopped_again_whole(self):
        order = self.make_order([item(quantity='2'), item(asin='B00TEST002', auxiliary_id='136-1,2', quantity='3')])
        self.assertFalse(order.with_user(self.buyer).amazon_can_shop_again, "it can be ordered")
        self.shift_hold(order, hours=1)
        order.invalidate_recordset()
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)
        dialog = self.dialog(order)
        self.assertEqual([row[0] for row in self.items(dialog)], ['2', '3'])
        self.assertIn("press Give Up on it once the new cart has arrived", dialog.again_remark)
        self.go(dialog)
        self.assertEqual(order.state, 'draft')

    def test_a_refused_cart_is_shopped_again_whole(self):
        order = self.make_order([item(quantity='2')])
        order.with_user(self.manager)._amazon_refuse("Not now")
        order.invalidate_recordset()
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)
        dialog = self.dialog(order)
        self.assertEqual([row[0] for row in self.items(dialog)], ['2'])
        self.assertFalse(dialog.again_remark)

    def test_the_same_is_ordered_again_once_everything_is_here(self):
        order = self.three_lines()
        quantities = [f'{line.amazon_cart_quantity:g}' for line in order._amazon_item_lines()]
        self.assertFalse(order.with_user(self.buyer).amazon_can_shop_again)
        self.receive_goods(order)
        order.invalidate_recordset()
        self.assertEqual(order.receipt_status, 'full')
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)
        action = order.with_user(self.buyer).action_amazon_shop_again()
        self.assertEqual(action['name'], "Order the Same Again")
        self.assertEqual([row[0] for row in self.items(self.dialog(order))], quantities)

    def test_of_a_finished_order_what_was_rejected_comes_first(self):
        order = self.three_lines()
        with lines_lifted():
            self.line(order, 2).amazon_rejected_quantity = 1
        self.receive_goods(order)
        order.invalidate_recordset()
        self.assertEqual([row[0] for row in self.items(self.dialog(order))], ['1'])


@tagged('-at_install', 'post_install')
class TestTripAgain(MessageCase):
    """Shop Again on an expired shopping trip."""

    def expired(self, items=None):
        trip, cookie = self.start_trip(search="paper")
        trip.expires_at = '2020-01-01 00:00:00'
        if items:
            self.receive(cookie, cart_xml(cookie, items))
        else:
            self.env['amazon.punchout.session']._expire_started()
        self.assertEqual(trip.state, 'expired')
        return trip

    def test_where_no_cart_came_the_trip_begins_as_the_old_one(self):
        trip = self.expired().with_user(self.buyer)
        self.assertTrue(trip.may_shop_again)
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            action = trip.action_shop_again()
        self.assertEqual(action['url'], START_PAGE)
        self.assertIn(b'<SupplierPartID>paper</SupplierPartID>', sent[0])

    def test_the_items_of_a_cart_that_came_too_late_are_offered(self):
        trip = self.expired(
            [item(quantity='2', title="A <b> stapler"), item(asin='B00TEST002', quantity='10')]
        ).with_user(self.buyer)
        action = trip.action_shop_again()
        dialog = self.env['amazon.punchout.shop'].with_user(self.buyer).browse(action['res_id'])
        rows = list(html.fromstring(dialog.again_items).iter('li'))
        self.assertEqual([row.text.split()[0] for row in rows], ['2', '10'])
        self.assertEqual(rows[0].find('a').text, "A <b> stapler")
        self.assertEqual(dialog.allowed_group_ids, self.group)
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            action = dialog.action_shop()
        self.assertEqual(action['target'], 'new')
        self.assertIn(b'<SupplierPartID>B00TEST001</SupplierPartID>', sent[0])

    def shop(self, trip, *answers):
        """Go shopping in the dialog of a trip.

        :return: the dialog, and whether Amazon was asked
        """
        action = trip.with_user(self.buyer).action_shop_again()
        dialog = self.env['amazon.punchout.shop'].with_user(self.buyer).browse(action['res_id'])
        with self.amazon(*(answers or (answer(start_page=START_PAGE),))):
            dialog.action_shop()
        self.env.invalidate_all()
        return dialog

    def test_the_kept_cart_is_dismissed_once_the_new_trip_has_started(self):
        trip = self.expired([item(title="Stapler"), item(asin='B00TEST002')])
        self.assertTrue(trip.activity_ids)
        dialog = self.shop(trip)
        cart = trip.document_ids.filtered(lambda each: each.direction == 'in')
        self.assertEqual((trip.state, trip.problem, bool(trip.activity_ids)), ('left', False, False))
        self.assertEqual((cart.state, cart.dismissed_by_id), ('dismissed', self.buyer))
        with self.assertRaisesRegex(UserError, "no cart"):
            trip.with_user(self.administrator).action_retry()
        self.assertFalse(trip.purchase_order_id)
        self.assertIn("https://www.amazon.com/dp/B00TEST002", "".join(trip.message_ids.mapped('body')))
        self.assertEqual(trip.message_ids[0].author_id, self.buyer.partner_id)
        self.assertIn("Stapler", dialog.again_items, "the list stays open beside Amazon")
        with self.amazon(answer(start_page=START_PAGE)):
            self.assertEqual(dialog.action_shop()['url'], START_PAGE, "a closed tab can be opened once more")

    def test_the_kept_cart_stays_where_amazon_could_not_be_opened(self):
        trip = self.expired([item()])
        self.shop(trip, answer(code='500', text="down"))
        self.assertEqual((trip.state, bool(trip.activity_ids)), ('expired', True))
        trip.with_user(self.administrator).action_retry()
        self.assertEqual(trip.purchase_order_id.amazon_requester_id, self.buyer)

    def test_a_cart_that_was_ordered_meanwhile_is_not_shopped_again(self):
        trip = self.expired([item()])
        action = trip.with_user(self.buyer).action_shop_again()
        trip.with_user(self.administrator).action_retry()
        dialog = self.env['amazon.punchout.shop'].with_user(self.buyer).browse(action['res_id'])
        with (
            self.amazon(answer(start_page=START_PAGE)) as sent,
            self.assertRaisesRegex(UserError, "An order has been created from this cart"),
        ):
            dialog.action_shop()
        self.assertFalse(sent)
        self.assertEqual(trip.state, 'done')

    def test_a_forged_dialog_dismisses_no_other_cart(self):
        trip, cookie = self.start_trip()
        self.receive(cookie, cart_xml(cookie, [item()]))
        self.assertEqual(trip.state, 'done')
        forged = self.env['amazon.punchout.shop'].with_user(self.buyer).create({
            'group_id': self.group.id, 'warehouse_id': self.warehouse.id, 'again_session_id': trip.id})
        with self.amazon(answer(start_page=START_PAGE)) as sent, self.assertRaises(UserError):
            forged.action_shop()
        self.assertFalse(sent)
        self.assertEqual((trip.state, trip._cart_document().state), ('done', 'processed'))

    def test_other_trips_and_other_people(self):
        trip, _cookie = self.start_trip()
        self.assertFalse(trip.with_user(self.buyer).may_shop_again)
        with self.assertRaisesRegex(UserError, "only for shopping trips that expired"):
            trip.with_user(self.buyer).action_shop_again()
        trip = self.expired([item()])
        with self.assertRaises(AccessError):
            trip.with_user(self.other_buyer).action_shop_again()
        forged = self.env['amazon.punchout.shop'].with_user(self.other_buyer).create({
            'group_id': self.group.id, 'warehouse_id': self.warehouse.id, 'again_session_id': trip.id})
        with self.assertRaises(AccessError):
            forged.again_items  # noqa: B018
        self.group.state = 'draft'
        trip.invalidate_recordset()
        self.assertFalse(trip.with_user(self.buyer).may_shop_again)
        with self.assertRaisesRegex(UserError, "not open"):
            trip.with_user(self.buyer).action_shop_again()
