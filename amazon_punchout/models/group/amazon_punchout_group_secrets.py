from odoo import api, fields, models


class AmazonPunchoutGroupSecrets(models.Model):
    """The secrets of a group: its shared secret, and the password with which Amazon's messages come."""
    _name = 'amazon.punchout.group'
    _inherit = ['amazon.punchout.group', 'amazon.punchout.secrets']

    secret_name = fields.Char(
        help="A name for the group by which its secrets can be kept outside of the database. With the name berlin, "
             "Odoo reads the Shared Secret from the environment variable AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET, or from "
             "the option amazon_punchout_berlin_shared_secret in odoo.conf, and the HTTP Basic Password from "
             "…_INBOUND_PASSWORD in the same way.")
    shared_secret_source = fields.Char(
        compute='_compute_secret_sources', exportable=False, groups='amazon_punchout.group_administrator',
        help="Where Odoo reads the secret from, since it is kept outside of the database.")
    inbound_password_source = fields.Char(
        "HTTP Basic Password Source", compute='_compute_secret_sources', exportable=False,
        groups='amazon_punchout.group_administrator',
        help="Where Odoo reads the password from, since it is kept outside of the database.")

    # Names differ in more than their capitals, since variables are in capitals and options are not.
    _secret_name_unique = models.UniqueIndex(
        "(lower(secret_name)) WHERE secret_name <> ''",
        "Another Amazon group has this Environment Name. Groups can't share it; enter another name.")

    @api.model
    def _secret_fields(self):
        """Override to name the secrets of a group."""
        return (*super()._secret_fields(), 'shared_secret', 'inbound_password')
