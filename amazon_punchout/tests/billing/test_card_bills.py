"""Bills are found by Amazon's order number, and ask for nothing once they are posted."""
from odoo.tests import Form, tagged

from ..bill_case import ACTIVITY_TODO, BillCase
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, status

NUMBER = '111-0000000-0000001'


@tagged('post_install', '-at_install')
class TestCardBills(BillCase):

    def confirm(self, order, number=NUMBER):
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))],
                                      confirm_id=number, total='35.00'))

    def create_bill(self, *orders):
        orders = self.env['purchase.order'].union(*orders)
        for order in orders:
            self.receive_goods(order)
        orders.with_user(self.biller).action_create_invoice()
        return orders.invoice_ids

    # === FINDING BILLS === #

    def test_a_bill_is_found_by_amazons_order_number(self):
        order = self.two_lines()
        bill = self.create_bill(order)
        self.confirm(order)
        Move = self.env['account.move'].with_user(self.biller)
        self.assertEqual(Move.search([('amazon_order_ref', 'ilike', '0000000-0000001')]), bill)
        arch = Move.get_view(self.env.ref('account.view_account_bill_filter').id, 'search')['arch']
        self.assertIn('amazon_order_ref', arch)

    def test_a_bill_of_two_orders_has_both_numbers(self):
        one, two = self.two_lines(), self.two_lines()
        self.confirm(one, '111-1')
        self.confirm(two, '111-2')
        self.assertEqual(self.create_bill(one, two).amazon_order_ref, '111-1, 111-2')

    def test_an_upgrade_fills_in_the_numbers_of_the_bills_that_are_there(self):
        one, two, other = (self.two_lines() for _each in range(3))
        self.confirm(one, '111-1')
        self.confirm(two, '111-2')
        bills = [self.create_bill(one, two), self.create_bill(other)]
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET amazon_order_ref = NULL")
        self.env['account.move']._amazon_fill_order_refs()
        self.env.invalidate_all()
        self.assertEqual([bill.amazon_order_ref for bill in bills], ['111-1, 111-2', False])

    def test_the_number_of_bills_does_not_matter_for_the_queries(self):
        orders = [self.two_lines() for _each in range(6)]
        all_bills = self.env['account.move'].union(*(self.create_bill(order) for order in orders))
        costs = []
        for bills in (all_bills[:2], all_bills):
            self.begin_anew()
            bills.invalidate_recordset()
            before = self.env.cr.sql_log_count
            self.env.add_to_compute(bills._fields['amazon_order_ref'], bills)
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[0], costs[1])

    # === THE MEMO === #

    def test_the_memo_of_a_card_bill_is_the_number_that_the_statement_shows(self):
        self.group.payment_method = 'card'
        order = self.two_lines()
        self.confirm(order)
        self.assertEqual(self.create_bill(order).payment_reference, NUMBER)

    def test_a_number_that_comes_later_is_the_memo_then(self):
        self.group.payment_method = 'card'
        order = self.two_lines()
        bill = self.create_bill(order)
        self.assertFalse(bill.payment_reference)
        self.confirm(order)
        self.assertEqual(bill.payment_reference, NUMBER)

    def test_a_memo_that_a_person_typed_stays(self):
        self.group.payment_method = 'card'
        order = self.two_lines()
        bill = self.create_bill(order)
        bill.with_user(self.biller).payment_reference = "AMZN*1A2B3C"
        self.confirm(order)
        self.assertEqual(bill.payment_reference, "AMZN*1A2B3C")

    def test_the_memo_is_filled_in_at_the_latest_when_the_bill_is_posted(self):
        self.group.payment_method = 'invoice'
        order = self.two_lines()
        self.confirm(order)
        bill = self.create_bill(order)
        self.assertFalse(bill.payment_reference)
        self.group.payment_method = 'card'
        bill.invoice_date = '2026-03-06'
        bill.with_user(self.biller).action_post()
        self.assertEqual(bill.payment_reference, NUMBER)

    def test_a_bill_that_is_not_paid_by_card_has_no_memo(self):
        self.group.payment_method = 'invoice'
        order = self.two_lines()
        self.confirm(order)
        self.assertFalse(self.create_bill(order).payment_reference)

    # === TO-DOS === #

    def notified_bill(self, **values):
        self.group.bill_user_id = self.biller
        self.invoice(self.two_lines(), **values)
        return self.move()

    def test_whoever_looks_after_bills_is_told_in_our_words_by_the_vendor(self):
        """Core's words were "… assigned to you", from OdooBot."""
        bill = self.notified_bill()
        mail = self.env['mail.message'].search([
            ('model', '=', bill._name), ('res_id', '=', bill.id), ('message_type', '=', 'user_notification')])
        self.assertEqual((mail.subject, mail.author_id, mail.partner_ids), (
            "Check and post Amazon's invoice INV-1", self.vendor, self.biller.partner_id))
        self.assertNotIn("assigned", mail.body)
        self.assertEqual(bill.message_ids.author_id, self.vendor, "nothing on it is said by OdooBot")

    def test_the_to_do_is_closed_when_the_bill_is_posted_by_another_person(self):
        bill = self.notified_bill()
        self.assertTrue(self.bill_activities(bill, ACTIVITY_TODO))
        bill.with_user(self.new_user('other', 'account.group_account_invoice')).action_post()
        self.assertFalse(bill.activity_ids)

    def test_a_problem_is_closed_when_a_person_posts_the_bill(self):
        bill = self.notified_bill(net='35.01')
        self.assertTrue(self.bill_activities(bill))
        bill.with_user(self.biller).action_post()
        self.assertFalse(bill.activity_ids)

    def test_the_to_do_is_closed_when_the_bill_is_paid_or_cancelled(self):
        bill = self.notified_bill()
        with Form(bill.with_user(self.biller)) as form:
            form.invoice_date = '2026-03-06'
        bill.action_post()
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=bill.ids).create({}).action_create_payments()
        self.assertFalse(bill.activity_ids)
        self.assertIn(bill.payment_state, ('paid', 'in_payment'))
        self.invoice(self.two_lines(), invoice_id='INV-2')
        other = self.move('INV-2')
        self.assertTrue(other.activity_ids)
        other.button_cancel()
        self.assertFalse(other.activity_ids)

    def test_what_a_person_scheduled_stays(self):
        bill = self.notified_bill()
        own = bill.with_user(self.biller).activity_ids.create({
            'res_model_id': self.env['ir.model']._get_id('account.move'), 'res_id': bill.id,
            'activity_type_id': self.env.ref(ACTIVITY_TODO).id, 'summary': "Ask Bob", 'user_id': self.biller.id})
        bill.action_post()
        self.assertEqual(bill.activity_ids, own)

    # === THE TERM === #

    def test_the_agreed_term_applies_and_the_bill_says_what_amazon_states(self):
        self.group.payment_term_id = self.env['account.payment.term'].create({
            'name': "45 days", 'line_ids': [(0, 0, {'value': 'percent', 'value_amount': 100, 'nb_days': 45})]})
        order = self.two_lines()
        self.deliver(invoice_xml([(order, invoice_line(1, 2, '10.00'))], net='20.00').replace(
            b'</InvoiceDetailRequestHeader>', b'<PaymentTerm payInNumberOfDays="14"/></InvoiceDetailRequestHeader>'))
        self.assertEqual(str(self.move().invoice_date_due), '2026-04-20')
        self.assertIn("within 14 days, by Mar 20", self.said(self.move()))
