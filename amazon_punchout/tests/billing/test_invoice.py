"""Amazon's invoices become draft bills."""
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import cxml
from ..bill_case import ACTIVITY_TODO, BillCase
from ..common import SECRET
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, money, ship_notice_xml, status


@tagged('post_install', '-at_install')
class TestInvoice(BillCase):

    # === THE BILL === #

    def test_an_invoice_becomes_a_draft_bill_of_its_order(self):
        order = self.two_lines()
        document = self.invoice(order, invoice_date='2026-03-06T09:30:00Z')
        bill = self.move()
        self.assertEqual(
            (bill.move_type, bill.state, bill.ref, bill.partner_id, bill.company_id, bill.journal_id.type,
             str(bill.invoice_date), bill.invoice_origin, bill.currency_id.name, bill.amazon_group_id),
            ('in_invoice', 'draft', 'INV-1', self.vendor, self.company, 'purchase',
             '2026-03-06', order.name, 'USD', self.group))
        self.assertEqual(self.numbers(bill), [(1, 2, 20, 0), (2, 3, 15, 0)])
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, bill.invoice_line_ids.amazon_purchase_line_id)
        self.assertEqual(bill.invoice_line_ids.mapped('name'), [self.line(order, number).name for number in (1, 2)])
        self.assertEqual(self.billed(order), {1: 2, 2: 3})
        self.assertEqual((document.account_move_id, document.purchase_order_id), (bill, order))
        self.assertIn("INV-1", self.said(bill))

    def test_the_chatter_says_once_that_the_bill_was_created(self):
        self.invoice(self.two_lines())
        created = [body for body in self.move().message_ids.mapped('body') if "reated" in body]
        self.assertEqual(len(created), 2, created)  # from Amazon's invoice, and core's link to the order
        self.assertNotIn("Vendor Bill Created", "".join(created))

    def test_what_amazon_writes_on_an_invoice_stands_on_the_bill(self):
        self.invoice(self.two_lines(), comment="Thank <b>you</b>||Pay to the new account")
        for text in ("Amazon: “Thank &lt;b&gt;you&lt;/b&gt;”", "Amazon: “Pay to the new account”"):
            self.assertIn(text, self.said(self.move()))

    def test_the_document_is_attached_without_its_secret(self):
        order = self.two_lines()
        self.deliver(invoice_xml([(order, invoice_line(1, 2, '10.00'))], net='20.00', secret=SECRET))
        attachment = self.env['ir.attachment'].search([
            ('res_model', '=', 'account.move'), ('res_id', '=', self.move().id)])
        self.assertEqual((attachment.name, attachment.mimetype), ('INV-1.xml', 'application/xml'))
        self.assertIn(b'InvoiceDetailRequest', attachment.raw)
        self.assertNotIn(SECRET.encode(), attachment.raw)

    def test_a_filestore_that_is_full_does_not_stop_the_bill(self):
        """Odoo would leave an empty file there, with which each further try collides."""
        def fail(_attachments, *_args):
            raise OSError(28, "No space left on device")

        with patch.object(self.registry['ir.attachment'], '_file_write', fail), mute_logger(
                'odoo.addons.amazon_punchout.tools.steps'):
            self.invoice(self.two_lines())
        self.assertEqual(self.move().state, 'draft')
        self.assertIn("Amazon's document could not be attached", self.said(self.move()))

    def test_the_day_is_the_one_that_amazon_writes(self):
        """In UTC a morning in Japan is the day before."""
        self.invoice(self.two_lines(), invoice_date='2026-03-06T00:30:00+09:00')
        self.assertEqual(str(self.move().invoice_date), '2026-03-06')

    def test_it_is_due_by_the_term_of_the_group(self):
        self.group.payment_term_id = self.env.ref('account.account_payment_term_30days')
        self.invoice(self.two_lines(), invoice_date='2026-03-06T00:00:00Z')
        self.assertEqual(str(self.move().invoice_date_due), '2026-04-05')

    def test_the_invoice_states_the_days_if_no_term_was_agreed(self):
        order = self.two_lines()
        raw = invoice_xml([(order, invoice_line(1, 2, '10.00'))], net='20.00').replace(
            b'</InvoiceDetailRequestHeader>', b'<PaymentTerm payInNumberOfDays="14"/></InvoiceDetailRequestHeader>')
        self.deliver(raw)
        self.assertEqual(str(self.move().invoice_date_due), '2026-03-20')

    def test_it_has_the_fiscal_position_and_the_analytics_of_the_order(self):
        position = self.env['account.fiscal.position'].create({'name': "Abroad", 'company_id': self.company.id})
        self.vendor.property_account_position_id = position
        plan = self.env['account.analytic.plan'].create({'name': "Projects"})
        account = self.env['account.analytic.account'].create({'name': "One", 'plan_id': plan.id})
        order = self.two_lines()
        self.line(order, 2).analytic_distribution = {str(account.id): 100}
        self.invoice(order)
        self.assertEqual(self.move().fiscal_position_id, position)
        self.assertEqual(
            self.move().invoice_line_ids.mapped('analytic_distribution'), [False, {str(account.id): 100}])

    def test_the_numbers_of_amazon_stand_on_the_bill(self):
        order = self.two_lines()
        self.invoice(order)
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))],
                                      confirm_id='111-0000000-0000009', total='35.00'))
        self.assertEqual(self.move().amazon_order_ref, '111-0000000-0000009')

    def test_a_foreign_currency_stays(self):
        self.env.ref('base.EUR').write({'active': True, 'rate_ids': [
            Command.clear(), Command.create({'rate': 2, 'name': '2020-01-01', 'company_id': self.company.id})]})
        order = self.two_lines(currency='EUR')
        self.invoice(order, invoice_line(1, 2, '10.00', currency='EUR'), net='20.00', currency='EUR')
        bill = self.move()
        self.assertEqual((bill.currency_id.name, bill.amount_total, bill.amount_total_signed), ('EUR', 20, -10))

    def test_the_tags_of_the_product_are_on_the_bill(self):
        tag = self.env['account.account.tag'].create({'name': "Supplies", 'applicability': 'products'})
        self.group.product_id.account_tag_ids = tag
        self.invoice(self.two_lines())
        self.assertEqual(self.move().invoice_line_ids.tax_tag_ids, tag)

    # === LINES === #

    def test_stated_amounts_lead_and_not_the_price(self):
        """3 × 3.33 is 9.99; Amazon bills 10.00."""
        order = self.two_lines()
        self.invoice(order, invoice_line(1, 3, '3.33', line_number=2, subtotal='10.00'), net='10.00')
        self.assertEqual(self.numbers(self.move()), [(2, 3, 10, 0)])

    def test_prices_of_many_decimals_and_of_another_basis(self):
        order = self.two_lines()
        line = invoice_line(1, 3, '333.33', line_number=2).replace(
            '<SubtotalAmount><Money currency="USD">999.99</Money></SubtotalAmount>', '').replace(
            '<InvoiceDetailItemReference', '<PriceBasisQuantity quantity="100" conversionFactor="1"><UnitOfMeasure>EA'
            '</UnitOfMeasure></PriceBasisQuantity><InvoiceDetailItemReference')
        self.invoice(order, line, net='10.00')
        self.assertEqual(self.numbers(self.move()), [(2, 3, 10, 0)])

    def test_a_discount_of_a_line_lowers_its_price(self):
        order = self.two_lines()
        self.invoice(
            order, invoice_line(1, 2, '10.00', discount='3.00'), subtotal='20.00', discount='3.00', net='17.00')
        self.assertEqual(self.numbers(self.move()), [(1, 2, 17, 0)])
        self.assertFalse(self.bill_activities(self.move()))

    def test_a_discount_of_the_whole_lowers_the_items(self):
        account = self.env['account.account'].create({'name': "Supplies", 'code': '612345', 'account_type': 'expense'})
        self.group.product_id.with_company(self.company).property_account_expense_id = account
        order = self.two_lines()
        self.invoice(order, subtotal='35.00', discount='5.00', net='30.00')
        bill = self.move()
        self.assertEqual(self.numbers(bill), [(1, 2, 17.14, 0), (2, 3, 12.86, 0)])
        self.assertEqual(bill.invoice_line_ids.account_id, account)

    def test_discounts_beside_those_of_the_lines_where_only_so_the_net_agrees(self):
        order = self.two_lines()
        self.invoice(
            order, invoice_line(1, 2, '10.00', discount='3.00'), subtotal='20.00', discount='5.00', net='12.00')
        self.assertEqual(self.move().amount_total, 12)
        self.assertFalse(self.bill_activities(self.move()))

    def test_shipping_and_special_handling_are_lines(self):
        order = self.two_lines(shipping='4.00')
        self.invoice(order, shipping='4.00', special_handling='1.50', net='40.50')
        bill = self.move()
        shipping, handling = bill.invoice_line_ids[2:]
        self.assertEqual((shipping.price_subtotal, handling.price_subtotal), (4, 1.5))
        self.assertEqual((shipping | handling).product_id, self.group.shipping_product_id)
        self.assertEqual(shipping.purchase_line_id, self.service_line(order, 'shipping'))

    def test_shipping_at_the_lines_counts_once(self):
        order = self.two_lines()
        self.invoice(
            order, invoice_line(1, 2, '10.00', shipping='1.00'), invoice_line(2, 3, '5.00', shipping='2.50'),
            subtotal='35.00', shipping='3.50', net='38.50', indicators='isShippingInLine="yes"')
        self.assertEqual(self.numbers(self.move()), [(1, 2, 20, 0), (2, 3, 15, 0), (0, 1, 3.5, 0)])

    def test_charges_of_a_line_and_of_the_whole_are_lines_of_their_own(self):
        order = self.two_lines()

        def modification(tag, kind, amount, words):
            return (f'<{tag}><Modification><{kind}>{money(amount)}</{kind}><ModificationDetail name="X"><Description '
                    f'xml:lang="en">{words}</Description></ModificationDetail></Modification></{tag}>')
        raw = invoice_xml([(order, invoice_line(1, 2, '10.00'))], net='22.00').replace(
            b'</InvoiceDetailItem>',
            modification('InvoiceItemModifications', 'AdditionalCost', '0.50', "Gift wrap").encode()
            + b'</InvoiceDetailItem>',
        ).replace(b'<NetAmount>', modification(
            'InvoiceHeaderModifications', 'AdditionalCost', '1.50', "Small order fee").encode() + b'<NetAmount>')
        self.deliver(raw)
        bill = self.move()
        self.assertEqual([(line.name, line.price_subtotal) for line in bill.invoice_line_ids][1:],
                         [("Gift wrap", 0.5), ("Small order fee", 1.5)])
        self.assertEqual(self.billed(order)[1], 2, "a charge is not a piece")
        note = self.bill_activities(bill).note
        for charge in ("Gift wrap", "Small order fee"):
            self.assertIn(f"for “{charge}”, but order {order.name} has no such charge.", note)

    def test_a_free_item_is_billed(self):
        order = self.two_lines()
        self.invoice(order, invoice_line(1, 2, '10.00'), invoice_line(2, 1, '0.00'), net='20.00')
        self.assertEqual((self.move().amount_total, self.billed(order)), (20, {1: 2, 2: 1}))

    def test_one_order_line_on_several_invoice_lines(self):
        order = self.two_lines()
        self.invoice(order, *(invoice_line(number, 1, '5.00', line_number=2) for number in (1, 2, 3)), net='15.00')
        self.assertEqual(self.numbers(self.move()), [(2, 1, 5, 0)] * 3)
        self.assertEqual(self.billed(order), {1: 0, 2: 3})

    def test_a_line_that_the_order_does_not_have_is_a_problem(self):
        self.group.bill_user_id = self.biller
        order = self.two_lines()
        self.invoice(order, invoice_line(1, 2, '10.00'), invoice_line(2, 1, '7.00', line_number=9), net='27.00')
        bill = self.move()
        self.assertEqual(self.numbers(bill), [(1, 2, 20, 0), (0, 1, 7, 0)])
        self.assertIn(f"does not match any line of order {order.name}", self.bill_activities(bill).note)
        self.assertEqual(self.bill_activities(bill).user_id, self.biller)

    def test_an_item_without_a_line_number_is_found_by_its_asin(self):
        order = self.two_lines()
        line = invoice_line(1, 3, '5.00').replace(
            '<InvoiceDetailItemReference lineNumber="1"/>',
            '<InvoiceDetailItemReference><ItemID><SupplierPartID>B00TEST002'
            '</SupplierPartID></ItemID></InvoiceDetailItemReference>')
        self.invoice(order, line, net='15.00')
        self.assertEqual(self.numbers(self.move()), [(2, 3, 15, 0)])

    def test_several_orders_on_one_invoice(self):
        one, two = self.two_lines(), self.two_lines(shipping='4.00')
        self.deliver(invoice_xml([(one, invoice_line(1, 2, '10.00')), (two, invoice_line(2, 3, '5.00', line_number=2))],
                                 shipping='4.00', net='39.00'))
        bill = self.move()
        self.assertEqual((bill.amount_total, bill.invoice_origin), (39, f"{one.name}, {two.name}"))
        self.assertEqual((self.billed(one), self.billed(two)), ({1: 2, 2: 0}, {1: 0, 2: 3}))
        self.assertEqual(bill.invoice_line_ids.amazon_purchase_line_id.order_id, one | two)
        self.assertEqual(bill.invoice_line_ids[2].amazon_purchase_line_id, self.service_line(two, 'shipping'))

    def test_orders_of_two_companies_make_no_bill(self):
        _company, group, _warehouse = self.make_company("Another company")
        self.buyer.company_ids |= group.company_id
        one, two = self.two_lines(), self.two_lines(group=group)
        raw = invoice_xml(
            [(one, invoice_line(1, 2, '10.00')), (two, invoice_line(2, 3, '5.00', line_number=2))], net='35.00')
        document = self.env['amazon.punchout.document'].sudo()._store_message(
            self.group | group, cxml.read_request(raw), raw)
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(document.state, 'attention')
        self.assertIn("several companies", document.reason)
        self.assertFalse(self.move())

    # === WHEN IT COMES === #

    def test_before_the_confirmation_and_the_shipment_it_works_the_same(self):
        order = self.two_lines()
        self.invoice(order)
        self.deliver(confirmation_xml(
            order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=2), status('reject', 1))], total='30.00'))
        self.deliver(ship_notice_xml(order, [(1, 2), (2, 2)]))
        self.assertEqual((order.amazon_state, self.billed(order)), ('partial', {1: 2, 2: 3}))

    def test_before_the_answer_to_the_order_is_known(self):
        order = self.ordered([item(price='10.00', quantity='2')])
        self.requests(order).state = 'sending'
        self.assertEqual(order.amazon_state, 'queued')
        self.invoice(order, invoice_line(1, 2, '10.00'), net='20.00')
        self.assertEqual(self.move().amount_total, 20)

    def test_an_order_that_is_not_approved_again_yet_waits(self):
        order = self.ordered([item(price='10.00', quantity='2')])
        order.button_cancel()
        order.button_draft()
        document = self.invoice(order, invoice_line(1, 2, '10.00'), net='20.00', state='waiting')
        self.assertIn(f"Amazon has invoiced order {order.name}, which is not approved.", document.reason)

    def test_shipping_that_a_confirmation_brings_later_is_linked_then(self):
        order = self.two_lines()
        self.invoice(order, shipping='4.00', tax='2.00', net='41.00')
        loose = self.move().invoice_line_ids[2:]
        self.assertEqual(loose.mapped('price_subtotal'), [4, 2])
        self.assertFalse(loose.amazon_purchase_line_id)
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))],
                                      total='41.00', shipping='4.00', tax='2.00'))
        expected = self.service_line(order, 'shipping') | self.service_line(order, 'tax')
        self.assertEqual(len(expected), 2)
        self.assertEqual((loose.amazon_purchase_line_id, loose.purchase_line_id), (expected, expected))

    def test_the_same_invoice_again_changes_nothing(self):
        order = self.two_lines()
        first = self.invoice(order)
        bill = self.move()
        messages = bill.message_ids
        second = self.invoice(order)
        self.assertNotEqual(first, second)
        self.assertEqual((self.move(), second.account_move_id, bill.message_ids), (bill, bill, messages))

    def test_after_its_bill_was_cancelled_it_can_be_created_again(self):
        order = self.two_lines()
        self.invoice(order)
        cancelled = self.move()
        cancelled.button_cancel()
        self.invoice(order)
        again = self.env['account.move'].search([('amazon_invoice_id', '=', 'INV-1'), ('state', '=', 'draft')])
        self.assertEqual((len(again), self.billed(order)), (1, {1: 2, 2: 3}))

    def test_a_number_is_used_once_in_a_company(self):
        order = self.two_lines()
        self.invoice(order, invoice_line(1, 2, '10.00'), net='20.00')
        self.invoice(order, invoice_line(2, 3, '5.00'), invoice_id='INV-2', net='15.00')
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.move('INV-2').amazon_invoice_id = 'INV-1'
            self.env.flush_all()

    # === NOTIFYING AND POSTING === #

    def test_the_person_for_bills_is_notified_of_each(self):
        self.group.bill_user_id = self.biller
        self.invoice(self.two_lines())
        self.assertEqual(self.bill_activities(self.move(), ACTIVITY_TODO).user_id, self.biller)
        self.assertFalse(self.bill_activities(self.move()))

    def test_no_one_is_notified_of_a_matching_bill_without_a_person_for_bills(self):
        self.invoice(self.two_lines())
        self.assertFalse(self.move().activity_ids)

    def test_bills_stay_drafts(self):
        self.invoice(self.two_lines())
        self.assertEqual(self.move().state, 'draft')

    def test_matching_bills_are_posted_if_the_group_wants_it(self):
        self.group.write({'post_matching_bills': True, 'bill_user_id': self.biller.id})
        self.invoice(self.two_lines())
        self.assertEqual(self.move().state, 'posted')
        self.assertFalse(self.move().activity_ids)

    def test_a_bill_that_differs_is_not_posted(self):
        self.group.post_matching_bills = True
        self.invoice(self.two_lines(), net='35.01')
        self.assertEqual(self.move().state, 'draft')

    def test_a_bill_that_can_not_be_posted_stays_a_draft_with_the_reason(self):
        self.group.post_matching_bills = True
        self.fail_to_post(UserError("Not today."))
        self.invoice(self.two_lines())
        self.assertEqual(self.move().state, 'draft')
        self.assertIn("Not today.", self.bill_activities(self.move()).note)

    def test_a_bill_stays_a_draft_if_posting_meets_an_error_of_odoo(self):
        self.group.post_matching_bills = True
        self.fail_to_post(ZeroDivisionError("a bug"))
        with self.assertLogs('odoo.addons.amazon_punchout.tools.steps', 'ERROR') as logs:
            self.invoice(self.two_lines())
        self.assertEqual(self.move().state, 'draft')
        self.assertIn("INV-1", logs.output[0])
        note = self.bill_activities(self.move()).note
        self.assertIn("server log", note)
        self.assertNotIn("a bug", note)

    def fail_to_post(self, error):
        def fail(_move):
            raise error
        self.patch(type(self.env['account.move']), 'action_post', fail)

    def test_an_accountant_without_the_purchase_role_can_work_with_the_bill(self):
        self.invoice(self.two_lines())
        bill = self.move().with_user(self.biller)
        bill.invoice_line_ids[0].name = "Pens"
        bill.action_post()
        self.assertEqual((bill.state, bill.amount_residual), ('posted', 35))

    # === QUERIES === #

    def test_the_number_of_orders_does_not_matter(self):
        self.invoice(self.two_lines(), invoice_id='WARM')
        few = self.cost(self.two_lines(), 'FEW')
        for _each in range(5):
            self.invoice(self.two_lines(), invoice_id=f'MORE-{_each}')
        self.assertLessEqual(self.cost(self.two_lines(), 'MANY'), few)

    def cost(self, order, invoice_id):
        """Return the number of queries from the stored message to the draft bill."""
        raw = invoice_xml(
            [(order, invoice_line(1, 2, '10.00'), invoice_line(2, 3, '5.00'))], invoice_id=invoice_id, net='35.00')
        document = self.env['amazon.punchout.document'].sudo()._store_message(self.group, cxml.read_request(raw), raw)
        self.begin_anew()
        before = self.env.cr.sql_log_count
        document._process()
        self.env.flush_all()
        self.assertEqual(document.state, 'processed', document.reason)
        return self.env.cr.sql_log_count - before
