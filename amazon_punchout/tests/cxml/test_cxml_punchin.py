from random import Random

from lxml import etree

from odoo.tests import BaseCase

from ...cxml import (
    Credential,
    CxmlError,
    read_cart,
    read_response,
    read_setup_request,
    write_setup_request,
    write_setup_response,
)
from ...cxml.text_values import BLANK, xml_text
from ..cxml_builder import COOKIE, cart
from .cxml_inventor import MOMENT, Inventor, setup_request, shared

URL = 'https://odoo.example/amazon_punchout/punchin?cart=1-a&b'


def raw_setup(content):
    return (
        '<cXML payloadID="7@amazon.example" timestamp="2026-03-01T10:00:00+0000"><Header>'
        '<From><Credential domain="NetworkId"><Identity>Amazon</Identity></Credential></From>'
        '<To><Credential domain="networkid"><Identity>Buyer77</Identity></Credential></To>'
        '<Sender><Credential domain="NetworkId"><Identity>Amazon</Identity></Credential><UserAgent/></Sender></Header>'
        f'<Request deploymentMode="test"><PunchOutSetupRequest operation="create">{content}</PunchOutSetupRequest>'
        '</Request>'
        '</cXML>'
    ).encode()


class TestSetupRequestOfAmazon(BaseCase):

    def test_all_that_is_in_it(self):
        request = read_setup_request(raw_setup(
            '<BuyerCookie> c+/=1 </BuyerCookie><Extrinsic name="UserEmail"> a@b.example </Extrinsic>'
            '<Extrinsic name="Other">x</Extrinsic><BrowserFormPost><URL>https://amazon.example/back</URL></BrowserFormPost>'))
        self.assertEqual(
            (request.payload_id, request.deployment_mode, request.buyer_cookie, request.user_email,
             request.browser_form_post_url, request.header.to, request.timestamp.isoformat()),
            ('7@amazon.example', 'test', 'c+/=1', 'a@b.example', 'https://amazon.example/back',
             (Credential('networkid', 'Buyer77'),), '2026-03-01T10:00:00+00:00'))
        self.assertEqual(request.extrinsics, (('UserEmail', ' a@b.example '), ('Other', 'x')))
        self.assertNotIn('c+/=1', repr(request))

    def test_the_e_mail_is_found_where_it_may_stand(self):
        contact = '<Contact><Name xml:lang="en">A</Name><Email>contact@b.example</Email></Contact>'
        ship_to = '<ShipTo><Address><Name xml:lang="en">A</Name><Email>dock@b.example</Email></Address></ShipTo>'
        for content, email in (
            (ship_to, 'dock@b.example'),
            (contact + ship_to, 'contact@b.example'),
            ('<Extrinsic name="email">e@b.example</Extrinsic>' + contact + ship_to, 'e@b.example'),
            (
                '<Extrinsic name="Email">e@b.example</Extrinsic><Extrinsic name="USEREMAIL">u@b.example</Extrinsic>',
                'u@b.example',
            ),
            ('<Extrinsic name="UserEmail"> </Extrinsic><Contact/><ShipTo/>', None),
        ):
            with self.subTest(email):
                self.assertEqual(
                    read_setup_request(raw_setup(f'<BuyerCookie>c</BuyerCookie>{content}')).user_email, email
                )

    def test_what_is_optional_may_be_missing_and_the_cookie_may_not(self):
        request = read_setup_request(
            raw_setup('<BuyerCookie>c</BuyerCookie>').replace(b' payloadID="7@amazon.example"', b'')
        )
        self.assertEqual((request.payload_id, request.user_email, request.browser_form_post_url), (None, None, None))
        for content in ('', '<BuyerCookie> </BuyerCookie>'):
            with self.assertRaises(CxmlError) as raised:
                read_setup_request(raw_setup(content))
            self.assertEqual((raised.exception.kind, raised.exception.element), ('missing', 'BuyerCookie'))
        with self.assertRaises(CxmlError) as raised:
            read_setup_request(cart())
        self.assertEqual(raised.exception.kind, 'wrong_document')

    def test_an_address_that_no_browser_should_follow_is_none(self):
        request = read_setup_request(raw_setup(
            '<BuyerCookie>c</BuyerCookie><BrowserFormPost><URL>javascript:alert(1)</URL></BrowserFormPost>'))
        self.assertIsNone(request.browser_form_post_url)

    def test_one_of_ours_is_read_back(self):
        request = setup_request(buyer_cookie=COOKIE)
        read = read_setup_request(write_setup_request(request))
        self.assertEqual(
            (read.buyer_cookie, read.user_email, read.header, read.deployment_mode),
            (COOKIE, request.user_email, request.header, request.deployment_mode))

    def test_whatever_is_written_is_read_back(self):
        for seed in range(50):
            request = Inventor(Random(seed)).setup_request()
            read = read_setup_request(write_setup_request(request))
            self.assertEqual(read.buyer_cookie, xml_text(request.buyer_cookie).strip(BLANK))


class TestCartOfSomebody(BaseCase):

    def test_the_shopper_is_found_in_header_and_message(self):
        self.assertIsNone(read_cart(cart()).user_email)
        extrinsic = b'<Extrinsic name="UserEmail">a@b.example</Extrinsic>'
        for end in (b'</PunchOutOrderMessageHeader>', b'</PunchOutOrderMessage>'):
            self.assertEqual(read_cart(cart().replace(end, extrinsic + end)).user_email, 'a@b.example')
        ship_to = b'<ShipTo><Address><Name xml:lang="en">A</Name><Email>dock@b.example</Email></Address></ShipTo>'
        self.assertEqual(read_cart(cart().replace(
            b'</PunchOutOrderMessageHeader>', ship_to + b'</PunchOutOrderMessageHeader>')).user_email, 'dock@b.example')

    def test_an_items_extrinsic_is_nobodys_e_mail(self):
        raw = cart().replace(b'</ItemDetail>', b'<Extrinsic name="UserEmail">seller@b.example</Extrinsic></ItemDetail>')
        self.assertIsNone(read_cart(raw).user_email)


class TestSetupResponse(BaseCase):

    def test_it_is_one_that_we_could_read_ourselves(self):
        answer = read_response(write_setup_response('answer.1@odoo.example', MOMENT, URL))
        self.assertEqual((answer.code, answer.start_page_url, answer.payload_id), (200, URL, 'answer.1@odoo.example'))

    def test_without_a_page_it_is_not_written(self):
        with self.assertRaises(CxmlError) as raised:
            write_setup_response('a', MOMENT, ' ')
        self.assertEqual((raised.exception.kind, raised.exception.element), ('missing', 'StartPage/URL'))

    def test_it_is_valid(self):
        dtd = etree.DTD(str(shared(self, 'dtd', '1.2.071', 'cXML.dtd')))
        raw = write_setup_response('a', MOMENT, URL)
        self.assertTrue(dtd.validate(etree.fromstring(raw)), f"{dtd.error_log}\n{raw.decode()}")
