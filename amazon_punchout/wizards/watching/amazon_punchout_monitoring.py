import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import HEALTH_PARAMETER, HEALTH_PATH, MIN_HEALTH_TOKEN


class AmazonPunchoutMonitoring(models.TransientModel):
    """Shows an administrator the address and the token of the page for monitoring.

    The page has the figures of all companies, so the token is for administrators of all of them.
    """
    _name = 'amazon.punchout.monitoring'
    _description = "Amazon Monitoring"

    address = fields.Char("URL", compute='_compute_token')
    # Nothing of it is stored in the table of the dialog.
    token = fields.Char(compute='_compute_token', exportable=False, groups='amazon_punchout.group_administrator')
    is_allowed = fields.Boolean("Can Monitor", compute='_compute_token')

    @api.depends_context('uid')
    def _compute_token(self):
        parameters_sudo = self.env['ir.config_parameter'].sudo()  # only system administrators read them
        is_allowed = self._is_allowed()
        for monitoring in self:
            monitoring.address = f"{parameters_sudo.get_param('web.base.url')}{HEALTH_PATH}"
            monitoring.token = is_allowed and self.env['amazon.punchout.health']._token()
            monitoring.is_allowed = is_allowed

    def _is_allowed(self):
        """Tell whether the user is an administrator of every company that has a group.

        :rtype: bool
        """
        # pylint: disable-next=no-search-all  # the rule is about every group
        groups_sudo = self.env['amazon.punchout.group'].sudo().with_context(active_test=False).search([])
        return self.env.user.has_group('amazon_punchout.group_administrator') \
            and groups_sudo.company_id <= self.env.user.company_ids

    def _set_token(self, token):
        """Store a token, or none.

        :param str | bool token: False switches the page off
        :return: an action that shows the dialog again
        :rtype: dict
        :raises UserError: another company has a group
        """
        if not self._is_allowed():
            raise UserError(self.env._(
                "Only an Amazon administrator of all companies that have an Amazon group can set up monitoring, since "
                "it shows the figures of all of them."))
        self.env['ir.config_parameter'].sudo().set_param(HEALTH_PARAMETER, token)
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Monitoring"), 'res_model': self._name,
            'res_id': self.id, 'views': [(False, 'form')], 'target': 'new'}

    def action_generate(self):
        """Generate a token; the one before opens nothing any more."""
        self.ensure_one()
        return self._set_token(secrets.token_urlsafe(MIN_HEALTH_TOKEN))

    def action_switch_off(self):
        """Remove the token, so that the page does not exist any more."""
        self.ensure_one()
        return self._set_token(False)
