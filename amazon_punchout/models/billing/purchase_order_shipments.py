from dataclasses import dataclass
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ...tools.cart_lock import bills_lifted
from ...tools.charge_share import ChargeShare
from ...tools.money import rounded, share_out, smallest_unit


@dataclass
class ShipmentBill:
    """What a bill of one shipment contains; the amounts are by item, without what other bills contain."""
    shipments: models.Model     # all records of the shipment
    quantities: dict            # the billed quantities by order line
    net: dict                   # the prices of these quantities
    shipping: dict
    tax: dict

    @property
    def shipment(self):
        """The record that is linked to the bill."""
        return self.shipments[:1]

    @property
    def charged(self):
        """What Amazon charges for the shipment."""
        return sum((sum(amounts.values(), Decimal()) for amounts in (self.net, self.shipping, self.tax)), Decimal())


class PurchaseOrderShipmentBills(models.Model):
    """A bill for each shipment: Amazon charges a card when it ships."""
    _inherit = 'purchase.order'

    amazon_can_bill_shipments = fields.Boolean(compute='_compute_amazon_can_bill_shipments')

    # === COMPUTE METHODS === #

    @api.depends('state', 'amazon_state', 'amazon_shipment_ids.active', 'amazon_shipment_ids.is_planned',
                 'amazon_shipment_ids.bill_ids.state', 'order_line.qty_invoiced', 'order_line.product_qty')
    def _compute_amazon_can_bill_shipments(self):
        for order in self:
            order.amazon_can_bill_shipments = order.state == 'purchase' and bool(order.amazon_state) and any(
                line.product_uom_id.compare(line.product_qty, line.qty_invoiced) > 0
                for line in order._amazon_item_lines()) and bool(order._amazon_unbilled_shipments())

    # === ACTIONS === #

    def action_amazon_bill_shipments(self):
        """Open the dialog that creates a bill for each shipment of these orders.

        :return: the action that opens it
        :rtype: dict
        """
        return self.env['amazon.punchout.shipment.bill']._open(self)

    # === WHAT IS BILLED === #

    def _amazon_unbilled_shipments(self):
        """Find the shipments of this order that have left and that have no bill, the oldest first.

        :return: the records of each shipment
        :rtype: list
        """
        self.ensure_one()
        shipments = self.amazon_shipment_ids.filtered(
            lambda shipment: shipment.active and not shipment.is_planned and not shipment.is_tracked)
        found = [each.sorted('id') for each in shipments.grouped('shipment_id').values() if not each._standing_bills()]
        # A shipment of the whole order has what is in no other.
        return sorted(found, key=lambda each: (
            any(each.mapped('is_whole_order')), each[0].shipped_at or each[0].notice_at, each[0].id))

    def _amazon_plan_bills(self, chosen=None):
        """Plan a bill for each shipment that is not billed yet.

        What was stated for an item is split by the quantities that were shipped, so that the bills of all shipments add
        up to the order: the last one takes the cents.

        :param chosen: the shipments that are billed first; the others are planned after them
        :return: the bills, without shipments of which everything is billed already
        :rtype: list[ShipmentBill]
        """
        self.ensure_one()
        items = self._amazon_item_lines().filtered(lambda line: not line.product_uom_id.is_zero(line.product_qty))
        if not items:
            return []
        shares = self._amazon_shares_of_items(items)
        billed = {item: item._amazon_billed_quantity() for item in items}
        plans = []
        unbilled = self._amazon_unbilled_shipments()
        if chosen is not None:
            unbilled.sort(key=lambda shipments: not shipments & chosen)
        for shipments in unbilled:
            quantities = {
                item: quantity for item in items
                if item.product_uom_id.compare(
                    quantity := min(item._amazon_quantity_in(shipments), item.product_qty - billed[item]), 0) > 0}
            if quantities:
                plans.append(ShipmentBill(shipments, quantities, *(
                    {item: self._amazon_part(amounts[item], billed[item], quantity, item.product_qty)
                     for item, quantity in quantities.items()} for amounts in shares)))
                for item, quantity in quantities.items():
                    billed[item] += quantity
        return plans

    def _amazon_shares_of_items(self, items):
        """Split the total of this order across its items.

        :param items: the order lines of the items
        :return: prices, shipping and taxes of each item
        :rtype: tuple[dict, dict, dict]
        """
        currency = self.currency_id
        net = {item: rounded(item.price_subtotal, currency) for item in items}
        shipping = rounded(sum(self._amazon_charge_lines('shipping').mapped('price_subtotal')), currency)
        tax = rounded(self.amount_total, currency) - shipping - sum(net.values(), Decimal())
        return (
            net, share_out(shipping, self._amazon_charge_weights('shipping'), currency),
            share_out(tax, self._amazon_charge_weights('tax'), currency))

    def _amazon_part(self, amount, before, quantity, whole):
        """Compute the part of an amount that belongs to some of a quantity.

        :param Decimal amount: the amount for the whole quantity
        :param float before: the quantity of earlier parts
        :rtype: Decimal
        """
        before, quantity, whole = (Decimal(str(each)) for each in (before, quantity, whole))
        return (rounded(amount * (before + quantity) / whole, self.currency_id)
                - rounded(amount * before / whole, self.currency_id))

    def _amazon_number_of(self, plan):
        """Return Amazon's number of the order of a shipment, which is on the card's statement.

        A ship notice does not state it, so there are several if its items may belong to several Amazon orders.

        :rtype: str
        """
        confirmed = self._amazon_confirmed().lines
        numbers = dict.fromkeys(
            number for item in plan.quantities for number in confirmed[item.amazon_line_number].confirm_ids)
        return next(iter(numbers)) if len(numbers) == 1 else self.amazon_order_ref or self.partner_ref or self.name

    # === WRITING === #

    def _amazon_bill_shipments(self, chosen):
        """Create a draft bill for each chosen shipment of this order.

        :param chosen: `amazon.punchout.shipment` records
        :return: the bills
        :raises UserError: the order is cancelled, or a shipment is billed already, or withdrawn
        """
        self.ensure_one()
        if self.state != 'purchase':
            raise UserError(self.env._("Order %s is not approved, or it is cancelled.", self.name))
        self.lock_for_update(allow_referencing=True)  # two people may press the button at once
        plans = [plan for plan in self._amazon_plan_bills(chosen) if plan.shipments & chosen]
        for shipment in chosen:
            if not any(shipment in plan.shipments for plan in plans):
                if not shipment.active:
                    raise UserError(self.env._(
                        "Shipment %(shipment)s of order %(order)s was withdrawn by Amazon. Open the dialog again.",
                        shipment=shipment.shipment_id, order=self.name))
                bills = shipment._standing_bills() or self.order_line.sudo().invoice_lines.move_id
                raise UserError(self.env._(
                    "Shipment %(shipment)s of order %(order)s is already billed by %(bills)s.",
                    shipment=shipment.shipment_id, order=self.name, bills=", ".join(bills.mapped('display_name'))))
        return self.env['account.move'].union(*(self._amazon_bill_shipment(plan) for plan in plans))

    def _amazon_bill_shipment(self, plan):
        """Create the draft bill of a shipment.

        :param ShipmentBill plan: what it contains
        :return: the bill
        """
        order = self.with_company(self.company_id)
        lines = [order._amazon_prepare_shipped_item(item, plan) for item in plan.quantities]
        shipping = order._amazon_prepare_charge_parts('shipping', sum(plan.shipping.values(), Decimal()), plan.shipping)
        lines += shipping
        total = plan.charged - sum(plan.shipping.values(), Decimal()) + sum(
            (part.pop('share') for part in shipping), Decimal())
        number = self._amazon_number_of(plan)
        shipped_at = plan.shipment.shipped_at or plan.shipment.notice_at
        vals = {
            **order._prepare_invoice(),
            'move_type': 'in_invoice',
            'ref': f"{number} / {plan.shipment.shipment_id}",
            'invoice_date': fields.Datetime.context_timestamp(self, shipped_at).date(),
            'payment_reference': number,
            'amazon_shipment_id': plan.shipment.id,
            'invoice_line_ids': [Command.create(line) for line in lines],
        }
        with bills_lifted():
            bill = order.env['account.move'].create(vals)
            order._amazon_complete_shipment_bill(bill, plan, total)
        bill._amazon_record_bill()
        return bill

    def _amazon_prepare_shipped_item(self, item, plan):
        """Prepare the bill line of an item in a shipment.

        :rtype: dict
        """
        quantity, net = plan.quantities[item], plan.net[item]
        vals = {**item._prepare_account_move_line(), 'quantity': quantity, 'price_unit': item.price_unit}
        if not item.tax_ids.filtered('price_include') and rounded(item.price_unit * quantity, self.currency_id) != net:
            vals['price_unit'] = float(net) / quantity
        return vals

    def _amazon_prepare_charge_parts(self, line_type, amount, weights):
        """Prepare the bill lines of a part of shipping or estimated tax.

        No more is billed than is left of the charge. The part that completes it counts as billed on the order.

        :param str line_type: 'shipping' or 'tax'
        :param Decimal amount: the part
        :param dict weights: the items that it belongs to
        :return: the values of the lines, with their amounts as `share`
        :rtype: list[dict]
        """
        charge = self._amazon_charge_lines(line_type)[:1]
        if not charge:
            return []
        left = rounded(charge._amazon_unbilled_charge(charge._amazon_charge_bill_lines()), self.currency_id)
        if charge.price_subtotal > 0:
            amount = min(amount, left)
        if not amount:
            return []
        is_last = amount == left and not charge.qty_invoiced
        shares = [ChargeShare(amount, self.env['account.account'], charge.analytic_distribution)]
        if self.amazon_group_id.sudo().charges_with_items:  # accountants can't read groups
            shares = charge._amazon_charge_shares(amount, weights)
        return [{
            **charge._prepare_account_move_line(),
            'quantity': 1.0,
            'price_unit': charge._amazon_charge_price(share.amount),
            'purchase_line_id': charge.id if is_last and not index else False,
            'amazon_purchase_line_id': charge.id,
            'amazon_order_id': self.id,
            'analytic_distribution': share.distribution,
            **({'account_id': share.account.id} if share.account else {}),
            'share': share.amount,
        } for index, share in enumerate(shares)]

    def _amazon_complete_shipment_bill(self, bill, plan, total):
        """Add the estimated tax to the bill of a shipment, or correct its taxes by the cents that they are off.

        :param bill: the draft bill
        :param Decimal total: what Amazon charges
        """
        bill_sudo = bill.sudo()  # buyers can create bills, but not change all of their lines
        rest = total - rounded(bill_sudo.amount_total, self.currency_id)
        if rest and self._amazon_charge_lines('tax'):
            untaxed = {item: tax for item, tax in plan.tax.items() if not item.tax_ids}
            parts = self._amazon_prepare_charge_parts('tax', rest, untaxed if any(untaxed.values()) else plan.tax)
            for part in parts:
                rest -= part.pop('share')
            bill_sudo.write({'invoice_line_ids': [Command.create(part) for part in parts]})
        elif abs(rest) <= smallest_unit(self.currency_id) * len(bill_sudo.invoice_line_ids):
            bill_sudo._amazon_correct_total(float(total))
            return
        if rest:
            bill_sudo.message_post(body=self.env._(
                "By order %(order)s, Amazon charges %(total)s for this shipment. Compare this bill with the card's "
                "statement.", order=self.name, total=format_amount(self.env, float(total), self.currency_id)))


class PurchaseOrderLineShipmentBills(models.Model):
    """What shipments contain of a line, and what is billed of it."""
    _inherit = 'purchase.order.line'

    def _amazon_billed_quantity(self):
        """Return the quantity on bills, whether or not it was credited later.

        :rtype: float
        """
        self.ensure_one()
        return sum(
            line.product_uom_id._compute_quantity(line.quantity, self.product_uom_id)
            for line in self.invoice_lines
            if line.move_id.move_type == 'in_invoice' and line.parent_state != 'cancel')

    def _amazon_quantity_in(self, shipments):
        """Return how much of this line a shipment contains.

        :param shipments: the records of the shipment
        :rtype: float
        """
        self.ensure_one()
        if any(shipments.mapped('is_whole_order')):
            return self.product_qty
        return sum(shipments.line_ids.filtered(
            lambda line: line.active and line.purchase_line_id == self).mapped('quantity'))
