"""Amounts are shared out so that the parts add up."""
import random
from decimal import Decimal

from odoo.tests import TransactionCase, tagged

from ...tools.money import rounded, share_out, smallest_unit


@tagged('post_install', '-at_install')
class TestMoney(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.env.ref('base.USD')
        cls.jpy = cls.env.ref('base.JPY')

    def shares(self, amount, *weights, currency=None):
        """Share an amount out, and check that the shares add up to it."""
        shares = share_out(amount, dict(enumerate(weights)), currency or self.usd)
        self.assertEqual(list(shares), list(range(len(weights))))
        self.assertEqual(sum(shares.values()), Decimal(str(amount)))
        return list(shares.values())

    def decimals(self, *amounts):
        return [Decimal(amount) for amount in amounts]

    def test_shares_are_in_proportion_to_the_weights(self):
        self.assertEqual(self.shares(Decimal('6.00'), 4.0, 0.0, 2.0), self.decimals('4', '0', '2'))
        self.assertEqual(self.shares(0.3, 1, 2), self.decimals('0.1', '0.2'))

    def test_cents_that_are_over_are_not_lost(self):
        self.assertEqual(self.shares(Decimal('10.00'), 1, 1, 1), self.decimals('3.33', '3.34', '3.33'))
        self.assertEqual(self.shares(Decimal('0.02'), 1, 1, 1), self.decimals('0.01', '0', '0.01'))

    def test_amounts_below_zero_are_shared_out_too(self):
        self.assertEqual(self.shares(Decimal('-7.00'), 20, 15), self.decimals('-4', '-3'))
        self.assertEqual(self.shares(Decimal('-0.01'), 1, 3), self.decimals('0', '-0.01'))

    def test_a_weight_below_zero_gets_a_share_of_the_other_sign(self):
        self.assertEqual(self.shares(Decimal('1.00'), 3, -1), self.decimals('1.5', '-0.5'))

    def test_weights_that_add_up_to_nothing_get_the_same(self):
        self.assertEqual(self.shares(Decimal('3.00'), 0, 0, 0), self.decimals('1', '1', '1'))
        self.assertEqual(self.shares(Decimal('1.00'), 2, -2), self.decimals('0.5', '0.5'))

    def test_a_single_weight_gets_all_and_no_amount_gives_nothing(self):
        self.assertEqual(self.shares(Decimal('9.99'), 7), self.decimals('9.99'))
        self.assertEqual(self.shares(0.0, 1, 2), self.decimals('0', '0'))

    def test_the_smallest_unit_is_the_currencys(self):
        self.assertEqual((smallest_unit(self.usd), smallest_unit(self.jpy)), (Decimal('0.01'), Decimal('1')))
        self.assertEqual(rounded(Decimal('2.675'), self.usd), Decimal('2.68'))
        self.assertEqual(self.shares(100, 1, 1, 1, currency=self.jpy), self.decimals('33', '34', '33'))
        rappen = self.env['res.currency'].create({'name': 'XFR', 'symbol': "Fr.", 'rounding': 0.05})
        self.assertEqual(self.shares(Decimal('1.00'), 1, 1, 1, currency=rappen), self.decimals('0.35', '0.3', '0.35'))

    def test_no_share_is_more_than_one_unit_away_from_its_exact_part(self):
        """This is why core's way of sharing is not used: there two of ten equal weights get nothing of 0.15."""
        self.assertEqual(set(self.shares(Decimal('0.15'), *[1] * 10)), set(self.decimals('0.01', '0.02')))
        dice = random.Random(20260301)
        for _each in range(200):
            amount = Decimal(dice.randint(-100000, 100000)) / 100
            parts = range(dice.randint(1, 12))
            weights = [dice.choice((0, dice.randint(1, 9), dice.random() * 1000)) for _part in parts]
            whole = sum(weights)
            for weight, share in zip(weights, self.shares(amount, *weights), strict=True):
                if whole:
                    self.assertLess(abs(float(share) - float(amount) * weight / whole), 0.01 + 1e-9)
