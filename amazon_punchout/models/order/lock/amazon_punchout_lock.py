from odoo import api, models, tools
from odoo.exceptions import UserError


class AmazonPunchoutLock(models.AbstractModel):
    """What the locks of orders and of their lines have in common."""
    _name = 'amazon.punchout.lock'
    _description = "Amazon Cart Lock"

    @api.model
    @tools.ormcache()
    def _amazon_field_names(self):
        """List the stored fields that only the addon itself writes.

        :rtype: frozenset[str]
        """
        return frozenset(
            name for name, field in self._fields.items()
            if name.startswith('amazon_') and field.store and not field.compute)

    @api.model
    def _amazon_check_new_values(self, vals):
        """Block Amazon values in a new record, and shut out their defaults.

        :param dict vals: as in create(); each Amazon field that the user can write becomes False in it
        :raises UserError: a value is given
        """
        names = self._amazon_field_names()
        if any(vals.get(name) for name in names):
            raise UserError(self.env._("Only a cart from Amazon can set the Amazon fields of an order."))
        # The ORM itself keeps users from fields that they can't write, even if the value is False.
        vals.update({name: False for name in names if self._has_field_access(self._fields[name], 'write')})

    def _amazon_check_values(self, vals):
        """Block Amazon values in existing records.

        :param dict vals: as in write()
        :raises UserError: an Amazon field is among them, whatever its value
        """
        if not self._amazon_field_names().isdisjoint(vals):
            raise UserError(self.env._("Only messages from Amazon can change the Amazon fields of an order."))

    def _amazon_changes(self, names, vals):
        """Tell whether some of the values differ from the record's.

        :param frozenset[str] names: the fields to look at
        :param dict vals: as in write()
        :rtype: bool
        """
        self.ensure_one()
        return any(self._amazon_changes_field(name, vals[name]) for name in names & vals.keys())

    def _amazon_changes_field(self, name, value):
        """Tell whether a value differs from the record's.

        :param str name: of a field
        :param value: as in write()
        :rtype: bool
        """
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)
