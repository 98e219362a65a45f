"""Amazon's invoices, on whatever way they come, and the charges that pay them: met by number, never twice."""
from odoo.fields import Command
from odoo.tests import tagged

from ..booking_case import BookingCase
from ..cxml_builder import confirmation_xml, invoice_line, ship_notice_xml, status


@tagged('post_install', '-at_install')
class TestBookingInvoices(BookingCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()

    def typed(self, number='INV-1', post=True, lines=((2, 10), (3, 5)), **vals):
        """Type an invoice that came by post or as a PDF."""
        bill = self.env['account.move'].with_user(self.biller).create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'ref': number, 'invoice_date': '2026-03-06',
            'invoice_line_ids': [Command.create({
                'name': "Pens", 'quantity': quantity, 'price_unit': price, 'tax_ids': [Command.clear()]})
                for quantity, price in lines], **vals})
        if post:
            bill.action_post()
        return bill.sudo()

    # === CXML === #

    def test_a_charge_pays_amazons_invoice(self):
        self.invoice(self.po)
        charge = self.charge(self.po, 35.00)
        self.assertEqual((charge.bill_ids, self.all_bills(self.po)), (self.move(), self.move()))
        self.post(self.move())
        self.assertEqual((charge.payment_ids.amount, self.move().amount_residual), (35, 0))

    def test_amazons_invoice_replaces_the_draft_of_the_charge(self):
        charge = self.charge(self.po, 35.00)
        self.invoice(self.po)
        bill = self.move()
        self.assertEqual((charge.state, charge.bill_ids, self.all_bills(self.po)), ('booked', bill, bill))
        self.assertEqual((str(bill.invoice_date), bill.amazon_is_from_charge), ('2026-03-06', False))
        self.assertIn("replaces the draft", self.said(bill))

    def test_amazons_invoice_is_the_bill_of_a_charge_that_is_posted(self):
        charge = self.charge(self.po, 35.00)
        self.post(charge.bill_ids)
        self.invoice(self.po)
        self.assertEqual((self.move(), self.all_bills(self.po)), (charge.bill_ids, charge.bill_ids))

    def test_one_invoice_of_two_charges_replaces_both_drafts(self):
        one = self.charge(self.po, 20.00, {'number': 1, 'quantity': 2, 'items': 20.00, 'total': 20.00})
        two = self.charge(self.po, 15.00, {'number': 2, 'quantity': 3, 'items': 15.00, 'total': 15.00})
        self.assertEqual(len(self.all_bills(self.po)), 2)
        self.invoice(self.po)
        self.assertEqual((one.bill_ids, two.bill_ids, self.all_bills(self.po)), (self.move(),) * 3)
        self.post(self.move())
        self.assertEqual(sorted((one | two).payment_ids.mapped('amount')), [15, 20])
        self.assertEqual(self.move().amount_residual, 0)

    def test_two_invoices_of_one_charge_are_paid_by_one_payment(self):
        charge = self.charge(self.po, 35.00)
        self.invoice(self.po, invoice_line(1, 2, '10.00'), net='20.00')
        self.assertEqual(sorted(charge.bill_ids.mapped('amount_total')), [15, 20])
        self.invoice(self.po, invoice_line(2, 3, '5.00'), invoice_id='INV-2', net='15.00')
        self.assertEqual(charge.bill_ids, self.move() | self.move('INV-2'))
        self.assertEqual(self.all_bills(self.po), charge.bill_ids)
        self.post(charge.bill_ids)
        self.assertEqual(charge.payment_ids.amount, 35)
        self.assertEqual(sum(charge.bill_ids.mapped('amount_residual')), 0)

    def test_a_charge_with_its_number_is_no_duplicate_of_itself(self):
        self.group.post_matching_bills = True
        charge = self.charge(self.po, 35.00, invoice_number='INV-1')
        self.assertEqual((charge.bill_ids.state, charge.bill_ids.ref), ('posted', 'INV-1'))
        self.invoice(self.po)
        self.assertEqual((self.move(), self.all_bills(self.po)), (charge.bill_ids, charge.bill_ids))

    # === PAY BY INVOICE === #

    def test_pay_by_invoice_is_linked_to_its_invoice_and_pays_nothing(self):
        charge = self.charge(self.po, 35.00, instrument='invoice', invoice_number='INV-1')
        self.assertEqual(charge.state, 'matched')
        self.invoice(self.po)
        self.assertEqual((charge.state, charge.bill_ids), ('booked', self.move()))
        self.post(self.move())
        self.assertFalse(charge.payment_ids)
        self.assertEqual(self.move().payment_state, 'not_paid')

    # === BY HAND === #

    def test_a_typed_invoice_replaces_the_draft_of_its_charge(self):
        charge = self.charge(self.po, 35.00, invoice_number='INV-1')
        seller = self.env['res.partner'].create({'name': "A seller on Amazon"})
        bill = self.typed(number='inv-1 ', partner_id=seller.id)
        self.assertEqual((charge.bill_ids, self.all_bills(self.po)), (bill, bill))
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})
        self.assertEqual((charge.payment_ids.partner_id, bill.amount_residual), (seller, 0))

    def test_a_charge_finds_the_typed_invoice_by_its_number(self):
        bill = self.typed()
        charge = self.charge(self.po, 35.00, invoice_number='INV-1')
        self.assertEqual((charge.bill_ids, bill.amount_residual), (bill, 0))
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})
        self.assertEqual(self.all_bills(self.po), bill)

    def test_a_typed_invoice_of_another_number_replaces_nothing(self):
        charge = self.charge(self.po, 35.00, invoice_number='INV-1')
        bill = self.typed(number='OTHER-1')
        self.assertNotIn(bill, charge.bill_ids)
        self.assertTrue(charge.bill_ids.amazon_is_from_charge)

    def test_an_electronic_invoice_that_names_the_order_replaces_the_draft(self):
        charge = self.charge(self.po, 35.00)
        bill = self.typed(post=False, invoice_origin=self.po.name)
        bill._amazon_meet_known([])
        self.assertEqual((charge.bill_ids, self.all_bills(self.po)), (bill, bill))

    # === SHIPMENTS === #

    def test_bill_by_shipment_and_the_charge_of_the_shipment_are_one_bill(self):
        self.confirm_two()
        self.deliver_shipment()
        self.po.with_user(self.biller)._amazon_bill_shipments(self.po.amazon_shipment_ids)
        bill = self.all_bills(self.po)
        charge = self.charge(self.po, 20.00, {
            'number': 1, 'quantity': 2, 'items': 20.00, 'total': 20.00, 'shipment_id': 'SHIP1'})
        self.assertEqual((charge.bill_ids, self.all_bills(self.po)), (bill, bill))

    def test_the_charge_of_a_shipment_is_its_bill(self):
        self.confirm_two()
        self.deliver_shipment()
        charge = self.charge(self.po, 20.00, {
            'number': 1, 'quantity': 2, 'items': 20.00, 'total': 20.00, 'shipment_id': 'SHIP1'})
        self.assertEqual(charge.bill_ids.amazon_shipment_id, self.po.amazon_shipment_ids)
        self.assertFalse(self.po._amazon_unbilled_shipments())

    def confirm_two(self):
        self.deliver(confirmation_xml(
            self.po, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], confirm_id='111-1', total='35.00'))

    def deliver_shipment(self):
        self.deliver(ship_notice_xml(self.po, [(1, 2)], shipment_id='SHIP1', shipment_date='2026-03-02T09:00:00Z'))
