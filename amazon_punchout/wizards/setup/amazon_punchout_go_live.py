from markupsafe import Markup

from odoo import api, fields, models


class AmazonPunchoutGoLive(models.TransientModel):
    """The confirmation before orders become real."""
    _name = 'amazon.punchout.go.live'
    _description = "Go Live with Amazon"

    group_id = fields.Many2one('amazon.punchout.group', required=True, readonly=True, ondelete='cascade')
    setup_url = fields.Char(related='group_id.setup_url', related_sudo=False)
    return_url = fields.Char("Shoppers Return To", compute='_compute_return_url')
    recommended = fields.Html(compute='_compute_recommended', sanitize=False)  # escaped where made
    test_draft_count = fields.Integer(compute='_compute_test_draft_count')

    @api.depends('group_id')
    def _compute_return_url(self):
        for dialog in self:
            dialog.return_url = dialog.group_id and dialog.group_id._get_public_url('')

    @api.depends('group_id')
    @api.depends_context('lang')
    def _compute_recommended(self):
        for dialog in self:
            checks = dialog.group_id._open_recommended() if dialog.group_id else []
            dialog.recommended = Markup("").join(Markup("<li>%s</li>") % check.sentence for check in checks) or False

    @api.depends('group_id')
    def _compute_test_draft_count(self):
        for dialog in self:
            dialog.test_draft_count = self.env['purchase.order'].search_count([
                ('amazon_group_id', '=', dialog.group_id.id), ('amazon_deployment_mode', '=', 'test'),
                ('amazon_state', 'in', ('cart', 'queued')), ('state', '!=', 'cancel')])

    def action_confirm(self):
        """Make the orders of the group real from now on."""
        self.ensure_one()
        self.group_id.state = 'active'
        return {'type': 'ir.actions.act_window_close'}
