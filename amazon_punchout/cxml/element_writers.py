"""Elements that several documents share: from the values of elements.py to XML elements, in the order of the DTD."""

import re

from lxml import etree

from .const import DEFAULT_LANG, DEPLOYMENT_MODES, DOCTYPE, XML_LANG
from .elements import LocalizedText
from .errors import CxmlError
from .parser import fault
from .text_values import BLANK, format_amount, format_number, format_timestamp, xml_text

_CURRENCY = re.compile('[A-Z]{3}')
_COUNTRY = re.compile('[A-Z]{2}')
_LANG = re.compile('[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*')
_SubElement = etree.SubElement


def add(parent, tag, text=None):
    """Append an element with text. Characters that XML can't carry are dropped.

    :rtype: lxml.etree._Element
    """
    node = _SubElement(parent, tag)
    if text:
        try:
            node.text = text
        except ValueError:
            # Looking at the text only now keeps the usual case fast.
            node.text = xml_text(text)
    return node


def add_filled(parent, tag, text):
    """Append an element if there is text for it."""
    if is_filled(text):
        add(parent, tag, text)


def set_attribute(node, name, value):
    """Set an attribute. Characters that XML can't carry are dropped."""
    try:
        node.set(name, value)
    except ValueError:
        node.set(name, xml_text(value))


def set_timestamp(node, name, moment):
    """Set an attribute to a moment.

    :param datetime.datetime | None moment: aware
    :raise CxmlError: 'missing' if there is none
    """
    if moment is None:
        raise fault('missing', node, f'@{name}')
    node.set(name, format_timestamp(moment))


def set_quantity(node, quantity):
    """Set the quantity.

    :param Decimal quantity: not below zero
    :raise CxmlError: 'bad_value'
    """
    if not quantity.is_finite() or quantity < 0:
        raise fault('bad_value', node, '@quantity', quantity)
    node.set('quantity', format_number(quantity))


def set_line_number(node, number):
    """Set the number of the order's line.

    :raise CxmlError: 'bad_value' if it is below zero
    """
    if number < 0:
        raise fault('bad_value', node, '@lineNumber', number)
    node.set('lineNumber', str(number))


def is_filled(text):
    """Return whether the document would show anything of a text."""
    return bool(text) and bool(xml_text(text).strip(BLANK))


def _is_country(code):
    return bool(code) and bool(_COUNTRY.fullmatch(code))


def start_document(document, payload_id, timestamp, header, deployment_mode):
    """Make a cXML element with its Header and a Request in it.

    :param str document: name of the document in the Request
    :param datetime.datetime timestamp: aware
    :param Header header: at least one credential each in From, To and Sender
    :param str deployment_mode: 'production' or 'test'; always written, since the standard's default is production
    :return: the document's element, still empty
    :raise CxmlError: 'missing' or 'bad_value'
    """
    if deployment_mode not in DEPLOYMENT_MODES:
        raise CxmlError('bad_value', document, 'Request/@deploymentMode', deployment_mode)
    root = start_envelope(document, payload_id, timestamp)
    _add_header(root, document, header)
    request = _SubElement(root, 'Request', deploymentMode=deployment_mode)
    return _SubElement(request, document)


def start_envelope(document, payload_id, timestamp):
    """Make a cXML element, still empty.

    :param str document: name of the document that goes into it, for errors
    :param datetime.datetime timestamp: aware
    :raise CxmlError: 'missing' for the payloadID
    """
    if not is_filled(payload_id):
        raise CxmlError('missing', document, 'cXML/@payloadID')
    root = etree.Element('cXML')
    set_attribute(root, 'payloadID', payload_id)
    root.set('timestamp', format_timestamp(timestamp))
    root.set(XML_LANG, DEFAULT_LANG)
    return root


def document_bytes(node, doctype=DOCTYPE):
    """Serialise the document that an element belongs to, as UTF-8 with XML declaration and DOCTYPE.

    :rtype: bytes
    """
    return etree.tostring(node.getroottree(), xml_declaration=True, encoding='UTF-8', doctype=doctype)


def _add_header(root, document, header):
    node = _SubElement(root, 'Header')
    for tag, credentials in (('From', header.from_), ('To', header.to), ('Sender', header.sender)):
        if not credentials:
            raise CxmlError('missing', document, f'Header/{tag}/Credential')
        party = _SubElement(node, tag)
        for credential in credentials:
            if not is_filled(credential.identity):
                raise CxmlError('missing', document, f'Header/{tag}/Credential/Identity')
            credential_node = _SubElement(party, 'Credential')
            set_attribute(credential_node, 'domain', credential.domain)
            add(credential_node, 'Identity', credential.identity)
    add(party, 'UserAgent', header.user_agent)


def add_localized(parent, tag, localized):
    """Append an element with xml:lang; a language that is none becomes the default one."""
    node = add(parent, tag, localized.text)
    lang = localized.lang
    if not _LANG.fullmatch(lang):
        lang = lang.replace('_', '-')
        if not _LANG.fullmatch(lang):
            lang = DEFAULT_LANG
    node.set(XML_LANG, lang)


def add_money(parent, money):
    """Append a Money element.

    :raise CxmlError: 'bad_value' for an amount that isn't finite or a currency that is no ISO 4217 code
    """
    if not money.amount.is_finite():
        raise fault('bad_value', parent, 'Money', money.amount)
    if not _CURRENCY.fullmatch(money.currency):
        raise fault('bad_value', parent, 'Money/@currency', money.currency)
    _SubElement(parent, 'Money', currency=money.currency).text = format_amount(money.amount)


def add_shipping(parent, shipping):
    """Append a Shipping element."""
    node = _SubElement(parent, 'Shipping')
    add_money(node, shipping.money)
    add_localized(node, 'Description', shipping.description)


def add_tax(parent, tax):
    """Append a Tax element. Details without a TaxAmount are left out, since the DTD demands one."""
    node = _SubElement(parent, 'Tax')
    add_money(node, tax.money)
    add_localized(node, 'Description', tax.description)
    for detail in tax.details:
        if detail.tax_amount:
            _add_tax_detail(node, detail)


def _add_tax_detail(parent, detail):
    node = _SubElement(parent, 'TaxDetail')
    set_attribute(node, 'category', detail.category)
    if detail.percentage_rate is not None:
        # With the decimals of the cart: it is an echo.
        node.set('percentageRate', f'{detail.percentage_rate:f}')
    if detail.purpose:
        set_attribute(node, 'purpose', detail.purpose)
    if detail.exemption in ('zeroRated', 'exempt'):
        node.set('exemptDetail', detail.exemption)
    if detail.taxable_amount:
        add_money(_SubElement(node, 'TaxableAmount'), detail.taxable_amount)
    add_money(_SubElement(node, 'TaxAmount'), detail.tax_amount)
    if detail.tax_location:
        add_localized(node, 'TaxLocation', detail.tax_location)
    if detail.description:
        add_localized(node, 'Description', detail.description)


def add_extrinsics(parent, extrinsics):
    """Append Extrinsic elements from (name, text) pairs."""
    for name, text in extrinsics:
        set_attribute(add(parent, 'Extrinsic', text), 'name', name)


def add_address(parent, address):
    """Append an Address. Its postal part is left out if it lacks a street, the city or the country."""
    node = _SubElement(parent, 'Address')
    if is_filled(address.address_id):
        set_attribute(node, 'addressID', address.address_id)
    if _is_country(address.iso_country_code):
        node.set('isoCountryCode', address.iso_country_code)
    _add_place(node, address)


def add_contact(parent, contact):
    """Append a Contact.

    :raise CxmlError: 'bad_value' if the role isn't one word
    """
    node = _SubElement(parent, 'Contact')
    if contact.role:
        if not re.fullmatch(r'[A-Za-z0-9._:-]+', contact.role):
            raise fault('bad_value', node, '@role', contact.role)
        node.set('role', contact.role)
    _add_place(node, contact)


def missing_in_address(address):
    """Name the first element that makes an address incomplete for a delivery.

    :param Address address: the address
    :return: path below Address, e.g. 'PostalAddress/City'; None if nothing is missing
    :rtype: str | None
    """
    if not is_filled(address.name):
        return 'Name'
    return _missing_in_postal_address(address)


def _missing_in_postal_address(place):
    if not any(is_filled(street) for street in place.streets):
        return 'PostalAddress/Street'
    if not is_filled(place.city):
        return 'PostalAddress/City'
    if not _is_country(place.iso_country_code):
        return 'PostalAddress/Country/@isoCountryCode'
    return None


def _add_place(node, place):
    """Append what Address and Contact have in common."""
    add_localized(node, 'Name', LocalizedText(place.name, place.lang))
    if not _missing_in_postal_address(place):
        postal = _SubElement(node, 'PostalAddress')
        for tag, lines in (('DeliverTo', place.deliver_to), ('Street', place.streets)):
            for line in lines:
                add_filled(postal, tag, line)
        add(postal, 'City', place.city)
        add_filled(postal, 'State', place.state)
        add_filled(postal, 'PostalCode', place.postal_code)
        country = add(postal, 'Country', place.country_name or place.iso_country_code)
        country.set('isoCountryCode', place.iso_country_code)
    add_filled(node, 'Email', place.email)
    if place.phone and is_filled(place.phone.number):
        _add_phone(node, place.phone, place.iso_country_code)


def _add_phone(parent, phone, iso_country_code):
    iso_country_code = phone.iso_country_code or iso_country_code
    if not _is_country(iso_country_code):
        # The DTD requires the country; a number without one can't be called.
        return
    number = _SubElement(_SubElement(parent, 'Phone'), 'TelephoneNumber')
    add(number, 'CountryCode', phone.country_code).set('isoCountryCode', iso_country_code)
    add(number, 'AreaOrCityCode', phone.area_or_city_code)
    add(number, 'Number', phone.number)
