from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ... import cxml
from ...tools.money import rounded

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


class AmazonPunchoutBillOfCharges(models.AbstractModel):
    """Bills that are made of charges, by the rules of Amazon's invoices: taxes, accounts and comparison are the same.

    A charge is read as the invoice that it would be: only where its amounts come from differs.
    """
    _inherit = 'amazon.punchout.bill'

    def _import_charges(self, lines):
        """Create the draft bill of some charges.

        :param lines: `amazon.punchout.transaction.line` records of the same currency, whose orders are known
        :return: the `account.move`
        :raises UserError: they can't be billed, and why
        """
        Bill, draft = self._draft_of_charges(lines)
        return Bill._find_or_create(draft)

    def _draft_of_charges(self, lines):
        """Read some charges as the invoice that they would be.

        :return: this model in the company of the orders, and the draft with its lines
        :rtype: tuple[odoo.models.Model, BillDraft]
        :raises UserError: Amazon states no items, and nothing tells which were charged
        """
        Bill = self.with_company(lines.order_id.company_id)
        positions = Bill._read_positions(lines)
        orders = list(dict.fromkeys(position.order for position in positions))
        draft = Bill._prepare_draft(None, Bill._charges_as_invoice(lines, positions), orders)
        draft.charges = lines
        Bill._read_lines(draft)
        return Bill, draft

    def _link_to_charges(self, lines, move):
        """Link a bill that bills no order yet to the orders of the charges that it is of, as far as its lines agree.

        :param lines: the lines of the charges
        :param move: a bill with the number of their invoice
        """
        if move.invoice_line_ids.amazon_purchase_line_id or not lines.order_id:
            return
        Bill, draft = self._draft_of_charges(lines)
        Bill._match_taxes(draft)
        Bill._share_charges(draft)
        Bill._link_lines(draft, move)
        if not move.amazon_group_id:
            move.amazon_group_id = draft.group

    # === WHAT WAS CHARGED === #

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
            raise UserError(self.env._(
                "Amazon charged %(amount)s for “%(item)s” on order %(order)s, but everything of it is billed already. "
                "Compare the charge with the bills of the order.",
                amount=currency.format(float(amount)), item=order_line._amazon_title(), order=order.name))
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
        values = {'amount': currency.format(float(amount)), 'order': order.name}
        if not positions:
            raise UserError(self.env._(
                "Amazon charged %(amount)s for order %(order)s, but everything on it is billed already. Compare the "
                "charge with the bills of the order.", **values))
        raise UserError(self.env._(
            "Amazon charged %(amount)s for order %(order)s and does not state the items. More than one choice of items "
            "costs as much. Create the bill on the order, then press Retry.", **values) if fitting else self.env._(
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

    # === AS AN INVOICE === #

    def _charges_as_invoice(self, lines, positions):
        """Write charges as the invoice that they would be.

        :param list[Position] positions: what was charged
        :rtype: cxml.InvoiceDetailRequest
        """
        transactions, currency = lines.transaction_id, lines.currency_id[:1]
        by_order = {}
        for number, position in enumerate(positions, 1):
            by_order.setdefault(position.order, []).append(self._position_as_item(number, position, currency.name))
        return cxml.InvoiceDetailRequest(
            payload_id=None, timestamp=None, header=cxml.Header(), invoice_id=self._charge_name(lines),
            purpose='standard', operation='new', invoice_date=None, currency=currency.name,
            orders=tuple(cxml.InvoiceDetailOrder(cxml.OrderReference(order.name), tuple(items))
                         for order, items in by_order.items()),
            summary=cxml.InvoiceDetailSummary(),
            invoice_day=min(filter(None, lines.mapped('shipment_date')), default=None)
            or min(filter(None, transactions.mapped('date')), default=None))

    def _position_as_item(self, number, position, currency):
        """Write what was charged of an order line as a line of an invoice.

        :rtype: cxml.InvoiceDetailItem
        """
        shipping, discount = position.shipping or Decimal(), position.discount or Decimal()
        if discount and shipping and (-discount == shipping or -discount > position.items):
            # Free shipping is stated as a discount.
            shipping, discount = max(shipping + discount, Decimal()), min(shipping + discount, Decimal())

        def charge(amount):
            return cxml.InvoiceCharge(cxml.Money(amount, currency))

        return cxml.InvoiceDetailItem(
            invoice_line_number=number, line_number=position.order_line.amazon_line_number,
            quantity=position.quantity, subtotal=cxml.Money(position.items, currency),
            tax=self._position_tax(position, shipping, discount, currency),
            shipping=charge(shipping) if shipping else None, discount=charge(-discount) if discount else None,
            charges=(charge(position.fees),) if position.fees else ())

    def _position_tax(self, position, shipping, discount, currency):
        """Write the tax of a position. Where its rate is known, the part of the shipping is told from that of the item.

        :rtype: cxml.Tax | None
        """
        if position.tax is None:
            return None
        details, rate = (), position.rate
        if rate:
            of_shipping = rounded(shipping * rate / 100, position.order.currency_id)
            of_item = position.tax - of_shipping
            details = tuple(
                cxml.TaxDetail(percentage_rate=rate, purpose=purpose, tax_amount=cxml.Money(amount, currency))
                for purpose, amount in (('subtotalTax', of_item), ('shippingTax', of_shipping)) if amount)
        return cxml.Tax(cxml.Money(position.tax, currency), details=details)

    def _charge_name(self, lines):
        """Name charges as the reference of their bill: by the invoice, else by order and shipment, else by order.

        :rtype: str
        """
        transactions = lines.transaction_id
        if number := next(filter(None, transactions.mapped('invoice_number')), None):
            return number
        orders = ", ".join(dict.fromkeys(
            line.order_ref or line.order_id.amazon_order_ref or line.order_id.name for line in lines))
        more = next(filter(None, lines.mapped('shipment_id')), None) or next(
            filter(None, transactions.mapped('charge_identifier')), None)
        name = wanted = f"{orders} / {more}" if more else orders
        count = 1
        while self._moves().search_count([
                ('ref', '=', name), ('move_type', '=', 'in_invoice'), ('state', '!=', 'cancel'),
                ('company_id', '=', transactions.company_id.id)], limit=1):
            count += 1
            name = f"{wanted} ({count})"
        return name

    # === WHERE A CHARGE IS NO INVOICE === #

    def _find_known(self, draft):
        """Override to leave charges out: what they pay was looked for before."""
        return self._moves() if draft.charges else super()._find_known(draft)

    def _find_by_hand(self, draft):
        """Override to leave charges out: what they pay was looked for before."""
        return self._moves() if draft.charges else super()._find_by_hand(draft)

    def _find_numbered(self, draft):
        """Override to look for the invoice of a charge only if its number is known."""
        numbers = draft.charges.transaction_id.mapped('invoice_number') if draft.charges else ['']
        return super()._find_numbered(draft) if any(numbers) or not draft.charges else self._moves()

    def _attach(self, draft, move):
        """Override to attach nothing of charges: what came is kept with them."""
        return False if draft.charges else super()._attach(draft, move)

    def _states_total(self, draft):
        """Override to say that a charge is a total."""
        return bool(draft.charges) or super()._states_total(draft)

    def _prepare_move_vals(self, draft):
        """Override to write what is known of a charge: no invoice number, but how it was paid."""
        vals = super()._prepare_move_vals(draft)
        if not draft.charges:
            return vals
        transactions = draft.charges.transaction_id
        vals |= {
            'amazon_invoice_id': False,
            'amazon_is_from_charge': True,
            'amazon_lacks_invoice': self._reclaims_tax(draft) and not any(transactions.mapped('invoice_number')),
            'payment_reference': ", ".join(filter(None, dict.fromkeys(
                transactions.mapped('charge_identifier')))) or draft.orders[0].amazon_order_ref or draft.orders[0].name,
            'amazon_shipment_id': self._charged_shipment(draft).id,
        }
        journals = {draft.group._instrument_journal(each.instrument) for each in transactions}
        payment_line = next(iter(journals)).outbound_payment_method_line_ids[:1] if len(journals) == 1 else None
        vals['preferred_payment_method_line_id'] = payment_line.id if payment_line else False
        return vals

    def _charged_shipment(self, draft):
        """Find the shipment that was charged, unless it has a bill.

        :return: the `amazon.punchout.shipment`, or an empty recordset
        """
        names = set(filter(None, draft.charges.mapped('shipment_id')))
        shipments = draft.orders[0].amazon_shipment_ids.filtered(
            lambda shipment: shipment.active and not shipment.is_tracked and shipment.shipment_id in names)
        if len(names) != 1 or len(set(draft.orders)) > 1 or shipments._standing_bills():
            return shipments.browse()
        return shipments.sorted('id')[:1]

    def _reclaims_tax(self, draft):
        """Tell whether tax may be reclaimed: then the charge does not replace the invoice of the supplier.

        :rtype: bool
        """
        return not self._find_taxes(draft).is_never_reclaimed

    # === CHECKS === #

    def _check_quantities(self, draft):
        """Override to say it of a charge."""
        if not draft.charges:
            return super()._check_quantities(draft)
        digits = self.env['decimal.precision'].precision_get('Product Unit')
        for order_line, quantity in self._billed_quantities(draft).items():
            billed, ordered = order_line.qty_invoiced, order_line.amazon_cart_quantity
            if float_compare(billed + quantity, ordered, precision_digits=digits) <= 0:
                continue
            bills = order_line.invoice_lines.move_id.filtered(lambda move: move.state != 'cancel')
            values = {
                'total': self._format(draft, draft.total), 'quantity': quantity, 'item': order_line._amazon_title(),
                'order': order_line.order_id.name, 'ordered': ordered, 'billed': billed}
            if bills:
                raise UserError(self.env._(
                    "Amazon charged %(total)s for %(quantity)g × “%(item)s” on order %(order)s, but %(ordered)g were "
                    "ordered and %(billed)g are already billed (%(bills)s), so no bill was created. Compare the charge "
                    "with these bills.", bills=self._names(bills), **values))
            raise UserError(self.env._(
                "Amazon charged %(total)s for %(quantity)g × “%(item)s” on order %(order)s, but only %(ordered)g were "
                "ordered, so no bill was created. Ask Amazon.", **values))
        return None

    def _find_total_problems(self, draft):
        """Override to compare a bill with what was charged."""
        problems = super()._find_total_problems(draft)
        if draft.charges:
            charged = rounded(sum(line._open_amount() for line in draft.charges), draft.currency)
            if draft.total != charged:
                problems.append(self.env._(
                    "Amazon charged %(charged)s, but the parts that it states add up to %(total)s.",
                    charged=self._format(draft, charged), total=self._format(draft, draft.total)))
        return problems

    def _post_matching(self, draft, move):
        """Override to post no bill of a charge where tax may be reclaimed: that needs the invoice of the supplier."""
        if draft.charges and self._reclaims_tax(draft):
            return
        super()._post_matching(draft, move)

    # === NOTIFICATIONS === #

    def _compared_sentence(self, draft):
        """Override to say with what the bill of a charge agrees."""
        if not draft.charges:
            return super()._compared_sentence(draft)
        if draft.problems:
            return ""
        return self.env._("It agrees with order %s: prices, quantities, charges and total.", ", ".join(
            dict.fromkeys(order.name for order in draft.orders)))

    def _notice_title(self, draft):
        """Override to name the charge."""
        if not draft.charges:
            return super()._notice_title(draft)
        return self.env._("Created from what Amazon charged: %s.", ", ".join(
            draft.charges.transaction_id.mapped('display_name')))

    def _notice_summary(self, draft):
        """Override to name the charge."""
        if not draft.charges:
            return super()._notice_summary(draft)
        name = draft.invoice.invoice_id
        if draft.problems:
            return self.env._("Check Amazon's charge %s", name)
        if draft.missing:
            return self.env._("Amazon's charge %s waits for its goods", name)
        if draft.validation:
            return self.env._("Amazon's charge %s waits for validation", name)
        return self.env._("Check and post Amazon's charge %s", name)
