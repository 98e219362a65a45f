"""Reading P1: Amazon redirects the shopper's browser to us, and we ask Amazon for the cart."""
import base64
import re
import time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.auth_totp.models.totp import TIMESTEP, hotp

from ..common import START_PAGE, answer
from ..cxml_builder import cart_xml, item, setup_xml
from ..punchin_case import ROUTE, PunchinCase


@tagged('post_install', '-at_install')
class TestComing(PunchinCase):

    def test_a_shopper_who_is_logged_in_goes_to_amazons_page_at_once(self):
        for path in (ROUTE, f'{ROUTE}/{self.group.id}'):
            self.pass_time(hours=1)
            with self.subTest(path), self.amazon_behind(answer(start_page=START_PAGE)) as sent:
                response = self.come(path, self.buyer)
                self.assertEqual((response.status_code, response.headers['Location']), (303, START_PAGE))
                self.assertEqual(response.headers['Cache-Control'], 'no-store')
                self.assertIn(b'buyer@example.com', sent[0])
                session = self.sessions.search([], limit=1)
                self.assertEqual(
                    (
                        session.user_id,
                        session.group_id,
                        session.warehouse_id,
                        session.is_location_chosen,
                        session.state,
                    ),
                    (self.buyer, self.group, self.warehouse, False, 'started'),
                )

    def test_the_cart_that_amazon_posts_then_is_a_draft_order(self):
        with self.amazon_behind(answer(start_page=START_PAGE)) as sent:
            self.come(user=self.buyer)
        cookie = re.search(rb'<BuyerCookie>(.*?)</BuyerCookie>', sent[0]).group(1).decode()
        session = self.sessions.search([], limit=1)
        self.assertOrderPage(self.post(cart_xml(cookie, [item()])), session)
        self.assertEqual(session.purchase_order_id.amazon_requester_id, self.buyer)

    def test_loading_the_address_twice_is_one_trip(self):
        with self.amazon_behind(answer(start_page=START_PAGE)) as sent:
            for _twice in range(2):
                self.assertEqual(self.come(user=self.buyer).headers['Location'], START_PAGE)
            self.assertEqual(len(sent), 1)
            self.come(user=self.other_buyer)
            self.assertEqual(len(sent), 2, "another user's trip is another one")
            self.pass_time(minutes=2)
            self.come(user=self.buyer)
            self.assertEqual(len(sent), 3, "two minutes later it is another one")

    def test_amazons_no_is_shown_and_the_failed_trip_is_kept(self):
        with self.amazon_behind(answer(code='401', text="Unknown group")):
            response = self.come(user=self.buyer)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Your cart could not be fetched from Amazon", response.text)
        self.assertIn("Unknown group", response.text)
        self.assertIn(self.administrator.name, response.text)
        session = self.sessions.search([], limit=1)
        self.assertEqual((session.state, session.user_id), ('failed', self.buyer))

    def test_an_incomplete_address_is_named_before_amazon_is_asked(self):
        self.warehouse.partner_id.city = False
        with self.amazon_behind(answer(start_page=START_PAGE)) as sent:
            response = self.come(user=self.buyer)
        self.assertIn("Complete the address of warehouse", response.text)
        self.assertFalse(sent)

    def test_nothing_in_the_address_leads_elsewhere(self):
        with self.amazon_behind(answer(start_page=START_PAGE)):
            response = self.come(
                f'{ROUTE}?redirect=https://evil.example/&url=//evil.example&warehouse={self.warehouse.id}', self.buyer
            )
        self.assertEqual(response.headers['Location'], START_PAGE)

    def test_a_group_of_another_flow_is_not_punched_in_with(self):
        self.group.flow = 'punchout'
        self.assertEqual(self.come(f'{ROUTE}/{self.group.id}', self.buyer).status_code, 403)
        with self.assertRaisesRegex(UserError, "starts in Odoo"):
            self.group.with_user(self.buyer)._punch_in()


@tagged('post_install', '-at_install')
class TestLogin(PunchinCase):

    def test_a_user_who_is_logged_out_logs_in_and_goes_on(self):
        path = f'{ROUTE}/{self.group.id}?warehouse={self.warehouse.id}'
        response = self.come(path)
        self.assertEqual(response.status_code, 303)
        self.assertIn('/web/login?redirect=', response.headers['Location'])
        response = self.log_in(response.headers['Location'], self.buyer)
        self.assertEqual(self.location(response), path)
        with self.amazon_behind(answer(start_page=START_PAGE)):
            response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.headers['Location'], START_PAGE)

    def test_a_second_factor_does_not_lose_the_way(self):
        self.assertEqual(self.env.ref('base.module_auth_totp').state, 'installed', "core installs it by itself")
        self.buyer.totp_secret = secret = base64.b32encode(b'not a real secret 20').decode()
        session = self.held_cart()
        path = session._claim_path()
        response = self.log_in(self.come(path).headers['Location'], self.buyer)
        totp_url = self.location(response)
        self.assertTrue(totp_url.startswith('/web/login/totp'), totp_url)
        page = self.url_open(totp_url)
        form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        code = hotp(base64.b32decode(secret), int(time.time() / TIMESTEP))
        response = self.url_open('/web/login/totp', data={**form, 'totp_token': code}, allow_redirects=False)
        self.assertEqual(self.location(response), path)
        self.assertEqual(
            self.location(self.url_open(path, allow_redirects=False)), f'/odoo/amazon-unclaimed-carts/{session.id}')

    def log_in(self, url, user):
        page = self.url_open(url)
        form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        token = re.search(r'name="csrf_token" value="(\w+)"', page.text).group(1)
        return self.url_open('/web/login', allow_redirects=False, data={
            **form, 'csrf_token': token, 'login': user.login, 'password': user.login})


@tagged('post_install', '-at_install')
class TestChoosing(PunchinCase):

    def test_a_user_of_two_groups_chooses(self):
        other = self.second_group()
        with self.amazon_behind(answer(start_page=START_PAGE)) as sent:
            response = self.come(user=self.buyer)
            self.assertEqual(response.status_code, 200)
            self.assertIn("Which group is your cart for?", response.text)
            for group in self.group | other:
                self.assertIn(f'href="{ROUTE}/{group.id}?warehouse={self.warehouse.id}"', response.text)
            self.assertFalse(sent)
            self.come(f'{ROUTE}/{other.id}?warehouse={self.warehouse.id}', self.buyer)
        self.assertEqual(self.sessions.search([], limit=1).group_id, other)

    def test_where_there_are_several_locations_one_is_chosen(self):
        annex = self.second_warehouse()
        with self.amazon_behind(answer(start_page=START_PAGE)) as sent:
            response = self.come(f'{ROUTE}/{self.group.id}', self.buyer)
            self.assertIn("Annex", response.text)
            self.assertFalse(sent)
            self.come(f'{ROUTE}/{self.group.id}?warehouse={annex.id}', self.buyer)
        session = self.sessions.search([], limit=1)
        self.assertEqual((session.warehouse_id, session.is_location_chosen), (annex, True))

    def test_no_other_location_can_be_smuggled_in(self):
        foreign = self.env['stock.warehouse'].create({'name': "Foreign", 'code': 'FRG'})
        for smuggled in (foreign.id, '0', '9' * 40, 'x', '%00'):
            with self.subTest(smuggled), self.amazon_behind(answer(start_page=START_PAGE)) as sent:
                response = self.come(f'{ROUTE}/{self.group.id}?warehouse={smuggled}', self.buyer)
                self.assertEqual((response.status_code, len(sent)), (200, 0))

    def test_a_user_of_no_group_learns_whom_to_ask(self):
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.other_buyer.ids)]})
        for user in (self.buyer, self.clerk):
            for path in (ROUTE, f'{ROUTE}/{self.group.id}', f'{ROUTE}/999999', f'{ROUTE}/{"9" * 40}'):
                with self.subTest(user=user.name, path=path):
                    response = self.assertNothingKept(lambda path=path, user=user: self.come(path, user))
                    self.assertEqual(response.status_code, 403)
                    self.assertIn("You can't order with this Amazon group", self.plain(response))
                    self.assertIn(self.administrator.name, response.text)
                    self.assertNotIn(self.group.name, response.text)

    def test_a_responsible_person_who_has_left_is_not_named(self):
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.other_buyer.ids)]})
        leaver = self.new_user('leaver', 'purchase.group_purchase_user')
        self.group.responsible_id = leaver
        leaver.active = False
        self.assertNotIn(leaver.name, self.come(user=self.buyer).text)

    def plain(self, response):
        return response.text.replace('&#39;', "'")

    def test_a_portal_user_learns_no_names(self):
        portal = self.new_user('portal', 'base.group_portal')
        response = self.come(user=portal)
        self.assertEqual(response.status_code, 403)
        self.assertNotIn(self.administrator.name, response.text)

    def test_a_draft_or_archived_group_takes_nobody_in(self):
        for vals in ({'state': 'draft'}, {'active': False}):
            self.group.write({'state': 'test', 'active': True, **vals})
            self.assertEqual(self.come(user=self.buyer).status_code, 403)

    def test_garbage_in_the_address_gets_a_proper_answer(self):
        for path, status in (
            (f'{ROUTE}/abc', 404),
            (f'{ROUTE}/-1', 403),
            (f'{ROUTE}?cart=', 404),
            (f'{ROUTE}?cart=%00%ff', 404),
            (f'{ROUTE}?cart=1-x', 404),
            (f'{ROUTE}?cart={"9" * 50}-x', 404),
            (f'{ROUTE}?cart=%C2%B2-x', 404),
        ):
            with self.subTest(path):
                response = self.assertNothingKept(lambda path=path: self.come(path, self.buyer))
                self.assertEqual(response.status_code, status)
        response = self.url_open(ROUTE, data={'x': 'y'}, allow_redirects=False)
        self.assertEqual(response.status_code, 405)


@tagged('post_install', '-at_install')
class TestCartsInTheWay(PunchinCase):
    """Amazon's server has posted carts without naming their shoppers."""

    def test_a_cart_of_nobody_stands_in_nobodys_way(self):
        session, _response = self.serve(self.server_cart(items=[item(title="Stapler <b>blue</b>")]))
        for path in (ROUTE, f'{ROUTE}/{self.group.id}'):
            with self.amazon_behind(answer(start_page=START_PAGE)) as sent:
                response = self.come(path, self.buyer)
                self.assertEqual((response.status_code, len(sent)), (200, 0))
                self.assertIn("Which cart is yours?", response.text)
                self.assertIn(f'href="/odoo/amazon-unclaimed-carts/{session.id}"', response.text)
                self.assertIn("Stapler &lt;b&gt;blue&lt;/b&gt;: $\xa09.99", response.text)
        on = re.search(rf'href="({ROUTE}/{self.group.id}\?warehouse={self.warehouse.id})"', response.text).group(1)
        with self.amazon_behind(answer(start_page=START_PAGE)):
            self.assertEqual(self.come(on, self.buyer).headers['Location'], START_PAGE)

    def test_nor_does_one_that_the_user_may_not_claim(self):
        self.serve(self.server_cart("otherbuyer@example.com"))
        with self.amazon_behind(answer(start_page=START_PAGE)):
            self.assertEqual(self.come(user=self.buyer).headers['Location'], START_PAGE)

    def test_ones_own_cart_comes_first_whatever_waits_besides(self):
        self.serve(self.server_cart(cookie='nobodys').replace(b'1.2.3@', b'1.2.4@'))
        session, _response = self.serve(self.server_cart("buyer@example.com"))
        for path in (ROUTE, f'{ROUTE}/{self.group.id}?warehouse={self.warehouse.id}'):
            self.assertEqual(self.location(self.come(path, self.buyer)), f'/odoo/amazon-unclaimed-carts/{session.id}')

    def test_a_group_without_any_location_says_so_there_too(self):
        self.serve(self.server_cart())
        self.group.warehouse_ids = [Command.clear()]
        self.env['stock.warehouse'].search([('company_id', '=', self.company.id)]).active = False
        response = self.come(user=self.buyer)
        self.assertIn(f'href="{ROUTE}/{self.group.id}?warehouse="', response.text)
        self.assertIn(
            "has no warehouse to deliver to", self.come(f'{ROUTE}/{self.group.id}?warehouse=', self.buyer).text
        )


@tagged('post_install', '-at_install')
class TestTestMode(PunchinCase):
    """Every page shows test mode."""

    banner = "nothing from this shopping trip"
    badge = '<span class="test">Test</span>'

    def marks(self, path=ROUTE, *answers):
        with self.amazon_behind(*(answers or (answer(start_page=START_PAGE),))):
            text = " ".join(self.come(path, self.buyer).text.split())
        return self.banner in text, text.count(self.badge)

    def test_where_one_chooses(self):
        other = self.second_group()
        self.assertEqual(self.marks(), (False, 0))
        other.state = 'test'
        self.assertEqual(self.marks(), (False, 1))
        self.group.state = 'test'
        self.assertEqual(self.marks(), (True, 2))
        self.serve(self.server_cart())
        self.assertEqual(self.marks(), (True, 3))

    def test_where_the_cart_could_not_be_fetched(self):
        for state, marked in (('active', False), ('test', True)):
            self.group.state = state
            self.assertEqual(self.marks(ROUTE, answer(code='401')), (marked, 0))
        self.warehouse.partner_id.city = False
        self.assertEqual(self.marks(), (True, 0), "before Amazon was asked")

    def test_where_one_waits_for_the_cart_and_claims_it(self):
        for state, marked in (('active', False), ('test', True)):
            self.group.state = state
            session, _response = self.serve(setup_xml("buyer@example.com", cookie=state))
            self.assertEqual(self.marks(session._claim_path()), (marked, 0))
            dialog = self.env['amazon.punchout.claim'].with_user(self.buyer).create({
                'session_id': session.id, 'group_id': self.group.id, 'warehouse_id': self.warehouse.id})
            form = Form(dialog)
            self.assertEqual(form.deployment_mode, 'test' if marked else 'production')
        views = self.env['amazon.punchout.session'].with_user(self.buyer).get_views(self.env.ref(
            'amazon_punchout.amazon_punchout_session_unclaimed_action').view_ids.mapped(
                lambda view: (view.view_id.id, view.view_mode)))['views']
        self.assertIn('name="deployment_mode" string="Mode" widget="badge"', views['list']['arch'])
        self.assertIn('name="web_ribbon" title="Test"', views['form']['arch'])


@tagged('post_install', '-at_install')
class TestAddresses(PunchinCase):

    def test_the_groups_form_has_the_addresses_to_give_amazon(self):
        self.group.base_url = 'https://odoo.example/'
        self.assertEqual(self.group.punchin_url, f'https://odoo.example{ROUTE}/{self.group.id}')
        self.assertEqual(self.group.cart_url, 'https://odoo.example/amazon_punchout/cart')

    def test_the_checklist_advises_to_register_the_address_until_a_user_has_come(self):
        def check():
            return next(each for each in self.group._checklist() if each.key == 'punchin_url')
        self.assertEqual((check().level, check().done), ('recommended', False))
        self.held_cart()
        self.assertTrue(check().done)
        self.group.flow = 'punchout'
        self.assertFalse([each for each in self.group._checklist() if each.key == 'punchin_url'])
