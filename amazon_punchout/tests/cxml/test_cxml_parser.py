import time

from odoo.tests import BaseCase

from ...cxml import MAX_BYTES, CxmlError, document_name, enclosed, fault, parse
from ..cxml_builder import COOKIE, cart, cart_text

LAUGHS = '<!DOCTYPE cXML [<!ENTITY l0 "ha">{}]>'.format(''.join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12)
))


class TestParser(BaseCase):

    def kind_of(self, raw):
        with self.assertRaises(CxmlError) as raised:
            parse(raw, 'PunchOutOrderMessage')
        self.assertEqual(raised.exception.document, 'PunchOutOrderMessage')
        return raised.exception.kind

    def test_what_is_no_xml_is_not_read(self):
        for raw in (
            b'', b'   ', b'Bad Gateway', b'{"a": 1}', b'\xff\xfe\x00', b'\x00\x00\x00\x00', cart()[:-300],
            b'<!DOCTYPE html><html><body><br></body></html>', b'<html><body>Log in</body></html>',
            b'<?xml version="1.0" encoding="no-such-thing"?><cXML/>',
            b'<?xml version="1.0" encoding="UTF-8"?><cXML>\xff</cXML>',
            b'<cXML>\x07</cXML>',
        ):
            with self.subTest(raw[:30]):
                self.assertEqual(self.kind_of(raw), 'not_xml')

    def test_another_root_is_not_read(self):
        with self.assertRaisesRegex(CxmlError, 'of type Envelope') as raised:
            parse(b'<Envelope/>', 'Response')
        self.assertEqual((raised.exception.kind, raised.exception.value), ('wrong_document', 'Envelope'))

    def test_doctype_of_amazon_is_tolerated_and_nothing_is_fetched(self):
        doctype = '<!DOCTYPE cXML SYSTEM "http://192.0.2.1/schemas/cXML/1.2.024/cXML.dtd">'
        start = time.monotonic()
        self.assertEqual(parse(cart(doctype=doctype), 'PunchOutOrderMessage').tag, 'cXML')
        self.assertLess(time.monotonic() - start, 2)

    def test_declarations_in_the_doctype_are_not_read(self):
        for doctype in (
            LAUGHS,
            '<!DOCTYPE cXML [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
            '<!DOCTYPE cXML SYSTEM "http://x.example/a[b].dtd" [<!ENTITY % x SYSTEM "http://192.0.2.1/"> %x;]>',
            '<!-- one --><?two?> <!DOCTYPE cXML [<!ATTLIST Money currency CDATA "USD">]>',
            "<!DOCTYPE cXML PUBLIC '[' \"]\" [ ]>",
        ):
            for entity in ('', '&x;', '&l11;'):
                with self.subTest(doctype[:60], entity=entity):
                    start = time.monotonic()
                    self.assertEqual(self.kind_of(cart(doctype=doctype, cookie=entity)), 'entities')
                    self.assertLess(time.monotonic() - start, 2)

    def test_declarations_are_found_in_other_encodings(self):
        text = '<!DOCTYPE cXML [<!ENTITY a "b">]><cXML>&a;</cXML>'
        for encoding in ('utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-8-sig'):
            with self.subTest(encoding):
                self.assertEqual(self.kind_of(text.encode(encoding)), 'entities')

    def test_text_is_not_cut_at_an_unknown_entity(self):
        doctype = '<!DOCTYPE cXML SYSTEM "cXML.dtd">'
        self.assertEqual(self.kind_of(cart(doctype=doctype, cookie='a&nbsp;b')), 'entities')

    def test_brackets_in_the_doctype_address_or_the_text_are_no_declarations(self):
        doctype = '<!DOCTYPE cXML SYSTEM "http://x.example/[1]/cXML.dtd">'
        root = parse(cart(doctype=doctype, cookie='<![CDATA[<!DOCTYPE x [<!ENTITY a "b">]>]]>'), 'PunchOutOrderMessage')
        self.assertEqual(root.findtext('.//BuyerCookie'), '<!DOCTYPE x [<!ENTITY a "b">]>')

    def test_deep_nesting_is_not_read(self):
        depth = 300
        self.assertEqual(self.kind_of(b'<cXML>' + b'<a>' * depth + b'</a>' * depth + b'</cXML>'), 'too_deep')

    def test_size_is_limited(self):
        self.assertEqual(self.kind_of(b'<cXML>' + b' ' * MAX_BYTES + b'</cXML>'), 'too_large')
        exact = b'<cXML>' + b' ' * (MAX_BYTES - 13) + b'</cXML>'
        self.assertEqual(len(exact), MAX_BYTES)
        self.assertEqual(parse(exact, 'Response').tag, 'cXML')

    def test_encodings_are_read_as_declared_or_as_evident(self):
        text = cart_text(cookie='Süß', declaration='')
        for raw in (
            text.encode(),
            b'\n \t<?xml version="1.0"?>' + text.encode(),
            text.encode('utf-8-sig'),
            b'\xef\xbb\xbf\n<?xml version="1.0" encoding="ISO-8859-1"?>' + text.encode(),
            b'<?xml version="1.0" encoding="ISO-8859-1"?>' + text.encode('latin-1'),
            b'<?xml version="1.0" encoding="windows-1252"?>' + text.encode('cp1252'),
            ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode('utf-16'),
            ('\n<?xml version="1.0" encoding="UTF-16"?>' + text).encode('utf-16-le'),
            ('<?xml version="1.0" encoding="UTF-8"?>' + text).encode('utf-16-be'),
            text.encode('utf-32'),
        ):
            with self.subTest(raw[:40]):
                self.assertEqual(parse(raw, 'PunchOutOrderMessage').findtext('.//BuyerCookie'), 'Süß')

    def test_comments_do_not_split_text(self):
        root = parse(cart(cookie='a<!-- b -->c<?d e?>f'), 'PunchOutOrderMessage')
        self.assertEqual(root.find('.//BuyerCookie').text, 'acf')

    def test_namespaces_are_tolerated(self):
        body = (
            '<{0}cXML xmlns{1}="urn:x"><{0}Message><{0}Order>'
            '<y:Total xmlns:y="urn:y"/>'
            '</{0}Order></{0}Message></{0}cXML>'
        )
        for raw in (body.format('', ''), body.format('c:', ':c')):
            with self.subTest(raw):
                order = enclosed(parse(raw.encode(), 'Order'), 'Order')
                self.assertEqual(order.tag, 'Order')
                self.assertIsNone(order.find('Total'), "an element of a foreign namespace is foreign")

    def test_documents_are_named(self):
        for raw, name in (
            (b'<cXML><Message><Status code="200"/><PunchOutOrderMessage/></Message></cXML>', 'PunchOutOrderMessage'),
            (b'<cXML><Header/><Request><ProfileRequest/></Request></cXML>', 'ProfileRequest'),
            (b'<cXML><Response><Status/></Response></cXML>', 'Response'),
            (b'<cXML><Request/></cXML>', 'Request'),
            (b'<cXML/>', 'cXML'),
        ):
            with self.subTest(name):
                self.assertEqual(document_name(parse(raw, 'x')), name)
                with self.assertRaises(CxmlError) as raised:
                    enclosed(parse(raw, 'x'), 'OrderRequest')
                self.assertEqual((raised.exception.kind, raised.exception.value), ('wrong_document', name))


class TestCxmlError(BaseCase):

    def test_path_tells_which_of_several_elements(self):
        root = parse(b'<cXML><Message><M><ItemIn/><ItemIn><Tax/><Tax><a/></Tax></ItemIn></M></Message></cXML>', 'M')
        error = fault('missing', root.find('.//a'), 'Money/@currency')
        self.assertEqual((error.document, error.element), ('M', 'ItemIn[2]/Tax[2]/a/Money/@currency'))
        self.assertEqual(str(error), "The M has no ItemIn[2]/Tax[2]/a/Money/@currency.")
        self.assertEqual(fault('missing', root.find('.//ItemIn'), '@quantity').element, 'ItemIn[1]/@quantity')

    def test_values_are_short_and_never_secret(self):
        self.assertEqual(len(CxmlError('bad_value', 'M', 'Money', 'x' * 500).value), 80)
        for element in ('BuyerCookie', 'Header/Sender/Credential/SharedSecret'):
            self.assertNotIn(COOKIE, str(CxmlError('bad_value', 'M', element, COOKIE)))

    def test_unknown_kinds_are_a_mistake_of_the_programmer(self):
        with self.assertRaises(TypeError):
            CxmlError('strange')
