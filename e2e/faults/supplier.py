"""An Amazon of its own, made of sockets: it keeps a ledger that survives everything, and fails as told."""
import hashlib
import json
import os
import re
import socket
import struct
import threading
import time
from pathlib import Path

OK = 'ok'
# Whether Amazon accepted what it read in full; None where the sender can't know.
VERDICTS = {
    OK: True, 'slow': True, 'early_ok': True, 'continue': True, 'created': True,
    'declined': False, 'declined_http': False, 'not_found': False, 'unauthorized': False, 'redirect': False,
}
# All ways to fail; the rest of those above answer properly.
NETWORK_FAULTS = (
    'slow', 'continue', 'created', 'early_ok', 'unread', 'half_read', 'reset', 'closed', 'silent', 'half_answer',
    'half_head', 'garbage', 'drip', 'html', 'empty', 'error_500', 'error_503', 'cxml_500', 'declined', 'declined_http',
    'unauthorized', 'not_found', 'redirect',
)
STATUS = '<cXML><Response><Status code="{}" text="{}">{}</Status></Response></cXML>'
CHUNK = 65536


class Supplier:
    """Listens on the loopback interface; each connection has a thread.

    The ledger has one line for each request for an order, written and flushed to the disk before the answer begins: its
    number, its payloadID, the hash of the bytes, whether all came, and what was answered. It is what Amazon has,
    whatever Odoo believes.
    """

    def __init__(self, ledger):
        """Begin to listen.

        :param Path ledger: the file, to which lines are added
        """
        self.orders = []
        self.arrived = threading.Condition()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.seconds = 0.3  # how long a slow answer takes
        self._next = []
        self._ledger = Path(ledger).open('a', encoding='utf-8')  # noqa: SIM115 - until the end
        self._entries, self._read_until = {}, 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(('127.0.0.1', 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        self._ended = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.port}'

    def fail_next(self, *ways):
        """Answer the next requests for orders in these ways; afterwards all is well again."""
        self._next[:] = ways

    def failures_left(self):
        """Count the ways that no request has met yet.

        :rtype: int
        """
        return len(self._next)

    def entries(self, *names):
        """List what the ledger has of these orders.

        :rtype: list[dict]
        """
        with self._lock, open(self._ledger.name, 'rb') as ledger:
            ledger.seek(self._read_until)
            for text in ledger:
                line = json.loads(text)
                self._entries.setdefault(line['order'], []).append(line)
            self._read_until = ledger.tell()
            return [entry for name in names for entry in self._entries.get(name, ())]

    def wait_for(self, count):
        """Wait until this many order requests have been read."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.orders) >= count, timeout=180), self.orders

    def end(self):
        self._ended.set()
        self.may_answer.set()
        self._listener.close()
        self._ledger.close()

    # === ONE CONNECTION === #

    def _accept(self):
        while not self._ended.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        connection.settimeout(120)
        try:
            with connection:
                head, body = self._read_head(connection)
                if not head:
                    return
                if b'/setup' in head.split(b'\r\n', 1)[0]:
                    self._start_trip(connection, body + self._read(connection, _length(head) - len(body)))
                elif b'<ProfileRequest' in (body or connection.recv(CHUNK, socket.MSG_PEEK)):
                    self._read(connection, _length(head) - len(body))
                    self._answer_ok(connection)
                else:
                    way = self._next.pop(0) if self._next else OK
                    self._take_order(connection, head, body, way)
        except OSError:
            pass  # the sender was killed, or we ended the connection

    def _read_head(self, connection):
        data = b''
        while b'\r\n\r\n' not in data:
            chunk = connection.recv(CHUNK)
            if not chunk:
                return b'', b''
            data += chunk
        head, _, body = data.partition(b'\r\n\r\n')
        return head, body

    def _read(self, connection, missing):
        """Read as much as comes of the missing bytes."""
        data = b''
        while missing > len(data):
            try:
                chunk = connection.recv(min(CHUNK, missing - len(data)))
            except OSError:
                break
            if not chunk:
                break
            data += chunk
        return data

    def _start_trip(self, connection, body):
        cookie = re.search('<BuyerCookie>(.*?)</BuyerCookie>', body.decode())[1]
        _answer(connection, 200, STATUS.format(200, 'OK', 'OK').replace(
            '</Response>', f'<PunchOutSetupResponse><StartPage><URL>{self.url}/start?cookie={cookie}</URL></StartPage>'
            '</PunchOutSetupResponse></Response>'))

    def _take_order(self, connection, head, body, way):
        length = _length(head)
        if way == 'unread':
            return _reset(connection)
        if way == 'early_ok':
            _answer(connection, 200, STATUS.format(200, 'OK', 'OK'))
        if way == 'continue':
            connection.sendall(b'HTTP/1.1 100 Continue\r\n\r\n')
        wanted = length // 2 if way == 'half_read' else length
        body = (body + self._read(connection, wanted - len(body)))[:wanted]
        self._enter(body, length, way)
        if len(body) < length:
            return _reset(connection)
        return getattr(self, f'_answer_{way}', self._answer_ok)(connection)

    def _enter(self, body, length, way):
        """Enter what was read into the ledger, before any answer."""
        text = body.decode('utf-8', 'replace')
        order = re.search(r'orderID="(.*?)"', text)
        payload_id = re.search(r'payloadID="(.*?)"', text)
        whole = len(body) == length
        line = {
            'order': order and order[1], 'payload_id': payload_id and payload_id[1],
            'sha256': hashlib.sha256(body).hexdigest(), 'at': time.time(), 'bytes': len(body), 'whole': whole,
            'answer': way, 'accepted': VERDICTS.get(way) if whole else None,
        }
        with self._lock:
            self._ledger.write(json.dumps(line) + '\n')
            self._ledger.flush()
            os.fsync(self._ledger.fileno())
        if whole:
            with self.arrived:
                self.orders.append(line['order'])
                self.arrived.notify_all()

    # === WAYS TO ANSWER === #

    def _answer_ok(self, connection):
        self.may_answer.wait(60)
        _answer(connection, 200, STATUS.format(200, 'OK', 'OK'))

    def _answer_early_ok(self, connection):
        pass

    def _answer_created(self, connection):
        _answer(connection, 201, STATUS.format(201, 'Created', 'OK'))

    def _answer_slow(self, connection):
        time.sleep(self.seconds)
        self._answer_ok(connection)

    def _answer_reset(self, connection):
        _reset(connection)

    def _answer_closed(self, connection):
        pass

    def _answer_silent(self, connection):
        self._read(connection, 1)  # until the sender gives up

    def _answer_half_answer(self, connection):
        text = STATUS.format(200, 'OK', 'OK').encode()
        connection.sendall(_head(200, len(text)) + text[:len(text) // 2])

    def _answer_half_head(self, connection):
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Le')

    def _answer_garbage(self, connection):
        connection.sendall(bytes(range(256)) * 16)

    def _answer_drip(self, connection):
        for byte in _head(200, 10 ** 6) + b' ' * 10 ** 6:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    def _answer_html(self, connection):
        _answer(connection, 200, '<html><body>Welcome</body></html>')

    def _answer_empty(self, connection):
        _answer(connection, 200, '')

    def _answer_error_500(self, connection):
        _answer(connection, 500, '<html>Error</html>')

    def _answer_error_503(self, connection):
        _answer(connection, 503, '')

    def _answer_cxml_500(self, connection):
        _answer(connection, 200, STATUS.format(500, 'Internal Server Error', 'Try later'))

    def _answer_declined(self, connection):
        _answer(connection, 200, STATUS.format(400, 'Bad Request', 'Address'))

    def _answer_declined_http(self, connection):
        _answer(connection, 400, STATUS.format(400, 'Bad Request', 'Address'))

    def _answer_unauthorized(self, connection):
        _answer(connection, 401, STATUS.format(401, 'Unauthorized', 'Secret'))

    def _answer_not_found(self, connection):
        _answer(connection, 404, '<html>Not here</html>')

    def _answer_redirect(self, connection):
        connection.sendall(f'HTTP/1.1 302 Found\r\nLocation: {self.url}/order\r\nContent-Length: 0\r\n\r\n'.encode())


def _length(head):
    match = re.search(rb'content-length: *(\d+)', head, re.IGNORECASE)
    return int(match[1]) if match else 0


def _head(status, length):
    return (f'HTTP/1.1 {status} X\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Length: {length}\r\n'
            'Connection: close\r\n\r\n').encode()


def _answer(connection, status, text):
    connection.sendall(_head(status, len(text.encode())) + text.encode())


def _reset(connection):
    """End a connection as a crash does, with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    connection.close()
