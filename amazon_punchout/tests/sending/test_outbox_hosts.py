"""Orders and shopping trips whose addresses lead to where Odoo may not connect: nothing leaves, and all is said."""
import contextlib
import socket
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tests.common import _super_send
from odoo.tools import mute_logger

from ..common import ORDER_URL, SECRET, SETUP_URL
from ..order_case import OrderCase

ALLOWED = 'amazon_punchout.allowed_networks'
HTTP_POST = 'odoo.addons.amazon_punchout.tools.http_post'


@tagged('post_install', '-at_install')
class TestOutboxHosts(OrderCase):

    @contextlib.contextmanager
    def connecting_nowhere(self, address='169.254.169.254'):
        """Resolve each host to one address, and note what would be connected to.

        :param str address: the answer of the resolver
        :return: the addresses that would have been connected to
        """
        tried = []

        def connect(_sock, address):
            tried.append(address)
            raise ConnectionRefusedError(111, "Connection refused")

        def resolve(_host, port, *_args, **_kwargs):
            return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, '', (address, port))]

        send = classmethod(lambda _case, session, prepared, /, **kwargs: _super_send(session, prepared, **kwargs))
        with patch.object(type(self), '_request_handler', send), patch('socket.getaddrinfo', resolve), \
                patch('socket.socket.connect', connect), mute_logger(HTTP_POST):
            yield tried

    def store_address(self, name, url):
        """Store an address that the form would not take."""
        self.env.flush_all()
        self.env.cr.execute(f'UPDATE amazon_punchout_group SET {name} = %s WHERE id = %s', [url, self.group.id])
        self.env.invalidate_all()

    def allow(self, networks):
        self.env['ir.config_parameter'].set_param(ALLOWED, networks)

    def assertWaits(self, order, words):
        """Assert that an order waits in the outbox and says why."""
        self.assertEqual(order.amazon_state, 'queued')
        request = self.requests(order)
        self.assertEqual((request.state, request.has_left, request.tries), ('queued', False, 1))
        self.assertTrue(request.next_try_at)
        self.assertIn(words, request.reason)

    def test_an_order_for_a_host_inside_waits_and_says_what_to_do(self):
        order = self.ordered()
        with self.connecting_nowhere() as tried:
            self.run_cron('amazon_punchout.ir_cron_send')
        self.assertEqual(tried, [])
        self.assertWaits(order, f"system parameter {ALLOWED}")
        self.assertNotIn("169.254", self.requests(order).reason, "names of hosts inside can't be looked up by this")
        for said in (self.chatter(order), order.amazon_status):
            self.assertRegex(said, "(?i)not sent( yet)?: .*Odoo may not connect to this host")
            self.assertNotIn("could not be reached", said, "it was not tried")
        self.send()
        self.assertEqual(order.amazon_state, 'queued', "it is tried again later")
        self.requests(order).next_try_at = False
        self.send()
        self.assertEqual(order.amazon_state, 'sent')

    def test_a_tested_connection_that_is_blocked_is_not_to_be_tried_again(self):
        with self.connecting_nowhere() as tried:
            said = self.group.with_user(self.administrator).action_test_connection()['params']['message']
        self.assertEqual(tried, [])
        self.assertIn("Nothing was sent to Amazon (", said)
        self.assertIn(f"system parameter {ALLOWED}", said)
        self.assertNotIn("Try again", said)

    def test_an_order_goes_where_a_system_administrator_allows_it(self):
        self.allow("10.0.0.0/8")
        self.ordered()
        with self.connecting_nowhere('10.1.2.3') as tried:
            self.run_cron('amazon_punchout.ir_cron_send')
        self.assertEqual(tried, [('10.1.2.3', 443)])

    def test_a_wrong_entry_allows_nothing(self):
        self.allow("10.0.0.0.0/8, all, *")
        self.ordered()
        with self.connecting_nowhere('10.1.2.3') as tried:
            self.run_cron('amazon_punchout.ir_cron_send')
        self.assertEqual(tried, [])

    def test_only_system_administrators_allow_networks(self):
        for user in (self.buyer, self.manager, self.administrator):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.env['ir.config_parameter'].with_user(user).set_param(ALLOWED, "0.0.0.0/0")
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.env['ir.config_parameter'].with_user(user).create({'key': ALLOWED + 'x', 'value': "0.0.0.0/0"})

    def test_the_addon_brings_no_exception(self):
        data = self.env['ir.model.data'].search([
            ('module', '=', 'amazon_punchout'), ('model', '=', 'ir.config_parameter')])
        keys = self.env['ir.config_parameter'].browse(data.mapped('res_id')).mapped('key')
        self.assertNotIn(ALLOWED, keys)
        self.assertEqual(self.env['amazon.punchout.group']._allowed_networks(), ())

    def test_an_order_whose_address_was_broken_behind_the_form_waits(self):
        """It was marked as being sent before the address was read, so it became unclear although nothing left."""
        for url in ('http://[::1/order', 'https://user:password@amazon.example/', 'https://a.example:port/', ''):
            with self.subTest(url):
                order = self.ordered()
                self.store_address('order_url', url)
                with self.connecting_nowhere() as tried:
                    self.run_cron('amazon_punchout.ir_cron_send')
                self.assertEqual(tried, [])
                self.assertWaits(order, "the web address is not valid")
                self.assertNotIn("password", self.requests(order).reason)
                self.requests(order).next_try_at = '2999-01-01'
                self.outbox().rests_until = False

    def test_shopping_and_the_test_of_the_connection_reach_nothing_inside(self):
        with self.connecting_nowhere() as tried:
            action = self.group.with_user(self.buyer)._punch_out()
            self.group.with_user(self.administrator).action_test_connection()
        self.assertEqual(tried, [])
        trip = self.env['amazon.punchout.session'].browse(action['res_id'])
        self.assertEqual(trip.state, 'failed')
        for problem in (trip.problem, self.group.connection_problem):
            self.assertIn(f"system parameter {ALLOWED}", problem)

    def test_a_shopping_trip_to_a_broken_address_fails_with_a_sentence(self):
        self.store_address('setup_url', 'http://[::1/punchout')
        with self.connecting_nowhere() as tried:
            action = self.group.with_user(self.buyer)._punch_out()
        self.assertEqual(tried, [])
        self.assertIn("the web address is not valid",
                      self.env['amazon.punchout.session'].browse(action['res_id']).problem)

    def test_addresses_are_checked_when_they_are_entered(self):
        group = self.group.with_user(self.administrator)
        labels = {'setup_url': "Punch-out Setup Address", 'setup_test_url': "Test Setup Address",
                  'order_url': "Purchase Order Request Address", 'base_url': "Our Public Address"}
        wrong = {
            'http://[::1/order': "no valid host name", 'https://': "no valid host name",
            'https://amazon.example:port/': "not a number from 1 to 65535",
            'https://user:password@amazon.example': "without them", 'https://amazon.example/ order': "a blank",
            'ftp://amazon.example': "starts with https://"}
        right = {'setup_url': SETUP_URL, 'setup_test_url': SETUP_URL, 'order_url': ORDER_URL,
                 'base_url': 'https://odoo.example.com'}
        for name, label in labels.items():
            for url, words in wrong.items():
                with self.subTest(name, url=url):
                    with self.assertRaisesRegex(ValidationError, f"Test group:\n{label}: .*{words}") as caught:
                        group.write({name: url})
                    self.assertNotIn("password@", str(caught.exception))
            group.write({name: right[name]})
        with self.assertRaisesRegex(ValidationError, "without \\? and #"):
            group.base_url = 'https://odoo.example.com/?db=production'
        group.base_url = 'https://odoo.example.com'
        with self.assertRaisesRegex(ValidationError, "Setup Address: .*\n.*Order Request Address: "):
            group.write({'setup_url': 'nowhere', 'order_url': 'nowhere'})
        group.write({'setup_url': SETUP_URL, 'order_url': ORDER_URL, 'base_url': 'http://localhost:8069'})

    def test_pasted_addresses_are_checked_too(self):
        pasted = f"From identity: Pasted1\nShared secret: {SECRET}\nPunchout setup URL: https://a:b@amazon.example/punchout"
        with self.assertRaisesRegex(ValidationError, "Setup Address: .*without them"), \
                Form(self.group.with_user(self.administrator)) as form:
            form.pasted = pasted
            self.assertEqual(form.identity, 'Pasted1')
