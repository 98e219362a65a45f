from odoo import fields, models

from ...const import REPORTING_REGIONS
from ...tools.checklist import RECOMMENDED, Check
from .amazon_punchout_api import APIS


class AmazonPunchoutGroupApi(models.Model):
    """The API access that a group uses."""
    _inherit = 'amazon.punchout.group'

    api_id = fields.Many2one(
        'amazon.punchout.api', "API Access", copy=False, index='btree_not_null', ondelete='set null',
        groups='amazon_punchout.group_administrator',
        help="The access to Amazon's REST APIs of this group's Amazon Business account and region.")

    def _amazon_region(self):
        """Give Amazon's code of the group's marketplace in its APIs.

        :rtype: str
        """
        return REPORTING_REGIONS.get(self.marketplace, (self.marketplace or 'us').upper())

    def _checklist(self):
        """Override to show an API that is switched on and not open."""
        checks = super()._checklist()
        access_sudo = self.sudo().api_id  # the reason only
        problems = [
            access_sudo[f'{name}_problem'] for name in APIS
            if access_sudo[f'use_{name}'] and access_sudo[f'{name}_state'] == 'stopped']
        if problems:
            checks.append(Check('api_access', 53, RECOMMENDED, False, self.env._(
                "%(problem)s Then press Test Connection on the API access %(access)s.", problem=problems[0],
                access=access_sudo.name), 'amazon_punchout.amazon_punchout_api_action'))
        return checks
