from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import consteq, hmac, plaintext2html

from ... import cxml
from ...const import CART, HOLD_DAYS, MAX_UNCLAIMED, MAX_UNCLAIMED_BYTES, PUNCHIN_PATH, SETUP_REQUEST
from ...tools.problems import raise_problem


class AmazonPunchoutSessionPunchin(models.Model):
    """Carts that come without a trip that was started here.

    Whoever posts one is nobody that we know: it is held, and becomes an order only when a member of its group, logged in,
    claims it.
    """
    _inherit = 'amazon.punchout.session'

    came_by = fields.Selection(
        [('browser', "The Shopper's Browser"), ('server', "Amazon's Server")], readonly=True,
        help="How a cart came that was put together on Amazon first. Empty: the trip started here.")
    claim_user_id = fields.Many2one(
        'res.users', "Held For", readonly=True, index='btree_not_null',
        help="Whom Amazon names as the shopper: nobody else may claim the cart while they are a member of the group.")

    # A trip has a shopper and a place; what nobody has claimed yet, or ever, has not.
    _check_shopper = models.Constraint(
        "CHECK((user_id IS NOT NULL AND warehouse_id IS NOT NULL)"
        " OR (came_by IS NOT NULL AND state IN ('unclaimed', 'left', 'expired')))",
        "A shopping trip needs a shopper and a location.")
    _unclaimed_cart_uniq = models.UniqueIndex(
        "(group_id, cart_digest) WHERE state = 'unclaimed' AND cart_digest IS NOT NULL", "This cart came already.")

    # === BY THE BROWSER === #

    @api.model
    def _take_unasked_cart(self, raw):
        """Hold a cart whose BuyerCookie we never issued.

        Anybody can post here, so only a readable cart of usual size for a Punch-in group is held, and not too many. Its
        cookie proves nothing and isn't kept: the bytes tell whether it came before.

        :param bytes raw: the document as it came
        :return: the trip in superuser mode, or an empty recordset and why: 'refused', 'left' (it is empty) or 'full'
        :rtype: tuple
        """
        nothing = self.sudo().browse()
        if known := self._find_unasked(raw)[:1]:
            return (nothing, 'refused') if known.state in ('left', 'expired') else (known, None)
        if len(raw) > MAX_UNCLAIMED_BYTES:
            return nothing, 'refused'
        try:
            cart = cxml.read_cart(raw)
        except cxml.CxmlError:
            return nothing, 'refused'
        group_sudo = self.env['amazon.punchout.group']._find_by_recipient(cart.header.to)[:1]
        if not group_sudo or not cart.buyer_cookie:
            return nothing, 'refused'
        if cart.is_empty:
            return nothing, 'left'
        if self.sudo().search_count([
            ('group_id', '=', group_sudo.id), ('state', '=', 'unclaimed'), ('came_by', '=', 'browser'),
        ], limit=MAX_UNCLAIMED) >= MAX_UNCLAIMED:
            return nothing, 'full'
        return self._hold_cart(group_sudo, cart, raw, 'browser'), None

    @api.model
    def _find_unasked(self, raw):
        """:return: the trips of carts that came with these very bytes, of any company, in superuser mode: those of which
            something has become or may become first, then the latest
        """
        return self.sudo().search([('cart_digest', '=', self._hash(raw)), ('came_by', '!=', False)]).sorted(
            lambda session: session.state in ('left', 'expired'))

    # === BY AMAZON'S SERVER === #

    @api.model
    def _take_punchin(self, groups, document, raw):
        """Take what Amazon's server says of somebody who has shopped there.

        :param groups: the `amazon.punchout.group` records that take Punch-in and whose secret it had
        :param str document: SETUP_REQUEST or CART
        :param bytes raw: as it came
        :return: the trip in superuser mode; an empty recordset for an empty cart
        :raises cxml.CxmlError: it can't be taken
        """
        return self._take_setup(groups, raw) if document == SETUP_REQUEST else self._take_cart_of_server(groups, raw)

    def _take_setup(self, groups, raw):
        """Let somebody in whose cart is to follow; its BuyerCookie, of which the hash is kept, tells which one it is."""
        setup = cxml.read_setup_request(raw)
        if known := self._find_by_cookie(setup.buyer_cookie):
            if known.group_id in groups and known.came_by:
                return known  # Amazon asks again
            raise cxml.CxmlError('bad_value', SETUP_REQUEST, 'BuyerCookie')
        group, user = self._find_owner(groups, setup.user_email)
        session = self._create_unclaimed({
            **self._prepare_unclaimed_vals(group, 'server', user, setup.deployment_mode),
            'cookie_hash': self._hash(setup.buyer_cookie),
            'expires_at': fields.Datetime.now() + group._session_lifetime(),
        })
        session._store_punchin(SETUP_REQUEST, setup.payload_id, raw, 'processed')
        return session

    def _take_cart_of_server(self, groups, raw):
        cart = cxml.read_cart(raw)
        if known := self._find_by_cookie(cart.buyer_cookie):
            if known.group_id in groups and known._receive_cart(raw):
                return known
            raise cxml.CxmlError('bad_value', CART, 'BuyerCookie')
        if known := self._find_unasked(raw)[:1] or self._find_repeated(groups, cart.payload_id):
            known._follow_server(groups, cart)
            return known
        if cart.is_empty:
            return self.sudo().browse()
        group, user = self._find_owner(groups, cart.user_email)
        return self._hold_cart(group, cart, raw, 'server', user)

    def _find_repeated(self, groups, payload_id):
        """:return: the trip of a cart that came with this payloadID, or an empty recordset"""
        documents_sudo = self.env['amazon.punchout.document'].sudo()
        return documents_sudo.search([
            ('payload_id', '=', payload_id), ('document_type', '=', CART), ('direction', '=', 'in'),
            ('group_id', 'in', groups.ids), ('session_id.came_by', '=', 'server'),
        ], limit=1).session_id if payload_id else self.sudo().browse()

    def _find_owner(self, groups, email):
        """Find for whom a cart is held. What is answered doesn't depend on it, so that nobody learns who is here.

        :param groups: that it may be for
        :param str | None email: of the shopper on Amazon
        :return: the group and the one member of it with that e-mail; the first group and nobody, if there are none or several
        :rtype: tuple
        """
        users_sudo = self.env['res.users'].sudo()._amazon_find_by_email(email)
        for group in groups:
            members = users_sudo.filtered(group._is_member)
            if len(members) == 1:
                return group, members
        return groups[0], users_sudo.browse()

    # === HOLDING === #

    def _receive_cart(self, raw):
        if self.state != 'unclaimed' or self.cart_digest:
            return super()._receive_cart(raw)
        # A cart that was announced by Amazon's own request.
        try:
            cart = cxml.read_cart(raw)
        except cxml.CxmlError:
            return False
        if not self.group_id._is_open_for_punchin():
            return False
        if cart.is_empty:
            self.state = 'left'
            return True
        if not self._take_place_of(self._find_unasked(raw)):
            return False
        self._keep_for_claim(cart, raw)
        return True

    def _take_place_of(self, known):
        """The browser may have brought the same cart before Amazon announced it: who it is for, and in which of the companies
        with this identity, is known only now.

        :param known: the trips of carts of the same bytes
        :return: whether this cart may still be held; not one of which something has become already
        :rtype: bool
        """
        same = known.filtered(lambda session: session.group_id._has_identity_of(self.group_id))
        if any(session.state != 'unclaimed' for session in same):
            return False
        for session in same.with_user(SUPERUSER_ID):  # no person has done it
            session._dismiss_held(self.env._("Amazon announced the same cart: it waits in the name of its shopper."))
        same.flush_recordset()  # two unclaimed ones are refused
        return True

    def _follow_server(self, groups, cart):
        """The browser may have brought the same cart before Amazon's server: it stays where the browser was led, but whose it
        is, and in which of the companies with this identity, the server tells.

        :param groups: that it may be for
        :param cxml.PunchOutOrderMessage cart: what the server brought
        """
        if self.state != 'unclaimed' or self.came_by != 'browser' or not any(map(self.group_id._has_identity_of, groups)):
            return
        group, user = self._find_owner(groups, cart.user_email)
        vals = self._prepare_unclaimed_vals(group, 'server', user, cart.deployment_mode)
        self.write(vals)
        self.document_ids.write({'group_id': group.id, 'deployment_mode': vals['deployment_mode']})
        self._tell_owner()

    def _hold_cart(self, group, cart, raw, came_by, user=None):
        """:param group: the `amazon.punchout.group` that it is for
        :param cxml.PunchOutOrderMessage cart: with items
        :param bytes raw: as it came
        :param str came_by: `browser` or `server`
        :param user: the `res.users` record whom it is held for, if any
        :return: the trip, in superuser mode
        """
        session = self._create_unclaimed(self._prepare_unclaimed_vals(group, came_by, user, cart.deployment_mode))
        session._keep_for_claim(cart, raw)
        return session

    def _create_unclaimed(self, vals):
        # Who posts is nobody in Odoo, and isn't named as the one who has made it.
        return self.sudo().with_context(mail_create_nolog=True).create(vals).with_env(self.sudo().env)

    def _prepare_unclaimed_vals(self, group, came_by, user, deployment_mode):
        return {
            'group_id': group.id,
            'state': 'unclaimed',
            'came_by': came_by,
            'claim_user_id': user.id if user else False,
            'deployment_mode': 'test' if deployment_mode == 'test' else group._deployment_mode(),
        }

    def _keep_for_claim(self, cart, raw):
        """Store a cart until somebody claims it."""
        now = fields.Datetime.now()
        self._store_punchin(CART, cart.payload_id, raw, 'waiting')
        self.write({
            'cart_digest': self._hash(raw), 'returned_at': now, 'expires_at': now + timedelta(days=HOLD_DAYS)})
        try:
            self.flush_recordset()
        except psycopg2.errors.UniqueViolation as error:
            # The same cart at the same moment. Odoo repeats the request, which finds it then.
            raise ConcurrencyError("The same cart came twice at once") from error
        self._tell_owner()

    def _tell_owner(self):
        """Ask whom the cart is held for, if anybody, to claim it."""
        if self.claim_user_id:
            session = self.with_context(lang=self.claim_user_id.lang)
            raise_problem(session, self.claim_user_id, session.env._("Claim your Amazon cart"), plaintext2html(session.env._(
                "Amazon says that you have put this cart together. Claim it, and it becomes a draft order; dismiss it, and "
                "nothing is ordered.")))

    def _store_punchin(self, document_type, payload_id, raw, state):
        return self.env['amazon.punchout.document'].sudo().create({
            'direction': 'in',
            'document_type': document_type,
            'payload_id': payload_id,
            'group_id': self.group_id.id,
            'company_id': self.company_id.id,
            'session_id': self.id,
            'deployment_mode': self.deployment_mode,
            'state': state,
            'body': cxml.redacted(raw),
        })

    # === LINKS === #

    def _claim_path(self):
        """:return: the address of our page on which a member, logged in, finds this cart. It can't be guessed and lets nobody
            in; nothing of it is stored, since the database's own secret makes it
        :rtype: str
        """
        self.ensure_one()
        return f'{PUNCHIN_PATH}?cart={self._claim_token()}'

    def _claim_token(self):
        return f"{self.id}-{hmac(self.env(su=True), 'amazon_punchout.claim', self.id)}"

    @api.model
    def _find_by_claim_token(self, token):
        """:param str token: as it came
        :return: the trip in superuser mode, or an empty recordset
        """
        number = token.partition('-')[0]
        session_sudo = self.sudo().browse(int(number) if number.isascii() and number.isdigit() and len(number) < 10 else ())
        if session_sudo.exists() and consteq(session_sudo._claim_token(), token.encode('ascii', 'replace').decode()):
            return session_sudo
        return session_sudo.browse()
