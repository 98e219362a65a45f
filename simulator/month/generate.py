"""Make a month: play the cases, and write reports, answers, statements and the truth."""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ..books import answers, reports, sums
from ..books.ledger import Ledger
from ..books.numbers import Numbers
from ..books.records import CARD, GIFT_CARD, MARKETS, PART_NAMES, PAYMENT_CONFIRMED, Buyer, Instrument, Line, Parts
from ..books.reports import KINDS, old_style, plain_style, report
from . import orders as month_orders
from . import statement
from .cases import CASES, PLAIN, REASONS
from .orders import BUYERS, Group, line_of
from .stage import EVERYWHERE, Stage

START = date(2026, 9, 1)
# The early report is downloaded in the middle of the month, the others when everything that happens has happened.
DAYS_UNTIL_EARLY, DAYS_UNTIL_END = 14, 15
PAGE_SIZE = 50
COUNT = 300
UNMAPPED = Group('Field Office', 'Somebody Else Ltd.', MARKETS['US'], CARD, '0420')
PO_NUMBERS_OF_OTHERS = ('', '', '', 'for the workshop', 'MRO-4711')


class Month:
    """A month of orders, and what Amazon and the bank say about it.

    The same arguments give the same month.

    :param list[Order] orders: the orders; without any they are invented.
    :param int seed: decides everything that chance decides.
    :param int count: the number of orders to invent.
    """

    def __init__(self, orders=None, seed=1, count=COUNT, start=START):
        self.chance = random.Random(seed)
        self.seed = seed
        self.orders = orders if orders is not None else month_orders.invent(count, self.chance, start)
        self.ledger = Ledger(Numbers(self.chance))
        self.stage = Stage(self.ledger, self.chance)
        first = min((order.day for order in self.orders), default=start)
        last = max((order.day for order in self.orders), default=start)
        self.start, self.early = first, first + timedelta(DAYS_UNTIL_EARLY)
        self.until = last + timedelta(DAYS_UNTIL_END)
        for order, partner, case in self._cast():
            self._play(order, partner, case)
        self._buy_outside()
        self._finish()

    # === WHAT HAPPENS === #

    def _cast(self):
        """Give each order its case."""
        free = {order.number: order for order in self.orders}
        if len(free) != len(self.orders):
            raise month_orders.BadOrder('Two orders have the same number.')
        parts = []
        for order in self.orders:
            if order.case and order.number in free:
                parts.append(self._take(free, order, order.case))
        for name, case in CASES.items():
            for pays in case.pays:
                fitting = [order for order in free.values() if order.pays == pays and case.fits(order)]
                all_of_them = sum(order.pays == pays for order in self.orders)
                wanted = max(1, case.share * all_of_them // 100) if case.share else 0
                for order in self.chance.sample(fitting, min(wanted, len(fitting))):
                    if order.number in free:
                        parts.append(self._take(free, order, name))
        parts += [(order, None, PLAIN) for order in free.values()]
        rank = {order.number: i for i, order in enumerate(self.orders)}
        return sorted(parts, key=lambda part: rank[part[0].number])

    def _take(self, free, order, name):
        if name not in CASES:
            raise month_orders.BadOrder(f'Order {order.number}: the case must be one of {", ".join(CASES)}.')
        case = CASES[name]
        if order.pays not in case.pays or not case.fits(order):
            raise month_orders.BadOrder(f'Order {order.number} does not fit the case {name}.')
        del free[order.number]
        if not case.with_another:
            return order, None, name
        partner = next((other for other in free.values() if other.group == order.group and not other.case
                        and 0 <= (other.day - order.day).days <= 7), None)
        if partner is None:
            if order.case:
                raise month_orders.BadOrder(f'Order {order.number}: there is no other order for the case {name}.')
            return order, None, PLAIN
        del free[partner.number]
        return order, partner, name

    def _play(self, order, partner, case):
        self.stage.cases[order.number] = case
        if partner:
            self.stage.cases[partner.number] = case
            CASES[case].play(self.stage, order, partner)
        else:
            CASES[case].play(self.stage, order)

    def _buy_outside(self):
        """Buy past the purchasing system, charge fees, and use the number of an order for something else."""
        groups = list(dict.fromkeys(order.group for order in self.orders))
        if not groups:
            return
        numbers = iter(range(len(self.orders)))
        for index in range(max(3, len(self.orders) // 25)):
            group = groups[index % len(groups)]
            self.stage.outside += self._outside(group, self.chance.choice(PO_NUMBERS_OF_OTHERS), next(numbers, 0))
        self.stage.held += self._outside(UNMAPPED, '', 3)
        victim = next((order for order in self.orders if self.stage.cases[order.number] == PLAIN), None)
        if victim:
            charges = self._outside(victim.group, victim.number, (victim.day - self.start).days + 1)
            self.stage.doubt('number_of_another_order', EVERYWHERE, [victim.number], charges)
        for company in dict.fromkeys(group.company for group in groups):
            group = next(group for group in groups if group.company == company)
            amount = Decimal(179 if group.market.unit < 1 else 17900).quantize(group.market.unit)
            line = Line('', '', '', 'Business membership, one year', 1, amount, Parts(fees=amount))
            like = _Like(group, BUYERS[0])
            self.stage.fees.append(self.ledger.charge_fee(
                like, line, Instrument(CARD, group.card), self.start + timedelta(days=9)))

    def _outside(self, group, po_number, days):
        day = self.start + timedelta(days=1 + days % 24)
        product = self.chance.choice(month_orders.PRODUCTS)
        line = replace(line_of(group.market, '', product, self.chance.randint(1, 3)), asin=f'B0OUT{product.asin[5:]}',
                       title=f'{product.title} (outside)')
        buyer = self.chance.choice(BUYERS)
        purchase = self.ledger.sell(group.market, group.name, group.company, buyer, day, [line], po_number)
        purchase = self.ledger.set_status(purchase, day, PAYMENT_CONFIRMED)
        shipped = day + timedelta(days=2)
        pieces = self.ledger.ship(purchase, shipped).pieces
        number = self.ledger.invoice(pieces, shipped).number if group.market.has_vat else ''
        instrument = Instrument(CARD, group.card) if self.chance.random() < 0.8 else Instrument(GIFT_CARD)
        return [self.ledger.charge(pieces, instrument, shipped, settled_on=shipped + timedelta(days=1),
                                   invoice_number=number)]

    def _finish(self):
        for charge in self.stage.held:
            self.stage.doubt('unmapped_group', EVERYWHERE, [], [charge])
        self.sums = sums.of_purchases(self.ledger, self.until)
        self.countries = tuple(dict.fromkeys(
            purchase.market.country for purchase in self.ledger.contents.purchases.values()))
        self.regions = tuple(dict.fromkeys(MARKETS[country].region for country in self.countries))
        chance = random.Random(self.seed)
        self.statements = {
            f'{digits}-{currency}': statement.make(self.ledger.transactions(), digits, currency, self.until, chance)
            for digits, currency in self._cards()}

    def _cards(self):
        """Return each card with its currency: that of most orders that it pays."""
        used = {}
        for order in self.orders:
            if order.pays == CARD:
                used.setdefault(order.group.card, Counter())[order.group.market.currency] += 1
        return [(digits, counted.most_common(1)[0][0]) for digits, counted in sorted(used.items())]

    # === WHAT IS SAID ABOUT IT === #

    def report(self, kind, country, file_format='csv', day=None, style=None):
        """Make a report of a marketplace.

        :param date day: the day of the download; by default after everything.
        :rtype: bytes
        """
        return report(self.ledger, kind, country, day or self.until, file_format, style)

    def pages(self, name, region, size=PAGE_SIZE, shape=None):
        """Return the pages of an API.

        :param str name: transactions, or the name of a report of Reporting.
        :rtype: list[dict]
        """
        shape = shape or answers.Shape()
        countries = [country for country in self.countries if MARKETS[country].region == region]
        until = self.until + timedelta(days=1)
        make = {
            answers.TRANSACTIONS: lambda: answers.transactions(self.ledger, region, self.start, until, shape),
            answers.ORDERS: lambda: answers.order_reports(self.ledger, countries, self.until, shape),
            answers.ORDER_LINES: lambda: answers.order_line_reports(self.ledger, countries, shape),
            answers.SHIPMENTS: lambda: answers.shipment_reports(self.ledger, countries, self.until, shape),
            answers.SHIPMENT_LINES: lambda: answers.shipment_line_reports(self.ledger, countries, self.until, shape),
        }
        return answers.pages(make[name](), answers.KEYS[name], size, shape)

    def truth(self):
        """Return what a reader has to find, as values for JSON.

        :rtype: dict
        """
        transactions, references = self.ledger.transactions(), {}
        for version in self.ledger.contents.versions:
            references.setdefault(version.transaction_id, []).append(version.reference)
        return {
            'seed': self.seed, 'start': self.start.isoformat(), 'early': self.early.isoformat(),
            'until': self.until.isoformat(), 'groups': self._groups(),
            'orders': {order.number: self._order_truth(order) for order in self.orders},
            'amazon_orders': {ref: _texts(values) for ref, values in self.sums.items()},
            'transactions': {
                charge.transaction_id: self._transaction_truth(charge, references[charge.transaction_id])
                for charge in transactions},
            'documents': {document.number: _document_truth(document) for document in self.ledger.contents.documents},
            'outside': [charge.transaction_id for charge in self.stage.outside],
            'fees': [charge.transaction_id for charge in self.stage.fees],
            'ambiguous': [
                {'reason': doubt.reason, 'explanation': REASONS[doubt.reason], 'sources': doubt.sources,
                 'orders': doubt.orders, 'amazon_orders': doubt.refs, 'transactions': doubt.transactions}
                for doubt in self.stage.ambiguities],
            'paid': _texts(sums.of_instruments(charge for charge in transactions if charge.is_settled(self.until))),
            'statements': {
                card: [{'line': number, 'transaction': line.transaction_id or None, 'how': line.how}
                       for number, line in enumerate(lines, start=1)]
                for card, lines in self.statements.items()},
        }

    def _groups(self):
        groups = {order.group.name: order.group for order in self.orders}
        return [{'name': group.name, 'company': group.company, 'country': group.market.country,
                 'region': group.market.region, 'currency': group.market.currency, 'pays': group.pays,
                 'card': group.card} for group in groups.values()]

    def _order_truth(self, order):
        refs = self.stage.refs[order.number]
        total = {name: sum(self.sums[ref][name] for ref in refs) for name in (
            'net_total', 'charged', 'refunded', 'over_refunded', 'invoiced', 'credited')}
        paid = {}
        for ref in refs:
            for kind, amount in self.sums[ref]['paid'].items():
                paid[kind] = paid.get(kind, 0) + amount
        return {
            'case': self.stage.cases[order.number], 'group': order.group.name, 'company': order.group.company,
            'currency': order.group.market.currency, 'pays': order.pays, 'amazon_orders': refs,
            'status': self.sums[refs[0]]['status'], 'ordered': f'{order.total:f}', **_texts(total),
            'paid': _texts(paid),
            'transactions': list(dict.fromkeys(known for ref in refs for known in self.sums[ref]['transactions'])),
        }

    def _transaction_truth(self, charge, references):
        return {
            'kind': charge.kind, 'currency': charge.market.currency, 'amount': f'{charge.amount:f}',
            'date': charge.day.isoformat(), 'settled': charge.is_settled(self.until),
            'instrument': charge.instrument.kind, 'last_digits': charge.instrument.digits,
            'charge_identifier': charge.charge_identifier, 'invoice_number': charge.invoice_number or None,
            'statement_number': charge.statement_number or None, 'group': charge.group, 'company': charge.company,
            'amazon_orders': {ref: f'{charge.of(ref):f}' for ref in charge.refs},
            'payment_references': references,
        }

    def write(self, folder):
        """Write everything into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / 'truth.json', self.truth())
        _write_json(folder / 'orders.json', [month_orders.as_json(order) for order in self.orders])
        for country in self.countries:
            self._write_reports(folder / 'reports' / country, country)
        for region in self.regions:
            self._write_answers(folder / 'api' / region, region)
        (folder / 'statements').mkdir(exist_ok=True)
        for card, lines in self.statements.items():
            (folder / 'statements' / f'{card}.csv').write_bytes(statement.as_csv(lines))

    def _write_reports(self, folder, country):
        folder.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            for file_format in reports.FORMATS:
                for suffix, day, style in (('', self.until, None), ('-early', self.early, None),
                                           ('-plain', self.until, plain_style(country))):
                    (folder / f'{kind}{suffix}.{file_format}').write_bytes(
                        self.report(kind, country, file_format, day, style))
        (folder / 'orders-old.csv').write_bytes(self.report('orders', country, style=old_style(country)))

    def _write_answers(self, folder, region):
        folder.mkdir(parents=True, exist_ok=True)
        for name in answers.KEYS:
            for number, page in enumerate(self.pages(name, region), start=1):
                _write_json(folder / f'{name}-{number:03d}.json', page)
        shape = answers.Shape()
        documents = [doc for doc in self.ledger.contents.documents if doc.market.region == region]
        wanted = {(piece.ref, piece.line.item_id, piece.shipment_id) for doc in documents for piece in doc.pieces}
        _write_json(folder / 'invoices.json', {'invoiceDetailsByOrderLineItems': answers.invoices(
            self.ledger, region, [dict(zip(('orderId', 'orderLineItemId', 'shipmentId'), each, strict=True))
                                  for each in sorted(wanted)], shape)})
        _write_json(folder / 'paymentDetails.json', {'invoicePaymentDetails': answers.payment_details(
            self.ledger, region, {doc.number for doc in documents}, self.until, shape)})


class _Like:
    """What a charge without an order belongs to."""

    def __init__(self, group, buyer: Buyer):
        self.market, self.group, self.company, self.buyer = group.market, group.name, group.company, buyer


def _document_truth(document):
    """Return an invoice or a credit memo with its lines; a line without a quantity is an amount only."""
    return {
        'credit': document.is_credit, 'owed': document.is_owed, 'currency': document.market.currency,
        'date': document.issued_on.isoformat(), 'amount': _text(document.amount), 'credits': document.credits or None,
        'statement_number': document.statement_number or None, 'lines': [{
            'amazon_order': piece.ref, 'order': piece.purchase.po_number or None, 'line': piece.line.number or None,
            'quantity': piece.quantity, 'price': _text(piece.line.unit_price),
            'tax_rate': None if piece.line.tax_rate is None else _text(piece.line.tax_rate),
            **_texts({name: getattr(piece.parts, name) for name in PART_NAMES})} for piece in document.pieces]}


def _texts(values):
    """Return values with amounts as texts, since JSON has no decimals."""
    return {name: _text(value) if isinstance(value, Decimal) else _texts(value) if isinstance(value, dict) else value
            for name, value in values.items()}


def _text(amount):
    return f'{amount:f}'


def _write_json(path, value):
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + '\n')
