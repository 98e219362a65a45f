"""Amounts as Decimal, rounded as their currency rounds."""
from decimal import Decimal


def smallest_unit(currency):
    """Return the smallest amount of a currency.

    :param currency: the `res.currency`
    :rtype: Decimal
    """
    return Decimal(str(currency.rounding))


def rounded(amount, currency):
    """Round an amount as its currency rounds.

    :param Decimal | float amount: the amount
    :param currency: the `res.currency`
    :rtype: Decimal
    """
    return Decimal(str(currency.round(float(amount))))


def share_out(amount, weights, currency):
    """Share an amount out in proportion to weights, so that the shares add up to the amount.

    A share is the rounded running total less what was given before, so it is at most one smallest unit away from its
    exact part. `account.tax._distribute_delta_amount_smoothly` of core does not keep to that: it rounds each share
    before it looks at what is left, so the last ones can lack more than a unit (0.15 over ten equal weights: seven get
    0.02 and two get nothing). It also counts in decimal places, where a currency may round to 0.05, and drops the signs
    of weights.

    :param Decimal | float amount: the amount, rounded already
    :param dict weights: the weight of whatever gets a share; where they add up to nothing, all get the same
    :param currency: the `res.currency` of the amount
    :return: the shares, in the order of the weights
    :rtype: dict[object, Decimal]
    """
    amount = Decimal(str(amount))
    weights = {key: Decimal(str(weight)) for key, weight in weights.items()}
    whole = sum(weights.values(), Decimal())
    if not whole:
        weights, whole = dict.fromkeys(weights, Decimal(1)), Decimal(len(weights))
    weighed, given, shares = Decimal(), Decimal(), {}
    for key, weight in weights.items():
        weighed += weight
        shares[key] = rounded(amount * weighed / whole, currency) - given
        given += shares[key]
    return shares
