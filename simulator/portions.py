"""Some units of an order line with their amounts: what is confirmed, billed and credited."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from .errors import Impossible
from .pricing import TaxPart, percent, tax_rate

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Portion:
    line_number: str
    asin: str
    title: str
    unit: str
    quantity: int
    unit_price: Decimal
    shipping: Decimal
    # The rates of goods and shipping; tax that is stated without a rate was computed with them too.
    rate: Decimal
    tax_parts: tuple[TaxPart, ...]
    smallest_unit: Decimal
    discount: Decimal = NOTHING

    @property
    def goods(self):
        """Return the value of the goods before the discount."""
        return self.quantity * self.unit_price

    @property
    def tax(self):
        return sum((part.amount for part in self.tax_parts), NOTHING)

    @property
    def total(self):
        return self.goods - self.discount + self.shipping + self.tax

    def part(self, start, quantity, unit_price=None):
        """Return some of the units, so that consecutive parts add up to the whole, to the smallest unit of money.

        :param int start: the number of units before it.
        :param unit_price: another price, which is taxed at the line's rate.
        :rtype: Portion
        """
        def share(amount):
            return self._up_to(amount, start + quantity) - self._up_to(amount, start)

        cut = replace(
            self, quantity=quantity, shipping=share(self.shipping), discount=share(self.discount),
            tax_parts=tuple(replace(part, amount=share(part.amount)) for part in self.tax_parts),
        )
        if unit_price is None or unit_price == self.unit_price:
            return cut
        return replace(cut, unit_price=unit_price).taxed_anew()

    def _up_to(self, amount, pieces):
        return (amount * pieces / self.quantity).quantize(self.smallest_unit, ROUND_HALF_UP)

    def taxed_anew(self):
        """Compute the tax again from the goods, the discount and the shipping, at the line's rate.

        :rtype: Portion
        """
        goods = self.goods - self.discount
        bases = {'subtotalTax': goods, 'shippingTax': self.shipping, 'estimate': goods + self.shipping}
        purposes = {part.purpose for part in self.tax_parts}
        if 'subtotalTax' in purposes and self.shipping:
            purposes.add('shippingTax')
        shown = None if 'estimate' in purposes else self.rate
        return replace(self, tax_parts=tuple(
            TaxPart(purpose, shown, percent(base, self.rate, self.smallest_unit))
            for purpose, base in bases.items() if purpose in purposes
        ))

    def negated(self):
        return replace(
            self, quantity=-self.quantity, shipping=-self.shipping, discount=-self.discount,
            tax_parts=tuple(replace(part, amount=-part.amount) for part in self.tax_parts),
        )


def whole_line(order, line):
    """Return an order line with the price, shipping and tax of its cart.

    Without a cart (no auxiliary id is known) it has the order's price, no shipping and no tax.

    :param simulator.orders.ReceivedOrder order: the order
    :param simulator.cxml_reader.OrderLine line: one of its lines
    :rtype: Portion
    """
    sold = {sale_line.auxiliary_id: sale_line.quoted for sale_line in order.sale.lines} if order.sale else {}
    quoted = sold.get(line.auxiliary_id)
    ship_to = order.sale.trip.request.ship_to if order.sale else None
    product = quoted.product if quoted else None
    return Portion(
        line_number=line.line_number,
        asin=line.asin,
        title=product.title.strip() if product else line.asin,
        unit=product.unit if product and product.unit else 'EA',
        quantity=int(line.quantity or 0),
        unit_price=quoted.unit_price if quoted else line.unit_price or NOTHING,
        shipping=quoted.shipping if quoted else NOTHING,
        rate=tax_rate(order.account, product, ship_to.state if ship_to else '') if product else NOTHING,
        tax_parts=quoted.tax_parts if quoted else (),
        smallest_unit=order.account.smallest_unit,
    )


def lines_of(order):
    """Return the order's lines, each as one portion, by line number."""
    return {line.line_number: whole_line(order, line) for line in order.request.lines}


def line_of(order, number):
    try:
        return lines_of(order)[number]
    except KeyError:
        raise Impossible(f'The order has no line {number}.') from None


def total(portions, what='total'):
    return sum((getattr(portion, what) for portion in portions), NOTHING)
