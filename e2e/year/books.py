"""An accountant's own sums of a year: from the journal items and orders by plain SQL, and from what Amazon stated.

They share nothing with the report's query. Each is a list of entries; an entry has an amount in the currency of its
company, and by what it can be grouped.
"""
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from .story import kept

CENT = Decimal('0.01')
WORDS = ('month', 'company', 'group', 'category', 'seller', 'requester', 'location')


@dataclass(frozen=True)
class Entry:
    amount: Decimal | Fraction
    month: str
    company: str
    group: str
    category: str = ''
    seller: str = ''
    requester: str = ''
    location: str = ''


def add_up(entries, *words):
    """Add entries up.

    :return: the sums by the words, without those that are zero
    :rtype: dict
    """
    sums = defaultdict(Fraction)
    for entry in entries:
        sums[tuple(getattr(entry, word) for word in words)] += Fraction(entry.amount)
    return {key: amount for key, amount in sums.items() if amount}


def exact(amount):
    """Read an amount as it is written; Odoo's cursor gives floats."""
    return Fraction(str(amount))


def rounded(amount):
    """Round to the cent, half away from zero."""
    if isinstance(amount, Fraction):
        amount = Decimal(amount.numerator) / Decimal(amount.denominator)
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def month_of(day):
    return day.strftime('%Y-%m')


# === FROM ODOO'S TABLES === #

# The item that a line of a bill is about: what it was ordered as.
ITEM = """
    COALESCE(LEFT(item.amazon_unspsc, 2), '') AS category, COALESCE(item.amazon_seller, '') AS seller,
    COALESCE(buyer.login, '') AS requester, COALESCE(place.name, '') AS location
"""
ITEM_JOINS = """
    LEFT JOIN purchase_order po ON po.id = {order}
    LEFT JOIN res_users buyer ON buyer.id = po.amazon_requester_id
    LEFT JOIN stock_picking_type kind ON kind.id = po.picking_type_id
    LEFT JOIN stock_warehouse place ON place.id = kind.warehouse_id
"""


class Tables:
    """Reads the tables; the cursor is one of Odoo's."""

    def __init__(self, cr, timezone):
        self.cr = cr
        self.timezone = ZoneInfo(timezone)

    def _rows(self, query):
        self.cr.execute(query)
        return self.cr.dictfetchall()

    def expenses(self):
        """Return what posted bills and credits have on accounts of expenses.

        Tax among it is divided among what it was computed from, exactly and not to the cent.
        """
        rows = self._rows(f"""
            SELECT line.id, line.move_id, line.balance, line.tax_line_id, move.date, company.name AS company,
                   amazon.name AS "group", ARRAY(
                       SELECT account_tax_id FROM account_move_line_account_tax_rel
                        WHERE account_move_line_id = line.id) AS taxes, {ITEM}
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_account account ON account.id = line.account_id
              JOIN res_company company ON company.id = move.company_id
              JOIN amazon_punchout_group amazon ON amazon.id = move.amazon_group_id
              LEFT JOIN purchase_order_line item
                ON item.id = COALESCE(line.amazon_purchase_line_id, line.purchase_line_id)
              {ITEM_JOINS.format(order="COALESCE(item.order_id, line.amazon_order_id)")}
             WHERE move.state = 'posted' AND account.account_type LIKE 'expense%'""")
        entries = []
        for row in rows:
            if not row['tax_line_id']:
                entries.append(self._entry(row, exact(row['balance'])))
                continue
            bases = [base for base in rows
                     if base['move_id'] == row['move_id'] and row['tax_line_id'] in base['taxes']]
            whole = sum(exact(base['balance']) for base in bases)
            entries += [self._entry(base, exact(row['balance']) * exact(base['balance']) / whole)
                        for base in bases]
        return entries

    def orders(self):
        """Return the lines of confirmed orders, each in the currency of the company, to the cent."""
        rows = self._rows(f"""
            SELECT item.price_subtotal, po.currency_rate, po.date_approve, company.name AS company,
                   amazon.name AS "group", {ITEM}
              FROM purchase_order_line item {ITEM_JOINS.format(order="item.order_id")}
              JOIN res_company company ON company.id = po.company_id
              JOIN amazon_punchout_group amazon ON amazon.id = po.amazon_group_id
             WHERE po.state = 'purchase'""")
        return [self._entry(
            {**row, 'date': row['date_approve'].replace(tzinfo=ZoneInfo('UTC')).astimezone(self.timezone)},
            rounded(exact(row['price_subtotal']) / exact(row['currency_rate']))) for row in rows]

    def _entry(self, row, amount):
        return Entry(amount, month_of(row['date']), *(row[word] for word in WORDS[1:]))


# === FROM WHAT AMAZON STATED === #

def _part(line, quantities):
    """Return which part of a line Amazon delivers: shipping and tax are shared out over its pieces."""
    if quantities is None:
        return Fraction(1)
    return Fraction(quantities.get(int(line['number']), 0), line['quantity'])


class Stated:
    """Reads the books of the simulator; amounts are converted by the table of rates that was given to Odoo.

    :param Year year: what Amazon did
    :param dict orders: our orders, as JSON has them, by the number that Odoo gave them
    :param YearBooks company: the rates, and which part of a tax comes back
    """

    def __init__(self, year, orders, company):
        self.year, self.orders, self.company = year, orders, company

    def charges(self):
        """Return what was charged for our orders, less refunds, item by item."""
        return [entry for charge, sign in self._settled() for piece in charge.pieces if piece.ref not in self._outside()
                for entry in [self._entry(charge, piece, charge.day, sign * piece.parts.total)]]

    def outside(self):
        """Return what was bought without an order, item by item."""
        return [self._entry(charge, piece, charge.day, sign * piece.parts.total)
                for charge, sign in self._settled() for piece in charge.pieces if piece.ref in self._outside()]

    def _settled(self):
        return [(charge, 1 if charge.kind == 'CHARGE' else -1) for charge in self.year.ledger.transactions()
                if charge.is_settled(self.year.until)]

    def _outside(self):
        return {ref for charge in self.year.stage.outside for ref in charge.refs}

    def bills(self):
        """Return what was billed, by invoice or by charge, less credits, without the part of the tax that comes back.
        """
        entries = []
        documents = [(document, document.issued_on, -1 if document.is_credit else 1)
                     for document in self.year.ledger.contents.documents if document.is_owed]
        charges = [(charge, charge.day, sign) for charge, sign in self._settled()
                   if charge.instrument.kind != 'invoice' and not self._outside() & set(charge.refs)]
        for paper, day, sign in documents + charges:
            lost = 1 - Decimal(self.company.recoverable.get(paper.group, 0)) / 100
            entries += [self._entry(paper, piece, day, sign * (
                piece.parts.total - piece.parts.tax + piece.parts.tax * lost)) for piece in paper.pieces]
        return entries

    def ordered(self, timezone):
        """Return what was ordered and not cancelled, with its shipping and with the tax that Odoo only estimates.

        :param str timezone: of the reader, who was a day behind when the orders were approved
        """
        entries = []
        for order in self.orders.values():
            quantities = kept(order)
            if quantities == {}:
                continue
            day = date.fromisoformat(order['date'])
            is_computed = order['group'] in self.company.taxed
            amount = sum(
                _part(line, quantities) * (
                    Fraction(line['price']) * line['quantity'] + Fraction(line['shipping'])
                    + (0 if is_computed else Fraction(line['tax'])))
                for line in order['lines'])
            entries.append(Entry(
                rounded(amount / Fraction(self.rate(order['company'], order['currency'], day))),
                month_of(datetime.fromisoformat(f"{order['date']}T03:30:00+00:00").astimezone(ZoneInfo(timezone))),
                order['company'], order['group'], '', '', order['requester'], order['location']))
        return entries

    def _entry(self, paper, piece, day, amount):
        order = self.orders.get(piece.purchase.po_number, {})
        company = order.get('company') or next(
            group['company'] for group in self.company.wanted if group['name'] == paper.group)
        return Entry(
            rounded(amount / self.rate(company, paper.market.currency, day)), month_of(day), company, paper.group,
            piece.line.unspsc[:2], piece.line.seller, order.get('requester', ''), order.get('location', ''))

    def rate(self, company, currency, day):
        """Return how many units of a currency one of the company's is."""
        own = self.company.currencies.get(company, 'USD')

        def units(name):
            if name == own == currency:
                return Decimal(1)
            rates = self.company.rates[name]
            if company in self.company.currencies:
                rates = self.company.own_rates.get(name, rates)
            known = [rate for since, rate in sorted(rates.items()) if date.fromisoformat(since) <= day]
            return Decimal(str(known[-1] if known else next(iter(rates.values()))))

        return units(currency) / units(own)
