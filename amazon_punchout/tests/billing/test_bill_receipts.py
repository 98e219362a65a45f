"""Bills before receipt: a group may compare its bills with what was received, and hold them until then."""
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..bill_case import ACTIVITY_TODO
from ..compare_case import CompareCase
from ..cxml_builder import invoice_line

NONE = "2 × “Stapler” on {order} are billed, but none were received."
SOME = "3 × “Punch” on {order} are billed, but only 1 were received."


class ReceiptCase(CompareCase):
    policy = 'warn'

    def setUp(self):
        super().setUp()
        self.group.receipt_policy = self.policy
        self.po = self.staplers()

    def assertWaits(self, bill, *sentences):
        """Check that nothing but receipts keeps a bill, and that activity, chatter and form say so."""
        sentences = [each.format(order=self.po.name) for each in sentences]
        self.assertHeld(bill, *sentences)
        self.assertIn("It agrees with Amazon's invoice and with order", self.said(bill))
        self.assertEqual(
            self.bill_activities(bill).summary, f"Amazon's invoice {bill.amazon_invoice_id} waits for its goods")
        self.assertTrue(bill.amazon_awaits_receipt)
        for sentence in sentences:
            self.assertIn(sentence, bill.amazon_differences)

    def assertSettled(self, bill):
        self.assertPosted(bill)
        self.assertFalse(bill.amazon_awaits_receipt)
        self.assertIn("Everything on this bill was received.", self.said(bill))
        self.assertFalse(self.bill_activities(bill, ACTIVITY_TODO))
        self.assertFalse(bill.amazon_differences)


@tagged('post_install', '-at_install')
class TestBillWarnsOfReceipt(ReceiptCase):

    def test_a_bill_of_goods_that_were_not_received_waits(self):
        self.receive_goods(self.po, line2=1)
        self.assertWaits(self.bill(self.po), NONE, SOME)

    def test_a_bill_of_goods_that_were_received_is_posted(self):
        self.receive_goods(self.po)
        bill = self.bill(self.po)
        self.assertPosted(bill)
        self.assertIn("All of its goods were received.", self.said(bill))
        self.assertFalse(bill.amazon_awaits_receipt)

    def test_a_part_that_was_received_is_posted(self):
        self.receive_goods(self.po, line1=2)
        self.invoice(self.po, invoice_line(1, 2, '24.99'), net='49.98')
        self.assertPosted(self.move())

    def test_what_was_received_is_not_counted_for_two_bills(self):
        self.receive_goods(self.po, line2=2)
        self.invoice(self.po, invoice_line(1, 2, '23.15', line_number=2), net='46.30')
        self.assertPosted(self.move())
        self.invoice(self.po, invoice_line(1, 1, '23.15', line_number=2), net='23.15', invoice_id='INV-2')
        self.assertWaits(self.move('INV-2'), SOME.replace("only 1 were", "only 2 were"))

    def test_a_person_may_post_it(self):
        bill = self.bill(self.po)
        bill.with_user(self.biller).action_post()
        self.assertEqual(bill.state, 'posted')
        self.receive_goods(self.po)
        self.assertEqual(bill.state, 'posted')

    def test_once_the_receipt_is_done_it_is_posted(self):
        bill = self.bill(self.po)
        self.assertWaits(bill, NONE)
        self.receive_goods(self.po)
        self.assertSettled(bill)

    def test_a_user_of_stock_alone_can_receive_what_a_bill_waits_for(self):
        bill = self.bill(self.po)
        keeper = self.new_user('keeper', 'stock.group_stock_user')
        picking = self.po.picking_ids.with_user(keeper)
        picking.button_validate()
        self.assertEqual(picking.state, 'done')
        self.assertSettled(bill)

    def test_a_part_of_the_receipt_brings_its_activity_up_to_date(self):
        bill = self.bill(self.po)
        self.receive_goods(self.po, line1=2, line2=1)
        self.assertEqual(bill.state, 'draft')
        note = self.plain(self.bill_activities(bill).note)
        self.assertEqual(note, f"<p>{SOME.format(order=self.po.name)}</p>")
        self.assertTrue(bill.amazon_awaits_receipt)
        self.receive_goods(self.po)
        self.assertSettled(bill)

    def test_where_bills_are_not_posted_automatically_its_person_is_notified(self):
        self.group.post_matching_bills = False
        bill = self.bill(self.po)
        self.receive_goods(self.po)
        self.assertEqual(bill.state, 'draft')
        self.assertFalse(self.bill_activities(bill))
        activity = self.bill_activities(bill, ACTIVITY_TODO)
        self.assertEqual((activity.user_id, activity.summary), (self.biller, "Check and post Amazon's invoice INV-1"))
        self.assertIn("All of its goods were received.", activity.note)

    def test_a_bill_with_another_problem_stays(self):
        bill = self.bill(self.po, staplers='580.00')
        self.assertFalse(bill.amazon_awaits_receipt)
        self.receive_goods(self.po)
        self.assertEqual(bill.state, 'draft')
        self.assertTrue(self.bill_activities(bill))

    def test_a_bill_that_a_person_changed_meanwhile_stays(self):
        bill = self.bill(self.po)
        bill.invoice_line_ids[0].price_unit = 20
        self.receive_goods(self.po)
        self.assertEqual(bill.state, 'draft')
        self.assertIn("is no longer that of Amazon's invoice", self.bill_activities(bill).note)

    def test_a_bill_that_can_t_be_posted_does_not_stop_the_receipt(self):
        bill = self.bill(self.po)
        with patch.object(self.registry['account.move'], '_post', side_effect=UserError("The year is closed.")):
            self.receive_goods(self.po)
        self.assertEqual(bill.state, 'draft')
        self.assertIn("The year is closed.", self.bill_activities(bill).note)

    def test_an_error_of_a_bill_does_not_stop_the_receipt(self):
        bill = self.bill(self.po)
        with (patch.object(self.registry['amazon.punchout.bill'], '_settle', side_effect=ZeroDivisionError),
              self.assertLogs('odoo.addons.amazon_punchout.tools.steps', 'ERROR')):
            self.receive_goods(self.po)
        self.assertEqual(bill.state, 'draft')

    def test_a_received_quantity_that_is_entered(self):
        line = self.line(self.po, 1)
        self.env.cr.execute("UPDATE purchase_order_line SET qty_received_method = 'manual' WHERE id = %s", [line.id])
        line.invalidate_recordset()
        self.receive_goods(self.po, line2=3)
        bill = self.bill(self.po)
        self.assertWaits(bill, NONE)
        line.qty_received = 2
        self.assertSettled(bill)

    def test_what_can_t_be_received_is_left_out(self):
        self.env.cr.execute(
            "UPDATE purchase_order_line SET qty_received_method = NULL WHERE order_id = %s", [self.po.id])
        self.po.order_line.invalidate_recordset()
        self.assertPosted(self.bill(self.po))

    def test_users_can_t_mark_a_bill_as_waiting(self):
        bill = self.bill(self.po, staplers='580.00')
        bill.with_user(self.biller).write({'amazon_awaits_receipt': True})
        self.assertFalse(bill.amazon_awaits_receipt)
        self.assertFalse(bill.copy({'amazon_awaits_receipt': True}).with_user(self.biller).copy().amazon_awaits_receipt)


@tagged('post_install', '-at_install')
class TestBillHeldForReceipt(ReceiptCase):
    policy = 'hold'

    def assertBlocked(self, step, bill):
        with self.assertRaises(UserError) as raised, self.env.cr.savepoint():
            step()
        bill.invalidate_recordset()
        self.assertEqual(bill.state, 'draft')
        self.assertIn("can't be posted before everything on it is received", str(raised.exception))
        self.assertIn(NONE.format(order=self.po.name), str(raised.exception))

    def test_nobody_posts_it_before_its_goods_are_received(self):
        bill = self.bill(self.po)
        self.assertWaits(bill, NONE)
        as_user = bill.with_user(self.biller)
        for step in (
            as_user.action_post, as_user._post, lambda: as_user.write({'state': 'posted'}),
            as_user.action_validate_moves_with_confirmation, bill.sudo().action_post,
        ):
            self.assertBlocked(step, bill)

    def test_not_by_the_dialog_of_several_bills_either(self):
        bill = self.bill(self.po)
        dialog = self.env['validate.account.move'].with_user(self.biller).with_context(
            active_model='account.move', active_ids=bill.ids).create({'move_ids': [(6, 0, bill.ids)]})
        self.assertBlocked(dialog.validate_move, bill)

    def test_a_bill_made_with_create_bill_is_held(self):
        self.receive_goods(self.po, line2=3)
        self.po.order_line.flush_recordset()
        bill = self.env['account.move'].browse(self.po.with_user(self.biller).action_create_invoice()['res_id'])
        bill.invoice_date = '2026-03-06'
        staplers = self.line(self.po, 1)
        bill.write({'invoice_line_ids': [(0, 0, {
            'product_id': staplers.product_id.id, 'quantity': 2, 'price_unit': 24.99,
            'purchase_line_id': staplers.id})]})
        self.assertBlocked(bill.with_user(self.biller).action_post, bill)

    def test_once_the_receipt_is_done_it_is_posted(self):
        bill = self.bill(self.po)
        self.receive_goods(self.po)
        self.assertSettled(bill)

    def test_two_bills_of_the_same_goods_are_not_posted_together(self):
        self.group.post_matching_bills = False
        self.receive_goods(self.po, line1=1, line2=3)
        self.invoice(self.po, invoice_line(1, 1, '24.99'), net='24.99')
        self.invoice(self.po, invoice_line(1, 1, '24.99'), net='24.99', invoice_id='INV-2')
        bills = self.move() | self.move('INV-2')
        with self.assertRaisesRegex(UserError, "but only 1 were received"), self.env.cr.savepoint():
            bills.action_post()
        self.move().action_post()
        self.assertEqual(self.move().state, 'posted')

    def test_a_credit_is_posted(self):
        self.receive_goods(self.po)
        self.bill(self.po)
        self.invoice(self.po, invoice_line(1, -1, '24.99', reason='return'), purpose='lineLevelCreditMemo',
                     net='-24.99', invoice_id='CR-1', original_invoice_id='INV-1')
        self.assertEqual(self.move('CR-1').state, 'posted', self.said(self.move('CR-1')))

    def test_what_was_credited_as_returned_may_be_billed_again(self):
        self.receive_goods(self.po)
        self.group.tolerance_amount = 100
        self.bill(self.po)
        self.invoice(self.po, invoice_line(1, -1, '24.99', reason='return'), purpose='lineLevelCreditMemo',
                     net='-24.99', invoice_id='CR-1', original_invoice_id='INV-1')
        self.invoice(self.po, invoice_line(1, 1, '24.99'), net='24.99', invoice_id='INV-2')
        self.assertPosted(self.move('INV-2'))

    def test_another_group_s_bills_are_not_held(self):
        self.group.receipt_policy = 'off'
        self.assertPosted(self.bill(self.po))
