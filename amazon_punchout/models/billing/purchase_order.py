from odoo import api, fields, models
from odoo.tools import float_compare, format_amount


class PurchaseOrderBilling(models.Model):
    """Bills and refunds of an order: what is to be billed, and what was."""
    _inherit = 'purchase.order'

    amazon_billed_total = fields.Monetary(
        "Billed", compute='_compute_amazon_billed_totals', help="All bills of this order, drafts too, tax included.")
    amazon_refunded_total = fields.Monetary(
        "Refunded", compute='_compute_amazon_billed_totals', help="All credits of this order, drafts too, tax included.")

    # === COMPUTE METHODS === #

    @api.depends('order_line.amazon_bill_line_ids.move_id')
    def _compute_invoice(self):
        """A money-only credit belongs to the order too, though core's link is not on it."""
        super()._compute_invoice()
        for order in self:
            if credits := order.order_line.amazon_bill_line_ids.move_id - order.invoice_ids:
                order.invoice_ids |= credits
                order.invoice_count = len(order.invoice_ids)

    @api.depends('order_line.amazon_bill_line_ids.price_total', 'order_line.amazon_bill_line_ids.parent_state')
    def _compute_amazon_billed_totals(self):
        for order in self:
            totals = {'in_invoice': 0.0, 'in_refund': 0.0}
            # Whoever may read the order may know what was billed of it.
            lines_sudo = order.sudo().order_line.amazon_bill_line_ids
            for move_sudo in lines_sudo.move_id:
                if move_sudo.state == 'cancel' or move_sudo.move_type not in totals:
                    continue
                gross_by_line = move_sudo._amazon_gross_by_line()
                # A line that belongs to no order, as a discount does, goes with the bill's only one.
                is_only = move_sudo.invoice_line_ids.amazon_purchase_line_id.order_id == order.sudo()
                amount = sum(gross for line, gross in gross_by_line.items() if is_only or line in lines_sudo)
                totals[move_sudo.move_type] += move_sudo.currency_id._convert(
                    amount, order.currency_id, order.company_id, move_sudo.invoice_date or fields.Date.context_today(order))
            order.amazon_billed_total = totals['in_invoice']
            order.amazon_refunded_total = totals['in_refund']

    # === REFUNDS === #

    def action_amazon_refund(self):
        """The button Record Amazon Refund on an order.

        :return: an action that opens the dialog
        """
        self.ensure_one()
        return self.env['amazon.punchout.refund']._open(self)

    # === CREATE BILL === #

    def _prepare_invoice(self):
        vals = super()._prepare_invoice()
        if self.amazon_session_id:
            group_sudo = self.amazon_group_id.sudo()  # an accountant reads no groups
            vals['amazon_group_id'] = group_sudo.id
            if not self.invoice_ids:  # a second bill of the same reference would be taken for a duplicate
                vals['ref'] = self.partner_ref
            if payment_line := group_sudo.journal_id.outbound_payment_method_line_ids[:1]:
                vals['preferred_payment_method_line_id'] = payment_line.id
        return vals

    def action_create_invoice(self, attachment_ids=False):
        """Core writes a line of quantity 0 for everything that is not to be billed. On a bill of an Amazon order only
        what is billed stands, so that Amazon's own invoice can be compared with it; where nothing is to be billed yet
        the lines stay, as core leaves them, for whoever bills before the goods are here."""
        before = self.invoice_ids
        action = super().action_create_invoice(attachment_ids=attachment_ids)
        for move in self.invoice_ids - before:
            lines = move.invoice_line_ids.filtered(lambda line: line.amazon_purchase_line_id)
            empty = lines.filtered(lambda line: line.product_uom_id.is_zero(line.quantity))
            if lines - empty:
                empty.sudo().unlink()  # buyers create bills, but may not take lines off them
            if lines and move.move_type == 'in_refund':
                # Less is to be billed than was: only a return does that, whoever presses the button.
                move.sudo().amazon_refund_kind = 'goods'
        return action

    # === AFTER A CONFIRMATION === #

    def _amazon_charge_remarks(self):
        """A charge is billed whole with the first item, and a quantity can't tell that its amount rose afterwards. Of
        Amazon's own invoices each brings its part.

        :rtype: list[str]
        """
        remarks = super()._amazon_charge_remarks()
        for line in self.order_line.filtered(lambda line: line.amazon_line_type in ('shipping', 'tax')):
            bill_lines = line.invoice_lines.filtered(
                lambda each: each.move_id.state != 'cancel' and each.move_id.move_type == 'in_invoice')
            billed = sum(bill_lines.mapped('price_subtotal'))
            if (bill_lines and not any(bill_lines.move_id.mapped('amazon_invoice_id'))
                    and self.currency_id.compare_amounts(line.price_subtotal, billed) > 0):
                remarks.append(self.env._(
                    "“%(charge)s” of order %(order)s is %(amount)s now, of which %(billed)s are billed: add the rest to a bill.",
                    charge=line.name, order=self.name,
                    amount=format_amount(self.env, line.price_subtotal, self.currency_id),
                    billed=format_amount(self.env, billed, self.currency_id)))
        return remarks


class PurchaseOrderLineBilling(models.Model):
    _inherit = 'purchase.order.line'

    amazon_bill_line_ids = fields.One2many('account.move.line', 'amazon_purchase_line_id', readonly=True)

    @api.depends(
        'invoice_lines.move_id.amazon_refund_kind', 'move_ids.to_refund',
        # Shipping and tax follow the items of their order.
        'order_id.order_line.qty_received', 'order_id.order_line.product_uom_qty',
        'order_id.order_line.invoice_lines.quantity', 'order_id.order_line.invoice_lines.move_id.state',
        'order_id.order_line.invoice_lines.move_id.amazon_refund_kind', 'order_id.order_line.move_ids.to_refund')
    def _compute_qty_invoiced(self):
        super()._compute_qty_invoiced()
        amazon_lines = self.filtered(lambda line: line.amazon_line_type and line.order_id.state == 'purchase')
        items = amazon_lines.filtered(lambda line: line.amazon_line_type == 'item')
        for line in items:
            line.qty_to_invoice = line._amazon_item_to_bill()
        for line in amazon_lines - items:
            line.qty_to_invoice = line._amazon_service_to_bill()

    def _prepare_account_move_line(self, move=False):
        vals = super()._prepare_account_move_line(move)
        in_own_currency = not move or move.currency_id == self.currency_id
        if self.amazon_line_type == 'item' and in_own_currency and (price := self._amazon_closing_price(vals['quantity'])):
            vals['price_unit'] = price
        return vals

    def _amazon_closing_price(self, quantity):
        """Where Amazon has confirmed several prices, the line has their average: bills of a part each round it, and the last
        one takes the cents that are over or short. What an accountant has changed on an earlier bill is not undone.

        :param float quantity: that is to be billed now
        :return: the price that brings all bills to the line's amount, or None where its own does
        :rtype: float | None
        """
        self.ensure_one()
        currency = self.currency_id
        billed = self.invoice_lines.filtered(lambda line: line.parent_state != 'cancel')
        if (not billed or billed.currency_id != currency or set(billed.move_id.mapped('move_type')) != {'in_invoice'}
                or self.product_uom_id.compare(self.qty_invoiced + quantity, self.product_qty) != 0):
            return None
        rest = currency.round(self.price_subtotal - sum(billed.mapped('price_subtotal')))
        cents = currency.round(rest - currency.round(self.price_unit * quantity))
        if currency.is_zero(cents) or currency.compare_amounts(abs(cents), currency.rounding * (len(billed) + 1)) > 0:
            return None
        return rest / quantity

    def _amazon_item_to_bill(self):
        """What core says, but for two cases. Goods that were billed before they came are not to be credited: only those
        that went back are. And goods that were credited as returned are not to be billed again, whether or not they
        have left the stock yet.

        :rtype: float
        """
        self.ensure_one()
        to_bill, credited, returned = self.qty_to_invoice, self._amazon_credited_quantity(), self._amazon_returned_quantity()
        if to_bill < 0:
            return -min(-to_bill, max(returned - credited, 0.0))
        if self.product_id.purchase_method != 'purchase':
            credited = max(credited - returned, 0.0)  # what has left the stock counts as received no more
        return max(to_bill - credited, 0.0)

    def _amazon_service_to_bill(self):
        """Shipping and estimated tax go on the first bill that has an item; what is left of them closes with the last.

        :rtype: float
        """
        self.ensure_one()
        digits = self.env['decimal.precision'].precision_get('Product Unit')
        items = self.order_id._amazon_item_lines()
        if not any(float_compare(item.qty_to_invoice, 0, precision_digits=digits) > 0 for item in items):
            return 0.0
        return max(self.product_qty - self.qty_invoiced, 0.0)

    def _amazon_credited_quantity(self):
        """:return: what was credited as returned, drafts too
        :rtype: float
        """
        return sum(
            line.product_uom_id._compute_quantity(line.quantity, self.product_uom_id)
            for line in self.invoice_lines
            if line.move_id.move_type == 'in_refund' and line.move_id.amazon_refund_kind == 'goods'
            and line.move_id.state != 'cancel')

    def _amazon_returned_quantity(self):
        """:return: what has gone back from the stock, as core counts it in the received quantity
        :rtype: float
        """
        return sum(
            move.product_uom._compute_quantity(move.quantity, self.product_uom_id, rounding_method='HALF-UP')
            for move in self._get_po_line_moves()
            if move.state == 'done' and move._is_purchase_return()
            and (not move.origin_returned_move_id or move.to_refund))
