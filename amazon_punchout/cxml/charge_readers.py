"""Shipping and Tax, which several documents share: from XML elements to the values of elements.py."""

from .const import REVERSE_CHARGE_WORDS, VATEX
from .element_readers import (
    attribute_of,
    money_element,
    read_localized,
    read_money,
    stated_money,
    stated_money_element,
    text_of,
)
from .elements import LocalizedText, Money, Shipping, Tax, TaxDetail
from .parser import fault
from .text_values import parse_usual_decimal, remembers

_NO_TEXT = LocalizedText('')
# What may say, beside a Description, why there is no tax.
_REASONS = ('Extrinsic', 'TaxExemption')
_REVERSE_CHARGE = 'reverse charge'


def read_shipping(node):
    """Read a Shipping element.

    :rtype: Shipping
    :raise CxmlError: if its Money is missing or can't be used
    """
    money, description, _details, _texts = _must_charge(node)
    return Shipping.new(money, description)


def read_tax(node):
    """Read a Tax element with its details.

    :rtype: Tax
    :raise CxmlError: if a Money in it can't be used, or its own is missing
    """
    money, description, details, texts = _must_charge(node)
    return Tax.new(money, description, details, _read_reason(texts))


def stated_shipping(node):
    """Read a Shipping of a message, see :func:`stated_money`.

    :rtype: Shipping | None
    """
    money, description, _details, _texts = _read_charge(node, stated_money_element, stated_money)
    return Shipping.new(money, description) if money else None


def stated_tax(node):
    """Read a Tax of a message, see :func:`stated_money`. If only its details state amounts, it is their sum.

    :rtype: Tax | None
    """
    money, description, details, texts = _read_charge(node, stated_money_element, stated_money)
    if money is None:
        amounts = [detail.tax_amount for detail in details if detail.tax_amount]
        if not amounts:
            return None
        money = Money(sum(each.amount for each in amounts), amounts[0].currency)
    return Tax.new(money, description, details, _read_reason(texts))


def _read_charge(node, read_one, read_amount):
    """Return what Shipping and Tax have in common.

    :param read_one: reads a Money element
    :param read_amount: reads the Money that belongs to an element
    :return: Money, description, TaxDetail values, and the texts that may say why there is no tax
    :rtype: tuple
    """
    money = None
    description = _NO_TEXT
    details = []
    texts = []
    for child in node:
        tag = child.tag
        if tag == 'Money':
            money = read_one(child)
        elif tag == 'Description':
            description = read_localized(child)
            texts.append(text_of(child) if len(child) else description.text)
        elif tag == 'TaxDetail':
            details.append(_read_tax_detail(child, read_amount))
        elif tag in _REASONS:
            texts.append(text_of(child))
    return money, description, tuple(details), texts


def _must_charge(node):
    charge = _read_charge(node, money_element, _signed_money)
    if charge[0] is None:
        raise fault('missing', node, 'Money')
    return charge


def _signed_money(owner):
    return read_money(owner, negative=True)


def _read_tax_detail(node, read_amount):
    tax_amount = taxable_amount = tax_location = description = code = None
    texts = []
    for child in node:
        tag = child.tag
        if tag == 'TaxAmount':
            tax_amount = read_amount(child)
        elif tag == 'TaxableAmount':
            taxable_amount = read_amount(child)
        elif tag == 'TaxLocation':
            tax_location = read_localized(child)
        elif tag == 'Description':
            description = read_localized(child)
            texts.append(text_of(child) if len(child) else description.text)
        elif tag in _REASONS:
            texts.append(text_of(child))
            if tag == 'TaxExemption' and code is None:
                code = attribute_of(child, 'exemptCode') or ''
    rate = node.get('percentageRate')
    return TaxDetail.new(
        node.get('category', ''),
        parse_usual_decimal(rate) if rate else None,
        node.get('purpose'),
        tax_amount,
        taxable_amount,
        tax_location,
        description,
        _read_exemption(node, code, texts),
    )


def _read_exemption(node, code, texts):
    """Read why a TaxDetail states no tax.

    The first of: a code of TaxExemption, a VATEX code or the words for reverse charge in any of its texts, a triangular
    transaction, and the attribute exemptDetail.

    :param str | None code: of its first TaxExemption
    :param list texts: its own, see :func:`_read_charge`
    :return: the code, 'reverse charge', 'triangular', 'zeroRated', 'exempt', or an empty text
    :rtype: str
    """
    if code and VATEX.fullmatch(code.upper()):
        return code.upper()
    if texts and (reason := _read_reason(texts)):
        return reason
    if node.get('isTriangularTransaction') == 'yes':
        return 'triangular'
    return code or attribute_of(node, 'exemptDetail') or ''


def _read_reason(texts):
    """Read a VATEX code, or else the words for reverse charge, from the texts of a Tax or a TaxDetail.

    :rtype: str
    """
    words = ''
    for text in texts:
        reason = _reason_in(text)
        if reason and reason != _REVERSE_CHARGE:
            return reason
        words = words or reason
    return words


@remembers
def _reason_in(text):
    if found := VATEX.search(text.upper()):
        return found.group()
    folded = text.casefold()
    return _REVERSE_CHARGE if any(words in folded for words in REVERSE_CHARGE_WORDS) else ''
