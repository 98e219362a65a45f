from markupsafe import Markup

from odoo import models
from odoo.tools import float_compare, format_amount

from ... import cxml
from ...const import ADDRESS_REJECTED
from ...tools.numbers import PRICE_DIGITS
from ...tools.problems import raise_problem
from ...tools.sentences import shown_number
from ...tools.short import titles_in_short

NOT_AS_ORDERED = ('changed', 'rejected')


class PurchaseOrderNotify(models.Model):
    """Who is notified of what a confirmation has changed.

    Everybody sees it in the chatter; the requester and the purchaser get an activity where they should do something.
    Each confirmation notifies once, however often it is processed.
    """
    _inherit = 'purchase.order'

    def _amazon_notify_confirmation(self, document, confirmation, confirmed, before):
        """Notify people of what a confirmation says and has changed.

        :param document: the confirmation, an `amazon.punchout.document`
        :param cxml.ConfirmationRequest confirmation: its content
        :param cxml.ConfirmedOrder confirmed: what all confirmations say
        :param OrderFacts before: of :meth:`_amazon_facts`, before the confirmation was applied
        """
        self.ensure_one()
        if document.is_told:
            return
        document.is_told = True
        requester = self.amazon_requester_id
        order = self.with_context(lang=requester.lang, tz=requester.tz)
        changed = order._amazon_item_lines().filtered(lambda line: line._amazon_facts() != before.lines[line.id])
        order.message_post(
            body=order._amazon_confirmation_message(document, confirmation, confirmed, changed, before))
        is_test = self.amazon_state == 'cancelled' and self.amazon_deployment_mode == 'test'
        worse = changed.filtered(lambda line: line.amazon_confirmation in NOT_AS_ORDERED)
        if worse and not is_test and requester != document.entered_by_id:
            order._amazon_notify_requester(worse, before, document.entered_by_id)
        self._amazon_notify_purchaser(changed, before)

    # === ACTIVITIES === #

    def _amazon_notify_requester(self, lines, before, person):
        """Raise an activity for the requester about lines that are not as ordered.

        :param lines: those that the confirmation in hand has changed
        :param OrderFacts before: as for :meth:`_amazon_notify_confirmation`
        :param person: the `res.users` who entered the confirmation, if Amazon didn't send it
        """
        values = {
            'order': self.name, 'person': person.name,
            'items': titles_in_short([line._amazon_title() for line in lines])}
        if self.amazon_state == 'cancelled':
            if person:
                summary = self.env._("Order %(order)s was cancelled by %(person)s: %(items)s", **values)
            else:
                summary = self.env._("Amazon cancelled order %(order)s: %(items)s", **values)
            if reasons := self._amazon_reasons():
                sentence = self.env._(
                    "Order %(order)s will not be delivered. Reason: %(reasons)s.", order=self.name, reasons=reasons)
            else:
                sentence = self.env._("Order %s will not be delivered.", self.name)
            advice = self._amazon_address_advice() or self._amazon_again_advice()
        else:
            if person:
                summary = self.env._("Order %(order)s was changed by %(person)s: %(items)s", **values)
                sentence = self.env._(
                    "%(person)s entered that Amazon will not deliver order %(order)s as ordered. Check whether this is "
                    "acceptable.", **values)
            else:
                summary = self.env._("Amazon changed order %(order)s: %(items)s", **values)
                sentence = self.env._(
                    "Amazon will not deliver order %s as ordered. Check whether this is acceptable.", self.name)
            advice = ""
        raise_problem(self, self.amazon_requester_id, summary, Markup("<p>%s</p>%s%s") % (
            sentence, self._amazon_changes_html(lines, before), advice), is_news=True)
        if any(ADDRESS_REJECTED in (line.amazon_reason or "") for line in lines):
            self._amazon_notify_of_address()

    def _amazon_notify_purchaser(self, changed, before):
        """Raise an activity for the purchaser if the total, or what is left of it, costs more than was approved.

        :param changed: the lines that the confirmation has changed
        :param OrderFacts before: as for :meth:`_amazon_notify_confirmation`
        """
        currency, total = self.currency_id, self.amount_total
        risen = currency.compare_amounts(total, before.total) > 0
        excess = total - self.amazon_approved_total if risen else 0.0
        tolerance = self._amazon_tolerance(self.amazon_approved_total)
        person = self.user_id.filtered('active') or self.amazon_group_id._person_to_notify(self.amazon_requester_id)
        if not person:
            return
        order = self.with_context(lang=person.lang)
        if currency.compare_amounts(excess, tolerance) <= 0:
            order._amazon_notify_dearer_items(person, changed, before, tolerance)
            return
        values = {
            'order': order.name, 'total': format_amount(order.env, total, currency),
            'approved': format_amount(order.env, order.amazon_approved_total, currency)}
        note = order.env._(
            "Amazon raised the total of order %(order)s to %(total)s; %(approved)s was approved. If this is not "
            "acceptable, cancel the order on Amazon.", **values)
        raise_problem(
            order, person, order.env._(
                "Amazon raised the total of order %(order)s to %(total)s (approved: %(approved)s)", **values),
            Markup("<p>%s</p>%s") % (note, order._amazon_charges_html(before)), is_news=True)

    def _amazon_notify_dearer_items(self, person, changed, before, tolerance):
        """Raise an activity for the purchaser if items cost more, although the order as a whole costs less.

        Whoever approved a total did not approve these prices: a rejection that lowers the total hides them.

        :param person: the `res.users` to notify
        :param changed: the lines that the confirmation has changed
        :param OrderFacts before: as for :meth:`_amazon_notify_confirmation`
        :param float tolerance: by how much items may cost more
        """
        dearer = self._amazon_item_lines().filtered(lambda line: line._amazon_is_dearer())
        news = dearer & changed.filtered(lambda line: line.price_unit > before.lines[line.id].price)
        more = sum((line.price_unit - line.amazon_cart_price) * line.product_qty for line in dearer)
        if not news or self.currency_id.compare_amounts(more, tolerance) <= 0:
            return
        values = {
            'order': self.name, 'more': format_amount(self.env, more, self.currency_id),
            'total': format_amount(self.env, self.amount_total, self.currency_id),
            'approved': format_amount(self.env, self.amazon_approved_total, self.currency_id)}
        note = self.env._(
            "Amazon raised prices in order %(order)s by %(more)s. Its total is now %(total)s; %(approved)s was "
            "approved. If this is not acceptable, cancel the order on Amazon.", **values)
        raise_problem(
            self, person, self.env._("Amazon raised prices in order %(order)s by %(more)s", **values),
            Markup("<p>%s</p>%s") % (note, self._amazon_changes_html(news, before)), is_news=True)

    def _amazon_tolerance(self, expected):
        """Compute by how much an amount may be above the expected one: the larger of the group's two tolerances.

        :param float expected: the amount that was approved or confirmed
        :rtype: float
        """
        group_sudo = self.amazon_group_id.sudo()  # who enters by hand may not read groups
        amount = group_sudo.currency_id._convert(
            group_sudo.tolerance_amount, self.currency_id, self.company_id, self.date_approve or self.date_order)
        return max(amount, expected * group_sudo.tolerance_percentage / 100)

    # === THE MESSAGE === #

    def _amazon_confirmation_message(self, document, confirmation, confirmed, changed, before):
        """Write what a confirmation says and what it changed: of each line what, from, to and why.

        :param document: as for :meth:`_amazon_notify_confirmation`
        :param confirmation: as for :meth:`_amazon_notify_confirmation`
        :param confirmed: as for :meth:`_amazon_notify_confirmation`
        :param changed: the lines that it changed
        :param before: as for :meth:`_amazon_notify_confirmation`
        :rtype: Markup
        """
        currency = self.currency_id
        facts = confirmed.facts.get(document.id, cxml.NoticeFacts())
        parts = [Markup("<p>%s</p>") % self._amazon_confirmation_sentence(document)]
        if news := changed.filtered(lambda line: line._amazon_is_news(before.lines[line.id])):
            parts.append(self._amazon_changes_html(news, before))
        charges = self._amazon_charges_html(before)
        parts.append(charges)
        if currency.compare_amounts(self.amount_total, before.total):
            parts.append(Markup("<p>%s</p>") % self.env._(
                "The total changed from %(old)s to %(new)s.", old=format_amount(self.env, before.total, currency),
                new=format_amount(self.env, self.amount_total, currency)))
        elif not changed and not charges:
            parts.append(Markup("<p>%s</p>") % self.env._("Nothing changed."))
        if facts.stated_total is not None:
            parts.append(Markup("<p>%s</p>") % self.env._(
                "Amazon states a total of %(stated)s, but its lines, shipping and tax add up to %(computed)s. The "
                "stated total is used; the difference is on the line of estimated tax.",
                stated=format_amount(self.env, float(facts.stated_total), currency),
                computed=format_amount(self.env, float(facts.computed_total), currency)))
        parts.append(self._amazon_comments_html(confirmation, confirmed))
        return Markup().join(parts)

    def _amazon_confirmation_sentence(self, document):
        """Say in one sentence what the order is after a confirmation.

        :param document: the confirmation, an `amazon.punchout.document`
        :rtype: str
        """
        if self.amazon_state == 'cancelled':
            if self.amazon_deployment_mode == 'test':
                return self.env._(
                    "Amazon cancelled this test order automatically, as it does with all test orders. Nothing is "
                    "ordered.")
            return self._amazon_cancellation_sentence(document.entered_by_id)
        lines = self._amazon_item_lines()
        accepted = lines.filtered(
            lambda line: line.amazon_confirmation == 'accepted' and not line.product_uom_id.compare(
                line.amazon_confirmed_quantity, line.amazon_cart_quantity))
        values = {
            'numbers': self.amazon_order_ref or self.env._("no number yet"),
            'accepted': len(accepted),
            'lines': len(lines),
        }
        if document.entered_by_id:
            return self.env._(
                "Amazon's answer (%(numbers)s), entered manually: %(accepted)s of %(lines)s lines are accepted as "
                "ordered.",
                **values)
        return self.env._(
            "Amazon's confirmation (%(numbers)s): %(accepted)s of %(lines)s lines are accepted as ordered.", **values)

    def _amazon_changes_html(self, lines, before):
        """List what changed on some lines.

        :param lines: those to be listed
        :param OrderFacts before: as for :meth:`_amazon_notify_confirmation`
        :rtype: Markup
        """
        # The sentence about a cancelled order gives its reasons, except for tests: one that all lines share is not
        # repeated on each.
        is_said = self.amazon_state == 'cancelled' and self.amazon_deployment_mode != 'test' and len(
            set(lines.mapped('amazon_reason'))) == 1
        return Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li>%s</li>") % line._amazon_change_sentence(before.lines[line.id], with_reason=not is_said)
            for line in lines)

    def _amazon_charges_html(self, before):
        """Name the charges that a confirmation changed, with both amounts; a cancelled order has none.

        :param OrderFacts before: as for :meth:`_amazon_notify_confirmation`
        :return: empty if they are as before
        :rtype: Markup
        """
        if self.amazon_state == 'cancelled':
            return Markup()
        currency, charges = self.currency_id, self._amazon_facts().charges
        amounts = {
            name: {'new': format_amount(self.env, charges[name], currency),
                   'old': format_amount(self.env, before.charges[name], currency)}
            for name in charges if currency.compare_amounts(charges[name], before.charges[name])}
        sentences = []
        if 'shipping' in amounts:
            sentences.append(self.env._("Shipping is now %(new)s, was %(old)s.", **amounts['shipping']))
        if 'tax' in amounts:
            sentences.append(self.env._("Tax is now %(new)s, was %(old)s.", **amounts['tax']))
        return Markup().join(Markup("<p>%s</p>") % sentence for sentence in sentences)

    def _amazon_comments_html(self, confirmation, confirmed):
        """Quote what a confirmation says beyond the reasons, which stand on the lines.

        :param cxml.ConfirmationRequest confirmation: the confirmation
        :param cxml.ConfirmedOrder confirmed: what all confirmations say
        :return: empty if it says nothing else
        :rtype: Markup
        """
        reasons = {text for line in confirmed.lines.values()
                   for text in cxml.split_comments((*line.comments, *line.notes))}
        quotes = [self.env._("Amazon: “%s”", text)
                  for text in cxml.split_comments(confirmation.comments) if text not in reasons]
        titles = {line.amazon_line_number: line._amazon_title() for line in self._amazon_item_lines()}
        quotes += [
            self.env._("Amazon about %(item)s: “%(text)s”", item=titles[item.line_number], text=text)
            for item in confirmation.items if item.line_number in titles
            for text in cxml.split_comments(comment for status in item.statuses for comment in status.comments)
            if text not in reasons]
        return Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % quote for quote in quotes) \
            if quotes else Markup()


class PurchaseOrderLineNotify(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_is_news(self, before):
        """Tell whether a line is to be listed: lines that are accepted as ordered are only counted.

        :param LineFacts before: its values before the confirmation
        :rtype: bool
        """
        now = self._amazon_facts()
        return now._replace(confirmation='', accepted=0) != before._replace(confirmation='', accepted=0)

    def _amazon_change_sentence(self, before, with_reason=True):
        """Say of this line what was changed, from, to and why.

        :param LineFacts before: its values before the confirmation
        :param bool with_reason: whether to say why
        :rtype: str
        """
        self.ensure_one()
        now, parts = self._amazon_facts(), []
        if self.product_uom_id.compare(now.quantity, before.quantity):
            parts.append(self.env._(
                "quantity %(old)s → %(new)s", old=shown_number(self.env, before.quantity),
                new=shown_number(self.env, now.quantity)))
        if float_compare(now.price, before.price, precision_digits=PRICE_DIGITS):
            currency = self.currency_id
            parts.append(self.env._(
                "unit price %(old)s → %(new)s", old=format_amount(self.env, before.price, currency),
                new=format_amount(self.env, now.price, currency)))
        if now.rejected:
            parts.append(self.env._("%s rejected", shown_number(self.env, now.rejected)))
        if now.backordered:
            parts.append(self.env._("%s back-ordered", shown_number(self.env, now.backordered)))
        if not parts:
            parts.append(self.env._("now as ordered"))
        values = {'item': self._amazon_title(), 'changes': ", ".join(parts), 'reason': self.amazon_reason}
        if self.amazon_reason and with_reason:
            return self.env._("%(item)s: %(changes)s. %(reason)s", **values)
        return self.env._("%(item)s: %(changes)s.", **values)
