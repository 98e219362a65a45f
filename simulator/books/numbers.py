"""The numbers that Amazon gives, made of chance: a seeded one repeats them."""

_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'


class Numbers:
    """Each number once.

    :param random.Random chance: where they come from.
    """

    def __init__(self, chance):
        self._chance = chance
        self._given = set()

    def order_ref(self, market):
        return self._once(lambda: f'{market.order_start}-{self._digits(7)}-{self._digits(7)}')

    def item_id(self):
        return self._once(lambda: self._digits(14))

    def shipment_id(self):
        return self._once(lambda: f'D{self._letters(8)}')

    def tracking(self):
        return self._once(lambda: f'TBA{self._digits(12)}')

    def transaction_id(self):
        return self._once(lambda: f'{self._chance.getrandbits(128):032x}')

    def charge_identifier(self):
        return self._once(lambda: self._letters(9))

    def payment_reference(self):
        return self._once(lambda: self._letters(16))

    def invoice_number(self, market, is_credit=False):
        """Make a number as the marketplace does: in Japan it ends with the kind of document."""
        if market.country == 'JP':
            return self._once(lambda: f'JP{self._letters(9)}{"C" if is_credit else "I"}')
        return self._once(lambda: f'1{self._letters(3)}-{self._letters(4)}-{self._digits(4)}')

    def statement_number(self):
        return self._once(lambda: self._digits(10))

    def _once(self, make):
        number = make()
        while number in self._given:
            number = make()
        self._given.add(number)
        return number

    def _digits(self, count):
        return ''.join(self._chance.choice('0123456789') for _ in range(count))

    def _letters(self, count):
        return ''.join(self._chance.choice(_LETTERS) for _ in range(count))
