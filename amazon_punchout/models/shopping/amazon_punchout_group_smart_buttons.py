from odoo import api, fields, models

from ...tools.counts import MOST_COUNTED, shown

COUNTED = {
    'session_count': 'amazon.punchout.session',
    'order_count': 'purchase.order',
    'document_count': 'amazon.punchout.document',
}


class AmazonPunchoutGroupSmartButtons(models.Model):
    """Smart buttons of a group."""
    _inherit = 'amazon.punchout.group'

    session_count = fields.Integer(
        "Number of Shopping Trips", compute='_compute_counts', help="Counted no further than 1,001.")
    order_count = fields.Integer("Number of Orders", compute='_compute_counts', help="Counted no further than 1,001.")
    document_count = fields.Integer(
        "Number of Documents", compute='_compute_counts', help="Counted no further than 1,001.")
    session_count_shown = fields.Char("Shopping Trips", compute='_compute_counts_shown')
    order_count_shown = fields.Char("Orders", compute='_compute_counts_shown')
    document_count_shown = fields.Char("Documents", compute='_compute_counts_shown')

    def _compute_counts(self):
        """Count the records that the reader may see, up to a number that is shown as 1000+."""
        for group in self:
            for name, model in COUNTED.items():
                group[name] = self.env[model].search_count(
                    [(self._group_field(model), '=', group._origin.id)], limit=MOST_COUNTED + 1)

    @api.depends(*COUNTED)
    def _compute_counts_shown(self):
        for group in self:
            for name in COUNTED:
                group[f'{name}_shown'] = shown(group[name])

    def _group_field(self, model):
        return 'amazon_group_id' if model == 'purchase.order' else 'group_id'

    # === ACTIONS === #

    def action_open_sessions(self):
        return self._open(
            'amazon.punchout.session', self.env._("Shopping Trips"), 'amazon_punchout_session_action')

    def action_open_orders(self):
        return self._open('purchase.order', self.env._("Orders"), 'purchase_order_cart_action')

    def action_open_documents(self):
        return self._open('amazon.punchout.document', self.env._("Documents"), 'amazon_punchout_document_action')

    def _open(self, model, name, like):
        """Open the records of this group.

        :param str name: of the list
        :param str like: the action whose help an empty list shows
        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': model,
            'views': [(False, 'list'), (False, 'form')],
            'domain': [(self._group_field(model), '=', self.id)],
            'context': {'create': False},
            'help': self.env['ir.actions.act_window']._for_xml_id(f'amazon_punchout.{like}')['help'],
        }
