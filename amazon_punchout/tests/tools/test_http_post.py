import contextlib
import errno
import socket
import struct
import threading
import time
from functools import partial
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tests.common import _super_send

from ...tools.http_post import NoAnswer, NotDelivered, post_cxml
from ...tools.networks import read_networks

HEAD = b'HTTP/1.1 200 OK\r\n'
LOOPBACK, _wrong = read_networks('127.0.0.0/8')
BODY = b'<cXML>the order, with its secret</cXML>'


@tagged('post_install', '-at_install')
class TestHttpPost(BaseCase):
    """What a server on a real socket may do, and whether the order has left then."""

    @classmethod
    def _request_handler(cls, session, prepared, /, **kwargs):
        return _super_send(session, prepared, **kwargs)  # to our own sockets only

    @contextlib.contextmanager
    def supplier(self, behave):
        """Run a supplier for one connection.

        :param behave: called with the connection after the request was read, and an event that ends the test
        :return: its address, and what it read
        """
        received = bytearray()
        over = threading.Event()

        def serve():
            with contextlib.suppress(OSError):
                connection, _address = server.accept()
                with connection:
                    while BODY not in received and (data := connection.recv(65536)):
                        received.extend(data)
                    with contextlib.suppress(OSError):
                        behave(connection, over)

        with socket.create_server(('127.0.0.1', 0)) as server:
            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            try:
                yield f'http://127.0.0.1:{server.getsockname()[1]}/order', received
            finally:
                over.set()
                server.close()
                thread.join(10)
        self.assertFalse(thread.is_alive())

    def assertNoAnswer(self, behave, *kinds, timeout=30.0):
        """Post to a supplier that gives no whole answer.

        :param behave: as for :meth:`supplier`
        :param str kinds: one of them must be the kind of the error
        :return: the error, and how many seconds it took
        """
        started = time.monotonic()
        with self.supplier(behave) as (url, received), self.assertRaises(NoAnswer) as caught:
            post_cxml(url, BODY, timeout, LOOPBACK)
        self.assertIn(BODY, received)
        self.assertIn(caught.exception.kind, kinds)
        self.assertEqual(caught.exception.host, '127.0.0.1')
        return caught.exception, time.monotonic() - started

    def assertNotDelivered(self, url, kind, host):
        with self.assertRaises(NotDelivered) as caught:
            post_cxml(url, BODY, 30, LOOPBACK)
        self.assertEqual((caught.exception.kind, caught.exception.host), (kind, host))
        return caught.exception

    def test_an_address_that_is_none_delivers_nothing(self):
        self.assertNotDelivered('http://[::1/order', 'bad_address', 'http://[::1/order')
        self.assertNotDelivered('nonsense', 'bad_address', 'nonsense')

    def test_an_error_of_another_kind_tells_whether_the_order_began_to_leave(self):
        with patch('requests.Session', side_effect=RuntimeError("no session")):
            self.assertNotDelivered('http://127.0.0.1/order', 'other', '127.0.0.1')
        whole = HEAD + b'Content-Length: 2\r\n\r\nok'
        with self.supplier(lambda each, _over: each.sendall(whole)) as (url, _received), \
                patch('requests.Response.iter_content', side_effect=RuntimeError("no more")), \
                self.assertRaises(NoAnswer):
            post_cxml(url, BODY, 30, LOOPBACK)

    def test_a_whole_answer(self):
        whole = HEAD + b'Content-Length: 2\r\n\r\nok'
        with self.supplier(lambda each, _over: each.sendall(whole)) as (url, received):
            answer = post_cxml(url, BODY, 30, LOOPBACK)
        self.assertEqual((answer.status, answer.body), (200, b'ok'))
        self.assertIn(b'Content-Type: text/xml', received)
        self.assertIn(b'Content-Length: %d' % len(BODY), received)

    def test_an_answer_that_ends_with_the_connection(self):
        with self.supplier(lambda each, _over: each.sendall(HEAD + b'\r\nok')) as (url, _received):
            self.assertEqual(post_cxml(url, BODY, 30, LOOPBACK).body, b'ok')

    def test_a_redirect_is_an_answer(self):
        redirect = b'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'
        with self.supplier(lambda each, _over: each.sendall(redirect)) as (url, _received):
            self.assertEqual(post_cxml(url, BODY, 30, LOOPBACK).status, 302)

    def test_a_redirect_to_what_is_no_address_is_an_answer(self):
        for location in (b'http://[::1/', b'\xff\xfe', b'http://a:b/', b'//', b'gopher://x'):
            redirect = b'HTTP/1.1 307 Moved\r\nLocation: %s\r\nContent-Length: 2\r\n\r\nno' % location
            behave = partial(lambda what, each, _over: each.sendall(what), redirect)
            with self.subTest(location), self.supplier(behave) as (url, _received):
                answer = post_cxml(url, BODY, 30, LOOPBACK)
                self.assertEqual((answer.status, answer.body), (307, b'no'))

    def test_a_redirect_without_end(self):
        """It is read no further than any other answer."""
        poured = []

        def pour(connection, _over):
            connection.sendall(b'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n')
            for _each in range(400):  # 26 MB
                connection.sendall(b'x' * 65536)
                poured.append(65536)
        error, _took = self.assertNoAnswer(pour, 'too_large')
        self.assertEqual(error.size, 5242880)
        self.assertLess(sum(poured), 15 * 1024 ** 2)

    def test_nobody_listens(self):
        with socket.create_server(('127.0.0.1', 0)) as server:
            url = f'http://127.0.0.1:{server.getsockname()[1]}/order'
        self.assertNotDelivered(url, 'connection_refused', '127.0.0.1')

    def test_an_unknown_host(self):
        with patch('socket.getaddrinfo', side_effect=socket.gaierror(-2, 'Name or service not known')):
            self.assertNotDelivered('https://amazon.invalid/order', 'unknown_host', 'amazon.invalid')

    def test_an_unreachable_host(self):
        with patch('socket.socket.connect', side_effect=OSError(errno.ENETUNREACH, 'Network is unreachable')):
            self.assertNotDelivered('http://127.0.0.1:9/order', 'unreachable', '127.0.0.1')

    def test_an_error_that_nobody_has_thought_of_keeps_the_words_of_the_system(self):
        with patch('socket.socket.connect', side_effect=OSError(errno.EPERM, 'Operation not permitted')):
            error = self.assertNotDelivered('http://127.0.0.1:9/order', 'other', '127.0.0.1')
        self.assertEqual(error.detail, 'Operation not permitted')

    def test_no_address_at_all(self):
        for url, host in (('', ''), ('nowhere', 'nowhere'), ('ftp://amazon.example/order', 'amazon.example'),
                          ('https://', 'https://')):
            with self.subTest(url=url):
                self.assertNotDelivered(url, 'bad_address', host)

    def test_a_server_that_speaks_no_tls(self):
        received = bytearray()
        with socket.create_server(('127.0.0.1', 0)) as server:
            def serve():
                connection, _address = server.accept()
                with connection:
                    received.extend(connection.recv(65536))
                    connection.sendall(b'HTTP/1.1 400 Bad Request\r\n\r\n')
            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            self.assertNotDelivered(f'https://127.0.0.1:{server.getsockname()[1]}/order', 'tls', '127.0.0.1')
            thread.join(10)
        self.assertNotIn(b'secret', received)

    def test_a_connection_closed_without_a_byte(self):
        self.assertNoAnswer(lambda _each, _over: None, 'connection_lost')

    def test_a_reset(self):
        def behave(connection, _over):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.assertNoAnswer(behave, 'connection_lost')

    def test_an_answer_cut_off(self):
        self.assertNoAnswer(lambda each, _over: each.sendall(HEAD + b'Content-Length: 99\r\n\r\nok'), 'incomplete')

    def test_no_http_at_all(self):
        self.assertNoAnswer(lambda each, _over: each.sendall(b'220 mail ready\r\n'), 'not_http')

    def test_silence(self):
        _error, took = self.assertNoAnswer(lambda _each, over: over.wait(30), 'timeout', 'late', timeout=0.5)
        self.assertLess(took, 10)

    def drip(self, head, each_byte=b'x'):
        """Give a server that sends a beginning, and then one byte after the other for 15 seconds."""
        def behave(connection, over):
            connection.sendall(head)
            for _each in range(300):
                connection.sendall(each_byte)
                over.wait(0.05)
        return behave

    def test_an_answer_that_drips_ends_in_time(self):
        error, took = self.assertNoAnswer(self.drip(HEAD + b'Content-Length: 100000\r\n\r\n'), 'late', timeout=0.5)
        self.assertEqual(error.seconds, 0.5)
        self.assertLess(took, 10)

    def test_a_head_that_drips_ends_in_time(self):
        error, took = self.assertNoAnswer(self.drip(HEAD + b'X-Slow: '), 'late', timeout=0.5)
        self.assertEqual(error.seconds, 0.5)
        self.assertLess(took, 10)

    def test_an_answer_without_a_length_that_drips_is_not_taken_for_a_whole_one(self):
        self.assertNoAnswer(self.drip(HEAD + b'\r\n<Status code="200"/>', b' '), 'late', timeout=0.5)

    def test_an_answer_without_end(self):
        def pour(connection, over):
            connection.sendall(HEAD + b'\r\n')
            for _each in range(200):  # 13 MB
                connection.sendall(b'x' * 65536)
        error, _took = self.assertNoAnswer(pour, 'too_large')
        self.assertEqual(error.size, 5242880)

    def test_the_log_has_no_part_of_the_document(self):
        with self.assertLogs('odoo.addons.amazon_punchout.tools.http_post', 'DEBUG') as logs:
            self.assertNoAnswer(lambda _each, _over: None, 'connection_lost')
        self.assertNotIn('secret', "\n".join(logs.output))
