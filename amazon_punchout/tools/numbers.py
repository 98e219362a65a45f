"""Numbers as text."""
from decimal import Decimal

# More decimals than any price has, and few enough for a float to hold them.
PRICE_DIGITS = 9


# As many decimals of a quantity or a rate as people care about: those of floats have more.
MOST_DIGITS = 6


def plain(number):
    """Write a number without an exponent and without trailing zeros: 10, not 1E+1 and not 10.00.

    This is how it is stored. People read :func:`~.sentences.shown_number`.

    :param number: a quantity or a rate: a Decimal, a float or an integer
    :rtype: str
    """
    text = f'{round(Decimal(str(number)), MOST_DIGITS).normalize():f}'
    return '0' if text == '-0' else text
