"""Addresses as people enter them, and what is wrong with them."""
from odoo.tests import BaseCase, tagged

from ...tools.addresses import find_address_problem

RIGHT = (
    'https://abintegrations.amazon.com/punchout', 'https://amazon.example/order/1?a=b&c=%20', 'HTTPS://Amazon.example',
    'http://localhost:8069', 'http://127.0.0.1:8070/order', 'http://[::1]:8069/order', 'https://bücher.example/order',
    'https://xn--bcher-kva.example', 'https://under_score.example', 'https://amazon.example:65535', 'https://a.example.',
    'https://amazon.example/@home', 'https://amazon.example/ä')
WRONG = {
    'scheme': ('', 'nowhere', 'amazon.example/order', 'ftp://amazon.example', 'file:///etc/passwd', 'https:/a.example',
               'javascript:alert(1)', '//amazon.example', 'gopher://127.0.0.1', 'httpss://a.example'),
    'host': ('https://', 'https:///order', 'http://[::1/order', 'http://::1]/order', 'http://[::1', 'https://?a',
             'http://[fe80::1%25eth0]/', 'https://a..b/', 'https://.a.example', 'https://*.a.example',
             'https://' + 64 * 'a' + '.example', 'https://a<b/', 'https://%61.example', 'https://a\\b.example',
             'https://127.0.0.1\\.amazon.example/', 'https://a\u2100b.example', 'https://[amazon.example]/'),
    'port': ('https://a.example:port/', 'https://a.example:70000', 'https://a.example:0', 'https://a.example:-1',
             'https://a.example:8o69/'),
    'user': ('https://user:password@a.example/', 'https://user@a.example/', 'https://@a.example',
             'https://amazon.example:443@127.0.0.1/'),
    'blank': ('https://a.example/ order', ' https://a.example', 'https://a.example\n', 'https://a.example\t/',
              'https://a\0.example', 'https://a\u200b.example', 'https://a.example/\x7f', 'https://a\u202e.example',
              'https://a\u00a0b.example'),
}


@tagged('post_install', '-at_install')
class TestAddresses(BaseCase):

    def test_addresses_that_documents_can_be_posted_to(self):
        for url in RIGHT:
            with self.subTest(url):
                self.assertIsNone(find_address_problem(url))

    def test_what_is_wrong_with_an_address_is_named(self):
        for problem, urls in WRONG.items():
            for url in urls:
                with self.subTest(problem, url=url):
                    self.assertEqual(find_address_problem(url), problem)
