"""The cost of the rule on unclaimed carts: no query for each user who has one waiting."""
from odoo.tests import tagged

from ..cxml_builder import cart_xml, item
from ..punchin_case import PunchinCase


@tagged('post_install', '-at_install')
class TestQueriesOfUnclaimedCarts(PunchinCase):

    def hold(self, count):
        """Hold carts, each reserved for a member of its own."""
        for number in range(count):
            raw = cart_xml(f'cookie-{count}-{number}', [item()])
            cart, _problem = self.sessions._read_cart(raw)
            owner = self.new_user(f'owner{count}x{number}', 'purchase.group_purchase_user')
            self.sessions.sudo()._hold_cart(self.group, cart, raw, 'server', owner)

    def cost(self, step):
        """Count the queries of a step.

        :param step: called with the model as the buyer has it
        :return: the number of its queries
        """
        for _warm in range(2):
            self.begin_anew()
            sessions = self.sessions.with_env(self.env(user=self.buyer.id))
            before = self.env.cr.sql_log_count
            step(sessions)
            queries = self.env.cr.sql_log_count - before
        return queries

    def test_they_do_not_depend_on_how_many_people_have_a_cart(self):
        self.held_cart()
        counts = []
        for more in (2, 6, 12):
            self.hold(more)
            unclaimed = self.sessions.search([('state', '=', 'unclaimed')])
            search = self.cost(lambda sessions: self.assertEqual(len(sessions.search([])), 1))
            read = self.cost(lambda sessions, ids=unclaimed.ids: self.assertEqual(
                len(sessions.browse(ids)._filtered_access('read')), 1))
            counts.append((search, read))
        self.assertEqual(len(set(counts)), 1, counts)
