from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ... import cxml, rest
from ...const import CANCELLED, OURS, UNCERTAIN
from ...tools.moments import aware, naive
from ...tools.said import say_day


class PurchaseOrderUnclear(models.Model):
    """Whether what Amazon's Reporting API knows under an order's number is that order.

    Numbers repeat: another database, or another company of the same Amazon account, may have ordered under the same
    one. So an unclear order becomes At Amazon only if date, region, currency and total agree; else a person decides.
    """
    _inherit = 'purchase.order'

    # === WHAT PEOPLE READ === #

    @api.depends('amazon_document_ids.reporting_answer', 'amazon_document_ids.reporting_asked_at')
    def _compute_amazon_status(self):
        """Override to follow what Reporting answered."""
        super()._compute_amazon_status()

    @api.depends('amazon_document_ids.reporting_answer', 'amazon_document_ids.reporting_asked_at')
    @api.depends_context('tz', 'uid')
    def _compute_amazon_problem(self):
        """Override to follow what Reporting answered."""
        super()._compute_amazon_problem()

    def _amazon_request_sentence(self):
        """Override to say what Reporting answered about an unclear order."""
        return self._amazon_with_answer(super()._amazon_request_sentence(), "")

    def _amazon_problem_sentence(self):
        """Override to say what Reporting answered about an unclear order."""
        return self._amazon_with_answer(super()._amazon_problem_sentence(), ".")

    def _amazon_with_answer(self, sentence, stop):
        """Add to a sentence what Reporting answered.

        :param str | bool sentence: about the order
        :param str stop: what ends the sentence
        :rtype: str | bool
        """
        request = self._amazon_request()
        if not sentence or not request.reporting_answer or self._amazon_settled_state(request) != 'unclear':
            return sentence
        return self.env._(
            "%(sentence)s. Amazon's Reporting API was asked about order %(order)s at %(asked)s: %(answer)s",
            sentence=sentence.rstrip('.'), order=self.name, asked=self._amazon_when(request.reporting_asked_at),
            answer=request.reporting_answer) + stop

    # === JUDGING === #

    def _amazon_judge_reports(self, reports):
        """Judge whether what Amazon knows under this order's number is this order.

        :param reports: :class:`rest.OrderReport` values, several if Amazon has split the order
        :return: OURS, CANCELLED or UNCERTAIN, and what came in words, without a full stop
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        reports = [report for report in reports if report.purchase_order_number == self.name]
        if not reports:
            return UNCERTAIN, self.env._("Amazon does not know an order with this number (yet)")
        numbers = ", ".join(report.order_ref or "–" for report in reports)
        if sentence := self._amazon_other_place(reports, numbers) or self._amazon_other_date(reports, numbers) \
                or self._amazon_other_total(reports, numbers):
            return UNCERTAIN, sentence
        statuses = {report.status for report in reports}
        if statuses == {rest.CANCELLED}:
            return CANCELLED, self.env._("Amazon has order %s with this number, which is cancelled", numbers)
        if rest.PENDING_APPROVAL in statuses:
            return UNCERTAIN, self.env._(
                "Amazon has order %s with this number, which waits for approval on Amazon", numbers)
        if not statuses <= rest.PLACED:
            return UNCERTAIN, self.env._(
                "Amazon has order %(numbers)s with this number, in the status %(status)s", numbers=numbers,
                status=", ".join(sorted(status or "–" for status in statuses)))
        return OURS, self.env._("Amazon has it as order %s, with the same total", numbers)

    def _amazon_other_place(self, reports, numbers):
        """Say that the reports may be about an order that was placed elsewhere."""
        group = self.amazon_group_id
        regions = {report.region.upper() for report in reports if report.region}
        if regions - {group._amazon_region(), (group.marketplace or '').upper()}:
            return self.env._("Amazon has order %(numbers)s with this number in another region (%(regions)s)",
                              numbers=numbers, regions=", ".join(sorted(regions)))
        orders_sudo = self.env['purchase.order'].sudo()  # of all companies of the account
        if orders_sudo.search_count([
                ('name', '=', self.name), ('id', '!=', self.id), ('amazon_state', 'not in', (False, 'cart')),
                ('amazon_group_id.api_id', '=', group.sudo().api_id.id)], limit=1):
            return self.env._(
                "Amazon has order %s with this number, but several orders in Odoo have it", numbers)
        return False

    def _amazon_other_date(self, reports, numbers):
        """Say that the reports are about an order that was placed before this one was sent."""
        sent_at = aware(self._amazon_request().last_try_at)
        for report in reports:
            ordered_at = report.ordered_at
            if not ordered_at:
                return self.env._("Amazon has order %s with this number and states no date", numbers)
            is_moment = isinstance(ordered_at, datetime)
            if ordered_at < (sent_at if is_moment else sent_at.date()):
                return self.env._(
                    "Amazon has order %(number)s with this number, but it was ordered on %(date)s, before Odoo sent "
                    "this order", number=report.order_ref or numbers,
                    date=self._amazon_date_and_time(naive(ordered_at)) if is_moment
                    else say_day(self.env, ordered_at))
        return False

    def _amazon_other_total(self, reports, numbers):
        """Say that the reports are about another amount: the total must agree, or the total without tax."""
        total, shipping, tax = cxml.header_from_json(self.amazon_cart_header)
        currency = total.currency
        if {report.currency for report in reports} != {currency}:
            return self.env._("Amazon has order %(numbers)s with this number, but not in %(currency)s",
                              numbers=numbers, currency=currency)
        untaxed = total.amount + (shipping.money.amount if shipping and shipping.money else 0)
        expected = untaxed + (tax.money.amount if tax and tax.money else 0)
        stated = _sum(reports, ('NET_TOTAL',))
        if stated == expected or _sum(reports, ('SUBTOTAL', 'SHIPPING_AND_HANDLING')) == untaxed:
            return False
        return self.env._(
            "Amazon has order %(numbers)s with this number, but its total is %(stated)s and not %(expected)s",
            numbers=numbers, expected=format_amount(self.env, float(expected), self.currency_id),
            stated="–" if stated is None else format_amount(self.env, float(stated), self.currency_id))

    # === DECIDING === #

    def _amazon_settle_unclear(self, reports, question, sentence=None):
        """Mark an unclear order as received by Amazon if Reporting proves it; else keep what came for a person.

        :param reports: as for :meth:`_amazon_judge_reports`
        :param str question: what was asked
        :param str sentence: why there is no answer, if there is none
        """
        self.ensure_one()
        try:
            request = self._amazon_lock_request('unclear')
        except UserError:  # a person or a message was faster
            return
        person = self._amazon_person_to_notify()
        order = self.with_context(lang=person.lang or self.env.lang, tz=person.tz)
        verdict = UNCERTAIN
        if not sentence:
            verdict, sentence = order._amazon_judge_reports(reports)
        if verdict == OURS and request.sent_elsewhere:
            verdict, sentence = UNCERTAIN, order.env._("%s, which another database may have sent", sentence)
        request.write({
            'reporting_asked_at': fields.Datetime.now(), 'reporting_question': question, 'reporting_answer': sentence})
        if verdict == OURS:
            order._amazon_message_arrived(order.env._("Amazon's Reporting API: %s.", sentence))
            request._wake_waiting()
            order.message_post(body=order.env._(
                "It is at Amazon. Amazon's Reporting API was asked: %s.", sentence))
        else:
            order._amazon_raise_problem()


def _sum(reports, kinds):
    """Sum up totals of reports.

    :return: None if a report lacks the first kind
    :rtype: Decimal | None
    """
    if any(report.total(kinds[0]) is None for report in reports):
        return None
    return sum(report.total(kind) or 0 for report in reports for kind in kinds)
