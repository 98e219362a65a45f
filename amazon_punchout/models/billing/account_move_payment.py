from odoo import api, models

from ...tools.problems import ACTIVITY_PROBLEM, close_problem
from .amazon_punchout_bill import ACTIVITY_TODO


class AccountMovePayment(models.Model):
    """What a bill needs before it is paid: a memo that finds the charge, and a person who has checked it."""
    _inherit = 'account.move'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to fill in the memo of bills that a card pays."""
        moves = super().create(vals_list)
        moves._amazon_set_memo()
        return moves

    def _amazon_set_memo(self):
        """Give draft bills that a card pays the memo by which the charge is found: Amazon's order number.

        The identifier that the statement shows of a charge is in no message. The number may arrive after the bill.
        """
        # In superuser mode: accountants can't read groups, and a buyer's message may not reach bills.
        for move_sudo in self.sudo().filtered('amazon_group_id'):
            if (move_sudo.move_type == 'in_invoice' and move_sudo.state == 'draft' and move_sudo.amazon_order_ref
                    and move_sudo.amazon_group_id.payment_method == 'card' and not move_sudo.payment_reference):
                move_sudo.payment_reference = move_sudo.amazon_order_ref

    def _post(self, soft=True):
        """Override of `account` to close what asked a person to check the bill: whoever posts it has."""
        self._amazon_set_memo()
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
