from odoo import models


class PurchaseOrderNumber(models.Model):
    """The number that a cart gets when it is approved."""
    _inherit = 'purchase.order'

    def _amazon_next_number(self):
        """Take the next number of this order; an addon that numbers orders in another way extends this.

        That is of the sequence of its type, if OCA's `purchase_order_type` is installed, else of the company's purchase
        orders. Both take numbers when an order is created; a cart has a name of its own then.

        :return: False if there is no sequence
        :rtype: str | bool
        """
        self.ensure_one()
        if 'order_type' in self._fields and (sequence_sudo := self.sudo().order_type.sequence_id):
            return sequence_sudo.with_company(self.company_id).next_by_id()
        return self.env['ir.sequence'].with_company(self.company_id).next_by_code('purchase.order')
