"""What was approved, received, charged, billed, refunded and paid of each order, calculated by hand."""
from odoo.tests import tagged

from ...tools.cart_lock import lifted
from ..booking_case import NUMBER
from ..cxml_builder import confirmation_xml, invoice_line, status
from ..reconciliation_case import LINE, ReconciliationCase


@tagged('post_install', '-at_install')
class TestReconciliation(ReconciliationCase):

    # === SITUATIONS === #

    def test_an_order_that_was_only_sent_has_no_difference(self):
        po = self.order()
        self.assertEqual(self.sums(po), (64.23, 0, 0, 0, 0, 0, 0))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_a_cart_and_an_order_in_the_outbox_are_not_there(self):
        self.assertFalse(self.row(self.make_order()))
        self.assertFalse(self.row(self.ordered()))

    def test_a_test_order_is_not_there(self):
        po = self.two_lines()
        self.assertTrue(self.row(po))
        with lifted():
            po.amazon_deployment_mode = 'test'
        self.assertFalse(self.row(po))

    def test_a_confirmed_order_has_what_amazon_confirmed(self):
        po = self.order()
        # 24.90 and 17.43 of three items; the third one is not answered yet.
        self.deliver(confirmation_xml(po, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], total='42.33'))
        self.assertEqual(self.sums(po), (64.23, 42.33, 0, 0, 0, 0, 0))

    def test_a_charge_without_a_bill(self):
        po = self.two_lines()
        self.transact(35.00, order=po)
        self.assertEqual(self.sums(po), (35, 0, 0, 35, 0, 0, 0))
        self.assertEqual(
            self.words(po), "Charged $ 35.00, but not billed. Charged $ 35.00 for goods that have not arrived.")
        self.assertEqual(self.found(po), {'difference', 'not_billed', 'to_receive'})

    def test_what_is_not_settled_or_dismissed_does_not_count(self):
        po = self.two_lines()
        self.transact(35.00, order=po, is_settled=False)
        self.transact(35.00, order=po, state='dismissed')
        self.assertEqual(self.sums(po), (35, 0, 0, 0, 0, 0, 0))

    def test_a_charge_higher_than_its_bill(self):
        po = self.two_lines()
        self.invoice(po)
        self.transact(47.00, order=po)
        self.assertEqual(self.sums(po), (35, 0, 0, 47, 35, 0, 0))
        self.assertEqual(self.row(po).not_billed, 12)
        self.assertIn("Charged $ 12.00 more than billed. Charged $ 12.00 more than approved.", self.words(po))
        self.assertEqual(self.found(po), {'difference', 'not_billed', 'drafted', 'to_receive'})

    def test_a_bill_without_a_charge(self):
        po = self.two_lines()
        self.invoice(po)
        self.assertEqual(self.sums(po), (35, 0, 0, 0, 35, 0, 0))
        self.assertEqual(self.words(po), "Billed $ 35.00, but not charged. $ 35.00 is on draft bills.")
        self.assertEqual(self.found(po), {'difference', 'not_charged', 'drafted'})
        self.post(self.move())
        self.assertEqual(
            self.words(po), "Billed $ 35.00, but not charged. Billed $ 35.00 for goods that have not arrived.")

    def test_a_higher_price_of_what_has_arrived_is_not_a_charge_for_goods_that_have_not(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.transact(47.00, order=po)
        self.assertEqual(self.words(po), "Charged $ 47.00, but not billed. Charged $ 12.00 more than approved.")
        self.assertEqual((self.row(po).received, self.row(po).to_receive), (35, 0))

    def test_what_is_charged_above_the_order_is_not_deferred_with_its_goods(self):
        po = self.two_lines()
        self.transact(47.00, order=po)
        self.assertEqual(self.row(po).to_receive, 35, "12.00 more than approved is a difference")

    def test_a_bill_higher_than_its_charge(self):
        po = self.two_lines()
        self.invoice(po)
        self.transact(30.00, order=po)
        self.assertIn("Billed $ 5.00 more than charged.", self.words(po))
        self.assertEqual(self.row(po).not_charged, 5)
        self.assertEqual(self.found(po), {'difference', 'not_charged', 'drafted', 'to_receive'})

    def test_a_shipment_that_was_received_charged_billed_and_paid(self):
        po = self.order()
        self.receive_goods(po, line1=2)
        # 2 × 10.00, shipping 3.00, tax 1.90
        self.assertEqual(self.sums(po), (64.23, 0, 24.90, 0, 0, 0, 0))
        self.assertEqual(self.words(po), "Received goods for $ 24.90 that are not charged yet.")
        self.assertEqual(self.found(po), {'to_accrue'})
        charge = self.charge(po, 24.90, {
            'number': 1, 'quantity': 2, 'items': 20.00, 'shipping': 3.00, 'tax': 1.90, 'total': 24.90})
        self.assertEqual(self.sums(po), (64.23, 0, 24.90, 24.90, 24.90, 0, 0))
        self.assertEqual((self.words(po), self.found(po)), ("$ 24.90 is on draft bills.", {'drafted'}))
        self.post(charge.bill_ids)
        self.assertEqual(self.sums(po), (64.23, 0, 24.90, 24.90, 24.90, 0, 24.90))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_card_and_gift_card_together(self):
        po = self.two_lines()
        self.receive_goods(po)
        one, two = self.transact(20.00, order=po), self.transact(15.00, order=po, instrument='gift_card')
        (one | two)._book()
        self.post((one | two).bill_ids)
        self.assertEqual(self.sums(po), (35, 0, 35, 35, 35, 0, 35))
        self.assertEqual(self.words(po), "")

    def test_one_charge_of_two_orders(self):
        one, two = self.two_lines(), self.two_lines()
        charge = self.transact(70.01, {'total': 35.00}, {'total': 35.01, 'order_id': two.id}, order=one)
        self.assertEqual((self.row(one).charged, self.row(two).charged), (35, 35.01))
        # What the lines don't add up to belongs to the largest, as on the bill.
        charge.amount = 70.05
        self.assertEqual((self.row(one).charged, self.row(two).charged), (35, 35.05))

    def test_one_bill_of_two_orders(self):
        one, two = self.two_lines(), self.two_lines()
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'invoice_date': '2026-03-10',
            'invoice_line_ids': [
                (0, 0, {**line._prepare_account_move_line(), 'quantity': line.product_qty})
                for line in (one.order_line | two.order_line[:1])]})
        # 20.00 and 15.00 of the first one, 20.00 of the second one.
        self.assertEqual((self.row(one).billed, self.row(two).billed, bill.amount_total), (
            one.amazon_billed_total, two.amazon_billed_total, 55))
        self.assertEqual((self.row(one).billed, self.row(two).billed), (35, 20))
        self.post(bill)
        self.pay(bill, amount=27.50, payment_date='2026-03-12')
        self.assertEqual((self.row(one).paid, self.row(two).paid), (17.50, 10))

    # === RETURNS AND REFUNDS === #

    def test_returned_goods_wait_for_their_refund(self):
        po = self.order()
        self.receive_goods(po)
        self.book(po, 64.23)
        self.send_back(po, 2, 1)
        # (15.00 + tax 1.43) / 3 = 5.4767; Amazon keeps the shipping.
        self.assertEqual((self.row(po).returned, self.row(po).refund_due), (5.48, 5.48))
        self.assertEqual(self.words(po), "Returned goods for $ 5.48, but not refunded.")
        self.assertEqual(self.found(po), {'difference', 'refund_due'})
        refund = self.refunded(po, 5.48, {**LINE, 'total': 5.48, 'refund_reason': "Customer Return"})
        self.assertEqual(self.sums(po), (64.23, 0, 64.23, 64.23, 64.23, 5.48, 64.23))
        self.assertEqual((self.words(po), self.found(po)), ("$ 5.48 is on draft credits.", {'drafted'}))
        self.post(refund.credit_ids)
        self.assertEqual(self.sums(po), (64.23, 0, 64.23, 64.23, 64.23, 5.48, 58.75))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_what_only_a_report_says_was_returned_waits_for_its_refund(self):
        po = self.order()
        self.receive_goods(po)
        self.book(po, 64.23)
        returned = self.env['amazon.punchout.reported.item'].create({
            'is_return': True, 'company_id': po.company_id.id, 'order_id': po.id,
            'purchase_line_id': self.line(po, 2).id, 'quantity': 1, 'date': '2026-03-20'})
        self.assertEqual((self.row(po).returned, self.row(po).refund_due), (5.48, 5.48))
        self.assertEqual(self.row(po, '2026-03-19').returned, 0)
        self.send_back(po, 2, 1)  # the same one
        self.assertEqual(self.row(po).returned, 5.48)
        returned.quantity = 2
        self.assertEqual(self.row(po).returned, 10.95)
        returned.is_cancelled = True
        self.assertEqual(self.row(po).returned, 5.48)

    def test_a_replacement_is_no_refund_that_is_due(self):
        po = self.two_lines()
        picking = self.receive_goods(po)
        self.book(po, 35.00)
        self.send_back(po, 2, 1)
        again = picking.copy({'move_ids': []})
        move = self.line(po, 2).move_ids.filtered(lambda each: each.state == 'done')[:1].copy({
            'picking_id': again.id, 'product_uom_qty': 1, 'purchase_line_id': self.line(po, 2).id,
            'origin_returned_move_id': False})
        again.action_confirm()
        move.write({'quantity': 1, 'picked': True})
        again.button_validate()
        self.assertEqual((self.row(po).received, self.row(po).returned, self.row(po).refund_due), (40, 5, 0))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_money_back_without_a_return(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00)
        refund = self.refunded(po, 5.00, LINE)
        self.post(refund.credit_ids)
        self.assertEqual(self.sums(po), (35, 0, 35, 35, 35, 5, 30))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_a_refund_that_is_not_credited(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00)
        self.transact(5.00, LINE, order=po, kind='refund', date='2026-03-20')
        self.assertIn("Refunded $ 5.00 more than credited.", self.words(po))
        self.assertIn('difference', self.found(po))

    def test_a_credit_that_amazon_did_not_refund(self):
        po = self.two_lines()
        self.receive_goods(po)
        bill = self.book(po, 35.00)
        self.record_refund(bill.with_user(self.biller), 2, 5.00)
        self.assertEqual(self.words(po), "Credited $ 5.00 more than refunded. $ 5.00 is on draft credits.")

    def test_more_refunded_than_billed(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00)
        refund = self.refunded(po, 18.00, {**LINE, 'quantity': 3, 'total': 18.00}, is_over_refund=True)
        self.post(refund.credit_ids)
        # 15.00 of 18.00 is credited.
        self.assertEqual((self.row(po).refunded, self.row(po).credited), (18, 15))
        self.assertEqual(self.words(po), "Refunded $ 3.00 more than credited.")
        action = refund.with_user(self.biller).action_book_excess()
        self.env['amazon.punchout.excess'].with_user(self.biller).browse(action['res_id']).action_book()
        self.post(refund.credit_ids.filtered(lambda credit: credit.state == 'draft'))
        # The credit of the excess names no order, but it has a part of its refund.
        self.assertEqual((self.row(po).credited, self.row(po).paid), (18, 17))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_more_refunded_than_charged(self):
        po = self.two_lines()
        self.transact(35.00, order=po)
        self.transact(40.00, order=po, kind='refund', date='2026-03-20')
        self.assertIn("Refunded $ 5.00 more than charged.", self.words(po))

    def test_a_bill_that_was_made_anew_is_no_difference(self):
        po = self.two_lines()
        self.receive_goods(po)
        bill = self.book(po, 35.00)
        wizard = self.env['account.move.reversal'].with_user(self.biller).with_context(
            active_model='account.move', active_ids=bill.ids).create({'journal_id': bill.journal_id.id})
        new = self.env['account.move'].browse(wizard.modify_moves()['res_id'])
        self.assertEqual((self.row(po).billed, self.row(po).credited), (70, 35))
        self.assertEqual(self.row(po).codes, "")
        self.assertIn("is on draft bills", self.words(po))
        self.assertEqual((new.amount_total, self.row(po).paid), (35, 0))

    # === CONFIRMED, CANCELLED, PAID === #

    def test_a_charge_higher_than_what_was_confirmed(self):
        po = self.two_lines()
        self.deliver(confirmation_xml(
            po, [(1, 2, status(quantity=2)), (2, 3, status('reject', quantity=3))], total='20.00'))
        self.transact(35.00, order=po)
        self.assertEqual(self.sums(po)[:2], (35, 20))
        self.assertIn("Charged $ 15.00 more than confirmed.", self.words(po))
        self.transact(15.00, order=po, kind='refund', date='2026-03-20')
        self.assertNotIn("more than confirmed", self.words(po))

    def test_what_amazon_has_not_answered_yet_may_be_charged(self):
        po = self.order()
        self.deliver(confirmation_xml(po, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], total='42.33'))
        self.transact(64.23, order=po)
        self.assertNotIn("more than", self.words(po))
        self.transact(1.00, order=po)
        self.assertIn("Charged $ 1.00 more than approved.", self.words(po))

    def test_a_charge_of_a_cancelled_order(self):
        po = self.two_lines()
        self.transact(35.00, order=po)
        self.deliver(confirmation_xml(
            po, [(1, 2, status('reject', quantity=2)), (2, 3, status('reject', quantity=3))], confirm_id=NUMBER))
        self.assertEqual(po.state, 'cancel')
        self.assertIn("Charged $ 35.00, but the order is cancelled.", self.words(po))

    def test_a_bill_that_was_paid_twice(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00)
        self.invoice(po, invoice_line(1, 1, '10.00'), invoice_id='INV-2', subtotal='10.00', net='10.00',
                     state='attention')
        other = self.move('INV-2') or self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'invoice_date': '2026-03-11',
            'invoice_line_ids': [(0, 0, {**self.line(po, 1)._prepare_account_move_line(), 'quantity': 1})]})
        self.post(other)
        self.pay(other, payment_date='2026-03-12')
        self.assertIn("Billed $ 10.00 more than charged. Paid $ 10.00 more than charged.", self.words(po))

    def test_a_charge_that_is_billed_but_not_paid(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00, instrument='bank')
        self.assertEqual(self.words(po), "Charged $ 35.00 that is not paid in Odoo.")

    # === PAY BY INVOICE === #

    def test_pay_by_invoice_is_compared_with_what_was_confirmed(self):
        self.group.payment_method = 'invoice'
        po = self.two_lines()
        self.deliver(confirmation_xml(
            po, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], total='35.00'))
        self.invoice(po)
        self.receive_goods(po)
        self.move().invoice_line_ids[0].price_unit = 15.00
        self.assertEqual(self.sums(po), (35, 35, 35, 0, 45, 0, 0))
        self.assertIn("Billed $ 10.00 more than confirmed.", self.words(po))
        self.assertEqual(self.found(po), {'difference', 'invoice', 'drafted', 'to_accrue'})
        self.move().invoice_line_ids[0].price_unit = 10.00
        self.post(self.move())
        self.assertEqual(self.sums(po), (35, 35, 35, 0, 35, 0, 0))
        self.assertEqual((self.words(po), self.found(po)), ("", {'invoice'}))

    def test_pay_by_invoice_without_a_bill(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.transact(35.00, order=po, instrument='invoice', invoice_number='INV-1')
        self.assertEqual((self.row(po).charged, self.row(po).invoiced, self.row(po).payment), (0, 35, 'invoice'))
        self.assertEqual(
            self.words(po),
            "Amazon invoiced $ 35.00 more than billed. Received goods for $ 35.00 that are on no posted bill yet.")
        self.assertEqual(self.found(po), {'difference', 'invoice', 'to_accrue'})

    # === CURRENCIES === #

    def test_a_charge_in_another_currency_is_said_and_not_added(self):
        self.env.ref('base.EUR').active = True
        po = self.two_lines()
        self.receive_goods(po)
        charge = self.transact(30.00, order=po, currency_id=self.env.ref('base.EUR').id)
        self.assertEqual(self.sums(po), (35, 0, 35, 0, 0, 0, 0))
        self.assertEqual(self.words(po), "In EUR: charged 30.00 €, billed 0.00 €.")
        self.assertEqual(self.found(po), {'difference', 'other_currency'})
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'invoice_date': '2026-03-10',
            'currency_id': self.env.ref('base.EUR').id, 'invoice_line_ids': [(0, 0, {
                **self.line(po, 1)._prepare_account_move_line(), 'quantity': 1, 'price_unit': 30.00})]})
        self.assertEqual(self.sums(po), (35, 0, 35, 0, 0, 0, 0))
        self.assertEqual(self.words(po), "In EUR: charged 30.00 €, billed 30.00 €.")
        self.assertEqual(self.found(po), {'other_currency'})
        self.assertEqual((bill.amount_total, charge.amount), (30, 30))
