"""Post a message to the purchasing system, correctly or with a fault, and read the answer."""

import base64
import contextlib
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from .accounts import ACCOUNTS
from .cxml_reader import MASK

TIMEOUT = 60
LONGEST_ANSWER = 20_000
OVERSIZED = 32 * 1024 * 1024
# Nine levels of ten each: one kilobyte expands to a gigabyte.
BOMB = '<!ENTITY a "aaaaaaaaaa">' + ''.join(
    f'<!ENTITY {name} "{f"&{inner};" * 10}">' for inner, name in zip('abcdefgh', 'bcdefghi', strict=True))
UNKNOWN = 'SIM-GROUP-UNKNOWN'

# What can be wrong with a message.
FAULTS = {
    'wrong_secret': 'has a wrong password or secret',
    'no_secret': 'has neither password nor secret',
    'unknown_group': 'names an unknown group and an unknown user',
    'other_group': 'names another group in To',
    'unknown_order': 'names an order that does not exist',
    'unknown_type': 'has an unknown document type',
    'malformed': 'is incomplete',
    'entity': 'has an entity that reads a file',
    'entity_bomb': 'has an entity that expands to a gigabyte',
    'oversized': f'is larger than {OVERSIZED // 1024 // 1024} MB',
    'content_type': 'has the content type of a web page',
    'cut': 'is cut off by a lost connection',
}


@dataclass(frozen=True)
class Answer:
    """The answer to a message: http is None without one, and code is its cXML Status if there is one."""

    http: int | None
    code: str
    text: str
    body: str

    @property
    def is_delivered(self):
        return self.http == 200 and self.code.startswith('2')

    @property
    def is_final(self):
        """Tell whether the answer is final; any other is a transport error, after which Amazon tries again."""
        return self.http == 200 and self.code[:1] in ('2', '4')


def post(account, settings, document, fault=None):
    """Send a document once.

    :param simulator.accounts.Account account: the group.
    :param simulator.deliveries.Settings settings: address and authentication.
    :param bytes document: the document without the secret.
    :param str fault: one of FAULTS, if any.
    :rtype: Answer
    """
    body = _spoil(account, _with_secret(settings, document, fault), fault)
    headers = {'Content-Type': 'text/html' if fault == 'content_type' else 'text/xml; charset=UTF-8',
               'Content-Length': str(len(body)), 'Connection': 'close'}
    if settings.auth == 'basic' and fault != 'no_secret':
        user = UNKNOWN if fault == 'unknown_group' else settings.user
        password = 'wrong' if fault == 'wrong_secret' else settings.password
        headers['Authorization'] = 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()
    url = urlsplit(settings.url)
    # Directly to the address, without this machine's proxies and without following redirects.
    connection_class = http.client.HTTPSConnection if url.scheme == 'https' else http.client.HTTPConnection
    connection = connection_class(url.hostname, url.port, timeout=TIMEOUT)
    try:
        connection.connect()
        return _exchange(connection, url._replace(scheme='', netloc='').geturl() or '/', headers, body, fault)
    except (OSError, http.client.HTTPException) as error:
        return Answer(None, '', f'No answer: {error or type(error).__name__}', '')
    finally:
        connection.close()


def _exchange(connection, path, headers, body, fault):
    connection.putrequest('POST', path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    if fault == 'cut':
        connection.send(body[:len(body) // 2])
        return Answer(None, '', 'The connection was cut, as requested by the fault.', '')
    # A server that does not accept a large body may answer and close before it has read all of it.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.send(body)
    response = connection.getresponse()
    raw = response.read(LONGEST_ANSWER)
    code, text = _status(raw)
    return Answer(response.status, code, text, raw.decode('utf-8', 'replace'))


def _status(raw):
    """Return code and text of the Status in an answer, if it is cXML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        status = etree.fromstring(raw, parser).find('Response/Status')
    except (etree.XMLSyntaxError, ValueError):
        return '', 'The answer is not cXML.'
    if status is None:
        return '', 'The answer has no Status.'
    return status.get('code', ''), ' '.join(filter(None, (status.get('text'), (status.text or '').strip())))


def _with_secret(settings, document, fault):
    if settings.auth != 'secret' or fault == 'no_secret':
        return document
    secret = 'wrong' if fault == 'wrong_secret' else settings.secret
    return _change(document, lambda root: _add_secret(root, secret))


def _add_secret(root, secret):
    etree.SubElement(root.find('Header/Sender/Credential'), 'SharedSecret').text = secret


def masked(settings, document):
    """Return the document in readable form, without the secret.

    :rtype: str
    """
    root = etree.fromstring(document)
    if settings.auth == 'secret':
        _add_secret(root, MASK)
    etree.indent(root)
    return etree.tostring(root, encoding='unicode')


def _spoil(account, document, fault):
    if fault == 'unknown_group':
        return _change(document, lambda root: _name_group(root, UNKNOWN))
    if fault == 'other_group':
        other = next(other for other in ACCOUNTS if other is not account)
        return _change(document, lambda root: _name_group(root, other.identity))
    if fault == 'unknown_order':
        return _change(document, _name_no_order)
    if fault == 'unknown_type':
        return _change(document, lambda root: setattr(root.find('Request')[0], 'tag', 'ArchiveRequest'))
    if fault == 'malformed':
        return document[:len(document) // 2]
    if fault == 'entity':
        return _with_entity(document, '<!ENTITY file SYSTEM "file:///etc/passwd">', 'file')
    if fault == 'entity_bomb':
        return _with_entity(document, BOMB, 'i')
    if fault == 'oversized':
        return document.replace(b'</cXML>', b'<!--' + b' ' * OVERSIZED + b'--></cXML>')
    return document


def _change(document, change):
    root = etree.fromstring(document)
    change(root)
    return etree.tostring(root, xml_declaration=True, encoding='UTF-8', doctype=root.getroottree().docinfo.doctype)


def _name_group(root, identity):
    root.find('Header/To/Credential/Identity').text = identity


def _name_no_order(root):
    for reference in root.iter('OrderReference'):
        reference.set('orderID', 'NO-SUCH-ORDER')
        reference.find('DocumentReference').set('payloadID', 'no.such.order@amazon-simulator.example')


def _with_entity(document, definitions, name):
    root = etree.fromstring(document)
    spoilt = etree.tostring(root, encoding='unicode').replace('</UserAgent>', f'&{name};</UserAgent>')
    return f'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE cXML [{definitions}]>{spoilt}'.encode()
