from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ...const import DECIDE_PATH
from ...tools.links import LINK
from ...tools.sentences import shown_number
from ...tools.visible import visible

# Mail clients know no style sheets.
BUTTON = Markup('<a href="%s" style="background-color: %s; color: %s; padding: 8px 16px; margin-right: 8px; '
                'border-radius: 4px; text-decoration: none; display: inline-block">%s</a>')
LISTED_ITEMS = 20  # in an activity or an e-mail


class PurchaseOrderRequest(models.Model):
    """What is asked for, as those who decide read it, and what has changed since they read it."""
    _inherit = 'purchase.order'

    amazon_shown = fields.Json(
        compute='_compute_amazon_shown', compute_sudo=True, export_string_translation=False)  # for a dialog's button

    # === IN WORDS === #

    def _amazon_items_html(self):
        """List what is to be ordered, for the people who decide about it.

        :rtype: Markup
        """
        lines = self._amazon_item_lines()
        rows = [Markup('<li><bdi>%s × %s</bdi> (%s)</li>') % (
            shown_number(self.env, line.product_qty), line._amazon_title(),
            LINK % (line._amazon_page(), visible(line.amazon_asin)))
            for line in lines[:LISTED_ITEMS]]
        if len(lines) > LISTED_ITEMS:
            rows.append(Markup('<li>%s</li>') % self.env._("and %s more", len(lines) - LISTED_ITEMS))
        return Markup('<ul>%s</ul>') % Markup().join(rows)

    def _amazon_request_title(self):
        """Say in one line who asks for what, as the title of an e-mail does.

        :rtype: str
        """
        quantity = sum(self._amazon_item_lines().mapped('product_qty'))
        values = {
            'requester': self.amazon_requester_id.name, 'count': shown_number(self.env, quantity),
            'total': format_amount(self.env, self.amount_total, self.currency_id)}
        if quantity == 1:
            return self.env._("%(requester)s asks to order 1 item, %(total)s", **values)
        return self.env._("%(requester)s asks to order %(count)s items, %(total)s", **values)

    def _amazon_request_sentences(self):
        """Say who asks for what, until when the price is held, and where it is delivered, for whoever decides.

        :rtype: list[str]
        """
        warehouse, held = self.picking_type_id.warehouse_id, self._amazon_date_and_time(self.amazon_valid_until)
        sentences = [
            self.env._(
                "%(requester)s asks for approval to order %(total)s at Amazon.",
                requester=self.amazon_requester_id.name,
                total=format_amount(self.env, self.amount_total, self.currency_id)),
            self.env._("Amazon held the price only until %s, so it may have changed.", held)
            if self.amazon_hold_over else self.env._("Amazon holds the price until %s.", held),
            self.env._("Deliver to: %s.", warehouse._amazon_address_text()),
        ]
        if self._amazon_is_moved():
            sentences.append(self._amazon_location_warning(warehouse))
        return sentences

    def _amazon_request_html(self):
        """Write the request for approval: all of it is made of the order itself.

        :rtype: Markup
        """
        sentences = self._amazon_request_sentences()
        if not self._amazon_approving_managers():
            sentences.append(self._amazon_stand_in_note())
        return Markup('<p>%s</p>%s%s') % (" ".join(sentences), self._amazon_reason_html(), self._amazon_items_html())

    def _amazon_decision_html(self, person):
        """Write the links by which an approver decides: each leads to a page that asks again, behind the login.

        :param person: the `res.users` who reads it
        :return: empty unless they may approve
        :rtype: Markup
        """
        self.ensure_one()
        # The companies of the requester's session may not all be the approver's.
        companies = person.company_ids
        theirs = self.with_user(person).with_context(allowed_company_ids=companies.ids)
        if self.company_id not in companies or not theirs._amazon_approval_allowed():
            return Markup()
        path = f'{self.get_base_url()}{DECIDE_PATH}'
        return Markup("<p>%s%s</p>") % (
            BUTTON % (f'{path}/approve/{self.id}', '#714B67', '#FFFFFF', self.env._("Approve")),
            BUTTON % (f'{path}/refuse/{self.id}', '#E7E9ED', '#374151', self.env._("Refuse")))

    # === AS IT WAS SHOWN === #

    @api.depends_context('lang', 'tz')
    def _compute_amazon_shown(self):
        """Compute what a page or dialog shows at present; nothing is stored, so there is nothing to depend on."""
        for order in self:
            order.amazon_shown = bool(order.amazon_session_id) and order._amazon_show()

    def _amazon_show(self):
        """Say what is decided about, part by part, to be compared when the decision comes.

        :return: texts by part
        :rtype: dict[str, list[str]]
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: not line.display_type)
        return {
            'total': [format_amount(self.env, self.amount_total, self.currency_id)],
            'place': [self.picking_type_id.warehouse_id._amazon_address_text()],
            'reason': [self.approval_reason] if self.approval_reason else [],
            'hold': [self.env._("expired")] if self.amazon_hold_over else [],
            'lines': [
                f'{shown_number(self.env, line.product_qty)} × {line._amazon_title()}, '
                f'{format_amount(self.env, line.price_subtotal, self.currency_id)}' for line in lines],
        }

    def _amazon_changes_since(self, shown):
        """Say what has changed since a page or dialog was opened.

        :param shown: of :meth:`_amazon_show`, as it came back from a browser
        :return: one line for each part that differs
        :rtype: list[str]
        """
        labels = {
            'total': self.env._("Total"), 'place': self.env._("Delivery Location"), 'reason': self.env._("Reason"),
            'hold': self.env._("Price Hold"), 'lines': self.env._("Items")}
        changes = []
        for part, texts in self._amazon_show().items():
            before = shown.get(part) if isinstance(shown, dict) else ()
            before = before if isinstance(before, list) else ()
            before = Counter(text for text in before if isinstance(text, str))
            now = Counter(texts)
            old, new = ", ".join((before - now).elements()), ", ".join((now - before).elements())
            if old or new:
                changes.append(self.env._(
                    "%(what)s: %(old)s → %(new)s", what=labels[part], old=old or self.env._("none"),
                    new=new or self.env._("none")))
        return changes

    def _amazon_check_shown(self):
        """Check that the order is still as the dialog showed it. A caller without a dialog has shown nothing.

        :raises UserError: what has changed
        """
        shown = self.env.context.get('amazon_shown')
        # Buyers need no rights in Inventory to know where their orders are delivered.
        if shown and (changes := self.sudo()._amazon_changes_since(shown)):
            raise UserError("\n".join([self.env._(
                "Order %s has changed since you opened this window, so it was not ordered. Close the window, check "
                "the order and press Order at Amazon again.", self.name), *changes]))
