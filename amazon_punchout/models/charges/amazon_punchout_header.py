from odoo import api, fields, models

from ... import reports


class AmazonPunchoutHeader(models.Model):
    """What a header of Amazon's reports means that Odoo does not know, in another language for example."""
    _name = 'amazon.punchout.header'
    _description = "Header of Amazon's Reports"
    _order = 'name'

    name = fields.Char("Header", required=True)
    field = fields.Selection(
        selection='_select_field', string="Meaning", help="The column's name in English. Empty: the column is ignored.")

    _name_uniq = models.UniqueIndex("(lower(name))", "This header has a meaning already.")

    @api.model
    def _select_field(self):
        return [(key, field.label) for key, field in reports.FIELDS.items()]

    @api.model
    def _mapping(self):
        """Give the meanings of all headers.

        :return: keys of the readers by header
        :rtype: dict[str, str]
        """
        return {header.name: header.field for header in self.sudo().search([('field', '!=', False)])}
