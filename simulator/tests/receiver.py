"""A purchasing system that keeps the messages that it receives, and answers as a test needs."""

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lxml import etree

OK = (b'<cXML payloadID="1@x" timestamp="2030-01-02T03:04:05Z"><Response>'
      b'<Status code="200" text="OK"/></Response></cXML>')
DECLINED = OK.replace(b'code="200" text="OK"', b'code="401" text="Unauthorized"')


@dataclass
class Received:
    path: str
    headers: dict
    body: bytes

    @property
    def xml(self):
        return etree.fromstring(self.body)


class Receiver:
    def __init__(self):
        self.received = []
        # (HTTP status, body) pairs for the next requests; afterwards everything is fine.
        self.answers = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers['Content-Length'])
                body = self.rfile.read(length)
                receiver.received.append(Received(self.path, dict(self.headers), body))
                code, answer = receiver.answers.pop(0) if receiver.answers else (200, OK)
                if len(body) < length:
                    return
                self.send_response(code)
                if code == 302:
                    self.send_header('Location', '/elsewhere')
                self.send_header('Content-Length', str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self._server.server_port}/inbox?db=x'
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
