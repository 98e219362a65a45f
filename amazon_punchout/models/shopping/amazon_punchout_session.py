import hashlib
import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ... import cxml
from ...const import CART, HISTORY_READERS, SETUP_REQUEST
from ...tools.contradiction import Contradiction
from ...tools.found_first import found_first
from ...tools.log import log_document
from ...tools.problems import close_problem
from ...tools.sentences import Reason, sentence, sentence_of
from ...tools.steps import attempt, explain
from ...tools.voice import speaker

_logger = logging.getLogger(__name__)


class AmazonPunchoutSession(models.Model):
    """One shopping trip on Amazon, and the cart that comes back from it."""
    _name = 'amazon.punchout.session'
    _ = sentence
    _description = "Amazon Shopping Trip"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'amazon.punchout.screen']
    _order = 'id desc'
    _rec_names_search = ['group_id.name', 'user_id.name', 'search_word']

    group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='group_id.company_id', store=True, index=True, precompute=True)
    user_id = fields.Many2one('res.users', "Shopper", readonly=True, index=True, ondelete='restrict')
    warehouse_id = fields.Many2one('stock.warehouse', "Deliver To", readonly=True, ondelete='restrict')
    is_location_chosen = fields.Boolean(
        "Location Chosen by User", readonly=True,
        help="Whether a user chose the location; otherwise it is the default.")
    state = fields.Selection([
        ('started', "Shopping"),
        ('returned', "Cart Received"),
        ('done', "Order Created"),
        ('attention', "Needs Attention"),
        ('unclaimed', "Unclaimed"),
        ('left', "Closed Without Order"),
        ('expired', "Expired"),
        ('failed', "Failed to Start"),
    ], "Status", default='started', required=True, readonly=True, index=True)
    deployment_mode = fields.Selection(
        [('test', "Test"), ('production', "Live")], "Mode", required=True, readonly=True)
    cookie_hash = fields.Char(copy=False, readonly=True, index=True, groups='base.group_system', exportable=False)
    cart_digest = fields.Char(
        copy=False, readonly=True, index='btree_not_null', groups='base.group_system', exportable=False)
    start_page_url = fields.Char(
        "Start Page URL", copy=False, readonly=True, groups='base.group_system', exportable=False)
    remote_address = fields.Char(
        "Network Address", copy=False, readonly=True, groups=HISTORY_READERS,
        help="The address from which the shopper started the trip.")
    expires_at = fields.Datetime("Expires On", readonly=True)
    returned_at = fields.Datetime(
        "Cart Received On", readonly=True, help="Amazon holds the prices of the cart for 7 days from then on.")
    search_word = fields.Char(readonly=True)
    started_from_id = fields.Many2one(
        'purchase.order', readonly=True, index='btree_not_null', ondelete='set null')
    started_from_name = fields.Char("Started From Order", readonly=True)
    purchase_order_id = fields.Many2one(
        'purchase.order', readonly=True, index='btree_not_null', ondelete='set null')
    document_ids = fields.One2many('amazon.punchout.document', 'session_id', "Documents")
    problem = Reason(readonly=True, help="What went wrong, and who can fix it.")
    is_unusable = fields.Boolean(
        "Unusable Cart", readonly=True,
        help="The cart contradicts itself or can't be read, so no order can be created from it.")
    may_retry = fields.Boolean("Can Retry", compute='_compute_may_retry')

    # The filter Problems, in the order of the list.
    _problem_idx = models.Index("(id) WHERE state IN ('attention', 'failed')")
    # The filter Started On, and what the groupings of the list count without reading the trips.
    _started_idx = models.Index("(create_date, id) INCLUDE (company_id, group_id, state, is_listed)")

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override of `base` to look up first whom or what a text means."""
        return super()._search(found_first(self, domain), *args, **kwargs)

    @api.depends('create_date', 'user_id', 'group_id')
    def _compute_display_name(self):
        for session in self:
            session.display_name = self.env._(
                "%(group)s, %(user)s, %(date)s", group=session.group_id.name,
                user=session.user_id.sudo().name or self.env._("unclaimed"),
                date=fields.Date.to_string(session.create_date) or "")

    @api.depends('state', 'is_unusable', 'document_ids.state', 'group_id.responsible_id')
    @api.depends_context('uid')
    def _compute_may_retry(self):
        for session in self:
            session.may_retry = (
                session.state in ('attention', 'expired') and not session.is_unusable and bool(session._kept_cart())
                and session._may_resolve())

    def _message_compute_author(self, author_id=None, email_from=None):
        """Override of `mail` to have Amazon's vendor speak where no person does."""
        if author_id is None and email_from is None and len(self) == 1:
            author_id, email_from = speaker(self, self.group_id.sudo().partner_id, self.company_id)
        return super()._message_compute_author(author_id, email_from)

    def _may_resolve(self):
        """Tell whether the current user may create orders from kept carts, and dismiss carts of others.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.sudo().group_id.responsible_id == self.env.user
            or self.env.user.has_group('amazon_punchout.group_administrator')
            or self.env.user.has_group('purchase.group_purchase_manager'))

    # === RECEIVING THE CART === #

    @api.model
    def _hash(self, text):
        """Hash what may not be stored itself.

        :param str | bytes text: a BuyerCookie, or the bytes of a cart
        :rtype: str
        """
        return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()

    @api.model
    def _find_by_cookie(self, cookie):
        """Find the trip of a BuyerCookie.

        It needs no lock: every cart that is accepted is written on its trip, so that of two requests with one cookie
        the second can't be serialized. Odoo then repeats it, and it finds the order of the first.

        :param str | None cookie: as it came; None finds nothing
        :return: the trip in superuser mode, or an empty recordset
        """
        if not cookie:
            return self.sudo().browse()
        return self.sudo().search_fetch([('cookie_hash', '=', self._hash(cookie))])

    def _may_receive(self):
        """Tell whether a cart may still arrive for the shopper of this trip.

        :rtype: bool
        """
        self.ensure_one()
        return self.group_id.active and self.group_id.state != 'draft' and self.group_id._is_member(self.user_id)

    def _receive_cart(self, raw):
        """Accept the cart that the shopper's browser posted: store it, then create its order.

        Nothing here may raise because of the cart: the records that tell of the failure would be rolled back.

        :param bytes raw: the document as it came
        :return: whether it was accepted; a cookie that is used with another document, or whose shopper may no longer
            shop, changes nothing
        :rtype: bool
        """
        self.ensure_one()
        digest = self._hash(raw)
        if self.cart_digest:
            return self.cart_digest == digest
        if self.state not in ('started', 'expired') or not self._may_receive():
            return False
        now = fields.Datetime.now()
        session = self.with_context(lang=self.user_id.lang)  # the shopper reads what is written here
        cart, problem = session._read_cart(raw)
        document = self._store_cart(raw, cart and cart.payload_id)
        # Written once, together with the outcome.
        arrival = {'cart_digest': digest, 'returned_at': now}
        if problem:
            session._keep(document, problem, is_unusable=True, **arrival)
        elif cart.is_empty:
            document.state = 'processed'
            self.write({**arrival, 'state': 'left'})
        elif self.expires_at < now:
            session._keep(document, self._(
                "The cart arrived more than %(hours)s hours after the shopping trip had started, so no order was "
                "created. The cart is kept: %(person)s can press Retry to create the order.",
                hours=self.group_id.session_hours, person=self.group_id._responsible_name()),
                state='expired', **arrival)
        else:
            session._make_order(document, cart, now, **arrival)
        return True

    def _store_cart(self, raw, payload_id):
        """Store a cart without its cookie.

        :param bytes raw: the document as it came
        :param str | None payload_id: its payloadID, if it can be read
        :return: the `amazon.punchout.document`
        """
        return self.env['amazon.punchout.document'].create({
            'direction': 'in',
            'document_type': CART,
            'payload_id': payload_id,
            'group_id': self.group_id.id,
            'company_id': self.company_id.id,
            'session_id': self.id,
            'deployment_mode': self.deployment_mode,
            'state': 'received',
            'body': cxml.redacted(raw),
        })

    def _read_cart(self, raw):
        """Read a cart.

        :param bytes raw: the document, with or without its cookie
        :return: the cart or None, and what is wrong with it or None
        :rtype: tuple[cxml.PunchOutOrderMessage | None, str | None]
        """
        try:
            return cxml.read_cart(raw), None
        except cxml.CxmlError as error:
            return None, self._explain(error)

    def _make_order(self, document, cart, received_at, **vals):
        """Create the order of a stored cart, or keep the cart with the reason why there is no order.

        :param document: the stored `amazon.punchout.document`
        :param cxml.PunchOutOrderMessage cart: what is in it
        :param datetime received_at: when it arrived
        :param vals: more values of the trip, written in either case
        """
        self.ensure_one()
        session = self._as_shopper()
        what = f"Amazon shopping trip {self.id}"
        order, error = attempt(
            self.env, lambda: session.env['amazon.punchout.cart']._import(session, cart, received_at),
            f"The cart of {what} could not be imported")
        if not error:
            document.write({'state': 'processed', 'purchase_order_id': order.id, 'reason': False})
            self.write({**vals, 'state': 'done', 'purchase_order_id': order.id, 'problem': False})
            self._record_trip(order.with_env(self.env), document)
        elif isinstance(error, Contradiction):
            self._keep(document, self._(
                "%(reason)s The cart contradicts itself, so no order can be created from it.\n%(advice)s",
                reason=sentence_of(error), advice=self._new_cart_advice()), is_unusable=True, **vals)
        else:
            self._keep(document, self._(
                "%(reason)s\nThe cart is kept: %(person)s can fix this and then press Retry to create the order.",
                reason=explain(self.env, error, what), person=self.group_id._responsible_name()), **vals)

    def _record_trip(self, order, document):
        """Begin the history of an order with what happened before there was an order.

        :param order: the new `purchase.order`
        :param document: the stored cart
        """
        setup = self.env['amazon.punchout.document'].search_fetch([
            ('session_id', '=', self.id), ('document_type', '=', SETUP_REQUEST), ('direction', '=', 'out')], limit=1)
        event = order._amazon_prepare_event
        user = self.env.user if self.env.user._is_internal() and not self.env.user._is_superuser() else self.user_id
        self.env['amazon.punchout.trail']._append([
            *([event('started', setup, user=self.user_id, moment=self.create_date, address=self.remote_address,
                     trip=self.id, deliver_to=self.warehouse_id.name)] if setup else []),
            # The browser is not logged in: the BuyerCookie, which only the shopper's trip has, tells who it is.
            event('returned', document, user=self.user_id if setup else self.user_id.browse(),
                  moment=document.create_date, address=document.remote_address, trip=self.id),
            *([] if setup else [event('claimed', document, user=user)]),
            event('created', user=user, total=order._amazon_total_text(), cart=order.amazon_cart_ref),
        ])

    def _make_order_of(self, document):
        """Create the order of a cart that was stored before.

        :param document: the stored `amazon.punchout.document`
        :return: an action that shows the order, or the trip that tells why there is none
        :rtype: dict
        """
        self.ensure_one()
        started = time.monotonic()
        cart, problem = self._read_cart(document._get_body())
        if problem:
            self._keep(document, problem, is_unusable=True)
        else:
            self._make_order(document, cart, self.returned_at)
        log_document(
            _logger, 'processed', document.document_type, document.payload_id, order=self.purchase_order_id,
            outcome=document.state, started=started)
        if self.purchase_order_id:
            return self.purchase_order_id.action_open_business_doc()
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'views': [(False, 'form')],
        }

    def _as_shopper(self):
        """Give this trip the rights and the language of its shopper, in the group's company.

        :return: the trip
        """
        user = self.user_id
        return self.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=self.company_id.ids)

    # === ACTIONS === #

    def action_retry(self):
        """Create the order of a kept cart after its problem has been fixed.

        For the person responsible for the group, Amazon administrators and purchase managers; the order is created in
        the shopper's name.

        :return: an action that shows the order, or the trip that tells why there is none
        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        session_sudo = self.sudo()  # no user may write trips; the rights are checked here
        if not self._may_resolve():
            raise UserError(self.env._(
                "Only purchase managers, Amazon administrators and the person responsible for the group can create "
                "orders from kept carts."))
        self.flush_recordset(['state'])
        rows = self.env.execute_query(SQL(
            "SELECT state FROM amazon_punchout_session WHERE id = %s FOR UPDATE", self.id))
        document = session_sudo._kept_cart()
        if rows[0][0] not in ('attention', 'expired') or not document:
            raise UserError(self.env._("There is no cart to create an order from."))
        if not session_sudo._may_receive():
            raise UserError(self.env._(
                "%(user)s can't shop with the Amazon group %(group)s at the moment. Check the status and the members "
                "of the group.",
                user=session_sudo.user_id.name, group=session_sudo.group_id.name))
        session_sudo.message_post(body=self.env._("Retry pressed."), author_id=self.env.user.partner_id.id)
        action = session_sudo._make_order_of(document)
        if session_sudo.purchase_order_id:
            close_problem(session_sudo)
        return action

    # === THE STORED CART === #

    def _shown_cart(self):
        """Find the stored cart of this trip whose items are shown; other rooms show more.

        :return: an `amazon.punchout.document`, or an empty recordset
        """
        document = self._kept_cart()
        return document if document and not document.body_expired_at else document.browse()

    def _cart_document(self):
        """Find the stored cart of this trip, if one has arrived.

        :return: an `amazon.punchout.document`, or an empty recordset
        """
        return self.document_ids.filtered(lambda document: document.document_type == CART)[:1]

    @api.autovacuum
    def _expire_started(self):
        """Close the trips from which no cart came back in time; a cart that arrives later is still kept."""
        self.sudo().search([('state', '=', 'started'), ('expires_at', '<', fields.Datetime.now())]).state = 'expired'
