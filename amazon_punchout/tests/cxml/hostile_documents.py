"""Documents that are made to cost a reader time or memory. Plain Python, for document_costs.py."""
import base64
import string

SIZE = 5 * 1024 * 1024
# What is allowed: MAX_TAGS, MAX_ATTRIBUTES and MAX_NAMES of cxml/const.py.
TAGS, ATTRIBUTES, NAMES = 250_000, 150_000, 10_000

HEADER = (
    b'<Header><From><Credential domain="NetworkId"><Identity>Amazon</Identity></Credential></From><To><Credential '
    b'domain="NetworkId"><Identity>Buyer</Identity></Credential></To><Sender><Credential domain="NetworkId"><Identity>'
    b'Amazon</Identity><SharedSecret>wrong</SharedSecret></Credential></Sender></Header>')
CART = b'<Message><PunchOutOrderMessage><BuyerCookie>QQQ</BuyerCookie>%s</PunchOutOrderMessage></Message>'
TOTALS = (
    b'<PunchOutOrderMessageHeader operationAllowed="create"><Total><Money currency="EUR">1</Money></Total>'
    b'</PunchOutOrderMessageHeader>')
ITEM = (
    b'<ItemIn quantity="1"><ItemID><SupplierPartID>B</SupplierPartID></ItemID><ItemDetail><UnitPrice><Money '
    b'currency="EUR">1</Money></UnitPrice>%s</ItemDetail></ItemIn>')
CONFIRMATION = (
    b'<Request><ConfirmationRequest><ConfirmationHeader type="detail"/><OrderReference orderID="P1">'
    b'<DocumentReference payloadID="1@b"/></OrderReference>%s</ConfirmationRequest></Request>')
SHIP_NOTICE = b'<Request><ShipNoticeRequest><ShipNoticeHeader shipmentID="1"/>%s</ShipNoticeRequest></Request>'
INVOICE = (
    b'<Request><InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="1"/>%s<InvoiceDetailSummary><DueAmount>'
    b'<Money currency="EUR">1</Money></DueAmount></InvoiceDetailSummary></InvoiceDetailRequest></Request>')


def filled(start, part, end=b''):
    """Repeat a part until the document has the largest size that is read.

    :rtype: bytes
    """
    return start + part * ((SIZE - len(start) - len(end)) // len(part)) + end


def numbered(start, part, end=b'', most=SIZE):
    """Repeat a part that holds %d, each time with another number, up to a size.

    :rtype: bytes
    """
    pieces, size, number = [start], len(start) + len(end), 0
    while size < most:
        pieces.append(part % number)
        size += len(pieces[-1])
        number += 1
    return b''.join((*pieces[:-1], end))


def in_cart(part, before=b'', after=b''):
    """Fill the first item of a cart."""
    start, end = (b'<cXML>' + HEADER + CART % (TOTALS + ITEM % b'%s')).split(b'%s')
    return filled(start + before, part, after + end + b'</cXML>')


def in_document(document, part):
    """Fill a document at its place for lines."""
    start, end = (b'<cXML>' + HEADER + document).split(b'%s')
    return filled(start, part, end + b'</cXML>')


def _bom(text, encoding):
    return ('\ufeff' + text).encode(encoding)[:SIZE]


def _rooms(encoding, character):
    """A document of another encoding that is longer in UTF-8."""
    start = f'<?xml version="1.0" encoding="{encoding}"?><cXML><Message><a>'.encode()
    return filled(start, character.encode(encoding), b'</a></Message></cXML>')


def _namespaces(depth, each):
    """Declare namespaces, in elements in each other, and use the outermost one in as many elements as are allowed."""
    names = iter(range(depth * each))
    tags = b''.join(
        b'<a %s>' % b' '.join(b'xmlns:n%d="u"' % next(names) for _number in range(each)) for _level in range(depth))
    uses = min(TAGS - depth * 2 - 2, (SIZE - len(tags)) // 20)
    attributes = min(uses, ATTRIBUTES - depth * each) if depth * each < ATTRIBUTES else 0
    body = b'<n0:a n1:b=""/>' * attributes + b'<n0:a/>' * (uses - attributes)
    return (b'<cXML>' + tags + body)[:SIZE] + b'</a>' * depth + b'</cXML>'


def _longest_tags():
    letters = string.ascii_letters.encode()
    names = [bytes((first, second)) for first in letters for second in letters]
    tag = b'<a ' + b' '.join(name + b'=""' for name in names[:2_700]) + b'/>'
    return b'<cXML>' + tag * (ATTRIBUTES // 2_700) + b'</cXML>'


def _nested(part, depth=250, end=b'</a>'):
    return filled(b'<cXML>' + part * depth, b'<a/>', end * depth + b'</cXML>')


def _crowded(per_tag):
    """Many elements with so many attributes each."""
    return filled(
        b'<cXML>', b'<a %s/>' % b' '.join(b'a%d=""' % number for number in range(per_tag)), b'</cXML>')


HOSTILE = {
    'nothing': lambda: b'',
    'blanks': lambda: b' ' * SIZE,
    'letters': lambda: b'a' * SIZE,
    'NUL bytes': lambda: b'\0' * SIZE,
    'NUL bytes in text': lambda: filled(b'<cXML>', b'\0', b'</cXML>'),
    'bytes that are no UTF-8': lambda: filled(b'<cXML>', b'\xff', b'</cXML>'),
    'tags that never end': lambda: b'<' * SIZE,
    'a million elements': lambda: filled(b'<cXML>', b'<a/>', b'</cXML>'),
    'a million elements of another name each': lambda: numbered(b'<cXML>', b'<a%d/>', b'</cXML>'),
    'elements with text around them': lambda: filled(b'<cXML>', b'<a>b</a>c', b'</cXML>'),
    'as many elements as allowed, with text': lambda: b'<cXML>' + b'<a/>b' * (TAGS - 2) + b'</cXML>',
    'as many elements, attributes and names as allowed': lambda: b'<cXML>%s%s%s</cXML>' % (
        b''.join(b'<a%x b%x=""/>c' % (number, number) for number in range(NAMES - 2)),
        b'<a a=""/>c' * (ATTRIBUTES - NAMES), b'<a/>d' * (TAGS - ATTRIBUTES - 2)),
    'as many elements and attributes as allowed, of another name each': lambda: b'<cXML>%s%s</cXML>' % (
        b''.join(b'<a%x b%x=""/>c' % (number, number) for number in range(ATTRIBUTES)),
        b''.join(b'<c%x/>d' % number for number in range(TAGS - ATTRIBUTES - 2))),
    'as many attributes as allowed in the longest tags': _longest_tags,
    'as many namespaces as allowed, and prefixes': lambda: _namespaces(1, 250),
    'as many nested namespaces as allowed, and prefixes': lambda: _namespaces(125, 2),
    'as many references to unknown entities as allowed': lambda: (
        b'<!DOCTYPE cXML SYSTEM "a"><cXML>%s</cXML>' % (b'&a;<a/>' * (TAGS // 2))),
    'as many secrets as allowed, as deep as allowed': lambda: b'<cXML>%s%s%s</cXML>' % (
        b'<a>' * 250, b'<SharedSecret/>b' * (TAGS - 502), b'</a>' * 250),
    'as many elements as allowed in secrets in each other': lambda: b'<cXML>%s%s%s</cXML>' % (
        b'<SharedSecret>' * 250, b'<b/>c' * (TAGS - 502), b'</SharedSecret>' * 250),
    'as many elements as allowed, as deep as allowed': lambda: b'<cXML>%s%s%s</cXML>' % (
        b'<a>' * 250, b'<b/>c' * (TAGS - 502), b'</a>' * 250),
    'a long text that may be a name, behind many equals signs': lambda: filled(
        b'<a>' + b'=' * (NAMES + 1), b'x', b'</a>'),
    'blanks that may end a name, behind many equals signs': lambda: filled(
        b'<a>' + b'=' * (NAMES + 1) + b'x', b' ', b'</a>'),
    'long texts that may be names, between many equals signs': lambda: filled(
        b'<a>', b'=' * 30 + b'x' * 14_000, b'</a>'),
    'deep': lambda: filled(b'<cXML>', b'<a>'),
    'deep and closed': lambda: _nested(b'<a>', 600_000),
    'as deep as allowed': lambda: _nested(b'<a>'),
    'long names nested': lambda: _nested(b'<%s>' % (b'a' * 9_000), 250, b'</%s>' % (b'a' * 9_000)),
    'an element with very many attributes': lambda: numbered(b'<cXML ', b'a%d="" ', b'/>'),
    'an element with very many attributes in single quotes': lambda: numbered(b'<cXML ', b"a%d='>' ", b'/>'),
    'many attributes that hold tag ends': lambda: numbered(b'<cXML ', b'a%d=">" ', b'/>'),
    'the same attribute again and again': lambda: filled(b'<cXML ', b'a="" ', b'/>'),
    'elements with 1,000 attributes each': lambda: _crowded(1000),
    'elements with 100 attributes each': lambda: _crowded(100),
    'elements with 20 attributes each': lambda: _crowded(20),
    'one giant attribute': lambda: filled(b'<cXML payloadID="', b'a', b'"/>'),
    'one giant attribute of references': lambda: filled(b'<cXML payloadID="', b'&lt;', b'"/>'),
    'one giant attribute of line ends': lambda: filled(b'<cXML payloadID="', b'\r\n', b'"/>'),
    'an attribute that never ends': lambda: filled(b'<cXML a="', b'b'),
    'a giant name': lambda: filled(b'<', b'a', b'/>'),
    'a giant name of an attribute': lambda: filled(b'<cXML ', b'a', b'="b"/>'),
    'a giant prefix': lambda: filled(b'<', b'a', b':b/>'),
    'giant names of documents': lambda: filled(b'<cXML><Request><', b'a', b'/></Request></cXML>'),
    'names of 49,000 letters': lambda: numbered(
        b'<cXML><Request>', b'<%d' % 1 + b'a' * 49_000 + b'%d/>', b'</Request></cXML>'),
    'long names of documents': lambda: numbered(
        b'<cXML><Request>', b'<' + b'a' * 15_000 + b'%d/>', b'</Request></cXML>'),
    'very many namespaces': lambda: _namespaces(1, 200_000),
    'very many nested namespaces': lambda: _namespaces(200, 400),
    'many nested namespaces': lambda: _namespaces(200, 10),
    'the same namespace again and again': lambda: filled(b'<cXML>', b'<a xmlns="u"/>', b'</cXML>'),
    'a root in a namespace': lambda: filled(b'<cXML xmlns="u">', b'<a/>', b'</cXML>'),
    'prefixes without a namespace': lambda: filled(b'<cXML>', b'<a:b/>', b'</cXML>'),
    'comments': lambda: filled(b'<cXML>', b'<!---->', b'</cXML>'),
    'a giant comment': lambda: filled(b'<cXML><!--', b'-a', b'--></cXML>'),
    'comments before the root': lambda: filled(b'', b'<!---->', b'<cXML/>'),
    'blanks and comments before the root': lambda: filled(b'', b'<!----> ', b'<cXML/>'),
    'a comment before the root that never ends': lambda: filled(b'<!--', b'a'),
    'processing instructions': lambda: filled(b'<cXML>', b'<?a?>', b'</cXML>'),
    'processing instructions before the root': lambda: filled(b'', b'<?a?>', b'<cXML/>'),
    'starts of processing instructions': lambda: filled(b'', b'<?'),
    'a giant XML declaration': lambda: filled(b'<?xml version="1.0" ', b' ', b'?><cXML/>'),
    'an XML declaration that never ends': lambda: filled(b'<?xml ', b'?'),
    'question marks in the XML declaration': lambda: filled(b'<?xml version="1.0"', b' ?', b'?><cXML/>'),
    'a giant name of the encoding': lambda: filled(b'<?xml version="1.0" encoding="', b'a', b'"?><cXML/>'),
    'blanks before the document': lambda: filled(b'', b' ', b'<cXML/>'),
    'blanks behind the document': lambda: filled(b'<cXML/>', b'\n'),
    'a giant DOCTYPE': lambda: filled(b'<!DOCTYPE cXML ', b'a', b'><cXML/>'),
    'a giant DOCTYPE that never ends': lambda: filled(b'<!DOCTYPE cXML ', b'a'),
    'a DOCTYPE of blanks': lambda: filled(b'<!DOCTYPE cXML ', b' ', b'><cXML/>'),
    'a DOCTYPE of quotation marks': lambda: filled(b'<!DOCTYPE cXML ', b'""', b'><cXML/>'),
    'a DOCTYPE of both quotation marks': lambda: filled(b'<!DOCTYPE cXML ', b'"\'"', b'><cXML/>'),
    'a DOCTYPE with a giant address': lambda: filled(b'<!DOCTYPE cXML SYSTEM "', b'a', b'"><cXML/>'),
    'a DOCTYPE with a giant address that never ends': lambda: filled(b'<!DOCTYPE cXML SYSTEM "', b'a'),
    'declarations behind blanks': lambda: filled(b'<!DOCTYPE cXML ', b' ', b'[<!ENTITY a "b">]><cXML>&a;</cXML>'),
    'declarations behind a giant comment': lambda: filled(
        b'<!--', b'a', b'--><!DOCTYPE cXML [<!ENTITY a "b">]><cXML>&a;</cXML>'),
    'very many declarations': lambda: numbered(
        b'<!DOCTYPE cXML [', b'<!ENTITY a%d "b">', b']><cXML>&a1;</cXML>'),
    'laughs': lambda: b'<!DOCTYPE cXML [<!ENTITY l0 "ha">%s]><cXML>&l9;</cXML>' % b''.join(
        b'<!ENTITY l%d "%s">' % (level, b'&l%d;' % (level - 1) * 10) for level in range(1, 10)),
    'a quadratic blowup': lambda: filled(
        b'<!DOCTYPE cXML [<!ENTITY a "%s">]><cXML>' % (b'b' * 100_000), b'&a;', b'</cXML>'),
    'laughs in UTF-16': lambda: _bom('<!DOCTYPE cXML [<!ENTITY a "b">]><cXML>' + '&a;' * 800_000 + '</cXML>', 'utf-16'),
    'giant text': lambda: in_cart(b'a', b'<Description>', b'</Description>'),
    'giant text of references': lambda: in_cart(b'&amp;', b'<Description>', b'</Description>'),
    'giant text of numbered references': lambda: in_cart(b'&#x20ac;', b'<Description>', b'</Description>'),
    'giant text of lines': lambda: in_cart(b'\r\n', b'<Description>', b'</Description>'),
    'giant text of unknown entities': lambda: in_cart(b'&a;', b'<Description>', b'</Description>'),
    'unknown entities that the DOCTYPE excuses': lambda: filled(
        b'<!DOCTYPE cXML SYSTEM "a"><cXML><Message>', b'&a;', b'</Message></cXML>'),
    'a giant CDATA section of tags': lambda: in_cart(b'<a>', b'<Description><![CDATA[', b']]></Description>'),
    'a giant CDATA section of ampersands': lambda: in_cart(b'&', b'<Description><![CDATA[', b']]></Description>'),
    'a giant CDATA section of tag ends': lambda: in_cart(b'>', b'<Description><![CDATA[', b']]></Description>'),
    'CDATA sections': lambda: in_cart(b'<![CDATA[a]]>', b'<Description>', b'</Description>'),
    'quoted secrets': lambda: in_cart(b'&lt;SharedSecret&gt;a', b'<Description>', b'</Description>'),
    'quoted secrets in elements': lambda: in_cart(b'<a>&lt;SharedSecret</a>'),
    'quoted secrets in an attribute': lambda: in_cart(b'&lt;SharedSecret ', b'<a b="', b'"/>'),
    'beginnings of quoted secrets': lambda: in_cart(b'&lt;' + b'a' * 199, b'<a>', b'&lt;SharedSecret</a>'),
    'secrets': lambda: in_cart(b'<SharedSecret>a</SharedSecret>'),
    'secrets in secrets': lambda: filled(
        b'<cXML><Message>' + b'<SharedSecret>' * 250, b'<a/>', b'</SharedSecret>' * 250 + b'</Message></cXML>'),
    'secrets of other letter cases': lambda: numbered(b'<cXML>', b'<a%d:SharedSecret/>', b'</cXML>'),
    'cookies': lambda: in_cart(b'<BuyerCookie>a</BuyerCookie>'),
    'beginnings of cookies': lambda: filled(b'', b'<BuyerCookie '),
    'beginnings of prefixed cookies': lambda: filled(b'', b'<' + b'a' * 199),
    'a giant cookie that never ends': lambda: filled(b'<cXML><BuyerCookie>', b'&amp;'),
    'a cart of very many lines': lambda: filled(
        (b'<cXML>' + HEADER + CART % TOTALS).removesuffix(b'</PunchOutOrderMessage></Message>'), ITEM % b'',
        b'</PunchOutOrderMessage></Message></cXML>'),
    'a line of very many extrinsics': lambda: in_cart(b'<Extrinsic name="a">b</Extrinsic>'),
    'a line of very many descriptions': lambda: in_cart(b'<Description>a<ShortName>b</ShortName>c</Description>'),
    'very many currencies': lambda: in_cart(b'<Money/>'),
    'a wrong currency at the end': lambda: in_cart(
        b'<Money currency="EUR">1</Money>', after=b'<Money currency="USD"/>'),
    'a wrong amount at the end of very many items': lambda: filled(
        (b'<cXML>' + HEADER + CART % TOTALS).removesuffix(b'</PunchOutOrderMessage></Message>'), b'<ItemIn/>',
        b'</PunchOutOrderMessage></Message></cXML>'),
    'a giant number': lambda: in_cart(b'1', b'<UnitPrice><Money currency="EUR">', b'</Money></UnitPrice>'),
    'a giant number of groups': lambda: in_cart(
        b',111', b'<UnitPrice><Money currency="EUR">1', b'</Money></UnitPrice>'),
    'a giant currency': lambda: in_cart(b'A', b'<UnitPrice><Money currency="', b'">1</Money></UnitPrice>'),
    'a giant web address': lambda: in_cart(
        b'a', b'<Extrinsic name="detailPageURL">https://', b'</Extrinsic>'),
    'a giant timestamp': lambda: filled(
        b'<cXML timestamp="2026-03-02T10:00:00.', b'1', b'"><Message><a/></Message></cXML>'),
    'very many credentials': lambda: filled(
        b'<cXML><Header><To>', b'<Credential domain="a"><Identity>b</Identity></Credential>',
        b'</To></Header><Message><a/></Message></cXML>'),
    'very many headers': lambda: filled(b'<cXML>', b'<Header/>', b'<Message><a/></Message></cXML>'),
    'very many senders': lambda: filled(
        b'<cXML><Header>', b'<Sender><UserAgent>a</UserAgent></Sender>', b'</Header><Message><a/></Message></cXML>'),
    'very many order references': lambda: in_document(
        CONFIRMATION, b'<OrderReference orderID="P1"><DocumentReference payloadID="1"/></OrderReference>'),
    'very many confirmed lines': lambda: in_document(
        CONFIRMATION, b'<ConfirmationItem lineNumber="1" quantity="1"><ConfirmationStatus quantity="1" type="accept"/>'
                      b'</ConfirmationItem>'),
    'very many error codes': lambda: in_document(
        CONFIRMATION, b'<ConfirmationItem lineNumber="1" quantity="1"><ConfirmationStatus quantity="1" type="reject">'
                      b'<Comments>015-005</Comments></ConfirmationStatus></ConfirmationItem>'),
    'a giant comment of digits': lambda: in_document(
        CONFIRMATION.replace(b'<ConfirmationHeader type="detail"/>',
                             b'<ConfirmationHeader type="detail"><Comments>%s</Comments></ConfirmationHeader>').replace(
            b'</OrderReference>%s', b'</OrderReference>'), b'1-'),
    'comments in comments': lambda: _in_comments(),
    'very many shipped lines': lambda: in_document(
        SHIP_NOTICE, b'<ShipNoticePortion><ShipNoticeItem lineNumber="1" quantity="1"/></ShipNoticePortion>'),
    'very many shipments': lambda: in_document(
        SHIP_NOTICE, b'<ShipControl><ShipmentIdentifier>1</ShipmentIdentifier></ShipControl>'),
    'very many billed lines': lambda: in_document(
        INVOICE, b'<InvoiceDetailOrder><InvoiceDetailItem quantity="1"><Tax><TaxDetail><Description>a</Description>'
                 b'</TaxDetail></Tax></InvoiceDetailItem></InvoiceDetailOrder>'),
    'amounts in nested extrinsics': lambda: filled(
        (b'<cXML>' + INVOICE.split(b'%s')[0]) + b'<Extrinsic>' * 200, b'<Money currency="USD">1</Money>',
        b'</Extrinsic>' * 200 + INVOICE.split(b'%s')[1] + b'</cXML>'),
    'UTF-8 with a byte order mark': lambda: b'\xef\xbb\xbf' + filled(b'<cXML>', b'<a/>', b'</cXML>')[:-3],
    'UTF-16': lambda: _bom('<cXML>' + '<a/>' * 655_000 + '</cXML>', 'utf-16'),
    'UTF-16 of a giant DOCTYPE': lambda: _bom('<!DOCTYPE cXML ' + 'a' * 2_600_000 + '><cXML/>', 'utf-16'),
    'UTF-16 of many attributes': lambda: _bom(
        '<cXML ' + ' '.join(f'a{number}=""' for number in range(220_000)) + '/>', 'utf-16'),
    'UTF-16 of characters that are longer in UTF-8': lambda: _bom(
        '<cXML><Message><a>' + '日' * 2_621_000 + '</a></Message></cXML>', 'utf-16-le'),
    'UTF-32': lambda: _bom('<cXML>' + '<a/>' * 327_000 + '</cXML>', 'utf-32'),
    'Latin-1 of characters that are longer in UTF-8': lambda: _rooms('iso-8859-1', 'é'),
    'Windows-1252 of characters that are longer in UTF-8': lambda: _rooms('windows-1252', '€'),
    'Shift JIS': lambda: _rooms('shift_jis', 'ｱ'),
    'EBCDIC': lambda: ('<?xml version="1.0" encoding="cp037"?><cXML ' + ' '.join(
        f'a{number}=""' for number in range(500_000)) + '/>').encode('cp037')[:SIZE],
    'UTF-7': lambda: filled(
        b'<?xml version="1.0" encoding="UTF-7"?><cXML>', b'+ADw-a+AC8APg-', b'</cXML>'),
    'punycode': lambda: filled(b'<?xml version="1.0" encoding="punycode"?><cXML>', b'a', b'</cXML>-ab'),
    'base64 by name': lambda: filled(b'<?xml version="1.0" encoding="base64"?><cXML>', b'a', b'</cXML>'),
}
# Forms as a browser posts them, twice the size of a document at most.
HOSTILE_FORMS = {
    'a form of very many fields': lambda: b'a&' * SIZE,
    'a form of very many empty fields': lambda: b'&' * (2 * SIZE),
    'a form of very many fields of other names': lambda: numbered(b'', b'a%d=&', most=2 * SIZE),
    'a form of percent signs': lambda: b'cxml-urlencoded=' + b'%41' * (2 * SIZE // 3),
    'a form of wrong percent signs': lambda: b'cxml-urlencoded=' + b'%' * (2 * SIZE - 20),
    'a form of characters that are no UTF-8': lambda: b'cxml-urlencoded=' + b'%ff' * (2 * SIZE // 3),
    'a form with a giant name': lambda: b'a' * (2 * SIZE) + b'=b',
    'a form of very many elements': lambda: b'cxml-urlencoded=<cXML>' + b'<a/>' * (SIZE // 2) + b'</cXML>',
    'a form of base64': lambda: b'cxml-base64=' + base64.b64encode(filled(b'<cXML>', b'<a/>', b'</cXML>')),
    'a form of base64 of a giant DOCTYPE': lambda: b'cxml-base64=' + base64.b64encode(
        filled(b'<!DOCTYPE cXML ', b'a', b'><cXML/>')),
    'a form of base64 that is none': lambda: b'cxml-base64=' + b'=' * (2 * SIZE - 20),
}


def _in_comments():
    start, end = (b'<cXML>' + SHIP_NOTICE + b'</cXML>').split(b'%s')
    return filled(start + b'<Comments>' * 200, b'a<b/>', b'</Comments>' * 200 + end)
