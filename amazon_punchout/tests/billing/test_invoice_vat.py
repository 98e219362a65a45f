"""VAT is on the bill as Amazon states it, or the bill waits for a person: it is never cost without a word."""
from odoo.fields import Command
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import header_credit_xml, invoice_line, item, tax_detail


class VatCase(BillCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.write({'marketplace': 'gb', 'post_matching_bills': True, 'setup_url': "https://amazon.example/setup"})
        cls.env['account.tax'].search([('type_tax_use', '=', 'purchase')]).active = False

    def one_line(self, quantity='1', price='100.00', tax='20.00', rate='20', details=None, **cart):
        """Make a sent order of one item."""
        details = details or [(rate, tax, 'subtotalTax')]
        return self.sent_order([item(price=price, quantity=quantity, tax=tax, details=details)], tax=tax, **cart)

    def bill(self, order, *lines, net, **values):
        self.invoice(order, *lines, net=net, **values)
        return self.move(values.get('invoice_id', 'INV-1'))

    def new_group_tax(self, *rates, compounded=False):
        """Make a group tax such as GST + PST."""
        children = self.env['account.tax'].union(*(
            self.new_tax(rate, type_tax_use='none', sequence=number, include_base_amount=compounded and not number)
            for number, rate in enumerate(rates)))
        return self.new_tax(0, amount_type='group', children_tax_ids=[Command.set(children.ids)])

    def new_reverse_charge(self, rate, **vals):
        lines = [Command.clear(), Command.create({'repartition_type': 'base', 'factor_percent': 100}),
                 Command.create({'repartition_type': 'tax', 'factor_percent': 100}),
                 Command.create({'repartition_type': 'tax', 'factor_percent': -100})]
        return self.new_tax(rate, invoice_repartition_line_ids=lines, refund_repartition_line_ids=lines, **vals)

    def row(self, rate, tax=None):
        return self.env['amazon.punchout.tax.rate'].create({
            'group_id': self.group.id, 'rate': rate, 'tax_id': tax.id if tax else False})

    def taxes_of(self, bill):
        """Return the amounts of the journal items of tax."""
        return {line.tax_line_id: line.amount_currency for line in bill.line_ids if line.tax_line_id}

    def assertHeld(self, bill, *words):
        """Check that a bill waits for a person, who reads these words."""
        self.assertEqual(bill.state, 'draft')
        activity = self.bill_activities(bill)
        self.assertEqual(len(activity), 1, self.said(bill))
        for word in words:
            self.assertIn(word, activity.note)

    def assertPosted(self, bill, untaxed, tax, total):
        self.assertEqual(bill.state, 'posted', self.said(bill))
        self.assertEqual(self.amounts(bill), (untaxed, tax, total))


@tagged('post_install', '-at_install')
class TestVatIsNeverCostInSilence(VatCase):

    def full(self, order, tax='20.00', rate='20', **values):
        line = invoice_line(1, 1, '100.00', tax=tax, tax_details=tax_detail(rate, tax) if rate else '')
        return self.bill(order, line, tax=tax, net=str(100 + float(tax)), **values)

    def test_several_taxes_of_the_rate_as_in_a_fresh_uk_chart(self):
        self.new_tax(20, name="20% G")
        self.new_tax(20, name="20% S")
        bill = self.full(self.one_line())
        self.assertHeld(bill, "20.00", "several purchase taxes of 20%", "20% G, 20% S", "Tax Rates", "Test group")
        self.assertEqual(self.amounts(bill), (120, 0, 120))

    def test_no_tax_of_the_rate(self):
        self.assertHeld(self.full(self.one_line()), "20.00", "no purchase tax of 20%", "part of the cost")

    def test_a_tax_without_a_rate(self):
        self.new_tax(20)
        self.assertHeld(self.full(self.one_line(), tax='19.00', rate=''), "19.00", "without a rate")

    def test_a_tax_that_is_not_what_the_rate_computes(self):
        self.new_tax(20)
        self.assertHeld(self.full(self.one_line(), tax='25.00'), "would be $&nbsp;20.00", "states $&nbsp;25.00")

    def test_a_tax_of_the_whole_invoice(self):
        order = self.one_line()
        bill = self.bill(order, invoice_line(1, 1, '100.00'), tax='20.00', tax_details=tax_detail('20', '20.00'),
                         net='120.00')
        self.assertHeld(bill, "no purchase tax of 20%")

    def test_no_tax_although_the_order_expects_it(self):
        self.new_tax(20)
        bill = self.bill(self.one_line(), invoice_line(1, 1, '100.00'), net='100.00')
        self.assertHeld(bill, "states no tax", "expects 20%")

    def test_sales_tax_of_the_united_states_is_cost(self):
        self.group.marketplace = 'us'
        bill = self.full(self.one_line())
        self.assertPosted(bill, 120, 0, 120)
        self.assertIn("separate line", self.said(bill))

    def test_a_rate_without_a_tax_in_the_table_is_part_of_the_cost(self):
        self.new_tax(20)
        self.row(20)
        bill = self.full(self.one_line())
        self.assertPosted(bill, 120, 0, 120)
        self.assertIn("part of the cost", self.said(bill))

    def test_a_company_that_reclaims_nothing_needs_no_rate(self):
        self.row(20)
        self.assertPosted(self.full(self.one_line(), rate=''), 120, 0, 120)

    def test_a_company_that_reclaims_the_standard_rate_decides_on_each_other_tax(self):
        """Rates that are part of the cost, such as 0% and a reduced one, say nothing about the standard rate."""
        self.row(0)
        self.row(5)
        self.assertHeld(self.full(self.one_line(), rate=''), "20.00")

    def test_a_row_with_a_tax_decides(self):
        tax = self.new_tax(20)
        self.new_tax(20)
        self.row(20, tax)
        bill = self.full(self.one_line())
        self.assertPosted(bill, 100, 20, 120)
        self.assertEqual(self.taxes_of(bill), {tax: 20})


@tagged('post_install', '-at_install')
class TestRounding(VatCase):

    def billed(self, quantity, price, tax, rate='19', state='posted', number='INV-1'):
        """Bill a line, and return the tax on its bill."""
        self.group.marketplace = 'de'
        order = self.one_line(str(quantity), price, tax, rate)
        net = round(quantity * float(price), 2)
        bill = self.bill(
            order, invoice_line(1, quantity, price, tax=tax, tax_details=tax_detail(rate, tax)), tax=tax,
            net=f'{net + float(tax):.2f}', invoice_id=number)
        self.assertEqual(bill.state, state, self.said(bill))
        self.assertEqual(order.amount_total, round(net + float(tax), 2))
        return bill.amount_tax

    def test_three_pieces_at_a_price_with_tax(self):
        """Three at 9.99: 9.99 × 19 / 119 = 1.595 of VAT each, rounded to 1.60."""
        self.new_tax(19)
        self.assertEqual(self.billed(3, '8.39', '4.80'), 4.8)
        order = self.env['purchase.order'].search([('amazon_group_id', '=', self.group.id)], limit=1)
        self.assertEqual((order.amount_tax, self.service_line(order, 'tax').price_unit), (4.78, 0.02))

    def test_half_a_cent_of_a_price_with_tax_makes_the_tax_more(self):
        """Three at 9.99 with 20%: 1.665 of VAT each. A seller rounds it up, or the price without it."""
        self.new_tax(20)
        self.assertEqual(self.billed(3, '8.32', '5.01', rate='20'), 5.01)

    def test_half_a_cent_of_a_price_with_tax_makes_the_price_more(self):
        self.new_tax(20)
        self.assertEqual(self.billed(3, '8.33', '4.98', rate='20'), 4.98)

    def test_pieces_rounded_by_themselves(self):
        self.new_tax(19)
        self.assertEqual(self.billed(3, '8.39', '4.77'), 4.77)  # 1.5941 each, rounded to 1.59

    def test_a_line_is_rounded_up_or_down(self):
        self.new_tax(19)
        self.assertEqual(self.billed(1, '100.03', '19.01', number='UP'), 19.01)  # 19.0057
        self.assertEqual(self.billed(1, '100.03', '19.00', number='DOWN'), 19)

    def test_a_whole_cent_is_too_much(self):
        self.new_tax(19)
        self.assertEqual(self.billed(1, '100.00', '19.01', state='draft'), 0)

    def test_a_cent_for_each_piece_is_too_much(self):
        self.new_tax(19)
        self.assertEqual(self.billed(3, '8.39', '4.83', state='draft'), 0)

    def test_yen_have_no_cents(self):
        self.env.ref('base.JPY').active = True
        self.env['res.currency.rate'].create({'currency_id': self.env.ref('base.JPY').id, 'rate': 150})
        self.group.marketplace = 'jp'
        tax = self.new_tax(8)
        order = self.one_line('1', '1185.00', '95.00', '8', currency='JPY')   # 94.8
        line = invoice_line(1, 1, '1185.00', currency='JPY', tax='95.00', tax_details=tax_detail('8', '95.00', 'JPY'))
        bill = self.bill(order, line, currency='JPY', tax='95.00', net='1280.00')
        self.assertPosted(bill, 1185, 95, 1280)
        self.assertEqual(self.taxes_of(bill), {tax: 95})


@tagged('post_install', '-at_install')
class TestGroupsOfTaxes(VatCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.marketplace = 'ca'

    def billed(self, details, net='112.00', tax='12.00'):
        stated = [tuple(each) + ('subtotalTax',) for each in details]
        order = self.one_line(tax=tax, details=stated)
        line = invoice_line(1, 1, '100.00', tax=tax, tax_details=''.join(tax_detail(*each) for each in details))
        return order, self.bill(order, line, tax=tax, net=net)

    def test_one_detail_for_each_part(self):
        tax = self.new_group_tax(5, 7)
        gst, pst = tax.children_tax_ids
        order, bill = self.billed([('5', '5.00'), ('7', '7.00')])
        self.assertEqual(order.order_line.tax_ids, tax)
        self.assertPosted(bill, 100, 12, 112)
        self.assertEqual(self.taxes_of(bill), {gst: 5, pst: 7})

    def test_one_detail_of_the_sum(self):
        tax = self.new_group_tax(5, 7)
        gst, pst = tax.children_tax_ids
        _order, bill = self.billed([('12', '12.00')])
        self.assertPosted(bill, 100, 12, 112)
        self.assertEqual(self.taxes_of(bill), {gst: 5, pst: 7})

    def test_each_part_is_claimed_as_stated(self):
        tax = self.new_group_tax(5, 9.975)
        gst, qst = tax.children_tax_ids
        _order, bill = self.billed([('5', '5.00'), ('9.975', '9.97')], '114.97', '14.97')   # 9.975, rounded down
        self.assertPosted(bill, 100, 14.97, 114.97)
        self.assertEqual(self.taxes_of(bill), {gst: 5, qst: 9.97})

    def test_a_credit_takes_each_part_back_as_it_was_claimed(self):
        """Three pieces of 6.29 have 3 × 0.31 and 3 × 0.63; 5% and 9.975% of 18.87 would be 0.94 and 1.88."""
        tax = self.new_group_tax(5, 9.975)
        gst, qst = tax.children_tax_ids
        details = [('5', '0.93'), ('9.975', '1.89')]
        order = self.one_line('3', '6.29', '2.82', details=[(*each, 'subtotalTax') for each in details])
        bill = self.bill(order, invoice_line(
            1, 3, '6.29', tax='2.82', tax_details=''.join(tax_detail(*each) for each in details)),
            tax='2.82', net='21.69')
        self.assertPosted(bill, 18.87, 2.82, 21.69)
        self.deliver(header_credit_xml(order, 'CR-1', '18.87', 'INV-1', tax='2.82'))
        self.assertPosted(self.move('CR-1'), 18.87, 2.82, 21.69)
        self.assertEqual(self.taxes_of(bill), {gst: 0.93, qst: 1.89})
        self.assertEqual(self.taxes_of(self.move('CR-1')), {gst: -0.93, qst: -1.89})

    def test_compounded_parts(self):
        tax = self.new_group_tax(5, 10, compounded=True)
        first, second = tax.children_tax_ids
        self.assertEqual(float(tax._amazon_rate()), 15.5)
        _order, bill = self.billed([('5', '5.00'), ('10', '10.50')], '115.50', '15.50')
        self.assertPosted(bill, 100, 15.5, 115.5)
        self.assertEqual(self.taxes_of(bill), {first: 5, second: 10.5})

    def test_parts_of_the_same_rate_as_in_india(self):
        tax = self.new_group_tax(9, 9)
        _order, bill = self.billed([('9', '9.00'), ('9', '9.00')], '118.00', '18.00')
        self.assertPosted(bill, 100, 18, 118)
        self.assertEqual(list(self.taxes_of(bill)), list(tax.children_tax_ids))

    def test_rates_that_no_group_covers(self):
        self.new_tax(5)
        self.new_tax(7)
        _order, bill = self.billed([('5', '5.00'), ('7', '7.00')])
        self.assertHeld(bill, "several rates (5%, 7%)")

    def test_a_provincial_tax_that_is_part_of_the_cost(self):
        gst = self.new_tax(5)
        self.row(7)
        _order, bill = self.billed([('5', '5.00'), ('7', '7.00')])
        self.assertPosted(bill, 107, 5, 112)
        self.assertEqual(self.taxes_of(bill), {gst: 5})

    def test_a_group_in_the_table(self):
        self.new_group_tax(5, 7)
        tax = self.new_group_tax(5, 7)
        self.assertEqual(self.row(12, tax).rate, 12)
        order, bill = self.billed([('5', '5.00'), ('7', '7.00')])
        self.assertEqual(order.order_line.tax_ids, tax)
        self.assertPosted(bill, 100, 12, 112)

    def test_a_tax_that_is_included_in_prices(self):
        tax = self.new_tax(12, price_include_override='tax_included')
        order, bill = self.billed([('12', '12.00')])
        self.assertFalse(order.order_line.tax_ids)
        self.assertIn("included in prices", self.said(order))
        self.assertPosted(bill, 100, 12, 112)
        self.assertEqual((self.taxes_of(bill), bill.invoice_line_ids.price_unit), ({tax: 12}, 112))

    def test_an_included_tax_with_a_cent_of_amazons(self):
        self.new_tax(19, price_include_override='tax_included')
        order = self.one_line('3', '8.39', '4.80', '19')
        line = invoice_line(1, 3, '8.39', tax='4.80', tax_details=tax_detail('19', '4.80'))
        self.assertPosted(self.bill(order, line, tax='4.80', net='29.97'), 25.17, 4.8, 29.97)
