from odoo import models
from odoo.tools import float_repr


class AccountMoveTrail(models.Model):
    """Bills and credits in the histories of their orders."""
    _inherit = 'account.move'

    def _amazon_record_bill(self, document=None):
        """Add that this bill or credit was created to the histories of its orders.

        :param document: the `amazon.punchout.document` that it was created from, if any
        """
        for move in self:
            lines = move.invoice_line_ids
            # Users who bill may not read all of the order.
            orders_sudo = (lines.amazon_purchase_line_id | lines.purchase_line_id).sudo().order_id
            total = f'{float_repr(move.amount_total, move.currency_id.decimal_places)} {move.currency_id.name}'
            orders_sudo._amazon_record(
                'credited' if move.move_type == 'in_refund' else 'billed', document=document, bill=move.id,
                reference=move.ref, total=total)
