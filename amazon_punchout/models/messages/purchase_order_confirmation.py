from collections import namedtuple
from decimal import Decimal
from fractions import Fraction
from functools import cache

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import float_compare

from ... import cxml
from ...tools.cart_lock import lifted, lines_lifted
from ...tools.numbers import PRICE_DIGITS
from ...tools.sentences import ENGLISH, joined, shown_number

# The values of a line, and of an order, whose change may interest a person: `lines` are LineFacts by the id of the
# line, `charges` amounts by 'shipping' and 'tax'.
LineFacts = namedtuple('LineFacts', 'confirmation quantity price accepted rejected backordered reason')
OrderFacts = namedtuple('OrderFacts', 'lines charges total')


class PurchaseOrderConfirmation(models.Model):
    """An order as all of its confirmations say together: quantities, prices, shipping, tax and state."""
    _inherit = 'purchase.order'

    # === PROCESSING A CONFIRMATION === #

    def _amazon_process_confirmation(self, document, notice):
        """Apply all confirmations of the order, the one in hand included, and notify people once.

        :param document: the `amazon.punchout.document` in hand
        :param cxml.Notice notice: its content
        :return: what a person should look at, or None
        :rtype: str | None
        :raises UserError: why nothing could be done
        """
        self.ensure_one()
        confirmed = self._amazon_confirmed(notice)
        if self.state == 'cancel':
            return self._amazon_check_stays_cancelled(confirmed)
        by_amazon = confirmed.state == 'cancelled'
        if by_amazon and (obstacle := self._amazon_cancel_obstacle()):
            raise UserError(obstacle)
        self._amazon_message_arrived()
        with lifted():
            # Two confirmations processed at once would each see the order without the other's lines: because of this
            # write one of them is repeated. Core notes what has changed since the first write that tracks.
            self.with_context(mail_notrack=True).amazon_message_at = fields.Datetime.now()
        self._amazon_close_unconfirmed()
        before = self._amazon_facts()
        if by_amazon:
            self._amazon_cancelled_by_amazon()
        self._amazon_apply_confirmations(confirmed)
        self._amazon_after_confirmation(document)
        facts = confirmed.facts.get(document.id, cxml.NoticeFacts())
        self._amazon_notify_confirmation(document, notice.confirmation, confirmed, before)
        return joined("\n", self._amazon_remarks(facts)) or None

    def _amazon_apply_confirmations(self, confirmed=None):
        """Write what the order's confirmations say together, where it differs from the order.

        :param cxml.ConfirmedOrder confirmed: by default the result of all confirmations that were applied
        """
        self.ensure_one()
        confirmed = confirmed or self._amazon_confirmed()
        with lines_lifted():
            self._amazon_write_items(confirmed)
            self._amazon_write_charges(confirmed)
        self._amazon_write_state(confirmed)
        if self.state == 'purchase':
            self._amazon_apply_dates(confirmed)
        self._amazon_link_bills()

    def _amazon_confirmed(self, notice=None):
        """Fold all confirmations of this order.

        :param cxml.Notice notice: the one in hand, applied before or not
        :rtype: cxml.ConfirmedOrder
        """
        self.ensure_one()
        documents_sudo = self.env['amazon.punchout.document'].sudo()  # who enters by hand can't read bodies
        applied_sudo = documents_sudo.search([
            ('purchase_order_id', '=', self.id), ('document_type', '=', 'ConfirmationRequest'),
            ('direction', '=', 'in'), ('is_applied', '=', True)])
        notices = [each._as_notice() for each in applied_sudo if not notice or each.id != notice.arrival]
        items = [(line.amazon_line_number, cxml.item_from_json(line.amazon_item)) for line in self._amazon_item_lines()]
        find_ratio = self._amazon_ratio_finder(items)
        return cxml.confirm(
            cxml.ordered_lines(items, *cxml.header_from_json(self.amazon_cart_header)),
            # People enter theirs in the units of the order anyway.
            [each if each.by_hand else cxml.in_ordered_units(each, find_ratio) for each in (*notices, notice) if each],
            Decimal(str(self.currency_id.rounding)))

    def _amazon_ratio_finder(self, items):
        """Return the function by which confirmations are converted to the units of this order.

        :param items: tuples of a line number and its :class:`cxml.ItemIn`
        :return: see :func:`cxml.in_ordered_units`
        """
        units = {number: item.unit_of_measure or cxml.DEFAULT_UNIT_OF_MEASURE for number, item in items}
        # An order has few units, and many lines.
        ratio_of = cache(self.env['amazon.punchout.uom']._find_ratio)

        def find_ratio(number, code):
            return ratio_of(units[number], code) if number in units else Fraction(1)

        return find_ratio

    # === CANCELLED ORDERS === #

    def _amazon_check_stays_cancelled(self, confirmed):
        """Check that Amazon does not deliver a cancelled order: it stays cancelled, and people have acted on that.

        :param cxml.ConfirmedOrder confirmed: what all confirmations say
        :raises UserError: Amazon delivers it nevertheless
        """
        if any(line.accepted or line.backordered for line in confirmed.lines.values()):
            raise UserError(self._(
                "Amazon accepted order %s, which is cancelled in Odoo. Nothing was changed. Cancel it under Your "
                "Orders on Amazon, or create a purchase order manually for the goods that will arrive.", self.name))

    def _amazon_cancel_obstacle(self):
        """Say why an order that Amazon rejects as a whole can't simply be cancelled.

        :return: None if it can
        :rtype: str | None
        """
        if bills := self._amazon_uncredited_bills():
            return self._(
                "Amazon rejected all of order %(order)s, but it has posted bills (%(bills)s). Nothing was changed. "
                "Record and post Amazon's refund of everything that was billed, then press Retry.",
                order=self.name, bills=", ".join(bills.mapped('name')))
        if any(line.product_uom_id.compare(line.qty_received, 0) > 0 for line in self.order_line):
            return self._(
                "Amazon rejected all of order %s, but some of its goods have been received. Nothing was changed. Check "
                "the order under Your Orders on Amazon, then return the goods and press Retry, or press Dismiss.",
                self.name)
        return None

    def _amazon_uncredited_bills(self):
        """Find the posted bills of this order.

        :return: none if posted credit notes cancel all of them out
        """
        posted = self.invoice_ids.filtered(lambda move: move.state == 'posted')
        # A bill and its credit notes have opposite signs.
        if all(currency.is_zero(sum(moves.mapped('amount_total_in_currency_signed')))
               for currency, moves in posted.grouped('currency_id').items()):
            return posted.browse()
        return posted.filtered(lambda move: move.move_type == 'in_invoice')

    def _amazon_cancelled_by_amazon(self):
        """Cancel an order that Amazon rejects as a whole.

        Core cancels its receipts. The lines are set to 0 only afterwards, so that no receipt is reduced line by line.
        """
        with lifted():
            self.write({'amazon_state': 'cancelled', 'amazon_cancel_wanted': False})
        if self.invoice_ids.filtered(lambda move: move.state == 'posted'):
            return  # billed and credited in full: core cancels no such order, but nothing more is expected of it
        self.button_cancel()

    # === WRITING LINES === #

    def _amazon_write_items(self, confirmed):
        """Write what is confirmed onto the lines of the items, then adapt their receipts.

        :param cxml.ConfirmedOrder confirmed: what all confirmations say
        """
        quantities = {}
        order = self.with_context(lang=self.amazon_requester_id.lang)  # who reads the reasons on the lines
        for line in order._amazon_item_lines():
            vals = line._amazon_prepare_confirmed(confirmed.lines[line.amazon_line_number])
            if 'product_qty' in vals:
                quantities[line.id] = line.product_qty
            if vals:
                line.write(vals)
        if self.state == 'purchase':
            self.env['purchase.order.line'].browse(quantities)._amazon_follow_quantities(quantities)

    def _amazon_write_charges(self, confirmed):
        """Write the confirmed shipping, and make the total agree by the line of estimated tax.

        That line takes what the purchase taxes on the other lines don't compute, to the cent.

        :param cxml.ConfirmedOrder confirmed: what all confirmations say
        """
        currency = self.currency_id
        self._amazon_set_charge('shipping', currency.round(float(confirmed.shipping)))
        rest = currency.round(float(confirmed.total) - self.amount_total)
        if not currency.is_zero(rest):
            estimated = sum(self._amazon_charge_lines('tax').mapped('price_subtotal'))
            self._amazon_set_charge('tax', currency.round(rest + estimated))

    def _amazon_set_charge(self, line_type, amount):
        """Write a charge onto its line, or add one for it.

        :param str line_type: 'shipping' or 'tax'
        :param float amount: of the line, without taxes
        """
        currency = self.currency_id
        if line := self._amazon_charge_lines(line_type)[:1]:
            if currency.compare_amounts(line.price_unit, amount):
                line.price_unit = amount
        elif not currency.is_zero(amount):
            self.env['purchase.order.line'].create({
                **self._amazon_prepare_charge(line_type, amount),
                'order_id': self.id,
                'tax_ids': [Command.clear()],
                'date_planned': self.date_planned or fields.Datetime.now(),
                'sequence': max(self.order_line.mapped('sequence'), default=0) + 10,
                'amazon_cart_price': 0.0,
            })

    def _amazon_prepare_charge(self, line_type, amount):
        """Prepare the values of a line for a charge; see :meth:`_amazon_set_charge`."""
        order = self.with_context(lang=self.amazon_requester_id.lang)
        group_sudo = self.amazon_group_id.sudo()  # who enters by hand can't read groups of other companies
        name = order.env._("Shipping") if line_type == 'shipping' else order.env._("Estimated tax")
        return self.env['amazon.punchout.cart']._prepare_service_line(
            line_type, group_sudo[f'{line_type}_product_id'], name, amount)

    # === WRITING THE ORDER === #

    def _amazon_write_state(self, confirmed):
        """Write Amazon's numbers and the state of the order.

        :param cxml.ConfirmedOrder confirmed: what all confirmations say
        """
        numbers = ", ".join(confirmed.confirm_ids) or False
        vals = {
            'amazon_state': confirmed.state, 'amazon_order_ref': numbers, 'acknowledged': True,
            'amazon_items': self._amazon_name_items(),
            'amazon_change': confirmed.state != 'cancelled' and self._amazon_find_change()}
        if (self.partner_ref or False) in (False, self.amazon_order_ref):
            vals['partner_ref'] = numbers
        if self.amazon_cancel_wanted and not any(line._amazon_is_expected() for line in self._amazon_item_lines()):
            vals['amazon_cancel_wanted'] = False
        vals = {name: value for name, value in vals.items() if (self[name] or False) != value}
        if vals:
            with lifted():
                # Without core's note that the order is acknowledged: the message about the confirmation says more.
                self.with_context(mail_notrack=True).write(vals)

    # === WHAT MAY INTEREST A PERSON === #

    def _amazon_facts(self):
        """Collect the values of this order whose change may interest a person.

        :rtype: OrderFacts
        """
        self.ensure_one()
        charges = {name: sum(self._amazon_charge_lines(name).mapped('price_subtotal')) for name in ('shipping', 'tax')}
        charges['tax'] += self.amount_tax
        return OrderFacts({line.id: line._amazon_facts() for line in self._amazon_item_lines()}, charges,
                          self.amount_total)

    def _amazon_remarks(self, facts):
        """Collect what a person should look at after a confirmation.

        :param cxml.NoticeFacts facts: of the confirmation in hand
        :return: a sentence for each thing that could not be applied or that a person has to do
        :rtype: list[str]
        """
        remarks = [self._(
            "Amazon confirmed line %(number)s of order %(order)s, which the order does not have.",
            number=number, order=self.name) for number in facts.unknown_lines]
        if facts.unread_types:
            remarks.append(self._(
                "Amazon's confirmation of order %(order)s has lines of the type “%(kinds)s”, which Odoo does not "
                "support. These lines were left unchanged.", order=self.name, kinds=", ".join(facts.unread_types)))
        remarks += [self._(
            "Amazon confirmed more of line %(number)s of order %(order)s than was ordered.",
            number=number, order=self.name) for number in facts.excess_lines]
        lines = self._amazon_lines_by_number()
        remarks += [lines[item.line_number]._amazon_unit_remark(item) for item in facts.unconverted]
        for line in lines.values():
            if line.amazon_rejected_quantity:
                remarks += line._amazon_rejection_remarks()
        return remarks + self._amazon_charge_remarks()


class PurchaseOrderLineConfirmation(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_prepare_confirmed(self, confirmed):
        """Prepare the values in which this line differs from what is confirmed.

        :param cxml.ConfirmedLine confirmed: what all confirmations say about this line
        :rtype: dict
        """
        self.ensure_one()
        vals = {
            'product_qty': float(confirmed.open_quantity),
            'price_unit': float(confirmed.price),
            'amazon_confirmation': confirmed.confirmation,
            'amazon_confirmed_quantity': float(confirmed.accepted),
            'amazon_confirmed_price': float(confirmed.confirmed_price or 0),
            'amazon_rejected_quantity': float(confirmed.rejected),
            'amazon_backordered_quantity': float(confirmed.backordered),
            'amazon_reason': self._amazon_explain(confirmed) or False,
        }
        return {name: value for name, value in vals.items() if self._amazon_differs(name, value)}

    def _amazon_differs(self, name, value):
        known = self[name]
        if not isinstance(value, float):
            return (known or False) != value
        return known != value and bool(float_compare(known, value, precision_digits=PRICE_DIGITS))

    def _amazon_explain(self, confirmed):
        """Explain why a line is not as ordered: Amazon's error codes in words, its own text, and what people entered.

        :param cxml.ConfirmedLine confirmed: what all confirmations say about this line
        :rtype: str
        """
        words = self._amazon_explain_codes(confirmed.error_codes)
        if own := cxml.split_comments(confirmed.comments):
            words.append(self._("Amazon: “%s”", " / ".join(own)))
        elif unknown := [code for code in confirmed.error_codes if code not in self._amazon_error_codes()]:
            words.append(", ".join(unknown))
        words += confirmed.notes
        return joined(". ", words)

    def _amazon_is_expected(self):
        """Tell whether anything of this line is still to arrive.

        :rtype: bool
        """
        self.ensure_one()
        return self.product_uom_id.compare(self.product_qty, self._amazon_arrived_quantity()) > 0

    def _amazon_rejection_remarks(self):
        """Collect what was billed or received of the quantity that Amazon now rejects.

        :return: a sentence for each
        :rtype: list[str]
        """
        self.ensure_one()
        remarks = []
        values = {'item': self._amazon_title(), 'order': self.order_id.name,
                  'left': shown_number(self.env, self.product_qty)}
        is_credited = self.order_id.state != 'cancel' and self.order_id.amazon_state == 'cancelled'
        if self.product_uom_id.compare(self.qty_invoiced, self.product_qty) > 0 and not is_credited:
            remarks.append(self._(
                "“%(item)s” in order %(order)s: Amazon delivers %(left)s, but the quantity billed is %(billed)s. Check "
                "for Amazon's credit memo, or record its refund.",
                billed=shown_number(self.env, self.qty_invoiced), **values))
        if self.product_uom_id.compare(self.qty_received, self.product_qty) > 0:
            remarks.append(self._(
                "“%(item)s” in order %(order)s: Amazon delivers %(left)s, but the quantity received is %(received)s.",
                received=shown_number(self.env, self.qty_received), **values))
        return remarks

    def _amazon_unit_remark(self, item):
        """Say that Amazon confirms this line in a unit that Odoo can't convert.

        :param cxml.ConfirmationItem item: what Amazon states about this line
        :rtype: str
        """
        self.ensure_one()
        stated = [(status.quantity, status.unit_of_measure or item.unit_of_measure) for status in item.statuses] or \
            [(item.quantity, item.unit_of_measure)]
        other = next(unit for _quantity, unit in stated if self._amazon_unit_ratio(unit) is None)
        return self._(
            "Amazon answered for %(stated)s of “%(item)s” in order %(order)s, but %(ordered)s were ordered. The line "
            "was left unchanged. %(advice)s",
            item=self._amazon_title(), order=self.order_id.name, ordered=self._amazon_ordered_text(),
            stated=joined(", ", (joined(" ", (shown_number(self.env, quantity), unit)) for quantity, unit in stated)),
            advice=self._amazon_unit_advice(other))

    def _amazon_facts(self):
        """Collect the values of this line whose change may interest a person.

        :rtype: LineFacts
        """
        self.ensure_one()
        # A reason is made anew in each language: in one alone it differs only if it has changed.
        reason = self.with_context(lang=ENGLISH).amazon_reason or ""
        return LineFacts(
            self.amazon_confirmation or 'none', self.product_qty, self.price_unit, self.amazon_confirmed_quantity,
            self.amazon_rejected_quantity, self.amazon_backordered_quantity, reason)
