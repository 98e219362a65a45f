from dataclasses import dataclass, field
from functools import partial

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.cart_lock import bills_lifted
from ...tools.money import share_out
from ...tools.sentences import shown_amount, shown_number


@dataclass
class Refundable:
    """What may still be refunded of a bill line; all amounts are in the currency of the bill and include taxes."""
    own: float                                      # the amount of the line itself
    taxes: dict = field(default_factory=dict)       # its share of each line of estimated tax
    others: float = 0.0                             # its share of discounts, below zero
    refunded: float = 0.0                           # refunded by credits
    named: float = 0.0                              # the part of it that lines of credits name, without estimated tax
    returned: float = 0.0                           # the quantity that such credits took back

    @property
    def billed(self):
        """The amount that was billed for the line."""
        return self.own + sum(self.taxes.values()) + self.others

    @property
    def open(self):
        """The amount that is not refunded yet."""
        return self.billed - self.refunded


class AccountMoveRefund(models.Model):
    """Refunds that Amazon announces by e-mail: a draft vendor credit of a bill, to the cent."""
    _inherit = 'account.move'

    def action_amazon_refund(self):
        """Open the dialog of the button Record Amazon Refund on a bill.

        :return: the action that opens it
        :rtype: dict
        """
        self.ensure_one()
        return self.env['amazon.punchout.refund']._open(self)

    # === WHAT CAN BE REFUNDED === #

    def _amazon_gross_by_line(self):
        """Split the total of a bill or credit by its lines.

        Their totals don't always add up to it: rates round, and a tax may have been corrected by a cent. The largest
        line gets the difference.

        :return: the amount of each line, taxes included
        :rtype: dict[odoo.models.Model, float]
        """
        self.ensure_one()
        currency = self.currency_id
        gross = {line: line.price_total for line in self.invoice_line_ids if line.display_type == 'product'}
        rest = currency.round(self.amount_total - sum(gross.values()))
        if gross and not currency.is_zero(rest):
            largest = max(gross, key=lambda line: (bool(line.tax_ids), line.price_total))
            gross[largest] = currency.round(gross[largest] + rest)
        return gross

    def _amazon_refundable(self, credits=None):
        """Find out what may be refunded of each line of this bill.

        :param credits: the credits that count, if not all of this bill, drafts too
        :return: the refundable amounts by bill line
        :rtype: dict[odoo.models.Model, Refundable]
        """
        self.ensure_one()
        gross = self._amazon_gross_by_line()
        refundable = {
            line: Refundable(own=amount) for line, amount in gross.items()
            if self.currency_id.compare_amounts(amount, 0) > 0 and not line._amazon_is_estimated_tax()}
        for line, amount in gross.items():
            if line not in refundable and refundable:
                is_tax = amount > 0
                weights = self._amazon_tax_weights(refundable, line) if is_tax else {
                    each: values.own for each, values in refundable.items()}
                for each, share in share_out(amount, weights, self.currency_id).items():
                    if is_tax:
                        refundable[each].taxes[line] = float(share)
                    else:
                        refundable[each].others += float(share)
        self._amazon_read_credits(refundable, self._amazon_credits() if credits is None else credits)
        return refundable

    def _amazon_tax_weights(self, refundable, tax_line):
        """Weigh the lines of a bill for the sharing of an estimated tax.

        The tax that the cart stated for each item counts; if it stated none, the amounts of the lines without taxes do.
        A tax that was split across accounts belongs to the lines on its own account.

        :param dict refundable: the refundable amounts by bill line
        :param tax_line: the line of estimated tax
        :rtype: dict[odoo.models.Model, float]
        """
        refundable = {
            line: values for line, values in refundable.items() if line.account_id == tax_line.account_id
            and (line.analytic_distribution or False) == (tax_line.analytic_distribution or False)} or refundable
        weights = {}
        for line in refundable:
            order_line = line.amazon_purchase_line_id
            if order_line.amazon_cart_quantity:
                weights[line] = order_line.amazon_cart_tax * line.quantity / order_line.amazon_cart_quantity
        untaxed = {line: values.own for line, values in refundable.items() if not line.tax_ids}
        if any(weights.get(line) for line in untaxed):
            return {line: weights.get(line, 0.0) for line in untaxed}
        return untaxed or {line: values.own for line, values in refundable.items()}

    def _amazon_credits(self):
        """Return the credits of this bill, drafts too, without those that were reversed themselves."""
        self.ensure_one()
        lines = self.env['account.move.line'].search([('amazon_bill_line_id', 'in', self.invoice_line_ids.ids)])
        credits = (lines.move_id | self.reversal_move_ids).filtered(
            lambda move: move.move_type == 'in_refund' and move.state != 'cancel')
        return credits.filtered(lambda credit: not credit._amazon_is_reversed())

    def _amazon_is_reversed(self):
        """Tell whether this credit was reversed as a whole.

        :rtype: bool
        """
        self.ensure_one()
        return any(
            reversal.state == 'posted'
            and not self.currency_id.compare_amounts(reversal.amount_total, self.amount_total)
            for reversal in self.reversal_move_ids)

    def _amazon_read_credits(self, refundable, credits):
        """Add up what credits refund.

        :param dict refundable: the refundable amounts by bill line, which are updated
        :param credits: the credits
        """
        for credit in credits:
            named, charges, rest = self._amazon_read_credit(credit, refundable)
            for line, amount in named.items():
                refundable[line].named += amount
                refundable[line].refunded += amount
            # Taxes and discounts of a credit that names items belong to these, as they do on the bill. Which part of an
            # estimated tax belongs to which line is not known to the cent, so it counts for the bill's total only.
            for charge, amount in charges.items():
                weights = {line: refundable[line].taxes.get(charge, 0.0) if charge.price_total > 0
                           else refundable[line].own for line in named or refundable}
                for line, share in share_out(amount, weights, self.currency_id).items():
                    refundable[line].refunded += float(share)
                    if charge.price_total < 0:
                        refundable[line].named += float(share)
            weights = named if sum(named.values()) > 0 else {line: values.billed for line, values in refundable.items()}
            for line, share in share_out(rest, weights, self.currency_id).items():
                refundable[line].refunded += float(share)

    def _amazon_read_credit(self, credit, refundable):
        """Add up what a credit refunds of this bill.

        :param credit: the credit
        :param dict refundable: the refundable amounts by bill line, whose returned quantities are updated
        :return: the amounts that name a refundable line, those that name a tax or discount, and what names no line
        :rtype: tuple[dict, dict, float]
        """
        named, charges, rest = {}, {}, 0.0
        for line, amount in credit._amazon_gross_by_line().items():
            amount = credit._amazon_to_currency(amount, self.currency_id)
            bill_line = line.amazon_bill_line_id
            if bill_line in refundable:
                named[bill_line] = named.get(bill_line, 0.0) + amount
                if credit.amazon_refund_kind == 'goods' and line.purchase_line_id:
                    refundable[bill_line].returned += line.product_uom_id._compute_quantity(
                        line.quantity, bill_line.product_uom_id)
            elif bill_line.move_id == self:
                charges[bill_line] = charges.get(bill_line, 0.0) + amount
            elif not bill_line and credit.reversed_entry_id == self:
                rest += amount
        return named, charges, rest

    def _amazon_to_currency(self, amount, currency):
        """Convert an amount of this bill or credit at its own date.

        :param currency: the `res.currency`
        :rtype: float
        """
        self.ensure_one()
        return self.currency_id._convert(amount, currency, self.company_id, self.invoice_date or self.date)

    def _amazon_note_missing(self):
        """Post a message about goods that this credit takes back although they did not go back: they never came."""
        self.ensure_one()
        missing = []
        for line in self.invoice_line_ids:
            order_line_sudo = line.amazon_purchase_line_id.sudo()  # accountants can't always read stock moves
            if not order_line_sudo:
                continue
            gone = max(order_line_sudo._amazon_returned_quantity() - order_line_sudo._amazon_credited_quantity()
                       + line.quantity, 0.0)
            if line.product_uom_id.compare(line.quantity, gone) > 0:
                missing.append(self.env._(
                    "%(quantity)s × “%(item)s”", quantity=shown_number(self.env, line.quantity - gone),
                    item=order_line_sudo._amazon_title()))
        if missing:
            self.message_post(body=self.env._(
                "This credit includes goods that were billed but not received: %s.", ", ".join(missing)))

    # === WRITING THE CREDIT === #

    def _amazon_record_refund(self, amounts, kind, reference, date):
        """Create a draft credit of what a person records, see :meth:`_amazon_refund`."""
        return self._amazon_refund(amounts, kind, reference, date)

    def _amazon_refund(self, amounts, kind, reference, date):
        """Create a draft credit of this bill.

        :param dict amounts: the amount, taxes included, and the returned quantity by bill line
        :param str kind: the type of refund, as in `amazon_refund_kind`
        :param str reference: Amazon's reference
        :param date date: the date of the refund
        :return: the credit
        :raises UserError: it is more than was billed
        """
        self.ensure_one()
        self.lock_for_update()  # two people may record the same refund at once
        refundable = self._amazon_refundable()
        self._amazon_check_refund(amounts, refundable)
        commands = []
        for line, (amount, quantity) in amounts.items():
            commands += [Command.create(vals) for vals in self._amazon_prepare_refund_lines(
                line, refundable[line], amount, quantity)]
        with bills_lifted():
            credit = self.with_company(self.company_id).create(
                self._amazon_prepare_refund(kind, reference, date, commands))
        credit._amazon_correct_total(sum(amount for amount, _quantity in amounts.values()))
        credit._amazon_record_bill()
        return credit

    def _amazon_prepare_refund(self, kind, reference, date, commands):
        """Prepare the values of a credit.

        :param list commands: the commands of its lines
        :rtype: dict
        """
        return {
            'move_type': 'in_refund',
            'reversed_entry_id': self.id,
            'partner_id': self.partner_id.id,
            'company_id': self.company_id.id,
            'journal_id': self.journal_id.id,
            'currency_id': self.currency_id.id,
            'fiscal_position_id': self.fiscal_position_id.id,
            'invoice_date': date,
            'invoice_date_due': date,
            'invoice_payment_term_id': False,
            'invoice_origin': self.invoice_origin,
            'ref': reference,
            'amazon_group_id': self.amazon_group_id.id,
            'amazon_refund_kind': kind,
            'invoice_line_ids': commands,
        }

    def _amazon_check_refund(self, amounts, refundable):
        """Check that no more is refunded or returned than was billed.

        :param dict amounts: the amounts and quantities of :meth:`_amazon_refund`
        :param dict refundable: the refundable amounts by bill line
        :raises UserError: it is more
        """
        currency = self.currency_id
        shown = partial(shown_amount, self.env, currency=currency)
        for line, (amount, quantity) in amounts.items():
            if not (values := refundable.get(line)):
                raise UserError(self._(
                    "“%s” can't be refunded on its own. Refund the items that it belongs to.", line.name))
            # We split the estimated tax: Amazon may have rounded its share of a line the other way.
            leeway = currency.rounding if values.taxes else 0.0
            if currency.compare_amounts(amount, values.open + leeway) > 0:
                raise UserError(self._(
                    "%(bill)s bills %(billed)s for “%(line)s”, of which %(refunded)s was already refunded. A refund of "
                    "%(amount)s would be more than was billed.",
                    line=line.name, billed=shown(values.billed), bill=self.display_name,
                    refunded=shown(values.refunded), amount=shown(amount)))
            if quantity and line.product_uom_id.compare(quantity, line.quantity - values.returned) > 0:
                raise UserError(self._(
                    "%(bill)s bills %(billed)s × “%(line)s”, of which %(returned)s were already returned. "
                    "%(quantity)s more can't be returned.",
                    line=line.name, billed=shown_number(self.env, line.quantity), bill=self.display_name,
                    returned=shown_number(self.env, values.returned), quantity=shown_number(self.env, quantity)))
        asked = sum(amount for amount, _quantity in amounts.values())
        left = sum(each.open for each in refundable.values())
        if currency.compare_amounts(asked, left) > 0:
            raise UserError(self._(
                "Only %(left)s of %(bill)s can still be refunded. A refund of %(amount)s would be more than was "
                "billed.",
                bill=self.display_name, left=shown(left), amount=shown(asked)))

    def _amazon_prepare_refund_lines(self, line, values, amount, quantity):
        """Prepare the values of the credit's lines: the item with its own taxes, and its share of each estimated tax.

        :param line: the bill line
        :param Refundable values: the refundable amounts of the line
        :param float amount: the amount to refund, taxes included
        :param float quantity: the returned quantity, 0 for none
        :rtype: list[dict]
        """
        currency = self.currency_id
        taxes = {tax_line: currency.round(share * amount / values.billed) for tax_line, share in values.taxes.items()}
        own = currency.round(amount - sum(taxes.values()))
        base = currency.round(line.price_unit * (1 - line.discount / 100) * line.quantity * own / values.own)
        is_whole = currency.compare_amounts(own, values.own) == 0
        shown = quantity or (line.quantity if is_whole else 1.0)
        is_goods = quantity and line.amazon_purchase_line_id.amazon_line_type == 'item'
        vals_list = [{
            **self._amazon_prepare_refund_line(line, line),
            'name': line.name,
            'quantity': shown,
            'price_unit': base / shown,
            'purchase_line_id': line.amazon_purchase_line_id.id if is_goods else False,
        }]
        for tax_line, share in taxes.items():
            if not currency.is_zero(share):
                vals_list.append({
                    **self._amazon_prepare_refund_line(tax_line, line),
                    'name': self.env._("%(tax)s on “%(item)s”", tax=tax_line.name, item=line.name),
                    'quantity': 1.0,
                    'price_unit': share,
                })
        return vals_list

    def _amazon_prepare_refund_line(self, line, refunded):
        """Prepare the values that all lines of a credit have.

        :param line: the bill line whose account and taxes apply
        :param refunded: the bill line that is refunded
        :rtype: dict
        """
        order_line_sudo = line.amazon_purchase_line_id.sudo()  # accountants can't always read orders
        is_same = order_line_sudo and order_line_sudo.product_id == line.product_id
        return {
            **(order_line_sudo._amazon_prepare_common_vals() if is_same else {}),
            'purchase_line_id': False,
            'product_id': line.product_id.id,
            'product_uom_id': line.product_uom_id.id,
            'discount': 0.0,
            'tax_ids': [Command.set(line.tax_ids.ids)],
            'account_id': line.account_id.id,
            'analytic_distribution': line.analytic_distribution,
            'amazon_purchase_line_id': line.amazon_purchase_line_id.id,
            'amazon_bill_line_id': refunded.id,
            'amazon_order_id': line.amazon_order_id.id,
        }

    def _amazon_correct_total(self, total):
        """Correct a draft credit to the total that Amazon states: not every total is a net amount with its rounded tax.

        :param float total: the total, taxes included
        """
        self.ensure_one()
        rest = self.currency_id.round(total - self.amount_total)
        if self.currency_id.is_zero(rest):
            return
        tax_line = self.line_ids.filtered('tax_line_id').sorted(lambda line: abs(line.amount_currency))[-1:]
        if tax_line:
            amount = self.currency_id.round(tax_line.amount_currency + self.direction_sign * rest)
            self.write({'line_ids': [Command.update(tax_line.id, {'amount_currency': amount})]})
        else:
            line = self.invoice_line_ids[:1]
            line.price_unit += rest / line.quantity


class AccountMoveLineRefund(models.Model):
    """Bill lines that can't be refunded on their own."""
    _inherit = 'account.move.line'

    def _amazon_is_estimated_tax(self):
        """Tell whether this is a tax that no tax of ours computes.

        It may lack its order line, since Amazon's invoice can arrive before the confirmation that adds that line.

        :rtype: bool
        """
        self.ensure_one()
        if self.amazon_purchase_line_id:
            return self.amazon_purchase_line_id.amazon_line_type == 'tax'
        group_sudo = self.move_id.sudo().amazon_group_id  # accountants can't read groups
        return bool(group_sudo) and self.product_id == group_sudo.tax_product_id
