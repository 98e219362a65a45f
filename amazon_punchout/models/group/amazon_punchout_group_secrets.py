import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.outside_secrets import find_outside_secret

# The fields of a group whose values may be kept outside of the database.
SECRET_FIELDS = ('shared_secret', 'inbound_password')


class AmazonPunchoutGroupSecrets(models.Model):
    """The secrets of a group, in the database or outside of it.

    A secret from outside is read where it is used and never stored, so no dump of the database has it. Where there is
    none, the field counts, which another addon may compute: `server_environment` of OCA does.
    """
    _inherit = 'amazon.punchout.group'

    secret_name = fields.Char(
        "Environment Name", copy=False, exportable=False, groups='amazon_punchout.group_administrator',
        help="A name for the group by which its secrets can be kept outside of the database. With the name berlin, "
             "Odoo reads the Shared Secret from the environment variable AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET, or from "
             "the option amazon_punchout_berlin_shared_secret in odoo.conf, and the HTTP Basic Password from "
             "…_INBOUND_PASSWORD in the same way.")
    shared_secret_source = fields.Char(
        compute='_compute_secret_sources', exportable=False, groups='amazon_punchout.group_administrator')
    inbound_password_source = fields.Char(
        "HTTP Basic Password Source", compute='_compute_secret_sources', exportable=False,
        groups='amazon_punchout.group_administrator')

    # Names differ in more than their capitals, since variables are in capitals and options are not.
    _secret_name_unique = models.UniqueIndex(
        "(lower(secret_name)) WHERE secret_name <> ''",
        "Another Amazon group has this Environment Name. Groups can't share it; enter another name.")

    # === COMPUTE METHODS === #

    @api.depends('secret_name')
    @api.depends_context('lang')
    def _compute_secret_sources(self):
        for group in self:
            for name in SECRET_FIELDS:
                outside = group._outside_secret(name)
                if not outside:
                    source = False
                elif outside.is_variable:
                    source = self.env._("From the environment variable %s", outside.option)
                else:
                    source = self.env._("From the option %s in odoo.conf", outside.option)
                group[f'{name}_source'] = source

    # === CONSTRAINTS === #

    @api.constrains('secret_name')
    def _check_secret_name(self):
        for group in self.sudo():  # the name is for administrators, the rule for all
            if group.secret_name and not re.fullmatch(r'[A-Za-z0-9_]+', group.secret_name):
                raise ValidationError(self.env._(
                    "The Environment Name of the Amazon group %s can have only letters from A to Z, digits and "
                    "underscores.", group.name))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to store no secret that comes from outside."""
        groups = super().create(vals_list)
        groups._drop_stored_secrets()
        return groups

    def write(self, vals):
        """Override to store no secret that comes from outside.

        A variable may have been set since the group was saved last, so this looks whatever is written.
        """
        result = super().write(vals)
        if any(vals.values()) or vals.keys() - set(SECRET_FIELDS):  # else it only removes secrets
            self._drop_stored_secrets()
        return result

    @api.autovacuum
    def _drop_all_stored_secrets(self):
        """Remove what the database has of secrets for which a variable or an option was set after the group's name."""
        self.sudo().with_context(active_test=False).search([('secret_name', '!=', False)])._drop_stored_secrets()

    def _drop_stored_secrets(self):
        """Remove what the database has of secrets that come from outside: nobody uses it, and a dump would have it."""
        for group in self.sudo():
            for name in SECRET_FIELDS:
                if group[name] and group._outside_secret(name):
                    group[name] = False

    # === READING === #

    def _outside_secret(self, name):
        """Find a secret of the group outside of the database.

        :param str name: of the field
        :rtype: outside_secrets.OutsideSecret | None
        """
        self.ensure_one()
        secret_name = self.sudo().secret_name  # whoever shops or orders uses the secret without reading it
        return find_outside_secret(secret_name, name) if secret_name else None

    def _secret(self, name):
        """Give a secret of the group. All code reads secrets here, and only where they are used.

        :param str name: of the field
        :return: the secret, empty if there is none
        :rtype: str
        """
        self.ensure_one()
        outside = self._outside_secret(name)
        return outside.value if outside else self.sudo()[name] or ''

    def _has_value(self, name):
        """Tell whether a field has a value, or a secret one outside of the database.

        :param str name: of the field
        :rtype: bool
        """
        self.ensure_one()
        return bool(self._secret(name) if name in SECRET_FIELDS else self[name])
