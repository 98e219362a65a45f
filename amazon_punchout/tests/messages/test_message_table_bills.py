"""The invoices and credits of docs/messages.md, row by row."""
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..cxml_builder import header_credit_xml, invoice_line, invoice_xml, tax_detail
from ..table_case import TableCase


@tagged('-at_install', 'post_install')
class TestMessageTableBills(TableCase):
    rows = 'I'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls.new_user('biller', 'account.group_account_invoice')
        cls.group.bill_user_id = cls.biller

    def setUp(self):
        super().setUp()
        self.po = self.order()
        self.mark(self.po)

    def invoice(self, *lines, order=None, invoice_id='INV-1', **values):
        """Deliver an invoice.

        :return: the document
        """
        return self.deliver(invoice_xml([(order or self.po, *lines)], invoice_id=invoice_id, **values))

    def whole(self, **values):
        """Deliver an invoice of everything that was ordered: 2 × 10.00 and 3 × 5.00."""
        return self.invoice(invoice_line(1, 2, '10.00'), invoice_line(2, 3, '5.00'), subtotal='35.00',
                            **{'net': '35.00', **values})

    def move(self, invoice_id='INV-1'):
        return self.env['account.move'].search([('amazon_invoice_id', '=', invoice_id)])

    def billed(self, order=None):
        order = order or self.po
        return {number: self.line(order, number).qty_invoiced for number in (1, 2)}

    def numbers(self, move):
        """Collect (Amazon line, quantity, total with tax) of each line of a bill."""
        return [(line.amazon_purchase_line_id.amazon_line_number, line.quantity, line.price_total)
                for line in move.invoice_line_ids]

    def assertAttention(self, document, person):
        self.assertEqual(document.state, 'attention')
        self.assertTrue(document.reason)
        self.assertEqual(self.notified(self.po) | self.document_notified(document), person)

    def test_every_row_of_the_table_is_a_test(self):
        self.assertRowsAreTested()

    def test_I01_an_invoice(self):
        document = self.whole()
        self.assertEqual(document.state, 'processed')
        bill = self.move()
        self.assertEqual((bill.move_type, bill.state, bill.amount_total, bill.ref, bill.partner_id),
                         ('in_invoice', 'draft', 35.0, 'INV-1', self.vendor))
        self.assertEqual(self.numbers(bill), [(1, 2, 20.0), (2, 3, 15.0)])
        self.assertEqual(self.billed(), {1: 2, 2: 3})
        attachments = self.env['ir.attachment'].search([('res_model', '=', 'account.move'), ('res_id', '=', bill.id)])
        self.assertIn(b'InvoiceDetailRequest', b''.join(attachment.raw for attachment in attachments))
        self.assertTrue(bill.message_ids)

    def test_I02_a_credit_memo(self):
        self.whole()
        self.deliver(header_credit_xml(self.po, 'CR-1', '5.00', 'INV-1'))
        credit = self.move('CR-1')
        self.assertEqual((credit.move_type, credit.state, credit.amount_total, credit.amazon_refund_kind),
                         ('in_refund', 'draft', 5.0, 'money'))
        self.assertEqual(credit.reversed_entry_id, self.move())
        self.assertEqual(self.billed(), {1: 2, 2: 3})

    def test_I03_a_line_level_credit_memo_for_returned_goods(self):
        self.whole()
        self.invoice(invoice_line(1, -1, '10.00', reason='return'), invoice_id='CR-1', purpose='lineLevelCreditMemo',
                     subtotal='-10.00', net='-10.00', original_invoice_id='INV-1')
        credit = self.move('CR-1')
        self.assertEqual((credit.amount_total, credit.amazon_refund_kind, credit.reversed_entry_id),
                         (10.0, 'goods', self.move()))
        self.assertEqual(self.billed(), {1: 1, 2: 3})

    def test_I04_a_negative_line(self):
        self.invoice(invoice_line(1, 2, '10.00'), invoice_line(2, -1, '5.00'), subtotal='15.00', net='15.00')
        bill = self.move()
        self.assertEqual((bill.move_type, bill.amount_total), ('in_invoice', 15.0))
        self.assertEqual(sorted(total for _number, _quantity, total in self.numbers(bill)), [-5.0, 20.0])
        self.assertEqual(self.billed()[1], 2)

    def test_I05_a_negative_total(self):
        self.whole()
        self.invoice(invoice_line(1, -1, '10.00'), invoice_id='CR-1', subtotal='-10.00', net='-10.00',
                     original_invoice_id='INV-1')
        self.assertEqual((self.move('CR-1').move_type, self.move('CR-1').amount_total), ('in_refund', 10.0))

    def test_I06_discounts(self):
        self.invoice(invoice_line(1, 2, '10.00', discount='1.00'), invoice_line(2, 3, '5.00'), subtotal='35.00',
                     discount='3.00', net='32.00')
        bill = self.move()
        # The summary's discount is the one of the line and 2.00 of the whole, or 3.00 beside it: its net decides.
        self.assertEqual(bill.amount_total, 32.0)
        self.assertEqual(self.numbers(bill), [(1, 2, 17.88), (2, 3, 14.12)])

    def test_I07_tax_at_the_lines(self):
        tax = self.new_tax(10)
        self.invoice(
            invoice_line(1, 2, '10.00', tax='2.00', tax_details=tax_detail('10', '2.00')),
            invoice_line(2, 3, '5.00', tax='1.50', tax_details=tax_detail('10', '1.50')),
            subtotal='35.00', tax='3.50', net='38.50', indicators='isTaxInLine="yes"')
        bill = self.move()
        self.assertEqual(bill.invoice_line_ids.tax_ids, tax)
        self.assertEqual((bill.amount_untaxed, bill.amount_tax, bill.amount_total), (35.0, 3.5, 38.5))

    def test_I08_tax_at_the_total(self):
        self.whole(tax='2.54', net='37.54')
        bill = self.move()
        self.assertEqual(bill.amount_total, 37.54)
        self.assertIn(2.54, [total for _number, _quantity, total in self.numbers(bill)])

    def test_I09_shipping_and_special_handling(self):
        self.whole(shipping='4.00', special_handling='1.50', net='40.50')
        bill = self.move()
        self.assertEqual(bill.amount_total, 40.5)
        self.assertEqual(sorted(total for _number, _quantity, total in self.numbers(bill)), [1.5, 4.0, 15.0, 20.0])

    def test_I10_several_orders(self):
        other = self.order()
        self.deliver(invoice_xml([(self.po, invoice_line(1, 2, '10.00')),
                                  (other, invoice_line(2, 3, '5.00', line_number=2))],
                                 subtotal='35.00', net='35.00'))
        bill = self.move()
        self.assertEqual((len(bill), bill.amount_total), (1, 35.0))
        self.assertEqual((self.billed(), self.billed(other)), ({1: 2, 2: 0}, {1: 0, 2: 3}))

    def test_I11_one_order_line_on_several_invoice_lines(self):
        self.invoice(invoice_line(1, 1, '10.00', line_number=1), invoice_line(2, 1, '10.00', line_number=1),
                     subtotal='20.00', net='20.00')
        self.assertEqual(self.numbers(self.move()), [(1, 1, 10.0), (1, 1, 10.0)])
        self.assertEqual(self.billed()[1], 2)

    def test_I12_a_total_that_its_parts_do_not_make(self):
        document = self.whole(net='36.00')
        bill = self.move()
        self.assertEqual((document.state, bill.state, bill.amount_total), ('processed', 'draft', 35.0))
        self.assertIn('36.00', "".join(bill.message_ids.mapped('body')))
        activities = self.env['mail.activity'].search([('res_model', '=', 'account.move'), ('res_id', '=', bill.id)])
        self.assertEqual(activities.user_id, self.biller)

    def test_I13_billed_by_hand_already(self):
        self.receive_goods(self.po)
        self.po.action_create_invoice()
        bill = self.po.invoice_ids
        document = self.whole()
        self.assertEqual(document.state, 'processed')
        self.assertEqual((self.po.invoice_ids, bill.amazon_invoice_id), (bill, 'INV-1'))
        self.assertEqual(self.billed(), {1: 2, 2: 3})

    def test_I14_more_than_was_ordered(self):
        document = self.invoice(invoice_line(1, 3, '10.00'), subtotal='30.00', net='30.00')
        self.assertAttention(document, self.biller)
        self.assertFalse(self.move())
        self.whole(invoice_id='INV-2')
        document = self.invoice(invoice_line(1, 1, '10.00'), invoice_id='INV-3', subtotal='10.00', net='10.00')
        self.assertEqual(document.state, 'attention')
        self.assertFalse(self.move('INV-3'))

    def test_I15_what_makes_no_bill(self):
        for number, values in enumerate((
            {'purpose': 'debitMemo'}, {'purpose': 'lineLevelDebitMemo'}, {'operation': 'delete'},
            {'purpose': 'somethingNew'},
        )):
            with self.subTest(values):
                document = self.whole(invoice_id=f'X-{number}', **values)
                self.assertAttention(document, self.biller)
                self.assertFalse(self.move(f'X-{number}'))

    def test_I16_posted_where_it_matches(self):
        self.group.post_matching_bills = True
        self.whole()
        self.assertEqual(self.move().state, 'posted')
        other = self.order()
        self.invoice(invoice_line(1, 2, '10.00'), order=other, invoice_id='INV-2', subtotal='20.00', net='21.00')
        self.assertEqual(self.move('INV-2').state, 'draft')

    def test_I17_a_credit_before_its_invoice(self):
        document = self.deliver(header_credit_xml(self.po, 'CR-1', '5.00', 'INV-1'))
        self.assertEqual(document.state, 'waiting')
        self.whole()
        self.assertEqual(document.state, 'processed')
        self.assertEqual(self.move('CR-1').reversed_entry_id, self.move())

    def test_I18_a_credit_that_was_recorded_by_hand(self):
        self.whole()
        bill = self.move()
        bill.invoice_date = fields.Date.today()
        bill.action_post()
        self.record_refund(bill.with_user(self.biller), 1, 10.0, 'money')
        credit = self.env['account.move'].search([('reversed_entry_id', '=', bill.id)])
        self.invoice(invoice_line(1, -1, '10.00'), invoice_id='CR-1', purpose='lineLevelCreditMemo', subtotal='-10.00',
                     net='-10.00', original_invoice_id='INV-1')
        self.assertEqual(self.env['account.move'].search([('reversed_entry_id', '=', bill.id)]), credit)
        self.assertEqual(credit.amazon_invoice_id, 'CR-1')

    def test_I19_an_invoice_for_an_order_that_odoo_does_not_have(self):
        reference = f'orderID="{self.po.name}"'.encode()
        raw = invoice_xml([(self.po, invoice_line(1, 2, '10.00'))], subtotal='20.00', net='20.00').replace(
            reference, b'orderID="P-NOWHERE"').replace(self.po._amazon_request().payload_id.encode(), b'nowhere')
        document = self.deliver(raw)
        self.assertEqual(document.state, 'waiting')
        self.assertFalse(self.move())
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.run_cron('amazon_punchout.ir_cron_process')
        self.assertAttention(document, self.biller)

    def test_I20_more_than_the_order(self):
        self.group.post_matching_bills = True
        self.whole(shipping='4.00', net='39.00')
        bill = self.move()
        self.assertEqual((bill.state, self.notified(bill)), ('draft', self.biller))
        self.assertIn("has no such charge", "".join(bill.message_ids.mapped('body')))

    def test_I21_goods_that_were_not_received(self):
        self.group.write({'post_matching_bills': True, 'receipt_policy': 'warn'})
        self.whole()
        bill = self.move()
        self.assertEqual((bill.state, self.notified(bill)), ('draft', self.biller))
        self.assertIn("none were received", "".join(bill.message_ids.mapped('body')))
