from dataclasses import dataclass

from odoo import models

# What each kind of item means: only a must keeps a group from going live.
MUST, ADVICE = 'must', 'advice'


@dataclass(frozen=True)
class Check:
    """One item of the checklist on a group's form.

    :ivar str key: names it for code, e.g. `shared_secret`
    :ivar str level: MUST or ADVICE
    :ivar bool done: whether there is nothing left to do
    :ivar str sentence: what is asked for; if it isn't done, what is missing and how it is mended
    :ivar str page: name of the page of the group's form where it is mended, or the xmlid of an action
    """
    key: str
    level: str
    done: bool
    sentence: str
    page: str


class AmazonPunchoutGroupChecklist(models.Model):
    """What a group still lacks before anybody can order with it. Other files add their own items."""
    _inherit = 'amazon.punchout.group'

    def _checklist(self):
        """:return: every item, done or not, in the order in which a person works through them
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
