"""What a stranger's document costs, whatever it is: processor time and memory, measured in processes of their own."""
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from odoo.tests import BaseCase

from ...cxml import CxmlError, ReceivedDocument, cart_bytes, form_fields, parse, read_cart, read_invoice, redacted
from ...cxml.const import MAX_ATTRIBUTES, MAX_BYTES, MAX_NAMES, MAX_NAMESPACES, MAX_TAG_BYTES, MAX_TAGS
from ..cxml_builder import ITEM, cart_text, invoice_line, invoice_xml
from . import hostile_documents

ADDON = Path(__file__).parents[2]
COSTS = Path(__file__).with_name('document_costs.py')
# For any document of five MB, above the idle process.
SECONDS, BYTES = 2, 256 * 1024 ** 2


class TestCosts(BaseCase):

    def measured(self, *ways):
        """Measure all hostile documents, with the lxml of LAB_FUZZ_PYTHON if that is set.

        :return: what the process with that lxml found for each
        """
        environ = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}
        process = subprocess.run(
            [os.environ.get('LAB_FUZZ_PYTHON') or sys.executable, '-I', COSTS, ADDON, *ways],
            capture_output=True, text=True, env=environ, check=False)
        _versions, *found = map(json.loads, process.stdout.splitlines())
        self.assertEqual(process.returncode, 0, process.stderr)
        return found

    def test_no_document_of_a_stranger_takes_more_than_two_seconds_and_256_mb(self):
        found = self.measured('server', 'browser', 'form')
        self.assertEqual(len(found), len(hostile_documents.HOSTILE) + len(hostile_documents.HOSTILE_FORMS))
        for each in found:
            with self.subTest(each['name']):
                self.assertIsNone(each['error'])
                self.assertLess(each['seconds'], SECONDS)
                self.assertLess(each['bytes'], BYTES)


class TestLimits(BaseCase):

    def kind_of(self, raw):
        try:
            parse(raw, 'PunchOutOrderMessage')
        except CxmlError as error:
            return error.kind
        return None

    def test_more_tags_and_attributes_than_any_real_document_has_are_not_parsed(self):
        for part, most in (
            (b'<a/>', MAX_TAGS), (b'<a b=""/>', MAX_ATTRIBUTES), (b'<a>=</a>', MAX_TAGS // 2),
            (b'<a xmlns="u"/>', MAX_NAMESPACES),
        ):
            with self.subTest(part):
                self.assertIsNone(self.kind_of(b'<cXML>%s</cXML>' % (part * (most - 2))))
                self.assertEqual(self.kind_of(b'<cXML>%s</cXML>' % (part * (most + 1))), 'too_many')

    def test_more_names_than_the_standard_has_are_not_parsed(self):
        for part in (b'<a%d/>', b'<a%d:b xmlns:a%d="u"/>', b'<a b%d=""/>'):
            for most, kind in ((MAX_NAMES // 50, None), (MAX_NAMES * 2, 'too_many')):
                numbers = (part.replace(b'%d', b'%d' % number) for number in range(most))
                self.assertEqual(self.kind_of(b'<cXML>%s</cXML>' % b''.join(numbers)), kind, (part, most))

    def test_a_tag_is_as_long_as_any_real_one_but_not_longer(self):
        for quote in (b'"', b"'"):
            for text in (b'b', b'>', b'&gt;'):
                tag = b'<cXML a=' + quote + text * (MAX_TAG_BYTES // len(text) - 20) + quote + b'/>'
                self.assertIsNone(self.kind_of(tag), tag[:20])
                longer = tag.replace(b'a=', b'a=' + quote + text * 30 + quote + b' b=')
                self.assertEqual(self.kind_of(longer), 'too_long')

    def test_a_long_text_is_no_long_tag(self):
        for text in (b'a' * 100_000, b'a > b "' * 20_000, b'<![CDATA[%s]]>' % (b'"' * 50_000), b"'" * 50_000):
            self.assertIsNone(self.kind_of(b'<cXML><a b="c">%s</a></cXML>' % text), text[:20])

    def test_a_doctype_must_begin_and_end_early(self):
        for before in (b' ' * 20_000, b'<!--%s-->' % (b'-a' * 10_000), b'<?a %s?>' % (b'b' * 20_000)):
            for doctype in (b'', b'<!DOCTYPE cXML>', b'<!DOCTYPE cXML [<!ENTITY a "b">]>'):
                raw = b'<?xml version="1.0"?>%s%s<cXML>%s</cXML>' % (before, doctype, b'c' * 20_000)
                self.assertEqual(self.kind_of(raw), 'too_long', (before[:5], doctype))
        for doctype in (b'<!DOCTYPE cXML %s>' % (b'a' * 20_000), b'<!DOCTYPE cXML SYSTEM "%s">' % (b'a' * 20_000)):
            self.assertEqual(self.kind_of(doctype + b'<cXML/>'), 'too_long')

    def test_a_large_cart_and_a_large_invoice_are_read(self):
        self.assertEqual(len(read_cart(cart_text(*[ITEM] * 500).encode()).items), 500)
        lines = [invoice_line(number, 2, '9.99', tax='1.50') for number in range(1, 1_001)]
        self.assertEqual(len(read_invoice(_invoice(lines)).orders[0].items), 1_000)

    def test_a_party_has_few_credentials(self):
        for number, kind in ((50, None), (51, 'too_many')):
            more = '<Credential domain="x"><Identity>y</Identity></Credential>' * (number - 1)
            raw = cart_text(ITEM).replace('<To>', f'<To>{more}')
            try:
                self.assertEqual(len(read_cart(raw.encode()).header.to), number)
            except CxmlError as error:
                self.assertEqual((error.kind, error.element), (kind, 'Header/To'))
            else:
                self.assertIsNone(kind)

    def test_the_error_of_a_giant_name_is_short(self):
        name = b'a' * 10_000
        with self.assertRaises(CxmlError) as raised:
            read_cart(b'<cXML><Message><PunchOutOrderMessage><%s><Money currency="1">1</Money></%s>'
                      b'</PunchOutOrderMessage></Message></cXML>' % (name, name))
        self.assertLess(len(str(raised.exception)), 500)
        self.assertTrue(raised.exception.element.endswith('Money/@currency'))

    def test_an_element_named_depth_is_not_too_deep(self):
        self.assertEqual(self.kind_of(b'<cXML><depth></cXML>'), 'not_xml')

    def test_encodings_in_which_the_limits_could_hide_are_not_read(self):
        text = '<?xml version="1.0" encoding="%s"?><cXML><a>b</a></cXML>'
        for encoding in ('cp037', 'utf-7', 'punycode', 'idna', 'unicode_escape', 'base64', 'rot13', 'zip', 'mbcs'):
            with self.subTest(encoding):
                self.assertEqual(self.kind_of((text % encoding).encode()), 'not_xml')
        self.assertEqual(self.kind_of((text % 'cp037').encode('cp037')), 'not_xml')

    def test_a_document_is_measured_as_it_came_before_it_is_decoded(self):
        raw = '<cXML>{}</cXML>'.format(' ' * 1_500_000).encode('utf-32')
        self.assertEqual((len(raw) > MAX_BYTES, self.kind_of(raw)), (True, 'too_large'))

    def test_a_document_that_is_larger_in_utf_8_is_too_large(self):
        raw = '<?xml version="1.0" encoding="windows-1252"?><cXML>%s</cXML>' % ('€' * 2_000_000)
        self.assertEqual(self.kind_of(raw.encode('cp1252')), 'too_large')

    def test_secrets_in_each_other_are_emptied_and_put_back(self):
        raw = ReceivedDocument(
            b'<cXML><SharedSecret>a<SharedSecret>b<c/>d</SharedSecret>e</SharedSecret>f<SharedSecret>g</SharedSecret>'
            b'<Response><Status code="200"/></Response></cXML>')
        kept = redacted(raw)
        self.assertIn(b'<cXML><SharedSecret/>f<SharedSecret/><Response>', kept)
        self.assertEqual(''.join(parse(raw, 'Response').itertext()), 'abdefg')


class TestForms(BaseCase):

    def test_a_form_is_read_as_the_browser_wrote_it(self):
        for body, fields in (
            (b'cXML-urlencoded=%3CcXML%3E+100%2525%2B%E6%97%A5&x=', {'cXML-urlencoded': '<cXML> 100%25+日', 'x': ''}),
            (b'a=b&a=c&=d&e&', {'a': 'b', '': 'd', 'e': ''}),
            (b'', {'': ''}),
            (b'a=%ff', {'a': '\ufffd'}),
            (b'a=100%', {}), (b'a=%4', {}), (b'a=%zz', {}),
            (b'a=%61', {'a': 'a'}),
            (b'a&' * 101, {}),
        ):
            with self.subTest(body[:50]):
                self.assertEqual(form_fields(body), fields)

    def test_no_escape_is_cut_in_two(self):
        for before in range(5):
            text = b'a' * before + b'%E6%97%A5' * 50_000
            self.assertEqual(form_fields(b'b=' + text), {'b': 'a' * before + '日' * 50_000})

    def test_a_document_that_came_as_a_form_by_mistake_is_read(self):
        body = cart_text(cookie='a&amp;b' * 200).encode()
        self.assertEqual(cart_bytes(form_fields(body), body), body)


def _invoice(lines):
    order = SimpleNamespace(name='P00042', _amazon_request=lambda: SimpleNamespace(payload_id='1@b'))
    return invoice_xml([(order, *lines)])
