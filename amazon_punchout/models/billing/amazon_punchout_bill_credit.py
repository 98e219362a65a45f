from odoo import models
from odoo.exceptions import UserError

from ...tools.sentences import shown_number
from ...tools.waiting import OtherHalfMissing


class AmazonPunchoutBillCredit(models.AbstractModel):
    """The bill that a credit memo refunds."""
    _inherit = 'amazon.punchout.bill'

    # === THE BILL === #

    def _find_bills(self, draft):
        """Find the bill that a credit names, or the bills of its order lines if it names none."""
        invoice, company = draft.invoice, draft.orders[0].company_id
        bills = self._moves()
        if invoice.original_payload_id:
            bills = draft.document.search([
                ('payload_id', '=', invoice.original_payload_id), ('direction', '=', 'in'),
                ('group_id', 'in', draft.document._credential_groups().ids),
                ('account_move_id.company_id', '=', company.id)], limit=1).account_move_id
        if invoice.original_invoice_id and not bills:
            bills = bills.search([
                *self._account_domain(draft), ('amazon_invoice_id', '=', invoice.original_invoice_id)])
        bills = bills.filtered(lambda move: move.move_type == 'in_invoice' and move.state != 'cancel')
        if bills:
            return bills
        order_lines = self.env['purchase.order.line'].union(*(line.order_line for line in draft.items)) or \
            self.env['purchase.order'].union(*draft.orders).order_line
        bills = order_lines.amazon_bill_line_ids.move_id.filtered(
            lambda move: move.move_type == 'in_invoice' and move.state != 'cancel')
        if invoice.original_invoice_id or invoice.original_payload_id:
            # The named bill may be one that was entered manually, but not one with another number.
            bills = bills.filtered(lambda move: not move.amazon_invoice_id)
        return bills

    def _link_bill(self, draft):
        """Find the bill of a credit, and the bill line of each of its lines.

        :param BillDraft draft: gets the bill and the bill lines
        :raises OtherHalfMissing: nothing is billed yet
        """
        bills = self._find_bills(draft)
        named = draft.invoice.original_invoice_id
        if not bills and named:
            raise OtherHalfMissing(self._(
                "Amazon's credit memo %(number)s refunds invoice %(invoice)s, which is not in Odoo.",
                number=draft.invoice.invoice_id, invoice=named))
        if not bills:
            raise OtherHalfMissing(self._(
                "Amazon's credit memo %(number)s refunds order %(order)s, but nothing is billed on that order.",
                number=draft.invoice.invoice_id, order=draft.orders[0].name))
        draft.bill = bills = self._choose_bill(draft, bills)
        for line in draft.lines:
            line.bill_line = self._find_bill_line(draft, bills, line)
        if draft.currency != bills.currency_id:
            draft.problems.append(self.env._(
                "The credit is in %(currency)s, but %(bill)s is in %(other)s.",
                currency=draft.currency.name, bill=bills.display_name, other=bills.currency_id.name))
        if any(line.kind == 'sum' for line in draft.lines):
            self._split_sums(draft)

    def _choose_bill(self, draft, bills):
        """Choose the one of several bills on which enough is left to refund.

        :raises UserError: there is none, or more than one
        """
        if len(bills) == 1:
            return bills
        order_lines = self.env['purchase.order.line'].union(*(line.order_line for line in draft.items))
        wide = bills.filtered(lambda bill: draft.currency.compare_amounts(float(draft.total), sum(
            values.open for line, values in bill._amazon_refundable().items()
            if not order_lines or line.amazon_purchase_line_id in order_lines
            or line.amazon_purchase_line_id.amazon_line_type != 'item')) <= 0)
        if len(wide) != 1:
            raise UserError(self._(
                "Amazon's credit memo %(number)s for %(total)s may refund any of %(bills)s, so no credit was created. "
                "Press Record Amazon Refund on the right bill and enter %(number)s as the Amazon Reference, then press "
                "Retry.",
                number=draft.invoice.invoice_id, total=self._format(draft, draft.total), bills=self._names(bills)))
        return wide

    def _find_bill_line(self, draft, bills, line):
        """Find the bill line that a line of a credit refunds.

        :return: the `account.move.line`, or None
        """
        if line.kind in ('shipping', 'handling'):
            found = self._service_lines(bills, 'shipping', line.order)
        else:
            found = bills.invoice_line_ids.filtered(
                lambda each: line.order_line and each.amazon_purchase_line_id == line.order_line)
            price = float(line.amount / line.quantity)
            found = found.filtered(lambda each: draft.currency.compare_amounts(each.price_unit, price) == 0) or found
        return found[:1] or None

    def _service_lines(self, bills, line_type, order):
        """Return the lines of shipping or tax of these bills, linked to an order or not; those of this order first."""
        group = bills[:1].amazon_group_id
        product = group.shipping_product_id if line_type == 'shipping' else group.tax_product_id
        return bills.invoice_line_ids.filtered(
            lambda line: line.amazon_purchase_line_id.amazon_line_type == line_type
            or not line.amazon_purchase_line_id and line.product_id and line.product_id == product
        ).sorted(lambda line: order not in (line.amazon_purchase_line_id.order_id, line.amazon_order_id))

    # === MORE THAN WAS BILLED === #

    def _find_refund_problems(self, draft, move):
        """Find where more is credited or returned than was billed.

        :param move: the new credit
        :return: a sentence for each problem
        :rtype: list[str]
        """
        bill = draft.bill
        problems, refundable = [], bill._amazon_refundable(bill._amazon_credits() - move)
        for line in draft.items:
            values = refundable.get(line.bill_line) if line.bill_line and line.is_counted else None
            if values and line.bill_line.product_uom_id.compare(
                    float(line.quantity), line.bill_line.quantity - values.returned) > 0:
                problems.append(self.env._(
                    "The credit returns %(returned)s × “%(item)s”, but %(bill)s bills %(billed)s, of which %(before)s "
                    "were already returned.", returned=shown_number(self.env, line.quantity), item=line.name,
                    billed=shown_number(self.env, line.bill_line.quantity), bill=bill.display_name,
                    before=shown_number(self.env, values.returned)))
        return problems or move._amazon_find_surplus()
