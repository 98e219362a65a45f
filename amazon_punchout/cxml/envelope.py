"""What stands around every request that the supplier sends: who sends it, and what it is."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from .element_readers import attribute_of, read_header, trimmed
from .elements import Header
from .errors import CxmlError
from .order_reference import read_order_references
from .parser import document_name, parse, read_once
from .text_values import parse_timestamp

REQUEST = 'Request'


@dataclass(frozen=True, slots=True)
class RequestEnvelope:
    """The outside of a request. `document` is e.g. 'ConfirmationRequest'; `shared_secret` that of the Sender.

    `order_ids` and `order_payload_ids` are all orders that the document names, in its order.
    """

    document: str
    payload_id: str | None
    timestamp: datetime | None
    header: Header
    deployment_mode: str | None
    shared_secret: str | None = field(default=None, repr=False)
    order_ids: tuple[str, ...] = ()
    order_payload_ids: tuple[str, ...] = ()


@read_once
def read_request(raw):
    """Read who sends a request and which orders it is about; its own reader judges the rest.

    :param bytes raw: a cXML document with a Request, or with a Message
    :rtype: RequestEnvelope
    :raise CxmlError: see :func:`.parser.parse`; 'wrong_document' if it is something else, 'missing' if it is empty
    """
    root = parse(raw, REQUEST)
    envelope = next((node for node in root if node.tag in ('Request', 'Message')), None)
    if envelope is None:
        raise CxmlError('wrong_document', REQUEST, value=document_name(root))
    document = next((node for node in envelope if node.tag != 'Status'), None)
    if document is None:
        raise CxmlError('missing', envelope.tag)
    order_ids, order_payload_ids = read_order_references(document)
    return RequestEnvelope(
        document=document.tag,
        payload_id=attribute_of(root, 'payloadID'),
        timestamp=parse_timestamp(root.get('timestamp')),
        header=read_header(root),
        deployment_mode=envelope.get('deploymentMode'),
        shared_secret=_read_shared_secret(root),
        order_ids=order_ids,
        order_payload_ids=order_payload_ids,
    )


def content_digest(raw):
    """Hash what a document says, to tell a repetition from another document with the same payloadID.

    What may differ between two tries doesn't count: the Header, the timestamp, blanks between elements, the encoding.

    :param bytes raw: a document that can be read by :func:`read_request`
    :return: SHA-256 of its Request or Message
    :rtype: str
    :raise CxmlError: see :func:`read_request`
    """
    root = parse(raw, REQUEST)
    node = next((each for each in root if each.tag in ('Request', 'Message')), None)
    if node is None:
        raise CxmlError('wrong_document', REQUEST, value=document_name(root))
    text = etree.tostring(node, encoding='unicode', with_tail=False)
    return hashlib.sha256(etree.canonicalize(text, strip_text=True).encode()).hexdigest()


def _read_shared_secret(root):
    header = root.find('Header')
    if header is not None:
        for node in header.iterfind('Sender/Credential/SharedSecret'):
            if secret := trimmed(node):
                return secret
    return None
