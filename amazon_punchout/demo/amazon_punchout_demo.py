import json
import secrets
import time
from decimal import Decimal

from lxml import etree

from odoo import api, fields, models
from odoo.tools import file_open

from .. import cxml
from ..tools.http_post import Answer

CARRIER = "UPS"


class AmazonPunchoutDemo(models.AbstractModel):
    """The demo data of the addon: the steps of an order, in which the demo data itself is Amazon.

    Documents and answers are rendered from the files in demo/cxml/, and what follows from them is done by the methods
    that also process those of Amazon. So the demo data can't differ from what the addon does. Nothing here reaches the
    network or commits, since it runs while the addon is installed.
    """
    _name = 'amazon.punchout.demo'
    _description = "Amazon Demo Data"

    # === WHAT AMAZON WRITES === #

    @api.model
    def _render_document(self, name, **values):
        """Render a document or a part of one.

        :param str name: of the file in demo/cxml/
        :param values: of the template
        :rtype: Markup
        """
        with file_open(f'amazon_punchout/demo/cxml/{name}.xml', 'rb') as file:
            template = etree.parse(file).getroot()
        return self.env['ir.qweb']._render(template, {
            # QWeb does not know the prefix xml.
            'english': {'xml:lang': 'en-US'}, 'now': self._moment(), **values})

    @api.model
    def _moment(self, days=0):
        """Write a moment as cXML does.

        :param int days: from now
        :rtype: str
        """
        return f'{fields.Datetime.add(fields.Datetime.now(), days=days).isoformat(timespec="seconds")}+00:00'

    @api.model
    def _new_payload_id(self):
        return f'{secrets.token_hex(8)}@amazon.example'

    @api.model
    def _answer(self, status=200, code=200, text="OK", page=None):
        """Give an answer of Amazon's over HTTP.

        :param int status: of HTTP; beside 200 there is no document
        :param int code: of cXML
        :param str text: the reason in Amazon's words
        :param str page: where to shop
        :rtype: Answer
        """
        body = self._render_document('response', code=code, text=text, page=page) if status == 200 else ''
        return Answer(status, body.encode())

    # === SHOPPING === #

    @api.model
    def _start_trip(self, group, user, code=200, text="OK", **values):
        """Start a shopping trip.

        :param group: the `amazon.punchout.group`
        :param user: the `res.users` who shops
        :param int code: of Amazon's answer
        :param str text: of Amazon's answer
        :param values: as for `_prepare_start_vals` of the trip
        :return: the `amazon.punchout.session`, and its BuyerCookie
        :rtype: tuple
        """
        trips_sudo = self.env['amazon.punchout.session'].with_user(user).sudo()  # users may not write trips
        cookie = secrets.token_urlsafe(32)
        trip_sudo = trips_sudo.create(
            trips_sudo._prepare_start_vals(group, group._allowed_warehouses()[:1], cookie, **values))
        document, _body = trip_sudo._store_setup_request(cookie)
        answer = self._answer(code=code, text=text, page=code == 200 and 'https://amazon.example/start')
        trip_sudo._keep_start_page(*trip_sudo._keep_setup_answer(
            document, cookie, *trip_sudo._read_setup_answer(answer, document.payload_id)))
        return trip_sudo.with_env(self.env), cookie

    @api.model
    def _write_cart(self, group, cookie, *items, currency='USD', shipping=None, tax=None):
        """Write the cart that comes back.

        :param str | None cookie: the BuyerCookie; Amazon's own where shopping starts there
        :param items: values of :mod:`.items`
        :rtype: bytes
        """
        total = sum((Decimal(item.price) * item.quantity for item in items), Decimal())
        return self._render_document(
            'cart', group=group, cookie=cookie or secrets.token_hex(8), payload_id=self._new_payload_id(), items=items,
            total=total, currency=currency, shipping=shipping, tax=tax).encode()

    @api.model
    def _shop(self, group, user, *items, trip=None, **values):
        """Shop, and come back with a cart.

        :param items: values of :mod:`.items`; without any the shopper left without buying
        :param dict trip: as for :meth:`_start_trip`
        :param values: as for :meth:`_write_cart`
        :return: the `amazon.punchout.session`
        """
        trip, cookie = self._start_trip(group, user, **(trip or {}))
        trip._receive_cart(self._write_cart(group, cookie, *items, **values))
        return trip

    # === ORDERING === #

    @api.model
    def _place_order(self, group, user, *items, approver=None, **values):
        """Shop and order.

        :param approver: the `res.users` who approves the order; without one it may wait for approval
        :param values: as for :meth:`_shop`
        :return: the `purchase.order`
        """
        order = self._shop(group, user, *items, **values).purchase_order_id
        order.with_user(user).button_confirm()
        if approver and order.state == 'to approve':
            order.with_user(approver).button_approve()
        return order

    @api.model
    def _send(self, order, **answer):
        """Do what the sender does with an order request, without sending it.

        :param order: an approved `purchase.order`
        :param answer: as for :meth:`_answer`
        :return: the order
        """
        request = order._amazon_request()
        request.write({'state': 'sending', 'tries': 1, 'last_try_at': fields.Datetime.now()})
        request._store_outcome(request._read_order_answer(self._answer(**answer)))
        request._update_order()
        return order

    # === MESSAGES === #

    @api.model
    def _receive(self, order, kind, **values):
        """Receive and process a message about an order.

        :param order: a `purchase.order` that was sent
        :param str kind: the file in demo/cxml/
        :param values: of the template
        :return: the `amazon.punchout.document`
        """
        return self._receive_content(order.amazon_group_id, self._render_document(
            kind, order=order, reference=order._amazon_request().payload_id, currency=order.currency_id.name, **values))

    @api.model
    def _receive_content(self, group, content):
        """Receive and process a message.

        :param group: the `amazon.punchout.group`
        :param Markup content: what stands in its Request
        :return: the `amazon.punchout.document`
        """
        raw = self._render_document(
            'message', group=group, content=content, payload_id=self._new_payload_id()).encode()
        document = self.env['amazon.punchout.document']._store_message(group, cxml.read_request(raw), raw)
        document._process()
        return document

    @api.model
    def _confirm(self, order, *lines):
        """Receive a confirmation.

        :param lines: for each line its number, the ordered quantity and a list of answers; by default all are accepted
        """
        lines = lines or [
            (line.amazon_line_number, int(line.amazon_cart_quantity),
             [{'quantity': int(line.amazon_cart_quantity), 'delivery': self._moment(days=3)}])
            for line in order._amazon_item_lines()]
        return self._receive(order, 'confirmation', lines=lines, number=self._new_order_number())

    @api.model
    def _new_order_number(self):
        """Give a number as Amazon's orders have.

        :rtype: str
        """
        return f'112-{secrets.randbelow(10 ** 7):07}-{secrets.randbelow(10 ** 7):07}'

    @api.model
    def _ship(self, order, *lines, days=2):
        """Receive a ship notice.

        :param lines: for each line its number and the quantity; by default the whole order
        :param int days: until the delivery
        """
        lines = lines or [
            (line.amazon_line_number, int(line.product_qty)) for line in order._amazon_item_lines() if line.product_qty]
        return self._receive(
            order, 'ship_notice', lines=lines, number=f'S{secrets.randbelow(10 ** 9):09}', carrier=CARRIER,
            tracking=f'1ZDEMO{secrets.randbelow(10 ** 10):010}', delivery=self._moment(days=days))

    @api.model
    def _track(self, order, *words):
        """Receive where the packages of an order are.

        :param words: Amazon's word for each package, in the order in which they were shipped
        """
        events = [{
            'poNumber': order.name, 'trackingId': shipment.tracking_number, 'carrierName': CARRIER,
            'detailedTrackingStatus': word, 'eventTimeStampInEpochMillis': str(int(time.time() * 1000))}
            for shipment, word in zip(order.amazon_shipment_ids.sorted('id'), words, strict=True)]
        self.env['amazon.punchout.document']._store_tracking(
            order.amazon_group_id, json.dumps({'events': events}).encode())._process()

    @api.model
    def _bill(self, order, *lines, shipping=None, credited=None):
        """Receive an invoice, or a credit memo.

        :param lines: for each line its number, the quantity and the price; by default the whole order
        :param str credited: the number of the invoice of which something is credited
        :return: the `account.move`
        """
        lines = lines or [
            (line.amazon_line_number, int(line.product_qty), f'{line.price_unit:.2f}')
            for line in order._amazon_item_lines() if line.product_qty]
        lines = [(number, quantity, price, Decimal(price) * quantity) for number, quantity, price in lines]
        subtotal = sum(total for *_line, total in lines)
        return self._receive(
            order, 'invoice', lines=lines, number=f'1DEMO-{secrets.token_hex(4).upper()}', credited=credited,
            subtotal=subtotal, shipping=shipping, net=subtotal + Decimal(shipping or 0)).account_move_id
