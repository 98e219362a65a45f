from odoo import models
from odoo.exceptions import UserError

from ...const import ACTIVITY_APPROVAL


class MailActivity(models.Model):
    """Requests for approval: they end with the decision, and only who may decide touches them before.

    Core lets everyone who can write an order close, change or delete its activities. Requests are created on behalf of
    the buyer who asks, who could withdraw the manager's attention, or rewrite what the manager reads.
    """
    _inherit = 'mail.activity'

    def write(self, vals):
        """Override of `mail` to keep requests for approval as they are; marking as done is a write, too."""
        self._amazon_check_may_close()
        return super().write(vals)

    def unlink(self):
        """Override of `mail` to keep requests for approval until they are decided."""
        self._amazon_check_may_close()
        return super().unlink()

    def _amazon_check_may_close(self):
        """Check that the user may close or change these activities.

        :raises UserError: one of them asks someone else to approve an order that the user may not approve
        """
        if self.env.su:
            return
        approval = self.env.ref(ACTIVITY_APPROVAL, raise_if_not_found=False)
        for activity_sudo in self.sudo():  # which orders they are about; super() checks the rights
            if (activity_sudo.activity_type_id != approval or activity_sudo.res_model != 'purchase.order'
                    or activity_sudo.user_id == self.env.user):
                continue
            order_sudo = self.env['purchase.order'].sudo().browse(activity_sudo.res_id).exists()
            is_waiting = order_sudo.state == 'to approve' or order_sudo._amazon_is_foreign(order_sudo.state)
            if is_waiting and order_sudo.amazon_session_id and not order_sudo._amazon_approval_allowed():
                raise UserError(self.env._(
                    "%(person)s was asked to approve order %(order)s. The request ends when the order is approved, "
                    "refused or given up.", person=activity_sudo.user_id.name, order=order_sudo.name))
