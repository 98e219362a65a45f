"""Random orders and what Amazon sends about them, the same for the same seed."""
import itertools
import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from ..charts import Chart, Part, Rate
from .sums import Books, Line, cents, net_of

# A rate that no country has.
UNKNOWN = Rate((Part(Decimal(17)),), None)
FIRST_DAY = date(2026, 1, 1)
# What can be wrong with an invoice, each by more than the tolerance; `cents` is within it.
ERRORS = ('price', 'charge', 'currency', 'rate')


@dataclass
class Paper:
    """An invoice or a credit memo."""
    number: str
    lines: list[Line]
    date: str = ''
    original: str | None = None          # the invoice that it credits
    kind: str = 'invoice'                # or lines, header, return
    error: str | None = None

    @property
    def sign(self):
        return -1 if self.original else 1

    @property
    def total(self):
        return self.sign * sum(line.total for line in self.lines)

    @property
    def tax(self):
        """The VAT that can be claimed back."""
        return self.sign * sum(line.tax for line in self.lines if line.rate.is_recoverable)


@dataclass
class Story:
    """An order, in the order in which things happen."""
    name: str
    lines: list[Line]
    papers: list[Paper] = field(default_factory=list)
    returned: dict[int, int] = field(default_factory=dict)   # pieces by line, back from the stock

    def good(self):
        return [paper for paper in self.papers if paper.error in (None, 'cents')]

    def bad(self):
        return [paper for paper in self.papers if paper not in self.good()]

    def books(self):
        """Book all papers without an error, as an accountant would."""
        books = Books()
        for paper in self.good():
            books.bill(paper.lines, paper.sign)
        return books


class Writer:
    """Invents the stories of a chart."""

    def __init__(self, chart: Chart, seed: str):
        self.chart = chart
        self.random = random.Random(seed)
        self.seed = seed
        # Odoo takes bills of one day and one total for duplicates.
        self.days = itertools.count()

    def story(self):
        """Invent one order with its invoices and credits."""
        chance = self.random
        story = Story(f'{self.seed}-{chance.randrange(10 ** 9):09d}', self._lines())
        invoices = [
            Paper(f'{story.name}-I{number}', lines) for number, lines in enumerate(self._parts(story.lines), 1)]
        if chance.random() < 0.4:
            self._spoil(invoices[-1])
        credits = [
            paper for invoice in invoices if not invoice.error and chance.random() < 0.5
            and (paper := self._credit(story, invoice))]
        papers = [*invoices, *credits]
        chance.shuffle(papers)
        # What is wrong comes last: the invoices before it are right, whatever is compared in total.
        story.papers = sorted(papers, key=lambda paper: paper.error is not None)
        for paper in story.papers:
            paper.date = f'{FIRST_DAY + timedelta(days=next(self.days))}T00:00:00Z'
        return story

    # === THE CART === #

    def _lines(self):
        chance = self.random
        has_gross_prices = chance.random() < 0.4
        is_shipping_taxed = chance.random() < 0.7
        has_shipping = chance.random() < 0.5
        lines = []
        for number in range(1, chance.randint(1, 6) + 1):
            rate = self.chart.reduced if chance.random() < 0.25 else self.chart.standard
            price = self._amount(50, chance.choice((900, 5000, 25000)))
            line = Line(
                self.chart, number, chance.choice((1, 1, 2, 3, 5, 12)), price, rate,
                shipping=self._amount(199, 999) if has_shipping and chance.random() < 0.7 else Decimal(),
                is_shipping_taxed=is_shipping_taxed, asin=f'B0RANDOM{number:02d}')
            if has_gross_prices:
                line = replace(line, price=net_of(price, rate, self.chart.unit), gross=price)
            lines.append(line)
        return lines

    def _amount(self, least, most):
        """Give an amount between two numbers of cents; the yen's are rounded to ten."""
        amount = Decimal(self.random.randint(least, most))
        return amount // 10 * 10 if self.chart.unit == 1 else (amount / 100).quantize(self.chart.unit)

    # === INVOICES === #

    def _parts(self, lines):
        """Split the pieces of an order across one to three invoices; the shipping of a line is on its first one."""
        chance = self.random
        invoices = [[] for _ in range(chance.choice((1, 1, 2, 3)))]
        for line in lines:
            left, shipping = line.quantity, line.shipping
            for number, invoice in enumerate(invoices, 1):
                quantity = left if number == len(invoices) else chance.randint(0, left)
                if quantity:
                    part = replace(line, quantity=quantity, shipping=shipping)
                    if line.gross is None and chance.random() < 0.15:
                        percent = Decimal(chance.choice((3, 5, 10, 20)))
                        part = replace(part, discount=cents(part.net * percent / 100, self.chart.unit))
                    invoice.append(part)
                    left, shipping = left - quantity, Decimal()
        return [invoice for invoice in invoices if invoice]

    def _spoil(self, invoice):
        """Put an error into an invoice."""
        chance = self.random
        errors = [*ERRORS, 'cents']
        if not self.chart.standard.is_recoverable:
            errors.remove('rate')  # sales tax is a cost at any rate
        invoice.error = error = chance.choice(errors)
        at = chance.randrange(len(invoice.lines))
        line = invoice.lines[at]
        if error == 'price':
            line = replace(line, price=cents(line.price * Decimal('1.4') + 500 * self.chart.unit, self.chart.unit),
                           gross=None, discount=Decimal())
        elif error == 'rate':
            line = replace(line, rate=UNKNOWN, gross=None)
        elif error == 'cents':
            line = replace(line, price=line.price + self.chart.unit)
            if line.gross is not None:
                gross = line.gross + self.chart.unit
                line = replace(line, price=net_of(gross, line.rate, self.chart.unit), gross=gross)
        invoice.lines[at] = line

    # === CREDITS === #

    def _credit(self, story, invoice):
        """Credit an invoice as a whole, by lines, or for goods that went back.

        :return: the credit memo, or None
        """
        chance = self.random
        kind = chance.choice(('lines', 'header', 'return'))
        if kind == 'header':
            lines = list(invoice.lines)
        else:
            lines = [
                replace(line, quantity=chance.randint(1, line.quantity), shipping=Decimal())
                for line in invoice.lines if not line.discount and chance.random() < 0.6]
        if not lines:
            return None
        if kind == 'return':
            for line in lines:
                story.returned[line.number] = story.returned.get(line.number, 0) + line.quantity
        return Paper(f'{invoice.number}-C', lines, original=invoice.number, kind=kind)
