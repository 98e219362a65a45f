from odoo import api, models


class PurchaseOrderLineAccrual(models.Model):
    """Accrued Expense entries of Amazon orders: what was received but not billed on a day, or the other way round.

    Core compares the received and the billed quantity of each line. Nobody receives shipping or estimated tax, so these
    would be deferred as a whole once they are billed. They belong to the items of their order instead.
    """
    _inherit = 'purchase.order.line'

    @api.depends(
        'qty_received', 'qty_invoiced', 'qty_to_invoice', 'amazon_charged_order_id.order_line.qty_received',
        'amazon_charged_order_id.order_line.qty_invoiced', 'amazon_charged_order_id.order_line.qty_to_invoice')
    @api.depends_context('accrual_entry_date')
    def _compute_qty_received_at_date(self):
        """Override of `purchase` to receive charges with their items, and to leave out goods that were credited."""
        super()._compute_qty_received_at_date()
        for line in self.filtered('amazon_line_type'):
            if line.amazon_line_type != 'item':
                accrued = line._amazon_charge_to_accrue()
                line.qty_received_at_date = line.qty_invoiced_at_date + (
                    accrued / line.price_unit if accrued else 0.0)
            elif line.qty_received_at_date > line.qty_invoiced_at_date:
                # Goods that are credited are not to be paid, even if they have not left the stock yet.
                dated = line._amazon_at_accrual_date()
                kept = max(dated._amazon_credited_quantity() - dated._amazon_returned_quantity(), 0.0)
                line.qty_received_at_date = max(line.qty_received_at_date - kept, line.qty_invoiced_at_date)

    @api.depends('amazon_bill_line_ids.price_subtotal', 'amazon_bill_line_ids.parent_state')
    def _compute_amount_to_invoice_at_date(self):
        """Override of `purchase` to compute charges, of which a quantity is only a rounded part, and returned goods.

        Of these, refunds of money may have given something back already.
        """
        super()._compute_amount_to_invoice_at_date()
        for line in self.filtered('amazon_line_type'):
            if line.amazon_line_type != 'item':
                line.amount_to_invoice_at_date = line._amazon_charge_to_accrue()
            elif (returned := min(
                    line.qty_invoiced_at_date - line.qty_received_at_date, line._amazon_returned_at_date())) > 0:
                to_credit = line._amazon_at_accrual_date()._amazon_amount_to_credit(returned)
                line.amount_to_invoice_at_date += returned * line.price_unit - to_credit

    def _amazon_returned_at_date(self):
        """Return the quantity that was returned on the day and not credited as such.

        :rtype: float
        """
        dated = self._amazon_at_accrual_date()
        return max(dated._amazon_returned_quantity() - dated._amazon_credited_quantity(), 0.0)

    def _amazon_at_accrual_date(self):
        """Return these lines with the day on which core counts, which is none unless it is in the past.

        In superuser mode: accountants can't always read stock moves.
        """
        return (self if self._date_in_the_past() else self.with_context(accrual_entry_date=False)).sudo()

    def _amazon_charge_to_accrue(self):
        """Compute how much of shipping or estimated tax is to be accrued; below zero if it is to be deferred.

        What is not billed yet belongs to the items that are not billed yet. What is billed belongs to the billed items,
        also to those that have not arrived.

        :rtype: float
        """
        self.ensure_one()
        received = unbilled = ahead = billed = 0.0
        for item, weight in self._amazon_items_of_charge().items():
            weight = float(weight) / item.product_qty
            difference = item.qty_received_at_date - item.qty_invoiced_at_date
            received += max(difference, 0.0) * weight
            # Create Bills credits returned goods without their charges.
            ahead += max(-difference - item._amazon_returned_at_date(), 0.0) * weight
            billed += max(item.qty_invoiced_at_date, 0.0) * weight
            unbilled += max(item.product_qty - item.qty_invoiced_at_date, 0.0) * weight
        amount = self._amazon_billed_charge()
        accrued = max(self.price_subtotal - amount, 0.0) * min(received / unbilled, 1.0) if unbilled else 0.0
        deferred = amount * min(ahead / billed, 1.0) if billed else 0.0
        return self.currency_id.round(accrued - deferred)

    def _amazon_billed_charge(self):
        """Add up what is billed of this charge on the day; refunds in money change nothing.

        :rtype: float
        """
        return sum(
            (1 if line.move_id.move_type == 'in_invoice' else -1) * self._amazon_in_order_currency(line)
            for line in self._amazon_at_accrual_date()._amazon_counted_bill_lines()
            if line.move_id.move_type == 'in_invoice' or line.purchase_line_id)
