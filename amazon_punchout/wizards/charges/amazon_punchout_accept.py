from odoo import api, fields, models


class AmazonPunchoutAccept(models.TransientModel):
    """The dialog that asks why a difference between an order, its charges and its books is accepted."""
    _name = 'amazon.punchout.accept'
    _description = "Accept an Amazon Difference"

    order_id = fields.Many2one('purchase.order', required=True, readonly=True, ondelete='cascade')
    figures = fields.Char(readonly=True)  # what the user has seen
    difference = fields.Text(compute='_compute_difference')
    reason = fields.Char(required=True)

    def _row(self):
        return self.env['amazon.punchout.reconciliation'].search([('order_id', '=', self.order_id.id)])

    @api.depends('order_id')
    def _compute_difference(self):
        for dialog in self:
            row = dialog._row()
            dialog.difference = " ".join([*row._difference_sentences(), *row._other_sentences()]) if row else False

    def action_accept(self):
        """Accept the difference with the reason."""
        self.ensure_one()
        self._row()._accept(self.figures, self.reason)
        return {'type': 'ir.actions.act_window_close'}
