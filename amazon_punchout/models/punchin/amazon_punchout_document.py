from odoo import models
from odoo.exceptions import UserError

from ... import cxml
from ...const import PUNCHIN_DOCUMENTS, SETUP_REQUEST


class AmazonPunchoutPunchinDocument(models.Model):
    """Documents of Punch-in that the endpoint could not accept: they are kept and need attention."""
    _inherit = 'amazon.punchout.document'

    def _run_step(self):
        """Override to tell why a document of Punch-in was not accepted."""
        if self.document_type not in PUNCHIN_DOCUMENTS:
            return super()._run_step()
        if not any(group._is_open_for_punchin() for group in self._credential_groups()):
            raise UserError(self._(
                "Amazon sent a %(document)s, as it does for Punch-in groups, but %(group)s is not an open Punch-in "
                "group. If it is one on Amazon, choose that flow on the group in Odoo and submit the cart on Amazon "
                "again, then press Dismiss.",
                document=self.document_type, group=self.group_id.name))
        body = self._get_body()
        # The cookie is not stored, so its absence proves nothing here.
        (cxml.read_request if self.document_type == SETUP_REQUEST else cxml.read_cart)(body)
        raise UserError(self._(
            "Amazon sent a %s whose BuyerCookie is missing or belongs to another shopping trip, so no cart was kept. "
            "Submit the cart on Amazon again, then press Dismiss.", self.document_type))
