"""Orders and their rows on the page Reconciliation, as an accountant reads them."""
from lxml import etree

from odoo import fields
from odoo.tools import date_utils
from odoo.tools.safe_eval import safe_eval

from .booking_case import BookingCase

WHAT = ('approved', 'confirmed', 'received', 'charged', 'billed', 'refunded', 'paid')
LINE = {'number': 2, 'quantity': 1, 'total': 5.00}
COLUMNS = (
    'order_id', 'as_of', *WHAT, 'returned', 'invoiced', 'drafted', 'credited', 'credit_drafted', 'not_billed',
    'not_charged', 'to_accrue', 'to_receive', 'refund_due', 'sentence', 'currency_id')


def page_filters(env):
    """Read the filters of the page.

    :return: the domain by name
    :rtype: dict[str, list]
    """
    arch = etree.fromstring(env.ref('amazon_punchout.amazon_punchout_reconciliation_view_search').arch)
    names = {'context_today': lambda: fields.Date.context_today(env.user), 'relativedelta': date_utils.relativedelta}
    return {node.get('name'): safe_eval(node.get('domain'), names)
            for node in arch.iter('filter') if node.get('domain')}


class ReconciliationCase(BookingCase):
    """The rows of the page as an accountant reads them."""

    def row(self, order, as_of=False, user=None):
        """Find the row of an order."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env['amazon.punchout.reconciliation'].with_user(user or self.biller)
        return rows.with_context(amazon_as_of=as_of).search([('order_id', '=', order.id)])

    def sums(self, order, as_of=False):
        row = self.row(order, as_of)
        return tuple(row[name] for name in WHAT)

    def words(self, order, as_of=False):
        return (self.row(order, as_of).sentence or "").replace('\N{NO-BREAK SPACE}', " ")

    def found(self, order, as_of=False):
        """Say which filters of the page find an order."""
        row = self.row(order, as_of)
        return {name for name, domain in page_filters(self.env).items()
                if name not in ('card', 'recent') and row.search([*domain, ('id', '=', order.id)])}

    def book(self, order, amount, *lines, **values):
        """Book and post what Amazon charged.

        :return: the bill
        """
        return self.post(self.charge(order, amount, *lines, **values).bill_ids)
