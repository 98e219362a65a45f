from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, plaintext2html

from ... import cxml
from ...const import CART
from ...tools.links import LINK
from ...tools.problems import close_problem, raise_problem
from ...tools.sentences import joined, shown_number
from ...tools.unit_codes import normalized

# The summary of a cart names its first items.
SUMMARY_ITEMS = 3


class AmazonPunchoutSessionKept(models.Model):
    """Carts that came back and are kept without an order: what is in them, why, who knows, and dismissing them."""
    _inherit = 'amazon.punchout.session'

    cart_items = fields.Html("Items", compute='_compute_cart', sanitize=False)  # escaped where made
    cart_summary = fields.Char("Cart", compute='_compute_cart')
    cart_total = fields.Char("Total", compute='_compute_cart')
    notified = fields.Char(compute='_compute_notified', help="The users who were notified of the problem.")
    may_dismiss = fields.Boolean("Can Dismiss", compute='_compute_may_dismiss')
    has_unknown_unit = fields.Boolean(
        compute='_compute_has_unknown_unit', help="The kept cart has a unit code that no unit is mapped to.")

    # === COMPUTE METHODS === #

    @api.depends('document_ids.state', 'document_ids.body_expired_at')
    @api.depends_context('lang')
    def _compute_cart(self):
        carts = self.env['amazon.punchout.cart']
        for session in self:
            # Buyers may not read documents, but see what is in their own carts and in those that they may claim.
            document_sudo = session.sudo()._shown_cart()
            cart = session._read_cart(document_sudo._get_body())[0] if document_sudo else None
            if not cart:
                session.cart_items = session.cart_summary = session.cart_total = False
                continue
            currency = carts._find_currency(cart.currency)

            def amount(number, currency=currency, code=cart.currency):
                return format_amount(self.env, float(number), currency) if currency else f'{number} {code}'

            names = [carts._item_name(item) for item in cart.items]
            session.cart_total = amount(carts._cart_total(cart))
            session.cart_summary = ", ".join(names[:SUMMARY_ITEMS]) + ("…" if len(names) > SUMMARY_ITEMS else "")
            session.cart_items = session._cart_html(cart, amount)

    def _cart_html(self, cart, amount):
        """List the items of a cart with its shipping, tax and total.

        :param cxml.PunchOutOrderMessage cart: what is in it
        :param amount: a function that writes a Decimal as money
        :rtype: Markup
        """
        carts = self.env['amazon.punchout.cart']
        rows = [
            (item.quantity, LINK % (self.group_id._item_page(item.asin), carts._item_name(item)),
             amount(item.unit_price.amount * item.quantity))
            for item in cart.items]
        labels = {'shipping': self.env._("Shipping"), 'tax': self.env._("Tax")}
        for name, label in labels.items():
            if charge := carts._cart_amount(cart, name):
                rows.append(("", label, amount(charge)))
        rows.append(("", Markup("<b>%s</b>") % self.env._("Total"), Markup("<b>%s</b>") % self.cart_total))
        return Markup('<table class="table table-sm o_main_table">%s</table>') % Markup().join(
            Markup('<tr><td class="text-end text-nowrap">%s</td><td>%s</td>'
                   '<td class="text-end text-nowrap">%s</td></tr>') % (
                f'{shown_number(self.env, quantity)} ×' if quantity else "", name, price)
            for quantity, name, price in rows)

    @api.depends('state', 'activity_ids')
    def _compute_notified(self):
        for session in self:
            # Shoppers may know who was notified, and read no activities of others.
            people_sudo = session.sudo().activity_ids.user_id if session.state in ('attention', 'expired') else []
            session.notified = ", ".join(person.name for person in people_sudo) or False

    @api.depends('state', 'user_id', 'document_ids.state')
    @api.depends_context('uid')
    def _compute_may_dismiss(self):
        for session in self:
            session.may_dismiss = (
                session.state in ('attention', 'expired') and bool(session.sudo()._kept_cart())
                and (session.user_id == self.env.user or session._may_resolve()))

    @api.depends('state', 'document_ids.state')
    def _compute_has_unknown_unit(self):
        known = self.env['amazon.punchout.uom']._unit_ids_by_code()
        for session in self:
            session.has_unknown_unit = session.state == 'attention' and any(
                normalized(item.unit_of_measure) not in known for item in session._again_items())

    def _explain(self, error):
        """Say what is wrong with a cart, and who can look at it.

        :param cxml.CxmlError error: what is wrong with the cart
        :rtype: str
        """
        explanation = self.env['amazon.punchout.document']._explain_cxml_error(error)
        if error.kind in cxml.PARSER_ERRORS:
            return self._(
                "The document from Amazon is not a readable cart (%(problem)s). As it may contain secrets, only its "
                "length and digest are kept. Start shopping again. If this happens again, contact %(person)s.",
                problem=explanation.rstrip('.'), person=self.group_id._responsible_name())
        return joined(" ", (explanation, self._new_cart_advice()))

    def _new_cart_advice(self):
        """Say what to do about a cart from which no order can ever be created.

        :rtype: str
        """
        person = self.group_id._responsible_name()
        if self.group_id.flow == 'punchin':
            return self._(
                "Fill a new cart on Amazon. The document is kept: %s can look at it.", person)
        return self._(
            "Press Shop Again on the shopping trip to fill a new cart. The document is kept: %s can look at it.",
            person)

    def _keep(self, document, problem, state='attention', is_unusable=False, **vals):
        """Keep a cart without an order and notify the person who can fix it.

        :param document: the stored cart
        :param str problem: what is wrong and who can fix it
        :param str state: `attention` or `expired`
        :param bool is_unusable: whether Retry can never help
        :param vals: more values of the trip
        """
        document.write({'state': 'attention', 'reason': problem})
        self.write({**vals, 'state': state, 'problem': problem, 'is_unusable': is_unusable})
        person = self.group_id._person_to_notify(self.user_id, self._may_be_resolved_by)
        told = self.with_context(lang=person.lang or self.env.lang)
        raise_problem(
            self, person,
            told.env._("The Amazon cart of %s needs attention", self.user_id.name or self.group_id.name),
            plaintext2html(told.problem), may_solve=self._may_be_resolved_by)

    def _may_be_resolved_by(self, person):
        session = self.with_user(person).with_context(allowed_company_ids=person._get_company_ids())
        return session.has_access('read') and (session.user_id == person or session._may_resolve())  # may Shop Again

    def _kept_cart(self):
        """Find the stored cart of this trip that is kept without an order.

        :return: an `amazon.punchout.document`, or an empty recordset
        """
        self.ensure_one()
        return self.document_ids.filtered(
            lambda document: document.document_type == CART and document.state == 'attention')[:1]

    def _dismiss_cart(self, document, reason):
        """Dismiss the cart of this trip: no order will be created from it.

        :param document: the stored cart
        :param str reason: why it is dismissed
        """
        self.ensure_one()
        document.write({
            'state': 'dismissed', 'dismissed_by_id': self.env.uid, 'dismissed_at': fields.Datetime.now(),
            'dismiss_reason': reason})
        self._close_dismissed(reason)

    def action_dismiss_kept(self):
        """Dismiss the kept cart: no order will be created from it.

        :raises UserError: it is neither the user's own nor theirs to decide, or an order exists by now
        """
        self.ensure_one()
        self.check_access('read')
        if not self.may_dismiss:
            raise UserError(self.env._(
                "This cart can't be dismissed: it is another user's cart, or it was dealt with. Reload the page."))
        session_sudo = self.sudo()  # no user may write trips; the rights were checked
        session_sudo._lock_for_shopping_again()
        if document_sudo := session_sudo._kept_cart():
            session_sudo._dismiss_cart(document_sudo, self._("Dismissed by %s.", self.env.user.name))

    def _close_dismissed(self, reason):
        """Close the trips whose kept cart has been dismissed.

        :param str reason: why it was dismissed
        """
        for session in self:
            session.write({'state': 'left', 'problem': False})  # the problem offers Retry
            session.message_post(body=self.env._("No order will be created from this cart. %s", reason))
        close_problem(self)

    def _dismiss_reason(self):
        """Tell why the cart of this trip was dismissed.

        :return: the reason; False if it was not dismissed
        :rtype: str | bool
        """
        self.ensure_one()
        return self.document_ids.filtered(
            lambda document: document.document_type == CART and document.state == 'dismissed',
        )[:1].dismiss_reason
