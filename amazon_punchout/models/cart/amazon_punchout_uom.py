from odoo import api, fields, models, tools


class AmazonPunchoutUom(models.Model):
    """Maps the unit codes that Amazon uses to units of measure."""
    _name = 'amazon.punchout.uom'
    _description = "Amazon Unit Code"
    _inherit = ['amazon.punchout.remembered']
    _order = 'name'

    name = fields.Char("Code", required=True, help="The unit code that Amazon uses, for example EA.")
    uom_id = fields.Many2one('uom.uom', "Unit", required=True, ondelete='restrict')

    _name_uniq = models.UniqueIndex("(upper(trim(name)))", "This code already has a unit.")

    @api.model
    def _units_by_code(self):
        """Return the unit of each code; the codes are in upper case.

        :rtype: dict[str, odoo.models.Model]
        """
        return {code: self.env['uom.uom'].browse(uom_id) for code, uom_id in self._unit_ids_by_code().items()}

    @api.model
    @tools.ormcache()
    def _unit_ids_by_code(self):
        """Read all unit codes; every cart needs them, and they hardly ever change.

        :rtype: dict[str, int]
        """
        return {mapping.name.strip().upper(): mapping.uom_id.id for mapping in self.sudo().search([])}
