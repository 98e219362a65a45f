from odoo import models
from odoo.tools.sql import column_exists

# By this field of OCA's addon `purchase_auto_bill_on_receipt`, people switch it off for an order.
SWITCH = 'block_auto_bill'


class PurchaseOrderAutoBill(models.Model):
    """Orders whose bills Amazon's invoices become: no other addon may bill them as soon as they are received.

    Such a bill would come first, and each invoice of Amazon's would need a person. The switch stays on the order, where
    people can turn it for groups whose invoices don't reach Odoo.
    """
    _inherit = 'purchase.order'

    def init(self):
        """Override of `base` to set the switch of Amazon orders from before there was one.

        This also runs while that addon is installed. Nobody has decided on these orders, since the column is empty.
        """
        super().init()
        if column_exists(self.env.cr, self._table, SWITCH):
            self.env.cr.execute("""
                UPDATE purchase_order SET block_auto_bill = TRUE
                 WHERE amazon_session_id IS NOT NULL AND block_auto_bill IS NULL""")


class AmazonPunchoutCartAutoBill(models.AbstractModel):
    """Carts that become such orders."""
    _inherit = 'amazon.punchout.cart'

    def _prepare_order_vals(self, session, cart, currency, received_at):
        """Override to set the switch."""
        vals = super()._prepare_order_vals(session, cart, currency, received_at)
        if SWITCH in self.env['purchase.order']._fields:
            vals[SWITCH] = True
        return vals
