"""Write Amazon's answers, and the cart that the shopper's browser posts."""

from .accounts import SUPPLIER_IDENTITY
from .cxml_elements import (
    amazon_credentials,
    credential,
    element,
    envelope,
    localised,
    money,
    serialize,
    shipping,
    tax,
    timestamp,
)

USER_AGENT = 'Amazon Business Simulator'


def write_setup_response(start_url):
    """Write the answer as Amazon does: without payloadID, timestamp and the text of the Status."""
    return serialize(element(
        'cXML',
        element(
            'Response',
            element('Status', code='200'),
            element('PunchOutSetupResponse', element('StartPage', element('URL', text=start_url))),
        ),
    ))


def write_status(code, text, words=''):
    """Write an answer that has only a Status."""
    return serialize(envelope(element('Response', element('Status', code=str(code), text_=text, text=words))))


def write_cart(sale, email=''):
    """Write the PunchOutOrderMessage of a sale; one without lines says that the shopper left without buying.

    :param simulator.trips.Sale sale: the sale.
    :param str email: the shopper, if nothing else names them; the standard has only ShipTo for it.
    :rtype: bytes
    """
    account, quote = sale.trip.account, sale.quote
    header = element(
        'PunchOutOrderMessageHeader',
        element('Total', money(account, quote.goods)),
        operationAllowed='create',
    )
    if email:
        header.append(element('ShipTo', element(
            'Address', localised('Name', account, email), element('Email', text=email))))
    if sale.lines:
        header.append(shipping(account, quote.shipping))
        header.append(tax(account, quote.tax))
    message = element(
        'PunchOutOrderMessage',
        element('BuyerCookie', text=sale.trip.request.buyer_cookie),
        header,
        *(_item_in(sale, line) for line in sale.lines),
    )
    root = envelope(
        element(
            'Header',
            element('From', *amazon_credentials(account)),
            element('To', credential('NetworkId', account.identity)),
            element('Sender', *amazon_credentials(account), element('UserAgent', text=USER_AGENT)),
        ),
        # Without a deploymentMode, even in test mode: no known cart from Amazon has one.
        element('Message', message),
        payload_id=sale.payload_id,
    )
    root.set('timestamp', timestamp(sale.made_at))
    return serialize(root)


def _item_in(sale, line):
    account, quoted, product = sale.trip.account, line.quoted, line.quoted.product
    detail = element(
        'ItemDetail',
        element('UnitPrice', money(account, quoted.unit_price)),
        localised('Description', account, product.title),
    )
    if product.unit:
        detail.append(element('UnitOfMeasure', text=product.unit))
    detail.append(element('Classification', text=product.unspsc, domain='UNSPSC'))
    if product.part_number:
        detail.append(element('ManufacturerPartID', text=product.part_number))
        detail.append(element('ManufacturerName', text=product.brand))
    for name, value in _extrinsics(sale, product).items():
        detail.append(element('Extrinsic', text=value, name=name))
    return element(
        'ItemIn',
        element(
            'ItemID',
            element('SupplierPartID', text=product.asin),
            element('SupplierPartAuxiliaryID', text=line.auxiliary_id),
        ),
        detail,
        shipping(account, quoted.shipping),
        tax(account, quoted.tax, quoted.tax_parts),
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
