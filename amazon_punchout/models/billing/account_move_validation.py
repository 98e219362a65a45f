from odoo import models


class AccountMoveValidation(models.Model):
    """Bills that people validate before they are posted, by an addon on OCA's `base_tier_validation`."""
    _inherit = 'account.move'

    def _amazon_ask_for_validation(self):
        """Ask for the validation that this bill needs before it can be posted, if any.

        :return: what the bill waits for; empty if no validation prevents that it is posted
        :rtype: str
        """
        self.ensure_one()
        if 'need_validation' not in self._fields:
            return ""
        if self.need_validation:
            self.request_validation()
            self.invalidate_recordset(['need_validation', 'validation_status', 'review_ids'])
        if not self.review_ids or self.validation_status == 'validated':
            return ""
        people = ", ".join(dict.fromkeys(self.sudo().reviewer_ids.mapped('name')))
        if not people:
            return self.env._("The bill waits for validation. Post it once it is validated.")
        return self.env._("The bill waits for validation by %s. Post it once it is validated.", people)
