"""Response: what the receiver of a request answers at once, Amazon or we."""

import re
from dataclasses import dataclass

from .element_readers import text_of
from .element_writers import add, document_bytes, is_filled, set_attribute, set_timestamp, start_envelope
from .errors import CxmlError
from .parser import document_name, parse
from .text_values import BLANK, collapsed, web_url

DOCUMENT = 'Response'


@dataclass(frozen=True, slots=True)
class Response:
    """An answer.

    `text` is Status/@text, `message` the content of Status on one line: the reason if the request was declined.

    `start_page_url` opens the shop for the person that was asked for; it is None unless it is http or https.
    """

    code: int
    text: str = ''
    message: str = ''
    start_page_url: str | None = None
    payload_id: str | None = None

    @property
    def has_start_page(self):
        """Whether there is a page to go to; a setup request that is answered with 200 but without one has failed."""
        return self.start_page_url is not None


def read_response(raw):
    """Read a Response, or a bare Status as Amazon answers to what it can't read.

    Amazon's answers may lack payloadID, timestamp and Status/@text.

    :param bytes raw: the body of the HTTP answer
    :rtype: Response
    :raise CxmlError: see :func:`.parser.parse`; 'missing' or 'bad_value' for Status/@code
    """
    root = parse(raw, DOCUMENT, roots=('cXML', 'Response', 'Status'))
    response = root.find('Response') if root.tag == 'cXML' else root
    if response is None:
        raise CxmlError('wrong_document', DOCUMENT, value=document_name(root))
    status = response.find('Status') if response.tag == 'Response' else response
    if status is None:
        raise CxmlError('missing', DOCUMENT, 'Status')
    return Response(
        code=_read_code(status),
        text=status.get('text', '').strip(BLANK),
        message=collapsed(text_of(status)),
        start_page_url=web_url(response.findtext('PunchOutSetupResponse/StartPage/URL')),
        payload_id=root.get('payloadID'),
    )


def _read_code(status):
    code = status.get('code', '').strip(BLANK)
    if not code:
        raise CxmlError('missing', DOCUMENT, 'Status/@code')
    if not re.fullmatch('[0-9]{1,9}', code):
        raise CxmlError('bad_value', DOCUMENT, 'Status/@code', code)
    return int(code)


def write_response(payload_id, timestamp, code, text, message=''):
    """Write an answer.

    :param str payload_id: of the answer
    :param datetime.datetime timestamp: aware
    :param int code: like those of HTTP
    :param str text: what the code means, e.g. 'OK'
    :param str message: what happened, for a person
    :rtype: bytes
    :raise CxmlError: 'missing' for the payloadID, 'bad_value' for the code
    :raise ValueError: if the timestamp is naive
    """
    return document_bytes(_start_response(payload_id, timestamp, code, text, message))


def write_profile_response(payload_id, timestamp, effective_date, transactions):
    """Write which requests are taken, and where.

    :param str payload_id: of the answer
    :param datetime.datetime timestamp: aware
    :param datetime.datetime effective_date: aware; since when this is so
    :param transactions: (name of the request, URL), at least one
    :rtype: bytes
    :raise CxmlError: 'missing' for the payloadID or the transactions
    :raise ValueError: if a timestamp is naive
    """
    response = _start_response(payload_id, timestamp, 200, 'OK')
    profile = add(response, 'ProfileResponse')
    set_timestamp(profile, 'effectiveDate', effective_date)
    for name, url in transactions:
        transaction = add(profile, 'Transaction')
        set_attribute(transaction, 'requestName', name)
        add(transaction, 'URL', url)
    if not len(profile):
        raise CxmlError('missing', 'ProfileResponse', 'Transaction')
    return document_bytes(response)


def write_setup_response(payload_id, timestamp, start_page_url):
    """Write the page to which an announced person is to be sent.

    :param str payload_id: of the answer
    :param datetime.datetime timestamp: aware
    :param str start_page_url: StartPage/URL
    :rtype: bytes
    :raise CxmlError: 'missing' for the payloadID or the URL
    :raise ValueError: if the timestamp is naive
    """
    response = _start_response(payload_id, timestamp, 200, 'OK')
    start_page = add(add(response, 'PunchOutSetupResponse'), 'StartPage')
    if not is_filled(start_page_url):
        raise CxmlError('missing', 'PunchOutSetupResponse', 'StartPage/URL')
    add(start_page, 'URL', start_page_url)
    return document_bytes(response)


def _start_response(payload_id, timestamp, code, text, message=''):
    if code < 0:
        raise CxmlError('bad_value', DOCUMENT, 'Status/@code', code)
    response = add(start_envelope(DOCUMENT, payload_id, timestamp), DOCUMENT)
    status = add(response, 'Status', message)
    status.set('code', str(code))
    set_attribute(status, 'text', text)
    return response
