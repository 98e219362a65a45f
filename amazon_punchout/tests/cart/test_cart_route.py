"""The endpoint for carts: what the shopper's browser posts, and which answer it gets."""
import base64
import logging
import re
from unittest.mock import patch
from urllib.parse import urlsplit

from werkzeug.formparser import FormDataParser

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from ..common import SECRET, START_PAGE, AmazonCase, answer
from ..cxml_builder import cart_xml, item

ROUTE = '/amazon_punchout/cart'


class RouteCase(HttpCase, AmazonCase):

    def post(self, raw, field='cxml-urlencoded', **kwargs):
        """Post a document as the browser does, without any session."""
        data = raw if field is None else {field: raw}
        self.env.flush_all()
        self.opener.cookies.clear()
        return self.url_open(ROUTE, data=data, allow_redirects=False, **kwargs)

    def assertOrderPage(self, response, session):
        self.env.invalidate_all()
        self.assertEqual(response.status_code, 303, response.text)
        self.assertTrue(session.purchase_order_id)
        self.assertEqual(
            urlsplit(response.headers['Location']).path, f'/odoo/purchase/{session.purchase_order_id.id}')
        self.assertNotIn('session_id', response.headers.get('Set-Cookie', ''))

    def everything(self):
        """Return the number of rows of every table, and all rows of the tables that a cart may change."""
        self.env.flush_all()
        tables = [name for (name,) in self.env.execute_query(SQL(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
            " AND c.relname != 'amazon_punchout_failed_login'"))]  # counts what changes nothing else
        counts = self.env.execute_query(SQL(" UNION ALL ").join(
            SQL("SELECT %s, count(*) FROM %s", name, SQL.identifier(name)) for name in tables))
        rows = [self.env.execute_query(SQL("SELECT t::text FROM %s t ORDER BY 1", SQL.identifier(name)))
                for name in sorted(tables) if name.startswith(('amazon_', 'purchase_order'))]
        return dict(counts), rows

    def assertNotAccepted(self, raw, status=403):
        """Check that the page names no one, and that nothing changes."""
        before = self.everything()
        response = self.post(raw)
        self.env.invalidate_all()
        self.assertEqual(self.everything(), before)
        self.assertEqual(response.status_code, status)
        self.assertIn("This cart can't be accepted", self.text(response))
        for name in (self.buyer.name, self.group.name, self.vendor.name):
            self.assertNotIn(name, response.text)

    def text(self, response):
        self.assertIn('text/html', response.headers['Content-Type'])
        self.assertEqual(response.headers['Cache-Control'], 'no-store')
        self.assertNotIn('session_id', response.headers.get('Set-Cookie', ''))
        return response.text.replace('&#39;', "'").replace('&#34;', '"')


@tagged('post_install', '-at_install')
class TestTransports(RouteCase):

    def test_a_cart_may_arrive_in_every_allowed_form(self):
        for name, send in (
            ('urlencoded', lambda raw: self.post(raw)),
            ('letter case', lambda raw: self.post(raw, 'cXML-URLEncoded')),
            ('base64', lambda raw: self.post(base64.b64encode(raw), 'cxml-base64')),
            ('base64 letter case', lambda raw: self.post(base64.b64encode(raw), 'CXML-Base64')),
            ('raw body', lambda raw: self.post(raw, None, headers={'Content-Type': 'text/xml; charset=UTF-8'})),
            ('raw body of another type', lambda raw: self.post(raw, None, headers={'Content-Type': 'application/xml'})),
        ):
            with self.subTest(name):
                session, cookie = self.start_trip()
                response = send(cart_xml(cookie, [item(title="100%25 & cotton + ロジクール")]))
                self.assertOrderPage(response, session)
                self.assertEqual(session.purchase_order_id.order_line.name, "100%25 & cotton + ロジクール")

    def test_a_form_of_many_parts_is_read_too(self):
        session, cookie = self.start_trip()
        self.env.flush_all()
        response = self.url_open(ROUTE, files={'cxml-urlencoded': (None, cart_xml(cookie, [item()]))},
                                 allow_redirects=False)
        self.assertOrderPage(response, session)

    def test_a_large_cart_comes_home(self):
        session, cookie = self.start_trip()
        items = [item(asin=f'B{number:09}', title="ロジクール " * 80) for number in range(50)]
        self.assertOrderPage(self.post(cart_xml(cookie, items)), session)

    def test_a_post_without_a_cart_is_not_accepted(self):
        for data in ({'something': 'else'}, {'cxml-urlencoded': ''}):
            response = self.url_open(ROUTE, data=data, allow_redirects=False)
            self.assertEqual(response.status_code, 400)
            self.assertIn("This cart can't be accepted", self.text(response))

    def test_a_body_that_is_far_too_large_is_not_read(self):
        much = b'<' + b'x' * (11 * 1024 * 1024)
        for field, headers in (('cxml-urlencoded', None), (None, {'Content-Type': 'text/xml'})):
            with self.subTest(field):
                self.assertEqual(self.post(much, field, headers=headers).status_code, 413)

    def test_a_form_of_very_many_fields_is_not_decoded(self):
        with patch.object(FormDataParser, '_parse_urlencoded', side_effect=AssertionError("decoded by Odoo")):
            session, cookie = self.start_trip()
            self.assertOrderPage(self.post(cart_xml(cookie, [item()])), session)
            much = self.url_open(ROUTE, data=b'a&' * 1_000_000, allow_redirects=False, headers={
                'Content-Type': 'application/x-www-form-urlencoded'})
        self.assertEqual(much.status_code, 400)
        self.assertIn("This cart can't be accepted", self.text(much))

    @mute_logger('odoo.http')
    def test_a_cart_can_not_arrive_by_get(self):
        self.assertEqual(self.url_open(ROUTE, allow_redirects=False).status_code, 405)


@tagged('post_install', '-at_install')
class TestAnswers(RouteCase):

    def test_the_shopper_lands_on_the_order_and_keeps_the_session(self):
        session, cookie = self.start_trip()
        self.assertOrderPage(self.post(cart_xml(cookie, [item()])), session)
        self.authenticate(self.buyer.login, self.buyer.login)
        session_id = self.session.sid
        response = self.url_open(f'/odoo/purchase/{session.purchase_order_id.id}', allow_redirects=False)
        self.assertEqual((response.status_code, self.session.sid), (200, session_id))

    def test_the_session_of_another_user_in_the_browser_does_not_matter(self):
        session, cookie = self.start_trip()
        self.authenticate(self.manager.login, self.manager.login)
        response = self.url_open(ROUTE, data={'cxml-urlencoded': cart_xml(cookie, [item()])}, allow_redirects=False)
        self.assertOrderPage(response, session)
        order = session.purchase_order_id
        self.assertEqual((order.amazon_requester_id, order.create_uid), (self.buyer, self.buyer))

    def test_the_same_document_again_leads_to_the_same_order(self):
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item()])
        first = self.post(raw)
        self.assertOrderPage(first, session)
        before = self.everything()
        second = self.post(raw)
        self.assertOrderPage(second, session)
        self.assertEqual(second.headers['Location'], first.headers['Location'])
        self.assertEqual(self.everything(), before)

    def test_the_same_document_after_its_order_was_deleted_says_so(self):
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item()])
        self.assertOrderPage(self.post(raw), session)
        session.purchase_order_id.with_user(self.buyer).unlink()
        response = self.post(raw)
        self.assertEqual(response.status_code, 200)
        self.assertIn("This order has been deleted", self.text(response))

    def test_an_empty_cart_gets_a_kind_page(self):
        session, cookie = self.start_trip()
        response = self.post(cart_xml(cookie, []))
        self.assertEqual(response.status_code, 200)
        self.assertIn("You left Amazon without buying", self.text(response))
        self.env.invalidate_all()
        self.assertEqual(session.state, 'left')

    def test_the_page_of_a_late_cart_says_that_it_is_kept(self):
        session, cookie = self.start_trip()
        session.expires_at = '2020-01-01'
        response = self.post(cart_xml(cookie, [item()]))
        self.assertIn("Your shopping trip took too long", self.text(response))
        self.assertIn("more than 12 hours", self.text(response))
        self.assertIn(self.administrator.name, response.text)

    def late(self, **trip):
        """Return a trip whose cart came too late, and the page that its shopper got."""
        session, cookie = self.start_trip(**trip)
        session.expires_at = '2020-01-01'
        response = self.post(cart_xml(cookie, [item()]))
        self.env.invalidate_all()
        self.assertEqual(session.state, 'expired')
        return session, self.text(response)

    def test_a_cart_that_was_dismissed_is_not_said_to_be_left_on_amazon(self):
        session, cookie = self.start_trip()
        session.expires_at = '2020-01-01'
        raw = cart_xml(cookie, [item()])
        self.post(raw)
        document = session.document_ids.filtered(lambda each: each.direction == 'in')
        document.with_user(self.administrator)._dismiss("Bought elsewhere")
        text = self.text(self.post(raw))
        self.assertIn("This cart was dismissed", text)
        self.assertIn("Bought elsewhere", text)
        self.assertNotIn("left Amazon without buying", text)

    def test_a_late_cart_leads_on_to_shopping_again(self):
        session, text = self.late()
        path = f'/odoo/amazon-shopping-trips/{session.id}'
        self.assertIn(f'href="{path}"', text)
        self.assertIn("This dismisses the kept cart", " ".join(text.split()))
        self.assertNotIn("/odoo/purchase/", text)
        action = self.env.ref('amazon_punchout.amazon_punchout_session_action')
        self.assertEqual((f'/odoo/{action.path}', action.res_model), (path.rpartition('/')[0], session._name))
        self.assertTrue(session.with_user(self.buyer).may_shop_again)

    def test_a_late_cart_leads_back_to_the_order_that_it_was_for(self):
        order = self.env['purchase.order'].with_user(self.buyer).create({'partner_id': self.vendor.id})
        _session, text = self.late(order=order)
        self.assertIn(f'<a href="/odoo/purchase/{order.id}">Order {order.name}</a>', text)

    def test_users_who_may_not_shop_again_are_not_sent_there(self):
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item()])
        session.expires_at = '2020-01-01'
        self.post(raw)
        for vals, said in (({'state': 'draft'}, False), ({'state': 'test', 'flow': 'punchin'}, True),
                           ({'flow': 'punchout', 'all_users': False}, False)):
            self.group.write(vals)
            text = self.text(self.post(raw))
            self.assertIn("Your shopping trip took too long", text)
            self.assertNotIn("amazon-shopping-trips", text)
            self.assertEqual("submit your cart on Amazon again" in text, said)
            ask = f"have this one dismissed; otherwise, both could be ordered. Ask: {self.administrator.name}"
            self.assertEqual(ask in " ".join(text.split()), said)

    def test_the_page_of_a_cart_without_order_says_why_and_who_can_fix_it(self):
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item(title="Old <b>stapler</b>", condition='Used')])
        for _once_and_again in range(2):
            response = self.post(raw)
            self.assertEqual(response.status_code, 200)
            self.assertIn("Your cart is kept, but there is no order yet", self.text(response))
            self.assertIn("“Old &lt;b&gt;stapler&lt;/b&gt;” is not new (Used)", response.text)
            self.assertIn(self.administrator.name, response.text)
        self.env.invalidate_all()
        self.assertEqual(session.state, 'attention')
        self.assertEqual(session.activity_ids.user_id, self.administrator)

    def test_the_page_of_a_cart_that_contradicts_itself_leads_on_to_shopping_again(self):
        session, cookie = self.start_trip()
        text = self.text(self.post(cart_xml(cookie, [item()], total='1.99')))
        self.assertIn("The cart contradicts itself", text)
        self.assertIn(f'href="/odoo/amazon-shopping-trips/{session.id}"', text)

    def test_a_broken_document_with_a_readable_cookie_is_kept(self):
        session, cookie = self.start_trip()
        response = self.post(cart_xml(cookie, [item()])[:-100])
        self.assertIn("not a readable cart", self.text(response))
        self.env.invalidate_all()
        self.assertEqual(session.state, 'attention')

    def test_the_page_is_in_the_shoppers_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.buyer.lang = 'fr_FR'
        _session, cookie = self.start_trip()
        response = self.post(cart_xml(cookie, []))
        self.assertIn('<html lang="fr-FR" dir="ltr">', response.text)
        self.assertTrue(response.text.lstrip().startswith('<!DOCTYPE html>'))

    def test_the_page_ran_from_left_to_right_in_arabic(self):
        self.env['res.lang']._activate_lang('ar_001')
        self.buyer.lang = 'ar_001'
        _session, cookie = self.start_trip()
        self.assertIn('<html lang="ar-001" dir="rtl">', self.post(cart_xml(cookie, [])).text)

    def test_the_amounts_of_a_kept_cart_are_written_as_the_shopper_writes_them(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.buyer.lang = 'fr_FR'
        _session, cookie = self.start_trip()
        response = self.post(cart_xml(cookie, [item(condition='Used', price='9.99', quantity='2')]))
        self.assertIn("19,98", response.text)


@tagged('post_install', '-at_install')
class TestNotAccepted(RouteCase):

    def test_an_unknown_cookie(self):
        self.start_trip()
        self.assertNotAccepted(cart_xml('nobody-gave-this-cookie', [item()]))

    def test_no_cookie(self):
        self.assertNotAccepted(cart_xml('', [item()]))

    def test_a_used_cookie_with_another_document(self):
        session, cookie = self.start_trip()
        self.assertOrderPage(self.post(cart_xml(cookie, [item()])), session)
        self.assertNotAccepted(cart_xml(cookie, [item(quantity='2')]))

    def test_the_cookie_of_an_abandoned_trip_with_another_document(self):
        _session, cookie = self.start_trip()
        self.post(cart_xml(cookie, []))
        self.assertNotAccepted(cart_xml(cookie, [item()]))

    def test_a_shopper_who_has_left_the_group(self):
        _session, cookie = self.start_trip()
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.other_buyer.ids)]})
        self.assertNotAccepted(cart_xml(cookie, [item()]))
        self.assertNotAccepted(cart_xml(cookie, []))

    def test_a_shopper_who_has_left_purchase(self):
        _session, cookie = self.start_trip()
        self.buyer.group_ids = [Command.set(self.env.ref('base.group_user').ids)]
        self.assertNotAccepted(cart_xml(cookie, [item()]))

    def test_a_shopper_who_has_left_the_company(self):
        _session, cookie = self.start_trip()
        self.buyer.active = False
        self.assertNotAccepted(cart_xml(cookie, [item()]))

    def test_a_group_that_was_closed(self):
        _session, cookie = self.start_trip()
        self.group.state = 'draft'
        self.assertNotAccepted(cart_xml(cookie, [item()]))

    def test_a_group_that_was_archived(self):
        _session, cookie = self.start_trip()
        self.group.active = False
        self.assertNotAccepted(cart_xml(cookie, [item()]))

    def test_a_page_that_is_no_cart(self):
        self.assertNotAccepted(b'<html><body>Hello</body></html>')


class _Everything(logging.Handler):
    """Keeps everything that is logged, at any level."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []
        self.setFormatter(logging.Formatter())

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged('post_install', '-at_install')
class TestSecrets(RouteCase):

    def test_the_shared_secret_is_nowhere_but_in_what_amazon_gets(self):
        log = self._log_everything()
        pages, cookies = [], []
        with self.amazon(answer(code='401', text=f"Wrong secret {SECRET}"), answer(start_page=START_PAGE)) as sent:
            for _failing_then_well in range(2):
                pages.append(str(self.group.with_user(self.buyer).action_punch_out()))
        self.assertTrue(all(SECRET.encode() in body for body in sent))
        cookie = re.search(rb'<BuyerCookie>(.*?)</BuyerCookie>', sent[1]).group(1).decode()
        cookies.append(cookie)
        pages.append(self.post(cart_xml(cookie, [item()])).text)
        pages.append(self.post(cart_xml(cookie, [item(quantity='2')])).text)
        self.env.invalidate_all()
        order = self.env['purchase.order'].search([('amazon_requester_id', '=', self.buyer.id)], limit=1)
        order.with_user(self.buyer).button_confirm()
        sent = self.send(answer())
        self.assertIn(SECRET.encode(), sent[0])
        kept, cookie = self.start_trip()
        cookies.append(cookie)
        pages.append(self.post(cart_xml(cookie, [item(unit='CEN')])).text)
        self.env.invalidate_all()
        self.assertEqual(kept.state, 'attention')

        self.assertGreater(len(log.lines), 100, "everything is logged")
        for text in (SECRET, *cookies):
            self.assertFalse([line for line in log.lines if text in line])
            self.assertFalse([page for page in pages if text in page])
            self.assertEqual(self._where_in_the_database(text), {
                'amazon_punchout_group'} if text == SECRET else set())

    def _log_everything(self):
        """Return a handler that receives the records of all loggers, SQL queries included."""
        log = _Everything()
        root = logging.getLogger()
        root.addHandler(log)
        self.addCleanup(root.removeHandler, log)
        loggers = [each for each in root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
        for logger in (root, *(each for each in loggers if each.level != logging.NOTSET)):
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(logging.DEBUG)
        return log

    def _where_in_the_database(self, text):
        """Return the tables of ours and of the chatter that contain a text."""
        self.env.flush_all()
        tables = [name for (name,) in self.env.execute_query(SQL(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND (relname LIKE 'amazon\\_%%' OR relname LIKE 'mail\\_%%' OR relname LIKE 'purchase\\_order%%' "
            "OR relname IN ('ir_attachment', 'ir_logging'))"))]
        found = {name for name in tables if self.env.execute_query(SQL(
            "SELECT 1 FROM %s t WHERE strpos(t::text, %s) > 0 LIMIT 1", SQL.identifier(name), text))}
        documents = self.env['amazon.punchout.document'].search([])
        if any(text.encode() in document._get_body() for document in documents):
            found.add('bodies')
        self.assertIn('amazon_punchout_document', tables)
        return found
