from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount


class AmazonPunchoutRefund(models.TransientModel):
    """Dialog in which an accountant records a refund that Amazon announced."""
    _name = 'amazon.punchout.refund'
    _description = "Amazon Refund"

    order_id = fields.Many2one('purchase.order', readonly=True, ondelete='cascade')
    bill_id = fields.Many2one('account.move', readonly=True, ondelete='cascade')
    kind = fields.Selection(
        [('money', "Money Only"), ('goods', "Goods Returned")], "Refund Type", default='money', required=True,
        help="Money Only: the quantity stays billed. Goods Returned: the returned quantity no longer counts as billed.")
    reference = fields.Char(
        "Amazon Reference", help="If Amazon sends a credit memo later, it is matched with your credit by this number.")
    date = fields.Date(default=fields.Date.context_today, required=True)
    problem = fields.Text(readonly=True)
    is_unbilled = fields.Boolean(readonly=True)
    is_test = fields.Boolean(compute='_compute_is_test')
    line_ids = fields.One2many('amazon.punchout.refund.line', 'refund_id')
    currency_id = fields.Many2one('res.currency', compute='_compute_amount_total')
    amount_total = fields.Monetary("Refund", compute='_compute_amount_total')

    # === COMPUTE METHODS === #

    @api.depends('line_ids.amount')
    def _compute_amount_total(self):
        for refund in self:
            refund.currency_id = refund.line_ids.currency_id[:1]
            refund.amount_total = sum(refund.line_ids.mapped('amount'))

    @api.depends('order_id', 'bill_id')
    def _compute_is_test(self):
        for refund in self:
            refund.is_test = refund.order_id.amazon_deployment_mode == 'test' or refund.bill_id.amazon_is_test

    # === OPENING === #

    @api.model
    def _open(self, record):
        """Create the dialog for an order or a bill.

        :param record: the `purchase.order` or the `account.move`
        :return: the action that opens it
        :rtype: dict
        """
        record.ensure_one()
        record.check_access('read')
        self.env['account.move']._amazon_check_invoicing()
        is_order = record._name == 'purchase.order'
        moves = record.order_line.amazon_bill_line_ids.move_id if is_order else record
        bills = moves.filtered(lambda move: move.move_type == 'in_invoice' and move.state != 'cancel')
        order = record if is_order else record.invoice_line_ids.amazon_purchase_line_id.order_id
        returned = {}
        lines = [vals for bill in bills.filtered(lambda bill: bill.state == 'posted').sorted('id')
                 for vals in self._prepare_lines(bill, order, returned)]
        refund = self.create({
            'kind': 'goods' if any(vals['quantity'] for vals in lines) else 'money',
            'order_id': order.id if len(order) == 1 else False,
            'bill_id': False if is_order else record.id,
            'problem': False if lines else self._problem(record, bills),
            'is_unbilled': is_order and not bills,
            'line_ids': [Command.create(vals) for vals in lines],
        })
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Record Amazon Refund"),
            'res_model': self._name,
            'res_id': refund.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    @api.model
    def _prepare_lines(self, bill, orders, returned):
        """Prepare the lines of the dialog for a bill, with the quantities that were returned and not credited yet.

        :param bill: a posted bill
        :param orders: the orders to refund; lines of other orders are left out
        :param dict returned: the quantities that no line of the dialog has yet, by order line
        :rtype: list[dict]
        """
        vals_list = []
        for line, values in bill._amazon_refundable().items():
            order_line_sudo = line.amazon_purchase_line_id.sudo()  # accountants can't always read stock moves
            if order_line_sudo and order_line_sudo.order_id not in orders.sudo():
                continue
            quantity = 0.0
            if order_line_sudo.amazon_line_type == 'item':
                if order_line_sudo not in returned:
                    returned[order_line_sudo] = order_line_sudo._amazon_quantity_to_return()
                quantity = max(min(returned[order_line_sudo], line.quantity - values.returned), 0.0)
                returned[order_line_sudo] -= quantity
            vals_list.append({
                'bill_line_id': line.id, 'billed': values.billed, 'refunded': values.refunded, 'quantity': quantity})
        return vals_list

    @api.model
    def _problem(self, record, bills):
        """Explain why nothing can be refunded, and what to do first.

        :rtype: str
        """
        if not bills:
            return self.env._(
                "Nothing is billed for %s yet. Create the bill first, then record the refund.", record.display_name)
        if drafts := bills.filtered(lambda bill: bill.state == 'draft'):
            return self.env._(
                "%s is still a draft. Correct the amounts there, or post it and then record the refund.",
                ", ".join(drafts.mapped('display_name')))
        return self.env._("There is nothing to refund on %s.", record.display_name)

    # === ACTIONS === #

    def action_create_bill(self):
        """Create the bill, if there is nothing to refund because nothing is billed.

        :return: the action that opens the bill
        :rtype: dict
        """
        self.ensure_one()
        return self.order_id.action_create_invoice()

    def action_record(self):
        """Create a draft credit for each bill with refunded lines.

        :return: the action that shows the credits
        :rtype: dict
        :raises UserError: nothing was entered, or more than was billed
        """
        self.ensure_one()
        self.env['account.move']._amazon_check_invoicing()
        lines = self.line_ids.filtered(lambda line: not line.currency_id.is_zero(line.amount))
        self._check_lines(lines)
        credits = self.env['account.move']
        for bill, bill_lines in lines.grouped(lambda line: line.bill_line_id.move_id).items():
            amounts = {
                bill_line: (sum(same.mapped('amount')), sum(same.mapped('quantity')) if self.kind == 'goods' else 0.0)
                for bill_line, same in bill_lines.grouped('bill_line_id').items()}
            credit = bill._amazon_record_refund(amounts, self.kind, self.reference, self.date)
            self._notify(credit)
            credits |= credit
        action = {
            'type': 'ir.actions.act_window',
            'name': self.env._("Amazon Refunds"),
            'res_model': 'account.move',
        }
        if len(credits) == 1:
            return {**action, 'res_id': credits.id, 'views': [(False, 'form')]}
        return {**action, 'domain': [('id', 'in', credits.ids)], 'views': [(False, 'list'), (False, 'form')]}

    def _check_lines(self, lines):
        """Check what was entered.

        :param lines: the lines with an amount
        :raises UserError: something is missing or not allowed
        """
        if not lines:
            raise UserError(self.problem or self.env._("Enter the refunded amount of at least one line."))
        for line in lines:
            if line.amount < 0 or line.quantity < 0:
                raise UserError(self.env._("The refund of “%s” must be greater than zero.", line.name))
            if line.bill_line_id.move_id.state != 'posted' or line.bill_line_id.move_id.move_type != 'in_invoice':
                raise UserError(self.env._(
                    "%s is not a posted bill. Refunds can only be recorded for posted bills.",
                    line.bill_line_id.move_id.display_name))
        if self.kind == 'goods' and not any(lines.mapped('quantity')):
            raise UserError(self.env._("Enter the returned quantity, or choose Money Only."))

    def _notify(self, credit):
        """Post a message about the recorded refund on the orders.

        :param credit: the draft credit
        """
        for order_sudo in credit.invoice_line_ids.amazon_purchase_line_id.sudo().order_id:  # rights were checked
            order_sudo.message_post(body=self.env._(
                "An Amazon refund of %(amount)s was recorded for %(bill)s: %(credit)s",
                amount=format_amount(self.env, credit.amount_total, credit.currency_id),
                bill=credit.reversed_entry_id._get_html_link(), credit=credit._get_html_link()))


class AmazonPunchoutRefundLine(models.TransientModel):
    """A bill line, and what is refunded of it."""
    _name = 'amazon.punchout.refund.line'
    _description = "Amazon Refund of a Bill Line"

    refund_id = fields.Many2one('amazon.punchout.refund', "Refund Dialog", required=True, ondelete='cascade')
    bill_line_id = fields.Many2one('account.move.line', required=True, readonly=True, ondelete='cascade')
    move_id = fields.Many2one(related='bill_line_id.move_id', related_sudo=False)
    name = fields.Char(related='bill_line_id.name', related_sudo=False)
    currency_id = fields.Many2one(related='bill_line_id.currency_id', related_sudo=False)
    billed_quantity = fields.Float(related='bill_line_id.quantity', related_sudo=False, string="Billed Quantity")
    billed = fields.Monetary(readonly=True, help="Including taxes. An estimated tax is split across the lines.")
    refunded = fields.Monetary("Already Refunded", readonly=True, help="Including taxes and draft credits.")
    amount = fields.Monetary("Refund", help="As Amazon states it, including taxes.")
    quantity = fields.Float("Returned Quantity", digits='Product Unit')
    is_item = fields.Boolean(compute='_compute_is_item')

    @api.depends('bill_line_id')
    def _compute_is_item(self):
        for line in self:
            line.is_item = line.bill_line_id.amazon_purchase_line_id.amazon_line_type == 'item'
