import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html

from ... import cxml
from ...tools.problems import close_problem, raise_problem
from ...tools.steps import attempt


class AmazonPunchoutSession(models.Model):
    _name = 'amazon.punchout.session'
    _description = "Amazon Shopping Trip"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'id desc'
    _rec_names_search = ['group_id.name', 'user_id.name', 'search_word']

    group_id = fields.Many2one('amazon.punchout.group', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='group_id.company_id', store=True, index=True, precompute=True)
    user_id = fields.Many2one('res.users', "Shopper", readonly=True, index=True, ondelete='restrict')
    warehouse_id = fields.Many2one('stock.warehouse', "Deliver To", readonly=True, ondelete='restrict')
    is_location_chosen = fields.Boolean(readonly=True, help="A person chose where to deliver; otherwise it is a default.")
    state = fields.Selection([
        ('started', "Shopping"),
        ('returned', "Cart Received"),
        ('done', "Cart Received"),
        ('attention', "Needs Attention"),
        ('unclaimed', "Unclaimed"),
        ('left', "Left Without Buying"),
        ('expired', "Expired"),
        ('failed', "Could Not Start"),
    ], default='started', required=True, readonly=True, index=True)
    deployment_mode = fields.Selection(
        [('test', "Test"), ('production', "Live")], required=True, readonly=True)
    cookie_hash = fields.Char(copy=False, readonly=True, index=True, groups='base.group_system', exportable=False)
    cart_digest = fields.Char(copy=False, readonly=True, index='btree_not_null', groups='base.group_system', exportable=False)
    start_page_url = fields.Char(copy=False, readonly=True, groups='base.group_system', exportable=False)
    expires_at = fields.Datetime(readonly=True)
    returned_at = fields.Datetime("Cart Received", readonly=True, help="Amazon holds the prices from then on.")
    search_word = fields.Char(readonly=True)
    started_from_id = fields.Many2one(
        'purchase.order', "Started From", readonly=True, index='btree_not_null', ondelete='set null')
    started_from_name = fields.Char(readonly=True)
    purchase_order_id = fields.Many2one(
        'purchase.order', "Order", readonly=True, index='btree_not_null', ondelete='set null')
    document_ids = fields.One2many('amazon.punchout.document', 'session_id')
    problem = fields.Text(readonly=True, help="What went wrong, and who can mend it.")
    may_retry = fields.Boolean(compute='_compute_may_retry')

    @api.depends('create_date', 'user_id', 'group_id')
    def _compute_display_name(self):
        for session in self:
            session.display_name = self.env._(
                "%(group)s, %(user)s, %(date)s", group=session.group_id.name,
                user=session.user_id.sudo().name or self.env._("unclaimed"),
                date=fields.Date.to_string(session.create_date) or "")

    @api.depends('state', 'document_ids.state', 'group_id.responsible_id')
    @api.depends_context('uid')
    def _compute_may_retry(self):
        for session in self:
            session.may_retry = (
                session.state in ('attention', 'expired') and bool(session._kept_cart()) and session._may_mend())

    def _may_mend(self):
        """Tell whether the current user may make orders of kept carts.

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
        """:param text: str or bytes
        :return: what is stored in its place
        :rtype: str
        """
        return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()

    @api.model
    def _find_by_cookie(self, cookie):
        """Find the trip of a BuyerCookie.

        It needs no lock: every cart that is taken is written on its trip, so that of two requests with one cookie the
        second can't be serialized. Odoo repeats it then, and it finds the order of the first.

        :param str cookie: as it came; None finds nothing
        :return: the trip in superuser mode, or an empty recordset
        """
        if not cookie:
            return self.sudo().browse()
        return self.sudo().search_fetch([('cookie_hash', '=', self._hash(cookie))])

    def _may_receive(self):
        """Tell whether the shopper of this trip may still hand in a cart.

        :rtype: bool
        """
        self.ensure_one()
        return self.group_id.active and self.group_id.state != 'draft' and self.group_id._is_member(self.user_id)

    def _receive_cart(self, raw):
        """Take the cart that the shopper's browser brought: store it, then make an order of it.

        Nothing here may raise because of the cart: what is stored tells of the failure and would be rolled back.

        :param bytes raw: the document as it came
        :return: whether it was taken; a cookie that is used with another document, or whose shopper may not shop any
            more, is refused and changes nothing
        :rtype: bool
        """
        self.ensure_one()
        digest = self._hash(raw)
        if self.cart_digest:
            return self.cart_digest == digest
        if self.state not in ('started', 'expired') or not self._may_receive():
            return False
        now = fields.Datetime.now()
        session = self.with_context(lang=self.user_id.lang)  # what is said here is said to the shopper
        cart, problem = session._read_cart(raw)
        document = self.env['amazon.punchout.document'].create({
            'direction': 'in',
            'document_type': 'PunchOutOrderMessage',
            'payload_id': cart and cart.payload_id,
            'group_id': self.group_id.id,
            'company_id': self.company_id.id,
            'session_id': self.id,
            'deployment_mode': self.deployment_mode,
            'state': 'received',
            'body': cxml.redacted(raw),
        })
        # Written once, with what becomes of the cart.
        arrival = {'cart_digest': digest, 'returned_at': now}
        if problem:
            session._keep(document, problem, **arrival)
        elif cart.is_empty:
            document.state = 'processed'
            self.write({**arrival, 'state': 'left'})
        elif self.expires_at < now:
            session._keep(document, self.env._(
                "The cart came back after more than %(hours)s hours of shopping, so it is no order yet. It is kept: "
                "%(person)s can make the order with Retry.",
                hours=self.group_id.session_hours, person=self.group_id._responsible_name()),
                state='expired', **arrival)
        else:
            session._make_order(document, cart, now, **arrival)
        return True

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
        """Make the order of a stored cart, or keep the cart with a sentence that says why not.

        :param document: the stored `amazon.punchout.document`
        :param cxml.PunchOutOrderMessage cart: what is in it
        :param datetime received_at: when it came
        :param vals: to be written on the trip in either case
        """
        self.ensure_one()
        session = self._as_shopper()
        order, error = attempt(
            self.env, lambda: session.env['amazon.punchout.cart']._import(session, cart, received_at),
            f"The cart of Amazon shopping trip {self.id} could not be imported")
        if not error:
            document.write({'state': 'processed', 'purchase_order_id': order.id, 'reason': False})
            self.write({**vals, 'state': 'done', 'purchase_order_id': order.id, 'problem': False})
        elif isinstance(error, UserError):
            self._keep(document, self.env._(
                "%(reason)s\nThe whole cart is kept. %(person)s can mend this and then make the order with Retry.",
                reason=error, person=self.group_id._responsible_name()), **vals)
        else:
            self._keep(document, self.env._(
                "The cart could not be made an order because of an error in Odoo. It is kept; an administrator finds "
                "the error in the server's log under shopping trip %s.", self.id), **vals)

    def _make_order_of(self, document):
        """Make the order of a cart that was stored before.

        :param document: the stored `amazon.punchout.document`
        :return: an action that shows the order, or the trip that says why there is none
        :rtype: dict
        """
        self.ensure_one()
        cart, problem = self._read_cart(document._get_body())
        if problem:
            self._keep(document, problem)
        else:
            self._make_order(document, cart, self.returned_at)
        if self.purchase_order_id:
            return self.purchase_order_id.action_open_business_doc()
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'views': [(False, 'form')],
        }

    def _as_shopper(self):
        """:return: this trip with the rights and the language of its shopper, in the group's company"""
        user = self.user_id
        return self.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=self.company_id.ids)

    def _explain(self, error):
        """Translate an error of the codec.

        :param cxml.CxmlError error: what is wrong with the cart
        :rtype: str
        """
        if error.kind in cxml.PARSER_ERRORS:
            return self.env._(
                "What came back from Amazon is not a readable cart (%(problem)s). As it may contain secrets, only its length and "
                "digest are kept. Start shopping again; if this happens again, ask %(person)s.",
                problem=error, person=self.group_id._responsible_name())
        sentence = {
            'missing': self.env._("Amazon's cart lacks %(element)s.", element=error.element),
            'bad_value': self.env._(
                "Amazon's cart has “%(value)s” in %(element)s, which can't be.",
                value=error.value, element=error.element),
            'mixed_currency': self.env._("Amazon's cart mixes currencies (%(value)s).", value=error.value),
        }.get(error.kind, self.env._("What came back from Amazon is not a readable cart (%s).", error))
        return self.env._(
            "%(sentence)s What came is kept; %(person)s can look at it.",
            sentence=sentence, person=self.group_id._responsible_name())

    def _keep(self, document, problem, state='attention', **vals):
        """Keep a cart that makes no order and tell the one who can mend it.

        :param document: the stored cart
        :param str problem: what is wrong and who can mend it
        :param str state: `attention` or `expired`
        :param vals: to be written on the trip besides
        """
        document.write({'state': 'attention', 'reason': problem})
        self.write({**vals, 'state': state, 'problem': problem})
        raise_problem(
            self, self.group_id._told_person(self.user_id), self.env._("An Amazon cart needs attention"), plaintext2html(problem))

    # === ACTIONS === #

    def action_retry(self):
        """Make the order of a kept cart, after what was in its way has been mended.

        For the one who is responsible for the group, the administrators of the addon and the purchase managers; the
        order is made in the shopper's name.
        """
        self.ensure_one()
        self.check_access('read')
        session_sudo = self.sudo()  # trips are written by the addon only; the rights are checked here
        if not self._may_mend():
            raise UserError(self.env._("Only purchase managers and Amazon administrators make orders of kept carts."))
        self.flush_recordset(['state'])
        rows = self.env.execute_query(SQL(
            "SELECT state FROM amazon_punchout_session WHERE id = %s FOR UPDATE", self.id))
        document = session_sudo._kept_cart()
        if rows[0][0] not in ('attention', 'expired') or not document:
            raise UserError(self.env._("There is no cart to make an order of."))
        if not session_sudo._may_receive():
            raise UserError(self.env._(
                "%(user)s may not shop with the Amazon group %(group)s now: see the group's state and its members.",
                user=session_sudo.user_id.name, group=session_sudo.group_id.name))
        session_sudo.message_post(body=self.env._("Retry pressed."), author_id=self.env.user.partner_id.id)
        action = session_sudo._make_order_of(document)
        if session_sudo.purchase_order_id:
            close_problem(session_sudo)
        return action

    def _dismiss_cart(self, document, reason):
        """Put the cart of this trip aside: no order will come of it.

        :param document: the stored cart
        :param str reason: why
        """
        self.ensure_one()
        document.write({
            'state': 'dismissed', 'dismissed_by_id': self.env.uid, 'dismissed_at': fields.Datetime.now(),
            'dismiss_reason': reason})
        self._close_dismissed(reason)

    def _close_dismissed(self, reason):
        """Close the trip whose kept cart somebody has dismissed: no order will come of it.

        :param str reason: why
        """
        for session in self:
            session.write({'state': 'left', 'problem': False})  # which says that somebody can make the order
            session.message_post(body=self.env._("The cart was dismissed: %s", reason))
        close_problem(self)

    def _dismiss_reason(self):
        """:return: why the cart of this trip was put aside; False if there is none, or something has become of it
        :rtype: str | bool
        """
        self.ensure_one()
        return self.document_ids.filtered(
            lambda document: document.document_type == 'PunchOutOrderMessage' and document.state == 'dismissed',
        )[:1].dismiss_reason

    def _kept_cart(self):
        """:return: the stored document of this trip that is no order yet, or an empty recordset"""
        self.ensure_one()
        return self.document_ids.filtered(
            lambda document: document.document_type == 'PunchOutOrderMessage' and document.state == 'attention')[:1]

    @api.autovacuum
    def _expire_started(self):
        """Close the trips that nobody came back from; a cart that comes later is still kept."""
        self.sudo().search([('state', '=', 'started'), ('expires_at', '<', fields.Datetime.now())]).state = 'expired'
