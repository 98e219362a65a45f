"""What a process of Odoo does in a run: send, process, answer a request, approve, shop."""
from contextlib import contextmanager
from dataclasses import dataclass

import werkzeug.test

from odoo import SUPERUSER_ID, api, http, sql_db
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.service.server import BaseWSGIServerNoBind

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.tests import cxml_builder

from .tracer import Tracer

BUYER = 'buyer'
# So many workers may process messages at once.
PROCESSORS = 4


def warm_up(name):
    """Do one of everything before the first fork, so that the processes share what Odoo keeps in memory.

    :param str name: of the database
    """
    place = Place(name, None, Tracer(None))
    with place.lasting() as env:
        groups = env['amazon.punchout.group'].search([])
        crons = env.ref('amazon_punchout.ir_cron_send'), env.ref('amazon_punchout.ir_cron_process')
    if not groups:
        return  # before the setup
    make_orders(place, 1)
    run_cron(place, crons[0].id)
    [(_id, cart)] = start_trips(place, 1)
    client = werkzeug.test.Client(http.root)
    client.post('/amazon_punchout/cart', data={'cxml-urlencoded': cart})
    client.post('/amazon_punchout/cxml', data=b'<cXML/>')
    run_cron(place, crons[1].id)


@dataclass
class Place:
    """Where a process acts.

    :ivar name: of the database
    :ivar web: the listening socket for requests
    :ivar tracer: sees what the process does
    """
    name: str
    web: object
    tracer: Tracer

    @contextmanager
    def lasting(self):
        """Give an environment whose commits survive the crashes of the runs that they prepare."""
        with sql_db.db_connect(self.name).cursor() as cr:
            cr.execute("SET synchronous_commit = on")
            yield api.Environment(cr, SUPERUSER_ID, {})
            cr.commit()


def run_cron(place, cron_id):
    """Run a scheduled action as a worker of Odoo does, now.

    :return: False if another process is running it
    :rtype: bool
    """
    with sql_db.db_connect(place.name).cursor() as cr:
        registry = Registry(place.name).check_signaling()
        cron = registry['ir.cron']
        job = cron._acquire_one_job(cr, cron_id, include_not_ready=True)
        if not job:
            return False
        cron._process_job(cr, job)
        cr.commit()
    return True


def work(place, raising=()):
    """Run all scheduled actions that are due, as a worker of Odoo does.

    :param raising: paths of methods that raise in this process: "model.method"
    """
    registry = Registry(place.name)
    for path in raising:
        model, _, method = path.rpartition('.')
        setattr(registry[model], method, _raise)
    registry['ir.cron']._process_jobs(place.name)


def _raise(*args, **kwargs):
    raise ZeroDivisionError("made to fail")


def serve(place, requests=1):
    """Answer requests, as a worker of Odoo does."""
    wsgi = BaseWSGIServerNoBind(http.root)
    for _each in range(requests):
        client, address = place.web.accept()
        client.settimeout(30)
        place.tracer.watch_replies(client)
        wsgi.socket = client
        wsgi.process_request(client, address)


def setup(place, url, senders, groups):
    """Make groups, their people and more senders.

    :param str url: of the supplier
    :param int senders: how many there are in all
    :param int groups: how many there are; each is sent one order at a time
    :return: ids of scheduled actions: those that send, then those that process messages; and ids of the groups
    :rtype: dict
    """
    with place.lasting() as env:
        env.ref('base.USD').active = True
        address = {
            'street': "1 Test Street", 'city': "Springfield", 'zip': "12345", 'country_id': env.ref('base.us').id,
            'state_id': env.ref('base.state_us_5').id, 'phone': "+1 555 0100", 'email': "dock@example.com"}
        company = env.ref('base.main_company')
        company.partner_id.write(address)
        company.write({'currency_id': env.ref('base.USD').id, 'po_double_validation': 'one_step'})
        env['res.users'].create({
            'name': "Buyer Person", 'login': BUYER, 'email': 'buyer@example.com',
            'group_ids': [(4, env.ref('purchase.group_purchase_user').id)]})
        vendor = env['res.partner'].create({'name': "Amazon"})
        groups = env['amazon.punchout.group'].create([{
            'name': f"Faults {number}", 'partner_id': vendor.id, 'marketplace': 'us', 'identity': 'Faults',
            'shared_secret': 'not-a-real-secret-of-faults', 'setup_url': f'{url}/setup', 'setup_test_url': False,
            'order_url': f'{url}/order'} for number in range(groups)])
        groups.write({'state': 'test'})
        first = env.ref('amazon_punchout.ir_cron_send')
        crons = [first, *(first.copy({'active': True}) for _each in range(senders - 1))]
        process = env.ref('amazon_punchout.ir_cron_process')
        processors = [process, *(process.copy({'active': True}) for _each in range(PROCESSORS - 1))]
        ours = set(env['ir.model.data'].search(
            [('module', '=', 'amazon_punchout'), ('model', '=', 'ir.cron')]).mapped('res_id'))
        ours |= {cron.id for cron in (*crons, *processors)}
        # Others of Odoo's scheduled actions would only take time.
        env['ir.cron'].search([('id', 'not in', list(ours))]).active = False
        return {
            'send': [cron.id for cron in crons],
            'process': [cron.id for cron in processors],
            'groups': groups.ids,
        }


def make_orders(place, count, approve=True, lines=1):
    """Shop, and approve what was shopped.

    :return: tuples of the order's id and its number
    :rtype: list[tuple[int, str]]
    """
    made = []
    with place.lasting() as env:
        buyer = env['res.users'].search([('login', '=', BUYER)])
        for _each in range(count):
            session = _start_trip(env, buyer)
            items = [cxml_builder.item(asin=f'B00TEST00{number}', price='10.00', quantity='10')
                     for number in range(1, lines + 1)]
            session._receive_cart(cxml_builder.cart_xml(session.cookie, items))
            order = session.session.purchase_order_id
            if approve:
                order.with_user(buyer).button_confirm()
            made.append((order.id, order.name))
            env.cr.commit()
    return made


@dataclass
class _Trip:
    session: object
    cookie: str

    def _receive_cart(self, raw):
        assert self.session._receive_cart(raw)


def _start_trip(env, buyer):
    group = env['amazon.punchout.group'].search([], limit=1)
    url = group.with_user(buyer).action_punch_out()['url']
    cookie = url.rpartition('=')[2]
    return _Trip(env['amazon.punchout.session']._find_by_cookie(cookie), cookie)


def start_trips(place, count):
    """Start shopping trips.

    :return: tuples of the id of the trip and its cart as Amazon posts it
    :rtype: list[tuple[int, str]]
    """
    carts = []
    with place.lasting() as env:
        buyer = env['res.users'].search([('login', '=', BUYER)])
        for _each in range(count):
            trip = _start_trip(env, buyer)
            carts.append((trip.session.id, cxml_builder.cart_xml(trip.cookie, [cxml_builder.item()]).decode()))
            env.cr.commit()
    return carts


def approve(place, order_id):
    """Approve an order as its buyer, as a request does."""
    with sql_db.db_connect(place.name).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        buyer = env['res.users'].search([('login', '=', BUYER)])
        retrying(lambda: env['purchase.order'].browse(order_id).with_user(buyer).button_confirm(), env)
        cr.commit()


def write_messages(place, kind, order_ids):
    """Write a message about each order, as Amazon would.

    :param str kind: 'confirmation', 'ship_notice', 'invoice', or 'credit', which names the invoice
    :return: the documents
    :rtype: list[str]
    """
    with place.lasting() as env:
        return [_write_message(kind, order).decode() for order in env['purchase.order'].browse(order_ids)]


def _write_message(kind, order):
    values = {'payload_id': f'{kind}.{order.id}@amazon.example', 'to_identity': 'Faults',
              'secret': 'not-a-real-secret-of-faults'}
    if kind == 'confirmation':
        return cxml_builder.confirmation_xml(
            order, [(1, 10, cxml_builder.status(quantity=10, price='10.00', tax='0.00', shipping='0.00'))],
            total='100.00', shipping='0.00', tax='0.00', **values)
    if kind == 'ship_notice':
        return cxml_builder.ship_notice_xml(order, [(1, 10)], shipment_id=f'S{order.id}', **values)
    if kind == 'credit':
        return cxml_builder.invoice_xml(
            [(order, cxml_builder.invoice_line(1, -1, '10.00', tax='0.00'))], purpose='creditMemo',
            invoice_id=f'CR-{order.id}', original_invoice_id=f'INV-{order.id}', subtotal='-10.00', gross='-10.00',
            net='-10.00', due='-10.00', **values)
    return cxml_builder.invoice_xml(
        [(order, cxml_builder.invoice_line(1, 10, '10.00', tax='0.00'))], invoice_id=f'INV-{order.id}',
        subtotal='100.00', gross='100.00', net='100.00', due='100.00', **values)


def store_messages(place, kind, order_ids):
    """Store a message about each order, as the endpoint does; the parameters are those of :func:`write_messages`."""
    with place.lasting() as env:
        group = env['amazon.punchout.group'].search([], limit=1)
        for order in env['purchase.order'].browse(order_ids):
            raw = _write_message(kind, order)
            env['amazon.punchout.document']._store_message(group, cxml.read_request(raw), raw)


def retry(place, payload_id):
    """Press Retry on a message that needs attention."""
    with place.lasting() as env:
        env['amazon.punchout.document'].search([('payload_id', '=', payload_id)]).action_retry()
