from odoo import api, fields, models

# The fields of an address that are completed here.
ADDRESS_FIELDS = ('street', 'street2', 'city', 'state_id', 'zip', 'country_id', 'phone')


class AmazonPunchoutSetupPlace(models.TransientModel):
    """A location in the setup: an address that Amazon gets, completed in place and written to its contact."""
    _name = 'amazon.punchout.setup.place'
    _description = "Location in the Amazon Setup"

    setup_id = fields.Many2one('amazon.punchout.setup', required=True, ondelete='cascade')
    warehouse_id = fields.Many2one('stock.warehouse', readonly=True)
    partner_id = fields.Many2one('res.partner', readonly=True)
    name = fields.Char("Location", compute='_compute_name')
    is_used = fields.Boolean("Used", help="Orders can be delivered to this location.")
    street = fields.Char(related='partner_id.street', readonly=False, related_sudo=False)
    street2 = fields.Char(related='partner_id.street2', readonly=False, related_sudo=False)
    city = fields.Char(related='partner_id.city', readonly=False, related_sudo=False)
    state_id = fields.Many2one(related='partner_id.state_id', readonly=False, related_sudo=False)
    zip = fields.Char(related='partner_id.zip', readonly=False, related_sudo=False)
    country_id = fields.Many2one(related='partner_id.country_id', readonly=False, related_sudo=False)
    phone = fields.Char(related='partner_id.phone', readonly=False, related_sudo=False)
    missing = fields.Char(compute='_compute_missing')

    @api.depends('warehouse_id', 'partner_id')
    def _compute_name(self):
        for location in self:
            warehouse, is_billed = location.warehouse_id, location.partner_id == location._bill_to_partner()
            if not warehouse:
                location.name = self.env._("Bills of %s", location.setup_id.company_id.name)
            elif is_billed:
                location.name = self.env._("%s (also for bills)", warehouse.name)
            else:
                location.name = warehouse.name

    @api.depends('is_used', 'partner_id', *ADDRESS_FIELDS)
    def _compute_missing(self):
        for location in self:
            location.missing = ", ".join(location._missing()) or False

    def _bill_to_partner(self):
        return self.setup_id.company_id._amazon_bill_to_partner()

    def _missing(self):
        """List what Amazon needs of this address and is not filled in; nothing for a location that isn't used.

        :return: labels of fields
        :rtype: list[str]
        """
        self.ensure_one()
        if not self.partner_id:
            return [self.env._("Address")] if self.is_used else []
        if not self.is_used and self.partner_id._origin != self._bill_to_partner():
            return []
        # What is on the screen counts, even before it is saved.
        typed = self.env['res.partner'].new(
            {name: self[name] for name in ADDRESS_FIELDS}, origin=self.partner_id._origin)
        return typed._amazon_missing_address_fields()
