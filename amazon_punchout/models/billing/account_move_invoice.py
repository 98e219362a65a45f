from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AccountMoveInvoice(models.Model):
    """Bills that are Amazon's invoices, and core's ways to match bills with orders: these pair by product, total or text,
    and all lines of an Amazon order may share one product."""
    _inherit = 'account.move'

    _amazon_invoice_id_uniq = models.UniqueIndex(
        "(amazon_group_id, move_type, amazon_invoice_id) WHERE amazon_invoice_id IS NOT NULL AND state != 'cancel'",
        "Another bill or credit of this Amazon group has this number of Amazon's already.")

    # === CORE'S MATCHING OF ELECTRONIC DOCUMENTS === #

    def _match_purchase_orders(self, po_references, partner_id, amount_total, from_ocr, timeout):
        """Core looks for order lines of the same price, or for an order of the same total, and puts its lines in the place
        of those that the document has. For an Amazon order that is a guess: the document keeps its own lines."""
        method, lines, pairs = super()._match_purchase_orders(po_references, partner_id, amount_total, from_ocr, timeout)
        orders = lines.order_id.filtered('amazon_session_id')
        if not orders:
            return method, lines, pairs
        self.message_post(body=Markup("%s %s") % (
            Markup(", ").join(order._get_html_link() for order in orders),
            self.env._(
                "may be what this bills. It came from Amazon, so its lines aren't matched by guessing. If Amazon's own invoice "
                "does not come by itself, press Create Bill on the order and compare, or match line by line.")))
        return 'no_match', lines.browse(), None

    def _amazon_way_to_match(self):
        """:return: why lines of this bill go on no other order, and what to do instead
        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%s bills what was bought on Amazon, so its lines go on no other order. Select one line of the Amazon order and "
            "the bill lines that bill it, and press Match.", self.display_name)

    # === LINKS THAT COME LATER === #

    def _amazon_link_services(self, order):
        """:param order: a `purchase.order` whose lines of shipping and tax may be new"""
        group = self.amazon_group_id[:1]
        for line_type, product in (('shipping', group.shipping_product_id), ('tax', group.tax_product_id)):
            order_line = order.order_line.filtered(lambda line, wanted=line_type: line.amazon_line_type == wanted)[:1]
            for line in self.invoice_line_ids:
                if (order_line and not line.amazon_purchase_line_id and line.product_id == product
                        and line.amazon_order_id == order):
                    line.write({
                        'amazon_purchase_line_id': order_line.id,
                        'purchase_line_id': order_line.id if line.move_type == 'in_invoice' else False,
                    })


class PurchaseOrderInvoices(models.Model):
    _inherit = 'purchase.order'

    def _amazon_link_bills(self):
        """Link lines of shipping and tax on Amazon's invoices to the order's, where a confirmation brought these later."""
        super()._amazon_link_bills()
        for order in self:
            moves_sudo = order.sudo().order_line.amazon_bill_line_ids.move_id  # a buyer's message may not reach bills
            for move_sudo in moves_sudo.filtered(lambda move: move.amazon_invoice_id and move.state != 'cancel'):
                move_sudo._amazon_link_services(order.sudo())

    def _amazon_way_to_bill(self):
        """:return: why core's matching is not for this order, and what to do instead
        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%(order)s came from Amazon, and all its lines may share one product: Odoo would pair them by that. Press Create "
            "Bill on order %(order)s; or select one line of it and only those bill lines that bill it.", order=self.name)


class PurchaseBillLineMatch(models.Model):
    _inherit = 'purchase.bill.line.match'

    @api.model
    def _select_am_line(self):
        """What Amazon's messages have linked to its order line needs no matching: a refund of money has only that link."""
        return SQL("%s AND aml.amazon_purchase_line_id IS NULL", super()._select_am_line())

    def action_match_lines(self):
        """Of an Amazon order one line at a time is matched, with what the user says bills it, whatever the product."""
        order_lines, bill_lines = self.pol_id, self.aml_id
        amazon_lines = order_lines.filtered('amazon_line_type')
        bills = bill_lines.move_id.filtered('amazon_group_id')
        if not amazon_lines and not bills:
            return super().action_match_lines()
        if not amazon_lines:
            raise UserError(bills[0]._amazon_way_to_match())
        if len(order_lines) != 1 or not bill_lines:
            raise UserError(amazon_lines[0].order_id._amazon_way_to_bill())
        if refunds := bill_lines.move_id.filtered(lambda move: move.move_type == 'in_refund'):
            raise UserError(self.env._(
                "%s is a credit: it isn't matched with an order. Press Record Amazon Refund on the bill that it is about instead.",
                refunds[0].display_name))
        bill_lines.write({'purchase_line_id': order_lines.id})

    def action_add_to_po(self):
        self.aml_id._amazon_check_no_order()
        return super().action_add_to_po()


class BillToPoWizard(models.TransientModel):
    _inherit = 'bill.to.po.wizard'

    def action_add_to_po(self):
        self._amazon_check_lines()
        return super().action_add_to_po()

    def action_add_downpayment(self):
        self._amazon_check_lines()
        return super().action_add_downpayment()

    def _amazon_check_lines(self):
        """Before anything is written: what was bought on Amazon is on an order already."""
        if self.purchase_order_id.amazon_session_id:
            raise UserError(self.purchase_order_id._amazon_refusal())
        line_ids = [abs(record_id) for record_id in self.env.context.get('active_ids') or [] if record_id < 0]
        self.env['account.move.line'].browse(line_ids)._amazon_check_no_order()


class AccountMoveLineInvoice(models.Model):
    _inherit = 'account.move.line'

    def _amazon_check_no_order(self):
        """:raises UserError: these lines are of a bill of an Amazon order"""
        if bills := self.move_id.filtered('amazon_group_id'):
            raise UserError(bills[0]._amazon_way_to_match())
