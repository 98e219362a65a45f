"""Open forms follow their order: who may read it is told that it changed, and nobody else."""
import json
from unittest.mock import MagicMock, patch

from odoo.tests import tagged

from ...const import CHANGED, CHANNEL
from ..common import answer
from ..companies_case import CompaniesCase
from ..cxml_builder import confirmation_xml, status


@tagged('post_install', '-at_install')
class TestFollow(CompaniesCase):

    def setUp(self):
        super().setUp()
        self.messages = self.env['bus.bus'].sudo()
        self.told()  # of what the set-up did

    def told(self):
        """Say which orders were told of since the last time, as each transaction ended.

        :return: the channel and the content of each message
        """
        last = getattr(self, 'last', 0)
        self.env.cr.precommit.run()
        self.last = self.messages._bus_last_id()
        told = []
        for message in self.messages.search([('id', '>', last)], order='id'):
            content = json.loads(message.message)
            if content['type'] == CHANGED:
                told.append((json.loads(message.channel)[1:], content['payload']))
        return told

    def channels(self, user, *texts):
        """Subscribe as a browser of a user does.

        :return: the orders that it follows
        """
        with patch('odoo.addons.bus.models.ir_websocket.wsrequest', new=MagicMock()):
            channels = self.env['ir.websocket'].with_user(user)._prepare_subscribe_data(texts, 0)['channels']
        self.assertFalse([channel for channel in channels if isinstance(channel, str) and CHANNEL in channel])
        return [channel for channel in channels if getattr(channel, '_name', "") == 'purchase.order']

    def test_each_step_tells_the_forms_of_the_order_once(self):
        order = self.make_order()
        expected = [(['purchase.order', order.id], {'id': order.id})]
        self.told()
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(self.told(), expected)
        self.send(answer())
        self.assertEqual(order.amazon_state, 'sent')
        self.assertIn(expected[0], self.told())
        self.deliver(confirmation_xml(order, [(1, 1, status(quantity=1))]))
        self.assertIn(expected[0], self.told())

    def test_a_refusal_tells_too(self):
        self.set_limit(5)
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        self.told()
        order.with_user(self.manager).button_cancel()
        self.assertEqual(self.told(), [(['purchase.order', order.id], {'id': order.id})])

    def test_the_state_is_told_even_if_the_chatter_fails(self):
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        self.told()
        request = order._amazon_request()
        request.state = 'sent'
        request._update_order_state()
        self.assertEqual(order.amazon_state, 'sent')
        self.assertEqual(self.told(), [(['purchase.order', order.id], {'id': order.id})])

    def test_nothing_is_told_of_plain_orders(self):
        order = self.env['purchase.order'].with_user(self.buyer).create({'partner_id': self.vendor.id})
        order.with_user(self.buyer).button_confirm()
        order.with_user(self.buyer).button_cancel()
        order._amazon_notify_forms()
        self.assertEqual(self.told(), [])

    def test_only_who_may_read_an_order_follows_it(self):
        ours, _second, theirs = self.three_orders()
        texts = [f'{CHANNEL}{order.id}' for order in (ours, theirs)]
        self.assertEqual(self.channels(self.buyer, *texts), [ours])
        self.assertEqual(self.channels(self.de_buyer, *texts), [theirs])
        self.assertEqual(self.channels(self.both, *texts), [ours, theirs])
        self.assertEqual(self.channels(self.new_user('office', 'base.group_user'), *texts), [])
        self.assertEqual(self.channels(self.env.ref('base.public_user'), *texts), [])

    def test_a_browser_can_name_no_order_in_another_way(self):
        order, _second, theirs = self.three_orders()
        plain = self.env['purchase.order'].create({'partner_id': self.vendor.id})
        texts = [f'{CHANNEL}{plain.id}', f'{CHANNEL}99999999999999999999', f'{CHANNEL}0', CHANNEL + "x"]
        with patch('odoo.addons.bus.models.ir_websocket.wsrequest', new=MagicMock()):
            channels = self.env['ir.websocket'].with_user(self.buyer)._prepare_subscribe_data(
                [*texts, f'purchase.order_{theirs.id}', f'{CHANNEL}{order.id}'], 0)['channels']
        self.assertEqual([each for each in channels if getattr(each, '_name', "") == 'purchase.order'], [order])
