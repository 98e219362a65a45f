from odoo import api, fields, models

from ...const import CHARGE_READERS
from ...tools.charge_names import plain_name
from ...tools.counts import MOST_COUNTED, shown


class AmazonPunchoutGroupEntities(models.Model):
    """Which charges of Amazon's figures belong to a group."""
    _inherit = 'amazon.punchout.group'

    entity_ids = fields.One2many(
        'amazon.punchout.entity', 'group_id', "Names in Amazon's Figures", groups='amazon_punchout.group_administrator',
        help="The account groups and legal entities whose charges belong to this group. Its own name is one of them.")
    transaction_count = fields.Integer(
        compute='_compute_transaction_count', groups=CHARGE_READERS, help="Counted no further than 1,001.")
    transaction_count_shown = fields.Char(
        "Charges", compute='_compute_transaction_count_shown', groups=CHARGE_READERS)

    @api.depends_context('uid')
    def _compute_transaction_count(self):
        for group in self:
            group.transaction_count = self.env['amazon.punchout.transaction'].search_count(
                [('group_id', '=', group._origin.id)], limit=MOST_COUNTED + 1)

    @api.depends('transaction_count')
    def _compute_transaction_count_shown(self):
        for group in self:
            group.transaction_count_shown = shown(group.transaction_count)

    def _charge_names(self):
        """Map the names of these groups in Amazon's figures to them.

        :return: by the kind and the plain name
        :rtype: dict[tuple[str, str], odoo.models.Model]
        """
        names = {}
        for group in self:
            own = [('account_group', group.name), *((entity.kind, entity.name) for entity in group.entity_ids)]
            for kind, text in own:
                key = kind, plain_name(text or '')
                names[key] = names.get(key, group.browse()) | group
        return names

    def _add_charge_name(self, kind, name):
        """Add a name of this group in Amazon's figures, unless it has it.

        :param str kind: of the name
        :param str name: as Amazon writes it
        """
        self.ensure_one()
        known = {(entity.kind, plain_name(entity.name)) for entity in self.entity_ids}
        if (kind, plain_name(name)) not in known:
            self.env['amazon.punchout.entity'].create({'kind': kind, 'name': name, 'group_id': self.id})

    def action_open_transactions(self):
        """Open the charges and refunds of this group.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        self.env['amazon.punchout.transaction'].check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_transaction_action')
        return {**action, 'domain': [('group_id', '=', self.id)], 'context': {}}
