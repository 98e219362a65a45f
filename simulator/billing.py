"""Make Amazon's invoices and credits."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from .cxml_elements import new_payload_id, now
from .errors import Impossible
from .portions import NOTHING, Portion, total
from .pricing import split

STANDARD, CREDIT_MEMO, LINE_LEVEL = 'standard', 'creditMemo', 'lineLevelCreditMemo'
PURPOSES = (STANDARD, CREDIT_MEMO, LINE_LEVEL)


@dataclass(frozen=True)
class InvoiceItem:
    order: object
    confirm_id: str
    portion: Portion
    returned: bool = False


@dataclass(frozen=True)
class Invoice:
    """An invoice or a credit, whose amounts are negative."""

    invoice_id: str
    payload_id: str
    purpose: str
    items: tuple[InvoiceItem, ...]
    made_at: datetime
    is_credit: bool = False
    # Stated once, at the end, although each line's share of it lowers the line's tax.
    header_discount: Decimal = NOTHING
    shipping_in_line: bool = False
    credited: 'Invoice | None' = None

    @property
    def portions(self):
        return [item.portion for item in self.items]


@dataclass(frozen=True)
class BillWish:
    """What to bill of a line: without a quantity, everything confirmed and not billed."""

    quantity: int | None = None
    price: Decimal | None = None
    discount: Decimal = NOTHING


@dataclass(frozen=True)
class CreditWish:
    """What to credit of a line: units at their price, or an amount before tax."""

    quantity: int | None = None
    amount: Decimal | None = None
    returned: bool = False


# === INVOICES === #

def invoice(order, wishes=None, shipping=None, discount=NOTHING, others=(), invoice_id='', shipping_in_line=False):
    """Bill what is confirmed.

    :param dict wishes: BillWish by line number; without any, all lines.
    :param Decimal shipping: an amount in place of that of the lines.
    :param Decimal discount: a discount on the whole invoice.
    :param others: other orders on the same invoice, billed in full.
    :rtype: Invoice
    """
    items = _billed(order, wishes)
    for other in others:
        items += _billed(other, None)
    if not items:
        raise Impossible('Everything that is confirmed has been billed.')
    unit = order.account.smallest_unit
    portions = [item.portion for item in items]
    if discount and any(portion.discount for portion in portions):
        raise Impossible('A discount is either on lines or on the whole invoice, not on both.')
    goods = [portion.goods for portion in portions]
    if discount > sum(goods):
        raise Impossible('The discount is higher than the value of the goods.')
    if shipping is not None:
        portions = [replace(portion, shipping=share)
                    for portion, share in zip(portions, split(shipping, goods, unit), strict=True)]
    if discount:
        portions = [replace(portion, discount=share)
                    for portion, share in zip(portions, split(discount, goods, unit), strict=True)]
    if shipping is not None or discount:
        portions = [portion.taxed_anew() for portion in portions]
    made = Invoice(
        invoice_id=invoice_id or _new_number(order.account), payload_id=new_payload_id(), purpose=STANDARD,
        items=tuple(replace(item, portion=portion) for item, portion in zip(items, portions, strict=True)),
        made_at=now(), header_discount=discount, shipping_in_line=shipping_in_line,
    )
    for each in (order, *others):
        each.fulfilment.invoices.append(_of_order(made, each))
    return made


def _billed(order, wishes):
    """List the items to bill, sorted by Amazon order; each belongs to one Amazon order."""
    rank = {amazon_order.confirm_id: i for i, amazon_order in enumerate(order.fulfilment.amazon_orders)}
    return sorted(_pieces(order, wishes), key=lambda item: rank[item.confirm_id])


def _pieces(order, wishes):
    fulfilment = order.fulfilment
    numbers = dict.fromkeys(line.line_number for line in order.request.lines)
    unknown = set(wishes or ()) - set(numbers)
    if unknown:
        raise Impossible(f'The order has no line {", ".join(sorted(unknown))}.')
    for number in numbers:
        if wishes is not None and number not in wishes:
            continue
        wish = wishes[number] if wishes else BillWish()
        possible = fulfilment.confirmed(number) - fulfilment.invoiced(number)
        wanted = possible if wish.quantity is None else wish.quantity
        if wanted > possible:
            raise Impossible(f'Line {number}: only {possible} units are confirmed and not billed.')
        passed_over, pieces = fulfilment.invoiced(number), []
        for amazon_order in fulfilment.amazon_orders:
            for portion in amazon_order.portions:
                if portion.line_number != number:
                    continue
                start = min(passed_over, portion.quantity)
                passed_over -= start
                quantity = min(wanted, portion.quantity - start)
                wanted -= quantity
                if quantity:
                    pieces.append((amazon_order.confirm_id, portion.part(start, quantity, wish.price)))
        yield from _with_discount(order, pieces, wish.discount)


def _with_discount(order, pieces, discount):
    portions = [portion for __, portion in pieces]
    if discount:
        shares = split(discount, [portion.goods for portion in portions], order.account.smallest_unit)
        portions = [replace(portion, discount=share).taxed_anew()
                    for portion, share in zip(portions, shares, strict=True)]
    for (confirm_id, __), portion in zip(pieces, portions, strict=True):
        yield InvoiceItem(order, confirm_id, portion)


# === CREDITS === #

def credit(order, wishes=None, shipping=NOTHING, purpose=LINE_LEVEL, invoice_id='', credit_id='', anyway=False):
    """Credit a part of an invoice, or all of it.

    :param dict wishes: CreditWish by line number; without any, the whole invoice with its shipping.
    :param shipping: shipping to credit in addition, before tax.
    :param str purpose: creditMemo has one amount, lineLevelCreditMemo lines, and standard negative lines.
    :param str invoice_id: the invoice; by default the order's last one.
    :param bool anyway: allow more than was billed.
    :rtype: Invoice
    """
    invoices = [i for i in order.fulfilment.invoices if not i.is_credit and invoice_id in ('', i.invoice_id)]
    if not invoices:
        raise Impossible(f'The order has no invoice {invoice_id}'.strip() + '.')
    billed = invoices[-1]
    if wishes is None and not shipping:
        portions = [(item, item.portion, False) for item in billed.items]
    else:
        portions = list(_given_back(billed, wishes or {}, purpose))
        if shipping:
            portions = _with_shipping(billed, portions, shipping, purpose)
    if not portions:
        raise Impossible('There is nothing to credit.')
    made = Invoice(
        invoice_id=credit_id or _new_number(order.account), payload_id=new_payload_id(), purpose=purpose,
        items=tuple(
            replace(item, portion=portion.negated(), returned=returned) for item, portion, returned in portions),
        made_at=now(), is_credit=True, credited=billed,
    )
    credits = [i for i in order.fulfilment.invoices if i.is_credit and i.credited is billed]
    if total(billed.portions) + total(made.portions) + sum(total(c.portions) for c in credits) < 0 and not anyway:
        raise Impossible(f'That is more than the remaining amount of invoice {billed.invoice_id}.')
    order.fulfilment.invoices.append(made)
    return made


def _given_back(billed, wishes, purpose):
    for number, wish in wishes.items():
        items = [item for item in billed.items if item.portion.line_number == number]
        if not items:
            raise Impossible(f'Invoice {billed.invoice_id} has no line {number}.')
        if wish.amount is not None:
            portion = replace(items[0].portion, quantity=1, unit_price=wish.amount, shipping=NOTHING, discount=NOTHING)
            yield items[0], portion.taxed_anew(), wish.returned
            continue
        wanted = sum(item.portion.quantity for item in items) if wish.quantity is None else wish.quantity
        for item in items:
            quantity = min(wanted, item.portion.quantity)
            wanted -= quantity
            if quantity:
                goods = replace(item.portion, shipping=NOTHING)
                if item.portion.shipping:
                    goods = goods.taxed_anew()
                yield item, goods.part(0, quantity), wish.returned
        if wanted:
            raise Impossible(f'Line {number}: the quantity exceeds that of invoice {billed.invoice_id} by {wanted}.')


def _with_shipping(billed, portions, shipping, purpose):
    """Add the shipping to the first line, or to a line without goods if the credit has one amount."""
    if not portions:
        if purpose != CREDIT_MEMO:
            raise Impossible(f'Shipping alone can only be credited with a {CREDIT_MEMO}.')
        first = billed.items[0]
        portions = [(first, replace(first.portion, quantity=0, discount=NOTHING), False)]
    item, portion, returned = portions[0]
    return [(item, replace(portion, shipping=shipping).taxed_anew(), returned), *portions[1:]]


def _new_number(account):
    return f'{account.country}-{secrets.randbelow(10**8):08d}'


def _of_order(made, order):
    """Return the part of an invoice that concerns one order."""
    return replace(made, items=tuple(item for item in made.items if item.order is order))
