"""The orders of a month: plain ones that a caller gives as JSON, or invented ones."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from ..books.records import MARKETS, Buyer, Line, Market, Parts
from ..catalogue import PRODUCTS
from ..pricing import split

CARD, INVOICE = 'card', 'invoice'
PAYS = (CARD, INVOICE)
DAYS = 28
MOST_LINES, MOST_PIECES = 4, 6


class BadOrder(ValueError):
    """An order that can't be read; its text says why."""


@dataclass(frozen=True)
class Group:
    """A group of an Amazon Business account, and the legal entity that it belongs to."""

    name: str
    company: str
    market: Market
    pays: str = CARD
    card: str = ''


@dataclass(frozen=True)
class Order:
    """An order as the purchasing system sent it."""

    number: str
    day: date
    group: Group
    buyer: Buyer
    lines: tuple[Line, ...]
    pays: str
    # The case that this order must become; empty: by chance.
    case: str = ''
    # Amazon's number of the order, if it is known already.
    ref: str = ''

    @property
    def total(self):
        return sum((line.parts for line in self.lines), Parts()).total


GROUPS = (
    Group('Works US', 'Example Works Inc.', MARKETS['US'], CARD, '4271'),
    Group('Labs US', 'Example Labs LLC', MARKETS['US'], INVOICE, '9035'),
    Group('Works DE', 'Example Works Inc.', MARKETS['DE'], CARD, '1188'),
    Group('Labs DE', 'Example Labs LLC', MARKETS['DE'], INVOICE, '5520'),
    # Its card is the American one: the statement has dollars.
    Group('Works JP', 'Example Works Inc.', MARKETS['JP'], CARD, '4271'),
)
# Of a hundred orders, as many are of each group.
_WEIGHTS = (36, 14, 24, 12, 14)
BUYERS = tuple(Buyer(name, f'{name.split()[0].lower()}@buyer.example') for name in (
    'Robin Example', 'Kim Sample', 'Alex Muster', 'Haruka Rei'))
_RATES = {'US': Decimal('0.0725'), 'DE': Decimal('0.19'), 'UK': Decimal('0.2'), 'JP': Decimal('0.1')}
_FEES = {'US': Decimal('6.99'), 'DE': Decimal('4.99'), 'UK': Decimal('4.49'), 'JP': Decimal('410')}
_CURRENCY_OF_PRICES = {'UK': 'EUR'}


def line_of(market, number, product, quantity, shipping=Decimal(0)):
    """Make a line of a product of the catalogue, with tax.

    :rtype: Line
    """
    price = product.prices[_CURRENCY_OF_PRICES.get(market.country, market.currency)]
    rate = _RATES[market.country]
    goods = price * quantity
    return Line(
        str(number), '', product.asin, ' '.join(product.title.split()), quantity, price,
        Parts(goods, shipping, ((goods + shipping) * rate).quantize(market.unit)), product.unspsc,
        product.seller or 'Amazon', product.brand, product.category, rate)


def invent(count, chance, start, groups=GROUPS):
    """Invent orders.

    :param random.Random chance: decides.
    :param date start: the first day of the month.
    :rtype: list[Order]
    """
    products = [product for product in PRODUCTS if product.in_stock]
    orders = []
    for index in range(count):
        group = chance.choices(groups, _WEIGHTS[:len(groups)])[0]
        market = group.market
        chosen = chance.sample(products, chance.randint(1, MOST_LINES))
        fees = split(_FEES[market.country] * (chance.random() < 0.5), [1] * len(chosen), market.unit)
        lines = tuple(
            line_of(market, number, product, chance.choice((1, 1, 2, 2, 3, 4, MOST_PIECES)), fee)
            for number, (product, fee) in enumerate(zip(chosen, fees, strict=True), start=1))
        orders.append(Order(
            f'P{index + 1:05d}', start + timedelta(days=index * DAYS // count), group, chance.choice(BUYERS), lines,
            group.pays))
    return orders


# === ORDERS OF A CALLER === #

def read(values, start):
    """Read the orders of a caller.

    Each is {number, lines: [{number, asin, title, quantity, price, shipping, tax, discount, unspsc, seller}]} and may
    have date, country, group, company, buyer {name, email}, card (last digits), pays, case and Amazon's own number as
    ref. Amounts are of the whole line, before tax but for `tax`; they are texts.

    :param date start: the day of orders that have none.
    :raises BadOrder: if one can't be read.
    :rtype: list[Order]
    """
    if not isinstance(values, list):
        raise BadOrder('The orders must be a list.')
    return [_read_order(value, start) for value in values]


def _read_order(value, start):
    try:
        number = value['number']
        market = MARKETS.get(value.get('country', 'US'))
        if market is None:
            raise BadOrder(f'Order {number}: the country must be one of {", ".join(MARKETS)}.')
        if value.get('currency', market.currency) != market.currency:
            raise BadOrder(f'Order {number}: the currency of {market.country} is {market.currency}.')
        pays = value.get('pays', CARD)
        if pays not in PAYS:
            raise BadOrder(f'Order {number}: pays must be one of {", ".join(PAYS)}.')
        buyer = value.get('buyer') or {}
        group = Group(value.get('group', f'Group {market.country}'), value.get('company', 'Example Works Inc.'), market,
                      pays, value.get('card', '4271'))
        day = date.fromisoformat(value['date'][:10]) if value.get('date') else start
        return Order(
            number, day, group, Buyer(buyer.get('name', BUYERS[0].name), buyer.get('email', BUYERS[0].email)),
            tuple(_read_line(line, market) for line in value['lines']), pays, value.get('case', ''),
            value.get('ref', ''))
    except (KeyError, TypeError, AttributeError, InvalidOperation, ValueError) as error:
        if isinstance(error, BadOrder):
            raise
        raise BadOrder(f'An order can\'t be read: {error!r} in {str(value)[:200]}') from error


def _read_line(value, market):
    def amount(name):
        return Decimal(str(value.get(name) or 0)).quantize(market.unit)

    quantity, price = int(value['quantity']), Decimal(str(value['price']))
    goods = (price * quantity).quantize(market.unit)
    net = goods + amount('shipping') - abs(amount('discount'))
    rate = value.get('tax_rate')
    return Line(
        str(value['number']), '', value['asin'], value.get('title', value['asin']), quantity, price,
        Parts(goods, amount('shipping'), amount('tax'), -abs(amount('discount'))), value.get('unspsc', ''),
        value.get('seller', 'Amazon'),
        tax_rate=Decimal(str(rate)) if rate is not None else _rate(market, net, amount('tax')))


def _rate(market, net, tax):
    """Find the rate of a tax: that of the marketplace, if it makes this tax, else about what the amounts say."""
    rate = _RATES[market.country]
    if abs(net * rate - tax) < market.unit:
        return rate
    return (tax / net).quantize(Decimal('0.001')) if net else None


def as_json(order):
    """Write an order as `read` takes it.

    :rtype: dict
    """
    return {
        'number': order.number, 'date': order.day.isoformat(), 'country': order.group.market.country,
        'currency': order.group.market.currency, 'group': order.group.name, 'company': order.group.company,
        'buyer': {'name': order.buyer.name, 'email': order.buyer.email}, 'card': order.group.card, 'pays': order.pays,
        'case': order.case, 'ref': order.ref, 'total': f'{order.total:f}',
        'lines': [{
            'number': line.number, 'asin': line.asin, 'title': line.title, 'quantity': line.quantity,
            'price': f'{line.unit_price:f}', 'shipping': f'{line.parts.shipping:f}', 'tax': f'{line.parts.tax:f}',
            'discount': f'{line.parts.discount:f}', 'unspsc': line.unspsc, 'seller': line.seller,
            'tax_rate': None if line.tax_rate is None else f'{line.tax_rate:f}',
        } for line in order.lines],
    }
