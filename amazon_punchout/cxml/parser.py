"""The only place where bytes become XML elements."""

from functools import cached_property, wraps

from lxml import etree

from .bounds import excess
from .const import MAX_BYTES, MAX_TAG_BYTES, PARSER_ERRORS, UNREADABLE
from .encoding import declared_encoding, evident_encoding, utf8_document
from .errors import CxmlError

_ENVELOPES = ('Message', 'Request')
_REPEATED = ('ItemIn', 'ItemOut', 'ConfirmationItem', 'ShipNoticeItem', 'InvoiceDetailItem')
# What the sentences of these errors name.
_LIMITS = {'too_large': MAX_BYTES, 'too_long': MAX_TAG_BYTES}
# How libxml2 says that elements are nested too deeply: up to 2.11 an internal error, then a limit of a resource.
_DEPTH_CODES = (etree.ErrorTypes.ERR_INTERNAL_ERROR, 114)


class ReceivedDocument(bytes):
    """The bytes of a document, which are parsed once however many readers take them.

    Every function of this package that takes the bytes of a document takes them in this form as well. Values are
    immutable, so a reader that is :func:`read_once` gives all who ask the same ones.
    """

    @cached_property
    def _parsed(self):
        return _parse_bytes(self)

    @cached_property
    def _values(self):
        return {}


def read_once(reader):
    """Decorate a reader, so that it reads a :class:`ReceivedDocument` once however often it is asked."""
    @wraps(reader)
    def read(raw):
        if not isinstance(raw, ReceivedDocument):
            return reader(raw)
        if reader not in raw._values:
            raw._values[reader] = reader(raw)
        return raw._values[reader]
    return read


def parse(raw, document, roots=('cXML',)):
    """Parse a cXML document of any origin.

    A DOCTYPE is tolerated, since Amazon's messages have one, but nothing is fetched for it and it may declare nothing.
    Comments and processing instructions are dropped, so that text is in one piece and every node is an element. If the
    root is in a namespace (cXML has none), its elements get their plain names.

    :param bytes raw: the document in any encoding that it declares or shows
    :param str document: name of the expected document, for errors
    :param tuple roots: accepted names of the root element
    :return: the root element, to be read only: other readers may get the same
    :rtype: lxml.etree._Element
    :raise CxmlError: 'too_large', 'too_many', 'too_long', 'too_deep', 'not_xml' (HTML too), 'entities' or
        'wrong_document'
    """
    root = parse_any(raw, document)
    if root.tag not in roots:
        if root.tag.lower() == 'html':
            # The login or error page of a proxy.
            raise CxmlError('not_xml', document)
        raise CxmlError('wrong_document', document, value=root.tag)
    return root


def parse_any(raw, document):
    """Parse like :func:`parse`, whatever the name of the root is."""
    root, kind = parsed(raw)
    if root is not None and root.tag == UNREADABLE:
        # What is stored in place of a document that could not be read is read with the error of that document.
        kind = root.get('problem', '')
        kind = kind if kind in PARSER_ERRORS else 'not_xml'
    if kind:
        raise CxmlError(kind, document, value=_LIMITS.get(kind, ''))
    return root


def parsed(raw):
    """Parse a document, or find out why no reader accepts it.

    :param bytes raw: see :func:`parse`
    :return: the root element and None, or None and the kind of the :class:`CxmlError`
    :rtype: tuple
    """
    return raw._parsed if isinstance(raw, ReceivedDocument) else _parse_bytes(raw)


def _parse_bytes(raw):
    if len(raw) > MAX_BYTES:
        return None, 'too_large'
    try:
        body = _in_utf8(raw)
        # Half the bytes may have become two or three each.
        kind = 'too_large' if len(body) > MAX_BYTES else excess(body)
        if kind:
            return None, kind
        root = etree.fromstring(body, _hardened_parser())
    except (UnicodeDecodeError, LookupError):
        return None, 'not_xml'
    except etree.XMLSyntaxError as error:
        return None, 'too_deep' if error.code in _DEPTH_CODES and 'depth' in str(error) else 'not_xml'
    if _has_entities(root):
        return None, 'entities'
    _drop_namespace(root)
    return root, None


def document_name(root):
    """Name the document that a cXML element carries.

    :param root: a cXML element as given by :func:`parse`
    :return: e.g. 'PunchOutOrderMessage' or 'Response'; the name of the root if there is none
    :rtype: str
    """
    for child in root:
        if child.tag == 'Response':
            return child.tag
        if child.tag in _ENVELOPES:
            return next((node.tag for node in child if node.tag != 'Status'), child.tag)
    return root.tag


def enclosed(root, document):
    """Find a document in its envelope.

    :param root: a cXML element as given by :func:`parse`
    :param str document: e.g. 'PunchOutOrderMessage'
    :return: the element of that name in Message or Request
    :rtype: lxml.etree._Element
    :raise CxmlError: 'wrong_document', with the name of what is there instead
    """
    for envelope in root:
        if envelope.tag in _ENVELOPES:
            for child in envelope:
                if child.tag == document:
                    return child
    raise CxmlError('wrong_document', document, value=document_name(root))


def fault(kind, node, below='', value=''):
    """Make the error that says where in its document an element stands.

    :param str kind: see :class:`CxmlError`
    :param node: the element that is wrong, or that lacks something
    :param str below: path from the element to what is meant, e.g. 'Money/@currency'
    :param str value: what stands there
    :rtype: CxmlError
    """
    steps = []
    while node is not None and node.tag not in ('cXML', *_ENVELOPES):
        steps.insert(0, _step(node))
        node = node.getparent()
    document = steps.pop(0) if steps and steps[0] != 'Header' else 'cXML'
    return CxmlError(kind, document, '/'.join((*steps, below) if below else steps), value)


def _step(node):
    position = 1 + sum(1 for _sibling in node.itersiblings(node.tag, preceding=True))
    return f'{node.tag}[{position}]' if position > 1 or node.tag in _REPEATED else node.tag


def _hardened_parser():
    return etree.XMLParser(
        # Whatever the document declares: it was decoded here.
        encoding='utf-8',
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _in_utf8(raw):
    """Return the document in UTF-8, without blanks before it.

    Nothing is left to libxml2, so that what is counted before parsing is what it parses.

    :raise UnicodeDecodeError: if it is not in the encoding that it shows or declares
    :raise LookupError: if it declares one that is not read
    """
    encoding = evident_encoding(raw)
    if encoding:
        return raw[3:].lstrip(b' \t\r\n') if encoding == 'utf-8' else utf8_document(raw.decode(encoding))
    body = raw.lstrip(b' \t\r\n')
    encoding = declared_encoding(body)
    return body.decode(encoding).encode() if encoding else body


def _has_entities(root):
    """Return whether entities were declared in an encoding that hid them, or whether a reference is left in the text.

    An unresolved reference cuts the text of its element in two, and only the first half would be read.
    """
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is None:
        return False
    return next(dtd.iterentities(), None) is not None or next(root.iter(etree.Entity), None) is not None


def _drop_namespace(root):
    if not root.tag.startswith('{'):
        return
    prefix = root.tag[:root.tag.index('}') + 1]
    for node in root.iter(prefix + '*'):
        node.tag = node.tag[len(prefix):]
