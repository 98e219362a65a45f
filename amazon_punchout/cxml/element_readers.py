"""Elements that several documents share: from XML elements to the values of elements.py.

Every function looks only at the children of the element that it is given: the price of an item is not its tax.
"""

import re

from .const import DEFAULT_LANG, MAX_CREDENTIALS, MAX_IDENTIFIER, USUAL_CURRENCIES, XML_LANG
from .elements import Credential, Header, LocalizedText, Money
from .parser import fault
from .text_values import BLANK, parse_decimal, parse_usual_decimal

_is_currency = re.compile('[A-Z]{3}').fullmatch
_NO_TEXT = LocalizedText('')


def text_of(node):
    """Return all text of an element as it came, that of its children included."""
    return node.text or '' if not len(node) else ''.join(node.itertext())


def trimmed(node):
    """Return the text of an element without surrounding blanks, None if nothing is left."""
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
    return LocalizedText.new(text, node.get(XML_LANG) or DEFAULT_LANG)


def read_money(owner, negative=False):
    """Read the Money that belongs to an element.

    :param owner: e.g. a UnitPrice
    :param bool negative: whether the amount may be below zero
    :rtype: Money
    :raise CxmlError: 'missing' or 'bad_value'
    """
    node = _money_of(owner)
    if node is None:
        raise fault('missing', owner, 'Money')
    return money_element(node, negative)


def stated_money(owner):
    """Read a Money of any sign where there may be none; an empty one counts as not stated.

    :param owner: e.g. a NetAmount
    :rtype: Money | None
    :raise CxmlError: 'bad_value' or 'missing' for an amount without meaning or currency
    """
    node = _money_of(owner)
    return None if node is None else stated_money_element(node)


def _money_of(owner):
    """Find the first Money among the children of an element: nearly always it is its only child."""
    if not len(owner):
        return None
    first = owner[0]
    if first.tag == 'Money':
        return first
    for child in owner:
        if child.tag == 'Money':
            return child
    return None


def stated_money_element(node):
    """Read a Money element of a message, see :func:`stated_money`.

    :rtype: Money | None
    """
    text = text_of(node) if len(node) else node.text
    if not text:
        return None
    amount = parse_decimal(text)
    if amount is None:
        if text.strip(BLANK):
            raise fault('bad_value', node, value=text)
        return None
    currency = node.get('currency')
    return Money.new(amount, currency if currency in USUAL_CURRENCIES else currency_of(node))


def money_element(node, negative=False):
    """Read a Money element, see :func:`read_money`.

    :rtype: Money
    """
    text = text_of(node) if len(node) else node.text or ''
    amount = parse_decimal(text)
    if amount is None or amount < 0 and not negative:
        if text.strip(BLANK):
            raise fault('bad_value', node, value=text)
        raise fault('missing', node)
    currency = node.get('currency')
    return Money.new(amount, currency if currency in USUAL_CURRENCIES else currency_of(node))


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


def only_currency(document):
    """Return the one currency of a message: that of its amounts, else that of its empty Money elements.

    An Extrinsic may repeat an amount in another currency, e.g. the tax in that of the country.

    :param document: e.g. an InvoiceDetailRequest
    :return: the currency, None if there is no Money
    :rtype: str | None
    :raise CxmlError: 'mixed_currency' for amounts of two currencies
    """
    first = unstated = None
    for money in document.iter('Money'):
        currency = money.get('currency')
        if currency and currency != first:
            if not text_of(money).strip(BLANK):
                unstated = money if unstated is None else unstated
                continue
            if next(money.iterancestors('Extrinsic'), None) is not None:
                continue
            currency = currency_of(money)
            first = first or currency
            if currency != first:
                raise fault('mixed_currency', money, value=currency)
    return currency_of(unstated) if first is None and unstated is not None else first


def read_quantity(node, negative=False):
    """Read a quantity that must be there.

    :param bool negative: whether it may be below zero
    :rtype: Decimal
    :raise CxmlError: 'missing' or 'bad_value'
    """
    text = node.get('quantity', '')
    quantity = parse_usual_decimal(text)
    if quantity is None or quantity < 0 and not negative:
        if not text.strip(BLANK):
            raise fault('missing', node, '@quantity')
        raise fault('bad_value', node, '@quantity', text)
    return quantity


def read_line_number(node):
    """Read the number of the order's line, which must be there.

    :rtype: int
    :raise CxmlError: 'missing' or 'bad_value'
    """
    number = whole_number(node.get('lineNumber'))
    if number is None:
        text = node.get('lineNumber', '')
        raise fault('bad_value' if text.strip(BLANK) else 'missing', node, '@lineNumber', text)
    return number


def whole_number(text):
    """Read a whole number of at most nine digits.

    :rtype: int | None
    """
    if not text:
        return None
    text = text.strip(BLANK)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def attribute_of(node, name):
    """Return an attribute without surrounding blanks, None if nothing is left.

    :rtype: str | None
    """
    return (node.get(name) or '').strip(BLANK) or None


def identifier_of(node, name):
    """Return an attribute by which the whole document is found again.

    :rtype: str
    :raise CxmlError: 'missing', or 'bad_value' if it is longer than any identifier
    """
    text = attribute_of(node, name)
    if not text:
        raise fault('missing', node, f'@{name}')
    if len(text) > MAX_IDENTIFIER:
        raise fault('bad_value', node, f'@{name}', text)
    return text


def comment_text(node):
    """Return the text of Comments without surrounding blanks and attachments.

    :rtype: str
    """
    text = node.text or ''
    if len(node):
        text += ''.join(child.tail or '' for child in node)
    return text.strip(BLANK)


def read_extrinsic(node):
    """Read an Extrinsic as (name, text), both as they came.

    :rtype: tuple[str, str]
    """
    return node.get('name', ''), text_of(node) if len(node) else node.text or ''


def read_user_email(owner):
    """Read the e-mail of the person whom a document is about, from the places where Amazon looks for it in ours.

    :param owner: e.g. a PunchOutSetupRequest or a PunchOutOrderMessageHeader
    :return: that of the Extrinsic UserEmail, else Extrinsic Email, Contact, ShipTo; None if there is none
    :rtype: str | None
    """
    found = {}
    for node in owner:
        if node.tag == 'Extrinsic':
            found.setdefault(node.get('name', '').casefold(), trimmed(node))
        elif node.tag in ('Contact', 'ShipTo'):
            email = node.find('Email' if node.tag == 'Contact' else 'Address/Email')
            found.setdefault(node.tag, None if email is None else trimmed(email))
    return next(filter(None, map(found.get, ('useremail', 'email', 'Contact', 'ShipTo'))), None)


def read_header(root):
    """Read From, To and Sender; what is missing stays empty.

    :param root: the cXML element
    :rtype: Header
    :raise CxmlError: 'too_many' for a party with more credentials than any has
    """
    parties = {'From': (), 'To': (), 'Sender': ()}
    user_agent = ''
    for header in root:
        if header.tag == 'Header':
            for party in header:
                if party.tag in parties:
                    if len(party) > MAX_CREDENTIALS:
                        raise fault('too_many', party)
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
