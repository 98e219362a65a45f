from odoo import fields, models


class AmazonPunchoutEntity(models.Model):
    """A name by which Amazon's figures tell whose a charge is, and the group to which it belongs in Odoo."""
    _name = 'amazon.punchout.entity'
    _description = "Amazon Account Group or Legal Entity"
    _order = 'name, id'

    name = fields.Char(
        required=True, index=True, help="As Amazon writes it in its reports, in the column Account Group for example.")
    kind = fields.Selection(
        [('account_group', "Account Group"), ('legal_entity', "Legal Entity")], default='account_group', required=True)
    group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='group_id.company_id', store=True, precompute=True, index=True)

    _name_uniq = models.UniqueIndex("(group_id, kind, lower(name))", "The group already has this name.")
