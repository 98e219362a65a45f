from datetime import datetime

from lxml import etree

from odoo.tests import BaseCase

from ...cxml import CxmlError, parse, read_response, write_profile_response, write_response
from ..cxml_builder import cart
from .cxml_inventor import MOMENT, shared


class TestReadResponse(BaseCase):

    def response(self, content, root='<cXML>'):
        return read_response(f'{root}<Response>{content}</Response></cXML>'.encode())

    def test_start_page_is_found(self):
        response = self.response(
            '<Status code=" 200 " text="OK">fine</Status><PunchOutSetupResponse><StartPage>'
            '<URL>\n https://shop.example/in?a=1&amp;b=%20+ </URL></StartPage></PunchOutSetupResponse>',
            '<cXML payloadID="1@x" timestamp="never">',
        )
        self.assertEqual((response.code, response.text, response.message), (200, 'OK', 'fine'))
        self.assertEqual(response.start_page_url, 'https://shop.example/in?a=1&b=%20+')
        self.assertTrue(response.has_start_page)
        self.assertEqual(response.payload_id, '1@x')

    def test_a_bare_answer_is_enough(self):
        response = self.response('<Status code="201"/>')
        self.assertEqual((response.code, response.text, response.message), (201, '', ''))
        self.assertIsNone(response.payload_id)
        self.assertFalse(response.has_start_page)

    def test_only_a_web_address_is_a_start_page(self):
        for url in ('', 'javascript:alert(1)', '/relative', 'ftp://a'):
            response = self.response(
                f'<Status code="200"/><PunchOutSetupResponse><StartPage><URL>{url}</URL></StartPage>'
                '</PunchOutSetupResponse>'
            )
            self.assertFalse(response.has_start_page, url)
            self.assertIsNone(response.start_page_url)

    def test_reason_of_a_declined_request_is_on_one_line(self):
        response = read_response(
            '\ufeff<Status code="403" text="failure">No\n   address,\tüberhaupt </Status>'.encode()
        )
        self.assertEqual((response.code, response.text, response.message), (403, 'failure', 'No address, überhaupt'))

    def test_what_is_no_answer_is_not_read(self):
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
        declined = read_response(shared(self, 'samples', 'setup-refused-us-403.txt').read_bytes())
        self.assertEqual((declined.code, declined.text), (403, 'failure'))
        self.assertIn('The HOOK URL element, found at /cXML/Request', declined.message)


class TestWriteResponse(BaseCase):

    def test_answer_is_one_that_we_could_read_ourselves(self):
        raw = write_response('answer.1@odoo.example', MOMENT, 401, 'Unauthorized', 'The secret is <wrong> & old.')
        answer = read_response(raw)
        self.assertEqual(
            (answer.code, answer.text, answer.message), (401, 'Unauthorized', 'The secret is <wrong> & old.')
        )
        self.assertEqual(answer.payload_id, 'answer.1@odoo.example')
        self.assertEqual(parse(raw, 'Response').get('timestamp'), '2025-03-30T14:05:09+02:00')
        self.assertRegex(
            raw, rb'(?s)\A<\?xml version=.1\.0. encoding=.UTF-8.\?>\n<!DOCTYPE cXML SYSTEM "[^"]*/cXML\.dtd">\n<cXML '
        )

    def test_profile_names_what_is_taken_and_where(self):
        url = 'https://odoo.example/amazon_punchout/cxml?db=a&b'
        raw = write_profile_response('answer.1@odoo.example', MOMENT, MOMENT, iter(
            (name, url) for name in ('ConfirmationRequest', 'ShipNoticeRequest')))
        profile = parse(raw, 'Response').find('Response/ProfileResponse')
        self.assertEqual(read_response(raw).code, 200)
        self.assertEqual(profile.get('effectiveDate'), '2025-03-30T14:05:09+02:00')
        self.assertEqual([(each.get('requestName'), each.findtext('URL')) for each in profile], [
            ('ConfirmationRequest', url), ('ShipNoticeRequest', url)])

    def test_control_characters_of_others_do_not_stop_the_answer(self):
        answer = read_response(write_response('a\x00b', MOMENT, 400, 'Bad\x1f Request', 'a\x0bb\ud800c'))
        self.assertEqual((answer.payload_id, answer.text, answer.message), ('ab', 'Bad Request', 'abc'))

    def test_what_the_standard_forbids_is_not_written(self):
        for kind, element, write in (
            ('missing', 'cXML/@payloadID', lambda: write_response('', MOMENT, 200, 'OK')),
            ('bad_value', 'Status/@code', lambda: write_response('a', MOMENT, -1, 'OK')),
            ('missing', 'Transaction', lambda: write_profile_response('a', MOMENT, MOMENT, ())),
        ):
            with self.subTest(element), self.assertRaises(CxmlError) as raised:
                write()
            self.assertEqual((raised.exception.kind, raised.exception.element), (kind, element))
        with self.assertRaises(ValueError):
            write_response('a', datetime(2025, 3, 30), 200, 'OK')

    def test_answers_are_valid(self):
        dtd = etree.DTD(str(shared(self, 'dtd', '1.2.071', 'cXML.dtd')))
        for raw in (
            write_response('a', MOMENT, 200, 'OK'),
            write_response('a', MOMENT, 400, '', 'Why <not>?'),
            write_profile_response('a', MOMENT, MOMENT, [('InvoiceDetailRequest', 'https://odoo.example/')]),
        ):
            self.assertTrue(dtd.validate(etree.fromstring(raw)), f"{dtd.error_log}\n{raw.decode()}")
