import contextlib
import socket
import struct
import threading
import time
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tests.common import _super_send

from ...tools.http_post import NoAnswer, NotDelivered, post_cxml

HEAD = b'HTTP/1.1 200 OK\r\n'
BODY = b'<cXML>the order, with its secret</cXML>'


@tagged('post_install', '-at_install')
class TestHttpPost(BaseCase):
    """What a supplier on a real socket may do to us, and whether the order has left."""

    @classmethod
    def _request_handler(cls, session, prepared, /, **kwargs):
        return _super_send(session, prepared, **kwargs)  # to our own sockets only

    @contextlib.contextmanager
    def supplier(self, behave):
        """A supplier for one connection.

        :param behave: called with the connection, after the request has been read
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

    def assertNoAnswer(self, behave, words, timeout=30.0):
        started = time.monotonic()
        with self.supplier(behave) as (url, received), self.assertRaisesRegex(NoAnswer, words):
            post_cxml(url, BODY, timeout)
        self.assertIn(BODY, received)
        return time.monotonic() - started

    def test_a_whole_answer(self):
        with self.supplier(lambda each, _over: each.sendall(HEAD + b'Content-Length: 2\r\n\r\nok')) as (url, received):
            answer = post_cxml(url, BODY, 30)
        self.assertEqual((answer.status, answer.body), (200, b'ok'))
        self.assertIn(b'Content-Type: text/xml', received)
        self.assertIn(b'Content-Length: %d' % len(BODY), received)

    def test_an_answer_that_ends_with_the_connection(self):
        with self.supplier(lambda each, _over: each.sendall(HEAD + b'\r\nok')) as (url, _received):
            self.assertEqual(post_cxml(url, BODY, 30).body, b'ok')

    def test_a_redirect_is_an_answer(self):
        with self.supplier(lambda each, _over: each.sendall(
                b'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n')) as (url, _received):
            self.assertEqual(post_cxml(url, BODY, 30).status, 302)

    def test_nobody_listens(self):
        with socket.create_server(('127.0.0.1', 0)) as server:
            url = f'http://127.0.0.1:{server.getsockname()[1]}/order'
        with self.assertRaisesRegex(NotDelivered, "127.0.0.1: .*refused"):
            post_cxml(url, BODY, 30)

    def test_an_unknown_host(self):
        with patch('socket.getaddrinfo', side_effect=socket.gaierror(-2, 'Name or service not known')), \
                self.assertRaisesRegex(NotDelivered, "amazon.invalid: .*not known"):
            post_cxml('https://amazon.invalid/order', BODY, 30)

    def test_no_address_at_all(self):
        for url in ('', 'nowhere', 'ftp://amazon.example/order', 'https://'):
            with self.assertRaises(NotDelivered):
                post_cxml(url, BODY, 30)

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
            with self.assertRaises(NotDelivered):
                post_cxml(f'https://127.0.0.1:{server.getsockname()[1]}/order', BODY, 30)
            thread.join(10)
        self.assertNotIn(b'secret', received)

    def test_a_connection_closed_without_a_byte(self):
        self.assertNoAnswer(lambda _each, _over: None, "127.0.0.1: ")

    def test_a_reset(self):
        def behave(connection, _over):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.assertNoAnswer(behave, "Connection reset by peer")

    def test_an_answer_cut_off(self):
        self.assertNoAnswer(lambda each, _over: each.sendall(HEAD + b'Content-Length: 99\r\n\r\nok'), "127.0.0.1: ")

    def test_no_http_at_all(self):
        self.assertNoAnswer(lambda each, _over: each.sendall(b'220 mail ready\r\n'), "127.0.0.1: ")

    def test_silence(self):
        took = self.assertNoAnswer(lambda _each, over: over.wait(30), "no (whole )?answer", timeout=0.5)
        self.assertLess(took, 10)

    def test_an_answer_that_drips_ends_in_time(self):
        def drip(connection, over):
            connection.sendall(HEAD + b'Content-Length: 100000\r\n\r\n')
            for _each in range(300):
                connection.sendall(b'x')
                over.wait(0.05)
        self.assertLess(self.assertNoAnswer(drip, "no whole answer within 0.5 seconds", timeout=0.5), 10)

    def test_a_head_that_drips_ends_in_time(self):
        def drip(connection, over):
            connection.sendall(HEAD + b'X-Slow: ')
            for _each in range(300):
                connection.sendall(b'x')
                over.wait(0.05)
        self.assertLess(self.assertNoAnswer(drip, "no whole answer within 0.5 seconds", timeout=0.5), 10)

    def test_an_answer_without_a_length_that_drips_is_not_taken_for_a_whole_one(self):
        def drip(connection, over):
            connection.sendall(HEAD + b'\r\n<Status code="200"/>')
            for _each in range(300):
                connection.sendall(b' ')
                over.wait(0.05)
        self.assertNoAnswer(drip, "no whole answer within 0.5 seconds", timeout=0.5)

    def test_an_answer_without_end(self):
        def pour(connection, over):
            connection.sendall(HEAD + b'\r\n')
            for _each in range(200):  # 13 MB
                connection.sendall(b'x' * 65536)
        self.assertNoAnswer(pour, "larger than 5242880 bytes")

    def test_the_log_has_no_part_of_the_document(self):
        with self.assertLogs('odoo.addons.amazon_punchout.tools.http_post', 'DEBUG') as logs:
            self.assertNoAnswer(lambda _each, _over: None, "127.0.0.1: ")
        self.assertNotIn('secret', "\n".join(logs.output))
