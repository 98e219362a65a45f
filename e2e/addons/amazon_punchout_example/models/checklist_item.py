from odoo import models

from odoo.addons.amazon_punchout.tools.checklist import REQUIRED, Check


class AmazonPunchoutGroup(models.Model):
    _inherit = 'amazon.punchout.group'

    def _checklist(self):
        """Override of `amazon_punchout` to ask for a business unit, after the credentials (10 to 13)."""
        return [*super()._checklist(), Check(
            'business_unit', 15, REQUIRED, bool(self.business_unit),
            self.env._("Fill in the business unit of the group."), 'credentials')]
