"""What an accountant expects in the books, computed with pen and paper's arithmetic from the figures of a scenario.

Nothing here comes from the addon or from Odoo: amounts are Decimals, rates are the law's, and a half is rounded up.
"""
import functools
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from ..charts import Chart, Rate

# The names of the accounts by type, in the order in which they are shown.
TYPES = ('expense', 'stock', 'VAT', 'payable')


def cents(amount, unit):
    """Round half up to the smallest unit of a currency."""
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def net_of(gross, rate, unit):
    """Take the VAT out of a price; a half is rounded up to the tax office."""
    return gross - cents(gross * rate.percent / (100 + rate.percent), unit)


@dataclass(frozen=True)
class Line:
    """A line of a cart, as its price tag states it: net prices, VAT on top."""
    chart: Chart
    number: int
    quantity: int
    price: Decimal
    rate: Rate
    shipping: Decimal = Decimal()        # of the whole line, net
    discount: Decimal = Decimal()        # of the whole line, net
    is_shipping_taxed: bool = True
    gross: Decimal | None = None         # of a piece, where the shop's prices include VAT
    asin: str = ''

    @property
    def net(self):
        return self.price * self.quantity - self.discount

    @property
    def taxes(self):
        """The VAT of the goods, by part of the rate."""
        if self.gross is None:
            return self._on(self.net)
        # The shop takes the VAT out of the price of a piece.
        pieces = self._on(self.price) if len(self.rate.parts) > 1 else [self.gross - self.price]
        return [piece * self.quantity for piece in pieces]

    @property
    def shipping_taxes(self):
        """The VAT of the shipping, by part of the rate."""
        return self._on(self.shipping if self.is_shipping_taxed else Decimal())

    @property
    def tax(self):
        return sum(self.taxes + self.shipping_taxes, Decimal())

    @property
    def total(self):
        return self.net + self.shipping + self.tax

    def _on(self, amount):
        return [cents(amount * part.percent / 100, self.chart.unit) for part in self.rate.parts]


@dataclass
class Books:
    """Balances by type of account, and by grid of the tax report. Debits are above zero."""
    accounts: Counter = field(default_factory=Counter)
    grids: Counter = field(default_factory=Counter)

    def bill(self, lines, sign=1, account='expense', convert=None):
        """Book a bill, or with the sign −1 a credit.

        :param list[Line] lines: what is billed
        :param str account: where the goods are booked; shipping is an expense
        :param convert: a function to the company's currency; by default the amounts are in that
        """
        convert = convert or (lambda amount: amount)
        grids = functools.partial(lines[0].chart.grids, is_credit=sign < 0)
        tax_of_rates = Counter()
        for line in lines:
            for amount, taxes, where, is_taxed in (
                    (line.net, line.taxes, account, True),
                    (line.shipping, line.shipping_taxes, 'expense', line.is_shipping_taxed)):
                if not amount:
                    continue
                self._book(where, sign * convert(amount))
                for grid in grids(line.rate.base_grids) if is_taxed else ():
                    self.grids[grid] += sign * convert(amount)
                for part, tax in zip(line.rate.parts, taxes, strict=True):
                    tax_of_rates[line.rate.is_recoverable, part] += tax
        for (is_recoverable, part), tax in tax_of_rates.items():
            self._book('VAT' if is_recoverable else 'expense', sign * convert(tax))
            for grid in grids(part.grids):
                self.grids[grid] += sign * convert(tax)
        return self

    def _book(self, account, amount):
        self.accounts[account] += amount
        self.accounts['payable'] -= amount

    def lines(self):
        """Write the balances as docs/books.md shows them: those of the accounts, then those of the grids.

        :rtype: tuple[str, str]
        """
        return _text(self.accounts, TYPES), _text(self.grids, sorted(self.grids))


def _text(balances, names):
    return " · ".join(f"{name} {amount:f}" for name in names if (amount := balances[name]))
