"""Web addresses as people enter them."""
import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from requests.models import PreparedRequest

# Names and IPv4 addresses, or IPv6 addresses without a zone. Other names are prepared in this form by requests.
HOST = re.compile(r'[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]+')


def split_address(url):
    """Split an address that may be typed halfway.

    :param str url: as a person types it
    :rtype: urllib.parse.SplitResult
    """
    try:
        return urlsplit(url)
    except ValueError:  # half an IPv6 address
        return SplitResult('', '', '', '', '')


def is_loopback(host):
    """Tell whether a host is the machine itself, as in a trial with the simulator.

    :param str host: without a port
    :rtype: bool
    """
    if host == 'localhost' or host.endswith('.localhost'):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def find_address_problem(url):
    """Find what keeps a document from being posted to an address.

    It must mean the same to Python and to requests, which have parsers of their own.

    :param str url: as a person entered it
    :return: `blank`, `scheme`, `user`, `port` or `host`: what is wrong first; None if nothing is
    :rtype: str | None
    """
    if not url.isprintable() or ' ' in url:
        return 'blank'
    if not url.lower().startswith(('https://', 'http://')):
        return 'scheme'
    parts = split_address(url)
    if '@' in parts.netloc:
        return 'user'
    try:
        if parts.port == 0:
            return 'port'
    except ValueError:
        return 'port'
    return None if _has_host(url, parts) else 'host'


def _has_host(url, parts):
    """Tell whether an address has a host that a name server can be asked for.

    :param str url: the address
    :param urllib.parse.SplitResult parts: of the address
    :rtype: bool
    """
    prepared = PreparedRequest()
    try:
        prepared.prepare_url(url, None)
        host = urlsplit(prepared.url).hostname or ''
        host.encode('idna')  # as the resolver does
    except (OSError, ValueError):  # those of requests are an OSError, those of urllib3 and of texts a ValueError
        return False
    same = host == parts.hostname or not (parts.hostname or '').isascii()
    return same and bool(HOST.fullmatch(host))
