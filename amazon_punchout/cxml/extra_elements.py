"""Elements of other addons in the documents that we write, at the place where the DTD wants them."""

import re
from dataclasses import dataclass

from lxml import etree

from .const import CONFIDENTIAL_ELEMENTS, CONTENT_MODELS, XML_LANG
from .errors import CxmlError
from .text_values import xml_text

_PATH = re.compile(r'[A-Za-z]+(?:\[[1-9][0-9]{0,5}\])?(?:/[A-Za-z]+(?:\[[1-9][0-9]{0,5}\])?)*')
_NAME = re.compile(r'[A-Za-z_][A-Za-z0-9_.-]*')
_NEVER_WRITTEN = frozenset(name.casefold() for name in CONFIDENTIAL_ELEMENTS)


@dataclass(frozen=True, slots=True)
class Element:
    """An element of cXML with its text before its children; `attributes` are (name, text), e.g. ('xml:lang', 'en')."""

    name: str
    text: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple['Element', ...] = ()


@dataclass(frozen=True, slots=True)
class ExtraElement:
    """An element that goes into one that we write.

    `parent` is its path below the document, as :class:`CxmlError` has it: 'OrderRequestHeader', 'ItemOut[2]',
    'ItemOut[2]/ItemDetail', 'OrderRequestHeader/ShipTo/Address', or 'Header/To'; the name of the document, e.g.
    'PunchOutSetupRequest', is the document itself. Several elements for one place stand there in the order in which
    they are given, behind our own ones.
    """

    parent: str
    element: Element


def add_extra_elements(document, extra):
    """Put elements into a document that is complete otherwise.

    :param document: the element of the document, e.g. an OrderRequest
    :param extra: :class:`ExtraElement` values
    :raise CxmlError: 'missing' for a parent that isn't there, or that isn't the only one; 'not_allowed' for an element
        that the DTD doesn't allow in it, or no second time; 'bad_value' for names and texts that XML can't carry
    """
    for each in extra:
        _insert(_find_parent(document, each.parent), each, document.tag)


def _find_parent(document, path):
    if path == document.tag:
        return document
    # Header stands beside the Request that holds the document.
    root = document.getparent().getparent() if path.startswith('Header/') else document
    found = root.findall(path) if root is not None and _PATH.fullmatch(path) else ()
    if len(found) != 1:
        # None, or several: which of them was meant?
        raise CxmlError('missing', document.tag, xml_text(path))
    return found[0]


def _insert(parent, extra, document):
    name = extra.element.name
    places = CONTENT_MODELS.get(parent.tag, {})
    if name not in places:
        raise CxmlError('not_allowed', document, extra.parent, xml_text(name))
    place, is_repeatable = places[name]
    position = 0
    for index, child in enumerate(parent, start=1):
        child_place = places[child.tag][0]
        if child_place == place and not is_repeatable:
            raise CxmlError('not_allowed', document, extra.parent, xml_text(name))
        if child_place <= place:
            position = index
    parent.insert(position, _build(extra.element, document, f'{extra.parent}/{name}'))


def _build(element, document, path):
    """Make the XML element; nothing is dropped from it silently."""
    if element.name.casefold() in _NEVER_WRITTEN:
        raise CxmlError('not_allowed', document, path, element.name)
    _check_name(element.name, document, path)
    node = etree.Element(element.name)
    for name, text in element.attributes:
        if name != 'xml:lang':
            _check_name(name, document, f'{path}/@{xml_text(name)}')
        _check_text(text, document, f'{path}/@{name}')
        node.set(XML_LANG if name == 'xml:lang' else name, text)
    if element.text:
        _check_text(element.text, document, path)
        node.text = element.text
    for child in element.children:
        node.append(_build(child, document, f'{path}/{xml_text(child.name)}'))
    return node


def _check_name(name, document, path):
    if not _NAME.fullmatch(name):
        raise CxmlError('bad_value', document, path, xml_text(name))


def _check_text(text, document, path):
    if xml_text(text) != text:
        raise CxmlError('bad_value', document, path, xml_text(text))
