from markupsafe import Markup, escape

from odoo import models
from odoo.tools import float_compare, format_amount

from ...tools.problems import ACTIVITY_PROBLEM
from .purchase_order_confirmation import PRICE_DIGITS

NOT_AS_ORDERED = ('changed', 'rejected')


class PurchaseOrderNews(models.Model):
    """Who is told what a confirmation has changed: everybody in the chatter, the requester and the purchaser where they
    should do something. Each confirmation is told once, however often it is processed."""
    _inherit = 'purchase.order'

    def _amazon_line_facts(self):
        """:return: what is known of each item line now, by its id
        :rtype: dict
        """
        self.ensure_one()
        return {line.id: line._amazon_facts() for line in self._amazon_item_lines()}

    def _amazon_tell_confirmation(self, document, facts, lines_before, total_before):
        """Tell people what a confirmation has done.

        :param document: the confirmation, an `amazon.punchout.document`
        :param cxml.NoticeFacts facts: what of it could not be followed
        :param dict lines_before: of :meth:`_amazon_line_facts`
        :param float total_before: of the order
        """
        self.ensure_one()
        if document.is_told:
            return
        document.is_told = True
        requester = self.amazon_requester_id
        order = self.with_context(lang=requester.lang, tz=requester.tz)
        changed = order._amazon_item_lines().filtered(lambda line: line._amazon_facts() != lines_before[line.id])
        order.message_post(body=order._amazon_confirmation_message(document, facts, changed, lines_before, total_before))
        is_test = self.amazon_state == 'cancelled' and self.amazon_deployment_mode == 'test'
        worse = changed.filtered(lambda line: line.amazon_confirmation in NOT_AS_ORDERED)
        if worse and not is_test and requester != document.entered_by_id:
            order._amazon_tell_requester(worse, lines_before, document.entered_by_id)
        self._amazon_tell_purchaser(total_before)

    # === ACTIVITIES === #

    def _amazon_tell_requester(self, lines, lines_before, person):
        """:param lines: those that are not as ordered since the confirmation in hand
        :param person: the `res.users` who entered it, if Amazon didn't send it
        """
        if self.amazon_state == 'cancelled':
            summary = self.env._("Order %(order)s was cancelled by %(person)s", order=self.name, person=person.name) if person \
                else self.env._("Amazon cancelled order %s", self.name)
            sentence = self.env._(
                "Nothing of order %(order)s will come. %(reason)s", order=self.name, reason=self._amazon_reason_sentence())
            advice = self._amazon_again_advice()
        else:
            summary = self.env._("Order %(order)s was changed by %(person)s", order=self.name, person=person.name) if person \
                else self.env._("Amazon changed order %s", self.name)
            sentence = self.env._(
                "%(person)s entered that order %(order)s does not come as you ordered it. Look whether that is all right.",
                person=person.name, order=self.name) if person else self.env._(
                "Amazon does not deliver order %s as you ordered it. Look whether that is all right.", self.name)
            advice = ""
        self._amazon_schedule(self.amazon_requester_id, summary, Markup("<p>%s</p>%s%s") % (
            sentence, self._amazon_changes_html(lines, lines_before), advice))

    def _amazon_tell_purchaser(self, total_before):
        """Tell who answers for the order where its total has risen above what was approved.

        :param float total_before: before the confirmation in hand
        """
        currency, total = self.currency_id, self.amount_total
        risen = currency.compare_amounts(total, total_before) > 0
        excess = total - self.amazon_approved_total
        person = self.user_id.filtered('active') or self.amazon_group_id._told_person(self.amazon_requester_id)
        if not risen or not person or currency.compare_amounts(excess, self._amazon_tolerance()) <= 0:
            return
        order = self.with_context(lang=person.lang)
        order._amazon_schedule(person, order.env._("Amazon raised the total of order %s", order.name), escape(order.env._(
            "Amazon bills %(total)s for order %(order)s; %(approved)s were approved. If that is not acceptable, cancel it "
            "on Amazon.", order=order.name, total=format_amount(order.env, total, currency),
            approved=format_amount(order.env, order.amazon_approved_total, currency))))

    def _amazon_tolerance(self):
        """:return: by how much the total may rise above what was approved: the larger of the group's two tolerances
        :rtype: float
        """
        group_sudo = self.amazon_group_id.sudo()  # who enters by hand may read no groups
        amount = group_sudo.currency_id._convert(
            group_sudo.tolerance_amount, self.currency_id, self.company_id, self.date_approve or self.date_order)
        return max(amount, self.amazon_approved_total * group_sudo.tolerance_percentage / 100)

    def _amazon_schedule(self, person, summary, note):
        # The activity of another person. Scheduled actions would skip it.
        self.with_context(mail_activity_automation_skip=False).sudo().activity_schedule(
            ACTIVITY_PROBLEM, user_id=person.id, summary=summary, note=note)

    # === THE MESSAGE === #

    def _amazon_confirmation_message(self, document, facts, changed, lines_before, total_before):
        """:return: what a confirmation says, and what it changed: of each line what, from, to and why
        :rtype: Markup
        """
        currency = self.currency_id
        parts = [Markup("<p>%s</p>") % self._amazon_confirmation_sentence(document)]
        if told := changed.filtered(lambda line: line._amazon_is_news(lines_before[line.id])):
            parts.append(self._amazon_changes_html(told, lines_before))
        if currency.compare_amounts(self.amount_total, total_before):
            parts.append(Markup("<p>%s</p>") % self.env._(
                "The total is %(new)s now; it was %(old)s.", new=format_amount(self.env, self.amount_total, currency),
                old=format_amount(self.env, total_before, currency)))
        elif not changed:
            parts.append(Markup("<p>%s</p>") % self.env._("It changes nothing."))
        if facts.stated_total is not None:
            parts.append(Markup("<p>%s</p>") % self.env._(
                "Amazon states a total of %(stated)s where its lines, shipping and tax make %(computed)s: the stated one "
                "counts, the difference stands in the line of estimated tax.",
                stated=format_amount(self.env, float(facts.stated_total), currency),
                computed=format_amount(self.env, float(facts.computed_total), currency)))
        return Markup().join(parts)

    def _amazon_confirmation_sentence(self, document):
        """:return: what the order is after a confirmation, in one sentence
        :rtype: str
        """
        by_hand = bool(document.entered_by_id)
        if self.amazon_state == 'cancelled':
            if self.amazon_deployment_mode == 'test':
                return self.env._(
                    "Amazon has cancelled this test order by itself, as it does with all test orders: nothing is ordered.")
            return self._amazon_cancellation_sentence(document.entered_by_id)
        lines = self._amazon_item_lines()
        accepted = lines.filtered(lambda line: line.amazon_confirmation == 'accepted' and not line.product_uom_id.compare(
            line.amazon_confirmed_quantity, line.amazon_cart_quantity))
        values = {'numbers': self.amazon_order_ref or self.env._("no number yet"), 'accepted': len(accepted), 'lines': len(lines)}
        if by_hand:
            return self.env._(
                "Entered by hand what Amazon says (%(numbers)s): %(accepted)s of %(lines)s lines are accepted as ordered.",
                **values)
        return self.env._(
            "Amazon's confirmation (%(numbers)s): %(accepted)s of %(lines)s lines are accepted as ordered.", **values)

    def _amazon_changes_html(self, lines, lines_before):
        return Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li>%s</li>") % line._amazon_change_sentence(lines_before[line.id]) for line in lines)


class PurchaseOrderLineNews(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_is_news(self, before):
        """Tell whether a line is to be named: what is accepted as ordered is only counted.

        :param before: its `LineFacts` before
        :rtype: bool
        """
        return self._amazon_facts()._replace(confirmation='', accepted=0) != before._replace(confirmation='', accepted=0)

    def _amazon_change_sentence(self, before):
        """:param before: its `LineFacts` before
        :return: of this line what, from, to and why
        :rtype: str
        """
        self.ensure_one()
        now, parts = self._amazon_facts(), []
        if self.product_uom_id.compare(now.quantity, before.quantity):
            parts.append(self.env._("quantity %(old)g → %(new)g", old=before.quantity, new=now.quantity))
        if float_compare(now.price, before.price, precision_digits=PRICE_DIGITS):
            currency = self.currency_id
            parts.append(self.env._("unit price %(old)s → %(new)s", old=format_amount(self.env, before.price, currency),
                                    new=format_amount(self.env, now.price, currency)))
        if now.rejected:
            parts.append(self.env._("%g rejected", now.rejected))
        if now.backordered:
            parts.append(self.env._("%g back-ordered", now.backordered))
        if not parts:
            parts.append(self.env._("as ordered again"))
        sentence = self.env._("%(item)s: %(changes)s.", item=self._amazon_title(), changes=", ".join(parts))
        return f"{sentence} {now.reason}" if now.reason else sentence
