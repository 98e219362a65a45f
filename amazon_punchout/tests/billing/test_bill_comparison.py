"""What was ordered, confirmed, received and billed stands side by side on each bill of an Amazon order."""
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..compare_case import CompareCase
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, status


@tagged('post_install', '-at_install')
class TestBillComparison(CompareCase):

    def rows(self, bill, user=None):
        """Return the list on the bill as a user reads it."""
        bill.invalidate_recordset()
        bill = bill.with_user(user or self.biller)
        return [
            (line.amazon_cart_quantity, line.amazon_cart_price, line.amazon_confirmed_quantity,
             line.amazon_agreed_price, line.qty_received, line.qty_invoiced, line.amazon_billed_amount,
             line.amazon_billed_difference)
            for line in bill.amazon_order_line_ids]

    def differences(self, bill):
        bill.invalidate_recordset()
        return self.plain(bill.with_user(self.biller).amazon_differences or "")

    def totals(self, bill):
        bill = bill.with_user(self.biller)
        return bill.amazon_order_total, bill.amazon_order_billed, bill.amazon_order_difference

    def test_without_differences(self):
        order = self.staplers()
        self.receive_goods(order, line1=2)
        bill = self.bill(order)
        self.assertEqual(self.rows(bill), [
            (2, 24.99, 2, 24.99, 2, 2, 49.98, 0),
            (3, 23.15, 3, 23.15, 0, 3, 69.45, 0),
            (1, 4.98, 0, 4.98, 0, 1, 4.98, 0),
        ])
        self.assertEqual(self.totals(bill), (124.41, 124.41, 0))
        self.assertFalse(self.differences(bill))

    def test_with_differences(self):
        order = self.staplers()
        bill = self.bill(order, staplers='580.00', shipping='99.00')
        self.assertEqual([row[-2:] for row in self.rows(bill)], [(1160, 1110.02), (69.45, 0), (99, 94.02)])
        self.assertEqual(self.totals(bill), (124.41, 1328.45, 1204.04))
        self.assertEqual(self.differences(bill).split("\n"), [
            f"$ 1,328.45 is billed on {order.name}, but the order's total is $ 124.41.",
            f"“Stapler” on {order.name}: $ 1,160.00 is billed, but $ 49.98 was confirmed.",
            f"“Shipping” on {order.name}: $ 99.00 is billed, but $ 4.98 was confirmed.",
        ])

    def test_tax_that_create_bill_books_as_a_cost_is_named_where_it_may_be_reclaimed(self):
        sentence = "Tax of $ 19.00 is booked as a cost"
        for marketplace, row, is_named in (('de', None, True), ('us', None, False), ('de', 19, False)):
            with self.subTest(marketplace=marketplace, row=row):
                self.group.write({'marketplace': marketplace, 'tax_rate_ids': [
                    Command.clear(), *([Command.create({'rate': row})] if row else [])]})
                order = self.sent_order([item(price='100.00', tax='19.00')], tax='19.00')
                self.receive_goods(order, line1=1)
                order.action_create_invoice()
                self.assertEqual(sentence in self.differences(order.invoice_ids), is_named)

    def test_a_confirmation_settles_it(self):
        order = self.staplers(confirmed=False)
        bill = self.bill(order, staplers='26.00')
        self.assertTrue(self.differences(bill))
        self.deliver(confirmation_xml(
            order, [(1, 2, status(quantity=2, price='26.00')), (2, 3, status(quantity=3))], shipping='4.98'))
        self.assertFalse(self.differences(bill))
        self.assertEqual(self.rows(bill)[0], (2, 24.99, 2, 26, 0, 2, 52, 0))

    def test_a_credit_settles_it(self):
        order = self.staplers()
        bill = self.bill(order, staplers='26.00')
        self.invoice(order, invoice_line(1, -2, '1.01'), purpose='lineLevelCreditMemo', net='-2.02', invoice_id='CR-1',
                     original_invoice_id='INV-1', indicators='isPriceAdjustmentInLine="yes"')
        self.assertTrue(self.move('CR-1'))
        self.assertFalse(self.differences(bill))
        self.assertEqual(self.totals(bill), (124.41, 124.41, 0))

    def test_several_invoices_add_up(self):
        order = self.staplers()
        self.invoice(order, invoice_line(1, 1, '23.15', line_number=2), net='23.15')
        self.invoice(order, invoice_line(1, 2, '24.15', line_number=2), net='48.30', invoice_id='INV-2')
        for bill in (self.move(), self.move('INV-2')):
            self.assertEqual([row[-3:] for row in self.rows(bill)], [(0, 0, 0), (3, 71.45, 2), (0, 0, 0)])
            self.assertEqual(self.totals(bill), (124.41, 71.45, -52.96))

    def test_cheaper_is_below_zero_and_no_alert(self):
        bill = self.bill(self.staplers(), staplers='20.00')
        self.assertEqual(self.rows(bill)[0][-1], -9.98)
        self.assertFalse(self.differences(bill))

    def test_within_the_tolerance_there_is_no_alert(self):
        self.group.tolerance_amount = 10
        bill = self.bill(self.staplers(), staplers='26.00')
        self.assertEqual(self.rows(bill)[0][-1], 2.02)
        self.assertFalse(self.differences(bill))

    def test_a_charge_that_was_not_ordered(self):
        order = self.staplers(shipping=None)
        bill = self.bill(order, shipping=None, special_handling='500.00', net='619.43')
        self.assertIn("“Special handling” of $ 500.00 was not ordered.", self.differences(bill))

    def test_an_order_that_was_not_confirmed(self):
        self.group.confirmations_expected = True
        order = self.staplers(confirmed=False)
        bill = self.bill(order)
        self.assertIn("Amazon has not confirmed order", self.differences(bill))
        self.receive_goods(order)
        self.assertFalse(self.differences(bill))

    def test_a_bill_in_another_currency(self):
        self.env.ref('base.EUR').active = True
        order = self.staplers()
        self.deliver(invoice_xml([(order, invoice_line(1, 2, '24.99', currency='EUR'))], net='49.98', currency='EUR'))
        self.assertIn(f"The bill is in EUR, but order {order.name} is in USD.", self.differences(self.move()))

    def test_create_bill_shows_the_same(self):
        order = self.staplers()
        self.receive_goods(order)
        bill = self.env['account.move'].browse(order.with_user(self.biller).action_create_invoice()['res_id'])
        self.assertEqual([row[-3:] for row in self.rows(bill)], [(2, 49.98, 0), (3, 69.45, 0), (1, 4.98, 0)])
        bill.invoice_line_ids[0].price_unit = 580
        self.assertEqual(self.rows(bill)[0][-2:], (1160, 1110.02))
        self.assertIn("$ 1,160.00 is billed, but $ 49.98 was confirmed.", self.differences(bill))

    def test_a_cancelled_bill_counts_no_more(self):
        order = self.staplers()
        bill = self.bill(order, staplers='580.00')
        bill.button_cancel()
        self.assertFalse(self.differences(bill))
        self.assertEqual([row[-2:] for row in self.rows(bill)], [(0, 0)] * 3)

    def test_several_orders(self):
        one, two = self.staplers(), self.staplers()
        self.deliver(invoice_xml([
            (one, invoice_line(1, 2, '24.99')), (two, invoice_line(2, 2, '24.99', line_number=1))], net='99.96'))
        bill = self.move()
        self.assertEqual((bill.amazon_order_line_ids.order_id, bill.amazon_order_count), (one | two, 2))
        self.assertEqual(self.totals(bill), (248.82, 99.96, -148.86))

    def test_other_bills_have_nothing_of_it(self):
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id,
            'invoice_line_ids': [(0, 0, {'name': "Pens", 'price_unit': 35, 'tax_ids': []})]})
        self.assertFalse(bill.amazon_order_line_ids or bill.amazon_differences or bill.amazon_order_total)

    def test_users_who_only_read_accounting_open_it(self):
        reader = self.new_user('reader', 'account.group_account_readonly')
        bill = self.bill(self.staplers(), staplers='580.00')
        for user in (reader, self.biller, self.buyer, self.manager):
            with self.subTest(user.name):
                self.assertEqual(len(self.rows(bill, user)), 3)
                self.assertIn("was confirmed", bill.with_user(user).amazon_differences)
        for user in (reader, self.biller):  # core lets buyers read bills, but not open their form
            form = Form(bill.with_user(user))
            self.assertEqual(len(form.amazon_order_line_ids), 3)

    def test_taxes_without_a_purchase_tax_count_within_the_total(self):
        order = self.sent_order([item(price='10.00')], tax='2.00')
        self.invoice(order, invoice_line(1, 1, '9.00'), tax='1.80', net='10.80')
        bill = self.move()
        self.assertPosted(bill)
        self.assertEqual([row[-2:] for row in self.rows(bill)], [(9, -1), (1.8, 0)])
        self.assertFalse(self.differences(bill))

    def test_the_alert_stays_short(self):
        order = self.sent_order([
            item(asin=f'B{number:09}', auxiliary_id=f'1-2-3,{number}', price='10.00') for number in range(1, 21)])
        self.invoice(order, *(invoice_line(each, 1, '12.00') for each in range(1, 21)), net=240)
        sentences = self.differences(self.move()).split("\n")
        self.assertEqual(len(sentences), 6)
        self.assertEqual(sentences[-1], "16 more differences are on the page Amazon Order.")

    # === QUERIES === #

    def queries_of(self, lines):
        """Count the queries by which an accountant opens a bill of that many lines, each at a changed price."""
        order = self.sent_order([
            item(asin=f'B{number:09}', auxiliary_id=f'1-2-3,{number}', price='10.00', quantity='2')
            for number in range(1, lines + 1)])
        self.deliver(confirmation_xml(order, [
            (number, 2, status(quantity=2, price='11.00')) for number in range(1, lines + 1)]))
        number = f'INV-{lines}'
        self.invoice(
            order, *(invoice_line(each, 1, '12.00') for each in range(1, lines + 1)), net=12 * lines, invoice_id=number)
        bill_id = self.move(number).id
        self.begin_anew()
        before = self.env.cr.sql_log_count
        bill = self.env['account.move'].browse(bill_id).with_user(self.biller)
        result = bill.web_read({
            'amazon_differences': {}, 'amazon_order_count': {}, 'amazon_order_total': {}, 'amazon_order_billed': {},
            'amazon_order_difference': {}, 'amazon_order_line_ids': {'fields': {name: {} for name in (
                'name', 'amazon_cart_quantity', 'amazon_cart_price', 'amazon_confirmed_quantity', 'amazon_agreed_price',
                'qty_received', 'qty_invoiced', 'amazon_billed_amount', 'amazon_billed_difference')}}})
        self.assertEqual(
            [row['amazon_billed_difference'] for row in result[0]['amazon_order_line_ids']], [1.0] * lines)
        return self.env.cr.sql_log_count - before

    def test_a_bill_of_fifty_lines_takes_as_many_queries_as_one_of_two(self):
        self.group.receipt_policy = 'warn'
        self.queries_of(2)
        self.assertEqual(self.queries_of(50), self.queries_of(3))
