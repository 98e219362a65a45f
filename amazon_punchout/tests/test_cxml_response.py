import unittest

from ..cxml import CxmlError, read_response
from .cxml_fixtures import cart, shared


class TestReadResponse(unittest.TestCase):

    def read(self, content, root='<cXML>'):
        return read_response(f'{root}<Response>{content}</Response></cXML>'.encode())

    def test_start_page_is_found(self):
        response = self.read(
            '<Status code=" 200 " text="OK">fine</Status><PunchOutSetupResponse><StartPage>'
            '<URL>\n https://shop.example/in?a=1&amp;b=%20+ </URL></StartPage></PunchOutSetupResponse>',
            '<cXML payloadID="1@x" timestamp="never">',
        )
        self.assertEqual((response.code, response.text, response.message), (200, 'OK', 'fine'))
        self.assertEqual(response.start_page_url, 'https://shop.example/in?a=1&b=%20+')
        self.assertTrue(response.has_start_page)
        self.assertEqual(response.payload_id, '1@x')

    def test_a_bare_answer_is_enough(self):
        response = self.read('<Status code="201"/>')
        self.assertEqual((response.code, response.text, response.message), (201, '', ''))
        self.assertIsNone(response.payload_id)
        self.assertFalse(response.has_start_page)

    def test_only_a_web_address_is_a_start_page(self):
        for url in ('', 'javascript:alert(1)', '/relative', 'ftp://a'):
            response = self.read(
                '<Status code="200"/><PunchOutSetupResponse><StartPage><URL>%s</URL></StartPage></PunchOutSetupResponse>' % url,
            )
            self.assertFalse(response.has_start_page, url)
            self.assertIsNone(response.start_page_url)

    def test_reason_of_a_refusal_is_on_one_line(self):
        response = read_response('\ufeff<Status code="403" text="failure">No\n   address,\tüberhaupt </Status>'.encode())
        self.assertEqual((response.code, response.text, response.message), (403, 'failure', 'No address, überhaupt'))

    def test_what_is_no_answer_is_refused(self):
        for raw, kind, element in (
            (b'<cXML><Response/></cXML>', 'missing', 'Status'),
            (b'<cXML><Response><Status text="OK"/></Response></cXML>', 'missing', 'Status/@code'),
            (b'<Status code="OK"/>', 'bad_value', 'Status/@code'),
            (b'<Status code="2e2"/>', 'bad_value', 'Status/@code'),
            (b'<Status code="-200"/>', 'bad_value', 'Status/@code'),
            (b'<cXML><Message><Status code="200"/></Message></cXML>', 'wrong_document', ''),
            (cart(), 'wrong_document', ''),
            (b'<html><head/></html>', 'not_xml', ''),
            (b'', 'not_xml', ''),
        ):
            with self.subTest(raw[:50]), self.assertRaises(CxmlError) as raised:
                read_response(raw)
            error = raised.exception
            self.assertEqual((error.kind, error.document, error.element), (kind, 'Response', element))

    def test_shared_samples_are_read(self):
        response = read_response(shared(self, 'samples', 'setup-response-cxml-org.xml').read_bytes())
        self.assertEqual(response.code, 200)
        self.assertTrue(response.has_start_page)
        refusal = read_response(shared(self, 'samples', 'setup-refused-us-403.txt').read_bytes())
        self.assertEqual((refusal.code, refusal.text), (403, 'failure'))
        self.assertIn('The HOOK URL element, found at /cXML/Request', refusal.message)
