from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import escape_psql, float_compare

from ...const import UNREVIEWED
from ...tools.sentences import shown_amount, shown_number


class AmazonPunchoutBillKnown(models.AbstractModel):
    """What is in the books already: the same invoice, manually entered bills and credits, billed quantities."""
    _inherit = 'amazon.punchout.bill'

    # === THE SAME INVOICE === #

    def _find_known(self, draft):
        """Find the bill or credit with this Amazon invoice number, except cancelled ones.

        :raises UserError: it has another total, so it may not be the same
        """
        known = self._moves().search([
            *self._account_domain(draft), ('amazon_invoice_id', '=', draft.invoice.invoice_id),
            ('move_type', '=', draft.move_type), ('state', '!=', 'cancel')], limit=1)
        if known and draft.document.account_move_id != known and not self._has_same_total(draft, known):
            raise UserError(self._(
                "%(move)s already has the number %(number)s, but Amazon states another total now: %(total)s. Correct "
                "the bill and press Retry, or press Dismiss.",
                move=self._names(known), number=draft.invoice.invoice_id, total=self._format(draft, draft.total)))
        return known

    def _moves(self):
        """Return no bills, to search from or to add to."""
        return self.env['account.move']

    def _account_domain(self, draft):
        """Return the domain of the bills of groups that share the document's credentials.

        Another Amazon Business account may use the same numbers.

        :rtype: list
        """
        return [('company_id', '=', draft.orders[0].company_id.id),
                ('amazon_group_id', 'in', draft.document._credential_groups().ids)]

    # === ENTERED MANUALLY === #

    def _find_by_hand(self, draft):
        """Find the one bill or credit that a user entered for this invoice.

        :return: the `account.move`, or an empty recordset
        :raises UserError: there are several, or one with this number that differs
        """
        numbered = self._find_by_number(draft)
        same = self._find_same_credits(draft) if draft.is_credit else self._find_same_bills(draft)
        if not draft.is_credit:
            same |= numbered.filtered(lambda move: self._has_same_total(draft, move) and self._pair_lines(draft, move))
        if differing := numbered.filtered(lambda move: not self._has_same_total(draft, move)) or (
                not draft.is_credit and numbered - same):
            raise UserError(self._(
                "%(moves)s already has the number %(number)s, but its lines or its total differ from Amazon's "
                "(%(total)s). Correct or cancel it and press Retry, or press Dismiss.",
                moves=self._names(differing), number=draft.invoice.invoice_id, total=self._format(draft, draft.total)))
        found = numbered or same
        if len(found) > 1:
            raise UserError(self._(
                "Amazon's document %(number)s for %(total)s may be any of %(moves)s. Enter the number as the Bill "
                "Reference of the right one and press Retry, or press Dismiss.",
                number=draft.invoice.invoice_id, total=self._format(draft, draft.total), moves=self._names(found)))
        return found

    def _find_by_number(self, draft):
        """Find the bills and credits that a user entered with Amazon's number as their reference.

        So does the import of an electronic invoice, whose vendor may be another contact than the group's.
        """
        orders = draft.orders[0].union(*draft.orders)
        return self._find_numbered(draft).filtered(lambda move: move._amazon_may_bill(orders))

    def _find_numbered(self, draft):
        """Find the bills and credits with Amazon's number as their reference, of any vendor.

        People type `inv-1 ` for INV-1, so neither the case nor blanks around it count.
        """
        number = draft.invoice.invoice_id
        moves = self._moves().search([
            ('ref', 'ilike', escape_psql(number.strip())),
            ('move_type', '=', draft.move_type), ('state', '!=', 'cancel'),
            ('amazon_invoice_id', '=', False), ('company_id', '=', draft.orders[0].company_id.id)])
        return moves.filtered(lambda move: move.ref.strip().casefold() == number.strip().casefold())

    def _find_duplicates(self, draft, move):
        """Find the bills or credits that Odoo takes for the same as a new one; then a person decides.

        Those of another vendor with the same number and total are found, too.

        :param move: the new bill or credit
        :return: a sentence, if there are any
        :rtype: list[str]
        """
        others = (move.duplicated_ref_ids | self._find_numbered(draft).filtered(
            lambda other: self._has_same_total(draft, other))) - move
        if not others:
            return []
        return [self.env._(
            "Odoo warns of a duplicate: %(others)s has the same reference, or the same date and total. Compare the "
            "two, then post or cancel this one.", others=self._names(others))]

    def _find_same_bills(self, draft):
        """Find bills without an Amazon number that have the same total and bill the same quantities."""
        wanted = defaultdict(float)
        for line in draft.items:
            if line.is_counted:
                wanted[line.order_line] += float(line.quantity)
        if not wanted or any(not order_line for order_line in wanted):
            return self._moves()
        order_lines = self.env['purchase.order.line'].union(*wanted)
        return order_lines.invoice_lines.move_id.filtered(
            lambda move: move.move_type == 'in_invoice' and move.state != 'cancel' and not move.amazon_invoice_id
            and self._has_same_total(draft, move) and self._has_quantities(move, wanted))

    def _pair_lines(self, draft, move):
        """Pair the lines of a bill that bills no order yet with those of the invoice, by quantity and amount.

        :param move: a bill, for instance of an electronic invoice
        :return: the line of the invoice by `account.move.line`; empty unless each has one
        :rtype: dict
        """
        left = move.invoice_line_ids.filtered(lambda line: line.display_type == 'product')
        if left.purchase_line_id or left.amazon_purchase_line_id or any(
                not line.order_line for line in draft.items):
            return {}
        left = left.filtered(lambda line: not draft.currency.is_zero(line.price_subtotal))
        pairs = {}
        for line in draft.lines:
            if not line.amount:
                continue
            # Of two that cost the same, it is the one that names the item.
            names = [name.casefold() for name in (line.order_line.amazon_asin, line.order_line.amazon_title) if name]
            found = left.filtered(
                lambda each, line=line: draft.currency.compare_amounts(each.price_subtotal, float(line.amount)) == 0
                and (line.kind != 'item' or each.quantity == float(line.quantity))).sorted(
                lambda each, names=names: not any(name in (each.name or "").casefold() for name in names))[:1]
            if not found:
                return {}
            pairs[found] = line
            left -= found
        return pairs if not left else {}

    def _link_lines(self, draft, move):
        """Link the lines of a bill that bills no order yet to the order lines, if each has one.

        While the bill is a draft, they are booked as the order's own bills are.

        :raises UserError: more is billed than was ordered
        """
        pairs = self._pair_lines(draft, move)
        if not pairs:
            return
        self._check_quantities(draft)
        counted = set()  # a charge counts as billed once
        for bill_line, line in pairs.items():
            order_line = line.order_line
            is_counted = line.kind == 'item' or order_line not in counted and not order_line.qty_invoiced
            counted.add(order_line)
            vals = {
                'amazon_purchase_line_id': order_line.id,
                'purchase_line_id': order_line.id if line.is_counted and is_counted else False,
                'amazon_order_id': line.order.id,
            }
            if move.state == 'draft':
                if account := order_line._amazon_charge_account() if order_line else None:
                    vals['account_id'] = account.id
                if order_line.analytic_distribution:
                    vals['analytic_distribution'] = order_line.analytic_distribution
            bill_line.write(vals)

    def _has_quantities(self, move, wanted):
        """Tell whether a bill bills exactly these quantities.

        :param dict wanted: the quantities by order line
        :rtype: bool
        """
        billed = defaultdict(float)
        for line in move.invoice_line_ids:
            if line.purchase_line_id.amazon_line_type == 'item' and line.quantity:
                billed[line.purchase_line_id] += line.product_uom_id._compute_quantity(
                    line.quantity, line.purchase_line_id.product_uom_id)
        return billed.keys() == wanted.keys() and all(
            line.product_uom_id.compare(billed[line], quantity) == 0 for line, quantity in wanted.items())

    def _find_same_credits(self, draft):
        """Find credits of the same bills with the same total but without an Amazon number.

        :raises UserError: there are credits with another total, and no reference tells which refund they are
        """
        bills = self._find_bills(draft)
        by_hand = self._moves().union(*(bill._amazon_credits() for bill in bills)).filtered(
            lambda move: not move.amazon_invoice_id)
        same = by_hand.filtered(lambda move: self._has_same_total(draft, move))
        # Core writes the bill's name into the reference of a Credit Note, which is not Amazon's reference.
        nameless = by_hand.filtered(lambda move: not move.ref or move.reversed_entry_id.name in move.ref)
        if not same and nameless:
            raise UserError(self._(
                "Amazon's credit memo %(number)s for %(total)s may already be recorded as %(moves)s, so no credit was "
                "created. If it is the same refund, enter %(number)s as the reference of that credit. Otherwise, enter "
                "Amazon's reference of the other refund there. Then press Retry.",
                number=draft.invoice.invoice_id, total=self._format(draft, draft.total), moves=self._names(nameless)))
        return same

    def _has_same_total(self, draft, move):
        """Tell whether a bill or credit has the currency and the total of the invoice.

        :rtype: bool
        """
        return move.currency_id == draft.currency and draft.currency.compare_amounts(
            move.amount_total, float(draft.total)) == 0

    def _adopt(self, draft, move):
        """Add Amazon's number and document to a bill or credit that is there already; amounts and state stay.

        :return: the bill or credit
        """
        move = move.with_context(**{UNREVIEWED: True})  # nobody validates Amazon's number
        if not draft.is_credit:
            self._link_lines(draft, move)
        vals = {'amazon_invoice_id': draft.invoice.invoice_id}
        if not move.amazon_group_id:
            vals['amazon_group_id'] = draft.group.id
        if not move.ref:
            vals['ref'] = draft.invoice.invoice_id
        if not move.invoice_date and move.state == 'draft':
            vals['invoice_date'] = draft.invoice.invoice_day
        move.write(vals)
        if self._attach(draft, move):
            body = self.env._(
                "Amazon's document %s has the same total and was attached here.", draft.invoice.invoice_id)
        else:
            body = draft.notes[-1]
        move.message_post(body=body)
        return move

    # === MORE THAN ALLOWED === #

    def _check_quantities(self, draft):
        """Check that no more is billed than was ordered.

        The quantity of the cart counts, so that it does not matter whether the confirmation has arrived.

        :raises UserError: more is billed than was ordered
        """
        digits = self.env['decimal.precision'].precision_get('Product Unit')
        for order_line, quantity in self._billed_quantities(draft).items():
            ordered, billed = order_line.amazon_cart_quantity, order_line.qty_invoiced
            if float_compare(billed + quantity, ordered, precision_digits=digits) <= 0:
                continue
            values = {
                'number': draft.invoice.invoice_id, 'total': self._format(draft, draft.total),
                'quantity': shown_number(self.env, quantity), 'item': order_line._amazon_title(),
                'order': order_line.order_id.name, 'ordered': shown_number(self.env, ordered),
                'billed': shown_number(self.env, billed)}
            if bills := order_line.invoice_lines.move_id.filtered(lambda move: move.state != 'cancel'):
                raise UserError(self._(
                    "Amazon's invoice %(number)s for %(total)s bills %(quantity)s × “%(item)s” on order %(order)s, but "
                    "%(ordered)s were ordered and %(billed)s are already billed (%(bills)s). No bill was created. If "
                    "one of these bills is the same, cancel it and press Retry; otherwise ask Amazon, then press "
                    "Dismiss.",
                    bills=self._names(bills), **values))
            raise UserError(self._(
                "Amazon's invoice %(number)s for %(total)s bills %(quantity)s × “%(item)s” on order %(order)s, but "
                "only %(ordered)s were ordered. No bill was created. Ask Amazon, then press Dismiss.", **values))

    def _billed_quantities(self, draft):
        """Add up the quantities that an invoice bills of each order line.

        :return: the quantities by `purchase.order.line`
        :rtype: dict
        """
        quantities = defaultdict(float)
        for line in draft.items:
            if line.is_counted and line.order_line:
                quantities[line.order_line] += float(line.quantity)
        return quantities

    def _find_rejected_quantities(self, draft):
        """Find what is billed although Amazon has rejected it.

        :return: a sentence for each order line
        :rtype: list[str]
        """
        digits = self.env['decimal.precision'].precision_get('Product Unit')
        return [
            self.env._(
                "Now %(billed)s × “%(item)s” are billed, but Amazon delivers only %(left)s and rejected the rest.",
                billed=shown_number(self.env, order_line.qty_invoiced + quantity), item=order_line._amazon_title(),
                left=shown_number(self.env, order_line.product_qty))
            for order_line, quantity in self._billed_quantities(draft).items()
            if float_compare(order_line.qty_invoiced + quantity, order_line.product_qty, precision_digits=digits) > 0]

    # === TOTALS === #

    def _find_total_problems(self, draft):
        """Compare the lines with every total that the invoice states, and look for other reasons to check it.

        :return: a sentence for each problem
        :rtype: list[str]
        """
        problems = []
        summary, total = draft.invoice.summary, draft.total
        if cancelled := [order.name for order in draft.orders if order.state == 'cancel']:
            problems.append(self.env._(
                "The invoice includes cancelled orders: %s.", ", ".join(dict.fromkeys(cancelled))))
        if not draft.currency._amazon_has_rate(draft.orders[0].company_id):
            problems.append(self.env._("Odoo has no exchange rate for %s.", draft.currency.name))
        discounts = sum((line.discount + line.spread_discount for line in draft.lines), Decimal()) - sum(
            (line.amount for line in draft.lines if line.kind == 'discount'), Decimal())
        items = sum((line.amount + line.spread_discount for line in draft.lines if line.kind in ('item', 'sum')),
                    Decimal())
        # The total of a credit without lines may include shipping.
        shipping = sum((line.amount for line in draft.lines if line.kind == 'shipping' and line.is_settled), Decimal())
        item_discounts = sum((line.discount for line in draft.lines), Decimal())
        taxes = sum((line.stated_tax + (line.amount if line.kind == 'tax' else 0) for line in draft.lines), Decimal())
        # A gross amount is before discounts by the standard; some suppliers take them off first.
        for name, money, allowed in (
            ('SubtotalAmount', summary.subtotal, (items, items + item_discounts, items + shipping)),
            ('Tax', summary.tax and summary.tax.money, (taxes,)),
            ('GrossAmount', summary.gross, (total, total + discounts)),
            ('NetAmount', summary.net, (total,)),
            ('DueAmount', summary.due, (total,)),
        ):
            stated = abs(self._round(draft, money)) if draft.is_credit else self._round(draft, money)
            if money and stated not in allowed:
                problems.append(self.env._(
                    "The invoice states a %(name)s of %(stated)s, but its lines add up to %(computed)s.",
                    name=name, stated=self._format(draft, stated), computed=self._format(draft, allowed[0])))
        return problems

    # === FORMATTING === #

    def _format(self, draft, amount):
        """Format an amount in the currency of the invoice.

        :rtype: str
        """
        return shown_amount(self.env, float(amount), draft.currency)

    def _names(self, moves):
        """Return the names of bills and credits.

        :rtype: str
        """
        return ", ".join(moves.mapped('display_name'))
