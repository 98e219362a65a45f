"""Writes what Amazon says: answers, and the cart that the shopper's browser carries home."""

import secrets
import time
from datetime import datetime, timezone

from lxml import etree

from .accounts import SUPPLIER_IDENTITY

USER_AGENT = 'Amazon Business Simulator'
XML_LANG = '{http://www.w3.org/XML/1998/namespace}lang'


def new_payload_id():
    """Milliseconds and two random numbers, the shape that Amazon's own have."""
    return (f'{time.time_ns() // 1_000_000}.{secrets.randbelow(1000)}.{secrets.randbelow(10_000)}'
            '@amazon-simulator.example')


def now():
    return datetime.now(timezone.utc)


def timestamp(moment):
    return moment.isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def write_setup_response(start_url):
    """The answer as Amazon was seen to give it: without payloadID, timestamp and the text of the Status."""
    return _serialize(_element(
        'cXML',
        _element(
            'Response',
            _element('Status', code='200'),
            _element('PunchOutSetupResponse', _element('StartPage', _element('URL', text=start_url))),
        ),
    ))


def write_status(code, text, words=''):
    """An answer that is a Status and nothing more."""
    return _serialize(_envelope(_element('Response', _element('Status', code=str(code), text_=text, text=words))))


def write_cart(sale):
    """The PunchOutOrderMessage of a sale. Without lines it says that the shopper left without buying.

    :param simulator.trips.Sale sale: what was sold.
    :rtype: bytes
    """
    account, quote = sale.trip.account, sale.quote
    header = _element(
        'PunchOutOrderMessageHeader',
        _element('Total', _money(account, quote.goods)),
        operationAllowed='create',
    )
    if sale.lines:
        header.append(_shipping(account, quote.shipping))
        header.append(_tax(account, quote.tax))
    message = _element(
        'PunchOutOrderMessage',
        _element('BuyerCookie', text=sale.trip.request.buyer_cookie),
        header,
        *(_item_in(sale, line) for line in sale.lines),
    )
    return _serialize(_envelope(
        _element(
            'Header',
            _element('From', *_amazon_credentials(account)),
            _element('To', _credential('NetworkId', account.identity)),
            _element('Sender', *_amazon_credentials(account), _element('UserAgent', text=USER_AGENT)),
        ),
        # Without a deploymentMode, test or not: no cart of Amazon's was seen to carry one.
        _element('Message', message),
        payload_id=sale.payload_id,
    ))


def _item_in(sale, line):
    account, quoted, product = sale.trip.account, line.quoted, line.quoted.product
    detail = _element(
        'ItemDetail',
        _element('UnitPrice', _money(account, quoted.unit_price)),
        _localised('Description', account, product.title),
    )
    if product.unit:
        detail.append(_element('UnitOfMeasure', text=product.unit))
    detail.append(_element('Classification', text=product.unspsc, domain='UNSPSC'))
    if product.part_number:
        detail.append(_element('ManufacturerPartID', text=product.part_number))
        detail.append(_element('ManufacturerName', text=product.brand))
    for name, value in _extrinsics(sale, product).items():
        detail.append(_element('Extrinsic', text=value, name=name))
    return _element(
        'ItemIn',
        _element(
            'ItemID',
            _element('SupplierPartID', text=product.asin),
            _element('SupplierPartAuxiliaryID', text=line.auxiliary_id),
        ),
        detail,
        _shipping(account, quoted.shipping),
        _tax(account, quoted.tax, quoted.tax_parts),
        quantity=str(quoted.quantity),
    )


def _extrinsics(sale, product):
    account = sale.trip.account
    values = {
        'soldBy': product.seller or account.retailer,
        'fulfilledBy': SUPPLIER_IDENTITY if product.fulfilled_by_amazon else product.seller,
        'category': product.category,
        'subCategory': product.sub_category,
        'itemCondition': product.condition,
        'qualifiedOffer': 'true',
        'UPC': f'UPC-{product.ean[1:]}' if account.country == 'US' else 'NA',
        'detailPageURL': f'{sale.trip.origin}/dp/{product.asin}',
        'ean': product.ean,
        'preference': 'default',
    }
    if account.country == 'JP':
        values |= {'sellerTaxEnabled': 'true', 'itemTaxable': 'false'}
    return values


def _shipping(account, amount):
    return _element(
        'Shipping', _money(account, amount), _localised('Description', account, account.shipping_description))


def _tax(account, amount, parts=()):
    return _element(
        'Tax',
        _money(account, amount),
        _localised('Description', account, account.tax_description),
        *(
            _element(
                'TaxDetail',
                _element('TaxAmount', _money(account, part.amount)),
                category='vat', percentageRate=f'{part.rate:.2f}', purpose=part.purpose,
            )
            for part in parts if part.rate is not None
        ),
    )


def _money(account, amount):
    # Two decimals in every currency: that is how Amazon writes yen too.
    return _element('Money', text=f'{amount:.2f}', currency=account.currency)


def _localised(tag, account, text):
    node = _element(tag, text=text)
    node.set(XML_LANG, account.lang)
    return node


def _amazon_credentials(account):
    return _credential('DUNS', account.duns), _credential('NetworkId', SUPPLIER_IDENTITY)


def _credential(domain, identity):
    return _element('Credential', _element('Identity', text=identity), domain=domain)


def _envelope(*children, payload_id=None):
    return _element('cXML', *children, payloadID=payload_id or new_payload_id(), timestamp=timestamp(now()))


def _element(tag, *children, text=None, text_=None, **attributes):
    """One element. The attribute called text is given as text_, since text is what stands between the tags."""
    if text_ is not None:
        attributes['text'] = text_
    node = etree.Element(tag, attributes)
    node.text = text
    node.extend(children)
    return node


def _serialize(root):
    return etree.tostring(root, xml_declaration=True, encoding='UTF-8')
