from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class PurchaseOrderReason(models.Model):
    """Why a cart is wanted, in the words of whoever asks for its approval."""
    _inherit = 'purchase.order'

    # Not amazon_…: people write it, and the lock keeps those fields.
    approval_reason = fields.Char(
        "Reason", copy=False, groups='base.group_user',  # not for the vendor's contacts in the portal
        help="Why this is needed, for whoever approves the order. Amazon does not get it.")

    def write(self, vals):
        """Override of `purchase` to keep the reason that the approvers were given."""
        if 'approval_reason' in vals:
            for order in self:
                if (order.amazon_session_id and order.state not in ('draft', 'sent')
                        and order._amazon_changes_field('approval_reason', vals['approval_reason'])):
                    raise UserError(self.env._(
                        "The reason of order %s can't be changed any more: approval has been requested with it.",
                        order.name))
        return super().write(vals)

    def _amazon_reason_html(self):
        """Quote the reason for the people who decide.

        :return: empty without a reason
        :rtype: Markup
        """
        self.ensure_one()
        return plaintext2html(self.env._("Reason: %s", self.approval_reason)) if self.approval_reason else Markup()

    def _amazon_reason_vals(self):
        """Return the reason as a detail of the history.

        :return: empty without a reason
        :rtype: dict
        """
        self.ensure_one()
        return {'reason': self.approval_reason} if self.approval_reason else {}
