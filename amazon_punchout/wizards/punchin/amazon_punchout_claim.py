from odoo import api, fields, models


class AmazonPunchoutClaim(models.TransientModel):
    """Asks for the group and the location of an unclaimed cart if there is a choice."""
    _name = 'amazon.punchout.claim'
    _description = "Claim an Amazon Cart"

    session_id = fields.Many2one('amazon.punchout.session', required=True, readonly=True, ondelete='cascade')
    deployment_mode = fields.Selection(related='session_id.deployment_mode')
    group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", domain="[('id', 'in', allowed_group_ids)]", required=True)
    allowed_group_ids = fields.Many2many('amazon.punchout.group', compute='_compute_allowed_group_ids')
    warehouse_id = fields.Many2one(
        'stock.warehouse', "Deliver To", domain="[('id', 'in', allowed_warehouse_ids)]", required=True,
        compute='_compute_warehouse_id', store=True, readonly=False, precompute=True)
    allowed_warehouse_ids = fields.Many2many('stock.warehouse', compute='_compute_allowed_warehouse_ids')

    @api.depends('session_id')
    @api.depends_context('uid')
    def _compute_allowed_group_ids(self):
        for claim in self:
            claim.allowed_group_ids = claim.session_id and claim.session_id._claim_groups().sudo(False)

    @api.depends('group_id')
    def _compute_allowed_warehouse_ids(self):
        for claim in self:
            claim.allowed_warehouse_ids = claim.group_id and claim.group_id._offered_warehouses()

    @api.depends('group_id')
    def _compute_warehouse_id(self):
        for claim in self:
            if claim.warehouse_id not in claim.allowed_warehouse_ids:
                claim.warehouse_id = claim.allowed_warehouse_ids[:1]

    def action_claim(self):
        """Claim the cart.

        :return: an action, see :meth:`amazon.punchout.session._claim`
        :rtype: dict
        """
        self.ensure_one()
        return self.session_id._claim(self.group_id, self.warehouse_id)
