"""The one place that talks HTTP to Amazon."""
import io
import logging
import socket
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from ..const import CONNECT_TIMEOUT, USER_AGENT

_logger = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 5 * 1024 * 1024


class NotDelivered(Exception):
    """No connection came about: nothing of the document has left this machine."""


class NoAnswer(Exception):
    """The document, or a part of it, has left and no whole answer came back: what became of it is unknown."""


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP.

    :param status: the HTTP status code
    :param body: the bytes of the answer, at most :data:`MAX_ANSWER_BYTES`
    """
    status: int
    body: bytes


class _Body(io.BytesIO):
    """A request body that knows whether anybody has begun to read it, which is when the bytes leave."""
    started = False

    def read(self, *args):
        self.started = True
        return super().read(*args)


class _Deadline(HTTPAdapter):
    """Ends the connection when the time is over, however busily the other side drips.

    The timeouts of requests count from one byte to the next, so such an answer would never end, and Odoo kills a
    scheduled action that hangs, in the middle of an order.
    """

    def __init__(self, seconds):
        """:param float seconds: from the connection to the end of the answer"""
        self.over = False
        self._seconds = seconds
        self._timer = None
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self._watch_pools(self.poolmanager)

    def proxy_manager_for(self, *args, **kwargs):
        manager = super().proxy_manager_for(*args, **kwargs)
        self._watch_pools(manager)
        return manager

    def close(self):
        if self._timer:
            self._timer.cancel()
        super().close()

    def _watch_pools(self, manager):
        manager.pool_classes_by_scheme = {
            scheme: self._watched(pool_class) for scheme, pool_class in manager.pool_classes_by_scheme.items()}

    def _watched(self, pool_class):
        adapter = self

        class Connection(pool_class.ConnectionCls):
            def connect(self):
                super().connect()
                adapter._start(self.sock)

        return type(pool_class.__name__, (pool_class,), {'ConnectionCls': Connection})

    def _start(self, sock):
        self._timer = threading.Timer(self._seconds, self._end, [sock])
        self._timer.daemon = True
        self._timer.start()

    def _end(self, sock):
        self.over = True
        try:
            # Of the plain socket: that of a TLS one would forget its encryption under the thread that reads.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself


def post_cxml(url, body, timeout):
    """Post a cXML document.

    Redirects are not followed: an order must not travel to an address that nobody set. The body itself is never
    logged, since it carries the shared secret.

    :param str url: where to
    :param bytes body: the document, with its shared secret
    :param float timeout: seconds from the connection to the end of the answer
    :return: the answer, whatever its status
    :rtype: Answer
    :raises NotDelivered: before anything was sent
    :raises NoAnswer: after
    """
    stream = _Body(body)
    host = urlsplit(url).hostname or url
    headers = {
        'Content-Type': 'text/xml; charset=UTF-8',
        'Accept': 'text/xml, application/xml',
        'User-Agent': USER_AGENT,
    }
    deadline = _Deadline(timeout)
    too_late = f"{host}: no whole answer within {timeout} seconds"
    try:
        with requests.Session() as session:
            session.mount('http://', deadline)
            session.mount('https://', deadline)
            with session.post(
                url, data=stream, headers=headers, timeout=(CONNECT_TIMEOUT, timeout), allow_redirects=False,
                stream=True,
            ) as response:
                answer = Answer(response.status_code, _read(response, host))
    except (requests.exceptions.RequestException, OSError, ValueError) as error:
        _logger.info("cXML document to %s failed after it %s: %s", host,
                     "began to leave" if stream.started else "could not leave", type(error).__name__)
        if not stream.started:
            raise NotDelivered(f"{host}: {_reason(error)}") from error
        raise NoAnswer(too_late if deadline.over else f"{host}: {_reason(error)}") from error
    if deadline.over:
        raise NoAnswer(too_late)  # an answer without a length looks whole wherever it is cut off
    return answer


def _read(response, host):
    """Read the answer's body, as far as anybody may make us read.

    :param requests.Response response: the answer
    :param str host: who answers, for the error
    :rtype: bytes
    """
    content = bytearray()
    for chunk in response.iter_content(64 * 1024):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise NoAnswer(f"{host}: the answer is larger than {MAX_ANSWER_BYTES} bytes")
    return bytes(content)


def _reason(error):
    """Say in a few words what went wrong, from the innermost cause, without addresses of Python objects.

    :param Exception error: what requests raised
    :rtype: str
    """
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"no connection within {CONNECT_TIMEOUT} seconds"
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate could not be checked"
    cause = error
    while (inner := cause.__cause__ or cause.__context__) is not None:
        cause = inner
    text = getattr(cause, 'strerror', None) or str(cause) or type(cause).__name__
    return text.rsplit(': ', 1)[-1]
