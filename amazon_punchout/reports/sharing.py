"""Amounts shared out to the last cent, without an ORM: `tools/money.py` of the addon rounds by the same rule."""

from decimal import ROUND_HALF_UP, Decimal

from .values import decimals_of


def decimals_in(currency, amounts):
    """Return how many decimals shares of these amounts have: those of the currency, or more if the amounts have more.

    :param amounts: Decimals
    :rtype: int
    """
    return max(decimals_of(currency), *(-amount.normalize().as_tuple().exponent for amount in amounts), 0)


def share_out(amount, weights, decimals):
    """Share an amount out in proportion to weights, so that the shares add up to the amount.

    A share is the rounded running total less what was given before, so it is at most one smallest unit away from its
    exact part, and never more than its weight if all weights together are not less than the amount.

    :param Decimal amount: an amount with no more decimals than `decimals`
    :param list[Decimal] weights: where they add up to nothing, all get the same
    :return: the shares, in the order of the weights
    :rtype: list[Decimal]
    """
    unit = Decimal(1).scaleb(-decimals)
    whole = sum(weights, Decimal())
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    weighed, given, shares = Decimal(), Decimal(), []
    for weight in weights:
        weighed += weight
        share = (amount * weighed / whole).quantize(unit, ROUND_HALF_UP) - given
        given += share
        shares.append(share)
    return shares


def share_between(amounts, totals, decimals):
    """Share items out between the payments that paid them together.

    Each payment but the last takes its amount from what is left of the items, in proportion; the last takes the rest.
    So the shares of a payment add up to its amount, and those of an item to its total, both to the cent.

    :param list[Decimal] amounts: what each payment paid, together the sum of the totals
    :param list[Decimal] totals: what each item costs
    :return: for each payment its share of each item
    :rtype: list[list[Decimal]]
    """
    left, shares = list(totals), []
    for amount in amounts[:-1]:
        taken = share_out(amount, left, decimals) if sum(left, Decimal()) else [Decimal()] * len(left)
        left = [rest - part for rest, part in zip(left, taken, strict=True)]
        shares.append(taken)
    return [*shares, left]
