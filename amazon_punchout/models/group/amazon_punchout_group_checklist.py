from dataclasses import asdict
from operator import attrgetter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.checklist import RECOMMENDED, REQUIRED, Check


class AmazonPunchoutGroupChecklist(models.Model):
    """What a group still lacks before anybody can order with it. Other files add their own items."""
    _inherit = 'amazon.punchout.group'

    checklist = fields.Json(  # a list of the values of Check
        compute='_compute_checklist', groups='amazon_punchout.group_administrator',
        help="What is missing before the group goes live, and where to mend it.")

    # What a person changes on the form is seen at once; the rest of the checklist is as of the last time it was read.
    @api.depends('state', 'flow', 'setup_url', 'setup_test_url', 'order_url', 'identity', 'shared_secret', 'base_url')
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
        """Override of this addon to ask for the credentials and addresses."""
        group_sudo = self.sudo()  # the secret: only whether there is one
        return super()._checklist() + [
            Check(name, sequence, REQUIRED, bool(group_sudo[name]), self.env._(
                "Fill in %s, as Amazon's page of the group shows it.", self._fields[name]._description_string(self.env)),
                'credentials')
            for sequence, name in enumerate(('setup_url', 'order_url', 'identity', 'shared_secret'), start=10)
        ]

    def _open_required(self):
        """:return: the items that keep this group from going live
        :rtype: list[Check]
        """
        return [check for check in self._sorted_checklist() if check.level == REQUIRED and not check.done]

    def _open_recommended(self):
        """:return: the items that somebody should look at, though nothing waits for them
        :rtype: list[Check]
        """
        return [check for check in self._sorted_checklist() if check.level == RECOMMENDED and not check.done]

    def _check_required(self):
        """:raises UserError: naming each must that is open"""
        for group in self:
            if musts := group._open_required():
                raise UserError(self.env._(
                    "The Amazon group %(group)s can't go live yet:\n%(sentences)s", group=group.name,
                    sentences="\n".join(f"- {check.sentence}" for check in musts)))
