from collections import Counter, defaultdict
from datetime import timedelta
from ipaddress import ip_address

from odoo import api, fields, models
from odoo.tools import config, hmac

from ...const import (
    CART,
    HOLD_DAYS,
    MAX_UNCLAIMED,
    MAX_UNCLAIMED_OF_SENDER,
    MAX_UNLISTED,
    MAX_UNLISTED_BYTES,
    UNLISTED_MINUTES,
)
from ...tools.senders import sender_address, sender_network


class AmazonPunchoutSessionUnlisted(models.Model):
    """Limits of the unclaimed carts that browsers post, and the carts beyond these limits.

    Strangers may fill the list, but not keep out a shopper: a cart beyond the limits is held for a short time without
    being in the list, and the browser that posted it is led to it by its token. The oldest carts of the sender with the
    most of them make room for new ones.
    """
    _inherit = 'amazon.punchout.session'

    is_listed = fields.Boolean(
        "In the List", default=True, readonly=True, copy=False,
        help="Whether the members of the group see the unclaimed cart. Otherwise only the browser that posted it finds "
             "it.")
    sender_hash = fields.Char(copy=False, readonly=True, groups='base.group_system', exportable=False)
    cart_size = fields.Integer(copy=False, readonly=True, groups='base.group_system', exportable=False)

    # === LIMITS === #

    @api.model
    def _hash_of_sender(self, remote):
        """Give what stands for a sender, from which no one reads the address.

        A proxy of one's own network that Odoo isn't told of (`proxy_mode`) has sent what all senders sent: then nothing
        is known of them.

        :param str | None remote: the address of the sender
        :return: empty for an unknown sender
        :rtype: str
        """
        address = sender_address(remote)
        if not address or (not config['proxy_mode'] and ip_address(address).is_private):
            return ''
        return hmac(self.env(su=True), 'amazon_punchout.sender', sender_network(address))

    @api.model
    def _prepare_browser_vals(self, group, raw, remote):
        """Prepare the values of a cart that a browser posts, in the list or, beyond the limits, without being in it.

        :param group: the `amazon.punchout.group` that it is for
        :param bytes raw: as it came
        :param str | None remote: the address of the sender
        :rtype: dict
        """
        sender_hash = self._hash_of_sender(remote)
        listed = [
            ('state', '=', 'unclaimed'), ('received_from', '=', 'browser'), ('is_listed', '=', True),
            ('claim_user_id', '=', False)]
        limits = [([('group_id', '=', group.id)], MAX_UNCLAIMED)]
        if sender_hash:
            limits.append(([('sender_hash', '=', sender_hash)], MAX_UNCLAIMED_OF_SENDER))
        is_listed = all(
            self.sudo().search_count(listed + domain, limit=limit) < limit for domain, limit in limits)
        if not is_listed:
            self._make_room(len(raw))
        return {'is_listed': is_listed, 'sender_hash': sender_hash, 'cart_size': len(raw)}

    @api.model
    def _make_room(self, size):
        """Delete carts that are not in the list until another one has room.

        :param int size: of the other one, in bytes
        """
        unlisted_sudo = self.sudo().search_fetch(
            [('state', '=', 'unclaimed'), ('is_listed', '=', False)], ['sender_hash', 'cart_size', 'expires_at'],
            order='id')
        now = fields.Datetime.now()
        leaving = unlisted_sudo.filtered(lambda session: session.expires_at < now)
        staying = defaultdict(list)
        for session_sudo in unlisted_sudo - leaving:
            staying[session_sudo.sender_hash].append(session_sudo)
        counts = Counter({sender_hash: len(sessions) for sender_hash, sessions in staying.items()})
        total = sum((unlisted_sudo - leaving).mapped('cart_size')) + size
        while counts.total() and (counts.total() >= MAX_UNLISTED or total > MAX_UNLISTED_BYTES):
            sender_hash = counts.most_common(1)[0][0]
            oldest = staying[sender_hash].pop(0)
            counts[sender_hash] -= 1
            total -= oldest.cart_size
            leaving += oldest
        leaving._delete_unlisted()

    def _delete_unlisted(self):
        """Delete carts that are not in the list, with all that is known of them: anyone could have posted them."""
        self.document_ids.filtered(lambda document: document.document_type == CART).unlink()
        self.unlink()

    # === THE SHOPPER HAS COME === #

    def _list_for(self, user):
        """Reserve a cart that is not in the list for the user who has its token: it is theirs like any other.

        :param user: the `res.users` record of a member of the group
        """
        self.ensure_one()
        if not self.is_listed:
            self.write({'claim_user_id': user.id, **self._prepare_listed_vals()})

    def _prepare_listed_vals(self):
        """Prepare the values of a cart that gets into the list.

        :rtype: dict
        """
        return {'is_listed': True, 'expires_at': self.returned_at + timedelta(days=HOLD_DAYS)}

    def _hold_time(self):
        """Give how long a cart is held that has arrived now.

        :rtype: datetime.timedelta
        """
        return timedelta(days=HOLD_DAYS) if self.is_listed else timedelta(minutes=UNLISTED_MINUTES)

    @api.autovacuum
    def _delete_old_unlisted(self):
        """Delete carts that are not in the list, once their time is over."""
        self.sudo().search([
            ('state', '=', 'unclaimed'), ('is_listed', '=', False), ('expires_at', '<', fields.Datetime.now()),
        ])._delete_unlisted()
