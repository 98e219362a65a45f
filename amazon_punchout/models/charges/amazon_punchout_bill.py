from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ... import cxml
from ...tools.money import rounded
from ...tools.sentences import shown_number


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
        return Bill._find_or_create(draft).with_env(self.env)

    def _draft_of_charges(self, lines):
        """Read some charges as the invoice that they would be.

        :return: this model in the company of the orders and in the language of the person who is notified of the bill,
            and the draft with its lines
        :rtype: tuple[odoo.models.Model, BillDraft]
        :raises UserError: Amazon states no items, and nothing tells which were charged
        """
        order = lines.order_id[:1]
        group = order.amazon_group_id
        person = group.bill_user_id.filtered('active') or group._person_to_notify(order.amazon_requester_id)
        Bill = self.with_company(lines.order_id.company_id).with_context(lang=person.lang or self.env.lang)
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
        details, rate = (), position.rate or self._rate_with_shipping(position, shipping, discount)
        if rate:
            of_shipping = rounded(shipping * rate / 100, position.order.currency_id)
            of_item = position.tax - of_shipping
            details = tuple(
                cxml.TaxDetail(percentage_rate=rate, purpose=purpose, tax_amount=cxml.Money(amount, currency))
                for purpose, amount in (('subtotalTax', of_item), ('shippingTax', of_shipping)) if amount)
        return cxml.Tax(cxml.Money(position.tax, currency), details=details)

    def _rate_with_shipping(self, position, shipping, discount):
        """Return the rate of the order's taxes if it explains the tax of an item and its shipping together.

        Amazon's Orders report states one sum and no rate.

        :rtype: Decimal | None
        """
        taxes, currency = position.order_line.tax_ids, position.order.currency_id
        if not shipping or not position.tax or not taxes:
            return None
        rate = taxes._amazon_rate()
        of_item = position.tax - rounded(shipping * rate / 100, currency)
        parts = taxes._amazon_match(position.items + discount, position.quantity, [(rate, of_item)], currency)
        return None if parts is None else rate

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
                'total': self._format(draft, draft.total), 'quantity': shown_number(self.env, quantity),
                'item': order_line._amazon_title(), 'order': order_line.order_id.name,
                'ordered': shown_number(self.env, ordered), 'billed': shown_number(self.env, billed)}
            if bills:
                raise UserError(self._(
                    "Amazon charged %(total)s for %(quantity)s × “%(item)s” on order %(order)s, but %(ordered)s were "
                    "ordered and %(billed)s are already billed (%(bills)s), so no bill was created. Compare the charge "
                    "with these bills.", bills=self._names(bills), **values))
            raise UserError(self._(
                "Amazon charged %(total)s for %(quantity)s × “%(item)s” on order %(order)s, but only %(ordered)s were "
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
