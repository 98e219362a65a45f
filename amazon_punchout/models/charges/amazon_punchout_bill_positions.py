from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from odoo import models
from odoo.exceptions import UserError

from ...tools.money import rounded
from ...tools.sentences import shown_amount

# Among more items than that, those of a charge without items are not searched: too many sums would fit.
MAX_SEARCHED_ITEMS = 12
PARTS = ('items', 'shipping', 'tax', 'discount', 'fees')


@dataclass
class Position:
    """What charges state of one order line. A part that is not stated is None."""
    order: models.Model
    order_line: models.Model
    quantity: Decimal
    items: Decimal
    shipping: Decimal | None = None
    tax: Decimal | None = None
    discount: Decimal | None = None      # zero or negative
    fees: Decimal | None = None
    rate: Decimal | None = None          # in percent


class AmazonPunchoutBillPositions(models.AbstractModel):
    """Which order lines were charged, in which quantity, and for which amounts."""
    _inherit = 'amazon.punchout.bill'

    def _read_positions(self, lines):
        """Find out which order lines were charged, in which quantity, and for which amounts.

        :rtype: list[Position]
        :raises UserError: Amazon states no items, and nothing tells which were charged
        """
        positions = []
        for order, of_order in lines.grouped('order_id').items():
            whole = of_order.filtered(lambda line: not line.purchase_line_id)
            for order_line, same in (of_order - whole).grouped('purchase_line_id').items():
                positions.append(self._read_position(order, order_line, same))
            if whole:
                amount = rounded(sum(line._open_amount() for line in whole), whole.currency_id[:1])
                positions += self._guess_positions(order, amount, {each.order_line for each in positions})
        return positions

    def _read_position(self, order, order_line, lines):
        """Read what charges state of one order line.

        What is not stated is what the order expects, if that adds up to what was charged.

        :rtype: Position
        """
        currency = lines.currency_id[:1]
        if lines.share_ids:
            # A part of it is on another bill, and this is exactly the rest.
            return self._positions_left(order, order_line)[0]
        amount = rounded(sum(line._amount() for line in lines), currency)
        quantity = self._charged_quantity(order_line, lines)
        if not quantity:
            raise UserError(self._(
                "Amazon charged %(amount)s for “%(item)s” on order %(order)s, but everything of it is billed already. "
                "Compare the charge with the bills of the order.",
                amount=shown_amount(self.env, float(amount), currency), item=order_line._amazon_title(),
                order=order.name))
        rates = {Decimal(str(line.tax_rate)) for line in lines if line.tax_rate}
        rate = rates.pop().normalize() if len(rates) == 1 else None
        stated = {name for name in PARTS
                  if all(name in (line.stated_parts or "").split(",") or line[name] for line in lines)}
        sums = {name: rounded(sum(lines.mapped(name)), currency) for name in stated}
        if 'items' not in stated:
            expected = self._expected_parts(order, {order_line: quantity})[0]
            if not stated and expected.items + expected.shipping + expected.tax == amount:
                return expected
            sums['items'] = amount - sum((value for name, value in sums.items()), Decimal())
        rest = amount - sum(sums.values(), Decimal())
        if rest > 0 and 'tax' not in sums:
            sums['tax'] = rest  # the only part that sources leave out although it is charged
        return Position(order, order_line, quantity, rate=rate, **sums)

    def _charged_quantity(self, order_line, lines):
        """Find out which quantity some charges are for. Several payments of the same goods state it once each.

        :rtype: Decimal
        """
        shared = lines.filtered('is_shared')
        quantities = [sum(of_charge.mapped('quantity')) for of_charge in shared.grouped('transaction_id').values()]
        quantity = max(quantities, default=0.0) + sum(
            self._shipped_quantity(of_shipment) for of_shipment in (lines - shared).grouped('shipment_id').values())
        if not quantity:
            quantity = max(order_line.product_qty - order_line.qty_invoiced, 0.0)
        return Decimal(str(quantity))

    def _shipped_quantity(self, lines):
        """Find out which quantity of an item was charged with one shipment, by its price.

        Amazon's API states the quantity with the charge of the card and with that of the gift card.

        :rtype: float
        """
        quantities = [sum(of_charge.mapped('quantity')) for of_charge in lines.grouped('transaction_id').values()]
        total, once = sum(quantities), max(quantities)
        price, amount = max(lines.mapped('unit_price')), sum(lines.mapped('items'))
        is_stated_each_time = price and abs(amount - price * once) < abs(amount - price * total)
        return once if is_stated_each_time and len(set(lines.transaction_id.mapped('instrument'))) > 1 else total

    def _guess_positions(self, order, amount, known):
        """Find the items of a charge that names only its order: all that are left, or the only ones that cost as much.

        :param Decimal amount: what was charged
        :param set known: order lines that the charge names itself
        :rtype: list[Position]
        :raises UserError: there are none, or several possibilities
        """
        currency = order.currency_id
        positions = self._positions_left(
            order, order._amazon_item_lines() - order.order_line.browse().union(*known))
        if positions and self._total_of(positions) == amount:
            return positions
        fitting = [
            self._expected_parts(order, {item: Decimal(str(quantity)) for item, quantity in plan.quantities.items()})
            for plan in order._amazon_plan_bills() if rounded(plan.charged, currency) == amount]
        if not fitting and len(positions) <= MAX_SEARCHED_ITEMS:
            fitting = [list(some) for count in range(1, len(positions)) for some in combinations(positions, count)
                       if self._total_of(some) == amount]
        if len(fitting) == 1:
            return fitting[0]
        values = {'amount': shown_amount(self.env, float(amount), currency), 'order': order.name}
        if not positions:
            raise UserError(self._(
                "Amazon charged %(amount)s for order %(order)s, but everything on it is billed already. Compare the "
                "charge with the bills of the order.", **values))
        raise UserError(self._(
            "Amazon charged %(amount)s for order %(order)s and does not state the items. More than one choice of items "
            "costs as much. Create the bill on the order, then press Retry.", **values) if fitting else self._(
            "Amazon charged %(amount)s for order %(order)s and does not state the items. No choice of items costs as "
            "much. Create the bill on the order, then press Retry.", **values))

    def _positions_left(self, order, order_lines=None):
        """Find what is left to bill of an order, or of some of its lines.

        :param order_lines: the lines; None for all items
        :rtype: list[Position]
        """
        left = {}
        for item in order._amazon_item_lines() if order_lines is None else order_lines:
            quantity = item.product_qty - item._amazon_billed_quantity()
            if item.product_uom_id.compare(quantity, 0) > 0:
                left[item] = Decimal(str(quantity))
        return self._expected_parts(order, left)

    def _total_of(self, positions):
        """Add up what an order expects for some of its items.

        :rtype: Decimal
        """
        return sum((each.items + each.shipping + each.tax for each in positions), Decimal())

    def _expected_parts(self, order, quantities):
        """Split what an order expects for some quantities, so that all parts of the order add up to its total.

        :param dict quantities: the quantities by order line
        :rtype: list[Position]
        """
        items = order._amazon_item_lines().filtered(lambda line: not line.product_uom_id.is_zero(line.product_qty))
        shares = order._amazon_shares_of_items(items) if items else ({}, {}, {})
        positions = []
        for item, quantity in quantities.items():
            net, shipping, tax = (
                order._amazon_part(amounts.get(item, Decimal()), item._amazon_billed_quantity(), float(quantity),
                                   item.product_qty) if item.product_qty else Decimal() for amounts in shares)
            positions.append(Position(order, item, quantity, net, shipping, tax))
        return positions
