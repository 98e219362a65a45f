"""Numbers as text."""

# More decimals than any price has, and few enough for a float to hold them.
PRICE_DIGITS = 9


def plain(number):
    """Write a number without an exponent and without trailing zeros: 10, not 1E+1 and not 10.00.

    :param Decimal number: a quantity or a rate
    :rtype: str
    """
    return f'{number.normalize():f}'
