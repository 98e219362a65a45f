"""From where a request comes: one address or one network is one sender."""
from odoo.tests import BaseCase, tagged

from ...tools.senders import sender_address, sender_network


@tagged('post_install', '-at_install')
class TestSenders(BaseCase):

    def test_an_address_is_read_or_left_out(self):
        for remote, address, network in (
            ('203.0.113.7', '203.0.113.7', '203.0.113.7'),
            ('::ffff:203.0.113.7', '203.0.113.7', '203.0.113.7'),
            ('2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'),
            ('fe80::1%eth0', 'fe80::1', 'fe80::/64'),
            ('203.0.113.7, 10.0.0.1', '', ''),
            ('a\nline of its own', '', ''),
            ('', '', ''),
            (None, '', ''),
        ):
            with self.subTest(remote):
                self.assertEqual((sender_address(remote), sender_network(remote)), (address, network))
