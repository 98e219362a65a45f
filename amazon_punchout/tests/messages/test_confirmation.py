"""What a confirmation does to its order, and to what was known about sending it."""
from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import answer
from ..cxml_builder import confirmation_xml, item, status
from ..message_case import MessageCase
from ..order_case import PROBLEM

FIRST, SECOND = '111-0000000-0000001', '111-0000000-0000002'
OUT_OF_STOCK = "Nicht auf Lager [Error code: 015-005]"


@tagged('post_install', '-at_install')
class TestConfirmation(MessageCase):

    def confirm(self, order, *lines, **values):
        return self.deliver(confirmation_xml(order, lines, **values))

    def confirm_all(self, order, **values):
        return self.confirm(order, (1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status(quantity=1)),
                            **values)

    def reject_all(self, order, **values):
        return self.confirm(order, kind='reject', confirm_id=None, **{'error': OUT_OF_STOCK, **values})

    def assertTaken(self, document):
        self.assertEqual((document.state, document.reason), ('processed', False))

    def test_the_chatter_says_once_that_amazon_confirmed(self):
        order = self.three_lines()
        self.env.cr.precommit.run()  # what changed until now is noted
        before = order.message_ids
        self.confirm_all(order)
        self.env.cr.precommit.run()
        self.assertTrue(order.acknowledged)
        [message] = order.message_ids - before
        self.assertIn("confirmation", message.body)

    # === LINES === #

    def test_price_and_quantity_as_confirmed_stand_beside_the_carts(self):
        order = self.three_lines()
        self.assertTaken(self.confirm(
            order, (2, 3, status(quantity=2, price='4.50'), status('reject', 1, error=OUT_OF_STOCK))))
        line = self.line(order, 2)
        self.assertEqual((line.amazon_cart_quantity, line.amazon_cart_price), (3, 5.0))
        self.assertEqual((line.amazon_confirmed_quantity, line.amazon_confirmed_price, line.amazon_rejected_quantity),
                         (2, 4.5, 1))
        self.assertEqual((line.product_qty, line.price_unit, line.price_subtotal), (2, 4.5, 9.0))

    def test_several_prices_of_one_line_make_their_sum_to_the_cent(self):
        order = self.sent_order([item(price='5.00', quantity='3')])
        self.confirm(order, (1, 3, status(quantity=2, price='4.99')), confirm_id=FIRST)
        self.confirm(order, (1, 3, status(quantity=1, price='5.01')), confirm_id=SECOND)
        line = self.line(order, 1)
        self.assertEqual((line.product_qty, line.price_subtotal, order.amount_total), (3, 14.99, 14.99))
        self.assertEqual((line.amazon_confirmation, order.amazon_state), ('changed', 'confirmed'))

    def test_error_codes_are_explained_in_words_and_amazons_own_text_is_kept(self):
        order = self.three_lines()
        self.confirm(order, (1, 2, status('reject', 2, error="在庫切れ [Error code: 015-005]||Zweiter Grund 018-007")),
                     (2, 3, status('reject', 3, error="Etwas anderes [Error code: 099-123]")))
        reason = self.line(order, 1).amazon_reason
        for text in ("Out of stock (015-005)", "lower than in the cart (018-007)", "在庫切れ", "Zweiter Grund"):
            self.assertIn(text, reason)
        self.assertEqual(self.line(order, 2).amazon_reason, "Amazon: “Etwas anderes [Error code: 099-123]”")

    def test_another_addon_explains_error_codes_of_its_own(self):
        lines = self.env.registry['purchase.order.line']
        ours = lines._amazon_error_codes
        self.patch(lines, '_amazon_error_codes', lambda line: {**ours(line), '099-123': "Too heavy"})
        order = self.three_lines()
        self.confirm(order, (1, 2, status('reject', 2, error="[Error code: 099-123]")),
                     (2, 3, status('reject', 3, error="[Error code: 015-005]")))
        self.assertIn("Too heavy (099-123)", self.line(order, 1).amazon_reason)
        self.assertIn("Out of stock (015-005)", self.line(order, 2).amazon_reason)

    def test_the_locked_cart_follows_amazon_and_nobody_else(self):
        order = self.three_lines()
        self.confirm_all(order)
        with self.assertRaises(UserError):
            self.line(order, 1).with_user(self.manager).product_qty = 5
        with self.assertRaises(UserError):
            self.line(order, 1).with_user(self.manager).amazon_rejected_quantity = 1

    def test_the_lines_say_what_amazon_says_as_soon_as_it_is_not_simply_yes(self):
        arch = etree.fromstring(self.env['purchase.order'].with_user(self.buyer).get_view(
            self.env.ref('purchase.purchase_order_form').id, 'form')['arch'])
        column, = arch.xpath("//field[@name='order_line']/list/field[@name='amazon_confirmation']")
        self.assertEqual(column.get('column_invisible'), 'not parent.amazon_show_answers')
        whole = status(quantity=1)
        for statuses, is_shown in (
            ((), False),
            (([whole], [whole]), False),
            (([status(price='11.00')], [whole]), True),
            (([status(price='11.00')], [status(price='12.00')]), True),
            (([whole],), True),
            (([status('reject')], [status('reject')]), True),
        ):
            with self.subTest(statuses=statuses):
                order = self.sent_order([item(price='10.00', auxiliary_id=f'136-1,{number}') for number in (1, 2)])
                if statuses:
                    self.confirm(order, *((number, 1, *each) for number, each in enumerate(statuses, start=1)))
                self.assertEqual(order.with_user(self.buyer).amazon_show_answers, is_shown)
        self.assertFalse(self.env['purchase.order'].create({'partner_id': self.vendor.id}).amazon_show_answers)

    # === SEVERAL CONFIRMATIONS === #

    def test_an_older_confirmation_that_comes_late_changes_nothing(self):
        order = self.three_lines()
        self.confirm(order, (1, 2, status('reject', 2)), confirm_id=FIRST, notice_date='2026-03-02T10:00:00Z')
        self.confirm_all(order, confirm_id=FIRST, notice_date='2026-03-05T10:00:00Z')
        self.assertEqual(order.amazon_state, 'confirmed')
        late = self.three_lines()
        self.confirm_all(late, confirm_id=FIRST, notice_date='2026-03-05T10:00:00Z')
        document = self.confirm(late, (1, 2, status('reject', 2)), confirm_id=FIRST, notice_date='2026-03-02T10:00:00Z')
        self.assertTaken(document)
        self.assertEqual(late.amazon_state, 'confirmed')
        self.assertIn("Nothing changed.", late.message_ids[0].body)
        self.assertEqual(self.expected(late), self.expected(order))

    def test_a_vendor_reference_that_a_person_wrote_stays(self):
        order = self.three_lines()
        order.with_user(self.buyer).partner_ref = "Our own"
        self.confirm_all(order)
        self.assertEqual((order.amazon_order_ref, order.partner_ref), (FIRST, "Our own"))

    def test_a_vendor_reference_of_ours_takes_the_next_number_too(self):
        order = self.three_lines()
        self.confirm(order, (1, 2, status(quantity=2)), confirm_id=FIRST)
        self.assertEqual(order.partner_ref, FIRST)
        self.confirm(order, (2, 3, status(quantity=3)), confirm_id=SECOND, notice_date='2026-03-02T11:00:00Z')
        self.assertEqual(order.partner_ref, f'{FIRST}, {SECOND}')

    def test_what_a_person_dismissed_counts_no_more_than_what_could_not_be_read(self):
        order = self.three_lines()
        document = self.confirm(order, (1, 2, status(quantity=2, price='1.00', currency='EUR')))
        self.assertEqual(document.state, 'attention')
        self.assertIn("EUR", document.reason)
        document.with_user(self.manager)._dismiss("A mistake of Amazon")
        self.confirm(order, (2, 3, status(quantity=3)), confirm_id=SECOND)
        self.assertEqual((self.line(order, 1).amazon_confirmation, order.amazon_order_ref), ('none', SECOND))

    def test_processing_it_again_notifies_nobody_twice(self):
        order = self.three_lines()
        document = self.confirm(order, (1, 2, status('reject', 2)), (9, 1, status()))
        self.assertEqual(document.state, 'attention')
        messages, activities = self.chatter(order), self.activities(order, PROBLEM)
        document.with_user(self.manager).action_retry()
        self.env.invalidate_all()
        self.assertEqual(self.chatter(order).strip(), messages.strip())
        self.assertEqual(self.activities(order, PROBLEM), activities)
        self.assertEqual(self.line(order, 1).product_qty, 0)

    # === WHICH ORDER, AND WHETHER IT WAS SENT === #

    def test_an_answer_to_an_older_request_finds_the_order(self):
        order = self.ordered()
        self.send(answer(code='400', text='Address incomplete'))
        order.with_user(self.buyer).action_amazon_send_again()
        older, newer = self.requests(order)
        self.deliver(confirmation_xml(order, kind='accept', order_reference=(
            f'<OrderReference><DocumentReference payloadID="{older.payload_id}"/></OrderReference>')))
        self.assertEqual((order.amazon_state, newer.state), ('confirmed', 'sent'))
        self.assertEqual(self.send(), [], "the order is at Amazon: nobody may order it a second time")

    def test_it_settles_an_order_whose_sending_seemed_to_fail(self):
        for code in ('400', '500'):
            with self.subTest(code):
                order = self.ordered()
                self.send(answer(status=int(code), code=code))
                self.assertStands(order, {'400': 'refused', '500': 'unclear'}[code])
                self.deliver(confirmation_xml(order, kind='accept'))
                self.assertStands(order, 'confirmed', 'sent')
                self.assertFalse(self.activities(order, PROBLEM))
                self.assertEqual(self.send(), [])
                self.assertStands(order, 'confirmed', 'sent')

    def test_the_senders_late_outcome_does_not_overwrite_it(self):
        for outcome in (answer(status=500, code='500'), answer(status=400, code='400'), answer()):
            order = self.ordered()

            def be_overtaken(prepared, order=order, outcome=outcome, **values):
                order._amazon_message_arrived()
                self.env.flush_all()
                return outcome(prepared, **values)

            self.send(be_overtaken)
            self.assertStands(order, 'sent')
            self.assertFalse(self.activities(order, PROBLEM))

    def test_a_reminder_that_none_came_is_closed(self):
        self.group.write({'confirmations_expected': True, 'responsible_id': self.administrator.id})
        order = self.three_lines()
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.run_cron('amazon_punchout.ir_cron_remind_confirmation')
        self.assertTrue(order.activity_ids)
        self.confirm_all(order)
        self.assertFalse(order.activity_ids)

    def test_an_order_that_was_never_ordered_is_not_touched(self):
        order = self.make_order()
        document = self.deliver(confirmation_xml(
            order, kind='accept', order_reference=f'<OrderReference orderID="{order.name}"/>'))
        self.assertIn(document.state, ('waiting', 'attention'))
        self.assertEqual((order.state, order.amazon_state), ('draft', 'cart'))

    # === CANCELLED === #

    def test_an_order_that_amazon_rejects_is_unlocked_and_cancelled(self):
        self.company.po_lock = 'lock'
        order = self.three_lines(shipping='4.00', tax='4.28')
        self.assertTrue(order.locked)
        self.assertTaken(self.reject_all(order))
        self.assertEqual((order.state, order.amazon_state, order.locked, order.amount_total),
                         ('cancel', 'cancelled', False, 0))
        items = order.order_line.filtered(lambda line: line.amazon_line_type == 'item')
        self.assertEqual(set(items.mapped('product_qty')), {0})
        self.assertEqual(set(order.picking_ids.move_ids.mapped('state')), {'cancel'})
        self.assertEqual(
            order.amazon_status,
            "Order cancelled by Amazon. Reason: Out of stock (015-005). Amazon: “Nicht auf Lager [Error "
            "code: 015-005]”.")
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)

    def test_a_wish_to_cancel_ends_with_amazons_rejection(self):
        order = self.three_lines()
        order.with_user(self.buyer)._amazon_want_cancel()
        self.reject_all(order)
        self.assertEqual((order.state, order.amazon_cancel_wanted), ('cancel', False))

    def test_a_wish_to_cancel_ends_once_nothing_is_to_come_any_more(self):
        order = self.three_lines()
        self.receive_goods(order, line1=2)
        order.with_user(self.buyer)._amazon_want_cancel()
        self.confirm(order, (2, 3, status('reject', 3)))
        self.assertTrue(order.amazon_cancel_wanted)
        self.confirm(order, (3, 1, status('reject', 1)))
        self.assertEqual((order.state, order.amazon_cancel_wanted), ('purchase', False))

    def test_an_order_with_a_posted_bill_is_not_cancelled(self):
        order = self.three_lines()
        bill = self.bill_by_hand(order)
        bill.action_post()
        document = self.reject_all(order)
        self.assertEqual(document.state, 'attention')
        self.assertIn(bill.name, document.reason)
        self.assertEqual((order.state, order.amazon_state, order.amount_total), ('purchase', 'sent', 55.0))
        self.assertEqual(self.expected(order), {1: 2, 2: 3, 3: 1})
        bill.button_draft()
        bill.button_cancel()
        document.with_user(self.manager).action_retry()
        self.env.invalidate_all()
        self.assertEqual((document.state, order.state, order.amazon_state), ('processed', 'cancel', 'cancelled'))

    def test_a_draft_bill_stays_for_the_accountant(self):
        order = self.three_lines()
        bill = self.bill_by_hand(order)
        self.reject_all(order)
        self.assertEqual((order.state, bill.state), ('cancel', 'draft'))

    def bill_by_hand(self, order):
        order.order_line.product_id.purchase_method = 'purchase'
        self.env.add_to_compute(order.order_line._fields['qty_to_invoice'], order.order_line)
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = '2026-03-05'
        return bill

    def test_an_order_cancelled_here_that_amazon_accepts_is_not_touched(self):
        order = self.three_lines()
        self.reject_all(order, notice_date='2026-03-02T10:00:00Z')
        document = self.confirm_all(order, notice_date='2026-03-03T10:00:00Z')
        self.assertEqual((document.state, order.state, order.amazon_state), ('attention', 'cancel', 'cancelled'))
        self.assertIn("cancelled in Odoo", document.reason)
        self.assertEqual(set(order.order_line.mapped('amazon_confirmation')), {'rejected'})

    def test_an_order_withdrawn_here_that_amazon_rejects_needs_nobody(self):
        order = self.ordered()
        self.send(answer(status=400, code='400'))
        order.with_user(self.buyer).button_cancel()
        self.assertTaken(self.reject_all(order))
        self.assertEqual((order.state, order.amazon_state), ('cancel', 'cancelled'))

    # === COST === #

    def test_its_cost_does_not_grow_with_the_number_of_orders(self):
        few = self.cost_of_a_confirmation()
        for _each in range(6):
            self.confirm_all(self.three_lines())
        self.assertLessEqual(self.cost_of_a_confirmation(), few)

    def cost_of_a_confirmation(self):
        """Count the queries of a confirmation that changes, rejects and accepts."""
        order = self.three_lines()
        raw = confirmation_xml(order, [(1, 2, status(quantity=2, price='9.00')), (2, 3, status('reject', 3)),
                                       (3, 1, status())])
        self.begin_anew()
        before = self.env.cr.sql_log_count
        self.deliver(raw)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
