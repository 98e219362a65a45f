"""Which hosts a document is posted to: the name is resolved once, and only a checked address is connected to.

A resolver of our own gives the addresses, and connections lead to this machine or are only noted, so that no test
reaches any other host.
"""
import contextlib
import datetime
import os
import pathlib
import socket
import ssl
import tempfile
import threading
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from odoo.tests import BaseCase, tagged
from odoo.tests.common import _super_send

from ...tools.http_post import NotDelivered, post_cxml
from ...tools.networks import read_networks

LOOPBACK, _wrong = read_networks('127.0.0.0/8')
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
BODY = b'<cXML>the order, with its secret</cXML>'
PUBLIC, OTHER_PUBLIC, METADATA = '1.1.1.1', '8.8.8.8', '169.254.169.254'


def resolver(*answers):
    """Play the resolver.

    :param answers: the addresses of each answer in turn, the last one for ever
    :return: instead of `socket.getaddrinfo`; its attribute `asked` lists the hosts it was asked for
    """
    def resolve(host, port, *_args, **_kwargs):
        resolve.asked.append(host)
        return [(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, '',
                 (address, port, 0, 0) if ':' in address else (address, port))
                for address in answers[min(len(resolve.asked), len(answers)) - 1]]
    resolve.asked = []
    return resolve


@tagged('post_install', '-at_install')
class TestHttpPostHosts(BaseCase):

    @classmethod
    def _request_handler(cls, session, prepared, /, **kwargs):
        return _super_send(session, prepared, **kwargs)  # to our own sockets only

    @contextlib.contextmanager
    def supplier(self, tls=None):
        """Run a supplier for one connection.

        :param ssl.SSLContext tls: with its certificate, if it speaks TLS
        :return: its port, and what it read
        """
        received = bytearray()

        def serve():
            with contextlib.suppress(OSError):
                connection, _address = server.accept()
                connection = tls.wrap_socket(connection, server_side=True) if tls else connection
                with connection:
                    while BODY not in received and (data := connection.recv(65536)):
                        received.extend(data)
                    connection.sendall(ANSWER)

        with socket.create_server(('127.0.0.1', 0)) as server:
            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            try:
                yield server.getsockname()[1], received
            finally:
                with contextlib.suppress(OSError):
                    server.shutdown(socket.SHUT_RDWR)  # ends accept() if nobody came
                thread.join(10)

    def connections(self, url, resolve, networks=()):
        """Post without any connection.

        :return: the addresses that would have been connected to, and the error
        """
        tried = []

        def connect(_sock, address):
            tried.append(address[0])
            raise ConnectionRefusedError(111, 'Connection refused')

        with patch('socket.getaddrinfo', resolve), patch('socket.socket.connect', connect), \
                self.assertRaises(NotDelivered) as caught:
            post_cxml(url, BODY, 30, networks)
        return tried, caught.exception

    def test_this_machine_gets_no_order(self):
        for host in ('127.0.0.1', 'localhost', '127.1', '0', '2130706433', '0x7f.1'):
            with self.subTest(host), self.supplier() as (port, received):
                with self.assertRaises(NotDelivered) as caught:
                    post_cxml(f'http://{host}:{port}/order', BODY, 30)
                self.assertEqual((caught.exception.kind, caught.exception.host), ('forbidden_address', host))
                self.assertEqual(received, b'')

    def test_no_host_that_leads_inside_is_connected_to(self):
        for address in (METADATA, '10.0.0.5', '192.168.0.1', '100.64.0.1', '::1', 'fe80::1%2', 'fd00::1',
                        '::ffff:10.0.0.5', '0.0.0.0', '64:ff9b::169.254.169.254'):
            for scheme in ('http', 'https'):
                with self.subTest(address, scheme=scheme):
                    tried, error = self.connections(f'{scheme}://amazon.example/order', resolver([address]))
                    self.assertEqual((tried, error.kind, error.host), ([], 'forbidden_address', 'amazon.example'))

    def test_a_name_that_leads_elsewhere_the_second_time_is_resolved_once(self):
        resolve = resolver([PUBLIC], [METADATA])
        tried, error = self.connections('https://amazon.example/order', resolve)
        self.assertEqual((resolve.asked, tried, error.kind), (['amazon.example'], [PUBLIC], 'connection_refused'))

    def test_of_several_addresses_only_public_ones_are_tried(self):
        tried, error = self.connections(
            'https://amazon.example/order', resolver([METADATA, PUBLIC, '127.0.0.1', OTHER_PUBLIC]))
        self.assertEqual((tried, error.kind), ([PUBLIC, OTHER_PUBLIC], 'connection_refused'))

    def test_what_a_system_administrator_allows_is_connected_to_under_its_name(self):
        with self.supplier() as (port, received), patch('socket.getaddrinfo', resolver(['127.0.0.1'])):
            answer = post_cxml(f'http://amazon.example:{port}/order', BODY, 30, LOOPBACK)
        self.assertEqual((answer.status, answer.body), (200, b'ok'))
        self.assertIn(b'Host: amazon.example:%d' % port, received)
        tried, error = self.connections('http://amazon.example/order', resolver(['10.0.0.5']), LOOPBACK)
        self.assertEqual((tried, error.kind), ([], 'forbidden_address'))

    def test_a_proxy_is_connected_to_wherever_it_is_and_resolves_the_name_itself(self):
        with self.supplier() as (port, received):
            proxies = {'http_proxy': f'http://127.0.0.1:{port}', 'no_proxy': ''}
            resolve = resolver(['127.0.0.1'])
            with patch.dict(os.environ, proxies), patch('socket.getaddrinfo', resolve):
                answer = post_cxml('http://amazon.example/order', BODY, 30)
        self.assertEqual(answer.body, b'ok')
        self.assertTrue(received.startswith(b'POST http://amazon.example/order HTTP/1.1'), received)
        self.assertNotIn('amazon.example', resolve.asked)

    def test_a_host_that_needs_no_proxy_is_checked(self):
        with patch.dict(os.environ, {'http_proxy': 'http://127.0.0.1:9', 'no_proxy': 'amazon.example'}):
            tried, error = self.connections('http://amazon.example/order', resolver([METADATA]))
        self.assertEqual((tried, error.kind), ([], 'forbidden_address'))

    def certificate(self, name):
        """Make a certificate for a host, signed by itself.

        :return: the path of a file with it and its key
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now()
        certificate = x509.CertificateBuilder(
            subject, subject, key.public_key(), x509.random_serial_number(), now - datetime.timedelta(days=2),
            now + datetime.timedelta(days=2),
        ).add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256())
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name, 'amazon.pem')
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return str(path)

    def test_the_certificate_must_be_that_of_the_name_and_not_of_the_address(self):
        path = self.certificate('amazon.example')
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(path)
        with patch.dict(os.environ, {'REQUESTS_CA_BUNDLE': path}), \
                patch('socket.getaddrinfo', resolver(['127.0.0.1'])):
            with self.supplier(tls) as (port, received):
                self.assertEqual(post_cxml(f'https://amazon.example:{port}/order', BODY, 30, LOOPBACK).body, b'ok')
            self.assertIn(BODY, received)
            for host in ('other.example', '127.0.0.1'):
                with self.subTest(host), self.supplier(tls) as (port, received):
                    with self.assertRaises(NotDelivered) as caught:
                        post_cxml(f'https://{host}:{port}/order', BODY, 30, LOOPBACK)
                    self.assertEqual((caught.exception.kind, bytes(received)), ('certificate', b''))

    def test_an_address_that_nobody_could_have_entered_is_no_traceback(self):
        for url in ('http://[::1/order', 'https://a.example:port/', 'https://user:password@a.example/', 'https://a..b/',
                    'https://a.example\n/', 'http://' + 64 * 'a' + '/', 'https://a\udcff/'):
            with self.subTest(url), patch('socket.getaddrinfo', resolver([])) as resolve:
                with self.assertRaises(NotDelivered) as caught:
                    post_cxml(url, BODY, 30)
                self.assertEqual(caught.exception.kind, 'bad_address')
                self.assertEqual(resolve.asked, [])
                self.assertNotIn('password', str(caught.exception.host))
