"""Numbers as text."""


def plain(number):
    """:param Decimal number: a quantity or a rate
    :return: it without an exponent and without zeros that say nothing: 10, not 1E+1 and not 10.00
    :rtype: str
    """
    return f'{number.normalize():f}'
