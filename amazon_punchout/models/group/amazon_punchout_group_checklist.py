from dataclasses import asdict
from operator import attrgetter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import REQUIRED_FIELDS
from ...tools.checklist import RECOMMENDED, REQUIRED, Check


class AmazonPunchoutGroupChecklist(models.Model):
    """The checklist of a group: what is required before it goes live, and what is recommended."""
    _inherit = 'amazon.punchout.group'

    checklist = fields.Json(  # a list of the values of Check
        compute='_compute_checklist', groups='amazon_punchout.group_administrator',
        help="What is missing before the group goes live, and where to fix it.")

    # What a person changes on the form is judged at once; all other items are as of the last time they were read.
    @api.depends(
        'state', 'flow', 'setup_url', 'setup_test_url', 'order_url', 'identity', 'shared_secret', 'secret_name',
        'base_url')
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
            Check(name, sequence, REQUIRED, self._has_value(name), self.env._(
                "Fill in %s as shown on the group's page on Amazon.", self._fields[name]._description_string(self.env)),
                'credentials')
            for sequence, name in enumerate(REQUIRED_FIELDS, start=10)
        ]

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
