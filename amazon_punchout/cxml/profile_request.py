"""ProfileRequest: asks a server which requests it takes, or only whether it is there. Nothing is ordered by it."""

from .element_writers import document_bytes, start_document

DOCUMENT = 'ProfileRequest'


def write_profile_request(payload_id, timestamp, header, deployment_mode):
    """Write the question.

    The SharedSecret is not in it, see :func:`.redaction.with_shared_secret`.

    :param str payload_id: of the request
    :param datetime.datetime timestamp: aware
    :param Header header: who asks whom
    :param str deployment_mode: 'production' or 'test'
    :rtype: bytes
    :raise CxmlError: 'missing' for the payloadID or a credential, 'bad_value' for the deployment mode
    :raise ValueError: if the timestamp is naive
    """
    return document_bytes(start_document(DOCUMENT, payload_id, timestamp, header, deployment_mode))
