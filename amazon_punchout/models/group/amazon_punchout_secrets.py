import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.outside_secrets import find_outside_secret


class AmazonPunchoutSecrets(models.AbstractModel):
    """Secrets of a record, in the database or outside of it.

    A secret from outside is read where it is used and never stored, so no dump of the database has it. Where there is
    none, the field counts, which another addon may compute: `server_environment` of OCA does. A model that inherits
    this names its fields in `_secret_fields` and has a field `<name>_source` for each of them.
    """
    _name = 'amazon.punchout.secrets'
    _description = "Secrets Outside of the Database"

    secret_name = fields.Char(
        "Environment Name", copy=False, exportable=False, groups='amazon_punchout.group_administrator')

    # === COMPUTE METHODS === #

    @api.depends('secret_name')
    @api.depends_context('lang')
    def _compute_secret_sources(self):
        for record in self:
            for name in self._secret_fields():
                outside = record._outside_secret(name)
                if not outside:
                    source = False
                elif outside.is_variable:
                    source = self.env._("From the environment variable %s", outside.option)
                else:
                    source = self.env._("From the option %s in odoo.conf", outside.option)
                record[f'{name}_source'] = source

    # === CONSTRAINTS === #

    @api.constrains('secret_name')
    def _check_secret_name(self):
        for record in self.sudo():  # the name is for administrators, the rule for all
            if record.secret_name and not re.fullmatch(r'[A-Za-z0-9_]+', record.secret_name):
                raise ValidationError(self.env._(
                    "The Environment Name of %s can have only letters from A to Z, digits and underscores.",
                    record.display_name))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to store no secret that comes from outside."""
        records = super().create(vals_list)
        records._drop_stored_secrets()
        return records

    def write(self, vals):
        """Override to store no secret that comes from outside.

        A variable may have been set since the record was saved last, so this looks whatever is written.
        """
        result = super().write(vals)
        if any(vals.values()) or vals.keys() - set(self._secret_fields()):  # else it only removes secrets
            self._drop_stored_secrets()
        return result

    @api.autovacuum
    def _drop_all_stored_secrets(self):
        """Remove what the database has of secrets for which a variable or an option was set after the name."""
        if not self._abstract:
            self.sudo().with_context(active_test=False).search([('secret_name', '!=', False)])._drop_stored_secrets()

    def _drop_stored_secrets(self):
        """Remove what the database has of secrets that come from outside: nobody uses it, and a dump would have it."""
        for record in self.sudo():
            for name in self._secret_fields():
                if record[name] and record._outside_secret(name):
                    record[name] = False

    # === READING === #

    @api.model
    def _secret_fields(self):
        """Name the fields whose values may be kept outside of the database.

        :rtype: tuple[str, ...]
        """
        return ()

    def _outside_secret(self, name):
        """Find a secret outside of the database.

        :param str name: of the field
        :rtype: outside_secrets.OutsideSecret | None
        """
        self.ensure_one()
        secret_name = self.sudo().secret_name  # whoever shops or orders uses the secret without reading it
        return find_outside_secret(secret_name, name) if secret_name else None

    def _secret(self, name):
        """Give a secret. All code reads secrets here, and only where they are used.

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
        return bool(self._secret(name) if name in self._secret_fields() else self[name])
