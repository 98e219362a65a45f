"""A year of orders in two companies and three currencies: Amazon Spend has the sums that an accountant makes.

LAB_YEAR_ORDERS=40 plays a year of 40 orders a month instead of a few.
"""
import os
import tempfile
from decimal import Decimal
from pathlib import Path

from odoo.addons.amazon_punchout.tests.common import AmazonCase

from e2e.month.accountant import Accountant
from e2e.year import story
from e2e.year.books import WORDS, Stated, Tables, add_up, rounded
from e2e.year.company import YearBooks
from lab.month import orders_of
from simulator.month.orders import read

SHORT = 3
PER_MONTH = int(os.environ.get("LAB_YEAR_ORDERS") or SHORT)
TIMEZONE = 'America/New_York'
MEASURES = ('spent', 'ordered', 'charged', 'outside')
# The fields of the report, by the words of the accountant.
FIELDS = {
    'month': 'date:month', 'company': 'company_id', 'group': 'group_id', 'category': 'segment', 'seller': 'seller',
    'requester': 'requester_id', 'location': 'warehouse_id'}
NAMES = {'requester': 'login'}


class TestYear(AmazonCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What the accountant does ends with commits, as scheduled actions do.
        cls.registry_enter_test_mode_cls()
        cls.env.flush_all()
        with cls.registry.cursor() as cr:
            cls.play(cls.env(cr=cr))
        cls.env.invalidate_all()
        cls.accountant = cls.env['res.users'].browse(cls.accountant.id)
        cls.tables = Tables(cls.env.cr, TIMEZONE)

    @classmethod
    def play(cls, env):
        """Order for a year, let Amazon charge and bill it, and book all of that."""
        groups, orders = story.orders(PER_MONTH)
        company = YearBooks(env, groups)
        by_name = {}
        for values in orders:
            order = company.order(values)
            kept = story.kept(values)
            if kept is not None:
                company.reject(order, kept)
            by_name[order.name] = {
                **values, 'requester': order.amazon_requester_id.login,
                'location': order.picking_type_id.warehouse_id.name}
        sent = [{**order, 'case': by_name[order['number']]['case']} for order in orders_of(
            env['purchase.order'].search([('name', 'in', list(by_name))], order='id'))]
        year = story.Year(read(sent, story.FIRST), story.SEED)
        cls.stated = Stated(year, by_name, company)
        cls.accountant = cls.keep_books(env, company, year)

    @classmethod
    def keep_books(cls, env, company, year):
        """Import what Amazon charged, receive its invoices, and post all bills.

        :return: the accountant
        """
        accountant = Accountant(env)
        accountant.person.tz = TIMEZONE
        with tempfile.TemporaryDirectory() as folder:
            for country in ('US', 'DE', 'JP'):
                for kind in ('orders', 'refunds'):
                    file = Path(folder) / country / f'{kind}.csv'
                    file.parent.mkdir(exist_ok=True)
                    file.write_bytes(year.report(kind, country))
                    list(accountant.read_reports(file))
        truth = year.truth()
        accountant.receive_documents(
            {number: document for number, document in truth['documents'].items() if document['owed']})
        accountant.post()
        for move in accountant._moves().filtered(lambda move: move.state == 'draft').sorted('move_type'):
            move.with_user(accountant.person).with_company(move.company_id).action_post()
        accountant.book()
        accountant.post()
        return accountant.person

    # === THE REPORT === #

    def report(self, measure, *words):
        """Read what the page shows when it is grouped.

        :rtype: dict
        """
        env = self.env(user=self.accountant.id, context={
            'allowed_company_ids': self.accountant.company_ids.ids, 'lang': 'en_US'})
        found = env['amazon.punchout.spend']._read_group(
            [], [FIELDS[word] for word in words], [f'{measure}:sum'])
        return {tuple(self.written(word, key) for word, key in zip(words, keys, strict=True)): amount
                for *keys, amount in found if rounded(amount)}

    def written(self, word, key):
        if word == 'month':
            return key.strftime('%Y-%m')
        return key or '' if isinstance(key, str) or not key else key.sudo()[NAMES.get(word, 'name')]

    def assert_same(self, measure, entries, *words, within=0):
        """Compare the report with the accountant's sums.

        :param within: a cent for so many entries may be lost by rounding
        """
        own, found = add_up(entries, *words), self.report(measure, *words)
        own = {key: rounded(amount) for key, amount in own.items() if rounded(amount)}
        self.assertTrue(own)
        wrong = {key: (own.get(key, 0), found.get(key, 0)) for key in {*own, *found}
                 if abs(own.get(key, 0) - rounded(found.get(key, 0))) > Decimal(within)}
        self.assertEqual(wrong, {}, f"{measure} by {words}")

    def check(self, measure, entries, within=0):
        """Compare a measure in all, by month, company and group, and by each word alone."""
        for words in ((), ('month', 'company', 'group'), *((word,) for word in WORDS)):
            # The parts of a tax are exact in the accountant's sums, and to the cent in the report.
            divided = Decimal('0.05') if measure == 'spent' and words in (('category',), ('seller',)) else 0
            with self.subTest(words=words):
                self.assert_same(measure, entries, *words, within=max(within, divided))

    def test_what_was_spent(self):
        self.check('spent', self.tables.expenses())

    def test_what_was_spent_is_what_amazon_stated(self):
        # Odoo rounds the tax of an invoice, and converts line by line.
        for words in (('month', 'company', 'group'), ('requester',), ('location',)):
            with self.subTest(words=words):
                self.assert_same('spent', self.stated.bills(), *words, within=Decimal('0.05'))

    def test_what_was_ordered(self):
        self.check('ordered', self.tables.orders())

    def test_what_was_charged(self):
        self.check('charged', self.stated.charges())

    def test_what_was_bought_outside(self):
        self.check('outside', self.stated.outside())

    def test_what_was_ordered_is_what_the_carts_say(self):
        # Odoo rounds each line, and the tax that it computes differs from the cart's by a cent at times.
        self.assert_same('ordered', self.stated.ordered(TIMEZONE), 'month', 'company', 'group', 'requester', 'location',
                         within=Decimal('0.05'))
