import base64

from odoo import fields, models


class AmazonPunchoutUpload(models.TransientModel):
    """The dialog that takes a report from Amazon."""
    _name = 'amazon.punchout.upload'
    _description = "Import an Amazon Report"

    file = fields.Binary("Report", required=True, attachment=False)
    filename = fields.Char("File Name")

    def action_check(self):
        """Store the report, check it, and open what the check has found.

        :rtype: dict
        """
        self.ensure_one()
        raw = base64.b64decode(self.with_context(bin_size=False).file)
        report = self.env['amazon.punchout.import']._upload(self.filename or self.env._("Report"), raw)
        return {
            'type': 'ir.actions.act_window', 'res_model': report._name, 'res_id': report.id,
            'views': [(False, 'form')]}
