"""docs/roles.md, Routes: what each role gets from each route of the addon, over real HTTP."""
import re

from odoo.http import _generate_routing_rules
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import SECRET, START_PAGE, answer
from ..cxml_builder import cart_xml, confirmation_xml, item
from ..roles_case import MODULE, ROLES
from ..roles_story import RolesStory


@tagged('post_install', '-at_install')
class TestRolesRoutes(RolesStory, HttpCase):

    def log_in(self, role):
        if role == 'public':
            self.authenticate(None, None)
        else:
            self.authenticate(self.people[role].login, self.people[role].login)

    # === THE TABLE === #

    def routes(self):
        """Find the addon's routes.

        :return: the paths by the name in the document: methods and path
        :rtype: dict[str, str]
        """
        return {
            f"{'/'.join(sorted(endpoint.routing['methods'] or ('GET', 'POST')))} {path}": path
            for path, endpoint in _generate_routing_rules([MODULE], nodb_only=False)}

    def test_the_table_of_routes_is_what_odoo_does(self):
        self.found = self.routes()
        self.assertTable('Routes', self.found, self.measure)

    def measure(self, name, which):
        cells = {}
        for role in ROLES:
            self.log_in(role)
            with mute_logger('odoo.http', 'werkzeug'):
                cells[role] = self.outcome(self.visit(name, which))
        return cells

    def visit(self, name, which):
        """Request a route with the data that the row names."""
        methods, group = name.split()[0], self.named()[which] if which.endswith('group') else self.group
        record = self.orders['a cart'] if 'order_id' in name else group
        path = re.sub('<[^>]*>', str(record.id), self.found[name])
        if which.endswith('cart') and methods == 'GET':
            path = self.named()[which]._claim_path()
        data = {'a cart': self.cart, 'a message': self.message}[which]() if methods == 'POST' and which else None
        with self.amazon_behind(answer(start_page=START_PAGE)):
            return self.url_open(path, data=data if data is not None or methods == 'GET' else {}, allow_redirects=False,
                                 method=methods.split('/')[0])

    def cart(self):
        """Make the form with a cart of a trip of the shopper."""
        _session, cookie = self.start_trip(user=self.shopper)
        self.env.flush_all()
        return {'cxml-urlencoded': cart_xml(cookie, [item()])}

    def message(self):
        return confirmation_xml(self.orders['an order at Amazon'], secret=SECRET, payload_id=None)

    def outcome(self, response):
        """Give the status of HTTP or of cXML, and where the answer leads."""
        if said := re.search(r'<Status code="(\d+)"', response.text):
            return f'cXML {said[1]}'
        place = response.headers.get('Location', '')
        if '/web/login' in place:
            return 'login'
        if place == START_PAGE:
            return f'{response.status_code} Amazon'
        if '/odoo/amazon-unclaimed-carts/' in place:
            return f'{response.status_code} cart'
        if place:
            return f'{response.status_code} order' if '/odoo/purchase/' in place else f'{response.status_code} Odoo'
        return str(response.status_code)
