"""A year of orders in two companies and three currencies: Amazon Spend has the sums that an accountant makes.

LAB_YEAR_ORDERS=40 plays a year of 40 orders a month instead of a few.
"""
import os
import tempfile
from decimal import Decimal
from pathlib import Path

from odoo import Command
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

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What the accountant does ends with commits, as scheduled actions do.
        cls.registry_enter_test_mode_cls()
        cls.env.flush_all()
        with cls.registry.cursor() as cr:
            cls.play(cls.env(cr=cr))
        cls.env.invalidate_all()
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
        cls.bill_outside(env, accountant)
        for move in accountant._moves().filtered(lambda move: move.state == 'draft').sorted('move_type'):
            move.with_user(accountant.person).with_company(move.company_id).action_post()
        accountant.book()
        accountant.post()
        return accountant.person

    @classmethod
    def bill_outside(cls, env, accountant):
        pass

    # === THE REPORT === #

    def report(self, measure, *words):
        """Read what the page shows when it is grouped.

        :rtype: dict
        """
        env = self.env(user=self.accountant.id, context={
            'allowed_company_ids': self.accountant.company_ids.ids, 'lang': 'en_US'})
        found = env['amazon.punchout.spend'].sudo(False)._read_group(
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

    def test_dump(self):
        import logging
        log = logging.getLogger('year').warning
        moves = self.env['account.move'].search([('amazon_group_id', '!=', False)])
        log("%s", {(m.state, m.move_type): 1 for m in moves})
        log("%s %s", len(moves), moves.filtered(lambda m: m.state == 'draft').mapped('amazon_differences'))
        charges = self.env['amazon.punchout.transaction'].search([])
        log("%s", [(c.state, c.problem) for c in charges if c.state not in ('booked', 'outside')])
        for measure, entries, stated in (
                ('spent', self.tables.expenses(), self.stated.bills()),
                ('ordered', self.tables.orders(), self.stated.ordered(TIMEZONE)),
                ('charged', self.stated.charges(), self.stated.charges()), ('outside', self.stated.outside(), self.stated.outside())):
            for words in ((), ('month', 'company', 'group'), *((w,) for w in WORDS)):
                for name, given, within in (('tables', entries, '0.00'), ('stated', stated, '0.5')):
                    try:
                        self.assert_same(measure, given, *words, within=Decimal(within))
                        log("OK %s %s %s %s", measure, words, name, len(given))
                    except AssertionError as e:
                        log("DIFF %s", str(e)[:1500])
