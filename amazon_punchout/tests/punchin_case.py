"""What the tests of shopping that starts on Amazon have in common: a group of that flow, and what Amazon posts."""
from datetime import timedelta
from urllib.parse import urlsplit

from odoo.fields import Command

from .cxml_builder import AMAZONS_COOKIE, cart_xml, item
from .door_case import PASSWORD, USER, DoorCase

ROUTE = '/amazon_punchout/punchin'
BASIC = (USER, PASSWORD)


class PunchinCase(DoorCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.flow = 'punchin'
        cls.sessions = cls.env['amazon.punchout.session']
        cls.clerk = cls.new_user('clerk', 'base.group_user')

    def second_group(self, **vals):
        """Another Punch-in group of the same Amazon account.

        :param vals: of the group
        """
        group = self.group.copy({
            'name': "Second group", 'shared_secret': self.group.shared_secret, 'warehouse_ids': [Command.set(self.warehouse.ids)],
            **vals})
        group.state = 'test'
        group.state = 'active'
        return group

    def second_warehouse(self):
        warehouse = self.env['stock.warehouse'].create({
            'name': "Annex", 'code': 'ANX', 'company_id': self.company.id, 'partner_id': self.warehouse.partner_id.id})
        self.group.warehouse_ids = [Command.link(warehouse.id)]
        return warehouse

    def come(self, path=ROUTE, user=None):
        """Come from Amazon by a redirect, as a user who is logged in, or as nobody."""
        self.env.flush_all()
        self.authenticate(user and user.login, user and user.login)
        response = self.url_open(path, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def location(self, response, status=303):
        """:return: path and query to which a redirect leads"""
        self.assertEqual(response.status_code, status, response.text)
        url = urlsplit(response.headers['Location'])
        return url.path + (f'?{url.query}' if url.query else '')

    def post_cart(self, raw=None, **kwargs):
        """Let the browser bring a cart that nobody here asked for.

        :return: the trip that holds it, as superuser, and the answer
        """
        before = self.sessions.search([])
        response = self.post(raw or cart_xml(AMAZONS_COOKIE, [item()]), **kwargs)
        self.env.invalidate_all()
        return self.sessions.search([]) - before, response

    def held_cart(self, raw=None):
        """:return: a trip with a cart that waits to be claimed"""
        session, response = self.post_cart(raw)
        self.assertEqual(session.state, 'unclaimed', response.text)
        return session

    def serve(self, raw, code=200, **kwargs):
        """Let Amazon's server post a document.

        :return: the trips that it made, as superuser, and the answer
        """
        before = self.sessions.search([])
        response = self.knock(raw, basic=BASIC, **kwargs)
        self.assertAnswer(response, code)
        self.env.invalidate_all()
        return self.sessions.search([]) - before, response

    def server_cart(self, email=None, **cart):
        """A cart as Amazon's server may post it.

        :param email: of the shopper, in an Extrinsic of the header
        """
        raw = cart_xml(cart.pop('cookie', AMAZONS_COOKIE), cart.pop('items', [item()]), **cart)
        extrinsic = f'<Extrinsic name="UserEmail">{email}</Extrinsic>' if email else ''
        return raw.replace(b'</PunchOutOrderMessageHeader>', f'{extrinsic}</PunchOutOrderMessageHeader>'.encode())

    def assertNothingKept(self, send):
        """What is sent changes nothing.

        :param send: sends it
        :return: what it gives
        """
        self.env.cr.flush()
        before = self.kept()
        result = send()
        self.env.invalidate_all()
        self.assertEqual(self.kept(), before)
        return result

    def kept(self):
        """:return: as :meth:`everything`, without what core notes of a login"""
        counts, rows = self.everything()
        return {name: count for name, count in counts.items() if name not in ('res_device_log', 'res_users_log')}, rows

    def pass_time(self, **passed):
        """Let time pass for all trips that have begun."""
        for session in self.sessions.search([('state', '=', 'started')]):
            session.expires_at -= timedelta(**passed)
