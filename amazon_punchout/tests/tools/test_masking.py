"""No secret is stored because an answer quotes it."""
from odoo.tests import BaseCase, tagged

from ...tools.masking import MASK, masked


@tagged('post_install', '-at_install')
class TestMasking(BaseCase):

    def test_each_secret_is_masked_in_the_same_way(self):
        self.assertEqual(masked("a secret and a cookie, a secret", 'secret', 'cookie'),
                         f"a {MASK} and a {MASK}, a {MASK}")

    def test_without_a_secret_nothing_is_masked(self):
        self.assertEqual(masked("wrong", '', None, False), "wrong")

    def test_what_postgresql_can_not_store_is_left_out(self):
        self.assertEqual(masked("a\0b"), "ab")
