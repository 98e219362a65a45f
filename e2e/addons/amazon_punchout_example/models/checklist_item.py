from odoo import models

from odoo.addons.amazon_punchout.tools.checklist import REQUIRED, Check


class AmazonPunchoutGroup(models.Model):
    _inherit = 'amazon.punchout.group'

    def _checklist(self):
        """Override of `amazon_punchout` to require a business unit for Pay by Invoice, after the credentials."""
        items = super()._checklist()
        if self.payment_method == 'invoice':
            items.append(Check(
                'business_unit', 15, REQUIRED, bool(self.business_unit),
                self.env._("Fill in the business unit of the group."), 'credentials'))
        return items
