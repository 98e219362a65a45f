from odoo import api, models

from ...tools.checklist import RECOMMENDED, Check
from ...tools.networks import read_networks

# Only system administrators write system parameters. No data of the addon sets this one.
ALLOWED_NETWORKS = 'amazon_punchout.allowed_networks'


class AmazonPunchoutGroupNetworks(models.Model):
    """Where documents may go besides public addresses: networks that a system administrator lists."""
    _inherit = 'amazon.punchout.group'

    @api.model
    def _allowed_networks(self):
        """List the networks that documents may go to although they are not public.

        :return: of `ipaddress`; an entry that is no network allows nothing
        :rtype: tuple
        """
        return self._read_allowed_networks()[0]

    @api.model
    def _read_allowed_networks(self):
        """Read the system parameter.

        :return: as `read_networks`
        :rtype: tuple[tuple, list[str]]
        """
        # Whoever shops or sends needs the answer and may not read the parameter.
        return read_networks(self.env['ir.config_parameter'].sudo().get_param(ALLOWED_NETWORKS))

    def _checklist(self):
        """Override to name the entries that are no networks."""
        checks = super()._checklist()
        if wrong := self._read_allowed_networks()[1]:
            checks.append(Check('allowed_networks', 35, RECOMMENDED, False, self.env._(
                "The system parameter %(parameter)s has entries that are no networks and allow nothing: %(entries)s. "
                "Ask a system administrator to correct them. A network looks like this: 10.20.0.0/16.",
                parameter=ALLOWED_NETWORKS, entries=", ".join(wrong)), 'credentials', 'order_url'))
        return checks
