import time
import unittest

from ..cxml import (
    Credential,
    CxmlError,
    Header,
    find_buyer_cookie,
    parse,
    read_cart,
    redacted,
    with_shared_secret,
    write_order_request,
    write_setup_request,
)
from .cxml_fixtures import COOKIE, SECRET, cart, cart_text, order_request, setup_request, shared

WIDE = ('utf-16-le', 'utf-16-be', 'utf-32-le', 'utf-32-be')


class TestRedacted(unittest.TestCase):

    def test_only_the_secret_goes(self):
        for before, after in (
            ('<SharedSecret>x1</SharedSecret>', '<SharedSecret></SharedSecret>'),
            ('<a><BuyerCookie>x1</BuyerCookie> b</a>', '<a><BuyerCookie></BuyerCookie> b</a>'),
            ('<c:SharedSecret a=">" b=\'>\'\n>x1</c:SharedSecret >', '<c:SharedSecret a=">" b=\'>\'\n></c:SharedSecret >'),
            ('<DigitalSignature type="PK7">x1</DigitalSignature>', '<DigitalSignature type="PK7"></DigitalSignature>'),
            ('<CredentialMac><Mac>x1</Mac></CredentialMac>', '<CredentialMac></CredentialMac>'),
            ('<sharedsecret>x1</sharedsecret>', '<sharedsecret></sharedsecret>'),
            ('<SharedSecret><![CDATA[x1</SharedSecret>]]>x1</SharedSecret>.', '<SharedSecret></SharedSecret>.'),
            ('<SharedSecret><!-- </SharedSecret> -->x1</SharedSecret>.', '<SharedSecret></SharedSecret>.'),
            ('<SharedSecret><?p </SharedSecret> ?>x1</SharedSecret>.', '<SharedSecret></SharedSecret>.'),
            ('<SharedSecret>x1<b c="d"><e/>x1</b>x1</SharedSecret>.', '<SharedSecret></SharedSecret>.'),
            ('<!-- <SharedSecret>x1</SharedSecret> -->', '<!-- <SharedSecret></SharedSecret> -->'),
            ('<SharedSecret/><b>keep</b><SharedSecret />', None),
            ('<SharedSecrets>keep</SharedSecrets><MySharedSecret>keep</MySharedSecret>', None),
            ('SharedSecret>keep</b>&lt;SharedSecret&gt;', None),
        ):
            with self.subTest(before):
                after = before if after is None else after
                self.assertEqual(redacted(before.encode()), after.encode())
                for encoding in WIDE:
                    self.assertEqual(redacted(before.encode(encoding)).decode(encoding), after, encoding)
                    self.assertEqual(redacted(('\ufeff' + before).encode(encoding)).decode(encoding), '\ufeff' + after)

    def test_broken_documents_lose_their_secrets_too(self):
        for before, after in (
            ('<SharedSecret>x1', '<SharedSecret>'),
            ('<SHAREDSECRET>x1<b>keep', '<SHAREDSECRET><b>keep'),
            ('<SharedSecret>x1</Credential><b>keep</b>', '<SharedSecret></Credential><b>keep</b>'),
            ('<SharedSecret>x1<b>keep</b>', '<SharedSecret><b>keep</b>'),
            ('<SharedSecret>x1</Cred<BuyerCookie>x1</BuyerCookie>', '<SharedSecret></Cred<BuyerCookie></BuyerCookie>'),
            ('<SharedSecret a="b>x1</SharedSecret>', '<SharedSecret a="b></SharedSecret>'),
            ('<SharedSecret x1</SharedSecret><b>keep</b>', '<SharedSecret</SharedSecret><b>keep</b>'),
            ('<SharedSecret/>x1</SharedSecret>', '<SharedSecret/></SharedSecret>'),
            ('<SharedSecret><![CDATA[x1', '<SharedSecret>'),
            ('<SharedSecret>x1<!-- x1', '<SharedSecret>'),
            ('<BuyerCookie><BuyerCookie>x1</BuyerCookie>x1</BuyerCookie>', '<BuyerCookie><BuyerCookie></BuyerCookie></BuyerCookie>'),
        ):
            with self.subTest(before):
                self.assertEqual(redacted(before.encode()), after.encode())
                for encoding in WIDE:
                    self.assertEqual(redacted(before.encode(encoding)).decode(encoding), after, encoding)

    def test_other_bytes_stay_in_every_encoding(self):
        before, after = cart_text(cookie='zoë<b/>日'), cart_text(cookie='')
        for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'utf-16-be', 'utf-32'):
            self.assertEqual(redacted(before.encode(encoding)), after.encode(encoding))
        latin = cart_text(cookie='ö').encode('latin-1') + b'\x00\xff\xfe'
        self.assertEqual(redacted(latin), cart_text(cookie='').encode('latin-1') + b'\x00\xff\xfe')

    def test_no_way_to_cut_a_document_leaves_a_piece_of_the_secret(self):
        raw = with_shared_secret(write_setup_request(setup_request(buyer_cookie='QQQQQ')), 'QQQQQ')
        for encoding in ('utf-8', 'utf-16-le', 'utf-16-be'):
            encoded = raw.decode().encode(encoding)
            self.assertIn('Q'.encode(encoding), encoded)
            for end in range(0, len(encoded), 1 if encoding == 'utf-8' else 7):
                self.assertNotIn(b'Q', redacted(encoded[:end]), (encoding, end))

    def test_emptied_documents_can_still_be_read_and_emptied(self):
        raw = redacted(cart())
        self.assertEqual(read_cart(raw).items, read_cart(cart()).items)
        self.assertIsNone(read_cart(raw).buyer_cookie)
        self.assertEqual(redacted(raw), raw)

    def test_hostile_documents_take_no_longer_than_large_ones(self):
        size = 1_000_000
        for start, part in (
            (b'', b'<SharedSecret>'), (b'', b'<SharedSecret><a>'), (b'', b'<SharedSecret><a/><!--'), (b'', b'<SharedSecret a="'),
            (b'', b'<SharedSecret><![CDATA['), (b'', b'</SharedSecret '), (b'<', b'\0'), (b'', b'<'), (b'', b'<a:'),
            (b'<SharedSecret', b' '), (b'<BuyerCookie>', b'<!---->'), (b'', b'<BuyerCookie'), (b'', b'&#'),
        ):
            raw = start + part * (size // len(part)) + b'-->'
            with self.subTest(start + part):
                begin = time.monotonic()
                redacted(raw)
                find_buyer_cookie(raw)
                self.assertLess(time.monotonic() - begin, 5)

    def test_shared_samples_lose_their_cookies(self):
        for name in ('cart-us-1-line.xml', 'cart-jp-3-lines.xml', 'cart-jp-empty.xml', 'setup-request-jp.xml'):
            raw = shared(self, 'samples', name).read_bytes()
            cookie = find_buyer_cookie(raw)
            self.assertTrue(cookie)
            self.assertEqual(redacted(raw), raw.replace(cookie.encode(), b'').replace(b'REDACTED</', b'</'))


class TestWithSharedSecret(unittest.TestCase):

    def test_secret_stands_in_sender_only(self):
        for body in (write_setup_request(setup_request()), write_order_request(order_request())):
            root = parse(with_shared_secret(body, SECRET), 'test')
            self.assertEqual([node.text for node in root.iter('SharedSecret')], [SECRET])
            self.assertEqual([child.tag for child in root.find('Header/Sender/Credential')], ['Identity', 'SharedSecret'])

    def test_same_secret_same_bytes(self):
        body = write_setup_request(setup_request())
        sent = with_shared_secret(body, SECRET)
        self.assertEqual(sent, with_shared_secret(body, SECRET))
        self.assertEqual(len(sent) - len(body), len('<SharedSecret>hunter2 &amp; &lt;friends&gt;</SharedSecret>'))

    def test_stored_copy_of_what_was_sent_can_be_sent_again(self):
        sent = with_shared_secret(write_order_request(order_request()), SECRET)
        self.assertEqual(with_shared_secret(redacted(sent), SECRET), sent)
        self.assertEqual(with_shared_secret(redacted(sent).replace(b'></SharedSecret>', b'/>'), SECRET), sent)

    def test_odd_secrets_arrive_unchanged(self):
        for secret in ('"\'', ']]>', 'a\rb\n', '日😀', '\\1 \\g<0>', '&amp;', ''):
            root = parse(with_shared_secret(write_setup_request(setup_request()), secret), 'test')
            self.assertEqual(root.findtext('.//SharedSecret'), secret)

    def test_secret_that_xml_cannot_carry_is_refused_without_telling_it(self):
        for secret in ('top\x00secret', 'top\ud800secret'):
            with self.assertRaises(CxmlError) as raised:
                with_shared_secret(write_setup_request(setup_request()), secret)
            self.assertEqual(raised.exception.kind, 'bad_value')
            self.assertNotIn('top', str(raised.exception))

    def test_text_that_looks_like_a_sender_is_no_sender(self):
        trap = '<Sender><Credential domain="x"><Identity>x</Identity>'
        header = Header(
            from_=(Credential(trap, trap),), to=(Credential('NetworkId', 'Amazon'),),
            sender=(Credential('Network "Id" >', 'a<b'),),
        )
        root = parse(with_shared_secret(write_setup_request(setup_request(header=header)), SECRET), 'test')
        self.assertEqual(root.findtext('Header/Sender/Credential/SharedSecret'), SECRET)
        self.assertEqual(len(list(root.iter('SharedSecret'))), 1)

    def test_documents_without_sender_are_refused(self):
        with self.assertRaises(CxmlError) as raised:
            with_shared_secret(b'<cXML/>', SECRET)
        self.assertEqual(raised.exception.kind, 'missing')


class TestFindBuyerCookie(unittest.TestCase):

    def test_cookie_is_found(self):
        for cookie, found in (
            (COOKIE, COOKIE), (f'\n {COOKIE}\t', COOKIE), ('a&amp;b&#43;', 'a&b+'), ('<![CDATA[a&amp;b<]]>', 'a&amp;b<'),
            ('a<!-- b -->c', 'ac'), ('<x>a</x>b', 'ab'), ('', None), (' ', None),
        ):
            raw = cart(cookie=cookie)
            with self.subTest(cookie):
                self.assertEqual(find_buyer_cookie(raw), found)
                self.assertEqual(read_cart(raw).buyer_cookie, found, "both ways to read the cookie agree")
        self.assertIsNone(find_buyer_cookie(b'<cXML/>'))

    def test_cookie_is_found_in_what_cannot_be_read(self):
        for cookie, found in (
            (COOKIE, COOKIE), (f' {COOKIE}\n', COOKIE), ('a&amp;b&#43;', 'a&b+'), ('<![CDATA[a&amp;b<]]>&lt;', 'a&amp;b<<'),
            ('a<!-- b -->c', 'ac'), ('zoë日', 'zoë日'), ('', None),
        ):
            text = cart_text(cookie=cookie)
            for broken in (text[:-40], text.replace('</Header>', ''), text.replace('<cXML', '<!DOCTYPE cXML [<!ENTITY a "b">]><cXML')):
                for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'utf-16-be', 'utf-32-le'):
                    with self.subTest(cookie, encoding=encoding):
                        self.assertEqual(find_buyer_cookie(broken.encode(encoding)), found)

    def test_cookie_that_is_not_closed(self):
        self.assertEqual(find_buyer_cookie(f'<cXML><BuyerCookie>{COOKIE}'.encode()), COOKIE)
        self.assertEqual(find_buyer_cookie(f'<cXML><p:BuyerCookie a="b">{COOKIE}</cXML>'.encode()), COOKIE)

    def test_nothing_to_find(self):
        for raw in (b'', b'text', b'<BuyerCookies>a', b'\xff\xfe\x00', b'<SharedSecret>a'):
            self.assertIsNone(find_buyer_cookie(raw), raw)
