from odoo import fields, models


class AmazonPunchoutGroupSmartButtons(models.Model):
    """Smart buttons of a group."""
    _inherit = 'amazon.punchout.group'

    session_count = fields.Integer("Number of Shopping Trips", compute='_compute_counts')
    order_count = fields.Integer("Number of Orders", compute='_compute_counts')
    document_count = fields.Integer("Number of Documents", compute='_compute_counts')

    def _compute_counts(self):
        """Count the records that the reader may see."""
        for name, model in (
            ('session_count', 'amazon.punchout.session'),
            ('order_count', 'purchase.order'),
            ('document_count', 'amazon.punchout.document'),
        ):
            group_field = self._group_field(model)
            counts = dict(self.env[model]._read_group(
                [(group_field, 'in', self.ids)], [group_field], ['__count']))
            for group in self:
                group[name] = counts.get(group._origin, 0)

    def _group_field(self, model):
        return 'amazon_group_id' if model == 'purchase.order' else 'group_id'

    # === ACTIONS === #

    def action_open_sessions(self):
        return self._open('amazon.punchout.session', self.env._("Shopping Trips"))

    def action_open_orders(self):
        return self._open('purchase.order', self.env._("Orders"))

    def action_open_documents(self):
        return self._open('amazon.punchout.document', self.env._("Documents"))

    def _open(self, model, name):
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': model,
            'views': [(False, 'list'), (False, 'form')],
            'domain': [(self._group_field(model), '=', self.id)],
            'context': {'create': False},
        }
