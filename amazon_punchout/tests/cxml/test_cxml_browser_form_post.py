import base64

from odoo.tests import BaseCase

from ...cxml import CxmlError, cart_bytes, read_cart
from ..cxml_builder import COOKIE, cart, cart_text


class TestCartBytes(BaseCase):

    def test_form_field_in_any_letter_case(self):
        for name in ('cxml-urlencoded', 'cXML-urlencoded', 'CXML-URLENCODED'):
            raw = cart_bytes({'other': 'x', name: cart().decode()}, b'')
            self.assertEqual(read_cart(raw).buyer_cookie, COOKIE)

    def test_form_is_not_decoded_a_second_time(self):
        title = read_cart(cart_bytes({'cxml-urlencoded': cart().decode()}, b'')).items[0].title
        self.assertIn('100%41 C++', title)

    def test_declared_encoding_of_text_does_not_confuse(self):
        for declaration in (
            '',
            '\ufeff',
            '\n<?xml version="1.0" encoding="ISO-8859-1"?>',
            "<?xml version='1.0' encoding='UTF-16' standalone='no'?>",
            '<?xml version="1.0" encoding="no-such-thing" ?>',
        ):
            text = cart_text(cookie='ü日😀', declaration=declaration)
            with self.subTest(declaration):
                self.assertEqual(read_cart(cart_bytes({'cxml-urlencoded': text}, b'')).buyer_cookie, 'ü日😀')

    def test_lone_surrogates_do_not_crash(self):
        raw = cart_bytes({'cxml-urlencoded': cart_text(cookie='a\ud800b')}, b'')
        self.assertEqual(read_cart(raw).buyer_cookie, 'a?b')

    def test_base64_gives_the_very_bytes(self):
        raw = cart_text(cookie='ü>>>???', declaration='<?xml version="1.0" encoding="ISO-8859-1"?>').encode('latin-1')
        text = base64.encodebytes(raw).decode()
        for sent in (
            text,
            text.replace('\n', '\r\n'),
            text.replace('\n', '').rstrip('='),
            text.replace('\n', '').replace('+', ' '),
            base64.urlsafe_b64encode(raw).decode(),
        ):
            self.assertEqual(cart_bytes({'cXML-Base64': sent}, b'ignored'), raw)
        self.assertIn('+', text, "the sample must have what is repaired")

    def test_broken_base64_is_not_read(self):
        for text in ('<cXML/>', 'abc€', 'a', 'ab=c%'):
            with self.subTest(text), self.assertRaises(CxmlError) as raised:
                cart_bytes({'cxml-base64': text}, b'')
            self.assertEqual((raised.exception.kind, raised.exception.element), ('bad_value', 'cxml-base64'))

    def test_raw_body_is_given_as_it_is(self):
        for raw in (cart(), b'\n' + cart(), cart_text().encode('utf-16'), cart_text().encode('utf-8-sig')):
            self.assertIs(cart_bytes({}, raw), raw)
        self.assertEqual(cart_bytes({'cxml-urlencoded': ' '}, b'<cXML/>'), b'<cXML/>')

    def test_nothing_found(self):
        for form, body in (
            ({}, b''),
            ({}, b'a=b'),
            ({'a': 'b'}, b'a=b'),
            ({'cxml-base64': '', 'cxml-urlencoded': ''}, b''),
        ):
            with self.subTest(form=form, body=body), self.assertRaises(CxmlError) as raised:
                cart_bytes(form, body)
            self.assertEqual(raised.exception.kind, 'missing')
