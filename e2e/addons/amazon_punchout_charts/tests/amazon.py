"""What Amazon sends about the lines of a scenario: the cart, the confirmation, invoices and credit memos."""
from decimal import Decimal

from odoo.addons.amazon_punchout.tests.cxml_builder import (
    confirmation_xml,
    header_credit_xml,
    invoice_line,
    invoice_xml,
    item,
    tax_detail,
)


def total(lines, name):
    return sum((getattr(line, name) for line in lines), Decimal())


def items(lines):
    """Write the items of a cart; each states the taxes of its goods and of its shipping."""
    return [
        item(asin=line.asin, price=str(line.price), quantity=str(line.quantity), title=f"Item {line.number}",
             auxiliary_id=f'136-1,{line.number}', shipping=str(line.shipping) if line.shipping else None,
             tax=str(line.tax), details=_details(line))
        for line in lines]


def cart_totals(lines, currency):
    """Give the header of a cart."""
    shipping = total(lines, 'shipping')
    return {
        'currency': currency, 'shipping': str(shipping) if shipping else None, 'tax': str(total(lines, 'tax'))}


def confirmation(order, lines, currency):
    """Confirm a whole order."""
    return confirmation_xml(
        order, kind='accept', total=str(total(lines, 'net')), currency=currency, tax=str(total(lines, 'tax')),
        shipping=str(total(lines, 'shipping')))


def invoice(order, lines, currency, number='INV-1', original=None, reason=None, **extra):
    """Bill lines, or with the number of an invoice credit them.

    :param str original: the number of the invoice that is credited
    :param str reason: 'return' where goods came back
    :param extra: other values of the summary, such as special_handling, which the net amount includes
    """
    sign = -1 if original else 1
    written = [
        invoice_line(
            number, line.quantity * sign, str(line.price), line_number=line.number,
            subtotal=str(line.price * line.quantity * sign), tax=str(line.tax * sign), currency=currency,
            tax_details=''.join(
                tax_detail(rate, str(Decimal(amount) * sign), currency, purpose)
                for rate, amount, purpose in _details(line)),
            shipping=str(line.shipping * sign) if line.shipping else None,
            discount=str(line.discount) if line.discount else None, reason=reason)
        for number, line in enumerate(lines, 1)]
    if original:
        extra |= {'purpose': 'lineLevelCreditMemo', 'original_invoice_id': original}
    charges = Decimal(extra.get('special_handling') or 0)
    return invoice_xml(
        [(order, *written)], invoice_id=number, currency=currency, indicators='isTaxInLine="yes"',
        subtotal=str((total(lines, 'net') + total(lines, 'discount')) * sign), tax=str(total(lines, 'tax') * sign),
        shipping=str(total(lines, 'shipping') * sign), net=str((total(lines, 'total') + charges) * sign), **extra)


def header_credit(order, lines, currency, number, original, **values):
    """Credit lines as one sum and one tax, without stating the lines or the rates."""
    return header_credit_xml(
        order, number, str(total(lines, 'net') + total(lines, 'shipping')), original, currency,
        tax=str(total(lines, 'tax')), **values)


def _details(line):
    """Give the TaxDetails of a line: rate, amount and purpose."""
    rates = [f'{part.percent:f}' for part in line.rate.parts]
    details = [(rate, str(tax), 'subtotalTax') for rate, tax in zip(rates, line.taxes, strict=True)]
    if line.shipping and line.is_shipping_taxed:
        details += [(rate, str(tax), 'shippingTax') for rate, tax in zip(rates, line.shipping_taxes, strict=True)]
    return details
