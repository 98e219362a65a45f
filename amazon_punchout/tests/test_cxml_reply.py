import unittest
from datetime import datetime

from lxml import etree

from ..cxml import CxmlError, parse, read_response, write_profile_response, write_response
from .cxml_fixtures import MOMENT, shared


class TestReply(unittest.TestCase):

    def test_answer_is_one_that_we_could_read_ourselves(self):
        raw = write_response('answer.1@odoo.example', MOMENT, 401, 'Unauthorized', 'The secret is <wrong> & old.')
        answer = read_response(raw)
        self.assertEqual((answer.code, answer.text, answer.message), (401, 'Unauthorized', 'The secret is <wrong> & old.'))
        self.assertEqual(answer.payload_id, 'answer.1@odoo.example')
        self.assertEqual(parse(raw, 'Response').get('timestamp'), '2025-03-30T14:05:09+02:00')
        self.assertRegex(raw, rb'(?s)\A<\?xml version=.1\.0. encoding=.UTF-8.\?>\n<!DOCTYPE cXML SYSTEM "[^"]*/cXML\.dtd">\n<cXML ')

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
