"""Documents as people read them."""

from lxml import etree

from .parser import parsed


def indented(raw):
    """Write a document with one line for each element.

    This is for the screen only: the bytes that are stored, hashed and downloaded stay as they are.

    :param bytes raw: the document
    :return: the text; None if it can't be parsed
    :rtype: str | None
    """
    root, _problem = parsed(bytes(raw))  # a tree of its own, since it is changed here
    if root is None:
        return None
    etree.indent(root)
    return etree.tostring(root.getroottree(), encoding='unicode')
