"""What the tests of the addon stand on: a company that can shop, people with real rights, and Amazon's answers."""
import io
import re
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from unittest.mock import patch
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

import requests

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

SECRET = 'not-a-real-secret-7f3a'
SETUP_URL = 'https://amazon.example/punchout'
ORDER_URL = 'https://amazon.example/order/1'
START_PAGE = 'https://amazon.example/start/1'


def item(asin='B00TEST001', price='9.99', quantity='1', unit='EA', title="Stapler, blue", condition='New',
         auxiliary_id='136-0000000-0000001,1', shipping=None, tax=None, details=(), extrinsics=(), unspsc='44121615'):
    """Values of one ItemIn for :func:`cart_xml`.

    :param details: of the tax: tuples of rate, amount and purpose
    """
    return locals()


def _money(amount, currency):
    return f'<Money currency="{currency}">{amount}</Money>'


def _tax(amount, details, currency):
    rows = ''.join(
        f'<TaxDetail category="vat" percentageRate="{rate}" purpose="{purpose}"><TaxAmount>{_money(each, currency)}'
        '</TaxAmount></TaxDetail>' for rate, each, purpose in details)
    return f'<Tax>{_money(amount, currency)}<Description xml:lang="en-US">Tax.</Description>{rows}</Tax>'


def _shipping(amount, currency):
    return f'<Shipping>{_money(amount, currency)}<Description xml:lang="en-US">Shipping.</Description></Shipping>'


def cart_xml(cookie, items, currency='USD', total=None, shipping=None, tax=None):
    """A cart as Amazon's: two credentials, money with two decimals, the header's Total without shipping and tax.

    :param str cookie: the BuyerCookie
    :param list[dict] items: of :func:`item`
    :param total: of the header; by default the sum of the lines
    :rtype: bytes
    """
    if total is None:
        total = sum(Decimal(each['price']) * Decimal(each['quantity']) for each in items)
    sender = ('<Credential domain="DUNS"><Identity>1</Identity></Credential>'
              '<Credential domain="NetworkId"><Identity>Amazon</Identity></Credential>')
    lines = ''.join(
        f'''<ItemIn quantity="{each['quantity']}"><ItemID><SupplierPartID>{escape(each['asin'])}</SupplierPartID>'''
        f'''<SupplierPartAuxiliaryID>{escape(each['auxiliary_id'])}</SupplierPartAuxiliaryID></ItemID><ItemDetail>'''
        f'''<UnitPrice>{_money(each['price'], currency)}</UnitPrice>'''
        f'''<Description xml:lang="en-US">{escape(each['title'])}</Description>'''
        + (f'<UnitOfMeasure>{each["unit"]}</UnitOfMeasure>' if each['unit'] else '')
        + f'<Classification domain="UNSPSC">{escape(each["unspsc"])}</Classification>'
        + ''.join(f'<Extrinsic name={quoteattr(name)}>{escape(text)}</Extrinsic>' for name, text in (
            ('soldBy', 'A seller'), ('fulfilledBy', 'Amazon'),
            *((('itemCondition', each['condition']),) if each['condition'] else ()),
            ('detailPageURL', f'https://amazon.example/dp/{each["asin"]}'), *each['extrinsics']))
        + '</ItemDetail>'
        + (_shipping(each['shipping'], currency) if each['shipping'] is not None else '')
        + (_tax(each['tax'], each['details'], currency) if each['tax'] is not None else '')
        + '</ItemIn>'
        for each in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<cXML payloadID="1.2.3@amazon.example" timestamp="2026-03-01T10:00:00.000Z"><Header>'
        f'<From>{sender}</From><To><Credential domain="NetworkId"><Identity>TestGroup</Identity></Credential></To>'
        f'<Sender>{sender}<UserAgent>Test</UserAgent></Sender></Header><Message><PunchOutOrderMessage>'
        f'<BuyerCookie>{escape(cookie)}</BuyerCookie><PunchOutOrderMessageHeader operationAllowed="create">'
        f'<Total>{_money(total, currency)}</Total>'
        + (_shipping(shipping, currency) if shipping is not None else '')
        + (_tax(tax, (), currency) if tax is not None else '')
        + f'</PunchOutOrderMessageHeader>{lines}</PunchOutOrderMessage></Message></cXML>'
    ).encode()


def answer(status=200, code='200', text='OK', start_page=None, body=None):
    """What Amazon says over HTTP.

    :param int status: of HTTP
    :param str code: of cXML
    :param str body: instead of a cXML Response
    :return: a callable for :meth:`AmazonCase.amazon`
    """
    if body is None:
        page = (f'<PunchOutSetupResponse><StartPage><URL>{start_page}</URL></StartPage></PunchOutSetupResponse>'
                if start_page else '')
        body = f'<cXML><Response><Status code="{code}" text="{text}">{text}</Status>{page}</Response></cXML>'

    def respond(_request, **_kwargs):
        response = requests.Response()
        response.status_code = status
        response.raw = io.BytesIO(body.encode())
        return response
    return respond


class AmazonCase(TransactionCase):
    # A group goes live only after Amazon has accepted its credentials. The groups of the tests stand for such ones, but
    # for the tests of that itself.
    connections_are_tested = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.connections_are_tested:
            cls.startClassPatcher(patch.object(
                cls.registry['amazon.punchout.group'], '_has_connected', lambda _group: True))
        cls.env.ref('amazon_punchout.ir_cron_send').lastcall = fields.Datetime.now()
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
    def new_user(cls, login, groups):
        return new_test_user(
            cls.env, login=f'{login}_amazon', groups=groups, name=login.title() + " Person",
            email=f'{login}@example.com', company_id=cls.env.company.id)

    @classmethod
    def new_tax(cls, rate, **vals):
        """A purchase tax of the company.

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
        """Amazon, for a block: each request gets the next answer, the last one for ever.

        :param answers: of :func:`answer`, or exceptions
        :return: the bodies that were sent, as they left
        """
        sent = []

        def send(_case, _session, prepared, /, **kwargs):
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
        """Amazon as in :meth:`amazon`, while requests to Odoo reach Odoo."""
        to_odoo = type(self)._request_handler
        with self.amazon(*answers) as sent:
            to_amazon = type(self)._request_handler

            def send(_case, session, prepared, /, **kwargs):
                handler = to_amazon if urlsplit(prepared.url).hostname == 'amazon.example' else to_odoo
                return handler(session, prepared, **kwargs)
            with patch.object(type(self), '_request_handler', classmethod(send)):
                yield sent

    def start_trip(self, user=None, group=None, **kwargs):
        """A shopping trip that has begun.

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
        """A draft order from a cart.

        :return: the order as superuser
        """
        session, cookie = self.start_trip(user=user, group=group, **(trip or {}))
        session, taken = self.receive(cookie, cart_xml(cookie, items or [item()], **cart))
        self.assertTrue(taken)
        self.assertTrue(session.purchase_order_id, session.problem)
        return session.purchase_order_id

    def send(self, *answers):
        """Run the sender once.

        :return: the bodies that were sent
        """
        with self.amazon(*(answers or (answer(),))) as sent:
            self.run_cron('amazon_punchout.ir_cron_send')
        return sent

    def begin_anew(self):
        """Let what follows begin as a request does, for counting its queries. Environments of earlier steps remember company
        and user beyond their cache, and whether they are still there depends on when Python collects garbage."""
        self.env.flush_all()
        self.env.transaction.reset()

    def run_cron(self, xml_id):
        """Run a scheduled action as the scheduler does, in a cursor of its own."""
        mode = nullcontext() if type(self)._registry_patched else self.enter_registry_test_mode()
        with mode:
            self.env.ref(xml_id).method_direct_trigger()
        self.env.invalidate_all()
