from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.charge_names import plain_name


class AmazonPunchoutAssign(models.TransientModel):
    """The dialog that says to which Amazon groups account groups and legal entities belong."""
    _name = 'amazon.punchout.assign'
    _description = "Assign Amazon's Names to Groups"

    import_id = fields.Many2one('amazon.punchout.import', "Report", readonly=True, ondelete='cascade')
    transaction_ids = fields.Many2many(
        'amazon.punchout.transaction', 'amazon_punchout_assign_transaction_rel', 'assign_id', 'transaction_id',
        string="Charges", readonly=True)
    line_ids = fields.One2many('amazon.punchout.assign.line', 'assign_id', "Names")

    @api.model
    def default_get(self, fields):
        """Override of `base` to list the names of the report or of the charges."""
        vals = super().default_get(fields)
        if 'line_ids' in fields:
            context = self.env.context
            report = self.env['amazon.punchout.import'].browse(context.get('default_import_id'))
            charges = self.env['amazon.punchout.transaction'].browse(context.get('default_transaction_ids', ()))
            names = [(name['kind'], name['name']) for name in report.unknown_names or ()]
            names += [charge._owner_name() for charge in charges]
            vals['line_ids'] = [
                Command.create({'kind': kind or False, 'name': name or False}) for kind, name in dict.fromkeys(names)]
        return vals

    def action_assign(self):
        """Store the names on the groups, and import the charges that they were held for.

        Chosen charges that belong to a group already are moved, as long as nothing of them is posted.

        :raises UserError: no group was chosen, or something is posted
        """
        self.ensure_one()
        lines = self.line_ids.filtered('group_id')
        if not lines:
            raise UserError(self.env._("Choose a group for at least one name."))
        lines.group_id.check_access('write')
        for line in lines.filtered('name'):
            line.group_id._add_charge_name(line.kind, line.name)
        nameless = lines.filtered(lambda line: not line.name).group_id
        charges = self.transaction_ids
        charges.check_access('read')
        self._move_owned(charges.filtered('company_id'))
        if self.import_id:
            self.import_id._assign_nameless(nameless)
            charges |= self.import_id.transaction_ids
        charges.check_access('read')
        charges._assign_held(charges.filtered(lambda each: not each.company_id and not each._owner_name()[0])
                             if nameless else charges.browse(), nameless)
        if self.import_id.state == 'ready':
            self.import_id.sudo()._recognise()
        return {'type': 'ir.actions.act_window_close'}

    def _move_owned(self, charges):
        """Move charges to the groups that were chosen for their names.

        :param charges: `amazon.punchout.transaction` records that belong to groups already
        :raises UserError: a name still belongs to another company, too, or a charge is posted
        """
        lines = {(line.kind or '', line.name or ''): line for line in self.line_ids.filtered('group_id')}
        # pylint: disable-next=no-search-all  # there are few groups
        names = charges and self.env['amazon.punchout.group'].sudo().with_context(active_test=False).search(
            [])._charge_names()
        for charge in charges:
            kind, name = charge._owner_name()
            if not (line := lines.get((kind, name))):
                continue
            others_sudo = name and names[kind, plain_name(name)].filtered(
                lambda group, line=line: group.company_id != line.group_id.company_id)
            if others_sudo:
                raise UserError(self.env._(
                    "“%(name)s” is a name of %(group)s, too. Remove it there first.",
                    name=name, group=others_sudo[0].display_name))
            charge._move(line.group_id)


class AmazonPunchoutAssignLine(models.TransientModel):
    """A name in Amazon's figures, and the group to which it belongs."""
    _name = 'amazon.punchout.assign.line'
    _description = "Amazon's Name to Assign"

    assign_id = fields.Many2one('amazon.punchout.assign', required=True, ondelete='cascade')
    kind = fields.Selection([('account_group', "Account Group"), ('legal_entity', "Legal Entity")], readonly=True)
    name = fields.Char(readonly=True, help="Empty: Amazon names neither an account group nor a legal entity.")
    group_id = fields.Many2one('amazon.punchout.group', "Amazon Group", ondelete='cascade')
