from odoo import api, fields, models

from ...const import UNREVIEWED


class AmazonPunchoutTransactionShare(models.Model):
    """The part of a charge that a bill has, or the part of a refund that a credit has.

    A charge may be of several bills, and a bill may be paid by several charges.
    """
    _name = 'amazon.punchout.transaction.share'
    _description = "Booked Part of an Amazon Charge"
    _order = 'transaction_id, id'

    line_id = fields.Many2one(
        'amazon.punchout.transaction.line', "Charge Line", required=True, readonly=True, index=True,
        ondelete='cascade')
    # Not precomputed: the record that Odoo makes for that first would stay among those of the transaction.
    transaction_id = fields.Many2one(
        related='line_id.transaction_id', store=True, index=True, ondelete='cascade')
    move_id = fields.Many2one(
        'account.move', "Bill or Credit", required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='move_id.company_id', store=True, precompute=True)
    currency_id = fields.Many2one(related='line_id.currency_id')
    amount = fields.Monetary(readonly=True)

    _line_move_uniq = models.UniqueIndex("(line_id, move_id)", "This part of the charge was booked meanwhile.")

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to mark the bills that have charges."""
        shares = super().create(vals_list)
        unmarked_sudo = shares.move_id.sudo().filtered(lambda move: not move.amazon_is_charged)
        # Not a change that an addon for the validation of bills blocks.
        unmarked_sudo.with_context(**{UNREVIEWED: True}).amazon_is_charged = True
        return shares


class AmazonPunchoutTransactionLineShares(models.Model):
    """Lines of charges and refunds, and what is booked of them."""
    _inherit = 'amazon.punchout.transaction.line'

    share_ids = fields.One2many('amazon.punchout.transaction.share', 'line_id', "Booked Parts", readonly=True)

    def _amount(self):
        """Return what was charged or refunded with this line.

        Where the lines don't add up to the whole, the largest has the difference: a person sees it on the bill.

        :rtype: float
        """
        self.ensure_one()
        lines = self.transaction_id.line_ids
        rest = self.currency_id.round(self.transaction_id.amount - sum(lines.mapped('total')))
        is_largest = self == max(lines, key=lambda line: (line.total, -line.sequence, -line.id))
        return self.currency_id.round(self.total + rest) if is_largest else self.total

    def _open_amount(self):
        """Return how much of this line is on no bill or credit yet.

        :rtype: float
        """
        self.ensure_one()
        return self.currency_id.round(self._amount() - sum(self.share_ids.mapped('amount')))

    def _share_with(self, move, amount=None):
        """Note that a bill or credit has what is open of these lines.

        :param move: the `account.move`
        :param float | None amount: no more than that
        :return: the amount that found no place
        :rtype: float
        """
        for line in self:
            part = line._open_amount() if amount is None else min(line._open_amount(), amount)
            if line.currency_id.compare_amounts(part, 0) <= 0:
                continue
            if known := line.share_ids.filtered(lambda share: share.move_id == move):
                known.amount += part
            else:
                line.env['amazon.punchout.transaction.share'].create(
                    {'line_id': line.id, 'move_id': move.id, 'amount': part})
            if amount is not None:
                amount = line.currency_id.round(amount - part)
        return amount or 0.0
