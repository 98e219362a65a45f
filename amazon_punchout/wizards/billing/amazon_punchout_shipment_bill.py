from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class AmazonPunchoutShipmentBill(models.TransientModel):
    """Dialog that creates a bill for each shipment of some orders."""
    _name = 'amazon.punchout.shipment.bill'
    _description = "Bills by Shipment"

    note = fields.Text(readonly=True)
    line_ids = fields.One2many('amazon.punchout.shipment.bill.line', 'dialog_id')
    is_one_order = fields.Boolean(compute='_compute_is_one_order')

    # === COMPUTE METHODS === #

    @api.depends('line_ids')
    def _compute_is_one_order(self):
        for dialog in self:
            dialog.is_one_order = len(dialog.line_ids.order_id) < 2

    # === OPENING === #

    @api.model
    def _open(self, orders):
        """Create the dialog for some orders.

        :param orders: `purchase.order` records
        :return: the action that opens it
        :rtype: dict
        """
        orders.check_access('read')
        lines, notes = [], []
        for order in orders:
            plans = order._amazon_plan_bills() if order.state == 'purchase' else []
            lines += [Command.create({'shipment_id': plan.shipment.id}) for plan in plans]
            if not plans:
                notes.append(self._nothing(order))
        dialog = self.create({'note': "\n".join(notes) or False, 'line_ids': lines})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Bill by Shipment"),
            'res_model': self._name,
            'res_id': dialog.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    @api.model
    def _nothing(self, order):
        """Explain why no shipment of an order can be billed.

        :rtype: str
        """
        if order.amazon_session_id and order.state != 'purchase':
            return self.env._("Order %s is not approved, or it is cancelled.", order.name)
        shipments = order.amazon_shipment_ids.filtered('active')
        if not shipments:
            return self.env._(
                "Order %s has no shipments. Select it in the list of purchase orders and press Create Bills instead.",
                order.name)
        if all(shipments.mapped('is_planned')):
            return self.env._("Amazon has announced the shipments of order %s, but not sent them yet.", order.name)
        return self.env._("The shipments of order %s are billed.", order.name)

    # === ACTIONS === #

    def action_create_bills(self):
        """Create a draft bill for each chosen shipment.

        :return: the action that shows the bills
        :rtype: dict
        :raises UserError: no shipment is chosen, or one is billed already
        """
        self.ensure_one()
        chosen = self.line_ids.filtered('is_chosen').shipment_id
        if not chosen:
            raise UserError(self.note or self.env._("Choose at least one shipment."))
        bills = self.env['account.move']
        for order, shipments in chosen.grouped('purchase_order_id').items():
            bills |= order._amazon_bill_shipments(shipments)
        return chosen.purchase_order_id.action_view_invoice(bills)


class AmazonPunchoutShipmentBillLine(models.TransientModel):
    """A shipment that can be billed."""
    _name = 'amazon.punchout.shipment.bill.line'
    _description = "Bills by Shipment: a Shipment"

    dialog_id = fields.Many2one('amazon.punchout.shipment.bill', required=True, ondelete='cascade')
    shipment_id = fields.Many2one('amazon.punchout.shipment', required=True, readonly=True, ondelete='cascade')
    order_id = fields.Many2one(related='shipment_id.purchase_order_id', related_sudo=False)
    shipped_at = fields.Datetime(related='shipment_id.shipped_at', related_sudo=False)
    contents = fields.Text(related='shipment_id.contents', related_sudo=False)
    is_chosen = fields.Boolean("Bill", default=True)
    currency_id = fields.Many2one(related='order_id.currency_id', related_sudo=False)
    amount = fields.Monetary(compute='_compute_amount', help="What Amazon charges for the shipment, with taxes.")

    @api.depends('dialog_id.line_ids.is_chosen')
    def _compute_amount(self):
        amounts = {}
        for dialog_lines in self.grouped('dialog_id').values():
            lines = dialog_lines.dialog_id.line_ids or dialog_lines
            for order, of_order in lines.grouped('order_id').items():
                for plan in order._amazon_plan_bills(of_order.filtered('is_chosen').shipment_id):
                    amounts[plan.shipment.id] = float(plan.charged)
        for line in self:
            line.amount = amounts.get(line.shipment_id.id, 0.0)
