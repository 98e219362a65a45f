from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = 'stock.warehouse'

    amazon_address_id = fields.Char(
        "Amazon Address ID", help="The addressID that Amazon gets for this location. Empty: the short name.")

    def _amazon_prepare_ship_to(self, requester):
        """:param requester: the `res.users` whom the parcel is for
        :return: where Amazon delivers
        :rtype: cxml.Address
        """
        self.ensure_one()
        partner = self.sudo().partner_id
        return partner._amazon_prepare_address(
            address_id=self.amazon_address_id or self.code,
            name=partner.commercial_partner_id.name or self.company_id.name,
            deliver_to=requester.sudo().name,
            email=partner.email or requester._amazon_email())
