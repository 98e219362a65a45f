import re

from odoo import fields, models
from odoo.tools import format_amount, format_date

from ...tools.said import say_day
from ...tools.sentences import STOPS, in_a_row

# The code that stands behind the words of a reason: Out of stock (015-005).
CODE = re.compile(r' \(\d{3}-\d{3}\)$')
BETWEEN_SENTENCES = re.compile(r'\. |。')


class PurchaseOrderAnswers(models.Model):
    """The sentence about what Amazon has confirmed, and about what has happened since."""
    _inherit = 'purchase.order'

    def _amazon_confirmed_sentence(self, state):
        """Say how much of the order Amazon has confirmed, what it changed, and what the order costs now.

        :param str state: `confirmed` or `partial`
        :rtype: str
        """
        sentence, currency = self._amazon_answers_sentence(state), self.currency_id
        if not self.amazon_approved_total or not currency.compare_amounts(
                self.amount_total, self.amazon_approved_total):
            return sentence
        return self.env._(
            "%(answers)s; total %(now)s, was %(before)s", answers=sentence,
            now=format_amount(self.env, self.amount_total, currency),
            before=format_amount(self.env, self.amazon_approved_total, currency))

    def _amazon_answers_sentence(self, state):
        """Say how much of the order Amazon has confirmed, and what it changed.

        :param str state: as for :meth:`_amazon_confirmed_sentence`
        :rtype: str
        """
        answers = ", ".join(self._amazon_answers())
        if state == 'partial':
            if person := self._amazon_entered_by():
                return self.env._(
                    "Partly confirmed, as entered by %(person)s: %(answers)s", person=person.name, answers=answers)
            return self.env._("Partly confirmed by Amazon: %s", answers)
        # Only the price of a line that is accepted in full can have changed.
        if 'changed' in self._amazon_item_lines().mapped('amazon_confirmation'):
            return self.env._("Confirmed by Amazon: all lines accepted, %s", answers)
        return self.env._("Confirmed by Amazon: all lines accepted")

    def _amazon_answers(self):
        """Count the lines that are not as ordered.

        :return: e.g. `1 of 3 rejected (Out of stock)` and `1 of 3 at a higher price (+$ 30.00)`
        :rtype: list[str]
        """
        lines, texts = self._amazon_item_lines(), []
        rejected = lines.filtered('amazon_rejected_quantity')
        open_lines = lines.filtered('product_qty')
        dearer = open_lines.filtered(lambda line: line._amazon_is_dearer())
        cheaper = (open_lines - dearer).filtered(
            lambda line: line.currency_id.compare_amounts(line.price_unit, line.amazon_cart_price) < 0)
        backordered = lines.filtered('amazon_backordered_quantity')
        pending = lines.filtered(lambda line: line.amazon_confirmation == 'none')
        values = {'lines': len(lines)}
        if reasons := "; ".join(dict.fromkeys(filter(None, (line._amazon_short_reason() for line in rejected)))):
            texts.append(self.env._(
                "%(count)s of %(lines)s rejected (%(reasons)s)", count=len(rejected), reasons=reasons, **values))
        elif rejected:
            texts.append(self.env._("%(count)s of %(lines)s rejected", count=len(rejected), **values))
        if dearer:
            texts.append(self.env._(
                "%(count)s of %(lines)s at a higher price (+%(amount)s)", count=len(dearer),
                amount=self._amazon_price_change(dearer), **values))
        if cheaper:
            texts.append(self.env._(
                "%(count)s of %(lines)s at a lower price (%(amount)s)", count=len(cheaper),
                amount=self._amazon_price_change(cheaper), **values))
        if backordered:
            texts.append(self.env._("%(count)s of %(lines)s back-ordered", count=len(backordered), **values))
        if pending:
            texts.append(self.env._("%(count)s of %(lines)s pending", count=len(pending), **values))
        return texts

    def _amazon_price_change(self, lines):
        """Write by how much lines differ from the prices of the cart.

        :rtype: str
        """
        return format_amount(self.env, sum(
            (line.price_unit - line.amazon_cart_price) * line.product_qty for line in lines), self.currency_id)

    def _amazon_and_progress(self, sentence):
        """Add to a sentence what has happened since.

        :param str sentence: about the order request or its confirmation
        :rtype: str
        """
        return in_a_row(self.env, (sentence, *(text for _sequence, text in sorted(self._amazon_progress()))))

    def _amazon_day(self, moment):
        """Write a day as the reader would say it: the weekday of the coming week, else the date.

        :param datetime moment: in UTC
        :rtype: str
        """
        reader = self.with_context(tz=self._amazon_reader_tz())
        day, today = (
            fields.Datetime.context_timestamp(reader, each).date() for each in (moment, fields.Datetime.now()))
        days = (day - today).days
        if days == 0:
            return self.env._("today")
        return format_date(self.env, day, date_format='EEEE') if 0 < days < 7 else say_day(self.env, day)


class PurchaseOrderLineAnswers(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_short_reason(self):
        """Give the first of Amazon's reasons in words, without its code.

        :return: empty if Amazon gave none
        :rtype: str
        """
        self.ensure_one()
        first, *_others = BETWEEN_SENTENCES.split(self.amazon_reason or "", maxsplit=1)
        return CODE.sub("", first.rstrip(STOPS))
