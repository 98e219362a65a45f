from odoo import api, fields, models


class AmazonPunchoutTransactionOpen(models.Model):
    """The smart buttons of charges: the orders, bills, credits and payments that each is on."""
    _inherit = 'amazon.punchout.transaction'

    order_count = fields.Integer(compute='_compute_order_count')
    move_count = fields.Integer(compute='_compute_move_count')
    payment_count = fields.Integer(
        compute='_compute_payment_count', groups='account.group_account_invoice,account.group_account_readonly')

    @api.depends('order_ids')
    def _compute_order_count(self):
        for transaction in self:
            transaction.order_count = len(transaction.order_ids)

    @api.depends('bill_ids', 'credit_ids')
    def _compute_move_count(self):
        for transaction in self:
            transaction.move_count = len(transaction.bill_ids | transaction.credit_ids)

    @api.depends('payment_ids')
    def _compute_payment_count(self):
        for transaction in self:
            transaction.payment_count = len(transaction.payment_ids)

    def action_open_orders(self):
        """Open the orders of this charge.

        :rtype: dict
        """
        return self._open_records(self.order_ids, self.env._("Purchase Orders"))

    def action_open_moves(self):
        """Open the bills and credits that this charge is on.

        :rtype: dict
        """
        return self._open_records(self.bill_ids | self.credit_ids, self.env._("Bills and Credits"))

    def action_open_payments(self):
        """Open the payments of this charge.

        :rtype: dict
        """
        return self._open_records(self.payment_ids, self.env._("Payments"))

    def _open_records(self, records, name):
        """Open the form of a record, or the list of several.

        :param records: of any model
        :param str name: of the list
        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        records.check_access('read')
        action = {'type': 'ir.actions.act_window', 'name': name, 'res_model': records._name}
        if len(records) == 1:
            return {**action, 'res_id': records.id, 'views': [(False, 'form')]}
        return {**action, 'domain': [('id', 'in', records.ids)], 'views': [(False, 'list'), (False, 'form')]}
