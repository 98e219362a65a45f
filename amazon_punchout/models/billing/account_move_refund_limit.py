from collections import defaultdict
from functools import partial

from odoo import models
from odoo.exceptions import UserError

from ...tools.sentences import shown_amount, shown_number


class AccountMoveRefundLimit(models.Model):
    """Credits of Amazon's bills: no more is credited than was billed, in total and for each line."""
    _inherit = 'account.move'

    def _post(self, soft=True):
        """Override of `account` to block credits of more than was billed, whichever way they came about.

        Amazon's own memos are the exception: what Amazon credits must be booked. A person is notified of the problem.
        """
        for move_sudo in self.sudo():  # accountants can't always read orders
            gives_back = move_sudo.move_type == 'in_refund' or move_sudo.move_type == 'in_invoice' and any(
                line.amazon_purchase_line_id and line.price_total < 0 for line in move_sudo.invoice_line_ids)
            if gives_back and not move_sudo.amazon_invoice_id and (surplus := move_sudo._amazon_find_surplus(self)):
                raise UserError(self._(
                    "%s Reduce this credit, or cancel another one, before you post it.", surplus[0]))
        return super()._post(soft=soft)

    def _amazon_find_surplus(self, posting=None):
        """Find what this credit takes back beyond what was billed.

        :param posting: credits that are posted now: only these and posted ones count. By default, drafts count as well
        :return: a sentence for each surplus
        :rtype: list[str]
        """
        self.ensure_one()

        def counted(credits):
            if posting is None:
                return credits.filtered(lambda credit: credit.state != 'cancel')
            return credits.filtered(lambda credit: credit.state == 'posted' or credit.id in posting.ids)

        bills = (self.reversed_entry_id | self.invoice_line_ids.amazon_bill_line_id.move_id).filtered(
            lambda move: move.move_type == 'in_invoice' and move.invoice_line_ids.amazon_purchase_line_id)
        sentences = []
        for bill in bills:
            sentences += self._amazon_find_bill_surplus(bill, counted(bill._amazon_credits()))
        if not sentences:
            for order_line in self.invoice_line_ids.amazon_purchase_line_id:
                sentences += self._amazon_find_line_surplus(order_line, counted)
        return sentences

    def _amazon_find_bill_surplus(self, bill, credits):
        """Find where these credits exceed a bill.

        :param bill: a bill that this credit refunds
        :param credits: its credits that count
        :return: a sentence for each surplus
        :rtype: list[str]
        """
        sentences, currency = [], bill.currency_id
        shown = partial(shown_amount, self.env, currency=currency)
        leeway = currency.rounding * len(credits)  # each credit rounds the taxes of a line once
        for line, values in bill._amazon_refundable(credits).items():
            # A charge may have several lines on a bill. Those of its order line are checked together.
            is_charge = line.amazon_purchase_line_id.amazon_line_type in ('shipping', 'tax')
            if is_charge or line not in self.invoice_line_ids.amazon_bill_line_id:
                continue
            if currency.compare_amounts(values.named, values.billed + leeway) > 0:
                sentences.append(self._(
                    "%(bill)s bills %(billed)s for “%(line)s”, but its credits would total %(credited)s.",
                    bill=bill.display_name, billed=shown(values.billed), line=line.name,
                    credited=shown(values.named)))
        total = sum(
            credit._amazon_to_currency(amount, currency) for credit in credits
            for line, amount in credit._amazon_gross_by_line().items()
            if line.amazon_bill_line_id.move_id == bill
            or not line.amazon_bill_line_id and credit.reversed_entry_id == bill)
        if not sentences and currency.compare_amounts(total, bill.amount_total) > 0:
            sentences.append(self._(
                "%(bill)s totals %(billed)s, but its credits would total %(credited)s.",
                bill=bill.display_name, billed=shown(bill.amount_total), credited=shown(total)))
        return sentences

    def _amazon_find_line_surplus(self, order_line, counted):
        """Find where credits exceed what all bills bill for a line of an order, in money or in quantity.

        Credits that name no bill, because they were typed or made by Create Bills, have a limit here only.

        :param order_line: a `purchase.order.line` that this credit refunds
        :param counted: returns those of some bills and credits that count
        :return: a sentence for each surplus
        :rtype: list[str]
        """
        currency, unit = order_line.currency_id, order_line.product_uom_id
        shown = partial(shown_amount, self.env, currency=currency)
        amounts, quantities = defaultdict(float), defaultdict(float)
        lines = order_line.amazon_bill_line_ids
        moves = lines.move_id.filtered(lambda move: move.state != 'cancel' and not (
            move.move_type == 'in_refund' and move._amazon_is_reversed()))
        credits = counted(moves)
        for move in moves:
            for line, amount in move._amazon_gross_by_line().items():
                # A bill may give something back as well.
                side = 'credited' if move.move_type == 'in_refund' or amount < 0 else 'billed'
                if line not in lines or side == 'credited' and move not in credits:
                    continue
                sign = -1 if side == 'credited' and move.move_type == 'in_invoice' else 1
                amounts[side] += sign * move._amazon_to_currency(amount, currency)
                if line.purchase_line_id:
                    quantities[side] += sign * line.product_uom_id._compute_quantity(line.quantity, unit)
        values = {'line': order_line._amazon_title(), 'order': order_line.order_id.name}
        leeway = currency.rounding * len(credits)
        if currency.compare_amounts(amounts['credited'], amounts['billed'] + leeway) > 0:
            return [self._(
                "%(billed)s are billed for “%(line)s” of order %(order)s, but its credits would total %(credited)s.",
                billed=shown(amounts['billed']), credited=shown(amounts['credited']),
                **values)]
        is_item = order_line.amazon_line_type == 'item'
        if is_item and unit.compare(quantities['credited'], quantities['billed']) > 0:
            return [self._(
                "%(billed)s × “%(line)s” of order %(order)s are billed, but %(credited)s would be credited as "
                "returned.",
                billed=shown_number(self.env, quantities['billed']),
                credited=shown_number(self.env, quantities['credited']), **values)]
        return []
