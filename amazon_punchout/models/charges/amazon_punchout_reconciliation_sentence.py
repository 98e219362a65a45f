from collections import defaultdict

from odoo import api, fields, models

from ...tools.said import say_day


class AmazonPunchoutReconciliationSentence(models.Model):
    """What differs, in words. The rows have codes and amounts only, so each reader gets their own language."""
    _inherit = 'amazon.punchout.reconciliation'

    sentence = fields.Text("In Words", compute='_compute_sentence')

    @api.depends('codes', 'figures', 'others', 'drafted', 'credit_drafted', 'to_accrue', 'to_receive')
    @api.depends_context('lang', 'amazon_as_of')
    def _compute_sentence(self):
        for row in self:
            row.sentence = " ".join(
                [*row._difference_sentences(), *row._other_sentences(), *row._accepted_sentences(),
                 *row._open_sentences()]) or False

    def _difference_sentences(self):
        """Say what differs.

        :rtype: list[str]
        """
        self.ensure_one()
        sentences = self._sentences_by_code()
        return [sentences[code] for code in (self.codes or "").split(',') if code in sentences]

    def _sentences_by_code(self):
        """Write a sentence for each code of `_differences` that this row has; another addon may add its own.

        :rtype: dict[str, str]
        """
        stated = self.charged + (self.invoiced if self.payment == 'card' else 0.0)
        agreed = self.agreed
        is_confirmed = not self.currency_id.compare_amounts(agreed, self.confirmed)
        env = self.env
        return {
            'charged_not_billed': env._("Charged %s, but not billed.", self._money(stated)),
            'charged_more': env._("Charged %s more than billed.", self._money(self.not_billed)),
            'billed_not_charged': env._("Billed %s, but not charged.", self._money(self.not_charged)),
            'billed_more': env._("Billed %s more than charged.", self._money(self.not_charged)),
            'invoiced_more': env._("Amazon invoiced %s more than billed.", self._money(self.invoiced - self.billed)),
            'billed_above': env._("Billed %s more than confirmed.", self._money(self.billed - self.credited - agreed))
            if is_confirmed else env._(
                "Billed %s more than approved.", self._money(self.billed - self.credited - agreed)),
            'charged_above': env._("Charged %s more than confirmed.", self._money(stated - self.refunded - agreed))
            if is_confirmed else env._(
                "Charged %s more than approved.", self._money(stated - self.refunded - agreed)),
            'cancelled': env._("Charged %s, but the order is cancelled.", self._money(stated - self.refunded)),
            'over_refund': env._("Refunded %s more than charged.", self._money(self.refunded - stated)),
            'refunded_more': env._(
                "Refunded %s more than credited.", self._money(self.refunded - self._own_credited())),
            'credited_more': env._(
                "Credited %s more than refunded.", self._money(self._own_credited() - self.refunded)),
            'refund_due': env._("Returned goods for %s, but not refunded.", self._money(self.refund_due)),
            'paid_more': env._("Paid %s more than charged.", self._money(self.paid_on_bills - stated)),
            'not_paid': env._(
                "Charged %s that is not paid in Odoo.", self._money(self.charged - self.refunded - self.paid)),
        }

    def _accepted_sentences(self):
        """Say who has accepted what differs, and why, and whether it has changed since.

        :rtype: list[str]
        """
        order_sudo = self.order_id.sudo()  # whoever may read the row
        if not self.codes or not order_sudo.amazon_accepted_figures:
            return []
        values = {
            'person': order_sudo.amazon_accepted_by_id.name, 'reason': order_sudo.amazon_accepted_reason,
            'date': say_day(self.env, order_sudo.amazon_accepted_on)}
        if self.is_accepted:
            return [self.env._("Accepted by %(person)s on %(date)s: %(reason)s", **values)]
        return [self.env._(
            "It has changed since %(person)s accepted it on %(date)s: %(reason)s", **values)]

    def _own_credited(self):
        """Return what is credited without the credits of bills that were made anew.

        :rtype: float
        """
        stated = self.charged + (self.invoiced if self.payment == 'card' else 0.0)
        return self.credited - max(min(self.billed - stated, self.credited - self.refunded), 0.0)

    def _other_sentences(self):
        """Say what is in another currency than the order: it is in none of the amounts.

        :rtype: list[str]
        """
        totals = defaultdict(lambda: defaultdict(float))
        for kind, currency_id, amount in self.others or ():
            totals[currency_id][kind] += amount
        sentences = []
        for currency_id, by_kind in totals.items():
            currency = self.env['res.currency'].browse(currency_id)
            amounts = {kind: currency.format(currency.round(by_kind[kind]))
                       for kind in ('charged', 'billed', 'refunded', 'credited')}
            if by_kind['refunded'] or by_kind['credited']:
                sentences.append(self.env._(
                    "In %(currency)s: charged %(charged)s, billed %(billed)s, refunded %(refunded)s, credited "
                    "%(credited)s.", currency=currency.name, **amounts))
            else:
                sentences.append(self.env._(
                    "In %(currency)s: charged %(charged)s, billed %(billed)s.", currency=currency.name,
                    charged=amounts['charged'], billed=amounts['billed']))
        return sentences

    def _open_sentences(self):
        """Say what is not finished, although nothing is wrong with it.

        :rtype: list[str]
        """
        sentences = []
        if self.drafted:
            sentences.append(self.env._("%s is on draft bills.", self._money(self.drafted)))
        if self.credit_drafted:
            sentences.append(self.env._("%s is on draft credits.", self._money(self.credit_drafted)))
        if self.to_accrue and self.payment == 'invoice':
            sentences.append(self.env._(
                "Received goods for %s that are on no posted bill yet.", self._money(self.to_accrue)))
        elif self.to_accrue:
            sentences.append(self.env._("Received goods for %s that are not charged yet.", self._money(self.to_accrue)))
        is_charged = self.currency_id.compare_amounts(self.charged, self.billed - self.drafted) >= 0
        if self.to_receive and (self.payment == 'invoice' or not is_charged):
            sentences.append(self.env._("Billed %s for goods that have not arrived.", self._money(self.to_receive)))
        elif self.to_receive:
            sentences.append(self.env._("Charged %s for goods that have not arrived.", self._money(self.to_receive)))
        return sentences

    def _money(self, amount):
        return self.currency_id.format(self.currency_id.round(amount))
