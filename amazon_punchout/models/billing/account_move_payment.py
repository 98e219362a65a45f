from odoo import api, models

from ...tools.problems import ACTIVITY_PROBLEM, close_problem
from .amazon_punchout_bill import ACTIVITY_TODO


class AccountMovePayment(models.Model):
    """What a bill needs before it is paid: a memo that finds the charge, and a person who has checked it."""
    _inherit = 'account.move'

    @api.depends('amazon_order_ref', 'amazon_group_id')
    def _compute_payment_reference(self):
        """Override of `account` to give bills that a card pays the memo that its statement shows.

        Amazon's order number, as far as Odoo knows: the identifier of a charge is in no message.
        """
        for move in self.filtered(lambda move: move.move_type == 'in_invoice' and move.state == 'draft'
                                  and move.amazon_order_ref and not move.payment_reference):
            if move.amazon_group_id.sudo().payment_method == 'card':  # accountants can't read groups
                move.payment_reference = move.amazon_order_ref
        super()._compute_payment_reference()

    def _post(self, soft=True):
        """Override of `account` to close what asked a person to check the bill: whoever posts it has."""
        posted = super()._post(soft=soft)
        posted._amazon_close_activities()
        return posted

    def write(self, vals):
        """Override of `account` to close what asked a person to check a bill that is cancelled."""
        result = super().write(vals)
        if vals.get('state') == 'cancel':
            self._amazon_close_activities()
        return result

    def _amazon_close_activities(self):
        """Mark the activities about Amazon's document as done; those that people scheduled stay."""
        if moves := self.filtered('amazon_group_id'):
            for activity_type in (ACTIVITY_TODO, ACTIVITY_PROBLEM):
                close_problem(moves, activity_type)
