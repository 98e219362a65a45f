"""Messages of Amazon, written for the tests: in the shapes that its samples and the standard have, valid by the DTD."""
import itertools
from xml.sax.saxutils import escape, quoteattr

_numbers = itertools.count(1)
NOTICE_DATE = '2026-03-02T10:00:00Z'


def money(amount, currency='USD'):
    return f'<Money currency="{currency}">{amount}</Money>'


def charge(tag, amount, currency='USD', details=''):
    """A Shipping or Tax element; nothing if the amount is None."""
    if amount is None:
        return ''
    return f'<{tag}>{money(amount, currency)}<Description xml:lang="en-US">{tag}</Description>{details}</{tag}>'


def tax_detail(rate, amount, currency='USD', purpose='subtotalTax'):
    return (f'<TaxDetail category="vat" percentageRate="{rate}" purpose="{purpose}"><TaxAmount>{money(amount, currency)}'
            '</TaxAmount></TaxDetail>')


def envelope(request, payload_id=None, timestamp=NOTICE_DATE, to_identity='TestGroup', secret=None):
    """The whole document around a request.

    :param str payload_id: by default a new one
    :param str secret: in Sender, if any
    :rtype: bytes
    """
    payload_id = payload_id or f'{next(_numbers)}.message@amazon.example'
    shared = f'<SharedSecret>{escape(secret)}</SharedSecret>' if secret is not None else ''
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><cXML payloadID={quoteattr(payload_id)} timestamp="{timestamp}">'
        '<Header><From><Credential domain="NetworkId"><Identity>Amazon</Identity></Credential></From>'
        f'<To><Credential domain="networkid"><Identity>{escape(to_identity)}</Identity></Credential></To>'
        f'<Sender><Credential domain="NetworkId"><Identity>Amazon</Identity>{shared}</Credential>'
        f'<UserAgent>Test</UserAgent></Sender></Header><Request>{request}</Request></cXML>'
    ).encode()


def reference(order, payload_id=None):
    """An OrderReference to an order that was sent.

    :param order: a `purchase.order`
    """
    payload_id = payload_id or order._amazon_request().payload_id
    return (f'<OrderReference orderID={quoteattr(order.name)}><DocumentReference payloadID={quoteattr(payload_id)}/>'
            '</OrderReference>')


def status(kind='detail', quantity=1, price=None, tax=None, shipping=None, confirm_id=None, error=None,
           delivery_date=None, currency='USD', tax_details=''):
    """A ConfirmationStatus.

    :param str error: the text of a LineItemErrorCode comment
    """
    comments = (
        (f'<Comments type="confirmID">{confirm_id}</Comments>' if confirm_id else '')
        + (f'<Comments type="LineItemErrorCode">{escape(error)}</Comments>' if error else ''))
    date = f' deliveryDate="{delivery_date}"' if delivery_date else ''
    return (
        f'<ConfirmationStatus quantity="{quantity}" type="{kind}"{date}><UnitOfMeasure>EA</UnitOfMeasure>'
        + (f'<UnitPrice>{money(price, currency)}</UnitPrice>' if price is not None else '')
        + charge('Tax', tax, currency, tax_details) + charge('Shipping', shipping, currency) + comments
        + '</ConfirmationStatus>')


def confirmation_xml(order, lines=(), kind='detail', confirm_id='111-0000000-0000001', total=None, shipping=None, tax=None,
                     operation='new', notice_date=NOTICE_DATE, error=None, currency=None, replaces=None,
                     order_reference=None, **envelope_values):
    """A ConfirmationRequest.

    :param lines: tuples of a line number, its ordered quantity, and :func:`status` texts
    :param str error: the text of an OrderErrorCode comment
    :param str replaces: payloadID of the confirmation that an update replaces
    :param order_reference: instead of the reference to the order
    :rtype: bytes
    """
    currency = currency or order.currency_id.name
    items = ''.join(
        f'<ConfirmationItem quantity="{quantity}" lineNumber="{number}"><UnitOfMeasure>EA</UnitOfMeasure>'
        f'{"".join(statuses)}</ConfirmationItem>' for number, quantity, *statuses in lines)
    confirm = f' confirmID="{confirm_id}"' if confirm_id else ''
    return envelope(
        f'<ConfirmationRequest><ConfirmationHeader{confirm} operation="{operation}" type="{kind}" noticeDate="{notice_date}">'
        + (f'<DocumentReference payloadID={quoteattr(replaces)}/>' if replaces else '')
        + (f'<Total>{money(total, currency)}</Total>' if total is not None else '')
        + charge('Shipping', shipping, currency) + charge('Tax', tax, currency)
        + (f'<Comments type="OrderErrorCode">{escape(error)}</Comments>' if error else '')
        + f'</ConfirmationHeader>{order_reference or reference(order)}{items}</ConfirmationRequest>',
        timestamp=notice_date, **envelope_values)


def ship_notice_xml(order, lines=(), shipment_id='SHIP1', operation='new', carrier='UPS', tracking='1Z0000000000000001',
                    tracking_url=None, notice_date=NOTICE_DATE, shipment_date='2026-03-02T09:00:00Z',
                    delivery_date='2026-03-05T12:00:00Z', portions=None, **envelope_values):
    """A ShipNoticeRequest.

    :param lines: tuples of a line number and a quantity; none is the whole order
    :param portions: instead of the one of this order: ready ShipNoticePortion elements
    :rtype: bytes
    """
    url = f' trackingURL={quoteattr(tracking_url)}' if tracking_url else ''
    items = ''.join(f'<ShipNoticeItem quantity="{quantity}" lineNumber="{number}"><UnitOfMeasure>EA</UnitOfMeasure>'
                    '</ShipNoticeItem>' for number, quantity in lines)
    control = (f'<ShipControl><CarrierIdentifier domain="companyName">{escape(carrier or "")}</CarrierIdentifier>'
               f'<ShipmentIdentifier{url}>{escape(tracking)}</ShipmentIdentifier></ShipControl>' if tracking is not None else '')
    dates = ((f' shipmentDate="{shipment_date}"' if shipment_date else '')
             + (f' deliveryDate="{delivery_date}"' if delivery_date else ''))
    portion = portions or f'<ShipNoticePortion>{reference(order)}{items}</ShipNoticePortion>'
    return envelope(
        f'<ShipNoticeRequest><ShipNoticeHeader shipmentID="{shipment_id}" operation="{operation}" '
        f'noticeDate="{notice_date}"{dates}/>{control}{portion}</ShipNoticeRequest>', timestamp=notice_date, **envelope_values)


def invoice_line(number, quantity, price, line_number=None, subtotal=None, tax=None, tax_details='', shipping=None,
                 discount=None, currency='USD', reason=None):
    """An InvoiceDetailItem; its order line has the same number unless told.

    :param reason: 'return' where goods came back
    """
    subtotal = subtotal if subtotal is not None else round(float(quantity) * float(price), 2)
    party = ('<InvoiceDetailShipping><Contact role="shipFrom"><Name xml:lang="en-US">A</Name></Contact>'
             '<Contact role="shipTo"><Name xml:lang="en-US">B</Name></Contact></InvoiceDetailShipping>')
    return (
        f'<InvoiceDetailItem invoiceLineNumber="{number}" quantity="{quantity}"' + (f' reason="{reason}"' if reason else '')
        + f'><UnitOfMeasure>EA</UnitOfMeasure><UnitPrice>{money(price, currency)}</UnitPrice>'
        f'<InvoiceDetailItemReference lineNumber="{line_number or number}"/>'
        f'<SubtotalAmount>{money(subtotal, currency)}</SubtotalAmount>' + charge('Tax', tax, currency, tax_details)
        + (f'<InvoiceDetailLineShipping>{party}{money(shipping, currency)}</InvoiceDetailLineShipping>'
           if shipping is not None else '')
        + (f'<InvoiceDetailDiscount>{money(discount, currency)}</InvoiceDetailDiscount>' if discount is not None else '')
        + '</InvoiceDetailItem>')


def invoice_xml(orders, invoice_id='INV-1', purpose='standard', subtotal=None, tax=0, tax_details='', shipping=None,
                special_handling=None, discount=None, gross=None, net=None, due=None, currency='USD', operation='new',
                invoice_date='2026-03-06T00:00:00Z', original_invoice_id=None, indicators='', **envelope_values):
    """An InvoiceDetailRequest.

    :param orders: tuples of a `purchase.order` and its :func:`invoice_line` texts
    :param indicators: attributes of InvoiceDetailLineIndicator
    :rtype: bytes
    """
    def amount(tag, value):
        return f'<{tag}>{money(value, currency)}</{tag}>' if value is not None else ''

    body = ''.join(
        f'<InvoiceDetailOrder><InvoiceDetailOrderInfo>{reference(order)}</InvoiceDetailOrderInfo>{"".join(lines)}'
        '</InvoiceDetailOrder>' for order, *lines in orders)
    original = f'<InvoiceIDInfo invoiceID={quoteattr(original_invoice_id)}/>' if original_invoice_id else ''
    return envelope(
        f'<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID={quoteattr(invoice_id)} purpose="{purpose}" '
        f'operation="{operation}" invoiceDate="{invoice_date}"><InvoiceDetailHeaderIndicator/>'
        f'<InvoiceDetailLineIndicator {indicators}/>{original}</InvoiceDetailRequestHeader>{body}<InvoiceDetailSummary>'
        + amount('SubtotalAmount', subtotal) + charge('Tax', tax, currency, tax_details)
        + amount('SpecialHandlingAmount', special_handling) + amount('ShippingAmount', shipping)
        + amount('GrossAmount', gross) + amount('InvoiceDetailDiscount', discount) + amount('NetAmount', net)
        + amount('DueAmount', due) + '</InvoiceDetailSummary></InvoiceDetailRequest>', **envelope_values)


def header_credit_xml(order, invoice_id, amount, original_invoice_id, currency='USD', **envelope_values):
    """A credit memo of one sum, without lines (InvoiceDetailHeaderOrder).

    :rtype: bytes
    """
    total = f'<SubtotalAmount>{money(f"-{amount}", currency)}</SubtotalAmount>'
    return envelope(
        f'<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="{invoice_id}" purpose="creditMemo" operation="new" '
        'invoiceDate="2026-03-08T00:00:00Z"><InvoiceDetailHeaderIndicator isHeaderInvoice="yes"/><InvoiceDetailLineIndicator/>'
        f'<InvoiceIDInfo invoiceID="{original_invoice_id}"/></InvoiceDetailRequestHeader>'
        f'<InvoiceDetailHeaderOrder><InvoiceDetailOrderInfo>{reference(order)}</InvoiceDetailOrderInfo>'
        f'<InvoiceDetailOrderSummary invoiceLineNumber="1">{total}</InvoiceDetailOrderSummary></InvoiceDetailHeaderOrder>'
        f'<InvoiceDetailSummary>{total}{charge("Tax", 0, currency)}<NetAmount>{money(f"-{amount}", currency)}</NetAmount>'
        '</InvoiceDetailSummary></InvoiceDetailRequest>', **envelope_values)
