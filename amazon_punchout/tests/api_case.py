"""Amazon's REST APIs, played by a small server of the test on a real socket."""
import json
import threading
from collections import namedtuple
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from odoo.tests.common import _super_send

from ..tools import access_tokens, pace
from .message_case import MessageCase

CLIENT_SECRET = 'not-a-real-client-secret-93ad'
REFRESH_TOKEN = 'Atzr-not-a-real-refresh-token-55e1'
ACCESS_TOKEN = 'Atza-not-a-real-access-token-0c7b'
SECRETS = (CLIENT_SECRET, REFRESH_TOKEN, ACCESS_TOKEN)

Asked = namedtuple('Asked', 'method path query headers body')


def reply(status=200, body=None, headers=None, raw=None):
    """What the server answers to one request.

    :param body: to be written as JSON
    :param bytes raw: instead
    """
    return status, json.dumps(body if body is not None else {}).encode() if raw is None else raw, headers or {}


def error(status, code, message="No.", **headers):
    """An error as Amazon's APIs write it."""
    return reply(status, {'errors': [{'code': code, 'message': message, 'details': ""}]}, headers)


class Server:
    """A server whose answers are functions of what was asked, by the part of the path that they are for.

    :ivar list asked: :class:`Asked` values, without those of the token endpoint
    :ivar list logins: the forms that the token endpoint got
    """

    def __init__(self):
        self.asked, self.logins = [], []
        self.routes = {'/auth/o2/token': [reply(body={'access_token': ACCESS_TOKEN, 'expires_in': 3600})]}

    def on(self, path, *replies):
        """Give the next requests of a path these replies, the last one for ever. A reply may be a function of Asked."""
        self.routes[path] = list(replies)

    def answer(self, asked):
        if asked.path == '/auth/o2/token':
            self.logins.append({name: values[0] for name, values in parse_qs(asked.body.decode()).items()})
        else:
            self.asked.append(asked)
        for path, replies in self.routes.items():
            if path in asked.path:
                answer = replies.pop(0) if len(replies) > 1 else replies[0]
                return answer(asked) if callable(answer) else answer
        return error(404, 'NotFound')


class ApiCase(MessageCase):
    """An access to Amazon's APIs at a server of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access = cls.env['amazon.punchout.api'].create({
            'name': "Amazon test account", 'region': 'na', 'client_id': 'amzn1.client', 'client_secret': CLIENT_SECRET,
            'refresh_token': REFRESH_TOKEN, 'responsible_id': cls.administrator.id})
        cls.group.api_id = cls.access

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(access_tokens._tokens, clear=True))
        self.startPatcher(patch.dict(pace._buckets, clear=True))
        self.server = self.enterContext(self.serving())
        self.env['ir.config_parameter'].set_param('amazon_punchout.allowed_networks', '127.0.0.0/8')

    @contextmanager
    def serving(self):
        """Serve for a block, and let its requests out."""
        server = Server()

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self):
                length = int(self.headers.get('Content-Length') or 0)
                parts = urlsplit(self.path)
                status, body, headers = server.answer(Asked(
                    self.command, parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()},
                    dict(self.headers), self.rfile.read(length)))
                self.send_response(status)
                for name, value in {'Content-Length': str(len(body)), 'x-amzn-RequestId': 'R-1', **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = handle_one

            def log_message(self, *_args):
                """Stay silent."""

        def send(_case, session, prepared, /, **kwargs):
            return _super_send(session, prepared, **kwargs)

        with ThreadingHTTPServer(('127.0.0.1', 0), Handler) as http:
            thread = threading.Thread(target=http.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True)
            thread.start()
            url = f'http://127.0.0.1:{http.server_port}'
            self.access.write({'base_url': url, 'login_url': f'{url}/auth/o2/token'})
            try:
                with patch.object(type(self), '_request_handler', classmethod(send)):
                    yield server
            finally:
                http.shutdown()
                thread.join(10)

    def problem_notes(self):
        """Join the activities about the access."""
        return "\n".join(self.env['mail.activity'].search([
            ('res_model', '=', 'amazon.punchout.api'), ('res_id', '=', self.access.id)]).mapped('note'))
