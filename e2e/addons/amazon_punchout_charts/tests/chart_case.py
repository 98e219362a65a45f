"""A company with the chart of its country, a group of its marketplace, and the way of an order to its bills."""
import functools
import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

from odoo.fields import Command

from odoo.addons.amazon_punchout.tests.common import ORDER_URL, SECRET, SETUP_URL, answer
from odoo.addons.amazon_punchout.tests.message_case import MessageCase

from ..charts import CHARTS, SCENARIOS
from ..companies import address, company_name
from . import amazon
from .sums import Books, Line


def scenario(title):
    """Make a test of a story that returns the orders and the books that an accountant expects.

    What was expected and what is in the books goes into the file for docs/books.md, whether they agree or not.
    """
    assert title in SCENARIOS, title

    def decorate(story):
        @functools.wraps(story)
        def test(self):
            expected = got = ("", "")
            try:
                orders, books = story(self)
                expected, got = books.lines(), self.books(orders).lines()
                trouble = " ".join(self.held(orders))
            except Exception as error:
                trouble = f"{type(error).__name__}: {error}"
                raise
            finally:
                self.record(title, expected, got, trouble)
            self.assertEqual(got, expected, f"in the books: {got}; an accountant expects: {expected}")
            self.assertFalse(trouble)
        return test
    return decorate


class ChartCase(MessageCase):
    """The tests of one chart."""
    allow_inherited_tests_method = True  # of Odoo's loader: a class per chart inherits all tests
    chart_key = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chart = chart = CHARTS[cls.chart_key]
        cls.company = cls.env['res.company'].search([('name', '=', company_name(chart))])
        cls.currency = cls.company.currency_id
        cls.address = address(cls.env, chart)
        cls.vendor = cls.env['res.partner'].create({
            'name': f"Amazon {chart.name}", 'is_company': True, **cls.address})
        cls.users = {
            name: cls.new_user_of(f'{chart.key}{name}', groups, cls.company) for name, groups in (
                ('buyer', 'purchase.group_purchase_user'), ('manager', 'purchase.group_purchase_manager'),
                ('administrator', 'amazon_punchout.group_administrator'),
                ('accountant', 'account.group_account_invoice'))}
        cls.buyer, cls.administrator = cls.users['buyer'], cls.users['administrator']
        cls.accountant = cls.users['accountant']
        cls.group = cls.make_group(cls.company)

    @classmethod
    def new_user_of(cls, login, groups, company):
        user = cls.new_user(login, groups)
        user.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        return user

    @classmethod
    def make_group(cls, company, **vals):
        """Make a group that goes live, with the one choice of the setup: its tax rates."""
        warehouse = cls.env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        warehouse.partner_id = cls.env['res.partner'].create({'name': f"{company.name} dock", **cls.address})
        group = cls.env['amazon.punchout.group'].create({
            'name': company.name, 'company_id': company.id, 'partner_id': cls.vendor.id,
            'marketplace': cls.chart.marketplace, 'identity': company.name, 'shared_secret': SECRET,
            'setup_url': SETUP_URL, 'setup_test_url': False, 'order_url': ORDER_URL,
            'responsible_id': cls.administrator.id, 'warehouse_ids': [Command.set(warehouse.ids)],
            'bill_user_id': cls.accountant.id, 'confirmations_expected': True, 'post_matching_bills': True, **vals})
        cls.choose_taxes(group)
        group.state = 'test'
        group.state = 'active'
        return group

    @classmethod
    def choose_taxes(cls, group):
        """Choose the purchase taxes of the rates as the setup proposes them, without changing any."""
        group._propose_tax_rates()

    @classmethod
    def tax(cls, rate):
        """Return the tax of the chart for a rate."""
        return cls.env['account.chart.template'].with_company(cls.company).ref(rate.tax)

    # === THE LINES OF A STORY === #

    def money(self, amount):
        """Give an amount in the currency of the chart: the yen has no cents, so prices are a hundred times as high.

        :param str amount: in a currency with cents
        :rtype: Decimal
        """
        amount = Decimal(amount)
        return (amount * 100).quantize(self.chart.unit) if self.chart.unit == 1 else amount

    def goods(self, number, quantity, price, rate=None, **amounts):
        """Give a line of a cart, with net prices.

        :param str price: of a piece, as all amounts in a currency with cents
        :param Rate rate: by default the standard rate
        :param amounts: shipping, discount, gross
        """
        return Line(
            chart=self.chart, number=number, quantity=quantity, price=self.money(price),
            rate=rate or self.chart.standard, asin=f'B0{self.chart.key.upper()}BOOK{number:02d}',
            **{name: self.money(amount) for name, amount in amounts.items()})

    # === THE WAY OF AN ORDER === #

    def sent(self, lines, currency=None, group=None, buyer=None):
        """Shop, approve, send and receive what is confirmed.

        :return: the order as superuser
        """
        currency = currency or self.chart.currency
        order = self.make_order(
            amazon.items(lines), group=group or self.group, user=buyer or self.buyer,
            **amazon.cart_totals(lines, currency))
        self.assertEqual(Decimal(str(order.amount_total)), amazon.total(lines, 'total'), "the total of the order")
        order.with_user(buyer or self.buyer).button_confirm()
        self.send(answer())
        self.assertStands(order, 'sent')
        self.hand_in(order, amazon.confirmation(order, lines, currency))
        self.receive_goods(order)
        return order

    def bill(self, order, lines, currency=None, number=None, **values):
        """Have Amazon bill lines, or credit them.

        :return: the bill or credit
        """
        number = number or f'INV-{order.id}'
        document = self.hand_in(order, amazon.invoice(
            order, lines, currency or self.chart.currency, number=number, **values))
        return document.account_move_id

    def hand_in(self, order, raw):
        """Deliver a document, which Odoo must be able to process."""
        document = self.deliver(raw, group=order.amazon_group_id)
        self.assertEqual(document.state, 'processed', document.reason)
        return document

    # === THE BOOKS === #

    def moves(self, orders):
        """Return all bills and credits of orders."""
        lines = self.env['account.move.line'].search([
            '|', ('amazon_purchase_line_id.order_id', 'in', orders.ids), ('amazon_order_id', 'in', orders.ids)])
        return lines.move_id

    def books(self, orders):
        """Sum up the posted bills and credits of orders by type of account and by tax grid.

        :rtype: Books
        """
        books = Books(Counter(), Counter())
        for line in self.moves(orders).filtered(lambda move: move.state == 'posted').line_ids:
            balance = Decimal(str(line.balance)).quantize(self.chart.unit)
            books.accounts[self.type_of(line.account_id)] += balance
            for grid in line.tax_tag_ids.mapped('name'):
                books.grids[grid] += balance
        return books

    def type_of(self, account):
        if account.account_type == 'liability_payable':
            return 'payable'
        if account.account_type.startswith('expense'):
            return 'expense'
        return 'stock' if account == self.stock_account() else 'VAT'

    def stock_account(self):
        """Return the account of valued goods: that of the chart, else the one that a company has to choose."""
        return self.company.account_stock_valuation_id or self.env['account.chart.template'].with_company(
            self.company).ref(self.chart.stock_account)

    def held(self, orders):
        """Say of each bill that is not posted why.

        :rtype: list[str]
        """
        drafts = self.moves(orders).filtered(lambda move: move.state == 'draft')
        return [f"{move.ref}: " + " ".join(move.activity_ids.mapped(
            lambda activity: f"{activity.summary} {activity.note or ''}")) for move in drafts]

    def record(self, title, expected, got, trouble):
        """Write what docs/books.md shows of a scenario."""
        self.write_result(title, {
            'scenario': title, 'expected': expected, 'got': got, 'trouble': trouble,
            'agrees': expected == got and not trouble})

    def write_result(self, title, result):
        """Write a result into the folder that the variable LAB_CHARTS_RESULTS names."""
        if not (folder := os.environ.get('LAB_CHARTS_RESULTS')):
            return
        modules = self.env['ir.module.module'].search([('name', 'in', (self.chart.module, 'amazon_punchout'))])
        versions = {module.name: module.latest_version for module in modules}
        file = Path(folder) / f"{self.chart.key}-{title.replace(' ', '-').lower()}.json"
        file.write_text(json.dumps(
            {'chart': self.chart.key, 'versions': versions, **result}, ensure_ascii=False))
