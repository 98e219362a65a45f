"""Elements that several documents share: from XML elements to the values of common.py.

Every function looks only at the children of the element that it is given: the price of an item is not its tax.
"""

import re

from .common import Credential, Header, LocalizedText, Money, Shipping, Tax, TaxDetail
from .const import DEFAULT_LANG, USUAL_CURRENCIES, XML_LANG
from .parser import fault
from .values import BLANK, parse_decimal

_is_currency = re.compile('[A-Z]{3}').fullmatch
_NO_TEXT = LocalizedText('')


def text_of(node):
    """Give all text of an element as it came, that of its children included."""
    return node.text or '' if not len(node) else ''.join(node.itertext())


def trimmed(node):
    """Give the text of an element without surrounding blanks, None if nothing is left."""
    text = text_of(node) if len(node) else node.text
    return text and text.strip(BLANK) or None


def read_localized(node):
    """Read a Description; its ShortName stands in only if there is no longer text.

    :rtype: LocalizedText
    """
    text = node.text or ''
    if len(node):
        text += ''.join(child.tail or '' for child in node)
        text = text if text.strip(BLANK) else text_of(node)
    return LocalizedText(text, node.get(XML_LANG) or DEFAULT_LANG)


def read_money(owner, negative=False):
    """Read the Money that belongs to an element.

    :param owner: e.g. a UnitPrice
    :param bool negative: whether the amount may be below zero
    :rtype: Money
    :raise CxmlError: 'missing' or 'bad_value'
    """
    for child in owner:
        if child.tag == 'Money':
            return _money(child, negative)
    raise fault('missing', owner, 'Money')


def _money(node, negative=False):
    text = text_of(node) if len(node) else node.text or ''
    amount = parse_decimal(text)
    if amount is None or amount < 0 and not negative:
        if text.strip(BLANK):
            raise fault('bad_value', node, value=text)
        raise fault('missing', node)
    currency = node.get('currency')
    return Money(amount, currency if currency in USUAL_CURRENCIES else currency_of(node))


def currency_of(money):
    """Read the currency of a Money element.

    :rtype: str
    :raise CxmlError: 'missing' or 'bad_value'
    """
    currency = money.get('currency', '')
    if _is_currency(currency):
        return currency
    currency = currency.strip(BLANK).upper()
    if _is_currency(currency):
        return currency
    raise fault('bad_value' if currency else 'missing', money, '@currency', currency)


def read_shipping(node):
    """Read a Shipping element.

    :rtype: Shipping
    :raise CxmlError: if its Money is missing or can't be used
    """
    money, description, _details = _read_charge(node)
    return Shipping(money, description)


def read_tax(node):
    """Read a Tax element with its details.

    :rtype: Tax
    :raise CxmlError: if a Money in it can't be used, or its own is missing
    """
    return Tax(*_read_charge(node))


def _read_charge(node):
    money = None
    description = _NO_TEXT
    details = []
    for child in node:
        tag = child.tag
        if tag == 'Money':
            money = _money(child)
        elif tag == 'Description':
            description = read_localized(child)
        elif tag == 'TaxDetail':
            details.append(_read_tax_detail(child))
    if money is None:
        raise fault('missing', node, 'Money')
    return money, description, tuple(details)


def read_extrinsic(node):
    """Read an Extrinsic as (name, text), both as they came.

    :rtype: tuple[str, str]
    """
    return node.get('name', ''), text_of(node) if len(node) else node.text or ''


def read_header(root):
    """Read From, To and Sender; what is missing stays empty.

    :param root: the cXML element
    :rtype: Header
    """
    parties = {'From': (), 'To': (), 'Sender': ()}
    user_agent = ''
    for header in root:
        if header.tag == 'Header':
            for party in header:
                if party.tag in parties:
                    parties[party.tag] = tuple(_read_credential(node) for node in party if node.tag == 'Credential')
                if party.tag == 'Sender':
                    user_agent = party.findtext('UserAgent', '').strip(BLANK)
            break
    return Header(parties['From'], parties['To'], parties['Sender'], user_agent)


def _read_credential(node):
    identity = ''
    for child in node:
        if child.tag == 'Identity':
            identity = trimmed(child) or ''
    return Credential(node.get('domain', '').strip(BLANK), identity)


def _read_tax_detail(node):
    tax_amount = taxable_amount = tax_location = description = None
    for child in node:
        tag = child.tag
        if tag == 'TaxAmount':
            tax_amount = read_money(child, negative=True)
        elif tag == 'TaxableAmount':
            taxable_amount = read_money(child, negative=True)
        elif tag == 'TaxLocation':
            tax_location = read_localized(child)
        elif tag == 'Description':
            description = read_localized(child)
    return TaxDetail(
        node.get('category', ''),
        parse_decimal(node.get('percentageRate', '')),
        node.get('purpose'),
        tax_amount,
        taxable_amount,
        tax_location,
        description,
    )
