from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import formatLang

from ... import cxml
from ...tools.money import smallest_unit
from ...tools.sentences import shown_number


class AmazonPunchoutBillCompare(models.AbstractModel):
    """The comparison of an invoice with what Amazon confirmed or, before that, with what was ordered.

    Whatever is above that by more than the group's tolerance is a problem; cheaper is none.
    """
    _inherit = 'amazon.punchout.bill'

    def _compare(self, draft):
        """Compare an invoice with its orders: prices, charges, totals, currency.

        :param BillDraft draft: gets a note where it is above an order, but within the tolerance
        :return: a sentence for each problem
        :rtype: list[str]
        """
        problems = self._find_wrong_subtotals(draft)
        for order in dict.fromkeys(draft.orders):
            if order.currency_id == draft.currency:
                lines = [line for line in draft.lines if line.order == order]
                problems += self._compare_items(draft, lines)
                problems += self._compare_charges(draft, order, lines)
                problems += self._compare_total(draft, order, lines)
            else:
                problems.append(self.env._(
                    "%(invoice)s is in %(currency)s, but order %(order)s is in %(other)s.",
                    invoice=draft.invoice.invoice_id, currency=draft.currency.name, order=order.name,
                    other=order.currency_id.name))
            if order._amazon_is_unconfirmed():
                problems.append(order._amazon_unconfirmed_sentence())
        return problems

    # === THE INVOICE BY ITSELF === #

    def _find_wrong_subtotals(self, draft):
        """Find the lines whose quantity × unit price is not their subtotal.

        A unit price may be rounded to its own last digit, so each unit may differ by half of that.

        :return: a sentence for each line
        :rtype: list[str]
        """
        problems = []
        unit = smallest_unit(draft.currency)
        for each, order in zip(draft.invoice.orders, draft.orders, strict=True):
            by_number = order._amazon_lines_by_number()
            for item in each.items:
                if not item.quantity or not item.unit_price or not item.subtotal:
                    continue
                pieces = item.quantity / (item.price_basis_quantity or 1)
                price, subtotal = item.unit_price.amount, item.subtotal.amount
                leeway = abs(pieces) * self._last_digit(price, unit) / 2 + unit / 2
                # Where something is taken back, the quantity or the price may be below zero, or both.
                if abs(abs(pieces * price) - abs(subtotal)) <= leeway:
                    continue
                line = by_number.get(item.line_number)
                digits = max(draft.currency.decimal_places, -price.as_tuple().exponent)
                problems.append(self.env._(
                    "%(invoice)s states %(quantity)s × %(price)s for “%(item)s”, but a subtotal of %(subtotal)s.",
                    invoice=draft.invoice.invoice_id, quantity=shown_number(self.env, pieces),
                    price=formatLang(self.env, float(price), digits=digits),
                    item=line._amazon_title() if line else self._item_name(item),
                    subtotal=self._format(draft, subtotal)))
        return problems

    def _last_digit(self, price, unit):
        """Give the value of the last digit of a price.

        Amazon writes two decimals in every currency, so these don't make a whole number of yen exact.

        :param Decimal price: as it is stated
        :param Decimal unit: the smallest unit of the currency
        :rtype: Decimal
        """
        exponent = price.as_tuple().exponent
        return unit if exponent >= -2 and not price % unit else Decimal(1).scaleb(exponent)

    # === PRICES === #

    def _compare_items(self, draft, lines):
        """Compare the amounts of the items with the price of what is billed.

        :param list lines: the lines of one order
        :return: a sentence for each order line that is too expensive
        :rtype: list[str]
        """
        billed, quantities = defaultdict(Decimal), defaultdict(Decimal)
        for line in lines:
            if line.kind == 'item' and line.order_line and line.is_convertible:
                billed[line.order_line] += line.amount
                quantities[line.order_line] += line.quantity if line.is_counted else 0
        problems = []
        for order_line, amount in billed.items():
            quantity = float(quantities[order_line])
            expected = order_line._amazon_expected_amount(quantity)
            is_above = order_line.order_id._amazon_is_above(float(amount), expected) if quantity else amount > 0
            if is_above:
                problems.append(self._price_sentence(draft, order_line, float(amount), expected, quantity))
        return problems

    def _price_sentence(self, draft, order_line, billed, expected, quantity):
        """Say what an invoice bills for an item and what was confirmed or ordered, for each piece if possible.

        :rtype: str
        """
        values = {
            'invoice': draft.invoice.invoice_id, 'item': order_line._amazon_title(), 'order': order_line.order_id.name,
            'quantity': shown_number(self.env, quantity), 'billed': self._format(draft, billed),
            'expected': self._format(draft, expected)}
        if not quantity:
            return self.env._(
                "%(invoice)s bills %(billed)s for “%(item)s” on %(order)s without a quantity, in addition to the "
                "price.", **values)
        prices = [amount / quantity for amount in (billed, expected)]
        is_confirmed = order_line._amazon_is_confirmed()
        if all(abs(price - draft.currency.round(price)) < 1e-6 for price in prices):
            values |= {'billed': self._format(draft, prices[0]), 'expected': self._format(draft, prices[1])}
            return self.env._(
                "%(invoice)s bills %(billed)s each for “%(item)s” on %(order)s, but %(expected)s was confirmed.",
                **values) if is_confirmed else self.env._(
                "%(invoice)s bills %(billed)s each for “%(item)s” on %(order)s, but %(expected)s was ordered.",
                **values)
        return self.env._(
            "%(invoice)s bills %(billed)s for %(quantity)s × “%(item)s” on %(order)s, but %(expected)s was confirmed.",
            **values) if is_confirmed else self.env._(
            "%(invoice)s bills %(billed)s for %(quantity)s × “%(item)s” on %(order)s, but %(expected)s was ordered.",
            **values)

    # === CHARGES === #

    def _compare_charges(self, draft, order, lines):
        """Compare the charges with those of the order: one that it does not have is a problem, whatever the tolerance.

        :param list lines: the lines of one order
        :return: a sentence for each problem
        :rtype: list[str]
        """
        problems, amounts = [], defaultdict(Decimal)
        shipping_lines = order._amazon_charge_lines('shipping')
        expected = sum(shipping_lines.mapped('price_subtotal'))
        for line in lines:
            if line.kind in ('shipping', 'handling', 'charge'):
                amounts[line.kind, line.name] += line.amount
        shipping = sum((amount for (kind, _name), amount in amounts.items() if kind == 'shipping'), Decimal())
        for (kind, name), amount in amounts.items():
            if amount > 0 and (kind != 'shipping' or order.currency_id.is_zero(expected)):
                problems.append(self.env._(
                    "%(invoice)s bills %(amount)s for “%(charge)s”, but order %(order)s has no such charge.",
                    invoice=draft.invoice.invoice_id, amount=self._format(draft, amount), charge=name,
                    order=order.name))
        if shipping > 0 and not order.currency_id.is_zero(expected):
            billed = sum(shipping_lines.mapped('amazon_billed_amount')) + float(shipping)
            if order._amazon_is_above(billed, expected, len(shipping_lines.amazon_bill_line_ids)):
                values = {
                    'invoice': draft.invoice.invoice_id, 'order': order.name, 'billed': self._format(draft, billed),
                    'expected': self._format(draft, expected)}
                problems.append(self.env._(
                    "With %(invoice)s, shipping of %(billed)s is billed on %(order)s, but %(expected)s was confirmed.",
                    **values) if shipping_lines[:1]._amazon_is_confirmed() else self.env._(
                    "With %(invoice)s, shipping of %(billed)s is billed on %(order)s, but %(expected)s was ordered.",
                    **values))
        return problems

    # === TOTALS === #

    def _compare_total(self, draft, order, lines):
        """Compare all bills of an order, drafts too, with its total, and the tax of this one with its tax.

        Goods that were credited as returned may be billed again. Other credits are not subtracted: they don't allow
        Amazon to bill more.

        :param list lines: the lines of the order
        :return: a sentence if more is billed
        :rtype: list[str]
        """
        now = sum((line.amount + (line.stated_tax or 0) for line in lines), Decimal())
        moves = order.order_line.amazon_bill_line_ids.move_id
        returned = order._amazon_total_on(moves.filtered(lambda move: move.amazon_refund_kind == 'goods'))
        billed = order.amazon_billed_total - returned + float(now)
        # Each part of a line that is billed by itself may round its tax by itself.
        roundings = sum(bool(line.stated_tax) or line.kind == 'tax' for line in lines) + len(
            order.order_line.amazon_bill_line_ids.filtered(
                lambda line: line.tax_ids or line.amazon_purchase_line_id.amazon_line_type == 'tax'))
        values = {
            'invoice': draft.invoice.invoice_id, 'order': order.name, 'billed': self._format(draft, billed),
            'expected': self._format(draft, order.amount_total)}
        if order._amazon_is_above(billed, order.amount_total, roundings):
            return [self.env._(
                "With %(invoice)s, %(billed)s is billed on %(order)s, but the order's total is %(expected)s.",
                **values)]
        tax = sum(((line.stated_tax or 0) + (line.amount if line.kind == 'tax' else 0) for line in lines), Decimal())
        expected_tax = order.amount_tax + sum(order._amazon_charge_lines('tax').mapped('price_subtotal'))
        # An invoice of a part is below the total, but the rest of the items will be billed too.
        now_billed = self._billed_quantities(draft)
        whole = billed + sum(
            item.price_subtotal * max(1 - (item.qty_invoiced + now_billed.get(item, 0)) / item.product_qty, 0)
            for item in order._amazon_item_lines() if item.product_qty)
        if order.currency_id.compare_amounts(float(tax), expected_tax) > 0 and order._amazon_is_above(
                whole, order.amount_total, roundings):
            return [self.env._(
                "%(invoice)s bills tax of %(tax)s on %(order)s, but the order's tax is %(expected_tax)s.",
                tax=self._format(draft, tax), expected_tax=self._format(draft, expected_tax), **values)]
        if order.currency_id.compare_amounts(billed, order.amount_total) > 0:
            draft.notes.append(self.env._(
                "With %(invoice)s, %(billed)s is billed on %(order)s, whose total is %(expected)s. That is within the "
                "tolerance.", **values))
        return []

    # === WHAT WAS COMPARED === #

    def _compared_sentence(self, draft):
        """Say with what a bill without problems agrees, and whether receipts were compared.

        :return: an empty text if there is a problem: then the problems say what was compared
        :rtype: str
        """
        if draft.problems:
            return ""
        if draft.is_credit:
            return self.env._("It matches Amazon's document to the cent.")
        orders = ", ".join(dict.fromkeys(order.name for order in draft.orders))
        if self._states_total(draft):
            sentence = self.env._(
                "It agrees with Amazon's invoice and with order %s: prices, quantities, charges and total.", orders)
        else:
            sentence = self.env._(
                "It agrees with order %s: prices, quantities, charges and total. Amazon's invoice states no total to "
                "compare it with.", orders)
        if draft.group.receipt_policy == 'off':
            return f"{sentence} {self.env._('Receipts were not compared.')}"
        if draft.missing:
            return sentence
        return f"{sentence} {self.env._('All of its goods were received.')}"

    # === AFTER A RECEIPT === #

    def _settle(self, document, move):
        """Post a bill that waited only for its goods, which have arrived, or say that it can be posted.

        A person may have changed the bill or the order meanwhile, so it is compared again.

        :param document: the `amazon.punchout.document` of the bill
        :param move: the bill, a draft
        """
        invoice = cxml.read_invoice(document._get_body())
        draft = self._read(document, invoice, self._find_orders(document, invoice))
        draft.problems += [sentence for order in dict.fromkeys(draft.orders)
                           for sentence in order._amazon_bill_differences()]
        if not self._has_same_total(draft, move):
            draft.problems.append(self.env._(
                "The total of the bill is no longer that of Amazon's invoice, %s.", self._format(draft, draft.total)))
        draft.problems += self._find_duplicates(draft, move)
        self._post_matching(draft, move)
        self._notify(draft, move, self.env._("Everything on this bill was received."))
