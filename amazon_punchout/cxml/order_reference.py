"""How messages of the supplier name the order that they are about."""

from dataclasses import dataclass

from .element_readers import attribute_of
from .element_writers import add, is_filled, set_attribute
from .parser import fault

_REFERENCES = ('OrderReference', 'OrderIDInfo')


@dataclass(frozen=True, slots=True)
class OrderReference:
    """The order that a message is about: our number, and the payloadID of our OrderRequest. Either may be missing."""

    order_id: str | None = None
    payload_id: str | None = None


def read_order_reference(owner):
    """Read the OrderReference, or the OrderIDInfo, of an element.

    :param owner: e.g. a ConfirmationRequest, a ShipNoticePortion or an InvoiceDetailOrderInfo
    :return: the reference; what is missing stays None
    :rtype: OrderReference
    """
    order_id = payload_id = None
    for node in owner:
        if node.tag in _REFERENCES:
            order_id = order_id or attribute_of(node, 'orderID')
            payload_id = payload_id or read_document_reference(node)
    return OrderReference(order_id, payload_id)


def read_order_references(document):
    """Read all that a document names orders by, wherever it does.

    :return: the order numbers and the payloadIDs, each once, in the order of the document
    :rtype: tuple[tuple[str, ...], tuple[str, ...]]
    """
    order_ids, payload_ids = {}, {}
    for node in document.iter(*_REFERENCES):
        order_ids[attribute_of(node, 'orderID')] = True
        payload_ids[read_document_reference(node)] = True
    return tuple(filter(None, order_ids)), tuple(filter(None, payload_ids))


def read_document_reference(owner):
    """Read the payloadID of the DocumentReference of an element.

    :rtype: str | None
    """
    for child in owner:
        if child.tag == 'DocumentReference':
            return attribute_of(child, 'payloadID')
    return None


def add_order_reference(parent, order):
    """Append an OrderReference.

    :param OrderReference order: at least its payloadID, which the DTD demands
    :raise CxmlError: 'missing'
    """
    node = add(parent, 'OrderReference')
    if not is_filled(order.payload_id):
        raise fault('missing', node, 'DocumentReference/@payloadID')
    if is_filled(order.order_id):
        set_attribute(node, 'orderID', order.order_id)
    add_document_reference(node, order.payload_id)


def add_document_reference(parent, payload_id):
    """Append a DocumentReference."""
    set_attribute(add(parent, 'DocumentReference'), 'payloadID', payload_id)
