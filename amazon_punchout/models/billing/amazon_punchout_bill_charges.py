from dataclasses import replace
from decimal import Decimal

from odoo import models

from ...tools.charge_share import ChargeShare, merged_shares
from ...tools.money import share_out

# Kinds of lines that belong to items.
CHARGES = ('shipping', 'handling', 'charge', 'tax')


class AmazonPunchoutBillCharges(models.AbstractModel):
    """The charges and discounts of a bill, booked with the items that they belong to."""
    _inherit = 'amazon.punchout.bill'

    # === DISCOUNTS === #

    def _spread_discount(self, draft, order, discount):
        """Take a discount on all that is billed of an order off its items, by their amounts.

        So it lowers what their taxes are computed on, and goods enter the stock at what they cost.

        :param BillDraft draft: its items get lower amounts, and it gets a note
        :param Decimal discount: the discount, above zero
        :return: whether the items bear it; it may be for free shipping, and more than they cost
        :rtype: bool
        """
        items = [line for line in draft.lines
                 if line.kind in ('item', 'sum') and line.order == order and line.amount > 0]
        if sum((line.amount for line in items), Decimal()) < discount:
            return False
        weights = {index: line.amount for index, line in enumerate(items)}
        for index, share in share_out(discount, weights, draft.currency).items():
            items[index].amount -= share
            items[index].spread_discount += share
        stated = draft.invoice.summary.discount
        name = stated and stated.description or self.env._("Discount")
        draft.notes.append(self.env._(
            "The discount of %(amount)s (%(name)s) was split across the items of order %(order)s.",
            amount=self._format(draft, discount), name=name, order=order.name))
        return True

    # === CHARGES === #

    def _share_charges(self, draft):
        """Split the charges across the accounts and analytic distributions of their items.

        A charge of an order counts as billed once, however many lines and invoices it has.

        :param BillDraft draft: its lines have their taxes already
        """
        draft.lines = [share for line in draft.lines for share in self._share_charge(draft, line)]
        counted = set()
        for line in draft.lines:
            if line.kind != 'item' and line.order_line.amazon_line_type in ('shipping', 'tax'):
                is_billed = line.order_line.product_uom_id.compare(line.order_line.qty_invoiced, 0) > 0
                line.is_counted = line.is_counted and not is_billed and line.order_line not in counted
                counted.add(line.order_line)

    def _share_charge(self, draft, line):
        """Split a charge.

        :return: the lines that take its place
        :rtype: list[BillLine]
        """
        # The charge of a single item is booked on the account of this item anyway.
        if line.kind not in CHARGES or not line.amount or line.kind == 'charge' and line.order_line:
            return [line]
        if line.bill_line:
            # A part of a credit without lines is of one bill line already.
            is_part = line.is_settled and not line.is_counted
            return [line] if is_part else self._share_by_bill(draft, line)
        if not draft.group.charges_with_items or line.order_line._amazon_expense_account():
            return [line]
        items = [item for item in draft.items if item.order == line.order]
        weights = self._charge_weights(draft, line, items)
        if any(weights.values()):
            shares = merged_shares(
                ChargeShare(share, *self._charge_target(draft, items[index], line))
                for index, share in share_out(line.amount, weights, draft.currency).items())
        else:
            # Amazon may bill the shipping of an order alone.
            shares = line.order_line._amazon_charge_shares(
                line.amount, line.order._amazon_charge_weights(
                    'tax' if line.kind == 'tax' else 'shipping', self._confirmed(draft, line.order)))
        parts = self._split(draft, line, [share.amount for share in shares])
        return [replace(part, account=share.account, analytic=share.distribution or None)
                for part, share in zip(parts, shares, strict=True)]

    def _share_by_bill(self, draft, line):
        """Split a refunded charge across the lines that the bill has for this charge.

        :rtype: list[BillLine]
        """
        billed = self._lines_of_charge(line.bill_line)
        if len(billed) < 2 or not sum(billed.mapped('price_subtotal')):
            return [line]
        shares = share_out(line.amount, {each: each.price_subtotal for each in billed}, draft.currency)
        shares = {each: share for each, share in shares.items() if share}
        parts = self._split(draft, line, list(shares.values()))
        return [replace(part, bill_line=each) for part, each in zip(parts, shares, strict=True)]

    def _lines_of_charge(self, bill_line):
        """Return all lines that a bill has for the same charge: it may be split across accounts."""
        return bill_line.move_id.invoice_line_ids.filtered(lambda each: all(
            each[name] == bill_line[name]
            for name in ('name', 'product_id', 'tax_ids', 'amazon_purchase_line_id', 'amazon_order_id')))

    def _split(self, draft, line, amounts):
        """Split a line and its tax.

        :param list[Decimal] amounts: the parts of its amount
        :rtype: list[BillLine]
        """
        weights = dict(enumerate(amounts))
        parts = {tax: share_out(part, weights, draft.currency) for tax, part in line.tax_parts.items()}
        # It is not always known what each of its taxes amounts to.
        taxes = {} if parts else share_out(line.tax, weights, draft.currency)
        lines = []
        for index, amount in weights.items():
            tax_parts = {tax: shares[index] for tax, shares in parts.items()}
            tax = taxes[index] if taxes else sum(tax_parts.values(), Decimal())
            lines.append(replace(line, amount=amount, quantity=Decimal(-1 if amount < 0 else 1), tax_parts=tax_parts,
                                 tax=tax, stated_tax=tax))
        return lines

    def _charge_weights(self, draft, line, items):
        """Weigh the items of an order for the sharing of a charge.

        What the invoice states with each item counts, else what the confirmations or the cart state, else the amounts.

        :param BillLine line: the charge
        :param list[BillLine] items: the items of the same order
        :return: the weights by the position of the item
        :rtype: dict[int, Decimal]
        """
        shared = dict(enumerate(items))
        if line.kind == 'tax':
            # What has taxes of its own has no part in a tax that no purchase tax computes.
            shared = {index: item for index, item in shared.items() if not item.taxes} or shared
        weights = {index: item.stated.get(line.kind, Decimal()) for index, item in shared.items()}
        if not any(weights.values()) and line.kind in ('shipping', 'tax'):
            expected = line.order._amazon_charge_weights(line.kind, self._confirmed(draft, line.order))
            weights = {
                index: expected.get(item.order_line, 0) * item.quantity / Decimal(str(item.order_line.product_qty))
                for index, item in shared.items() if item.order_line.product_qty}
        if not any(weights.values()):
            weights = {index: item.amount for index, item in shared.items()}
        # Amounts below zero take something back, so they bear no charge.
        return {index: max(weight, Decimal()) for index, weight in weights.items()}

    def _confirmed(self, draft, order):
        """Fold the confirmations of an order, once for all charges of a bill.

        :rtype: cxml.ConfirmedOrder
        """
        if order not in draft.confirmed:
            draft.confirmed[order] = order._amazon_confirmed()
        return draft.confirmed[order]

    def _charge_target(self, draft, item, line):
        """Find the account and the analytic distribution for an item's part of a charge.

        :param BillDraft draft: keeps the accounts of products that were found
        :param BillLine item: the item
        :param BillLine line: the charge
        :return: the account, empty for that of the charge's product, and the distribution
        :rtype: tuple
        """
        known = item.bill_line or item.order_line
        distribution = known.analytic_distribution or line.order_line.analytic_distribution
        if item.bill_line and not item.bill_line.product_id.is_storable:
            return item.bill_line.account_id, distribution
        if item.order_line:
            # A bill has many lines and few products.
            order_line, accounts = item.order_line, draft.charge_accounts
            key = order_line.order_id, order_line.product_id, order_line._amazon_expense_account()
            if key not in accounts:
                accounts[key] = order_line._amazon_charge_account()
            return accounts[key], distribution
        return self.env['account.account'], distribution
