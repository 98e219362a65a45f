"""The one exception of the codec."""

from .const import CONFIDENTIAL_ELEMENTS

_SENTENCES = {
    'not_xml': "This is not an XML document; a {document} was expected.",
    'entities': "The {document} declares or uses entities of its own, which is not allowed.",
    'too_large': "The {document} is larger than {value} bytes.",
    'too_deep': "The elements of the {document} are nested too deeply.",
    'too_many': "The {document} has too many elements or attributes.",
    'too_long': "The {document} has a tag, or a text before its first tag, of more than {value} bytes.",
    'wrong_document': "A {document} was expected, but this is a document of type {value}.",
    'missing': "The {document} has no {element}.",
    'bad_value': "The {document} has an invalid value in {element}: {value}",
    'not_allowed': "cXML does not allow {value} in {element} of the {document}.",
    'mixed_currency': "The {document} has more than one currency: {element} is in {value}.",
}
_EXCERPT_LENGTH = 80
# Of a path below the document: names of elements may be as long as a tag.
_PATH_LENGTH = 200


class CxmlError(ValueError):
    """A document that can't be read or must not be written.

    `str()` gives an English sentence; callers that translate build their own from the attributes.

    :param str kind: 'not_xml', 'entities', 'too_large', 'too_deep', 'too_many', 'too_long', 'wrong_document',
        'missing', 'bad_value', 'not_allowed' or 'mixed_currency'
    :param str document: the expected document, e.g. 'PunchOutOrderMessage', cut to 80 characters
    :param str element: path below the document, e.g. 'ItemIn[2]/ItemDetail/UnitPrice'; attributes as '@code'. Of a
        path of more than 200 characters the last ones are kept
    :param str value: what stood there, cut to 80 characters; always empty for secrets and cookies
    """

    def __init__(self, kind, document='', element='', value=''):
        if kind not in _SENTENCES:
            raise TypeError(f"unknown kind of CxmlError: {kind!r}")
        value = ' '.join(str(value).split())[:_EXCERPT_LENGTH]
        if any(name in element for name in CONFIDENTIAL_ELEMENTS):
            value = ''
        document, element = document[:_EXCERPT_LENGTH], element[-_PATH_LENGTH:]
        super().__init__(kind, document, element, value)
        self.kind = kind
        self.document = document
        self.element = element
        self.value = value

    def __str__(self):
        return _SENTENCES[self.kind].format(
            document=self.document or "document",
            element=self.element or "content",
            value=self.value or "(nothing)",
        )
