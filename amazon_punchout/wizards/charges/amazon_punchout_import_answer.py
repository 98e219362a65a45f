from odoo import fields, models


class AmazonPunchoutImportAnswer(models.TransientModel):
    """The dialog that asks in which currency a report without the column Currency is."""
    _name = 'amazon.punchout.import.answer'
    _description = "Currency of an Amazon Report"

    import_id = fields.Many2one('amazon.punchout.import', required=True, readonly=True, ondelete='cascade')
    currency_id = fields.Many2one('res.currency', required=True, default=lambda self: self.env.company.currency_id)

    def action_answer(self):
        """Check the report again with the currency."""
        self.ensure_one()
        self.import_id._answer_currency(self.currency_id)
        return {'type': 'ir.actions.act_window_close'}
