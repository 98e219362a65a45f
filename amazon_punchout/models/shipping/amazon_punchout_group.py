import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import TRACKING_PATH


class AmazonPunchoutGroupTracking(models.Model):
    """The package tracking that Amazon pushes, and the secret by which it is authenticated."""
    _inherit = 'amazon.punchout.group'

    use_tracking = fields.Boolean(
        "Receive Package Tracking", copy=False, tracking=True,
        help="Amazon posts where each package is. Without it, the address does not exist.")
    tracking_secret = fields.Char(
        copy=False, exportable=False, groups='amazon_punchout.group_administrator',
        help="The secret that Amazon's package tracking is sent with.")
    tracking_secret_source = fields.Char(
        compute='_compute_secret_sources', exportable=False, groups='amazon_punchout.group_administrator',
        help="Where Odoo reads the secret from, since it is kept outside of the database.")
    tracking_url = fields.Char(
        "Address for Package Tracking", compute='_compute_tracking_url',
        help="The address to which Amazon sends package tracking. Enter it where Amazon asks for it.")

    @api.depends('base_url')
    def _compute_tracking_url(self):
        for group in self:
            group.tracking_url = group._get_public_url(TRACKING_PATH)

    @api.model
    def _secret_fields(self):
        """Override to name the secret for package tracking."""
        return (*super()._secret_fields(), 'tracking_secret')

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail` to generate the secret."""
        groups = super().create(vals_list)
        groups._generate_missing_tracking_secret()
        return groups

    def write(self, vals):
        """Override of `mail` to generate the secret."""
        result = super().write(vals)
        if vals.get('use_tracking'):
            self._generate_missing_tracking_secret()
        return result

    def _generate_missing_tracking_secret(self):
        for group_sudo in self.sudo():
            if group_sudo.use_tracking and not group_sudo._has_value('tracking_secret'):
                group_sudo.tracking_secret = secrets.token_urlsafe(32)

    def action_generate_tracking_secret(self):
        """Make a new secret for package tracking. The old one is no longer accepted.

        :raises UserError: the secret is kept outside of the database
        """
        for group in self:
            if group._outside_secret('tracking_secret'):
                raise UserError(self.env._(
                    "The secret for package tracking of the Amazon group %s is kept outside of the database. Replace "
                    "it there.", group.name))
            group.tracking_secret = secrets.token_urlsafe(32)

    # === AUTHENTICATION === #

    @api.model
    def _tracking_groups(self):
        """Find the groups that receive package tracking.

        :return: the groups in superuser mode
        """
        return self.sudo().search([('use_tracking', '=', True)], order='id')

    def _authenticate_tracking(self, secret):
        """Find those of these groups whose secret came.

        All are compared, in a time that reveals nothing about their secrets.

        :param str | None secret: as it came; no group has an empty one
        :return: the groups in superuser mode, or an empty recordset
        """
        sent = (secret or '').encode()
        known = self.sudo().filtered(
            lambda group: secrets.compare_digest(sent, (group._secret('tracking_secret') or '').encode()))
        return known if sent else known.browse()
