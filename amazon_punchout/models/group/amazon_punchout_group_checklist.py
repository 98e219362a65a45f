from dataclasses import asdict, dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError

# What each kind of item means: only a must keeps a group from going live.
MUST, ADVICE = 'must', 'advice'


@dataclass(frozen=True)
class Check:
    """One item of the checklist on a group's form.

    :ivar str key: names it for code, e.g. `shared_secret`
    :ivar str level: MUST or ADVICE
    :ivar bool done: whether there is nothing left to do
    :ivar str sentence: what is asked for; if it isn't done, what is missing and how it is mended
    :ivar str page: name of the page of the group's form where it is mended, the xmlid of an action, or the name of a method
        of the group (`action_…`) that opens it; empty where the reader can't mend it in Odoo
    """
    key: str
    level: str
    done: bool
    sentence: str
    page: str


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
            group.checklist = [asdict(check) for check in group._checklist()]

    def _checklist(self):
        """Nothing here may reach out into the network: it is read each time the form is opened.

        :return: every item, done or not, in the order in which a person works through them
        :rtype: list[Check]
        """
        self.ensure_one()
        group_sudo = self.sudo()  # the secret: only whether there is one
        return [
            Check(name, MUST, bool(group_sudo[name]), self.env._(
                "Fill in %s, as Amazon's page of the group shows it.", self._fields[name]._description_string(self.env)),
                'credentials')
            for name in ('setup_url', 'order_url', 'identity', 'shared_secret')
        ]

    def _open_musts(self):
        """:return: the items that keep this group from going live
        :rtype: list[Check]
        """
        return [check for check in self._checklist() if check.level == MUST and not check.done]

    def _open_advice(self):
        """:return: the items that somebody should look at, though nothing waits for them
        :rtype: list[Check]
        """
        return [check for check in self._checklist() if check.level == ADVICE and not check.done]

    def _check_musts(self):
        """:raises UserError: naming each must that is open"""
        for group in self:
            if musts := group._open_musts():
                raise UserError(self.env._(
                    "The Amazon group %(group)s can't go live yet:\n%(sentences)s", group=group.name,
                    sentences="\n".join(f"- {check.sentence}" for check in musts)))
