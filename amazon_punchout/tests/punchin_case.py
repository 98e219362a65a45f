"""What the tests of Punch-in have in common: a group whose shopping starts on Amazon, and what Amazon posts."""
from datetime import timedelta
from urllib.parse import urlsplit

from odoo.fields import Command

from .cxml_builder import AMAZONS_COOKIE, cart_xml, item
from .endpoint_case import PASSWORD, USER, EndpointCase

ROUTE = '/amazon_punchout/punchin'
BASIC = (USER, PASSWORD)


class PunchinCase(EndpointCase):
    """A Punch-in group, and Amazon's browser and server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.flow = 'punchin'
        cls.sessions = cls.env['amazon.punchout.session']
        cls.clerk = cls.new_user('clerk', 'base.group_user')

    def second_group(self, **vals):
        """Make another Punch-in group that shares the credentials of the first.

        :param vals: of the group
        """
        group = self.group.copy(
            {
                'name': "Second group",
                'shared_secret': self.group.shared_secret,
                'warehouse_ids': [Command.set(self.warehouse.ids)],
                **vals,
            }
        )
        group.state = 'test'
        group.state = 'active'
        return group

    def second_warehouse(self):
        """Make another location of the group."""
        warehouse = self.env['stock.warehouse'].create({
            'name': "Annex", 'code': 'ANX', 'company_id': self.company.id, 'partner_id': self.warehouse.partner_id.id})
        self.group.warehouse_ids = [Command.link(warehouse.id)]
        return warehouse

    def come(self, path=ROUTE, user=None):
        """Come from Amazon by a redirection, logged in or not.

        :param str path: to which Amazon leads the browser
        :param user: the `res.users` who is logged in, if any
        """
        self.env.flush_all()
        self.authenticate(user and user.login, user and user.login)
        response = self.url_open(path, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def location(self, response, status=303):
        """Read where a redirection leads.

        :return: path and query
        """
        self.assertEqual(response.status_code, status, response.text)
        url = urlsplit(response.headers['Location'])
        return url.path + (f'?{url.query}' if url.query else '')

    def post_cart(self, raw=None, **kwargs):
        """Let the browser post an unsolicited cart.

        :return: the trip that holds it, as superuser, and the answer
        """
        before = self.sessions.search([])
        response = self.post(raw or cart_xml(AMAZONS_COOKIE, [item()]), **kwargs)
        self.env.invalidate_all()
        return self.sessions.search([]) - before, response

    def held_cart(self, raw=None):
        """Let the browser post a cart that is held.

        :return: its trip
        """
        session, response = self.post_cart(raw)
        self.assertEqual(session.state, 'unclaimed', response.text)
        return session

    def assertNotHeld(self, raw):
        """Check that a cart leaves nothing, and that its shopper learns so after the login only."""
        before = self.everything()
        session, response = self.post_cart(raw)
        self.assertEqual((self.everything(), len(session)), (before, 0))
        page = self.come(self.location(response), self.buyer)
        self.assertEqual(page.status_code, 404)
        self.assertIn("This cart is no longer available", page.text)

    def serve(self, raw, code=200, **kwargs):
        """Let Amazon's server post a document.

        :return: the trips that were created, as superuser, and the answer
        """
        before = self.sessions.search([])
        response = self.post_message(raw, basic=BASIC, **kwargs)
        self.assertAnswer(response, code)
        self.env.invalidate_all()
        return self.sessions.search([]) - before, response

    def server_cart(self, email=None, **cart):
        """Build a cart as Amazon's server may post it.

        :param str | None email: of the shopper, in an Extrinsic of the header
        """
        raw = cart_xml(cart.pop('cookie', AMAZONS_COOKIE), cart.pop('items', [item()]), **cart)
        extrinsic = f'<Extrinsic name="UserEmail">{email}</Extrinsic>' if email else ''
        return raw.replace(b'</PunchOutOrderMessageHeader>', f'{extrinsic}</PunchOutOrderMessageHeader>'.encode())

    def assertNothingKept(self, send):
        """Check that a step changes nothing.

        :param send: called without arguments
        :return: what it returned
        """
        self.env.cr.flush()
        before = self.kept()
        result = send()
        self.env.invalidate_all()
        self.assertEqual(self.kept(), before)
        return result

    def kept(self):
        """List what is stored, without what core notes of a login.

        :return: as :meth:`everything`
        """
        counts, rows = self.everything()
        return {name: count for name, count in counts.items() if name not in ('res_device_log', 'res_users_log')}, rows

    def pass_time(self, **passed):
        """Let time pass for all trips that have started."""
        for session in self.sessions.search([('state', '=', 'started')]):
            session.expires_at -= timedelta(**passed)
