from dataclasses import asdict
from operator import attrgetter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import REQUIRED_FIELDS
from ...tools.checklist import RECOMMENDED, REQUIRED, Check
from ...tools.outside_secrets import outside_variable


class AmazonPunchoutGroupChecklist(models.Model):
    """The checklist of a group: what is required before it goes live, and what is recommended."""
    _inherit = 'amazon.punchout.group'

    checklist = fields.Json(  # a list of the values of Check
        compute='_compute_checklist', groups='amazon_punchout.group_administrator',
        help="What is missing before the group goes live, and where to fix it.")

    # What a person changes on the form is judged at once; all other items are as of the last time they were read.
    @api.depends(
        'state', 'flow', 'setup_url', 'setup_test_url', 'order_url', 'identity', 'shared_secret', 'secret_name',
        'base_url', 'reached_url')
    @api.depends_context('lang')
    def _compute_checklist(self):
        for group in self:
            group.checklist = [asdict(check) for check in group._sorted_checklist()]

    def _sorted_checklist(self):
        """Sort the checklist as a person works through it.

        :rtype: list[Check]
        """
        return sorted(self._checklist(), key=attrgetter('sequence'))

    def _checklist(self):
        """Override to require the credentials and addresses."""
        return super()._checklist() + [
            Check(name, sequence, REQUIRED, self._has_value(name), self._missing_sentence(name), 'credentials', name)
            for sequence, name in enumerate(REQUIRED_FIELDS, start=10)
        ]

    def _missing_sentence(self, name):
        """Say where a value comes from that the group must have.

        :param str name: of the field
        :rtype: str
        """
        label = self._fields[name]._description_string(self.env)
        secret_name = self.sudo().secret_name
        if secret_name and name in self._secret_fields():
            return self.env._(
                "Set the environment variable %(variable)s to the %(label)s that the group's page on Amazon shows and "
                "restart Odoo, or fill in %(label)s.",
                variable=outside_variable(secret_name, name), label=label)
        return self.env._("Fill in %s as shown on the group's page on Amazon.", label)

    def _open_required(self):
        """List the items that keep this group from going live.

        :rtype: list[Check]
        """
        return [check for check in self._sorted_checklist() if check.level == REQUIRED and not check.done]

    def _open_recommended(self):
        """List the items that are recommended and not done.

        :rtype: list[Check]
        """
        return [check for check in self._sorted_checklist() if check.level == RECOMMENDED and not check.done]

    def _check_required(self):
        """Check that these groups may go live.

        :raises UserError: naming each required item that is not done
        """
        for group in self:
            if checks := group._open_required():
                raise UserError(self.env._(
                    "The Amazon group %(group)s can't go live yet:\n%(sentences)s", group=group.name,
                    sentences="\n".join(f"- {check.sentence}" for check in checks)))
