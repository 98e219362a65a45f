from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AccountMoveInvoice(models.Model):
    """Bills that are Amazon's invoices, and core's ways of matching bills with orders.

    Core matches by product, total or text, but all lines of an Amazon order may share one product.
    """
    _inherit = 'account.move'

    _amazon_invoice_id_uniq = models.UniqueIndex(
        "(amazon_group_id, move_type, amazon_invoice_id) WHERE amazon_invoice_id IS NOT NULL AND state != 'cancel'",
        "Another bill or credit of this Amazon group already has this Amazon invoice number.")

    # === CORE'S MATCHING OF ELECTRONIC DOCUMENTS === #

    def _match_purchase_orders(self, po_references, partner_id, amount_total, from_ocr, timeout):
        """Override of `purchase` to keep the lines of a document that may bill an Amazon order.

        Core looks for order lines of the same price, or for an order of the same total, and replaces the lines of the
        document by those of the order. For an Amazon order that would be a guess.
        """
        method, lines, pairs = super()._match_purchase_orders(
            po_references, partner_id, amount_total, from_ocr, timeout)
        orders = lines.order_id.filtered('amazon_session_id')
        if not orders:
            return method, lines, pairs
        self.message_post(body=self.env._(
            "This document may bill %(orders)s. Lines of Amazon orders are not matched automatically, since they may "
            "share one product. If Amazon sends no invoice to Odoo, select the order in the list of purchase orders, "
            "press Create Bills and compare, or match line by line.",
            orders=Markup(", ").join(order._get_html_link() for order in orders)))
        return 'no_match', lines.browse(), None

    def _amazon_match_hint(self):
        """Explain why lines of this bill can't be matched like this, and what to do instead.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%s bills an Amazon order, so its lines can't be added to another order. Select one line of the Amazon "
            "order and the bill lines that bill it, then press Match.", self.display_name)

    # === LINKS THAT COME LATER === #

    def _amazon_link_services(self, order):
        """Link the lines of shipping and tax that have no order line yet.

        :param order: the `purchase.order` whose lines of shipping and tax may be new
        """
        group = self.amazon_group_id[:1]
        for line_type, product in (('shipping', group.shipping_product_id), ('tax', group.tax_product_id)):
            order_line = order._amazon_charge_lines(line_type)[:1]
            for line in self.invoice_line_ids:
                if (order_line and not line.amazon_purchase_line_id and line.product_id == product
                        and line.amazon_order_id == order):
                    # A charge counts as billed once, although it may have a line for each account.
                    counts = line.move_type == 'in_invoice' and not order_line.qty_invoiced
                    line.write({
                        'amazon_purchase_line_id': order_line.id,
                        'purchase_line_id': order_line.id if counts else False,
                    })


class PurchaseOrderInvoices(models.Model):
    """Amazon orders that are matched with bills."""
    _inherit = 'purchase.order'

    def _amazon_link_bills(self):
        """Override to link shipping and tax on Amazon's invoices to the order lines that a confirmation added later.

        The confirmation brings Amazon's order number, too.
        """
        super()._amazon_link_bills()
        for order in self:
            moves_sudo = order.sudo().order_line.amazon_bill_line_ids.move_id  # a buyer's message may not reach bills
            for move_sudo in moves_sudo.filtered(lambda move: move.amazon_invoice_id and move.state != 'cancel'):
                move_sudo._amazon_link_services(order.sudo())
            moves_sudo._amazon_set_memo()

    def _amazon_bill_hint(self):
        """Explain why core's matching is not available for this order, and what to do instead.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "Order %(order)s came from Amazon and its lines may share one product, so Odoo can't match them by "
            "product. Select order %(order)s in the list of purchase orders and press Create Bills, or select one of "
            "its lines and only the bill lines that bill it.",
            order=self.name)


class PurchaseBillLineMatch(models.Model):
    """Bill Matching, with Amazon orders matched line by line."""
    _inherit = 'purchase.bill.line.match'

    @api.model
    def _select_am_line(self):
        """Override of `purchase` to leave out lines that are linked to their order line already.

        A money-only refund has our link only.
        """
        return SQL("%s AND aml.amazon_purchase_line_id IS NULL", super()._select_am_line())

    def action_match_lines(self):
        """Override of `purchase` to match one line of an Amazon order at a time, whatever the product.

        :raises UserError: several lines of an Amazon order are selected, or none, or a credit
        """
        order_lines, bill_lines = self.pol_id, self.aml_id
        amazon_lines = order_lines.filtered('amazon_line_type')
        bills = bill_lines.move_id.filtered('amazon_group_id')
        if not amazon_lines and not bills:
            return super().action_match_lines()
        if not amazon_lines:
            raise UserError(bills[0]._amazon_match_hint())
        if len(order_lines) != 1 or not bill_lines:
            raise UserError(amazon_lines[0].order_id._amazon_bill_hint())
        if refunds := bill_lines.move_id.filtered(lambda move: move.move_type == 'in_refund'):
            raise UserError(self.env._(
                "%s is a credit and can't be matched with an order. Press Record Amazon Refund on the refunded bill "
                "instead.", refunds[0].display_name))
        bill_lines.write({'purchase_line_id': order_lines.id})
        return None

    def action_add_to_po(self):
        """Override of `purchase` to block lines of bills of Amazon orders."""
        self.aml_id._amazon_check_no_order()
        return super().action_add_to_po()


class BillToPoWizard(models.TransientModel):
    """Adding bill lines to an order, which Amazon orders don't allow."""
    _inherit = 'bill.to.po.wizard'

    def action_add_to_po(self):
        """Override of `purchase` to block Amazon orders and their bills."""
        self._amazon_check_lines()
        return super().action_add_to_po()

    def action_add_downpayment(self):
        """Override of `purchase` to block Amazon orders and their bills."""
        self._amazon_check_lines()
        return super().action_add_downpayment()

    def _amazon_check_lines(self):
        """Check that neither the order nor the bill lines are Amazon's; these have an order already.

        :raises UserError: they are
        """
        if self.purchase_order_id.amazon_session_id:
            raise UserError(self.purchase_order_id._amazon_locked_sentence())
        line_ids = [abs(record_id) for record_id in self.env.context.get('active_ids') or [] if record_id < 0]
        self.env['account.move.line'].browse(line_ids)._amazon_check_no_order()


class AccountMoveLineInvoice(models.Model):
    """Bill lines that must not go onto another order."""
    _inherit = 'account.move.line'

    def _amazon_check_no_order(self):
        """Check that these lines don't bill an Amazon order.

        :raises UserError: they do
        """
        if bills := self.move_id.filtered('amazon_group_id'):
            raise UserError(bills[0]._amazon_match_hint())
