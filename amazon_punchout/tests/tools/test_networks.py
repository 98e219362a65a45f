"""The addresses that Odoo may connect to. Nothing here resolves a name or opens a connection."""
from odoo.tests import BaseCase, tagged

from ...tools.networks import may_connect, read_networks

PUBLIC = (
    '8.8.8.8', '1.1.1.1', '100.63.255.255', '100.128.0.0', '172.15.0.1', '172.32.0.1', '192.0.1.1', '198.17.0.1',
    '198.20.0.1', '223.255.255.255', '2001:4860:4860::8888', '2606:4700::1111', '2a00::1',
    '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2001:200::1')
FORBIDDEN = {
    'loopback': ('127.0.0.1', '127.255.255.254', '::1'),
    'unspecified': ('0.0.0.0', '0.1.2.3', '::'),
    'link-local': ('169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'),
    'private': ('10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd00:ec2::254', 'fec0::1'),
    'shared by providers': ('100.64.0.1', '100.127.255.255'),
    'multicast': ('224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'),
    'reserved': ('240.0.0.1', '255.255.255.255', '192.0.0.9', '192.0.0.192', '192.88.99.1', '4000::1', '5f00::1',
                 '100::1', 'e000::1'),
    'documentation and tests': ('192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '2001:db8::1', '3fff::1',
                                '2001:2::1'),
    'IPv4 in IPv6': ('::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::127.0.0.1', '::8.8.8.8',
                     '::ffff:0:8.8.8.8', '64:ff9b::127.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::169.254.169.254',
                     '64:ff9b:1::8.8.8.8', '2002:7f00:1::1', '2002:a00:1::1', '2002:808:808::1', '2001::1',
                     '2001:0:4136:e378:8000:63bf:3fff:fdd2'),
    'no address': ('', 'localhost', '127.1', '0x7f000001', '2130706433', '/tmp/socket', '1.2.3.4.5'),
}


@tagged('post_install', '-at_install')
class TestNetworks(BaseCase):

    def test_public_addresses_are_allowed(self):
        for address in PUBLIC:
            with self.subTest(address):
                self.assertTrue(may_connect(address))

    def test_addresses_inside_are_not(self):
        for kind, addresses in FORBIDDEN.items():
            for address in addresses:
                with self.subTest(kind, address=address):
                    self.assertFalse(may_connect(address))

    def test_what_a_system_administrator_lists_is_allowed_and_nothing_else(self):
        networks, wrong = read_networks("127.0.0.0/8, fd00::/8 10.1.2.3")
        self.assertEqual(wrong, [])
        for address in ('127.0.0.1', '::ffff:127.0.0.1', '64:ff9b::127.0.0.1', 'fd00::1', '10.1.2.3', '8.8.8.8'):
            with self.subTest(address):
                self.assertTrue(may_connect(address, networks))
        for address in ('10.1.2.4', '169.254.169.254', '::1', 'fc00::1', '2002:7f00:1::1'):
            with self.subTest(address):
                self.assertFalse(may_connect(address, networks))

    def test_an_entry_that_is_no_network_allows_nothing(self):
        for text in (None, "", " , ,", "*", "all", "localhost", "10.0.0.1/8", "0.0.0.0/33", "10.0.0.0/", "127.0.0.1-9"):
            with self.subTest(text):
                networks, wrong = read_networks(text)
                self.assertEqual(networks, ())
                self.assertEqual(wrong, (text or "").replace(",", " ").split())
        self.assertEqual(read_networks("nonsense,127.0.0.0/8")[1], ["nonsense"])
        self.assertEqual(read_networks("nonsense,127.0.0.0/8")[0], read_networks("127.0.0.0/8")[0])
