from odoo import models
from odoo.exceptions import UserError

from ... import cxml
from ...const import PUNCHIN_DOCUMENTS, SETUP_REQUEST


class AmazonPunchoutPunchin(models.Model):
    """Documents of Punch-in that the door could not take: they are kept like any other that nobody processes, and told."""
    _inherit = 'amazon.punchout.document'

    def _run_step(self):
        if self.document_type not in PUNCHIN_DOCUMENTS:
            return super()._run_step()
        if not any(group._is_open_for_punchin() for group in self._credential_groups()):
            raise UserError(self.env._(
                "Amazon sent a %(document)s, as it does for a group whose shopping starts on Amazon, but %(group)s is no such "
                "group that is open. If it is one on Amazon, choose that flow on the group's page here and submit the cart on "
                "Amazon again; then dismiss this document.",
                document=self.document_type, group=self.group_id.name))
        body = self._get_body()
        # The cookie was taken out of what is stored, so its absence says nothing.
        (cxml.read_request if self.document_type == SETUP_REQUEST else cxml.read_cart)(body)
        raise UserError(self.env._(
            "Amazon sent a %s whose BuyerCookie is missing or belongs to another shopping trip, so no cart was held. Submit the "
            "cart on Amazon again, then dismiss this document.", self.document_type))
