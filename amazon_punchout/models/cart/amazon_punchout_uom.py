from odoo import api, fields, models, tools


class AmazonPunchoutUom(models.Model):
    _name = 'amazon.punchout.uom'
    _description = "Amazon Unit Code"
    _inherit = ['amazon.punchout.remembered']
    _order = 'name'

    name = fields.Char("Code", required=True, help="UnitOfMeasure as Amazon writes it, for example EA.")
    uom_id = fields.Many2one('uom.uom', "Unit", required=True, ondelete='restrict')

    _name_uniq = models.UniqueIndex("(upper(trim(name)))", "There is a unit for this code already.")

    @api.model
    def _units_by_code(self):
        """:return: the unit of each code, codes in upper case
        :rtype: dict[str, odoo.models.Model]
        """
        return {code: self.env['uom.uom'].browse(uom_id) for code, uom_id in self._unit_ids_by_code().items()}

    @api.model
    @tools.ormcache()
    def _unit_ids_by_code(self):
        """Every cart asks for it, and it hardly ever changes.

        :rtype: dict[str, int]
        """
        return {mapping.name.strip().upper(): mapping.uom_id.id for mapping in self.sudo().search([])}
