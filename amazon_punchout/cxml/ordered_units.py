"""Quantities and prices of messages in the units of the order: a supplier may count the pieces of ordered dozens."""

from dataclasses import replace
from fractions import Fraction

from .elements import Money


def in_unit(quantity, ratio):
    """Convert a quantity.

    :param Decimal quantity: of the stated unit
    :param Fraction ratio: how many ordered units one stated unit is
    :rtype: Decimal
    """
    return quantity if ratio == 1 else quantity * ratio.numerator / ratio.denominator


def in_ordered_units(notice, find_ratio):
    """Convert the items of a confirmation to the units of the order; its amounts stay.

    What can't be converted is left as it is and named in `unconverted`.

    :param Notice notice: a confirmation as it came
    :param find_ratio: takes a line number and a unit code or None, and returns how many ordered units one stated unit
        is, as a Fraction, or None if that is unknown
    :rtype: Notice
    """
    items, unconverted = [], []
    for item in notice.confirmation.items:
        converted = _converted(item, find_ratio)
        if converted is None:
            unconverted.append(item)
        items.append(converted or item)
    return replace(
        notice, confirmation=replace(notice.confirmation, items=tuple(items)), unconverted=tuple(unconverted))


def _converted(item, find_ratio):
    ratios = [find_ratio(item.line_number, status.unit_of_measure or item.unit_of_measure) for status in item.statuses]
    # Without a status, the quantity of the item is what the header is about; else it only repeats the order.
    whole = Fraction(1) if item.statuses else find_ratio(item.line_number, item.unit_of_measure)
    if None in (whole, *ratios):
        return None
    if whole == 1 and all(ratio == 1 for ratio in ratios):
        return item
    return replace(
        item, quantity=in_unit(item.quantity, whole),
        statuses=tuple(_converted_status(*pair) for pair in zip(item.statuses, ratios, strict=True)))


def _converted_status(status, ratio):
    price = status.unit_price
    return replace(
        status, quantity=in_unit(status.quantity, ratio),
        unit_price=price and Money(in_unit(price.amount, 1 / ratio), price.currency))
