"""Charts of accounts × scenarios: each order comes as Amazon sends it, and ends in the books as its accountant says."""
from dataclasses import replace

from odoo.fields import Command
from odoo.tests import tagged

from ..charts import named
from . import amazon
from .chart_case import ChartCase, scenario
from .sums import Books, cents, net_of


class Scenarios(ChartCase):

    def test_the_setup_proposes_the_taxes_of_the_chart(self):
        """Nothing is left to choose, whatever number of taxes the chart has."""
        chosen = {row.rate: row.tax_id for row in self.group.tax_rate_ids}
        for rate in self.chart.rates:
            if rate.percent and rate.tax:
                self.assertEqual(chosen[float(rate.percent)], self.tax(rate))
        self.assertFalse(self.group._find_undecided_rates())

    @scenario("Whole order")
    def test_whole_order(self):
        lines = [self.goods(1, 3, '24.99'), self.goods(2, 1, '7.45')]
        order = self.sent(lines)
        self.bill(order, lines)
        return order, Books().bill(lines)

    @scenario("Mixed rates")
    def test_mixed_rates(self):
        lines = [self.goods(1, 3, '24.99'), self.goods(2, 2, '12.95', self.chart.reduced)]
        order = self.sent(lines)
        self.bill(order, lines)
        return order, Books().bill(lines)

    @scenario("Taxed shipping")
    def test_taxed_shipping(self):
        lines = [self.goods(1, 2, '24.99', shipping='4.99'),
                 self.goods(2, 1, '12.95', self.chart.reduced, shipping='2.49')]
        order = self.sent(lines)
        self.bill(order, lines)
        return order, Books().bill(lines)

    @scenario("Credit")
    def test_credit(self):
        """Amazon credits one order as a single sum, and one of two lines of another order."""
        lines = [self.goods(1, 3, '24.99'), self.goods(2, 2, '12.95', self.chart.reduced)]
        whole, part = self.sent(lines), self.sent(lines)
        self.bill(whole, lines, number='INV-A')
        # Odoo takes bills of one day and one total for duplicates.
        self.bill(part, lines, number='INV-B', invoice_date='2026-03-07T00:00:00Z')
        self.hand_in(whole, amazon.header_credit(whole, lines, self.chart.currency, 'CR-A', 'INV-A'))
        self.bill(part, lines[1:], number='CR-B', original='INV-B')
        return whole | part, Books().bill(lines).bill(lines, -1).bill(lines).bill(lines[1:], -1)

    @scenario("Refund")
    def test_refund(self):
        """Amazon announces by e-mail that it pays the price of one of three pieces back; an accountant records it."""
        lines = [self.goods(1, 3, '40.00'), self.goods(2, 1, '12.95', self.chart.reduced)]
        order = self.sent(lines)
        bill = self.bill(order, lines)
        piece = self.goods(1, 1, '40.00')
        action = self.record_refund(bill.with_user(self.accountant), 1, float(piece.total))
        credit = self.env['account.move'].browse(action['res_id']).with_user(self.accountant)
        credit.action_post()
        return order, Books().bill(lines).bill([piece], -1)

    @scenario("Return")
    def test_return(self):
        """Goods go back from the stock, and Amazon credits them."""
        lines = [self.goods(1, 3, '40.00'), self.goods(2, 1, '12.95', self.chart.reduced)]
        order = self.sent(lines)
        self.bill(order, lines, number='INV-C')
        self.send_back(order, 1, 1)
        piece = self.goods(1, 1, '40.00')
        self.bill(order, [piece], number='CR-C', original='INV-C', reason='return')
        line = self.line(order, 1)
        self.assertEqual((line.qty_received, line.qty_invoiced), (2, 2))
        return order, Books().bill(lines).bill([piece], -1)

    @scenario("Foreign currency")
    def test_foreign_currency(self):
        """A unit of the company's currency is worth 1.25 of the order's."""
        self.env['res.currency.rate'].create({
            'currency_id': self.env.ref(f'base.{self.chart.foreign}').id, 'company_id': self.company.id,
            'name': '2020-01-01', 'rate': 1.25})
        lines = [self.goods(1, 3, '25.00'), self.goods(2, 1, '12.50')]
        order = self.sent(lines, self.chart.foreign)
        self.bill(order, lines, self.chart.foreign)
        return order, Books().bill(lines, convert=lambda amount: cents(amount * 4 / 5, self.chart.unit))

    @scenario("Price-included taxes")
    def test_price_included(self):
        """The company's purchase taxes are included in prices."""
        copies = {}
        for row in self.group.tax_rate_ids:
            row.tax_id = self.included(row.tax_id, copies)
        lines = [self.goods(1, 3, '24.99'), self.goods(2, 2, '12.95', self.chart.reduced)]
        order = self.sent(lines)
        self.bill(order, lines)
        return order, Books().bill(lines)

    def included(self, tax, copies):
        """Copy a tax, and the parts of a group of taxes, as one that is included in prices.

        :param dict copies: the copies of other taxes, which may have the same parts
        """
        if tax not in copies:
            children = self.env['account.tax'].union(*(self.included(child, copies) for child in tax.children_tax_ids))
            copies[tax] = tax.copy({
                'name': f"{tax.name} included", 'price_include_override': 'tax_included',
                'children_tax_ids': [Command.set(children.ids)]})
        return copies[tax]

    @scenario("Prices with VAT")
    def test_prices_with_vat(self):
        """Three pieces cost 9.99 each with VAT, and Amazon takes the VAT out of the price of a piece."""
        gross = self.money('9.99')
        net = net_of(gross, self.chart.standard, self.chart.unit)
        lines = [replace(self.goods(1, 3, '9.99'), price=net, gross=gross)]
        order = self.sent(lines)
        self.bill(order, lines)
        return order, Books().bill(lines)

    @scenario("Branch of a company")
    def test_branch(self):
        branch = self.env['res.company'].create({
            'name': f"{self.company.name} branch", 'parent_id': self.company.id, **self.address})
        buyer = self.new_user_of(f'{self.chart.key}branchbuyer', 'purchase.group_purchase_user', branch)
        for user in (self.administrator, self.accountant):
            user.company_ids |= branch
        group = self.make_group(branch)
        lines = [self.goods(1, 3, '24.99'), self.goods(2, 2, '12.95', self.chart.reduced)]
        order = self.sent(lines, group=group, buyer=buyer)
        bill = self.bill(order, lines)
        self.assertEqual(bill.company_id, branch)
        return order, Books().bill(lines)

    @scenario("Perpetual valuation")
    def test_perpetual_valuation(self):
        """The items are products of the company's own, valued in the books when they are billed."""
        lines = [self.goods(1, 3, '24.99', shipping='4.99'), self.goods(2, 2, '12.95', self.chart.reduced)]
        category = self.env['product.category'].with_company(self.company).create({
            'name': "Valued", 'property_valuation': 'real_time', 'property_cost_method': 'average',
            'property_stock_valuation_account_id': self.stock_account().id})
        for line in lines:
            self.env['product.product'].with_company(self.company).create({
                'name': f"Product {line.number}", 'is_storable': True, 'categ_id': category.id, 'taxes_id': False,
                'supplier_taxes_id': False, 'seller_ids': [
                    Command.create({'partner_id': self.vendor.id, 'product_code': line.asin})]})
        self.group.item_policy = 'match'
        order = self.sent(lines)
        self.bill(order, lines)
        return order, Books().bill(lines, account='stock')


for _chart in named():
    _name = f'TestScenarios{_chart.key.upper()}'
    globals()[_name] = tagged('post_install', '-at_install')(
        type(_name, (Scenarios,), {'chart_key': _chart.key, '__module__': __name__}))
# Only the classes of the charts are tests.
del Scenarios
