"""The only place that sends HTTP requests to Amazon."""
import contextlib
import errno
import http.client
import io
import logging
import socket
import ssl
import threading
from dataclasses import dataclass, field

import requests
import urllib3
from requests.adapters import HTTPAdapter

from ..const import CONNECT_TIMEOUT, USER_AGENT
from .addresses import find_address_problem, split_address
from .networks import may_connect

_logger = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 5 * 1024 * 1024
# When an API wants to be asked again, by what Amazon finds a request in its own logs, and what a file is.
KEPT_HEADERS = ('Retry-After', 'x-amzn-RequestId', 'Content-Type')


class ForbiddenAddress(OSError):
    """A host has no address that Odoo may connect to."""


# What each error says about the connection, from the most precise on.
KINDS = (
    (ForbiddenAddress, 'forbidden_address'),
    (requests.exceptions.ConnectTimeout, 'connect_timeout'),
    ((requests.exceptions.Timeout, TimeoutError), 'timeout'),
    (ssl.SSLCertVerificationError, 'certificate'),
    ((requests.exceptions.SSLError, ssl.SSLError), 'tls'),
    (socket.gaierror, 'unknown_host'),
    (ConnectionRefusedError, 'connection_refused'),
    ((ConnectionResetError, ConnectionAbortedError, BrokenPipeError), 'connection_lost'),
    ((requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL,
      UnicodeError), 'bad_address'),
    ((requests.exceptions.ChunkedEncodingError, http.client.IncompleteRead), 'incomplete'),
    (http.client.HTTPException, 'not_http'),
)


class HttpError(Exception):
    """A document could not be posted, or its answer could not be read.

    It has no words for people: the model of the documents makes them, in their language.

    :param str kind: 'forbidden_address', 'connect_timeout', 'timeout', 'certificate', 'tls', 'unknown_host',
        'unreachable', 'connection_refused', 'connection_lost', 'bad_address', 'incomplete', 'not_http', 'late',
        'too_large' or 'other'
    :param str host: the other side
    :param float seconds: how long we waited, of 'connect_timeout' and 'late'
    :param int size: how many bytes are too many, of 'too_large'
    :param str detail: what the system or a library says, of 'other'
    """

    def __init__(self, kind, host, seconds=None, size=None, detail=None):
        super().__init__(kind, host, seconds, size, detail)
        self.kind = kind
        self.host = host
        self.seconds = seconds
        self.size = size
        self.detail = detail

    def __str__(self):
        return f'{self.host}: {self.kind}'


class NotDelivered(HttpError):
    """No connection came about: nothing of the document has left this machine."""


class NoAnswer(HttpError):
    """The document, or a part of it, has left and no whole answer came back: what became of it is unknown."""


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP.

    :param status: the HTTP status code
    :param body: the bytes of the answer, at most :data:`MAX_ANSWER_BYTES`
    :param headers: those of :data:`KEPT_HEADERS` that came, by the name there
    """
    status: int
    body: bytes
    headers: dict = field(default_factory=dict)


class _Body(io.BytesIO):
    """A request body that knows whether reading has begun, which is when the bytes leave."""
    started = False

    def read(self, *args):
        self.started = True
        return super().read(*args)


class _Watch(HTTPAdapter):
    """Connects only where Odoo may, and ends the connection when the time is over.

    The timeouts of requests count from one byte to the next, so an answer that drips would never end, and Odoo would
    kill the scheduled action in the middle of an order.
    """

    def __init__(self, seconds, networks):
        """Set the limits of the connection.

        :param float seconds: how long it may take to the end of the answer
        :param networks: to which it may lead besides public addresses
        """
        self.over = False
        self._seconds = seconds
        self._networks = networks
        self._timer = None
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self._watch_pools(self.poolmanager, is_direct=True)

    def proxy_manager_for(self, *args, **kwargs):
        manager = super().proxy_manager_for(*args, **kwargs)
        # The administrator of the machine chose the proxy, which resolves the host and must check its address.
        self._watch_pools(manager, is_direct=False)
        return manager

    def close(self):
        if self._timer:
            self._timer.cancel()
        super().close()

    def _watch_pools(self, manager, is_direct):
        manager.pool_classes_by_scheme = {
            scheme: self._watched(pool_class, is_direct)
            for scheme, pool_class in manager.pool_classes_by_scheme.items()}

    def _watched(self, pool_class, is_direct):
        adapter = self

        class Connection(pool_class.ConnectionCls):
            def connect(self):
                super().connect()
                adapter._start(self.sock)

            def _new_conn(self):
                return _connect(self, adapter._networks) if is_direct else super()._new_conn()

        return type(pool_class.__name__, (pool_class,), {'ConnectionCls': Connection})

    def _start(self, sock):
        self._timer = threading.Timer(self._seconds, self._end, [sock])
        self._timer.daemon = True
        self._timer.start()

    def _end(self, sock):
        self.over = True
        with contextlib.suppress(OSError):  # it may have ended by itself
            # Of the plain socket: that of a TLS one would forget its encryption under the thread that reads.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _connect(connection, networks):
    """Open the socket of a connection, in place of urllib3.

    The host is resolved once, and what is checked is what is connected to: a name that leads elsewhere the next time
    gains nothing. TLS verifies the certificate of the name afterwards, as always.

    :param connection: an `urllib3.connection.HTTPConnection`
    :param networks: as for :func:`post_cxml`
    :rtype: socket.socket
    :raises ForbiddenAddress: the host has no address that Odoo may connect to
    """
    found = socket.getaddrinfo(
        connection.host, connection.port, urllib3.util.connection.allowed_gai_family(), socket.SOCK_STREAM)
    allowed = [each for each in found if may_connect(each[4][0], networks)]
    if not allowed:
        _logger.warning(
            "Not connected to %s (%s): only public addresses and networks that a system administrator lists in the "
            "system parameter amazon_punchout.allowed_networks are allowed.",
            connection.host, ", ".join(sorted({each[4][0] for each in found})))
        raise ForbiddenAddress(connection.host)
    for family, kind, protocol, _name, address in allowed:
        sock = socket.socket(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(connection.timeout)
            sock.connect(address)
            return sock
        except OSError as error:
            sock.close()
            last = error
    kind = urllib3.exceptions.ConnectTimeoutError if isinstance(last, TimeoutError) \
        else urllib3.exceptions.NewConnectionError
    raise kind(connection, str(last)) from last


def post_cxml(url, body, timeout, networks=()):
    """Post a cXML document.

    The body is never logged, since it contains the shared secret.

    :param str url: where to
    :param bytes body: the document, with its shared secret
    :param float timeout: seconds from the connection to the end of the answer
    :param networks: of `ipaddress`, to which it may go besides public addresses
    :return: the answer, whatever its status
    :rtype: Answer
    :raises NotDelivered: nothing was sent
    :raises NoAnswer: something was sent, and there was no whole answer
    """
    return _exchange('POST', url, body, {
        'Content-Type': 'text/xml; charset=UTF-8', 'Accept': 'text/xml, application/xml'}, timeout, networks)


def call_api(method, url, headers, timeout, networks=(), body=b''):
    """Call a REST API.

    Headers and body are never logged, since they contain secrets and tokens.

    :param str method: 'GET' or 'POST'
    :param str url: with its query
    :param dict headers: texts by name
    :param bytes body: empty for none
    :return: as :func:`post_cxml`, which has the other parameters and errors, too
    :rtype: Answer
    """
    return _exchange(method, url, body, {'Accept': 'application/json', **headers}, timeout, networks)


def _exchange(method, url, body, headers, timeout, networks):
    """Send a request and read its answer.

    Redirects are not followed: an order must not go to an address that nobody has set. Hosts in the company's own
    network get nothing, unless a system administrator allows it: an address could be set to make Odoo reach what only
    it can reach.
    """
    stream, host = _Body(body), _host_of(url)
    if find_address_problem(url):
        raise NotDelivered('bad_address', host)
    watch = _Watch(timeout, networks)
    try:
        with requests.Session() as session:
            # Even for a redirect that it doesn't follow, requests reads all of the answer and the address.
            session.get_redirect_target = lambda _response: None
            session.mount('http://', watch)
            session.mount('https://', watch)
            with session.request(
                method, url, data=stream if body else None, headers={**headers, 'User-Agent': USER_AGENT},
                timeout=(CONNECT_TIMEOUT, timeout), allow_redirects=False, stream=True,
            ) as response:
                answer = Answer(response.status_code, _read(response, host), {
                    name: response.headers[name] for name in KEPT_HEADERS if name in response.headers})
    except HttpError:
        raise
    except Exception as error:  # whatever a library raises: only whether the document has begun to leave counts
        # The caller writes the line about the document.
        _logger.debug("Asking %s failed after the request %s: %s", host,
                      "began to leave" if stream.started else "could not leave", type(error).__name__)
        if not stream.started:
            raise NotDelivered(host=host, **_facts(error)) from error
        if watch.over:
            raise NoAnswer('late', host, seconds=timeout) from error
        raise NoAnswer(host=host, **_facts(error)) from error
    if watch.over:
        raise NoAnswer('late', host, seconds=timeout)  # without a length it looks whole wherever it is cut off
    return answer


def _host_of(url):
    """Give the host of an address, or the address itself if it has none or is not valid.

    :param str url: as an administrator entered it
    :return: without a password
    :rtype: str
    """
    return split_address(url).hostname or url.rpartition('@')[2]


def _read(response, host):
    """Read the body of the answer, up to :data:`MAX_ANSWER_BYTES`.

    :param requests.Response response: the answer
    :param str host: the other side, for the error
    :rtype: bytes
    """
    content = bytearray()
    for chunk in response.iter_content(64 * 1024):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise NoAnswer('too_large', host, size=MAX_ANSWER_BYTES)
    return bytes(content)


def _facts(error):
    """Find what kind of error kept a document from being exchanged.

    :param Exception error: what requests raised
    :return: values of :class:`HttpError`, without the host
    :rtype: dict
    """
    causes = _causes(error)
    for types, kind in KINDS:
        if any(isinstance(cause, types) for cause in causes):
            return {'kind': kind, 'seconds': CONNECT_TIMEOUT if kind == 'connect_timeout' else None}
    if any(getattr(cause, 'errno', None) in (errno.EHOSTUNREACH, errno.ENETUNREACH) for cause in causes):
        return {'kind': 'unreachable'}
    inner = causes[-1]
    text = getattr(inner, 'strerror', None) or str(inner) or type(inner).__name__
    return {'kind': 'other', 'detail': text.rsplit(': ', 1)[-1]}  # without addresses of Python objects


def _causes(error):
    """List an error and what caused it, the innermost last: libraries chain errors or wrap them as arguments.

    :param Exception error: what requests raised
    :rtype: list[BaseException]
    """
    causes = [error]
    for cause in causes:
        inner = (cause.__cause__ or cause.__context__, *cause.args)
        causes += [each for each in inner if isinstance(each, BaseException) and each not in causes]
    return causes
