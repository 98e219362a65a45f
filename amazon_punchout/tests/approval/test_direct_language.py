"""Why a cart was not ordered directly is read in the language of whoever reads it."""
from odoo.fields import Command
from odoo.tests import tagged

from ..cxml_builder import cart_xml, item
from ..language_case import LanguageCase
from ..order_case import OrderCase


@tagged('post_install', '-at_install')
class TestDirectLanguage(LanguageCase, OrderCase):

    def setUp(self):
        super().setUp()
        self.group.write({'flow': 'direct', 'direct_limit': 1000, 'direct_user_ids': [Command.set(self.buyer.ids)]})

    def test_an_order_above_the_limit(self):
        order = self.make_order([item(price='2345.00')])
        self.assertFollowsReader(order, 'amazon_direct_problem')
        self.assertIn("2.345,00", self.in_german(order).amazon_direct_problem)
        self.assertIn("2,345.00", order.amazon_direct_problem)

    def test_an_address_that_is_incomplete(self):
        trip = self.start_trip()
        self.warehouse.partner_id.write({'street': False, 'city': False})
        session, _taken = self.receive(trip[1], cart_xml(trip[1], [item()]))
        order = session.purchase_order_id
        self.assertFollowsReader(order, 'amazon_direct_problem', self.warehouse.name)
