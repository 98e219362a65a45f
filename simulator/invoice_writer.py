"""Write the InvoiceDetailRequest; Amazon's is not public, so it follows the cXML standard."""

from itertools import groupby

from .billing import CREDIT_MEMO, LINE_LEVEL
from .cxml_elements import element, localised, money, offset_timestamp
from .message_writers import order_reference, write_request
from .portions import NOTHING, total

INVOICE_DTD = '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.024/InvoiceDetail.dtd">'
PAYMENT_DAYS = '30'
WORDS = {
    'en': 'Credit for an earlier invoice', 'de': 'Gutschrift zu einer früheren Rechnung',
    'ja': '請求書に対するクレジット',
}


def write_invoice(account, invoice):
    """Write an invoice or a credit: VAT countries state the tax of each line, the US only the total.

    :param simulator.billing.Invoice invoice: an invoice or a credit.
    :rtype: bytes
    """
    orders = groupby(enumerate(invoice.items, start=1), key=lambda pair: (pair[1].order.number, pair[1].confirm_id))
    write_order = _header_order if invoice.purpose == CREDIT_MEMO else _order
    return write_request(account, invoice, INVOICE_DTD, element(
        'InvoiceDetailRequest',
        _header(account, invoice),
        *(write_order(account, invoice, list(items)) for __, items in orders),
        _summary(account, invoice),
    ))


def _header(account, invoice):
    indicator = element('InvoiceDetailHeaderIndicator')
    if invoice.purpose == CREDIT_MEMO:
        indicator.set('isHeaderInvoice', 'yes')
    in_line = {
        'isTaxInLine': _has_rates(account), 'isShippingInLine': invoice.shipping_in_line,
        'isDiscountInLine': _line_discounts(invoice),
    }
    header = element(
        'InvoiceDetailRequestHeader',
        indicator,
        element('InvoiceDetailLineIndicator', **{name: 'yes' for name, true in in_line.items() if true}),
        invoiceID=invoice.invoice_id, purpose=invoice.purpose, operation='new',
        invoiceDate=offset_timestamp(invoice.made_at),
    )
    if invoice.credited and invoice.purpose in (CREDIT_MEMO, LINE_LEVEL):
        header.append(element('DocumentReference', payloadID=invoice.credited.payload_id))
        header.append(element('InvoiceIDInfo', invoiceID=invoice.credited.invoice_id,
                              invoiceDate=offset_timestamp(invoice.credited.made_at)))
    if not invoice.is_credit:
        header.append(element('PaymentTerm', payInNumberOfDays=PAYMENT_DAYS))
    return header


def _order_info(item):
    return element('InvoiceDetailOrderInfo', order_reference(item.order),
                   element('SupplierOrderInfo', orderID=item.confirm_id))


def _order(account, invoice, items):
    return element(
        'InvoiceDetailOrder',
        _order_info(items[0][1]),
        *(_item(account, invoice, number, item) for number, item in items),
    )


def _item(account, invoice, number, item):
    portion = item.portion
    node = element(
        'InvoiceDetailItem',
        element('UnitOfMeasure', text=portion.unit),
        element('UnitPrice', money(account, portion.unit_price)),
        element(
            'InvoiceDetailItemReference',
            element('ItemID', element('SupplierPartID', text=portion.asin)),
            localised('Description', account, portion.title),
            lineNumber=portion.line_number,
        ),
        element('SubtotalAmount', money(account, portion.goods)),
        invoiceLineNumber=str(number), quantity=str(portion.quantity),
    )
    if item.returned:
        node.set('reason', 'return')
    shipping = portion.shipping if invoice.shipping_in_line else NOTHING
    discount = portion.discount if _line_discounts(invoice) else NOTHING
    tax = NOTHING
    if _has_rates(account):
        purposes = ('subtotalTax', 'shippingTax') if invoice.shipping_in_line else ('subtotalTax',)
        parts = [(part, _base(portion, part)) for part in portion.tax_parts if part.purpose in purposes]
        tax = sum((part.amount for part, __ in parts), NOTHING)
        node.append(_tax(account, tax, parts))
    if shipping:
        node.append(element('InvoiceDetailLineShipping', _way(account, item), money(account, shipping)))
    gross = portion.goods + tax + shipping
    node.append(element('GrossAmount', money(account, gross)))
    if discount:
        node.append(element('InvoiceDetailDiscount', money(account, discount)))
    node.append(element('NetAmount', money(account, gross - discount)))
    return node


def _way(account, item):
    ship_to = item.order.request.ship_to
    return element(
        'InvoiceDetailShipping',
        element('Contact', localised('Name', account, account.retailer), role='shipFrom'),
        element('Contact', localised('Name', account, ship_to.name if ship_to else ''), role='shipTo'),
    )


def _header_order(account, invoice, items):
    """Write one amount for the order: a creditMemo has nothing else."""
    portions = [item.portion for __, item in items]
    goods = total(portions, 'goods') - total(portions, 'discount')
    return element(
        'InvoiceDetailHeaderOrder',
        _order_info(items[0][1]),
        element(
            'InvoiceDetailOrderSummary',
            element('SubtotalAmount', money(account, goods)),
            element('Comments', text=WORDS[account.lang[:2]]),
            invoiceLineNumber=str(items[0][0]),
        ),
    )


def _summary(account, invoice):
    portions = invoice.portions
    goods, tax, shipping = total(portions, 'goods'), total(portions, 'tax'), total(portions, 'shipping')
    discount = total(portions, 'discount')
    if invoice.purpose == CREDIT_MEMO:
        goods, discount = goods - discount, NOTHING
    gross = goods + tax + shipping
    parts = [(part, _base(portion, part)) for portion in portions for part in portion.tax_parts]
    node = element(
        'InvoiceDetailSummary',
        element('SubtotalAmount', money(account, goods)),
        _tax(account, tax, parts) if _has_rates(account) else _estimate(account, invoice, tax),
        element('ShippingAmount', money(account, shipping)),
        element('GrossAmount', money(account, gross)),
    )
    if discount:
        node.append(element('InvoiceDetailDiscount', money(account, discount)))
    node.append(element('NetAmount', money(account, gross - discount)))
    node.append(element('DueAmount', money(account, gross - discount)))
    return node


# === TAXES === #

def _has_rates(account):
    return account.standard_rate is not None


def _line_discounts(invoice):
    return not invoice.header_discount and any(portion.discount for portion in invoice.portions)


def _base(portion, part):
    return portion.shipping if part.purpose == 'shippingTax' else portion.goods - portion.discount


def _merged(parts):
    """Add up the tax of all lines by rate and purpose.

    :return: amount and base by rate and purpose
    :rtype: dict
    """
    sums = {}
    for part, base in parts:
        amount_so_far, base_so_far = sums.get((part.rate, part.purpose), (NOTHING, NOTHING))
        sums[part.rate, part.purpose] = (amount_so_far + part.amount, base_so_far + base)
    return sums


def _tax(account, amount, parts):
    return element(
        'Tax',
        money(account, amount),
        localised('Description', account, account.tax_description),
        *(
            element(
                'TaxDetail',
                element('TaxableAmount', money(account, base)),
                element('TaxAmount', money(account, part_amount)),
                category='vat', percentageRate=f'{rate:.2f}', purpose=purpose,
            )
            for (rate, purpose), (part_amount, base) in _merged(parts).items()
        ),
    )


def _estimate(account, invoice, amount):
    ship_to = invoice.items[0].order.request.ship_to
    portions = invoice.portions
    base = total(portions, 'goods') - total(portions, 'discount') + total(portions, 'shipping')
    return element(
        'Tax',
        money(account, amount),
        localised('Description', account, 'Sales tax'),
        element(
            'TaxDetail',
            element('TaxableAmount', money(account, base)),
            element('TaxAmount', money(account, amount)),
            localised('TaxLocation', account, ship_to.state if ship_to else ''),
            category='sales', purpose='tax',
        ),
    )
