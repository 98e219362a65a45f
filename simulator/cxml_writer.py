"""Writes what Amazon answers, and the cart that the shopper's browser carries home."""

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
    """The answer as Amazon was seen to give it: without payloadID, timestamp and the text of the Status."""
    return serialize(element(
        'cXML',
        element(
            'Response',
            element('Status', code='200'),
            element('PunchOutSetupResponse', element('StartPage', element('URL', text=start_url))),
        ),
    ))


def write_status(code, text, words=''):
    """An answer that is a Status and nothing more."""
    return serialize(envelope(element('Response', element('Status', code=str(code), text_=text, text=words))))


def write_cart(sale, email=''):
    """The PunchOutOrderMessage of a sale. Without lines it says that the shopper left without buying.

    :param simulator.trips.Sale sale: what was sold.
    :param str email: of the shopper, where nothing else tells; ShipTo is the only place that the standard has for it.
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
        # Without a deploymentMode, test or not: no cart of Amazon's was seen to carry one.
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
