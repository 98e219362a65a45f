import hashlib
import random
import time

from lxml import etree

from odoo.tests import BaseCase

from ...cxml import (
    MAX_BYTES,
    Credential,
    CxmlError,
    Header,
    ReceivedDocument,
    find_buyer_cookie,
    parse,
    read_cart,
    redacted,
    with_shared_secret,
    write_order_request,
    write_setup_request,
)
from ..cxml_builder import COOKIE, ITEM, cart, cart_text
from .cxml_inventor import SECRET, order_request, setup_request, shared

WIDE = ('utf-16-le', 'utf-16-be', 'utf-32-le', 'utf-32-be')
DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n"


class TestRedacted(BaseCase):

    def assertUnreadable(self, raw, kind='not_xml'):
        """Of what no parser accepts only this is kept: why, how long it was, and its digest."""
        kept = redacted(raw)
        root = etree.fromstring(kept)
        self.assertEqual((root.tag, len(root), root.text), ('UnreadableDocument', 0, None))
        self.assertEqual(dict(root.attrib), {
            'problem': kind, 'length': str(len(raw)), 'sha256': hashlib.sha256(raw).hexdigest()})
        self.assertEqual(redacted(kept), kept)
        return kept

    def test_only_the_secret_goes(self):
        for before, after in (
            ('<SharedSecret>x1</SharedSecret>', '<SharedSecret/>'),
            ('<a><BuyerCookie>x1</BuyerCookie> b</a>', '<a><BuyerCookie/> b</a>'),
            ('<c:a xmlns:c="urn:c"><c:SharedSecret b=">" d=\'>\'\n>x1</c:SharedSecret > e</c:a>',
             '<a xmlns:c="urn:c"><SharedSecret b="&gt;" d="&gt;"/> e</a>'),
            ('<a><c:SharedSecret xmlns:c="urn:x">x1</c:SharedSecret></a>',
             '<a><c:SharedSecret xmlns:c="urn:x"/></a>'),
            ('<DigitalSignature type="PK7">x1</DigitalSignature>', '<DigitalSignature type="PK7"/>'),
            ('<CredentialMac><Mac>x1</Mac></CredentialMac>', '<CredentialMac/>'),
            ('<sharedsecret>x1</sharedsecret>', '<sharedsecret/>'),
            ('<a><BUYERCOOKIE>x1</BUYERCOOKIE></a>', '<a><BUYERCOOKIE/></a>'),
            ('<a><SharedSecret><![CDATA[x1</SharedSecret>]]>x1</SharedSecret>.</a>', '<a><SharedSecret/>.</a>'),
            ('<a><SharedSecret><!-- </SharedSecret> -->x1</SharedSecret>.</a>', '<a><SharedSecret/>.</a>'),
            ('<a><SharedSecret><?p </SharedSecret> ?>x1</SharedSecret>.</a>', '<a><SharedSecret/>.</a>'),
            ('<a><SharedSecret>x1<b c="d"><e/>x1</b>x1</SharedSecret>.</a>', '<a><SharedSecret/>.</a>'),
            ('<a><BuyerCookie><BuyerCookie>x1</BuyerCookie>x1</BuyerCookie>.</a>', '<a><BuyerCookie/>.</a>'),
            ('<a><!-- <SharedSecret>x1</SharedSecret> --><?b x1?></a>', '<a/>'),
            ('<a><![CDATA[<b> <c:SharedSecret d="e">x1</c:SharedSecret> x1]]> x1<b/> keep</a>',
             '<a>&lt;b&gt; <b/> keep</a>'),
            ('<a b="c &lt;sharedsecret>x1&lt;/sharedsecret>" d="keep">&lt;BuyerCookie>x1</a>',
             '<a b="c " d="keep"></a>'),
            ('<a><SharedSecret/><b>keep</b><SharedSecret/></a>', None),
            ('<a><SharedSecrets>keep</SharedSecrets><MySharedSecret>keep</MySharedSecret></a>', None),
            ('<a>SharedSecret&gt;keep &lt;SharedSecrets&gt; &lt;/SharedSecret&gt; keep</a>', None),
        ):
            with self.subTest(before):
                after = DECLARATION + (before if after is None else after)
                for encoding in ('utf-8', *WIDE):
                    self.assertEqual(redacted(before.encode(encoding)).decode(), after, encoding)
                    self.assertEqual(redacted(('\ufeff' + before).encode(encoding)).decode(), after, encoding)
                self.assertNotIn('x1', after)

    def test_all_else_stays_as_it_came(self):
        doctype = '\n<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.024/cXML.dtd">'
        before = cart_text(ITEM, cookie='zoë<b/>日', doctype=doctype)
        after = (DECLARATION + cart_text(ITEM, cookie='', declaration='', doctype=doctype).strip()).replace(
            '<BuyerCookie></BuyerCookie>', '<BuyerCookie/>')
        for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'utf-16-be', 'utf-32'):
            self.assertEqual(redacted(before.encode(encoding)).decode(), after)
        latin = '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?><a>ö<BuyerCookie>é</BuyerCookie></a>'
        self.assertEqual(
            redacted(latin.encode('latin-1')).decode(),
            "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<a>ö<BuyerCookie/></a>")

    def test_no_secret_hides_in_the_address_of_a_doctype(self):
        for doctype in ('SYSTEM "<SharedSecret>x1</SharedSecret>"', "PUBLIC 'a' 'b<BuyerCookie>x1'"):
            raw = f'<!DOCTYPE a {doctype}><a>keep</a>'
            self.assertEqual(redacted(raw.encode()).decode(), DECLARATION + '<a>keep</a>')

    def test_of_broken_documents_only_length_and_digest_are_kept(self):
        for broken in (
            '<SharedSecret>x1', '<SHAREDSECRET>x1<b>keep', '<SharedSecret>x1</Credential><b>keep</b>',
            '<SharedSecret>x1</Cred<BuyerCookie>x1</BuyerCookie>', '<SharedSecret a="b>x1</SharedSecret>',
            '<SharedSecret x1</SharedSecret><b>keep</b>', '<SharedSecret/>x1</SharedSecret>',
            '<SharedSecret><![CDATA[x1', '<SharedSecret>x1<!-- x1', '<p:BuyerCookie>x1</p:BuyerCookie>', 'x1', '',
        ):
            with self.subTest(broken):
                for encoding in ('utf-8', *WIDE):
                    self.assertUnreadable(broken.encode(encoding))
        self.assertUnreadable(cart_text(cookie='').encode() + b'\x00\xff\xfe')

    def test_what_is_kept_of_a_broken_document_says_why_it_could_not_be_read(self):
        for raw, kind in (
            (b'<cXML>', 'not_xml'), (cart(doctype='<!DOCTYPE cXML [<!ENTITY a "b">]>'), 'entities'),
            (b'<cXML>' + b'<a>' * 300 + b'</a>' * 300 + b'</cXML>', 'too_deep'), (b' ' * (MAX_BYTES + 1), 'too_large'),
        ):
            kept = self.assertUnreadable(raw, kind)
            for source in (raw, kept):
                with self.assertRaises(CxmlError) as raised:
                    read_cart(source)
                self.assertEqual((raised.exception.kind, raised.exception.document), (kind, 'PunchOutOrderMessage'))
        with self.assertRaises(CxmlError) as raised:
            read_cart(b'<UnreadableDocument problem="strange"/>')
        self.assertEqual(raised.exception.kind, 'not_xml')

    def test_no_way_to_cut_a_document_leaves_a_piece_of_the_secret(self):
        raw = with_shared_secret(write_setup_request(setup_request(buyer_cookie='QQQQQ')), 'QQQQQ')
        for encoding in ('utf-8', 'utf-16-le', 'utf-16-be'):
            encoded = raw.decode().encode(encoding)
            self.assertIn('Q'.encode(encoding), encoded)
            for end in range(0, len(encoded), 1 if encoding == 'utf-8' else 7):
                self.assertNotIn(b'Q', redacted(encoded[:end]), (encoding, end))

    def test_no_damage_to_a_document_lets_a_secret_through(self):
        chance = random.Random(4711)
        raw = with_shared_secret(write_setup_request(setup_request(buyer_cookie='QQQQQ')), 'QQQQQ').decode()
        pieces = ('<', '>', '<![CDATA[', ']]>', '<!--', '-->', '&lt;', '/>', '<a>', '</a>', '"', ' ', 'xmlns="urn:x"')
        readable = 0
        for _index in range(3000):
            # Around what must stay elements; a secret that stands as plain text is nobody's to recognise.
            start, end = sorted(chance.choices(range(len(raw)), k=2)) if chance.random() < 0.3 else [
                chance.randrange(len(raw))] * 2
            damaged = raw[:start] + chance.choice(pieces) + raw[end:]
            kept = redacted(damaged.encode())
            readable += b'UnreadableDocument' not in kept
            if 'SharedSecret>QQQQQ</SharedSecret' in damaged and 'BuyerCookie>QQQQQ</BuyerCookie' in damaged:
                self.assertNotIn(b'Q', kept, damaged)
        self.assertGreater(readable, 200, "too few of the damages leave a readable document")

    def test_emptied_documents_can_still_be_read_and_emptied(self):
        raw = redacted(cart())
        self.assertEqual(read_cart(raw).items, read_cart(cart()).items)
        self.assertIsNone(read_cart(raw).buyer_cookie)
        self.assertEqual(redacted(raw), raw)

    def test_a_parsed_document_keeps_its_secrets_for_other_readers(self):
        text = cart_text(cookie=f'<BuyerCookie>{COOKIE}</BuyerCookie>!')
        raw = ReceivedDocument(text.encode())
        for _index in range(2):
            self.assertEqual(redacted(raw), redacted(text.encode()))
            self.assertEqual(read_cart(raw), read_cart(text.encode()))
            self.assertEqual(read_cart(raw).buyer_cookie, COOKIE + '!')

    def test_hostile_documents_take_no_longer_than_large_ones(self):
        size = 1_000_000
        for start, part, end in (
            (b'', b'<SharedSecret>', b''),
            (b'', b'<SharedSecret><a>', b''),
            (b'', b'<SharedSecret><a/><!--', b''),
            (b'', b'<SharedSecret a="', b''),
            (b'', b'<SharedSecret><![CDATA[', b''),
            (b'', b'</SharedSecret ', b''),
            (b'<', b'\0', b''),
            (b'', b'<', b''),
            (b'', b'<a:', b''),
            (b'<SharedSecret', b' ', b''),
            (b'<BuyerCookie>', b'<!---->', b''),
            (b'', b'<BuyerCookie', b''),
            (b'', b'&#', b''),
            (b'', b'<BuyerCookie><![CDATA[', b''),
            (b'<a>', b'<SharedSecret>x</SharedSecret>', b'</a>'),
            (b'<a>', b'&lt;SharedSecret ', b'</a>'),
            (b'<a>', b'&lt;a', b'&lt;SharedSecret</a>'),
            (b'<a b="', b'&lt;:', b'"/>'),
            (b'<a>', b'&lt;SharedSecret<b/>', b'</a>'),
            (b'<a b="&lt;BuyerCookie">', b'" &lt;', b'</a>'),
        ):
            raw = start + part * (size // len(part)) + (end or b'-->')
            with self.subTest(start + part):
                begin = time.monotonic()
                redacted(raw)
                find_buyer_cookie(raw)
                self.assertLess(time.monotonic() - begin, 5)

    def test_shared_samples_lose_their_cookies_only(self):
        for name in ('cart-us-1-line.xml', 'cart-jp-3-lines.xml', 'cart-jp-empty.xml', 'setup-request-jp.xml'):
            raw = shared(self, 'samples', name).read_bytes()
            cookie = find_buyer_cookie(raw)
            self.assertTrue(cookie)
            expected = raw.replace(cookie.encode(), b'').replace(b'REDACTED</', b'</')
            self.assertNotIn(cookie.encode(), redacted(raw))
            self.assertEqual(
                etree.tostring(etree.fromstring(redacted(raw)), method='c14n', with_comments=False),
                etree.tostring(etree.fromstring(expected), method='c14n', with_comments=False))


class TestWithSharedSecret(BaseCase):

    def test_secret_stands_in_sender_only(self):
        for body in (write_setup_request(setup_request()), write_order_request(order_request())):
            root = parse(with_shared_secret(body, SECRET), 'test')
            self.assertEqual([node.text for node in root.iter('SharedSecret')], [SECRET])
            self.assertEqual(
                [child.tag for child in root.find('Header/Sender/Credential')], ['Identity', 'SharedSecret']
            )

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

    def test_secret_that_xml_cannot_carry_raises_without_showing_it(self):
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

    def test_documents_without_sender_get_no_secret(self):
        with self.assertRaises(CxmlError) as raised:
            with_shared_secret(b'<cXML/>', SECRET)
        self.assertEqual(raised.exception.kind, 'missing')


class TestFindBuyerCookie(BaseCase):

    def test_cookie_is_found(self):
        for cookie, found in (
            (COOKIE, COOKIE),
            (f'\n {COOKIE}\t', COOKIE),
            ('a&amp;b&#43;', 'a&b+'),
            ('<![CDATA[a&amp;b<]]>', 'a&amp;b<'),
            ('a<!-- b -->c', 'ac'),
            ('<x>a</x>b', 'ab'),
            ('', None),
            (' ', None),
        ):
            raw = cart(cookie=cookie)
            with self.subTest(cookie):
                self.assertEqual(find_buyer_cookie(raw), found)
                self.assertEqual(read_cart(raw).buyer_cookie, found, "both ways to read the cookie agree")
        self.assertIsNone(find_buyer_cookie(b'<cXML/>'))

    def test_of_several_cookies_both_ways_take_the_first_that_is_not_empty(self):
        for inside in (' </BuyerCookie><BuyerCookie>a', 'a</BuyerCookie><BuyerCookie>b'):
            raw = cart(cookie=inside)
            self.assertEqual((find_buyer_cookie(raw), read_cart(raw).buyer_cookie), ('a', 'a'))

    def test_cookie_is_found_in_what_cannot_be_read(self):
        for cookie, found in (
            (COOKIE, COOKIE), (f' {COOKIE}\n', COOKIE), ('a&amp;b&#43;', 'a&b+'), ('\n<![CDATA[a&amp;b]]> ', 'a&amp;b'),
            ('zoë日', 'zoë日'), ('', None),
        ):
            text = cart_text(cookie=cookie)
            for broken in (
                text[:-40],
                text.replace('</Header>', ''),
                text.replace('<cXML', '<!DOCTYPE cXML [<!ENTITY a "b">]><cXML'),
            ):
                for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'utf-16-be', 'utf-32-le'):
                    with self.subTest(cookie, encoding=encoding):
                        self.assertEqual(find_buyer_cookie(broken.encode(encoding)), found)

    def test_cookie_that_is_not_closed(self):
        self.assertEqual(find_buyer_cookie(f'<cXML><BuyerCookie>{COOKIE}'.encode()), COOKIE)
        self.assertEqual(find_buyer_cookie(f'<cXML><p:BuyerCookie a="b">{COOKIE}</cXML>'.encode()), COOKIE)

    def test_nothing_to_find(self):
        for raw in (b'', b'text', b'<BuyerCookies>a', b'\xff\xfe\x00', b'<SharedSecret>a'):
            self.assertIsNone(find_buyer_cookie(raw), raw)
