from odoo import api, fields, models
from odoo.exceptions import UserError


class PurchaseOrderSetup(models.Model):
    """The way from a test order back to the setup for which it was placed."""
    _inherit = 'purchase.order'

    amazon_is_setup_test = fields.Boolean(
        "Test Order of the Setup", compute='_compute_amazon_is_setup_test', compute_sudo=True)

    @api.depends('amazon_deployment_mode', 'amazon_group_id.state')
    def _compute_amazon_is_setup_test(self):
        for order in self:
            order.amazon_is_setup_test = (
                order.amazon_deployment_mode == 'test' and order.amazon_group_id.state == 'test')

    def action_amazon_continue_setup(self):
        """Continue the setup of the order's group.

        :return: an action
        :raises UserError: the order has no group
        """
        self.ensure_one()
        if not self.amazon_group_id:
            raise UserError(self.env._("%s is not an Amazon order.", self.name))
        return self.amazon_group_id.action_continue_setup()
