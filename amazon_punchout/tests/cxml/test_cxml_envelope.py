import random
import time
from datetime import datetime, timezone

from odoo.tests import BaseCase

from ...cxml import (
    MAX_BYTES,
    Credential,
    CxmlError,
    content_digest,
    read_confirmation,
    read_invoice,
    read_request,
    read_ship_notice,
    redacted,
)
from ..cxml_builder import carrier_identifier as carrier
from ..cxml_builder import cart, envelope
from ..cxml_builder import confirmation_item as confirmation_line
from ..cxml_builder import confirmation_request as confirmation
from ..cxml_builder import confirmation_status as status
from ..cxml_builder import invoice_amount as amount
from ..cxml_builder import invoice_item as invoice_line
from ..cxml_builder import invoice_modification as modification
from ..cxml_builder import invoice_request as invoice
from ..cxml_builder import ship_control as control
from ..cxml_builder import ship_notice_portion as portion
from ..cxml_builder import ship_notice_request as notice
from ..cxml_builder import shipment_identifier as number
from .cxml_inventor import SECRET, shared
from .test_cxml_confirmation import NUMBER
from .test_cxml_invoice import money

READERS = {
    'ConfirmationRequest': read_confirmation,
    'ShipNoticeRequest': read_ship_notice,
    'InvoiceDetailRequest': read_invoice,
}


def rich_documents():
    """One document of each kind with much in it, as (name, bytes)."""
    tax = (f'<Tax>{money(1)}<TaxDetail category="vat" percentageRate="19"><TaxAmount>{money(1)}</TaxAmount></TaxDetail>'
           '</Tax>')
    price = f'<UnitPrice>{money("1.50")}</UnitPrice>'
    said = f'<Comments type="confirmID">{NUMBER}</Comments><Comments type="LineItemErrorCode">[018-007]</Comments>'
    yield (
        'ConfirmationRequest',
        confirmation(
            confirmation_line(status(price + tax + said), status(kind='reject', quantity=2)),
            confirmation_line(status(), number=2),
        ),
    )
    yield (
        'ShipNoticeRequest',
        notice(
            control(carrier('DHL'), number('1', 'trackingURL="https://x.example/"')),
            portion('P1', (1, 2), (2, 1)),
            portion('P2'),
        ),
    )
    yield 'InvoiceDetailRequest', invoice(
        invoice_line(price + amount('SubtotalAmount', 5) + tax + f'<InvoiceItemModifications>'
                     f'{modification(amount("AdditionalCost", 1))}</InvoiceItemModifications>'), invoice_line())


class TestReadRequest(BaseCase):

    def assertNotRead(self, raw, kind, document='Request', value=''):
        with self.assertRaises(CxmlError) as raised:
            read_request(raw)
        error = raised.exception
        self.assertEqual((error.kind, error.document, error.value), (kind, document, value))

    def test_everything_around_a_request_is_read(self):
        raw = confirmation(payload_id=' c.1@amazon.example ', secret=SECRET, to_identity='Buyer77')
        found = read_request(raw.replace(b'<Request>', b'<Request deploymentMode="test">'))
        self.assertEqual((found.document, found.payload_id), ('ConfirmationRequest', 'c.1@amazon.example'))
        self.assertEqual(found.timestamp, datetime(2026, 3, 2, 10, tzinfo=timezone.utc))
        self.assertEqual(found.header.to, (Credential('networkid', 'Buyer77'),))
        self.assertEqual(found.header.sender, (Credential('NetworkId', 'Amazon'),))
        self.assertEqual((found.deployment_mode, found.shared_secret), ('test', SECRET))
        self.assertEqual((found.order_ids, found.order_payload_ids), (('P00042',), ('order.1@odoo.example',)))

    def test_what_a_document_says_is_told_from_how_it_is_sent(self):
        raw = confirmation(status(), payload_id='c.1@amazon.example', secret=SECRET)
        digest = content_digest(raw)
        for same in (
            redacted(raw), raw.replace(b'><', b'>\n<'), raw.replace(b'2026-03-02', b'2026-03-03'),
            raw.replace(b'<UserAgent>Test', b'<UserAgent>Newer'),
            raw.decode().replace('UTF-8', 'UTF-16').encode('utf-16'),
        ):
            self.assertEqual(content_digest(same), digest)
        for other in (raw.replace(b'quantity="5"', b'quantity="4"'), raw.replace(b'P00042', b'P00043'),
                      raw.replace(b'<Request>', b'<Request deploymentMode="test">')):
            self.assertNotEqual(content_digest(other), digest)
        with self.assertRaises(CxmlError):
            content_digest(b'<cXML><Response/></cXML>')

    def test_secret_stays_out_of_logs(self):
        self.assertNotIn('friends', repr(read_request(confirmation(secret=SECRET))))

    def test_secret_counts_only_in_the_sender_of_the_header(self):
        secret = '<Credential domain="NetworkId"><Identity>x</Identity><SharedSecret>s</SharedSecret></Credential>'
        for raw in (
            f'<cXML><Header><From>{secret}</From><To>{secret}</To></Header><Request><ProfileRequest/></Request></cXML>',
            f'<cXML><Header/><Header><Sender>{secret}</Sender></Header><Request><ProfileRequest/></Request></cXML>',
            f'<cXML><Request><ProfileRequest><Header><Sender>{secret}</Sender></Header></ProfileRequest></Request></cXML>',
        ):
            self.assertIsNone(read_request(raw.encode()).shared_secret)

    def test_first_secret_that_is_one_counts(self):
        credential = '<Credential domain="NetworkId"><Identity>x</Identity><SharedSecret>{}</SharedSecret></Credential>'
        credentials = ''.join(map(credential.format, ('\n', ' <![CDATA[a&b]]>c\n', 'd')))
        raw = f'<cXML><Header><Sender>{credentials}</Sender></Header><Request><ProfileRequest/></Request></cXML>'
        self.assertEqual(read_request(raw.encode()).shared_secret, 'a&bc')

    def test_every_order_is_named_once_in_the_order_of_the_document(self):
        found = read_request(notice(portion('P2'), portion('P1', (1, 1)), portion('P2', (2, 1))))
        self.assertEqual(found.order_ids, ('P2', 'P1'))
        self.assertEqual(found.order_payload_ids, ('P2@odoo.example', 'P1@odoo.example'))
        info = '<InvoiceDetailOrderInfo><OrderIDInfo orderID=" P7 "/></InvoiceDetailOrderInfo>'
        self.assertEqual(read_request(invoice(invoice_line(), info=info)).order_ids, ('P7',))
        reference = '<OrderReference orderID=""><DocumentReference payloadID="a@b"/></OrderReference>'
        found = read_request(confirmation(reference=reference))
        self.assertEqual((found.order_ids, found.order_payload_ids), ((), ('a@b',)))

    def test_replaced_document_is_no_order(self):
        head = (
            '<ConfirmationHeader type="detail"><DocumentReference payloadID="c.0@amazon.example"/></ConfirmationHeader>'
        )
        self.assertEqual(read_request(confirmation(head=head)).order_payload_ids, ('order.1@odoo.example',))

    def test_any_request_is_named_though_nobody_knows_it(self):
        for body, name in (
            ('<ProfileRequest/>', 'ProfileRequest'),
            ('<CatalogUploadRequest><a/></CatalogUploadRequest>', 'CatalogUploadRequest'),
        ):
            self.assertEqual(read_request(envelope(body)).document, name)

    def test_what_a_message_carries_is_named_too(self):
        raw = b'<cXML><Message><Status code="200"/><PunchOutOrderMessage/></Message></cXML>'
        self.assertEqual(read_request(raw).document, 'PunchOutOrderMessage')
        self.assertEqual(read_request(cart()).deployment_mode, 'test')

    def test_empty_requests_and_answers_are_not_read(self):
        self.assertNotRead(envelope(''), 'missing')
        self.assertNotRead(b'<cXML><Message/></cXML>', 'missing', 'Message')
        self.assertNotRead(b'<cXML/>', 'wrong_document', value='cXML')
        self.assertNotRead(
            b'<cXML><Response><Status code="200"/></Response></cXML>', 'wrong_document', value='Response'
        )
        self.assertNotRead(b'<Invoice/>', 'wrong_document', value='Invoice')
        self.assertNotRead(b'{"a": 1}', 'not_xml')

    def test_profile_request_of_the_standard_is_read(self):
        found = read_request(shared(self, 'samples', 'profile-request-cxml-org.xml').read_bytes())
        self.assertEqual((found.document, found.payload_id), ('ProfileRequest', '9949494@ariba.acme.com'))
        self.assertEqual((found.shared_secret, found.deployment_mode), ('coyote', 'test'))

    def test_messages_of_amazon_are_read(self):
        for name, document in (
            ('confirmation-jp-3-lines.xml', 'ConfirmationRequest'), ('ship-notice-jp-3-lines.xml', 'ShipNoticeRequest'),
        ):
            found = read_request(shared(self, 'samples', name).read_bytes())
            self.assertEqual((found.document, found.order_ids), (document, ('R18140323289',)))
            self.assertEqual(found.order_payload_ids, ('20181204110720.25750.1821@test.co.jp',))
            self.assertIsNone(found.shared_secret)
        found = read_request(shared(self, 'samples', 'invoice-generic-several-orders.xml').read_bytes())
        self.assertEqual((found.document, found.order_payload_ids), ('InvoiceDetailRequest', ('2252', '2253')))


class TestHostileMessages(BaseCase):
    """Whatever comes, a reader gives a value or a CxmlError, soon, and nothing of the machine is in it."""

    def every(self):
        for name, raw in rich_documents():
            for read in (read_request, READERS[name]):
                yield name, read, raw

    def assertNotRead(self, read, raw, kind):
        start = time.monotonic()
        with self.assertRaises(CxmlError) as raised:
            read(raw)
        self.assertEqual(raised.exception.kind, kind)
        self.assertLess(time.monotonic() - start, 2)

    def test_hostile_xml_is_not_read(self):
        laughs = ''.join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12))
        for name, read, raw in self.every():
            head, body = raw.split(b'?>', 1)
            for kind, hostile in (
                ('entities', head + f'?><!DOCTYPE cXML [<!ENTITY l0 "ha">{laughs}]>'.encode() + body),
                ('entities', head + b'?><!DOCTYPE cXML [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
                 + body.replace(b'P00042', b'&x;')),
                ('too_deep', raw.replace(f'</{name}>'.encode(), b'<a>' * 400 + b'</a>' * 400 + f'</{name}>'.encode())),
                ('too_large', raw + b' ' * MAX_BYTES),
                ('not_xml', raw[:-20]),
                ('not_xml', raw.replace(b'Amazon', b'\xff\xff')),
                ('not_xml', b''),
            ):
                with self.subTest(name, kind=kind, read=read.__name__):
                    self.assertNotRead(read, hostile, kind)

    def test_masses_of_lines_are_read_in_time(self):
        many = ''.join(f'<ShipNoticeItem quantity="1" lineNumber="{n}"/>' for n in range(60_000))
        raw = notice(f'<ShipNoticePortion>{many}</ShipNoticePortion>')
        start = time.monotonic()
        self.assertEqual(len(read_ship_notice(raw).portions[0].items), 60_000)
        self.assertLess(time.monotonic() - start, 5)

    def test_encodings_of_others_are_read(self):
        for name, read, raw in self.every():
            text = raw.decode().replace('UTF-8', 'ENCODING').replace('Amazon', 'Amázón')
            for encoding, declared in (
                ('utf-8-sig', 'UTF-8'), ('utf-16', 'UTF-16'), ('utf-16-le', 'UTF-8'), ('iso-8859-1', 'ISO-8859-1'),
                ('utf-8-sig', 'US-ASCII'),
            ):
                with self.subTest(name, read=read.__name__, encoding=encoding):
                    found = read(text.replace('ENCODING', declared).encode(encoding))
                    self.assertIn('Amázón', [each.identity for each in found.header.from_])

    def test_each_reader_declines_the_documents_of_the_others(self):
        for name, raw in rich_documents():
            for other, read in READERS.items():
                if other != name:
                    self.assertNotRead(read, raw, 'wrong_document')
        for read in READERS.values():
            self.assertNotRead(read, cart(), 'wrong_document')
            self.assertNotRead(read, b'<cXML><Response><Status code="200"/></Response></cXML>', 'wrong_document')

    def test_damaged_documents_are_read_or_declined_and_never_crash(self):
        chance = random.Random(4711)
        pieces = (
            '',
            ' ',
            '-1',
            '1e9',
            'NaN',
            '9' * 40,
            '<a/>',
            '<Money currency="EUR"/>',
            '<Money>1</Money>',
            '日本',
            'USD',
            '"',
            '&#0;',
            '&x;',
            '<Tax/>',
            '<!-- -->',
            '<![CDATA[1]]>',
            '2025-99-99T99:99:99Z',
        )
        read_well = 0
        for name, read, raw in self.every():
            text = raw.decode()
            places = [index for index, character in enumerate(text) if character in '<>"']
            for _index in range(400):
                place = chance.randrange(len(places) - 1)
                start, end = places[place] + 1, places[place + 1]
                if chance.random() < 0.2:
                    start, end = sorted(chance.sample(places, 2))
                damaged = text[:start] + chance.choice(pieces) + text[end:]
                try:
                    read(damaged.encode())
                    read_well += 1
                except CxmlError as error:
                    self.assertTrue(str(error), name)
        self.assertGreater(read_well, 200, "too few of the damages reach the readers")
