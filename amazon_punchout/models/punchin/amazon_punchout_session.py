import re
import secrets
from contextlib import closing

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import consteq, hmac, plaintext2html

from ... import cxml
from ...const import CART, MAX_UNCLAIMED_BYTES, PUNCHIN_PATH, SETUP_REQUEST
from ...tools.durable import make_durable
from ...tools.problems import raise_problem
from ...tools.steps import stored_once


class AmazonPunchoutSessionPunchin(models.Model):
    """Carts that arrive without a trip that was started in Odoo.

    They may be posted by a stranger: they are held, and become orders only when a member of the group logs in and
    claims them.
    """
    _inherit = 'amazon.punchout.session'

    received_from = fields.Selection(
        [('browser', "Shopper's Browser"), ('server', "Amazon's Server")], readonly=True,
        help="How the cart of a Punch-in group arrived. Empty if the shopping trip started in Odoo.")
    claim_user_id = fields.Many2one(
        'res.users', "Reserved For", readonly=True, index='btree_not_null',
        help="The shopper named by Amazon. Only this user can claim the cart while they are a member of the group.")

    # Only carts that were never claimed have neither a shopper nor a location.
    _check_shopper = models.Constraint(
        "CHECK((user_id IS NOT NULL AND warehouse_id IS NOT NULL)"
        " OR (received_from IS NOT NULL AND state IN ('unclaimed', 'left', 'expired')))",
        "A shopping trip needs a shopper and a location.")
    _unclaimed_cart_uniq = models.UniqueIndex(
        "(group_id, cart_digest) WHERE state = 'unclaimed' AND cart_digest IS NOT NULL",
        "This cart has already arrived.")

    # === BY THE BROWSER === #

    @api.model
    def _hold_unsolicited_cart(self, raw, remote=None):
        """Hold a cart whose BuyerCookie we never issued.

        Anyone can post here, so only a readable cart of usual size for a Punch-in group is held, and only a limited
        number of them is in the list. Its cookie proves nothing and is not kept: the bytes tell whether the cart
        arrived before.

        :param bytes raw: the document as it came
        :param str | None remote: the address of the browser
        :return: the trip in superuser mode and None, or an empty recordset and the reason: `unknown` (no cart, or no
            Punch-in group is open), `empty`; or, which a stranger may not learn, `closed` (it was dismissed or has
            expired) or `unaddressed` (for no open Punch-in group)
        :rtype: tuple
        """
        nothing, groups = self.sudo().browse(), self.env['amazon.punchout.group']
        known, any_group = self._find_unsolicited(raw)[:1], groups._any_open_punchin_group()
        try:
            cart = cxml.read_cart(raw) if len(raw) <= MAX_UNCLAIMED_BYTES else None
        except cxml.CxmlError:
            cart = None
        if not known and not (cart and cart.buyer_cookie and any_group):
            return nothing, 'unknown'
        if not known and cart.is_empty:
            return nothing, 'empty'
        group_sudo = groups._find_by_recipient(cart.header.to)[:1] if cart else groups
        if known:
            session, reason = (nothing, 'closed') if known.state in ('left', 'expired') else (known, None)
        elif not group_sudo:
            session, reason = nothing, 'unaddressed'
        else:
            limits = self._prepare_browser_vals(group_sudo, raw, remote)
            return self._hold_cart(group_sudo, cart, raw, 'browser', **limits), None
        if cart and any_group:
            # As long as holding it takes, since the time would tell what the answer doesn't.
            with closing(self.env.cr.savepoint()):
                limits = self._prepare_browser_vals(any_group, raw, remote)
                self._hold_cart(any_group, cart, raw, 'browser', digest=secrets.token_hex(32), **limits)
        return session, reason

    @api.model
    def _find_unsolicited(self, raw):
        """Find the trips of unsolicited carts with these very bytes, of any company.

        :param bytes raw: the document as it came
        :return: the trips in superuser mode: first those with an order or still open, the latest first
        """
        return self._find_by_digest(self._hash(raw))

    @api.model
    def _find_by_digest(self, digest):
        """Find the trips of unsolicited carts by the hash of their bytes; see :meth:`_find_unsolicited`."""
        return self.sudo().search([
            ('cart_digest', '=', digest), ('received_from', '!=', False),
        ]).sorted(lambda session: session.state in ('left', 'expired'))

    # === BY AMAZON'S SERVER === #

    @api.model
    def _receive_punchin(self, groups, document, raw):
        """Accept a document of Punch-in from Amazon's server.

        :param groups: the open Punch-in groups whose secret the document had
        :param str document: SETUP_REQUEST or CART
        :param bytes raw: as it came
        :return: the trip in superuser mode; an empty recordset for an empty cart
        :raises cxml.CxmlError: the document can't be accepted
        """
        if document == SETUP_REQUEST:
            return self._receive_setup_request(groups, raw)
        return self._receive_server_cart(groups, raw)

    def _receive_setup_request(self, groups, raw):
        """Announce a cart that is to follow.

        Its BuyerCookie, of which only the hash is kept, will tell which cart it is.

        :param groups: as for :meth:`_receive_punchin`
        :param bytes raw: as it came
        :return: the trip in superuser mode
        :raises cxml.CxmlError: the document can't be accepted
        """
        setup = cxml.read_setup_request(raw)
        if known := self._find_by_cookie(setup.buyer_cookie):
            if known.group_id in groups and known.received_from:
                return known  # the same request again
            raise cxml.CxmlError('bad_value', SETUP_REQUEST, 'BuyerCookie')
        group, user = self._find_owner(groups, setup.user_email)
        session = self._create_unclaimed({
            **self._prepare_unclaimed_vals(group, 'server', user, setup.deployment_mode),
            'cookie_hash': self._hash(setup.buyer_cookie),
            'expires_at': fields.Datetime.now() + group._session_lifetime(),
        })
        session._store_punchin(SETUP_REQUEST, setup.payload_id, raw, 'processed')
        return session

    def _receive_server_cart(self, groups, raw):
        """Hold the cart that Amazon's server posts.

        :param groups: as for :meth:`_receive_punchin`
        :param bytes raw: as it came
        :return: the trip in superuser mode; an empty recordset for an empty cart
        :raises cxml.CxmlError: the document can't be accepted
        """
        cart = cxml.read_cart(raw)
        if known := self._find_by_cookie(cart.buyer_cookie):
            if known.group_id in groups and known._receive_cart(raw):
                return known
            raise cxml.CxmlError('bad_value', CART, 'BuyerCookie')
        if known := self._find_unsolicited(raw)[:1] or self._find_repeated(groups, cart.payload_id, raw):
            known._reserve_as_server_says(groups, cart)
            return known
        if cart.is_empty:
            return self.sudo().browse()
        group, user = self._find_owner(groups, cart.user_email)
        return self._hold_cart(group, cart, raw, 'server', user)

    def _find_repeated(self, groups, payload_id, raw):
        """Find the trip of a cart that Amazon's server posted before, with this payloadID and the same content.

        :param groups: as for :meth:`_receive_punchin`
        :param str | None payload_id: of the cart
        :param bytes raw: the cart as it came
        :return: the trip in superuser mode, or an empty recordset
        """
        if not payload_id:
            return self.sudo().browse()
        documents_sudo = self.env['amazon.punchout.document'].sudo().search([
            ('payload_id', '=', payload_id), ('document_type', '=', CART), ('direction', '=', 'in'),
            ('group_id', 'in', groups.ids), ('session_id.received_from', '=', 'server'),
        ])
        content = cxml.content_digest(cxml.redacted(raw)) if documents_sudo else None
        return documents_sudo.filtered(
            lambda document: document._content_digest() == content)[:1].session_id

    def _find_owner(self, groups, email):
        """Find whom a cart is reserved for.

        The answer to Amazon doesn't depend on it, so that the sender can't find out who our users are.

        :param groups: the groups that the cart may be for
        :param str | None email: of the shopper on Amazon
        :return: the only member of these groups whom Amazon knows by that email address, and the first of the groups of
            that member; if there is none or several, the first group and an empty recordset
        :rtype: tuple
        """
        users_sudo = self.env['res.users'].sudo()._amazon_find_by_email(email)
        members_by_group = [(group, users_sudo.filtered(group._is_member)) for group in groups]
        owner = users_sudo.browse().union(*(members for _group, members in members_by_group))
        if len(owner) != 1:
            return groups[0], users_sudo.browse()
        return next(group for group, members in members_by_group if members), owner

    # === HOLDING === #

    def _receive_cart(self, raw):
        """Override to hold a cart that Amazon's own setup request announced."""
        if self.state != 'unclaimed' or self.cart_digest:
            return super()._receive_cart(raw)
        try:
            cart = cxml.read_cart(raw)
        except cxml.CxmlError:
            return False
        if not self.group_id._is_open_for_punchin():
            return False
        if cart.is_empty:
            self.state = 'left'
            return True
        if not self._replace_unsolicited(self._find_unsolicited(raw)):
            return False
        self._keep_for_claim(cart, raw)
        return True

    def _replace_unsolicited(self, known):
        """Dismiss the same cart that the browser posted before Amazon announced it.

        Only the announcement tells who the cart is for, and in which of the companies with this identity.

        :param known: the trips of carts with the same bytes
        :return: whether this cart may still be held: not if one of these trips was already claimed or closed
        :rtype: bool
        """
        same = known.filtered(lambda session: session.group_id._has_identity_of(self.group_id))
        if any(session.state != 'unclaimed' for session in same):
            return False
        for session in same.with_user(SUPERUSER_ID):  # dismissed by OdooBot, not by a user
            session._dismiss_held(self._("Amazon announced the same cart, which can be claimed instead."))
        same.flush_recordset()  # the unique index allows one unclaimed cart only
        return True

    def _reserve_as_server_says(self, groups, cart):
        """Reserve a cart that the browser posted before Amazon's server did for the shopper whom the server names.

        It stays the trip that the browser was led to. Its shopper, and which of the companies with this identity it
        belongs to, only the server tells.

        :param groups: the groups that the cart may be for
        :param cxml.PunchOutOrderMessage cart: the cart from Amazon's server
        """
        is_from_browser = self.state == 'unclaimed' and self.received_from == 'browser'
        if not is_from_browser or not any(map(self.group_id._has_identity_of, groups)):
            return
        make_durable(self.env.cr)  # the server is told that it is done
        group, user = self._find_owner(groups, cart.user_email)
        vals = self._prepare_unclaimed_vals(group, 'server', user, cart.deployment_mode)
        self.write({**vals, **self._prepare_listed_vals()})
        self.document_ids.write({'group_id': group.id, 'deployment_mode': vals['deployment_mode']})
        self._notify_owner()

    def _hold_cart(self, group, cart, raw, received_from, user=None, digest=None, **vals):
        """Hold a cart until a member of its group claims it.

        :param group: the `amazon.punchout.group` that it is for
        :param cxml.PunchOutOrderMessage cart: with items
        :param bytes raw: as it came
        :param str received_from: `browser` or `server`
        :param user: the `res.users` record that it is reserved for, if any
        :param str digest: as for :meth:`_keep_for_claim`
        :param vals: more values of the trip
        :return: the trip in superuser mode
        """
        session = self._create_unclaimed(
            {**self._prepare_unclaimed_vals(group, received_from, user, cart.deployment_mode), **vals})
        session._keep_for_claim(cart, raw, digest)
        return session

    def _create_unclaimed(self, vals):
        """Create an unclaimed trip.

        :param dict vals: of :meth:`_prepare_unclaimed_vals`, and more
        :return: the trip in superuser mode
        """
        # The sender is no user of Odoo, and the chatter does not name one as its creator.
        return self.sudo().with_context(mail_create_nolog=True).create(vals).with_env(self.sudo().env)

    def _prepare_unclaimed_vals(self, group, received_from, user, deployment_mode):
        """Prepare the values of an unclaimed trip.

        :param group: the `amazon.punchout.group` that it is for
        :param str received_from: `browser` or `server`
        :param user: the `res.users` record that it is reserved for, if any
        :param str | None deployment_mode: as Amazon states it
        :rtype: dict
        """
        return {
            'group_id': group.id,
            'state': 'unclaimed',
            'received_from': received_from,
            'claim_user_id': user.id if user else False,
            'deployment_mode': 'test' if deployment_mode == 'test' else group._deployment_mode(),
        }

    def _keep_for_claim(self, cart, raw, digest=None):
        """Store a cart until it is claimed.

        :param cxml.PunchOutOrderMessage cart: with items
        :param bytes raw: as it came
        :param str digest: by which the same cart is recognised, by default the hash of its bytes
        """
        now = fields.Datetime.now()
        self._store_punchin(CART, cart.payload_id, raw, 'waiting')
        self.write({
            'cart_digest': digest or self._hash(raw), 'returned_at': now, 'expires_at': now + self._hold_time()})
        with stored_once("The same cart"):
            self.flush_recordset()
        self._notify_owner()

    def _notify_owner(self):
        """Ask the user whom the cart is reserved for, if any, to claim it."""
        if self.claim_user_id:
            session = self.with_context(lang=self.claim_user_id.lang)
            note = session.env._(
                "Amazon names you as the shopper of this cart. Claim it to turn it into a draft order, or dismiss it "
                "if nothing is to be ordered.")
            raise_problem(
                session, self.claim_user_id, session.env._("Claim your Amazon cart"), plaintext2html(note))

    def _store_punchin(self, document_type, payload_id, raw, state):
        """Store a document of this trip without its cookie.

        :param str document_type: SETUP_REQUEST or CART
        :param str | None payload_id: of the document
        :param bytes raw: as it came
        :param str state: of the stored document
        :return: the `amazon.punchout.document`
        """
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
        """Give the path of the page on which a member who is logged in finds this cart.

        It can't be guessed and grants no access. Nothing of it is stored: the database's own secret makes it.

        :rtype: str
        """
        self.ensure_one()
        return f'{PUNCHIN_PATH}?cart={self._claim_token()}'

    @api.model
    def _claim_path_of(self, raw):
        """Give the path of :meth:`_claim_path` for the bytes of a cart, whether or not it is held.

        So a stranger who posts a cart can't tell by the answer whether we know the group that it is addressed to.

        :param bytes raw: the document as it came
        :rtype: str
        """
        return f'{PUNCHIN_PATH}?cart={self._claim_token_of(self._hash(raw))}'

    def _claim_token(self):
        """Give the token of :meth:`_claim_path`.

        :rtype: str
        """
        return self._claim_token_of(self.cart_digest if self.received_from == 'browser' else self.id)

    @api.model
    def _claim_token_of(self, key):
        """Make the token of :meth:`_claim_path`.

        :param int | str key: the id of a trip, or the hash of the bytes of its cart
        :rtype: str
        """
        return f"{key}-{hmac(self.env(su=True), 'amazon_punchout.claim', key)}"

    @api.model
    def _find_by_claim_token(self, token):
        """Find the trip of a token.

        :param str token: as it came
        :return: the trip in superuser mode, or an empty recordset
        """
        key = token.partition('-')[0]
        if re.fullmatch('[0-9]{1,9}', key):
            key = int(key)
            session_sudo = self.sudo().browse(key).exists()
        elif re.fullmatch('[0-9a-f]{64}', key):
            session_sudo = self._find_by_digest(key)[:1]
        else:
            return self.sudo().browse()
        is_ours = consteq(self._claim_token_of(key), token.encode('ascii', 'replace').decode())
        return session_sudo if is_ours else session_sudo.browse()
