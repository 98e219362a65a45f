from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ... import cxml
from ...const import HOLD_DAYS
from ...tools.cart_lock import lifted
from ...tools.contradiction import Contradiction
from ...tools.money import smallest_unit
from ...tools.sentences import joined, sentence, shown_amount, shown_number
from ...tools.short import items_in_short
from ...tools.unit_codes import normalized
from ...tools.visible import visible


class AmazonPunchoutCart(models.AbstractModel):
    """Converts a cart to a draft order whose total equals the cart's to the cent.

    It works as the shopper, in the company of the group. Each step can be extended on its own.
    """
    _name = 'amazon.punchout.cart'
    _ = sentence
    _description = "Amazon Cart to Purchase Order"

    def _import(self, session, cart, received_at):
        """Create the draft order of a cart.

        :param session: the `amazon.punchout.session`, as its shopper
        :param cxml.PunchOutOrderMessage cart: a cart with items
        :param datetime received_at: when the cart arrived; Amazon holds its prices from then on
        :return: the `purchase.order`
        :raises Contradiction: the cart contradicts itself
        :raises UserError: every reason why Amazon's rules or our settings don't allow an item. No order is created
            then, since Amazon declines orders that differ from their cart.
        """
        group = session.group_id
        assignments, notes = self._assign_items(group, cart)
        currency = self._find_currency(cart.currency)
        units = self.env['amazon.punchout.uom']._units_by_code()
        self._check_sum(cart, currency)
        if problems := self._find_problems(group, cart, assignments, currency, units):
            raise UserError(joined("\n", [*problems, self._(
                "Amazon declines orders that differ from their cart, so no item can be left out.")]))
        vals = self._prepare_order_vals(session, cart, currency, received_at)
        choice = self._find_taxes(
            group, vals['fiscal_position_id'], self._stated_rates(cart),
            group.shipping_product_id.union(*(each.product for each in assignments)))
        line_vals, tax_notes = self._prepare_lines(group, cart, assignments, currency, units, choice)
        vals['order_line'] = [
            Command.create({**line, 'date_planned': vals['amazon_estimated_at']}) for line in line_vals]
        return self._write_order(session, vals, notes + tax_notes + self._rate_notes(group.company_id, currency))

    def _find_currency(self, code):
        """Find a currency by its code.

        :param str code: the code of ISO 4217
        :return: the currency, active or not; empty if Odoo has none with that code
        """
        Currency = self.env['res.currency']
        for currency_id, values in Currency.get_all_currencies().items():  # kept in memory, the active ones only
            if values['name'] == code:
                return Currency.browse(currency_id)
        return Currency.with_context(active_test=False).search([('name', '=', code)], limit=1)

    # === CHECKING === #

    def _find_problems(self, group, cart, assignments, currency, units):
        """Find out why a cart can't be ordered.

        :param list assignments: the assignment of each item
        :return: a sentence for each reason
        :rtype: list[str]
        """
        problems = []
        if not currency.active:
            problems.append(self._(
                "The cart is in %s, which is not an active currency in Odoo.", cart.currency))
        if len(cart.items) > group.max_lines:
            problems.append(self._(
                "The cart has %(count)s lines; at most %(limit)s are allowed.",
                count=len(cart.items), limit=group.max_lines))
        for item, assignment in zip(cart.items, assignments, strict=True):
            problems += self._find_item_problems(group, item, assignment.product, units)
        return problems

    def _find_item_problems(self, group, item, product, units):
        """Find out why one item can't be ordered.

        :return: a sentence for each reason
        :rtype: list[str]
        """
        name = self._item_name(item)
        problems = []
        if group.new_items_only and item.condition and item.condition.strip().casefold() != 'new':
            problems.append(self._(
                "“%(item)s” is not new (%(condition)s); the Amazon group %(group)s allows new items only.",
                item=name, condition=visible(item.condition), group=group.name))
        if item.quantity > group.max_quantity:
            problems.append(self._(
                "The cart has %(quantity)s × “%(item)s”; at most %(limit)s per line are allowed.",
                item=name, quantity=shown_number(self.env, item.quantity),
                limit=shown_number(self.env, group.max_quantity)))
        digits = self.env['decimal.precision'].precision_get('Product Unit')
        if -item.quantity.normalize().as_tuple().exponent > digits:
            problems.append(self._(
                "The cart has %(quantity)s × “%(item)s”, but quantities in Odoo have %(digits)s decimals.",
                item=name, quantity=shown_number(self.env, item.quantity), digits=digits))
        unit = self._item_unit(item, product, units)
        if not unit:
            problems.append(self._(
                "Unit %(code)s of “%(item)s” is unknown. An Amazon administrator can add it under Amazon "
                "Business > Configuration > Units.",
                code=item.unit_of_measure, item=name))
        elif unit != product.uom_id and not unit._has_common_reference(product.uom_id):
            problems.append(self._(
                "Unit %(code)s of “%(item)s” is mapped to %(unit)s, but %(product)s can't be bought in %(unit)s. An "
                "Amazon administrator can map the code to another unit under Amazon Business > Configuration > Units.",
                code=item.unit_of_measure or unit.name, item=name, unit=unit.name,
                product=product.display_name))
        return problems

    def _check_sum(self, cart, currency):
        """Check that the header agrees with the lines; a cart that contradicts itself can't be approved.

        :raises Contradiction: it doesn't
        """
        lines_total = sum((item.unit_price.amount * item.quantity for item in cart.items), Decimal())
        tolerated = smallest_unit(currency) * len(cart.items) if currency else 0
        if abs(lines_total - cart.total.amount) > tolerated:
            stated, computed = (
                shown_amount(self.env, float(amount), currency) if currency else f'{amount} {cart.currency}'
                for amount in (cart.total.amount, lines_total))
            raise Contradiction(self._(
                "The total of the cart is %(stated)s, but its items add up to %(sum)s.", stated=stated, sum=computed))

    # === PREPARING === #

    def _item_name(self, item):
        """Return the name of an item for people.

        :rtype: str
        """
        return visible(item.title) or visible(item.asin)

    def _item_unit(self, item, product, units):
        """Find the unit of an item; without a code it is the piece.

        A package without a known content is one unit of its product, whatever that is.

        :param product: the `product.product`
        :param dict units: the unit of each code
        :return: the `uom.uom`, or None
        """
        if not item.unit_of_measure:
            return self.env.ref('uom.product_uom_unit')
        code = normalized(item.unit_of_measure)
        unit = units.get(code)
        if unit and self.env['amazon.punchout.uom']._has_unknown_content(code, unit):
            return product.uom_id
        return unit

    def _prepare_order_vals(self, session, cart, currency, received_at):
        """Prepare the values of the order without its lines.

        :rtype: dict
        """
        group, partner = session.group_id, session.group_id.partner_id
        return {
            'partner_id': partner.id,
            'company_id': group.company_id.id,
            'currency_id': currency.id,
            'picking_type_id': session.warehouse_id.sudo().in_type_id.id,
            'location_checked': session.is_location_chosen,
            'payment_term_id': (group.payment_term_id or partner.property_supplier_payment_term_id).id,
            'fiscal_position_id': self.env['account.fiscal.position']._get_fiscal_position(partner).id,
            'date_order': fields.Datetime.now(),
            'amazon_group_id': group.id,
            'amazon_session_id': session.id,
            'amazon_requester_id': self.env.uid,
            'amazon_state': 'cart',
            'amazon_deployment_mode': session.deployment_mode,
            'amazon_valid_until': received_at + timedelta(days=HOLD_DAYS),
            'amazon_estimated_at': group._estimated_arrival(),
            'amazon_items': items_in_short(
                [(self._item_name(item), item.unit_price.amount * item.quantity) for item in cart.items]),
            'amazon_cart_header': cxml.header_to_json(cart),
            'amazon_cart_items': [cxml.item_to_json(item) for item in cart.items],
        }

    def _prepare_lines(self, group, cart, assignments, currency, units, choice):
        """Prepare the lines: the items, shipping, and the estimated tax that is missing to the cart's total.

        :param list assignments: the assignment of each item
        :param TaxChoice choice: the taxes of the rates that the cart states
        :return: values of the lines, and notes for the chatter
        :rtype: tuple[list[dict], list[str]]
        """
        lines, notes, taxes = [], [], []
        for number, (item, assignment) in enumerate(zip(cart.items, assignments, strict=True), start=1):
            tax, note = self._match_item_tax(item, assignment.product, currency, choice)
            taxes.append(tax)
            notes += note
            unit = self._item_unit(item, assignment.product, units)
            lines.append(self._prepare_item_line(assignment, item, number, unit))
        if shipping := self._cart_amount(cart, 'shipping'):
            tax, note = self._match_shipping_tax(cart, group.shipping_product_id, shipping, currency, choice)
            taxes.append(tax)
            notes += note
            lines.append(self._prepare_service_line(
                'shipping', group.shipping_product_id, self.env._("Shipping"), shipping))
        for line, tax in zip(lines, taxes, strict=True):
            line['tax_ids'] = [Command.set(tax.ids)]
        notes = self._tax_sentences(notes)
        rest = currency.round(self._cart_total(cart) - self._computed_total(group, lines, taxes, currency))
        if rest:
            lines.append({
                **self._prepare_service_line('tax', group.tax_product_id, self.env._("Estimated tax"), rest),
                'tax_ids': [Command.clear()],
            })
            notes.append(self.env._(
                "An estimated tax of %s was added to match the cart's total.",
                format_amount(self.env, rest, currency)))
        for sequence, line in enumerate(lines, start=1):
            line['sequence'] = sequence * 10
        return lines, notes

    def _prepare_item_line(self, assignment, item, number, unit):
        """Prepare the line of an item, with everything that the cart states of it.

        :param int number: the line number that Amazon gets
        :rtype: dict
        """
        shipping = item.shipping.money.amount if item.shipping else 0
        tax = item.tax.money.amount if item.tax else 0
        return {
            **assignment.prepare_line_vals(),
            **self._prepare_item_identity(item),
            'name': self._item_name(item),
            'product_qty': float(item.quantity),
            'product_uom_id': unit.id,
            'price_unit': float(item.unit_price.amount),
            'discount': 0.0,
            'amazon_line_type': 'item',
            'amazon_line_number': number,
            'amazon_url': item.detail_page_url,
            'amazon_unspsc': item.unspsc,
            'amazon_cart_quantity': float(item.quantity),
            'amazon_cart_price': float(item.unit_price.amount),
            'amazon_cart_shipping': float(shipping),
            'amazon_cart_tax': float(tax),
            'amazon_confirmation': 'none',
        }

    def _prepare_item_identity(self, item):
        """Prepare what tells people which item a line orders, without anything that could mislead them.

        The order request is made of the cart's line as it came. :meth:`_amazon_check_identity` of the order checks that
        both say the same.

        :rtype: dict
        """
        return {
            'amazon_title': self._item_name(item),
            'amazon_asin': item.asin,
            'amazon_auxiliary_id': item.supplier_part_auxiliary_id,
            'amazon_seller': visible(item.sold_by),
            'amazon_condition': visible(item.condition),
        }

    def _prepare_service_line(self, line_type, product, name, amount):
        """Prepare the line of shipping or of the estimated tax.

        :param str line_type: `shipping` or `tax`
        :rtype: dict
        """
        return {
            'product_id': product.id,
            'name': name,
            'product_qty': 1.0,
            'product_uom_id': product.uom_id.id,
            'price_unit': float(amount),
            'discount': 0.0,
            'amazon_line_type': line_type,
            'amazon_title': name,
            'amazon_cart_quantity': 1.0,
            'amazon_cart_price': float(amount),
        }

    # === TOTALS === #

    def _cart_amount(self, cart, name):
        """Return the cart's shipping or tax: what the header states, else the sum of what the items state.

        :param str name: `shipping` or `tax`
        :rtype: Decimal
        """
        if stated := getattr(cart, name):
            return stated.money.amount
        return sum((each.money.amount for item in cart.items if (each := getattr(item, name))), Decimal())

    def _cart_total(self, cart):
        """Return the cart's total with shipping and tax.

        :rtype: float
        """
        return float(cart.total.amount + self._cart_amount(cart, 'shipping') + self._cart_amount(cart, 'tax'))

    def _computed_total(self, group, lines, taxes, currency):
        """Compute the total that Odoo will give these lines, with the company's way of rounding.

        :param list[dict] lines: values of the lines
        :param taxes: the tax of each line
        :rtype: float
        """
        amounts = [Decimal(str(line['price_unit'])) * Decimal(str(line['product_qty'])) for line in lines]
        if not any(taxes) and all(currency.round(float(amount)) == float(amount) for amount in amounts):
            return float(sum(amounts))  # nothing to round, so no way of rounding matters
        AccountTax = self.env['account.tax']
        base_lines = [
            AccountTax._prepare_base_line_for_taxes_computation(
                {}, product_id=self.env['product.product'].browse(line['product_id']), tax_ids=tax,
                quantity=line['product_qty'], price_unit=line['price_unit'], partner_id=group.partner_id,
                currency_id=currency, rate=1.0)
            for line, tax in zip(lines, taxes, strict=True)
        ]
        AccountTax._add_tax_details_in_base_lines(base_lines, group.company_id)
        AccountTax._round_base_lines_tax_details(base_lines, group.company_id)
        return AccountTax._get_tax_totals_summary(
            base_lines=base_lines, currency=currency, company=group.company_id)['total_amount_currency']

    # === WRITING === #

    def _rate_notes(self, company, currency):
        """Return what the chatter says of a currency without an exchange rate.

        :rtype: list[str]
        """
        if currency._amazon_has_rate(company):
            return []
        return [self.env._(
            "Odoo has no exchange rate for %s, so the approval limit can't be checked: only purchase managers can "
            "approve this order.", currency.name)
            if company.po_double_validation == 'two_step' else
            self.env._("Odoo has no exchange rate for %s.", currency.name)]

    def _write_order(self, session, vals, notes):
        """Fill the request for quotation that the trip started from if it is still empty, else create an order.

        :param session: the shopping trip, as its shopper
        :param dict vals: values of the order
        :param list[str] notes: what the shopper should know
        :return: the `purchase.order`
        """
        target = session.started_from_id._filtered_access('write')  # the shopper may have lost access meanwhile
        with lifted():
            if self._is_fillable(target, vals):
                target.write({**vals, 'state': 'draft', 'user_id': self.env.uid})
                target.message_post(body=self._note_body(notes))
                return target
            if session.started_from_name:
                vals['origin'] = session.started_from_name
                notes = [*notes, self.env._(
                    "This shopping trip started from %s, which was no longer an empty draft when the cart arrived. "
                    "A new order was created instead.", session.started_from_name)]
            if session.group_id.number_at_approval:
                vals['name'] = vals['amazon_cart_ref'] = self.env['ir.sequence'].next_by_code('amazon.punchout.cart')
            return self.env['purchase.order'].with_context(
                amazon_creation_note=self._note_body(notes)).create(vals).with_env(self.env)

    def _is_fillable(self, target, vals):
        """Tell whether the cart can become the request for quotation that the shopping trip started from.

        :param target: the request for quotation, or an empty recordset
        :param dict vals: values of the cart's order
        :rtype: bool
        """
        return bool(
            target and target.state in ('draft', 'sent') and not target.order_line and not target.amazon_session_id
            and target.partner_id.id == vals['partner_id'] and target.company_id.id == vals['company_id'])

    def _note_body(self, notes):
        """Prepare the first message of the order's chatter.

        :param list[str] notes: what the shopper should know
        :rtype: Markup
        """
        body = Markup("<p>%s</p>") % self.env._("Cart received from Amazon.")
        if notes:
            body += Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % note for note in notes)
        return body
