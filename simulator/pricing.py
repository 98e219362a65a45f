"""Price a cart: goods, shipping and tax by line, to the smallest unit of money."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from .catalogue import Product


@dataclass(frozen=True)
class TaxPart:
    """A part of a line's tax; one without a rate is an estimate, of which the cart states only the amount."""

    purpose: str
    rate: Decimal | None
    amount: Decimal


@dataclass(frozen=True)
class QuoteLine:
    product: Product
    quantity: int
    unit_price: Decimal
    shipping: Decimal
    tax_parts: tuple[TaxPart, ...]

    @property
    def goods(self):
        return self.quantity * self.unit_price

    @property
    def tax(self):
        return sum((part.amount for part in self.tax_parts), Decimal(0))


@dataclass(frozen=True)
class Quote:
    lines: tuple[QuoteLine, ...]

    @property
    def goods(self):
        return sum((line.goods for line in self.lines), Decimal(0))

    @property
    def shipping(self):
        return sum((line.shipping for line in self.lines), Decimal(0))

    @property
    def tax(self):
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self):
        return self.goods + self.shipping + self.tax


def quote(account, items, state):
    """Price a cart for one group.

    :param list items: (product, quantity) pairs.
    :param str state: the state of delivery, for the estimate in the US.
    :rtype: Quote
    """
    goods = [product.prices[account.currency] * quantity for product, quantity in items]
    fee = account.shipping_fee if sum(goods) < account.free_shipping_from else Decimal(0)
    shares = split(fee, goods, account.smallest_unit)
    return Quote(tuple(
        QuoteLine(
            product=product,
            quantity=quantity,
            unit_price=product.prices[account.currency],
            shipping=share,
            tax_parts=_tax_parts(account, product, line_goods, share, state),
        )
        for (product, quantity), line_goods, share in zip(items, goods, shares, strict=True)
    ))


def split(amount, weights, unit):
    """Split an amount by weight so that the shares add up to it; the largest remainders get the difference."""
    if not weights:
        return []
    exact = [amount * weight / sum(weights) for weight in weights]
    shares = [value.quantize(unit, ROUND_DOWN) for value in exact]
    coins = int((amount - sum(shares)) / unit)
    by_remainder = sorted(range(len(exact)), key=lambda i: exact[i] - shares[i], reverse=True)
    for index in by_remainder[:coins]:
        shares[index] += unit
    return shares


def tax_rate(account, product, state):
    """Return the rates of a line's goods and shipping, even if the cart states only an amount."""
    if account.standard_rate is None:
        return account.state_rates.get(state.upper(), Decimal(0))
    return account.reduced_rate if product.reduced_tax else account.standard_rate


def _tax_parts(account, product, goods, shipping, state):
    rate = tax_rate(account, product, state)
    if account.standard_rate is None:
        return (TaxPart('estimate', None, percent(goods + shipping, rate, account.smallest_unit)),)
    parts = [TaxPart('subtotalTax', rate, percent(goods, rate, account.smallest_unit))]
    if shipping:
        parts.append(TaxPart('shippingTax', rate, percent(shipping, rate, account.smallest_unit)))
    return tuple(parts)


def percent(amount, rate, unit):
    return (amount * rate / 100).quantize(unit, ROUND_HALF_UP)
