from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from .amazon_punchout_bill import BillLine

# What an invoice may state at its lines, in its summary, or at both; and the kind of bill line that it becomes.
EXTRAS = ('shipping', 'handling', 'discount')


class AmazonPunchoutBillLines(models.AbstractModel):
    """The lines of a bill, from those of an invoice and from its summary."""
    _inherit = 'amazon.punchout.bill'

    def _read_lines(self, draft):
        """:param BillDraft draft: gets its lines, and the tax that belongs to none of them"""
        for each, order in zip(draft.invoice.orders, draft.orders, strict=True):
            by_number = order._amazon_lines_by_number()
            for item in each.items:
                draft.lines += [self._read_sum(draft, order, item)] if each.is_header else \
                    self._read_item(draft, order, by_number, item)
            draft.lines += self._read_line_extras(draft, order, each.items)
        self._read_summary(draft)
        if not draft.lines:
            raise UserError(self.env._(
                "Amazon's invoice %s has no line with an amount. Dismiss this document.", draft.invoice.invoice_id))

    # === ITEMS === #

    def _read_item(self, draft, order, by_number, item):
        """:param dict by_number: the order's lines of items
        :return: the lines of an item, without its shipping
        :rtype: list[BillLine]
        """
        order_line = self._find_order_line(draft, order, by_number, item)
        discount = self._item_discount(item) * draft.item_sign
        amount = self._item_amount(draft, item) * draft.item_sign - discount
        quantity = item.quantity or Decimal(1)
        is_below = amount < 0 or not amount and quantity * draft.item_sign < 0
        takes_back = draft.is_credit != is_below
        tax = self._round(draft, item.tax.money) * draft.item_sign if item.tax else None
        shipping_details = [detail for detail in item.tax.details if detail.is_shipping] if item.tax else []
        if item.shipping and tax and all(detail.tax_amount for detail in shipping_details):
            tax -= sum((detail.tax_amount.amount for detail in shipping_details), Decimal()) * draft.item_sign
        line = BillLine(
            kind='item', name=order_line.name or self._item_name(item), amount=amount, order=order, order_line=order_line,
            quantity=-abs(quantity) if is_below else abs(quantity), discount=discount, stated_tax=tax,
            details=tuple(each for each in item.tax.details if not each.is_shipping) if item.tax else (),
            # An amount without a quantity, or one that goes back without the goods, changes no billed quantity.
            is_counted=bool(item.quantity) and (not takes_back or self._is_return(draft, item)))
        return [line, *(
            BillLine(kind='charge', name=charge.description or line.name, amount=self._round(draft, charge.money) * draft.item_sign,
                     order=order, order_line=order_line, is_counted=False)
            for charge in item.charges if charge.money.amount)]

    def _find_order_line(self, draft, order, by_number, item):
        """An item names its order line by number; without one its ASIN may tell."""
        none = self.env['purchase.order.line']
        found = by_number.get(item.line_number, none) if item.line_number else none.union(*by_number.values()).filtered(
            lambda line: item.asin and line.amazon_asin == item.asin)
        if len(found) == 1:
            return found
        draft.problems.append(self.env._(
            "“%(item)s” names no line of order %(order)s: it stands here without one, and the order doesn't count it as "
            "billed.", item=self._item_name(item), order=order.name))
        return none

    def _item_name(self, item):
        return " ".join(item.description.text.split()) or item.asin or self.env._("Line %s", item.invoice_line_number or "")

    def _item_amount(self, draft, item):
        """:return: the amount of an item as stated, before discount and tax
        :rtype: Decimal
        """
        if item.subtotal:
            return self._round(draft, item.subtotal)
        if item.unit_price:
            basis = item.price_basis_quantity or Decimal(1)
            return self._round_amount(draft, item.unit_price.amount * (item.quantity or Decimal(1)) / basis)
        if item.net or item.gross:
            return self._round(draft, item.net or item.gross) - self._round(draft, item.tax and item.tax.money)
        raise UserError(self.env._(
            "Line %(line)s of Amazon's invoice %(name)s states neither an amount nor a price. Enter the invoice by hand, then "
            "dismiss this document.", line=item.invoice_line_number or "?", name=draft.invoice.invoice_id))

    def _item_discount(self, item):
        """:return: what is taken off an item: it lowers what is billed and what is given back
        :rtype: Decimal
        """
        if not item.discount:
            return Decimal()
        amount = item.subtotal.amount if item.subtotal else item.unit_price and item.unit_price.amount * (item.quantity or 1)
        return abs(item.discount.money.amount) * (-1 if amount and amount < 0 else 1)

    def _is_return(self, draft, item):
        return 'return' in (item.reason or '').casefold() and not draft.invoice.is_price_adjustment

    def _read_line_extras(self, draft, order, items):
        """Shipping and special handling that stand at the items of an order: one line each."""
        for kind, charges in (
            ('shipping', [item.shipping for item in items if item.shipping]),
            ('handling', [item.special_handling for item in items if item.special_handling]),
        ):
            amount = sum((self._round(draft, charge.money) for charge in charges), Decimal()) * draft.item_sign
            if amount:
                line = self._prepare_extra(draft, kind, amount, order)
                if kind == 'shipping':
                    self._read_shipping_tax(draft, line, items)
                yield line

    def _read_shipping_tax(self, draft, line, items):
        """The tax on the shipping stands in the tax of the items, marked by its purpose."""
        details = tuple(
            detail for item in items if item.shipping and item.tax for detail in item.tax.details
            if detail.is_shipping and detail.tax_amount)
        if details:
            line.details = details
            line.stated_tax = sum((detail.tax_amount.amount for detail in details), Decimal()) * draft.item_sign

    def _read_sum(self, draft, order, item):
        """A credit memo without lines: its one sum is shared out to the lines of its bill once that is found."""
        tax = self._round(draft, item.tax.money) * draft.item_sign if item.tax else None
        amount = (self._item_amount(draft, item) - self._item_discount(item)) * draft.item_sign
        return BillLine(
            kind='sum', name=self.env._("Credit"), amount=amount, order=order, order_line=order.order_line.browse(),
            stated_tax=tax, details=item.tax.details if item.tax else (), is_counted=False)

    # === SUMMARY === #

    def _read_summary(self, draft):
        """What the summary states beyond what stands at the lines becomes lines of its own.

        By the standard a summary's shipping, discount and tax are totals that include what stands at the lines. Some
        suppliers mean them beside it: then the net amount agrees only that way.
        """
        if not any(line.stated_tax for line in draft.lines):
            for line in draft.lines:
                line.stated_tax = None  # a tax of 0 at each line says nothing of one that the summary states
        stated = self._summary_amounts(draft)
        at_lines = self._line_amounts(draft)
        rests = {name: self._rest(amount, at_lines[name]) for name, amount in stated.items()}
        charges = [(charge.description or self.env._("Charge"), self._round(draft, charge.money) * draft.total_sign)
                   for charge in draft.invoice.summary.charges if charge.money.amount]
        if net := draft.invoice.summary.net:
            lines = draft.total + sum((amount for _name, amount in charges), Decimal())
            net = self._round(draft, net) * draft.total_sign
            beside = sum(stated.values(), Decimal())
            if lines + sum(rests.values(), Decimal()) != net and lines + beside == net:
                rests = stated
        for kind in EXTRAS:
            draft.lines += [self._prepare_extra(draft, kind, share, order)
                            for order, share in self._share_extra(draft, kind, rests[kind])]
        for name, amount in charges:
            draft.lines += [self._prepare_extra(draft, 'charge', share, order, name)
                            for order, share in self._share_extra(draft, 'charge', amount)]
        draft.tax_rest = rests['tax']

    def _summary_amounts(self, draft):
        """:return: what the summary states of each kind, a discount below zero
        :rtype: dict[str, Decimal]
        """
        summary = draft.invoice.summary
        return {
            'shipping': self._round(draft, summary.shipping) * draft.total_sign,
            'handling': self._round(draft, summary.special_handling) * draft.total_sign,
            'discount': -abs(self._round(draft, summary.discount and summary.discount.money)),
            'tax': self._round(draft, summary.tax and summary.tax.money) * draft.total_sign,
        }

    def _line_amounts(self, draft):
        """:return: what stands at the lines of each kind
        :rtype: dict[str, Decimal]
        """
        amounts = dict.fromkeys(('shipping', 'handling', 'discount', 'tax'), Decimal())
        for line in draft.lines:
            if line.kind in amounts:
                amounts[line.kind] += line.amount
            amounts['discount'] -= line.discount
            amounts['tax'] += line.stated_tax or 0
        return amounts

    def _rest(self, total, at_lines):
        """:return: what a total adds to what stands at the lines already
        :rtype: Decimal
        """
        rest = total - at_lines
        return rest if not at_lines or rest * total > 0 else Decimal()

    def _prepare_extra(self, draft, kind, amount, order, name=None):
        """:param str kind: of the line
        :rtype: BillLine
        """
        order_line = order.order_line.browse()
        if kind in ('shipping', 'handling', 'tax'):
            line_type = 'tax' if kind == 'tax' else 'shipping'
            order_line = order.order_line.filtered(lambda line: line.amazon_line_type == line_type)[:1]
        names = {
            'shipping': self.env._("Shipping"), 'handling': self.env._("Special handling"),
            'discount': self.env._("Discount"), 'tax': self.env._("Tax")}
        if kind == 'discount' and draft.invoice.summary.discount:
            name = draft.invoice.summary.discount.description
        return BillLine(
            kind=kind, name=name or names[kind], amount=amount, order=order, order_line=order_line,
            quantity=Decimal(-1 if amount < 0 else 1))

    def _share_extra(self, draft, kind, amount):
        """Share what is stated for the whole invoice out to its orders: shipping and tax by what the orders expect of them,
        all else, and what no order expects, by what is billed of each.

        :param str kind: of the line
        :param Decimal amount: of the whole
        :return: orders and their shares, which add up to the whole; none where it is nothing
        :rtype: list[tuple]
        """
        orders = list(dict.fromkeys(draft.orders))
        line_type = {'shipping': 'shipping', 'handling': 'shipping', 'tax': 'tax'}.get(kind)
        expected = {order: max(sum(order._amazon_charge_lines(line_type).mapped('price_subtotal')), 0.0) for order in orders} \
            if line_type else {}
        weights = expected if any(expected.values()) else {
            order: float(sum(abs(line.amount) for line in draft.lines if line.order == order)) for order in orders}
        if len(orders) == 1 or not any(weights.values()):
            return [(orders[0], amount)] if amount else []
        whole, weighed, given, shares = sum(weights.values()), 0.0, Decimal(), []
        for order, weight in weights.items():
            weighed += weight
            share = self._round_amount(draft, float(amount) * weighed / whole) - given
            given += share
            shares.append((order, share))
        return [(order, share) for order, share in shares if share]

    # === ROUNDING === #

    def _round(self, draft, money):
        """:param cxml.Money | None money: not stated counts as nothing
        :rtype: Decimal
        """
        return self._round_amount(draft, money.amount) if money else Decimal()

    def _round_amount(self, draft, amount):
        return Decimal(str(draft.currency.round(float(amount))))
