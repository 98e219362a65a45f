"""The cases of a month: each is a function that plays an order, and says which orders it fits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from ..books.records import CLOSED, Parts, Piece
from .orders import CARD, INVOICE
from .stage import EVERYWHERE, PLAIN_REPORT, REPORT, after, amount_only, cents, halves, some

PLAIN = 'plain'

# Why a person must decide.
REASONS = {
    'alike_payments': 'Two payments are alike, and the order sums to its net total with neither one nor both. It was '
                      'one charge that was stated again.',
    'items_do_not_sum': 'The items that are listed with the payment do not sum to it: a part never came.',
    'over_refund': 'More was refunded than charged. The excess has no bill that it could reduce.',
    'dearer_than_ordered': 'Amazon charged more than was ordered.',
    'number_of_another_order': 'Something bought outside has the number of an order, but not its items.',
    'unmapped_group': 'The group and the legal entity belong to no known company.',
}


@dataclass(frozen=True)
class Case:
    play: Callable
    # Of a hundred orders that are paid so, about as many are of this case.
    share: int
    pays: tuple[str, ...] = (CARD,)
    fits: Callable = lambda order: True
    # Another order of the same group goes with it.
    with_another: bool = False


CASES = {}


def case(share, **values):
    """Enter a function as a case under its own name."""
    def enter(play):
        CASES[play.__name__] = Case(play, share, **values)
        return play
    return enter


def has_units(order):
    return sum(line.quantity for line in order.lines) > 1


def has_one_line(order):
    return len(order.lines) == 1


def has_twin_units(order):
    """Tell whether two halves of an order cost the same, to the cent."""
    if not has_one_line(order) or order.lines[0].quantity % 2:
        return False
    line, unit = order.lines[0], order.group.market.unit
    return line.part(0, line.quantity // 2, unit) == line.part(line.quantity // 2, line.quantity // 2, unit)


def has_vat(order):
    return order.group.market.has_vat


# === CHARGES === #

@case(0, pays=(CARD, INVOICE))
def plain(stage, order):
    """Ship everything at once, and charge it once."""
    return stage.deliver(order, stage.sell(order))


@case(6, pays=(CARD, INVOICE), fits=has_units)
def split_charges(stage, order):
    """Ship and charge in two parts."""
    purchase = stage.sell(order)
    first, second = halves(purchase)
    return stage.deliver(order, purchase, 2, first), stage.deliver(order, purchase, 5, second)


@case(0, pays=(CARD, INVOICE), fits=has_units)
def half_shipped(stage, order):
    """Ship and charge one part; the other waits when the month ends."""
    purchase = stage.sell(order)
    return stage.deliver(order, purchase, 2, halves(purchase)[0])


@case(2, fits=has_twin_units)
def twin_charges(stage, order):
    """Charge one amount twice, really: the order sums to its net total with both."""
    purchase = stage.sell(order)
    half = {order_line.item_id: order_line.quantity // 2 for order_line in purchase.lines}
    return stage.deliver(order, purchase, 2, half), stage.deliver(order, purchase, 3, half)


@case(4, pays=(CARD, INVOICE), with_another=True)
def joint_charge(stage, order, other):
    """Charge two orders at once; with Pay by Invoice, invoice both at once."""
    pieces = ()
    for each in (order, other):
        purchase = stage.sell(each)
        pieces += stage.ledger.ship(purchase, max(after(purchase, 2), other.day)).pieces
    days = max(2, (max(order.day, other.day) - order.day).days + 2)
    return stage.charge(order, pieces, days)


@case(6)
def gift_card(stage, order):
    """Pay a part with a gift card or with rewards, and the rest with the card."""
    purchase = stage.sell(order)
    day = after(purchase, 2)
    pieces = stage.ledger.ship(purchase, day).pieces
    total = sum(piece.parts.total for piece in pieces)
    amount = (total * stage.chance.choice((20, 35, 60)) / 100).quantize(order.group.market.unit)
    number = stage.ledger.invoice(pieces, day).number if has_vat(order) else ''
    return stage.ledger.charge_twice(
        pieces, stage.balance(), amount, stage.instrument(order), day, settled_on=after(purchase, 3),
        invoice_number=number)


@case(5)
def restated(stage, order):
    """State a settlement again a day later: reports show both."""
    charge = plain(stage, order)
    return stage.ledger.restate(charge, after(charge.pieces[0].purchase, 4), beside=True)


@case(3)
def moved(stage, order):
    """State a settlement again a day later: reports show it under the new reference and day only."""
    charge = plain(stage, order)
    return stage.ledger.restate(charge, after(charge.pieces[0].purchase, 4), beside=False)


@case(2)
def changed(stage, order):
    """Charge an amount that becomes lower before it is final."""
    promoted = _promoted(order)
    purchase = stage.sell(order, promoted)
    day = after(purchase, 2)
    final = stage.ledger.ship(purchase, day).pieces
    full = tuple(replace(piece, parts=replace(piece.parts, discount=Decimal(0))) for piece in final)
    charge = stage.charge(order, full, 2)
    if charge.invoice_number:
        # The invoice states what was charged in the end.
        document = stage.ledger.contents.documents[-1]
        stage.ledger.contents.documents[-1] = replace(document, pieces=final)
    return stage.ledger.restate(charge, after(purchase, 5), beside=False, pieces=final)


@case(8, pays=(CARD, INVOICE))
def promotion(stage, order):
    """Give a discount that the order does not know."""
    return stage.deliver(order, stage.sell(order, _promoted(order)))


def _promoted(order):
    unit = order.group.market.unit
    return tuple(replace(line, parts=line.parts + Parts(
        discount=-(line.parts.goods / 20).quantize(unit))) for line in order.lines)


@case(3, fits=lambda order: has_vat(order) and has_units(order))
def shared_invoice(stage, order):
    """Charge two shipments, and invoice both at once."""
    purchase = stage.sell(order)
    number, charges, pieces = stage.ledger.numbers.invoice_number(purchase.market), [], ()
    for days, half in zip((2, 5), halves(purchase), strict=True):
        shipped = stage.ledger.ship(purchase, after(purchase, days), half).pieces
        charges.append(stage.charge(order, shipped, days, number))
        pieces += shipped
    stage.ledger.invoice(pieces, after(purchase, 5), number=number)
    return charges


# === REFUNDS === #

@case(5, pays=(CARD, INVOICE), fits=has_units)
def partial_refund(stage, order):
    """Take back one unit."""
    charge = plain(stage, order)
    return stage.refund(charge, [some(charge.pieces[0], 1)], 5)


@case(3, pays=(CARD, INVOICE))
def full_refund(stage, order):
    """Take back everything."""
    charge = plain(stage, order)
    return stage.refund(charge, charge.pieces, 6)


@case(2, pays=(CARD, INVOICE), fits=lambda order: order.lines[0].quantity > 1)
def twin_refunds(stage, order):
    """Take back two units of a line, each with a refund of one amount on one day."""
    charge = plain(stage, order)
    piece = charge.pieces[0]
    unit = some(piece, 1)
    if 2 * unit.parts.total > piece.parts.total:
        # A cent more than both units cost is another case: a person decides about it.
        unit = some(piece, 1, ROUND_FLOOR)
    return [stage.refund(charge, [unit], 5) for __ in range(2)]


@case(2)
def goodwill(stage, order):
    """Refund an amount for a late delivery; nothing is returned."""
    charge = plain(stage, order)
    return stage.refund(charge, [amount_only(charge.pieces[0], cents(order.group.market, 2))], 4, 'Late delivery',
                        returned=False)


@case(1)
def over_refund(stage, order):
    """Refund more than was charged."""
    charge = plain(stage, order)
    stage.refund(charge, charge.pieces, 5)
    excess = stage.refund(charge, [amount_only(charge.pieces[0], cents(order.group.market, 5))], 7, 'Goodwill',
                          over=True, returned=False)
    stage.doubt('over_refund', EVERYWHERE, [order.number], [excess])


# === WHAT IS NOT CHARGED === #

@case(3, pays=(CARD, INVOICE))
def cancelled(stage, order):
    """Cancel an order before it is shipped."""
    stage.cancel(stage.sell(order))


@case(3, pays=(CARD, INVOICE), fits=has_units)
def partly_cancelled(stage, order):
    """Cancel a part, and charge the rest."""
    purchase = stage.sell(order)
    kept, __ = halves(purchase)
    gone = {line.item_id: line.quantity - kept.get(line.item_id, 0) for line in purchase.lines}
    return stage.deliver(order, stage.ledger.cancel(purchase, after(purchase, 1), gone))


@case(2, pays=(CARD, INVOICE))
def pending(stage, order):
    """Leave an order waiting."""
    stage.wait(order)


@case(2)
def authorised(stage, order):
    """Authorise an amount that is not settled."""
    purchase = stage.sell(order)
    unit = order.group.market.unit
    pieces = tuple(_ordered(purchase, line, unit) for line in purchase.lines)
    return stage.ledger.charge(pieces, stage.instrument(order), after(purchase, 1))


# === WHAT A PERSON MUST DECIDE === #

@case(1, fits=lambda order: has_one_line(order) and order.lines[0].quantity > 2)
def alike_payments(stage, order):
    """Charge a part, state that again, and close the order without the rest: its net total is not corrected."""
    purchase = stage.sell(order)
    charge = stage.deliver(order, purchase, 2, {purchase.lines[0].item_id: 1})
    again = stage.ledger.restate(charge, after(purchase, 4), beside=True)
    stage.ledger.set_status(purchase, after(purchase, 5), CLOSED)
    stage.doubt('alike_payments', (PLAIN_REPORT,), [order.number], [again])


@case(1, fits=lambda order: has_one_line(order) and order.lines[0].quantity > 1)
def items_do_not_sum(stage, order):
    """List all items with a payment that is only for some of them, and close the order without the rest."""
    purchase = stage.sell(order)
    day, unit = after(purchase, 2), order.group.market.unit
    shipment = stage.ledger.ship(purchase, day, {purchase.lines[0].item_id: 1})
    stage.ledger.set_status(purchase, after(purchase, 5), CLOSED)
    number = stage.ledger.invoice(shipment.pieces, day).number if has_vat(order) else ''
    charge = stage.ledger.charge(
        shipment.pieces, stage.instrument(order), day, settled_on=after(purchase, 3), invoice_number=number,
        listed=(_ordered(purchase, purchase.lines[0], unit),))
    stage.doubt('items_do_not_sum', (PLAIN_REPORT, REPORT), [order.number], [charge])


@case(1, pays=(CARD, INVOICE))
def dearer(stage, order):
    """Charge more than was ordered."""
    unit = order.group.market.unit
    lines = []
    for line in order.lines:
        price = (line.unit_price * Decimal('1.1')).quantize(unit)
        dearer = replace(line.parts, goods=price * line.quantity)
        if line.tax_rate is not None:
            net = dearer.goods + dearer.shipping + dearer.discount
            dearer = replace(dearer, tax=(net * line.tax_rate).quantize(unit))
        lines.append(replace(line, unit_price=price, parts=dearer))
    charge = stage.deliver(order, stage.sell(order, tuple(lines)))
    stage.doubt('dearer_than_ordered', EVERYWHERE, [order.number], [charge])


def _ordered(purchase, line, unit):
    return Piece(purchase, line, line.quantity, line.part(0, line.quantity, unit))
