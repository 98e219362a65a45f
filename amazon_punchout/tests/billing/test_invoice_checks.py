"""Problems of an invoice are notified, and nothing is billed twice."""
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..bill_case import BillCase
from ..cxml_builder import confirmation_xml, header_credit_xml, invoice_line, invoice_xml, status


@tagged('post_install', '-at_install')
class TestInvoiceTotals(BillCase):

    def assertNotified(self, *words, **values):
        """Check that the draft stays, and that one activity and the chatter contain these words."""
        self.group.bill_user_id = self.biller
        self.invoice(self.two_lines(), **values)
        bill = self.move()
        self.assertEqual((bill.state, bill.amount_total), ('draft', 35))
        activity = self.bill_activities(bill)
        self.assertEqual((len(activity), activity.user_id), (1, self.biller))
        for word in words:
            self.assertIn(word, activity.note)
            self.assertIn(word, self.said(bill))

    def test_another_net_amount(self):
        self.assertNotified("NetAmount", "36.00", "35.00", net='36.00')

    def test_another_amount_due(self):
        self.assertNotified("DueAmount", "34.99", due='34.99')

    def test_another_gross_amount(self):
        self.assertNotified("GrossAmount", "35.01", gross='35.01')

    def test_another_subtotal(self):
        self.assertNotified("SubtotalAmount", "30.00", subtotal='30.00')

    def test_without_a_person_for_bills_the_responsible_person_is_notified(self):
        self.invoice(self.two_lines(), net='36.00')
        self.assertEqual(self.bill_activities(self.move()).user_id, self.administrator)

    def test_a_person_for_bills_who_has_left_is_not_notified(self):
        self.group.bill_user_id = leaver = self.new_user('leaver', 'account.group_account_invoice')
        leaver.active = False
        self.invoice(self.two_lines(), net='36.00')
        self.assertEqual(self.bill_activities(self.move()).user_id, self.administrator)

    def test_in_the_language_of_the_person(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.biller.lang = 'fr_FR'
        self.group.bill_user_id = self.biller
        self.invoice(self.two_lines(), net='36.00')
        self.assertIn("36,00", self.bill_activities(self.move()).note)

    def test_totals_that_are_not_stated_are_not_compared(self):
        self.invoice(self.two_lines(), net=None, subtotal=None)
        self.assertFalse(self.bill_activities(self.move()))


@tagged('post_install', '-at_install')
class TestInvoiceOnce(BillCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()

    def billed_by_hand(self, **quantities):
        """Create a bill with Create Bills for what was received."""
        self.receive_goods(self.po, **quantities)
        before = self.po.invoice_ids
        self.po.action_create_invoice()
        return self.po.invoice_ids - before

    # === BILLED BY HAND === #

    def test_it_belongs_to_the_bill_that_was_made_by_hand(self):
        bill = self.billed_by_hand()
        document = self.invoice(self.po)
        self.assertEqual((self.all_bills(self.po), document.account_move_id), (bill, bill))
        self.assertEqual((bill.amazon_invoice_id, str(bill.invoice_date)), ('INV-1', '2026-03-06'))
        self.assertTrue(
            self.env['ir.attachment'].search([('res_model', '=', 'account.move'), ('res_id', '=', bill.id)]))
        self.assertIn("was attached here", self.said(bill))
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})

    def test_a_filestore_that_is_full_does_not_stop_that(self):
        bill = self.billed_by_hand()

        def fail(_attachments, *_args):
            raise OSError(28, "No space left on device")

        with patch.object(self.registry['ir.attachment'], '_file_write', fail), mute_logger(
                'odoo.addons.amazon_punchout.tools.steps'):
            document = self.invoice(self.po)
        self.assertEqual(document.account_move_id, bill)
        self.assertIn("Amazon's document could not be attached", self.said(bill))
        self.assertNotIn("was attached here", self.said(bill))

    def test_a_posted_bill_keeps_what_its_accountant_wrote(self):
        bill = self.billed_by_hand()
        bill.write({'ref': "Mine", 'invoice_date': '2026-03-01'})
        bill.action_post()
        self.invoice(self.po)
        self.assertEqual((bill.amazon_invoice_id, bill.ref, str(bill.invoice_date), bill.state),
                         ('INV-1', "Mine", '2026-03-01', 'posted'))

    def test_a_part_billed_by_hand_meets_the_invoice_of_that_part(self):
        bill = self.billed_by_hand(line1=2)
        self.invoice(self.po, invoice_line(1, 2, '10.00'), net='20.00')
        self.invoice(self.po, invoice_line(1, 3, '5.00', line_number=2), net='15.00', invoice_id='INV-2')
        self.assertEqual(self.move(), bill)
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})

    def test_another_total_is_no_such_bill(self):
        bill = self.billed_by_hand()
        bill.invoice_line_ids[0].price_unit = 11
        document = self.invoice(self.po, state='attention')
        self.assertIn(bill.display_name, document.reason)
        self.assertEqual(self.all_bills(self.po), bill)

    def test_other_quantities_are_no_such_bill(self):
        bill = self.billed_by_hand()
        document = self.invoice(self.po, invoice_line(1, 1, '10.00'), invoice_line(2, 3, '5.00'), shipping='10.00',
                                net='35.00', state='attention')
        self.assertIn(bill.display_name, document.reason)
        self.assertFalse(bill.amazon_invoice_id)

    def test_two_such_bills_are_a_problem(self):
        self.billed_by_hand(line1=1)
        one = self.po.invoice_ids
        two = one.copy()
        two.invoice_line_ids.purchase_line_id = self.line(self.po, 1)
        document = self.invoice(self.po, invoice_line(1, 1, '10.00'), net='10.00', state='attention')
        self.assertIn("may be any of", document.reason)

    def test_a_bill_that_was_typed_with_amazons_number_is_a_problem(self):
        typed = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'ref': 'INV-1',
            'invoice_line_ids': [(0, 0, {'name': "Pens", 'price_unit': 35, 'tax_ids': []})]})
        document = self.invoice(self.po, state='attention')
        self.assertIn("already has the number INV-1", document.reason)
        self.assertFalse(typed.amazon_invoice_id)
        self.assertFalse(self.all_bills(self.po))

    def test_once_a_person_has_fixed_it_retry_creates_the_bill(self):
        bill = self.billed_by_hand()
        bill.invoice_line_ids[0].price_unit = 11
        document = self.invoice(self.po, state='attention')
        bill.button_cancel()
        document.with_user(self.manager).action_retry()
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual((document.state, self.move().amount_total), ('processed', 35))

    # === MORE THAN ORDERED === #

    def test_more_than_was_ordered_makes_no_bill(self):
        document = self.invoice(self.po, invoice_line(1, 3, '10.00'), net='30.00', state='attention')
        self.assertIn(self.po.name, document.reason)
        self.assertFalse(self.all_bills(self.po))

    def test_more_than_was_ordered_on_several_lines_of_one_invoice(self):
        self.invoice(self.po, invoice_line(1, 2, '10.00'), invoice_line(2, 1, '10.00', line_number=1), net='30.00',
                     state='attention')
        self.assertFalse(self.all_bills(self.po))

    def test_more_than_was_ordered_on_several_invoices(self):
        self.invoice(self.po)
        document = self.invoice(
            self.po, invoice_line(1, 1, '10.00'), net='10.00', invoice_id='INV-2', state='attention')
        self.assertIn(self.move().display_name, document.reason)
        self.assertEqual(self.all_bills(self.po), self.move())

    def test_the_carts_quantity_counts_whether_or_not_the_confirmation_is_here(self):
        self.deliver(confirmation_xml(self.po, [(2, 3, status(quantity=1), status('reject', 2))], total='5.00'))
        self.invoice(self.po)
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})

    def test_what_came_back_may_be_billed_again(self):
        self.invoice(self.po)
        self.invoice(self.po, invoice_line(1, -1, '10.00', reason='return'), purpose='lineLevelCreditMemo',
                     net='-10.00', invoice_id='CR-1', original_invoice_id='INV-1')
        self.invoice(self.po, invoice_line(1, 1, '10.00'), net='10.00', invoice_id='INV-2')
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})


@tagged('post_install', '-at_install')
class TestInvoiceNotAccepted(BillCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()

    def assertNothingMade(self, *words, **values):
        document = self.invoice(self.po, state='attention', **values)
        for word in words:
            self.assertIn(word, document.reason)
        self.assertFalse(self.all_bills(self.po))

    def test_debit_memos(self):
        self.assertNothingMade("debit memo", "INV-1", purpose='debitMemo')
        self.assertNothingMade("debit memo", purpose='lineLevelDebitMemo')

    def test_an_invoice_that_is_withdrawn(self):
        self.assertNothingMade("withdraws its invoice INV-1", operation='delete')

    def test_unknown_purposes(self):
        self.assertNothingMade("“poetry”", purpose='poetry')

    def test_information_only(self):
        raw = invoice_xml([(self.po, invoice_line(1, 2, '10.00'))], net='20.00').replace(
            b' purpose="standard"', b' purpose="standard" isInformationOnly="yes"')
        document = self.deliver(raw)
        self.assertEqual(document.state, 'attention')
        self.assertIn("information only", document.reason)
        self.assertFalse(self.all_bills(self.po))

    def test_two_currencies(self):
        raw = invoice_xml([(self.po, invoice_line(1, 2, '10.00', currency='EUR'))], net='20.00')
        document = self.deliver(raw)
        self.assertEqual(document.state, 'attention')
        self.assertIn("has more than one currency", document.reason)
        self.assertFalse(self.all_bills(self.po))

    def test_a_currency_that_is_not_active(self):
        self.env.ref('base.EUR').active = False
        document = self.deliver(invoice_xml(
            [(self.po, invoice_line(1, 2, '10.00', currency='EUR'))], net='20.00', currency='EUR'))
        self.assertEqual(document.state, 'attention')
        self.assertIn("EUR", document.reason)
        self.assertFalse(self.all_bills(self.po))

    def test_an_invoice_of_one_sum(self):
        raw = header_credit_xml(self.po, 'INV-1', '5.00', 'X').replace(b'"creditMemo"', b'"standard"')
        document = self.deliver(raw)
        self.assertEqual(document.state, 'attention')
        self.assertIn("without lines", document.reason)

    def test_a_line_without_any_amount(self):
        line = invoice_line(1, 2, '10.00').replace(
            '<UnitPrice><Money currency="USD">10.00</Money></UnitPrice>', '').replace(
            '<SubtotalAmount><Money currency="USD">20.0</Money></SubtotalAmount>', '')
        self.assertNotIn('20.0', line)
        document = self.deliver(invoice_xml([(self.po, line)], net='20.00'))
        self.assertEqual(document.state, 'attention')
        self.assertIn("neither an amount nor a price", document.reason)

    def test_an_order_that_amazon_has_cancelled_is_billed_with_a_problem(self):
        self.deliver(
            confirmation_xml(self.po, [(1, 2, status('reject', 2)), (2, 3, status('reject', 3))], confirm_id=None))
        self.assertEqual(self.po.state, 'cancel')
        self.invoice(self.po)
        self.assertIn("cancelled", self.bill_activities(self.move()).note)

    def test_another_groups_order_is_not_found(self):
        _company, group, _warehouse = self.make_company("Another company")
        document = self.deliver(invoice_xml([(self.po, invoice_line(1, 2, '10.00'))], net='20.00'), group=group)
        self.assertEqual(document.state, 'waiting')
        self.assertFalse(self.all_bills(self.po))
