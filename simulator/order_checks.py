"""Check an order as Amazon does, which compares it with the cart that was sold.

Amazon answers 200 to such orders, and rejects them with one of these codes minutes or hours later.
"""

from dataclasses import dataclass

UNKNOWN = '000-001'
SHIP_TO_MISSING = '001-005'
ITEM_ERRORS = '001-012'
BAD_ADDRESS = '003-052'
OUT_OF_STOCK = '015-005'
OTHER_QUANTITY = '018-007'

MOST_LINES = 50
MOST_OF_A_LINE = 999
# With payment by card, Amazon shortens the name of the recipient to this length.
DELIVER_TO_LENGTH = 17


@dataclass(frozen=True)
class Problem:
    """Why the order will be rejected; line_number is empty if it concerns the whole order."""

    code: str
    text: str
    line_number: str = ''


def find_problems(order, sale):
    """List everything for which Amazon rejects the order.

    :param simulator.cxml_reader.OrderRequest order: the order.
    :param simulator.trips.Sale sale: the cart of the order, or None if no auxiliary id is known.
    :rtype: list[Problem]
    """
    return [
        *_ship_to_problems(order, sale),
        *(Problem(UNKNOWN, f'BillTo lacks {part}.') for part in _missing_parts(order.bill_to)),
        *_person_problems(order),
        *_size_problems(order),
        *_cart_problems(order, sale),
    ]


def find_notes(order, sale):
    """List what is unusual about the order, but no reason for Amazon to reject it.

    :rtype: list[str]
    """
    notes = []
    if order.ship_to and any(len(name) > DELIVER_TO_LENGTH for name in order.ship_to.deliver_to):
        notes.append(f'DeliverTo is shortened to {DELIVER_TO_LENGTH} characters.')
    if sale is None:
        return notes
    sold_to = sale.trip.request.ship_to
    if sold_to and order.ship_to and sold_to.state != order.ship_to.state:
        notes.append(f'Delivery changed from "{sold_to.state}" to "{order.ship_to.state}": prices are not held.')
    if order.total not in (sale.quote.goods, sale.quote.total):
        notes.append(f'The Total {order.total} is neither the subtotal {sale.quote.goods} '
                     f'nor the total {sale.quote.total} of the cart.')
    return notes


def _ship_to_problems(order, sale):
    if order.ship_to is None:
        yield Problem(SHIP_TO_MISSING, 'The order has no ShipTo.')
        return
    for part in _missing_parts(order.ship_to):
        yield Problem(BAD_ADDRESS, f'ShipTo lacks {part}.')
    sold_to = sale.trip.request.ship_to if sale else None
    if sold_to and sold_to.iso_country_code != order.ship_to.iso_country_code:
        yield Problem(BAD_ADDRESS, f'ShipTo is in "{order.ship_to.iso_country_code}", '
                                   f'but the cart was for "{sold_to.iso_country_code}".')


def _missing_parts(address):
    if address is None:
        return ['everything']
    parts = {
        'addressID': address.address_id,
        'isoCountryCode': address.iso_country_code,
        'Name': address.name,
        'DeliverTo': address.deliver_to,
        'Street': address.streets,
        'City': address.city,
        'PostalCode': address.postal_code,
        'Country': address.country and address.country_iso_code,
        'Email': address.email,
        'Phone': address.phone,
    }
    if address.iso_country_code == 'US':
        parts['State'] = address.state
    return [part for part, value in parts.items() if not value]


def _person_problems(order):
    if not order.contact_email:
        yield Problem(UNKNOWN, 'Contact/Email is missing: Amazon can\'t contact the shopper.')
    if not order.extrinsic_email:
        yield Problem(UNKNOWN, 'Extrinsic "email" is missing: Amazon can\'t identify the shopper.')


def _size_problems(order):
    if len(order.lines) > MOST_LINES:
        yield Problem(UNKNOWN, f'The order has {len(order.lines)} lines; at most {MOST_LINES} are allowed.')
    for line in order.lines:
        if line.quantity is not None and line.quantity > MOST_OF_A_LINE:
            yield Problem(UNKNOWN, f'The quantity is {line.quantity}; at most {MOST_OF_A_LINE} is allowed.',
                          line.line_number)
    numbers = [line.line_number for line in order.lines]
    for number in sorted({number for number in numbers if not number.isdigit() or numbers.count(number) > 1}):
        yield Problem(ITEM_ERRORS, f'The lineNumber "{number}" is not a unique number.', number)


def _cart_problems(order, sale):
    if sale is None:
        yield Problem(ITEM_ERRORS, 'No line has the SupplierPartAuxiliaryID of a cart of this group.')
        return
    sold = {line.auxiliary_id: line.quoted for line in sale.lines}
    ordered = [line.auxiliary_id for line in order.lines]
    for auxiliary_id in sold.keys() - set(ordered):
        yield Problem(OTHER_QUANTITY, f'Line {auxiliary_id} of the cart is not in the order.')
    for line in order.lines:
        if line.auxiliary_id not in sold:
            yield Problem(ITEM_ERRORS, f'The cart has no line "{line.auxiliary_id}".', line.line_number)
        elif ordered.count(line.auxiliary_id) > 1:
            yield Problem(ITEM_ERRORS, f'{line.auxiliary_id} is ordered more than once.', line.line_number)
        else:
            yield from _line_problems(line, sold[line.auxiliary_id], sale.trip.account)


def _line_problems(line, quoted, account):
    if line.quantity != quoted.quantity:
        yield Problem(OTHER_QUANTITY, f'The order has {line.quantity}, the cart has {quoted.quantity}.',
                      line.line_number)
    if line.asin != quoted.product.asin:
        yield Problem(ITEM_ERRORS, f'The order has "{line.asin}", the cart has {quoted.product.asin}.',
                      line.line_number)
    if line.unit_price != quoted.unit_price:
        yield Problem(ITEM_ERRORS, f'The price is {line.unit_price}, in the cart {quoted.unit_price}.',
                      line.line_number)
    if line.currency != account.currency:
        yield Problem(ITEM_ERRORS, f'The price is in "{line.currency}", not in {account.currency}.', line.line_number)
    if quoted.product.sells_out:
        yield Problem(OUT_OF_STOCK, f'{quoted.product.asin} is out of stock.', line.line_number)
