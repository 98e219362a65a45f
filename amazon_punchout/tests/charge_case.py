"""What the tests of charges need: two companies whose groups have names at Amazon, and statements of charges."""
import base64
import datetime
from dataclasses import replace
from decimal import Decimal

from ..transactions import CARD, CHARGE, REFUND, OrderFacts, Statement, Transaction, TransactionLine
from .companies_case import CompaniesCase
from .cxml_builder import item

MONDAY, TUESDAY, FRIDAY = (datetime.date(2026, 3, day) for day in (2, 3, 6))
ORDER = '111-0000001-0000001'
OTHER_ORDER = '111-0000002-0000002'


def charge(amount='20.00', order=ORDER, number=None, **values):
    """Make a charge of one order as a whole; `lines` replaces that."""
    if 'lines' not in values:
        values['lines'] = (TransactionLine(
            order_ref=order, purchase_order_number=number, total=Decimal(amount), asin=values.pop('asin', None)),)
    return Transaction(
        kind=values.pop('kind', CHARGE), amount=Decimal(amount), currency=values.pop('currency', 'USD'),
        **{'date': MONDAY, 'instrument': CARD, 'last_digits': '1234', 'account_group': "Test group", **values})


def refund(amount='20.00', **values):
    """Make a refund."""
    return charge(amount, kind=REFUND, **values)


def part(order, amount, **values):
    """Make a line."""
    return TransactionLine(order_ref=order, total=Decimal(amount), **values)


def cost(order, total, **values):
    """Say what an order costs."""
    return OrderFacts(order_ref=order, currency='USD', net_total=Decimal(total), account_group="Test group", **values)


def again(stated, **values):
    """Change a charge."""
    return replace(stated, **values)


class ChargeCase(CompaniesCase):
    """The group Test group of the company and the group Berlin of the GmbH, and those who do invoicing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.new_user_of('accountant', 'account.group_account_invoice', cls.company)
        cls.de_accountant = cls.new_user_of('deaccountant', 'account.group_account_invoice', cls.gmbh)
        cls.chief = cls.new_user_of('chief', 'account.group_account_invoice', cls.company, cls.gmbh)
        cls.charges = cls.env['amazon.punchout.transaction']

    def state(self, *transactions, orders=(), kind='orders', source='report', **options):
        """Import a statement.

        :return: what became of it
        """
        reading = self.charges._import_statement(
            Statement(kind=kind, transactions=transactions, orders=orders), source, **options)
        self.env.flush_all()
        return reading

    def stated(self, **values):
        """Find all charges that are stored.

        :return: in the order in which they were stored
        """
        return self.charges.search([(name, '=', value) for name, value in values.items()], order='id')

    def books(self):
        """Say what is stored, whatever the order in which it came.

        :rtype: list[tuple]
        """
        return sorted((each.kind, each.amount, each.currency_id.name, each.amazon_order_ref or '', each.is_settled,
                       each.state, each.company_id.id or 0, each.instrument, each.last_digits or '',
                       each.transaction_ref or '', each.charge_identifier or '', len(each.line_ids))
                      for each in self.stated())

    def order_at_amazon(self):
        """Send an order of one item for 20.00.

        :return: the order, which Amazon has
        """
        return self.sent_order([item(price='20.00')])

    def upload(self, raw, user=None, name="report.csv"):
        """Upload a report as a person does.

        :return: the import as that person
        """
        user = user or self.accountant
        dialog = self.env['amazon.punchout.upload'].with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids)
        dialog = dialog.create({'file': base64.b64encode(raw), 'filename': name})
        return dialog.env['amazon.punchout.import'].browse(dialog.action_check()['res_id'])

    def assign(self, record, group, user=None):
        """Assign held charges, or the names in a report, to a group in the dialog.

        :param record: charges or an import
        """
        user = user or self.administrator
        action = record.with_user(user).action_assign()
        dialog = record.with_user(user).env[action['res_model']].with_context(**action['context']).create({})
        dialog.line_ids.group_id = group
        dialog.action_assign()
