"""Read the options of a request, from JSON or from a form, with errors for the user."""

from decimal import Decimal, InvalidOperation

from .errors import Impossible

MOST_PIECES = 999


class Options:
    """The options of one request; after reading them call done(), which raises for unknown ones."""

    def __init__(self, values, what='The options'):
        if not isinstance(values, dict):
            raise Impossible(f'{what} must be a JSON object.')
        self._values = values
        self._what = what
        self._read = set()

    def take(self, name, default=None):
        self._read.add(name)
        return self._values.get(name, default)

    def whole(self, name, default=None, lowest=0, highest=MOST_PIECES):
        value = self.take(name, default)
        if value is not default and (type(value) is not int or not lowest <= value <= highest):
            raise Impossible(f'{name} must be a whole number from {lowest} to {highest}.')
        return value

    def seconds(self, name, highest):
        value = self.take(name, 0)
        if type(value) not in (int, float) or not 0 <= value <= highest:
            raise Impossible(f'{name} must be a number from 0 to {highest}.')
        return value

    def flag(self, name, default=False):
        value = self.take(name, default)
        if type(value) is not bool:
            raise Impossible(f'{name} must be true or false.')
        return value

    def text(self, name, default='', choices=None):
        value = self.take(name, default)
        if value is not default and type(value) is not str:
            raise Impossible(f'{name} must be a string.')
        if choices and value is not default and value not in choices:
            raise Impossible(f'{name} must be one of {", ".join(choices)}.')
        return value

    def money(self, name, account, default=None):
        """Read an amount with no more decimals than the group's currency has."""
        value = self.take(name, default)
        return value if value is default else amount(value, name, account)

    def lines(self, read):
        """Read the options of each line, by line number.

        :param read: a function that converts the value of one line.
        :rtype: dict | None
        """
        lines = self.take('lines')
        if lines is not None and not isinstance(lines, dict):
            raise Impossible('lines must be an object whose keys are line numbers.')
        return None if lines is None else {number: read(value) for number, value in lines.items()}

    def done(self):
        unknown = self._values.keys() - self._read
        if unknown:
            raise Impossible(f'{self._what} have no {", ".join(sorted(map(str, unknown)))}.')


def amount(value, name, account):
    try:
        number = Decimal(str(value)) if type(value) in (str, int, float) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or number < 0:
        raise Impossible(f'{name} must be an amount, as a string.')
    if number != number.quantize(account.smallest_unit):
        raise Impossible(f'{name} has more decimals than {account.currency}.')
    return number


def pieces(value, name='quantity'):
    if type(value) is not int or not 0 <= value <= MOST_PIECES:
        raise Impossible(f'{name} must be a whole number from 0 to {MOST_PIECES}.')
    return value
