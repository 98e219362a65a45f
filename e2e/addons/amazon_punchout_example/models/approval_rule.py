from odoo import fields, models


class AmazonPunchoutGroup(models.Model):
    _inherit = 'amazon.punchout.group'

    approval_rule = fields.Selection(
        selection_add=[('responsible', "Every order by the group's responsible")],
        ondelete={'responsible': 'set default'})


class PurchaseOrder(models.Model):
    _inherit = 'purchase.order'

    def _amazon_rule_allows(self):
        """Override of `amazon_punchout` to let only the group's responsible approve."""
        if self._amazon_rule() != 'responsible':
            return super()._amazon_rule_allows()
        return self.env.user == self.amazon_group_id.sudo().responsible_id
