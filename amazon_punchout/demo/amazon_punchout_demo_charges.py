from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import file_open


class AmazonPunchoutDemoCharges(models.AbstractModel):
    """What Amazon charged in the demo data: reports in demo/reports/, imported as an accountant imports them."""
    _inherit = 'amazon.punchout.demo'

    @api.model
    def _load_charges(self):
        """Import reports: one of each kind, with a charge in each state, and one that is left in each state."""
        orders = self.env['purchase.order'].search([('amazon_group_id', 'in', (
            self._group() | self._group('_copied')).ids)])
        billed = orders.filtered(lambda order: order.invoice_ids.filtered(
            lambda bill: bill.state == 'posted' and bill.amazon_invoice_id and not bill.reversal_move_ids))[:1]
        numbers = {
            'billed': billed.name, 'tracking': billed.amazon_shipment_ids[:1].tracking_number,
            'partial': orders.filtered(lambda order: order.amazon_state == 'partial')[:1].name,
            'queued': orders.filtered(lambda order: order.amazon_state == 'queued')[:1].name}
        for name in ('orders', 'transactions', 'refunds', 'shipments', 'returns'):
            self._upload_report(name, **numbers).action_import()
        charges = self.env['amazon.punchout.transaction']
        charges.search([('state', '=', 'matched'), ('is_settled', '=', True)])._book()
        # Bought with an employee's own rewards.
        charges.search([('instrument', '=', 'rewards')]).with_user(self._manager())._dismiss("Paid by the employee.")
        # Left in other states: to be imported, taken back, with a question, and no report at all.
        self._upload_report('reconciliation')
        taken_back = self._upload_report('shipments', billed=numbers['partial'], tracking='1ZDEMO0000000001')
        taken_back.action_import()
        taken_back.action_undo()
        self._upload_report('question')
        self.env['amazon.punchout.import'].with_user(self._manager())._upload('demo-invoice.pdf', b'%PDF-1.4')

    @api.model
    def _upload_report(self, name, **numbers):
        """Upload a report of Amazon's, which checks it.

        :param str name: of the file in demo/reports/
        :param numbers: of orders and parcels that stand in it
        :return: the `amazon.punchout.import`, as the accountant
        """
        today = fields.Date.context_today(self)
        with file_open(f'amazon_punchout/demo/reports/{name}.csv') as file:
            text = file.read().format(day=today - timedelta(days=1), earlier=today - timedelta(days=3), **numbers)
        return self.env['amazon.punchout.import'].with_user(self._manager())._upload(f'demo-{name}.csv', text.encode())
