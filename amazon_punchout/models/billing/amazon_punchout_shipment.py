from odoo import fields, models


class AmazonPunchoutShipmentBilling(models.Model):
    """The bill of a shipment."""
    _inherit = 'amazon.punchout.shipment'

    bill_ids = fields.One2many('account.move', 'amazon_shipment_id', "Bills", readonly=True)

    def _standing_bills(self):
        """Return the bills of these shipments that are not cancelled, in superuser mode."""
        return self.sudo().bill_ids.filtered(lambda move: move.state != 'cancel')  # not all may read bills
