"""What the tests of the addon need: a company that can shop, users with real rights, and Amazon's answers."""
import io
import re
from contextlib import contextmanager, nullcontext
from unittest.mock import patch
from urllib.parse import urlsplit

import requests

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from .cxml_builder import cart_xml, item, response_xml

SECRET = 'not-a-real-secret-7f3a'
SETUP_URL = 'https://amazon.example/punchout'
ORDER_URL = 'https://amazon.example/order/1'
START_PAGE = 'https://amazon.example/start/1'


def answer(status=200, code='200', text='OK', start_page=None, body=None):
    """What Amazon says over HTTP.

    :param int status: of HTTP
    :param str code: of cXML
    :param str body: instead of a cXML Response
    :return: a callable for :meth:`AmazonCase.amazon`
    """
    body = response_xml(code, text, start_page) if body is None else body

    def respond(_request, **_kwargs):
        response = requests.Response()
        response.status_code = status
        response.raw = io.BytesIO(body.encode())
        return response
    return respond


class AmazonCase(TransactionCase):
    """A group with credentials, a vendor, a location and users."""
    # A group goes live only after Amazon has accepted its credentials. The groups of the tests count as such, except in
    # the tests of that itself.
    connections_are_tested = True
    # The tests of the demo data keep it.
    demo_data_is_settled = True
    # Groups have rested before each run of the sender, except in the tests of that itself.
    rests_are_over = True
    # What Amazon answers to a group that has rested, before an order is tried.
    probe_answer = staticmethod(answer())

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.demo_data_is_settled:
            cls.settle_demo_data()
        if cls.connections_are_tested:
            cls.startClassPatcher(patch.object(
                cls.registry['amazon.punchout.group'], '_has_connected', lambda _group: True))
        cls.env.ref('amazon_punchout.ir_cron_send').lastcall = fields.Datetime.now()
        # Whatever the database allows: no test reaches a supplier inside.
        cls.env['ir.config_parameter'].set_param('amazon_punchout.allowed_networks', False)
        cls.company = cls.env.company
        cls.env.ref('base.USD').active = True
        address = {
            'street': "1 Test Street", 'city': "Springfield", 'zip': "12345", 'country_id': cls.env.ref('base.us').id,
            'state_id': cls.env.ref('base.state_us_5').id, 'phone': "+1 555 0100", 'email': "dock@example.com",
        }
        cls.company.partner_id.write(address)
        cls.company.write({'currency_id': cls.env.ref('base.USD').id, 'po_double_validation': 'one_step'})
        cls.warehouse = cls.env['stock.warehouse'].search([('company_id', '=', cls.company.id)], limit=1)
        cls.warehouse.partner_id = cls.env['res.partner'].create({'name': "Main dock", **address})
        cls.vendor = cls.env['res.partner'].create({'name': "Amazon Business", 'is_company': True})
        cls.buyer = cls.new_user('buyer', 'purchase.group_purchase_user')
        cls.other_buyer = cls.new_user('otherbuyer', 'purchase.group_purchase_user')
        cls.manager = cls.new_user('manager', 'purchase.group_purchase_manager')
        cls.administrator = cls.new_user('amazonadmin', 'amazon_punchout.group_administrator')
        cls.group = cls.env['amazon.punchout.group'].create({
            'name': "Test group", 'partner_id': cls.vendor.id, 'marketplace': 'us', 'identity': 'TestGroup',
            'shared_secret': SECRET, 'setup_url': SETUP_URL, 'setup_test_url': False, 'order_url': ORDER_URL,
            'responsible_id': cls.administrator.id, 'warehouse_ids': [Command.set(cls.warehouse.ids)],
        })
        cls.group.state = 'test'
        if cls.connections_are_tested:
            cls.group.state = 'active'

    @classmethod
    def settle_demo_data(cls):
        """Settle what the database has of the addon, if it has demo data: tests find, count and send only their own.

        In SQL, since the lock lets nobody do it.
        """
        if not cls.env['amazon.punchout.group'].with_context(active_test=False).search_count([], limit=1):
            return
        cls.env.flush_all()
        for statement in (
            "UPDATE amazon_punchout_group SET state = 'draft', active = false, all_users = false, identity = NULL",
            "UPDATE amazon_punchout_session SET state = 'left' WHERE state NOT IN ('done', 'failed')",
            "UPDATE amazon_punchout_document SET state = CASE direction WHEN 'in' THEN 'processed' ELSE 'cancelled' END"
            " WHERE state NOT IN ('processed', 'sent', 'failed')",
            "UPDATE purchase_order SET state = 'cancel', amazon_state = 'cancelled' WHERE amazon_group_id IS NOT NULL",
            "UPDATE account_move SET amazon_awaits_receipt = false WHERE amazon_awaits_receipt",
            "DELETE FROM mail_activity WHERE activity_type_id IN ("
            "SELECT res_id FROM ir_model_data WHERE module = 'amazon_punchout' AND model = 'mail.activity.type')",
        ):
            cls.env.cr.execute(statement)
        cls.env.invalidate_all()

    @classmethod
    def new_user(cls, login, groups):
        return new_test_user(
            cls.env, login=f'{login}_amazon', groups=groups, name=login.title() + " Person",
            email=f'{login}@example.com', company_id=cls.env.company.id)

    @classmethod
    def new_tax(cls, rate, **vals):
        """Make a purchase tax of the company.

        :param float rate: in percent
        :param vals: other values
        """
        company = cls.env['res.company'].browse(vals.get('company_id')) or cls.company
        country = company.account_fiscal_country_id or cls.env.ref('base.us')
        group = cls.env['account.tax.group'].create({
            'name': f"Tax {rate}", 'company_id': company.id, 'country_id': country.id})
        return cls.env['account.tax'].create({
            'name': f"Purchase {rate} % {group.id}", 'amount': rate, 'amount_type': 'percent',
            'type_tax_use': 'purchase', 'company_id': company.id, 'tax_group_id': group.id, 'country_id': country.id,
            'price_include_override': 'tax_excluded', **vals})

    @contextmanager
    def amazon(self, *answers):
        """Play Amazon for a block: each request gets the next answer, the last one for ever.

        Questions that order nothing get `probe_answer`, and are kept in `probes`.

        :param answers: of :func:`answer`, or exceptions
        :return: the bodies that were sent, as they left
        """
        sent, self.probes = [], []

        def send(_case, _session, prepared, /, **kwargs):
            if b'<ProfileRequest' in (prepared.body.getvalue() if prepared.body else b''):
                self.probes.append(prepared.body.read())
                if isinstance(self.probe_answer, Exception):
                    raise self.probe_answer
                return self.probe_answer(prepared, **kwargs)
            respond = answers[min(len(sent), len(answers) - 1)]
            if isinstance(respond, requests.exceptions.ConnectTimeout):
                sent.append(None)
                raise respond
            sent.append(prepared.body.read())
            if isinstance(respond, Exception):
                raise respond
            return respond(prepared, **kwargs)

        with patch.object(type(self), '_request_handler', classmethod(send)):
            yield sent

    @contextmanager
    def amazon_behind(self, *answers):
        """Play Amazon as in :meth:`amazon`, while requests to Odoo reach Odoo."""
        to_odoo = type(self)._request_handler
        with self.amazon(*answers) as sent:
            to_amazon = type(self)._request_handler

            def send(_case, session, prepared, /, **kwargs):
                handler = to_amazon if urlsplit(prepared.url).hostname == 'amazon.example' else to_odoo
                return handler(session, prepared, **kwargs)
            with patch.object(type(self), '_request_handler', classmethod(send)):
                yield sent

    def start_trip(self, user=None, group=None, **kwargs):
        """Start a shopping trip.

        :return: the trip as superuser, and its BuyerCookie
        """
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            group = (group or self.group).with_user(user or self.buyer)
            action = group._punch_out(**kwargs)
        self.assertEqual(action, {'type': 'ir.actions.act_url', 'url': START_PAGE, 'target': 'self'})
        cookie = re.search(rb'<BuyerCookie>(.*?)</BuyerCookie>', sent[0]).group(1).decode()
        session = self.env['amazon.punchout.session']._find_by_cookie(cookie)
        return session, cookie

    def receive(self, cookie, raw):
        """Hand a document in as the controller does.

        :return: the trip as superuser, and whether the document was taken
        """
        session = self.env['amazon.punchout.session']._find_by_cookie(cookie)
        return session, bool(session) and session._receive_cart(raw)

    def make_order(self, items=None, user=None, group=None, trip=None, **cart):
        """Make a draft order from a cart.

        :return: the order as superuser
        """
        session, cookie = self.start_trip(user=user, group=group, **(trip or {}))
        session, taken = self.receive(cookie, cart_xml(cookie, items or [item()], **cart))
        self.assertTrue(taken)
        self.assertTrue(session.purchase_order_id, session.problem)
        return session.purchase_order_id

    def send(self, *answers):
        """Run the sender once, after groups have rested that got no answer before.

        :return: the bodies that were sent
        """
        if self.rests_are_over:
            self.env['amazon.punchout.outbox'].search([('rests_until', '!=', False)]).rests_until = False
        with self.amazon(*(answers or (answer(),))) as sent:
            self.run_cron('amazon_punchout.ir_cron_send')
        return sent

    def begin_anew(self):
        """Let what follows begin as a request does, to count its queries.

        Environments of earlier steps remember company and user beyond their cache, and whether they still exist depends
        on when Python collects garbage.
        """
        self.env.flush_all()
        self.env.transaction.reset()

    def run_cron(self, xml_id):
        """Run a scheduled action as the scheduler does, in a cursor of its own."""
        mode = nullcontext() if type(self)._registry_patched else self.enter_registry_test_mode()
        with mode:
            self.env.ref(xml_id).method_direct_trigger()
        self.env.invalidate_all()
