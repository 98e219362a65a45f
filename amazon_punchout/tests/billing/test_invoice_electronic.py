"""Electronic invoices, such as Italy's FatturaPA, and Amazon's cXML invoice of the same number are one bill."""
from odoo.fields import Command
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import invoice_line, item


@tagged('post_install', '-at_install')
class TestInvoiceElectronic(BillCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()

    def electronic(self, *lines, **vals):
        """Receive an electronic invoice, as core's import of files does.

        :param lines: name, quantity and price of each line
        :return: the bill
        """
        lines = lines or [("Blue pens", 2, 10), ("Black pens", 3, 5)]
        attachment = self.env['ir.attachment'].create({
            'name': 'IT01234567890_00001.xml', 'raw': b'<invoice/>', 'mimetype': 'application/xml'})
        bill = self.env['account.move'].create({'move_type': 'in_invoice'})
        attachment.write({'res_model': 'account.move', 'res_id': bill.id})

        def decode(move, _file_data, _new):
            move.write({
                'partner_id': self.vendor.id, 'ref': 'INV-1', 'invoice_date': '2026-03-01', **vals,
                'invoice_line_ids': [Command.create({
                    'name': name, 'quantity': quantity, 'price_unit': price, 'tax_ids': [Command.clear()],
                }) for name, quantity, price in lines]})

        [file_data] = bill._to_files_data(attachment)
        file_data['decoder_info'] = {'priority': 20, 'decoder': decode}
        bill._extend_with_attachments([file_data], new=True)
        return bill

    # === THE ELECTRONIC INVOICE COMES FIRST === #

    def test_the_bill_of_an_electronic_invoice_is_the_bill_of_amazons_document(self):
        bill = self.electronic()
        self.assertFalse(self.billed(self.po)[1])
        document = self.invoice(self.po)
        self.assertEqual((self.all_bills(self.po), document.account_move_id, bill.amazon_invoice_id),
                         (bill, bill, 'INV-1'))
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})
        self.assertEqual((bill.amount_total, bill.state, bill.amazon_group_id), (35, 'draft', self.group))
        self.assertEqual(bill.invoice_line_ids.mapped('name'), ["Blue pens", "Black pens"])

    def test_it_is_booked_on_the_accounts_of_the_order(self):
        account = self.env['account.account'].create({
            'name': "Pens", 'code': 'PENS1', 'account_type': 'expense'})
        cart = self.make_order([item(price='10.00')])
        cart.order_line.filtered('amazon_line_number').expense_account_id = account
        cart.with_user(self.buyer).button_confirm()
        self.send()
        bill = self.electronic(("Pens", 1, 10))
        self.invoice(cart, invoice_line(1, 1, '10.00'), net='10.00')
        self.assertEqual(bill.invoice_line_ids.account_id, account)

    def test_a_posted_one_keeps_its_accounts(self):
        bill = self.electronic()
        bill.action_post()
        accounts = bill.invoice_line_ids.account_id
        self.invoice(self.po)
        self.assertEqual((self.all_bills(self.po), bill.state, bill.invoice_line_ids.account_id),
                         (bill, 'posted', accounts))

    def test_lines_that_cost_the_same_are_told_apart_by_their_item(self):
        self.po = self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', price='10.00', quantity='2', auxiliary_id='136-1,2')])
        bill = self.electronic(("B00TEST002", 2, 10), ("B00TEST001", 2, 10))
        self.invoice(self.po, invoice_line(1, 2, '10.00'), invoice_line(2, 2, '10.00'), net='40.00')
        self.assertEqual([line.purchase_line_id.amazon_asin for line in bill.invoice_line_ids],
                         ['B00TEST002', 'B00TEST001'])

    def test_another_contact_of_the_vendor_is_met_by_the_order_that_it_names(self):
        other = self.env['res.partner'].create({'name': "Amazon EU"})
        bill = self.electronic(partner_id=other.id, invoice_origin=f"X1, {self.po.name}")
        self.invoice(self.po)
        self.assertEqual(self.all_bills(self.po), bill)

    def test_one_of_another_vendor_with_the_same_total_is_for_a_person(self):
        other = self.env['res.partner'].create({'name': "Another vendor"})
        bill = self.electronic(partner_id=other.id)
        self.invoice(self.po)
        self.assertFalse(bill.amazon_invoice_id)
        self.assertIn("Odoo warns of a duplicate", self.said(self.move()))
        self.assertTrue(self.bill_activities(self.move()))

    def test_lines_that_can_not_be_paired_are_for_a_person(self):
        bill = self.electronic(("Pens", 1, 35))
        document = self.invoice(self.po, state='attention')
        self.assertIn(bill.display_name, document.reason)
        self.assertFalse(self.all_bills(self.po))

    def test_no_more_is_billed_than_was_ordered(self):
        self.invoice(self.po, invoice_id='INV-0')
        bill = self.electronic()
        document = self.invoice(self.po, state='attention')
        self.assertIn("already billed", document.reason)
        self.assertFalse(bill.invoice_line_ids.purchase_line_id)

    # === AMAZON'S DOCUMENT COMES FIRST === #

    def test_an_electronic_invoice_that_comes_later_is_attached_to_the_bill(self):
        self.invoice(self.po)
        known = self.move()
        later = self.electronic()
        self.assertEqual((later.state, known.state), ('cancel', 'draft'))
        self.assertIn(known.display_name, self.said(later))
        files = self.env['ir.attachment'].search([('res_model', '=', 'account.move'), ('res_id', '=', known.id)])
        self.assertIn('IT01234567890_00001.xml', files.mapped('name'))
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})

    def test_with_another_total_both_stay_and_a_person_is_asked(self):
        self.invoice(self.po)
        later = self.electronic(("Pens", 1, 36))
        self.assertEqual((later.state, len(self.bill_activities(later))), ('draft', 1))
        self.assertIn(self.move().display_name, str(self.bill_activities(later).note))

    def test_with_another_vendor_both_stay_and_a_person_is_asked(self):
        self.invoice(self.po)
        later = self.electronic(partner_id=self.env['res.partner'].create({'name': "Another vendor"}).id)
        self.assertEqual((later.state, len(self.bill_activities(later))), ('draft', 1))

    def test_electronic_invoices_of_others_are_left_alone(self):
        self.invoice(self.po)
        for vals in ({'ref': 'INV-2'}, {'partner_id': self.env['res.partner'].create({'name': "Other"}).id}):
            later = self.electronic(("Paper", 1, 7), **vals)
            self.assertEqual((later.state, self.bill_activities(later)), ('draft', self.env['mail.activity']))
