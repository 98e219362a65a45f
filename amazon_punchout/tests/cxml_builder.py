"""The one builder of cXML for the tests of the addon: what Amazon sends, shaped as its samples and the standard are.

Text in, text or bytes out; orders are taken as they are, so nothing of Odoo is imported here. The simulator has a
writer of its own, since what the two have in common would be tested against itself.
"""
import itertools
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

_numbers = itertools.count(1)
NOTICE_DATE = '2026-03-02T10:00:00Z'
# What opens the shopping trip of :func:`cart_text`, and one that Amazon has made itself.
COOKIE = 'kX7-one+trip/only='
AMAZONS_COOKIE = 'a-cookie-that-only-amazon-knows'

# === A CART WITH ALL THAT ONE CAN HAVE, FOR THE CODEC === #

ITEM = """
<ItemIn quantity="2" lineNumber="1">
  <ItemID>
    <SupplierPartID>B0LAMP0001</SupplierPartID>
    <SupplierPartAuxiliaryID>701-5550001-1230001,1</SupplierPartAuxiliaryID>
  </ItemID>
  <ItemDetail>
    <UnitPrice><Money currency="EUR">19.90</Money></UnitPrice>
    <Description xml:lang="de-DE">Schreibtischlampe &amp; Klemme,
      weiß 100%41 C++
</Description>
    <UnitOfMeasure>EA</UnitOfMeasure>
    <Classification domain="UNSPSC">39111500</Classification>
    <ManufacturerPartID>LX-9</ManufacturerPartID>
    <ManufacturerName>Lichtwerk</ManufacturerName>
    <LeadTime>3</LeadTime>
    <Extrinsic name="soldBy">Lampenladen &lt;Süd&gt;</Extrinsic>
    <Extrinsic name="itemCondition">New</Extrinsic>
    <Extrinsic name="detailPageURL">https://shop.example/dp/B0LAMP0001</Extrinsic>
    <Extrinsic name="preference">default</Extrinsic>
    <Extrinsic name="preference">second</Extrinsic>
  </ItemDetail>
  <Shipping><Money currency="EUR">4.00</Money><Description xml:lang="de-DE">Versand</Description></Shipping>
  <Tax>
    <Money currency="EUR">8.32</Money>
    <Description xml:lang="de-DE">Steuer</Description>
    <TaxDetail category="vat" percentageRate="19.00" purpose="subtotalTax">
      <TaxableAmount><Money currency="EUR">39.80</Money></TaxableAmount>
      <TaxAmount><Money currency="EUR">7.56</Money></TaxAmount>
    </TaxDetail>
    <TaxDetail category="vat" percentageRate="19.00" purpose="shippingTax">
      <TaxAmount><Money currency="EUR">0.76</Money></TaxAmount>
      <TaxLocation xml:lang="de">Berlin</TaxLocation>
      <Description xml:lang="de">Versandsteuer</Description>
    </TaxDetail>
  </Tax>
</ItemIn>"""

TOTALS = """
<PunchOutOrderMessageHeader operationAllowed="create">
  <Total><Money currency="EUR">39.80</Money></Total>
  <Shipping><Money currency="EUR">4.00</Money><Description xml:lang="de-DE">Versand</Description></Shipping>
  <Tax><Money currency="EUR">8.32</Money><Description xml:lang="de-DE">Steuer</Description></Tax>
</PunchOutOrderMessageHeader>"""

BARE_ITEM = """
<ItemIn quantity="1">
  <ItemID><SupplierPartID>B0PEN00002</SupplierPartID></ItemID>
  <ItemDetail><UnitPrice><Money currency="EUR">1.5</Money></UnitPrice></ItemDetail>
</ItemIn>"""


def cart_text(*items, totals=TOTALS, cookie=COOKIE, declaration='<?xml version="1.0" encoding="UTF-8"?>', doctype=''):
    """Give a cart as text; `cookie` is XML."""
    return f"""{declaration}{doctype}
<cXML payloadID="42.7@shop.example" timestamp="2025-03-30T12:05:09.5Z">
  <Header>
    <From>
      <Credential domain="DUNS"><Identity>111222333</Identity></Credential>
      <Credential domain="NetworkId"><Identity>Amazon</Identity></Credential>
    </From>
    <To><Credential domain="networkid"><Identity> Buyer77 </Identity></Credential></To>
    <Sender>
      <Credential domain="NetworkId"><Identity>Amazon</Identity></Credential>
      <UserAgent>Shop 1</UserAgent>
    </Sender>
  </Header>
  <Message deploymentMode="test">
    <PunchOutOrderMessage>
      <BuyerCookie>{cookie}</BuyerCookie>{totals}{''.join(items)}
    </PunchOutOrderMessage>
  </Message>
</cXML>"""


def cart(*items, **values):
    """Give a cart as UTF-8."""
    return cart_text(*(items or (ITEM,)), **values).encode()


# === CARTS === #

def item(asin='B00TEST001', price='9.99', quantity='1', unit='EA', title="Stapler, blue", condition='New',
         auxiliary_id='136-0000000-0000001,1', shipping=None, tax=None, details=(), extrinsics=(), unspsc='44121615',
         seller='A seller', url=None):
    """Values of one ItemIn for :func:`cart_xml`.

    :param details: of the tax: tuples of rate, amount and purpose
    """
    return locals()


def cart_xml(cookie, items, currency='USD', total=None, shipping=None, tax=None):
    """A cart as Amazon's: two credentials, money with two decimals, the header's Total without shipping and tax.

    :param str cookie: the BuyerCookie
    :param list[dict] items: of :func:`item`
    :param total: of the header; by default the sum of the lines
    :rtype: bytes
    """
    if total is None:
        total = sum(Decimal(each['price']) * Decimal(each['quantity']) for each in items)
    sender = ('<Credential domain="DUNS"><Identity>1</Identity></Credential>'
              '<Credential domain="NetworkId"><Identity>Amazon</Identity></Credential>')
    lines = ''.join(
        f'''<ItemIn quantity="{each['quantity']}"><ItemID><SupplierPartID>{escape(each['asin'])}</SupplierPartID>'''
        f'''<SupplierPartAuxiliaryID>{escape(each['auxiliary_id'])}</SupplierPartAuxiliaryID></ItemID><ItemDetail>'''
        f'''<UnitPrice>{money(each['price'], currency)}</UnitPrice>'''
        f'''<Description xml:lang="en-US">{escape(each['title'])}</Description>'''
        + (f'<UnitOfMeasure>{each["unit"]}</UnitOfMeasure>' if each['unit'] else '')
        + f'<Classification domain="UNSPSC">{escape(each["unspsc"])}</Classification>'
        + ''.join(f'<Extrinsic name={quoteattr(name)}>{escape(text)}</Extrinsic>' for name, text in (
            ('soldBy', each['seller']), ('fulfilledBy', 'Amazon'),
            *((('itemCondition', each['condition']),) if each['condition'] else ()),
            ('detailPageURL', each['url'] or f'https://amazon.example/dp/{each["asin"]}'), *each['extrinsics']))
        + '</ItemDetail>'
        + charge('Shipping', each['shipping'], currency)
        + charge('Tax', each['tax'], currency, ''.join(
            tax_detail(rate, amount, currency, purpose) for rate, amount, purpose in each['details']))
        + '</ItemIn>'
        for each in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<cXML payloadID="1.2.3@amazon.example" timestamp="2026-03-01T10:00:00.000Z"><Header>'
        f'<From>{sender}</From><To><Credential domain="NetworkId"><Identity>TestGroup</Identity></Credential></To>'
        f'<Sender>{sender}<UserAgent>Test</UserAgent></Sender></Header><Message><PunchOutOrderMessage>'
        f'<BuyerCookie>{escape(cookie)}</BuyerCookie><PunchOutOrderMessageHeader operationAllowed="create">'
        f'<Total>{money(total, currency)}</Total>'
        + charge('Shipping', shipping, currency) + charge('Tax', tax, currency)
        + f'</PunchOutOrderMessageHeader>{lines}</PunchOutOrderMessage></Message></cXML>'
    ).encode()


def setup_xml(email=None, cookie=AMAZONS_COOKIE, **kwargs):
    """A PunchOutSetupRequest of Amazon's.

    :param kwargs: of :func:`.messages.envelope`
    """
    extrinsic = f'<Extrinsic name="UserEmail">{email}</Extrinsic>' if email else ''
    return envelope(
        f'<PunchOutSetupRequest operation="create"><BuyerCookie>{cookie}</BuyerCookie>{extrinsic}'
        '<BrowserFormPost><URL>https://amazon.example/elsewhere</URL></BrowserFormPost></PunchOutSetupRequest>',
        **kwargs,
    )


# === ANSWERS === #

def response_xml(code='200', text='OK', start_page=None):
    """A Response, as text.

    :param str start_page: where the shopper is to go, if it answers a setup request
    """
    page = (f'<PunchOutSetupResponse><StartPage><URL>{start_page}</URL></StartPage></PunchOutSetupResponse>'
            if start_page else '')
    return f'<cXML><Response><Status code="{code}" text="{text}">{text}</Status>{page}</Response></cXML>'


# === PARTS === #


def money(amount, currency='USD'):
    return f'<Money currency="{currency}">{amount}</Money>'


def unit_of_measure(code):
    """A UnitOfMeasure; nothing if the code is None."""
    return '' if code is None else f'<UnitOfMeasure>{escape(code)}</UnitOfMeasure>'


def charge(tag, amount, currency='USD', details=''):
    """A Shipping or Tax element; nothing if the amount is None."""
    if amount is None:
        return ''
    return f'<{tag}>{money(amount, currency)}<Description xml:lang="en-US">{tag}</Description>{details}</{tag}>'


def tax_detail(rate, amount, currency='USD', purpose='subtotalTax', taxable=None, exempt=None, description=None):
    """A TaxDetail.

    :param rate: in percent; None: not stated
    :param taxable: what the tax is computed from
    :param exempt: exemptDetail
    """
    return (
        '<TaxDetail category="vat"' + (f' percentageRate="{rate}"' if rate is not None else '')
        + f' purpose="{purpose}"' + (f' exemptDetail="{exempt}"' if exempt else '') + '>'
        + (f'<TaxableAmount>{money(taxable, currency)}</TaxableAmount>' if taxable is not None else '')
        + f'<TaxAmount>{money(amount, currency)}</TaxAmount>'
        + (f'<Description xml:lang="en-US">{escape(description)}</Description>' if description else '') + '</TaxDetail>'
    )


# === MESSAGES === #

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
           delivery_date=None, currency='USD', tax_details='', unit='EA'):
    """A ConfirmationStatus.

    :param str error: the text of a LineItemErrorCode comment
    """
    comments = (
        (f'<Comments type="confirmID">{confirm_id}</Comments>' if confirm_id else '')
        + (f'<Comments type="LineItemErrorCode">{escape(error)}</Comments>' if error else ''))
    inside = (
        (f'<UnitPrice>{money(price, currency)}</UnitPrice>' if price is not None else '')
        + charge('Tax', tax, currency, tax_details) + charge('Shipping', shipping, currency) + comments)
    return confirmation_status(
        inside, kind, quantity, f'deliveryDate="{delivery_date}"' if delivery_date else '', unit)


def confirmation_xml(
    order,
    lines=(),
    kind='detail',
    confirm_id='111-0000000-0000001',
    total=None,
    shipping=None,
    tax=None,
    operation='new',
    notice_date=NOTICE_DATE,
    error=None,
    comment=None,
    currency=None,
    replaces=None,
    order_reference=None,
    unit='EA',
    **envelope_values,
):
    """A ConfirmationRequest.

    :param lines: tuples of a line number, its ordered quantity, and :func:`status` texts
    :param str error: the text of an OrderErrorCode comment
    :param str comment: the text of a comment without a type
    :param str replaces: payloadID of the confirmation that an update replaces
    :param order_reference: instead of the reference to the order
    :param str unit: of the ordered quantities; each status has its own
    :rtype: bytes
    """
    currency = currency or order.currency_id.name
    items = ''.join(
        confirmation_item(*statuses, number=number, quantity=quantity, unit=unit)
        for number, quantity, *statuses in lines)
    confirm = f' confirmID="{confirm_id}"' if confirm_id else ''
    return envelope(
        f'<ConfirmationRequest><ConfirmationHeader{confirm} operation="{operation}" type="{kind}" '
        f'noticeDate="{notice_date}">'
        + (f'<DocumentReference payloadID={quoteattr(replaces)}/>' if replaces else '')
        + (f'<Total>{money(total, currency)}</Total>' if total is not None else '')
        + charge('Shipping', shipping, currency)
        + charge('Tax', tax, currency)
        + (f'<Comments type="OrderErrorCode">{escape(error)}</Comments>' if error else '')
        + (f'<Comments>{escape(comment)}</Comments>' if comment else '')
        + f'</ConfirmationHeader>{order_reference or reference(order)}{items}</ConfirmationRequest>',
        timestamp=notice_date,
        **envelope_values,
    )


def ship_notice_xml(order, lines=(), shipment_id='SHIP1', operation='new', carrier='UPS', tracking='1Z0000000000000001',
                    tracking_url=None, notice_date=NOTICE_DATE, shipment_date='2026-03-02T09:00:00Z',
                    delivery_date='2026-03-05T12:00:00Z', portions=None, comment=None, **envelope_values):
    """A ShipNoticeRequest.

    :param lines: tuples of a line number, a quantity and perhaps a unit; none is the whole order
    :param portions: instead of the one of this order: ready ShipNoticePortion elements
    :param str comment: of the header
    :rtype: bytes
    """
    url = f' trackingURL={quoteattr(tracking_url)}' if tracking_url else ''
    items = ''.join(ship_notice_item(*line) for line in lines)
    control = ship_control(
        carrier_identifier(escape(carrier or '')), shipment_identifier(escape(tracking), url),
    ) if tracking is not None else ''
    dates = ((f' shipmentDate="{shipment_date}"' if shipment_date else '')
             + (f' deliveryDate="{delivery_date}"' if delivery_date else ''))
    portion = portions or f'<ShipNoticePortion>{reference(order)}{items}</ShipNoticePortion>'
    return envelope(
        f'<ShipNoticeRequest><ShipNoticeHeader shipmentID="{shipment_id}" operation="{operation}" '
        f'noticeDate="{notice_date}"{dates}>'
        + (f'<Comments>{escape(comment)}</Comments>' if comment else '')
        + f'</ShipNoticeHeader>{control}{portion}</ShipNoticeRequest>',
        timestamp=notice_date,
        **envelope_values,
    )


def invoice_line(number, quantity, price, line_number=None, subtotal=None, tax=None, tax_details='', shipping=None,
                 discount=None, currency='USD', reason=None, unit='EA'):
    """An InvoiceDetailItem; its order line has the same number unless told.

    :param reason: 'return' where goods came back
    """
    subtotal = subtotal if subtotal is not None else round(float(quantity) * float(price), 2)
    party = ('<InvoiceDetailShipping><Contact role="shipFrom"><Name xml:lang="en-US">A</Name></Contact>'
             '<Contact role="shipTo"><Name xml:lang="en-US">B</Name></Contact></InvoiceDetailShipping>')
    return (
        f'<InvoiceDetailItem invoiceLineNumber="{number}" quantity="{quantity}"'
        + (f' reason="{reason}"' if reason else '')
        + f'>{unit_of_measure(unit)}<UnitPrice>{money(price, currency)}</UnitPrice>'
        f'<InvoiceDetailItemReference lineNumber="{line_number or number}"/>'
        f'<SubtotalAmount>{money(subtotal, currency)}</SubtotalAmount>'
        + charge('Tax', tax, currency, tax_details)
        + (
            f'<InvoiceDetailLineShipping>{party}{money(shipping, currency)}</InvoiceDetailLineShipping>'
            if shipping is not None
            else ''
        )
        + (
            f'<InvoiceDetailDiscount>{money(discount, currency)}</InvoiceDetailDiscount>'
            if discount is not None
            else ''
        )
        + '</InvoiceDetailItem>'
    )


def invoice_xml(orders, invoice_id='INV-1', purpose='standard', subtotal=None, tax=0, tax_details='', shipping=None,
                special_handling=None, discount=None, gross=None, net=None, due=None, currency='USD', operation='new',
                invoice_date='2026-03-06T00:00:00Z', original_invoice_id=None, indicators='', comment=None,
                **envelope_values):
    """An InvoiceDetailRequest.

    :param orders: tuples of a `purchase.order` and its :func:`invoice_line` texts
    :param indicators: attributes of InvoiceDetailLineIndicator
    :param str comment: of the header
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
        f'<InvoiceDetailLineIndicator {indicators}/>{original}'
        + (f'<Comments>{escape(comment)}</Comments>' if comment else '')
        + f'</InvoiceDetailRequestHeader>{body}<InvoiceDetailSummary>'
        + amount('SubtotalAmount', subtotal) + charge('Tax', tax, currency, tax_details)
        + amount('SpecialHandlingAmount', special_handling) + amount('ShippingAmount', shipping)
        + amount('GrossAmount', gross) + amount('InvoiceDetailDiscount', discount) + amount('NetAmount', net)
        + amount('DueAmount', due) + '</InvoiceDetailSummary></InvoiceDetailRequest>', **envelope_values)


def header_credit_xml(order, invoice_id, amount, original_invoice_id, currency='USD', tax='0.00', tax_details='',
                      is_tax_in_line=False, shipping=None, invoice_date='2026-03-08T00:00:00Z', **envelope_values):
    """A credit memo of one sum, without lines (InvoiceDetailHeaderOrder).

    :param str amount: without the tax
    :param bool is_tax_in_line: whether the tax stands beside the sum, too, and not only in the summary
    :param str shipping: stated in the summary, beside the amount
    :rtype: bytes
    """
    total = f'<SubtotalAmount>{money(f"-{amount}", currency)}</SubtotalAmount>'
    stated = charge('Tax', f'-{tax}' if float(tax) else 0, currency, tax_details)
    net = money(f'-{Decimal(amount) + Decimal(tax) + Decimal(shipping or 0)}', currency)
    beside = f'<ShippingAmount>{money(f"-{shipping}", currency)}</ShippingAmount>' if shipping else ''
    return envelope(
        f'<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="{invoice_id}" purpose="creditMemo" '
        'operation="new" '
        f'invoiceDate="{invoice_date}"><InvoiceDetailHeaderIndicator isHeaderInvoice="yes"/>'
        '<InvoiceDetailLineIndicator/>'
        f'<InvoiceIDInfo invoiceID="{original_invoice_id}"/></InvoiceDetailRequestHeader>'
        f'<InvoiceDetailHeaderOrder><InvoiceDetailOrderInfo>{reference(order)}</InvoiceDetailOrderInfo>'
        f'<InvoiceDetailOrderSummary invoiceLineNumber="1">{total}{stated if is_tax_in_line else ""}'
        '</InvoiceDetailOrderSummary></InvoiceDetailHeaderOrder>'
        f'<InvoiceDetailSummary>{total}{stated}{beside}'
        f'<NetAmount>{net}</NetAmount>'
        '</InvoiceDetailSummary></InvoiceDetailRequest>',
        **envelope_values,
    )


# === MESSAGES FOR THE CODEC, PART BY PART === #

ORDER_REFERENCE = (
    '<OrderReference orderID="P00042"><DocumentReference payloadID="order.1@odoo.example"/></OrderReference>'
)
CONFIRMATION_HEADER = '<ConfirmationHeader type="detail" noticeDate="2025-03-30T12:05:09Z"/>'
SHIP_NOTICE_HEADER = '<ShipNoticeHeader shipmentID="S1" noticeDate="2025-03-30T12:05:09Z"/>'
INVOICE_HEADER = '<InvoiceDetailRequestHeader invoiceID="INV-1" invoiceDate="2025-04-01T00:00:00Z"/>'
INVOICE_ORDER_INFO = f'<InvoiceDetailOrderInfo>{ORDER_REFERENCE}</InvoiceDetailOrderInfo>'
INVOICE_SUMMARY = (
    '<InvoiceDetailSummary><SubtotalAmount><Money currency="EUR">5</Money></SubtotalAmount></InvoiceDetailSummary>'
)


def confirmation_request(*items, head=CONFIRMATION_HEADER, reference=ORDER_REFERENCE, **envelope_values):
    return envelope(
        f'<ConfirmationRequest>{head}{reference}{"".join(items)}</ConfirmationRequest>', **envelope_values)


def confirmation_item(*statuses, number=1, quantity=5, unit='EA'):
    return f'<ConfirmationItem quantity="{quantity}" lineNumber="{number}">{unit_of_measure(unit)}' \
           f'{"".join(statuses)}</ConfirmationItem>'


def confirmation_status(inside='', kind='detail', quantity=5, attributes='', unit='EA'):
    return f'<ConfirmationStatus type="{kind}" quantity="{quantity}" {attributes}>{unit_of_measure(unit)}' \
           f'{inside}</ConfirmationStatus>'


def ship_notice_request(*parts, head=SHIP_NOTICE_HEADER, **envelope_values):
    return envelope(f'<ShipNoticeRequest>{head}{"".join(parts)}</ShipNoticeRequest>', **envelope_values)


def ship_notice_item(number, quantity, unit='EA'):
    return f'<ShipNoticeItem quantity="{quantity}" lineNumber="{number}">{unit_of_measure(unit)}</ShipNoticeItem>'


def ship_notice_portion(order_id, *items):
    """A portion of an order, with tuples of a line number and a quantity; its payloadID is made of its number."""
    reference = (
        f'<OrderReference orderID="{order_id}"><DocumentReference payloadID="{order_id}@odoo.example"/>'
        '</OrderReference>')
    items = ''.join(ship_notice_item(*item) for item in items)
    return f'<ShipNoticePortion>{reference}{items}</ShipNoticePortion>'


def ship_control(*parts):
    return f'<ShipControl>{"".join(parts)}</ShipControl>'


def carrier_identifier(name, domain='companyName'):
    return f'<CarrierIdentifier domain="{domain}">{name}</CarrierIdentifier>'


def shipment_identifier(text, attributes=''):
    return f'<ShipmentIdentifier {attributes}>{text}</ShipmentIdentifier>'


def invoice_amount(tag, value, inside='', currency='EUR'):
    return f'<{tag}>{inside}{money(value, currency)}</{tag}>'


def invoice_request(*parts, head=INVOICE_HEADER, info=INVOICE_ORDER_INFO, summary=INVOICE_SUMMARY, **envelope_values):
    order = f'<InvoiceDetailOrder>{info}{"".join(parts)}</InvoiceDetailOrder>' if parts else ''
    return envelope(f'<InvoiceDetailRequest>{head}{order}{summary}</InvoiceDetailRequest>', **envelope_values)


def invoice_item(inside='', quantity='1', line_number='1', attributes=''):
    return (
        f'<InvoiceDetailItem invoiceLineNumber="1" quantity="{quantity}" {attributes}><UnitOfMeasure>EA</UnitOfMeasure>'
        f'<InvoiceDetailItemReference lineNumber="{line_number}"/>{inside}</InvoiceDetailItem>')


def invoice_summary(*inside):
    return f'<InvoiceDetailSummary>{"".join(inside)}</InvoiceDetailSummary>'


def invoice_modification(change, detail=''):
    return (
        f'<Modification><OriginalPrice>{money(100, "EUR")}</OriginalPrice>{change}<Tax>{money(9, "EUR")}</Tax>'
        f'{detail}</Modification>')
