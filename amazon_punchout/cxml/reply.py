"""Response: what we answer at once to a request of the supplier."""

from .errors import CxmlError
from .writing import add, document_bytes, is_filled, set_attribute, set_timestamp, start_envelope

RESPONSE = 'Response'


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
    """Write where somebody who was announced shall go.

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
        raise CxmlError('bad_value', RESPONSE, 'Status/@code', code)
    response = add(start_envelope(RESPONSE, payload_id, timestamp), RESPONSE)
    status = add(response, 'Status', message)
    status.set('code', str(code))
    set_attribute(status, 'text', text)
    return response
