from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ...tools.money import rounded, share_out
from ...tools.visible import visible
from .amazon_punchout_bill import BillLine

# Amounts that an invoice may state at its lines, in its summary, or at both; each is also a kind of bill line.
EXTRAS = ('shipping', 'handling', 'discount')


class AmazonPunchoutBillLines(models.AbstractModel):
    """The lines of a bill, read from the lines of an invoice and from its summary."""
    _inherit = 'amazon.punchout.bill'

    def _read_lines(self, draft):
        """Read the lines and the summary of an invoice.

        :param BillDraft draft: gets its lines, and the tax that is stated for the whole invoice only
        :raises UserError: there is nothing to bill
        """
        for each, order in zip(draft.invoice.orders, draft.orders, strict=True):
            by_number = order._amazon_lines_by_number()
            for item in each.items:
                draft.lines += [self._read_sum(draft, order, item)] if each.is_header else \
                    self._read_item(draft, order, by_number, item)
            draft.lines += self._read_line_extras(draft, order, each.items)
        self._read_summary(draft)
        if not draft.lines:
            raise UserError(self._(
                "Amazon's invoice %s has no line with an amount. Press Dismiss.", draft.invoice.invoice_id))

    # === ITEMS === #

    def _read_item(self, draft, order, by_number, item):
        """Read the lines of an item, without its shipping.

        :param dict by_number: the lines of the order by their Amazon number
        :rtype: list[BillLine]
        """
        order_line = self._find_order_line(draft, order, by_number, item)
        discount = self._item_discount(draft, item) * draft.item_sign
        amount = self._item_amount(draft, item) * draft.item_sign - discount
        quantity = item.quantity or Decimal(1)
        # On a credit, the quantity of a line without an amount may be signed either way.
        is_below = amount < 0 or not amount and not draft.is_credit and quantity * draft.item_sign < 0
        takes_back = draft.is_credit != is_below
        tax = self._round(draft, item.tax.money) * draft.item_sign if item.tax else None
        shipping_details = [detail for detail in item.tax.details if detail.is_shipping] if item.tax else []
        if (item.shipping or draft.invoice.summary.shipping) and tax and all(
                detail.tax_amount for detail in shipping_details):
            tax -= sum((self._round(draft, each.tax_amount) for each in shipping_details), Decimal()) * draft.item_sign
        line = BillLine(
            kind='item', name=order_line.name or self._item_name(item), amount=amount, order=order,
            order_line=order_line, quantity=-abs(quantity) if is_below else abs(quantity), discount=discount,
            stated_tax=tax,
            details=tuple(each for each in item.tax.details if not each.is_shipping) if item.tax else (),
            is_exempt=bool(item.tax) and self._is_exempt(item.tax),
            is_reverse_charge=bool(item.tax) and item.tax.is_reverse_charge,
            # An amount without a quantity, or one that is refunded without a return, changes no billed quantity.
            is_counted=bool(item.quantity) and (not takes_back or self._is_return(draft, item)),
            stated={
                'shipping': self._round(draft, item.shipping and item.shipping.money) * draft.item_sign,
                'handling': self._round(draft, item.special_handling and item.special_handling.money)
                * draft.item_sign,
                'tax': tax or Decimal()})
        if item.quantity and order_line:
            self._convert_quantity(draft, line, item)
        return [line, *(
            BillLine(kind='charge', name=visible(charge.description) or line.name,
                     amount=self._round(draft, charge.money) * draft.item_sign,
                     order=order, order_line=order_line, is_counted=False)
            for charge in item.charges if charge.money.amount)]

    def _find_order_line(self, draft, order, by_number, item):
        """Find the order line of an item by its number or, if it has none, by its ASIN.

        :param BillDraft draft: gets a sentence if there is no such line
        :return: the `purchase.order.line`, or an empty recordset
        """
        none = self.env['purchase.order.line']
        found = by_number.get(item.line_number, none)
        if not item.line_number:
            found = none.union(*by_number.values()).filtered(
                lambda line: item.asin and line.amazon_asin == item.asin)
        if len(found) == 1:
            return found
        draft.problems.append(self.env._(
            "“%(item)s” does not match any line of order %(order)s, so it does not count as billed there.",
            item=self._item_name(item), order=order.name))
        return none

    def _item_name(self, item):
        """Return the name of an item for people.

        :rtype: str
        """
        return visible(item.description.text) or visible(item.asin) or self.env._(
            "Line %s", item.invoice_line_number or "")

    def _item_amount(self, draft, item):
        """Return the amount of an item as stated, before discount and tax.

        :rtype: Decimal
        :raises UserError: none is stated
        """
        if item.subtotal:
            return self._round(draft, item.subtotal)
        if item.unit_price:
            basis = item.price_basis_quantity or Decimal(1)
            return rounded(item.unit_price.amount * (item.quantity or Decimal(1)) / basis, draft.currency)
        if item.net or item.gross:
            return self._round(draft, item.net or item.gross) - self._round(draft, item.tax and item.tax.money)
        raise UserError(self._(
            "Line %(line)s of Amazon's invoice %(name)s states neither an amount nor a price. Enter the invoice "
            "manually, then press Dismiss.", line=item.invoice_line_number or "?", name=draft.invoice.invoice_id))

    def _item_discount(self, draft, item):
        """Return the discount of an item, which lowers what is billed and what is refunded.

        :rtype: Decimal
        """
        if not item.discount:
            return Decimal()
        amount = item.unit_price and item.unit_price.amount * (item.quantity or 1)
        if item.subtotal:
            amount = item.subtotal.amount
        return abs(self._round(draft, item.discount.money)) * (-1 if amount and amount < 0 else 1)

    def _is_return(self, draft, item):
        """Tell whether goods were returned, and not only the price adjusted.

        :rtype: bool
        """
        return 'return' in (item.reason or '').casefold() and not draft.invoice.is_price_adjustment

    def _read_line_extras(self, draft, order, items):
        """Read the shipping and the special handling that the items of an order state.

        Special handling is one line. Shipping is one line for each rate of its tax.

        :return: the lines
        :rtype: Iterator[BillLine]
        """
        by_rates = defaultdict(list)
        for item in items:
            if item.shipping:
                details = self._shipping_details(item)
                rates = sorted({detail.percentage_rate for detail in details if detail.percentage_rate is not None})
                by_rates[tuple(rates)].append((self._round(draft, item.shipping.money) * draft.item_sign, details))
        for number, portions in enumerate(by_rates.values()):
            amount = sum((amount for amount, _details in portions), Decimal())
            if amount:
                line = self._prepare_extra(draft, 'shipping', amount, order)
                line.is_counted = not number  # the shipping of the order is billed once
                self._add_shipping_tax(draft, line, [each for _amount, details in portions for each in details])
                line.portions = tuple(portions) if len(portions) > 1 else ()
                yield line
        handling = [item.special_handling for item in items if item.special_handling]
        amount = sum((self._round(draft, charge.money) for charge in handling), Decimal()) * draft.item_sign
        if amount:
            yield self._prepare_extra(draft, 'handling', amount, order)

    def _shipping_details(self, item):
        """Return what an item states of the tax on its shipping, which is part of its own tax and has a purpose.

        :rtype: tuple[cxml.TaxDetail]
        """
        details = tuple(detail for detail in item.tax.details if detail.is_shipping) if item.tax else ()
        return details if all(detail.tax_amount for detail in details) else ()

    def _add_shipping_tax(self, draft, line, details):
        """Add the stated tax to a line of shipping.

        :param details: the TaxDetails of the shipping; none if no tax is stated
        """
        if details:
            line.details = tuple(details)
            tax = sum((self._round(draft, detail.tax_amount) for detail in details), Decimal())
            line.stated_tax = tax * draft.item_sign
            line.is_exempt = any(each.exemption or each.percentage_rate == 0 for each in details)
            line.is_reverse_charge = any(each.is_reverse_charge for each in details)

    def _read_sum(self, draft, order, item):
        """Read the total of a credit memo without lines, which is split across the lines of its bill later.

        :rtype: BillLine
        """
        tax = self._round(draft, item.tax.money) * draft.item_sign if item.tax else None
        amount = (self._item_amount(draft, item) - self._item_discount(draft, item)) * draft.item_sign
        return BillLine(
            kind='sum', name=self.env._("Credit"), amount=amount, order=order, order_line=order.order_line.browse(),
            stated_tax=tax, details=item.tax.details if item.tax else (), is_counted=False,
            is_exempt=bool(item.tax) and self._is_exempt(item.tax),
            is_reverse_charge=bool(item.tax) and item.tax.is_reverse_charge)

    # === SUMMARY === #

    def _read_summary(self, draft):
        """Read what the summary states in addition to the lines into lines of their own.

        By the standard, shipping, discount and tax of a summary are totals that include the amounts at the lines. Some
        suppliers add them to the lines instead: then the net amount agrees only that way.

        :param BillDraft draft: gets the lines, and the tax that is stated for the whole invoice only
        """
        if not any(line.stated_tax for line in draft.lines):
            for line in draft.lines:
                line.stated_tax = None  # a tax of 0 at each line does not contradict the tax of the summary
        stated = self._summary_amounts(draft)
        at_lines = self._line_amounts(draft)
        moved = self._moved_shipping_tax(draft) if stated['shipping'] else {}
        at_lines['tax'] += sum(
            (detail.tax_amount.amount for details in moved.values() for detail in details), Decimal()) * draft.item_sign
        rests = {name: self._rest(amount, at_lines[name]) for name, amount in stated.items()}
        charges = [(charge.description or self.env._("Additional charge"),
                    self._round(draft, charge.money) * draft.total_sign)
                   for charge in draft.invoice.summary.charges if charge.money.amount]
        if net := draft.invoice.summary.net:
            lines = draft.total + sum((amount for _name, amount in charges), Decimal())
            net = self._round(draft, net) * draft.total_sign
            beside = sum(stated.values(), Decimal())
            if lines + sum(rests.values(), Decimal()) != net and lines + beside == net:
                rests = stated
        for kind in EXTRAS:
            for order, share in self._share_extra(draft, kind, rests[kind]):
                if kind == 'discount' and self._spread_discount(draft, order, -share):
                    continue
                line = self._prepare_extra(draft, kind, share, order)
                draft.lines += self._split_by_rate(draft, line, moved.pop(order, ())) if kind == 'shipping' else [line]
        for name, amount in charges:
            draft.lines += [self._prepare_extra(draft, 'charge', share, order, name)
                            for order, share in self._share_extra(draft, 'charge', amount)]
        draft.tax_rest = rests['tax'] + sum(  # of orders without shipping
            (detail.tax_amount.amount for details in moved.values() for detail in details), Decimal()) * draft.item_sign

    def _moved_shipping_tax(self, draft):
        """Return the tax on the shipping of items, where the shipping itself stands in the summary.

        :return: the TaxDetails by order
        :rtype: dict
        """
        moved = {}
        for each, order in zip(draft.invoice.orders, draft.orders, strict=True):
            details = [detail for item in each.items if item.tax and item.tax.money.amount and not item.shipping
                       for detail in self._shipping_details(item)]
            if details:
                moved[order] = moved.get(order, []) + details
        return moved

    def _split_by_rate(self, draft, line, details):
        """Split a line of shipping into one for each rate, if Amazon states what each tax is computed from.

        :param details: the TaxDetails of the shipping
        :return: the lines
        :rtype: list[BillLine]
        """
        by_rate = defaultdict(list)
        for detail in details:
            by_rate[detail.percentage_rate].append(detail)
        bases = [sum((each.taxable_amount.amount if each.taxable_amount else Decimal('NaN') for each in part),
                     Decimal()) * draft.item_sign for part in by_rate.values()]
        if len(by_rate) < 2 or sum(bases, Decimal()).is_nan() or sum(bases, Decimal()) != line.amount:
            self._add_shipping_tax(draft, line, details)
            return [line]
        lines = []
        for number, (base, part) in enumerate(zip(bases, by_rate.values(), strict=True)):
            lines.append(replace(line, amount=base, is_counted=not number))
            self._add_shipping_tax(draft, lines[-1], part)
        return lines

    def _summary_amounts(self, draft):
        """Return what the summary states of each kind; a discount is below zero.

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
        """Return what the lines state of each kind.

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
        """Return what a total of the summary adds to what the lines state.

        :rtype: Decimal
        """
        rest = total - at_lines
        return rest if not at_lines or rest * total > 0 else Decimal()

    def _prepare_extra(self, draft, kind, amount, order, name=None):
        """Prepare a line that is not an item.

        :param str kind: the kind of the line
        :param str name: the name of the line, if not that of its kind
        :rtype: BillLine
        """
        order_line = order.order_line.browse()
        if kind in ('shipping', 'handling', 'tax'):
            line_type = 'tax' if kind == 'tax' else 'shipping'
            order_line = order._amazon_charge_lines(line_type)[:1]
        names = {
            'shipping': self.env._("Shipping"), 'handling': self.env._("Special handling"),
            'discount': self.env._("Discount"), 'tax': self.env._("Tax")}
        if kind == 'discount' and draft.invoice.summary.discount:
            name = draft.invoice.summary.discount.description
        return BillLine(
            kind=kind, name=name or names[kind], amount=amount, order=order, order_line=order_line,
            quantity=Decimal(-1 if amount < 0 else 1))

    def _share_extra(self, draft, kind, amount):
        """Split what is stated for the whole invoice across its orders.

        Shipping and tax are split by what the orders expect of them; everything else, and what no order expects, by the
        amounts that are billed of each order.

        :param str kind: the kind of the line
        :param Decimal amount: the whole amount
        :return: the orders and their shares, without empty ones
        :rtype: list[tuple]
        """
        orders = list(dict.fromkeys(draft.orders))
        line_type = {'shipping': 'shipping', 'handling': 'shipping', 'tax': 'tax'}.get(kind)
        weights = {
            order: max(sum(order._amazon_charge_lines(line_type).mapped('price_subtotal')), 0.0)
            for order in orders if line_type}
        if not any(weights.values()):
            weights = {order: sum(abs(line.amount) for line in draft.lines if line.order == order) for order in orders}
        if not any(weights.values()):
            weights = {orders[0]: 1}
        return [(order, share) for order, share in share_out(amount, weights, draft.currency).items() if share]

    # === ROUNDING === #

    def _round(self, draft, money):
        """Round a stated amount in the currency of the invoice.

        :param cxml.Money | None money: the amount; None is nothing
        :rtype: Decimal
        """
        return rounded(money.amount, draft.currency) if money else Decimal()
