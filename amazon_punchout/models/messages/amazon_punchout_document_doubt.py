from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.doubt import OrderInDoubt
from ...tools.moments import naive
from ...tools.payload_id import database_of
from ...tools.sentences import joined, shown_amount, shown_day, shown_number

# So many items are enough to recognise an order by.
MOST_ITEMS = 3


class AmazonPunchoutDocumentDoubt(models.Model):
    """Messages that may be about another order than the one that they name.

    The payloadID of one of our order requests proves which order is meant, if that order has left. Order numbers prove
    little: a restored backup gives them a second time, and a staging database on the same account has the same ones. So
    an order that never left is not taken for sent, and a person decides, who sees both sides.
    """
    _inherit = 'amazon.punchout.document'

    doubted_order_id = fields.Many2one(
        'purchase.order', "Order in Doubt", readonly=True, index='btree_not_null', ondelete='set null',
        help="The message names this order, but only a person can tell whether it is about it.")
    stated_order_ids = fields.Many2many(
        'purchase.order', 'amazon_punchout_document_stated_rel', 'document_id', 'order_id', string="Applied To",
        readonly=True, help="The orders that the message is about, as a person has stated.")
    may_apply = fields.Boolean("Can Be Applied", compute='_compute_may_apply')

    # === COMPUTE METHODS === #

    @api.depends('state', 'is_applied', 'doubted_order_id', 'may_settle')
    @api.depends_context('uid')
    def _compute_may_apply(self):
        """Offer Apply to This Order to those who may also decide whether Amazon has that order."""
        is_decider = self.env['purchase.order']._amazon_is_decider()
        for document in self:
            order_sudo = document.sudo().doubted_order_id  # accountants can't read order requests
            document.may_apply = bool(order_sudo) and document.state == 'attention' and not document.is_applied \
                and document.may_settle and (is_decider or order_sudo._amazon_request().state == 'sent')

    # === WHETHER THE ORDER IS MEANT === #

    def _check_meant(self, order, reference, is_own_payload):
        """Check that a message proves that it is about the order which it names.

        :param order: the `purchase.order`
        :param cxml.OrderReference reference: as the message names it
        :param bool is_own_payload: whether the payloadID is that of one of the order's requests
        :raises OrderInDoubt: only a person can tell
        """
        # What was applied before is about that order, whatever proved it then.
        if self.is_applied or order in self.sudo().stated_order_ids:
            return
        ever_left = order._amazon_ever_left()
        request_sudo = order.sudo()._amazon_request()
        # What is held for a person since another database may have sent it is not settled by a second message.
        is_held = request_sudo.state == 'unclear' and request_sudo.sent_elsewhere
        if is_own_payload:
            # The steps themselves leave an order alone that is cancelled, or not approved again.
            if (is_held or not ever_left) and order.state == 'purchase':
                raise OrderInDoubt(self._doubt_sentences(order, reference, self._(
                    "Amazon's message has the payload ID of the order request of order %s, which was never sent from "
                    "this database. So another database has sent it, e.g. the one from before a restore, and Amazon "
                    "has the order. It is not sent from here until you decide.", order.name)),
                    order, held=self._(
                        "Amazon sent a message about the order, so another database has probably sent it"))
        elif reference.payload_id:
            raise OrderInDoubt(self._doubt_sentences(order, reference, self._(
                "Amazon's message names order %s, but with the payload ID of an order request that is not in this "
                "database. Only a person can tell whether it is about this order. Nothing was changed.",
                order.name)), order)
        elif request_sudo.state != 'sent':
            # Nobody knows whether Amazon has it: another order of this number may be meant.
            raise OrderInDoubt(self._doubt_sentences(order, reference, self._(
                "Amazon's message names order %s, but it is unclear whether Amazon has this order. Only a person can "
                "tell whether the message is about it. Nothing was changed.", order.name) if ever_left else self._(
                "Amazon's message names order %s, but this order was never sent to Amazon. Only a person can tell "
                "whether the message is about it. Nothing was changed.", order.name)), order)
        elif order == self.doubted_order_id:
            raise OrderInDoubt(self._doubt_sentences(order, reference, self._(
                "Amazon's message names order %s, but it arrived before the order was sent, or before it was clear "
                "that Amazon has it. So it is probably about another order. Nothing was changed.", order.name)), order)

    def _doubt_sentences(self, order, reference, what):
        """Show both sides: what the message says, and what the order is.

        :param order: the `purchase.order`
        :param cxml.OrderReference reference: as the message names it
        :param str what: is in doubt
        :return: lines
        :rtype: str
        """
        lines = [
            what,
            self._("Amazon's message: %s.", joined(", ", self._message_side(reference))),
            self._("The order in Odoo: %s.", joined(", ", self._order_side(order))),
        ]
        if not order._amazon_ever_left() and order.state == 'purchase':
            lines.append(self._(
                "The order has not been sent to Amazon yet, and it is still going to be sent. To take it back, press "
                "Withdraw on the order.") if self._is_to_be_sent(order, reference) else self._(
                "The order has not been sent to Amazon from this database."))
        if hint := self._origin_hint(reference):
            lines.append(hint)
        lines.append(self._(
            "Compare the two. If the message is about this order, press Apply to This Order: then Amazon has the "
            "order, and Odoo does not send it again. If not, press Dismiss."))
        return joined("\n", lines)

    def _check_not_lost(self, reference):
        """Check that this database has not lost an order request that it sent.

        Each request is committed before it is sent, so no message about it is too early.

        :param cxml.OrderReference reference: as a message names an order that is not here
        :raises UserError: a database of this name has sent the request, and it is not here
        """
        payload_id = reference.payload_id
        if database_of(payload_id) != self.env.cr.dbname or self.sudo().search_count(
                [('payload_id', '=', payload_id), ('direction', '=', 'out')], limit=1):
            return
        raise UserError(self._(
            "Amazon's message is about order %(order)s, which was sent by a database with the name %(database)s, as "
            "this one has, but is not in Odoo. If this database was restored from a backup, the order was sent after "
            "that backup: look for it under Your Orders on Amazon, and don't order its cart again. Then press Dismiss.",
            order=reference.order_id or payload_id, database=self.env.cr.dbname))

    def _is_to_be_sent(self, order, reference):
        request = order._amazon_request()
        return request.state == 'queued' and not self._search_order(reference.payload_id, None)

    def _message_side(self, reference):
        """Say in parts what the message says.

        :param cxml.OrderReference reference: as it names the order
        :rtype: list[str]
        """
        facts = self._message_facts()
        words = self._type_names().get(self.document_type, self.document_type)
        parts = [joined(" ", filter(None, (words, facts.number)))]
        if reference.order_id:
            parts.append(self._("order %s", reference.order_id))
        parts.append(self._("payload ID %s", reference.payload_id) if reference.payload_id
                     else self._("no payload ID"))
        if facts.total:
            currency = self.env['res.currency'].with_context(active_test=False).search(
                [('name', '=', facts.total.currency)], limit=1)
            parts.append(shown_amount(self.env, float(facts.total.amount), currency) if currency
                         else joined(" ", [shown_number(self.env, facts.total.amount), facts.total.currency]))
        if facts.day:
            parts.append(self._format_day(facts.day))
        if facts.items:
            parts.append(self._join_items(
                self._("%(quantity)s × %(item)s", quantity=shown_number(self.env, quantity), item=title) if title
                else self._("line %(number)s × %(quantity)s", number=number, quantity=shown_number(self.env, quantity))
                if quantity is not None else self._("line %s", number)
                for number, quantity, title in facts.items))
        return parts

    def _order_side(self, order):
        """Say in parts what the order is.

        :param order: the `purchase.order`
        :rtype: list[str]
        """
        return [
            order.name, self._("payload ID %s", order._amazon_request().payload_id),
            shown_amount(self.env, order.amount_total, order.currency_id),
            self._format_day(order.date_approve or order.date_order),
            self._join_items(
                self._("%(quantity)s × %(item)s", quantity=shown_number(self.env, line.amazon_cart_quantity),
                           item=line._amazon_title())
                for line in order._amazon_item_lines())]

    def _format_day(self, day):
        """Write a day as the reader does.

        :param day: a date, or a datetime in UTC
        :rtype: str
        """
        if isinstance(day, datetime):
            day = fields.Datetime.context_timestamp(self, naive(day) if day.tzinfo else day).date()
        return shown_day(self.env, day)

    def _join_items(self, items):
        items = list(items)
        return joined("; ", [*items[:MOST_ITEMS], *("…" for _rest in items[MOST_ITEMS:][:1])])

    def _origin_hint(self, reference):
        """Say which database has made a payloadID that is not known here.

        :param cxml.OrderReference reference: as the message names the order
        :return: None if no database of ours has made it
        :rtype: str | None
        """
        database = database_of(reference.payload_id)
        if not database or self._search_order(reference.payload_id, None):
            return None
        if database != self.env.cr.dbname:
            return self._(
                "The payload ID was made by the database %s, which uses the same Amazon Business account.", database)
        return self._(
            "The payload ID was made by a database with the name %s, as this one has. If this database was restored "
            "from a backup, the order request was sent after that backup: look for the order on Amazon before anybody "
            "orders its items again.", database)

    # === DECISION OF A PERSON === #

    def _keep_doubt(self, error):
        """Keep which order is in doubt, and hold it if another database has sent it.

        :param OrderInDoubt error: what the step raised
        """
        self.doubted_order_id = error.order
        if error.held:
            error.order._amazon_request().sudo()._hold_as_sent_elsewhere(error.held)

    def action_apply_to_order(self):
        """State that this message is about the order which it names, so that Amazon has that order."""
        self.ensure_one()
        document_sudo = self._lock_for_decision('attention')
        order_sudo = document_sudo.doubted_order_id
        if not order_sudo or document_sudo.is_applied:
            raise UserError(self.env._("There is no longer an order in doubt for this message. Reload the page."))
        if order_sudo._amazon_request().state != 'sent':  # Odoo would never send it again
            order_sudo._amazon_check_decider()
        order_sudo._amazon_record('assigned', document=document_sudo, type=document_sudo.document_type)
        order_sudo._amazon_state_arrived(self.env.user)
        document_sudo.write({
            'stated_order_ids': [Command.link(order_sudo.id)], 'doubted_order_id': False, 'state': 'received'})
        order_sudo._amazon_record('stated_meant', document=document_sudo, type=document_sudo.document_type)
        self._note(self.env._("Apply to This Order pressed: order %s.", order_sudo.name))
        order_sudo.message_post(body=self.env._(
            "%(person)s applied a message from Amazon to this order: %(document)s.",
            person=self.env.user.name, document=document_sudo.type_name), author_id=self.env.user.partner_id.id)
        document_sudo._as_scheduled()._process()
