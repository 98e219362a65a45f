from datetime import date as Date

from odoo import fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.tools import escape_psql

from ...tools.money import share_out
from ...tools.sentences import shown_amount
from ...tools.steps import CONFLICTS, attempt, explain


class AmazonPunchoutTransactionRefund(models.Model):
    """How refunds come into the books: onto the credits that are there, else onto draft credits of their own."""
    _inherit = 'amazon.punchout.transaction'

    excess_amount = fields.Monetary(
        "Excess", readonly=True, copy=False, help="What Amazon refunded beyond what was billed.")
    booked_date = fields.Date(
        "Booked On", readonly=True, copy=False, help="The day on which it is booked, if its own is in a locked period.")

    # === BOOKING === #

    def _book_refunds(self):
        """Find or create the credits of these refunds, in the company that they belong to."""
        for refund in self:
            what = f"Amazon refund {refund.id} could not be booked"
            problem, error = attempt(self.env, refund._book_refund, what, conflicts=(*CONFLICTS, LockError))
            refund._settle_state(explain(self.env, error, what) if error else problem)
        self._pay()

    def _book_refund(self):
        """Book a refund.

        :return: what a person must decide, if anything
        :rtype: str | None
        :raises UserError: it can't be credited, and why
        """
        self.ensure_one()
        self.excess_amount = 0.0
        lines = self.line_ids.filtered(lambda line: line.currency_id.compare_amounts(line._open_amount(), 0) > 0)
        if numbered := self._find_numbered_credits(lines)[:1]:
            lines._share_with_numbered(numbered)
            return None if self._is_whole() else self._(
                "Amazon refunded %(amount)s with the number %(number)s, but %(credit)s is of another amount. Compare "
                "them.", amount=shown_amount(self.env, self.amount, self.currency_id), number=self.invoice_number,
                credit=numbered.display_name)
        for of_order in lines.grouped(lambda line: (line.order_id, line.order_ref)).values():
            bills = of_order._refunded_bills()
            lines -= of_order._meet_credits(bills)
        excess = 0.0
        for of_order in lines.grouped(lambda line: (line.order_id, line.order_ref)).values():
            bills = of_order._refunded_bills()
            items = of_order.purchase_line_id
            is_billed = not items or items & bills.invoice_line_ids.amazon_purchase_line_id
            if not bills or not is_billed or any(bill.state == 'draft' for bill in bills):
                continue  # it waits for its bill to be posted, as a person would
            excess += of_order._credit(bills)
        if self.currency_id.compare_amounts(excess, 0) <= 0:
            return None
        self.excess_amount = excess
        return self._(
            "Amazon refunded %(excess)s more than was billed. Press Book Excess to credit it on an income account.",
            excess=shown_amount(self.env, excess, self.currency_id))

    def _find_numbered_credits(self, lines):
        """Find the credits with the number of this refund's credit memo, that of Amazon's document first.

        :param lines: what of it is on no credit
        :return: the `account.move` records
        """
        number = (self.invoice_number or "").strip()
        if not number:
            return self.env['account.move']
        return self.env['account.move'].search([
            ('company_id', '=', self.company_id.id), ('move_type', '=', 'in_refund'), ('state', '!=', 'cancel'),
            '|', ('amazon_invoice_id', '=', number), ('ref', '=ilike', escape_psql(number)),
        ]).filtered(lambda move: not move._amazon_is_provisional() and (
            move.amazon_invoice_id == number or move._amazon_is_numbered_by(lines))).sorted(
            lambda move: (not move.amazon_invoice_id, move.id))

    # === EXCESS === #

    def _propose_excess_account(self):
        """Propose the account for what was refunded beyond what was billed: other income, else any income."""
        for account_type in ('income_other', 'income'):
            if account := self.env['account.account'].with_company(self.company_id).search([
                    *self.env['account.account']._check_company_domain(self.company_id),
                    ('account_type', '=', account_type)], limit=1):
                return account
        return self.env['account.account']

    def action_book_excess(self):
        """Open the dialog that books what Amazon refunded beyond what was billed, with an account proposed.

        :return: the action that opens it
        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        self.env['account.move']._amazon_check_invoicing()
        excess = self.env['amazon.punchout.excess'].create({
            'transaction_id': self.id, 'account_id': self.sudo()._propose_excess_account().id})
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Book Excess"), 'res_model': excess._name,
            'res_id': excess.id, 'views': [(False, 'form')], 'target': 'new'}

    def _book_excess(self, account):
        """Create a draft credit of what Amazon refunded beyond what was billed.

        :param account: the income account
        :return: the action that opens it
        :rtype: dict
        :raises UserError: there is no excess, or no account was chosen
        """
        self.ensure_one()
        self.check_access('read')
        self.env['account.move']._amazon_check_invoicing()
        refund_sudo = self.sudo().with_company(self.company_id)
        refund_sudo.lock_for_update()
        amount = min(refund_sudo.excess_amount, sum(line._open_amount() for line in refund_sudo.line_ids))
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Amazon did not refund more than was billed."))
        if not account:
            raise UserError(self.env._("Choose the account for the excess."))
        group_sudo = refund_sudo._group()
        credit_sudo = self.env['account.move'].sudo().with_company(self.company_id).create({
            'move_type': 'in_refund', 'partner_id': group_sudo.partner_id.id, 'company_id': self.company_id.id,
            'currency_id': self.currency_id.id, 'invoice_date': self.date, 'invoice_date_due': self.date,
            'invoice_payment_term_id': False, 'amazon_group_id': group_sudo.id, 'amazon_is_from_charge': True,
            'ref': self.env._("%s, excess", refund_sudo._refund_reference()),
            'invoice_line_ids': [Command.create({
                'name': self.env._("Refunded by Amazon beyond what was billed"), 'quantity': 1.0,
                'price_unit': amount, 'tax_ids': [Command.clear()],
                'account_id': account.id})]})
        refund_sudo.line_ids._share_with(credit_sudo)
        refund_sudo.excess_amount = 0.0
        refund_sudo._settle_state()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Credit of the Excess"), 'res_model': 'account.move',
            'res_id': credit_sudo.id, 'views': [(False, 'form')]}

    def _refund_reference(self):
        """Name this refund as the reference of its credit: by its credit memo, else by order and day.

        :rtype: str
        """
        return self.invoice_number or " / ".join(filter(None, (
            self.amazon_order_ref, self.charge_identifier or (self.date and fields.Date.to_string(self.date)))))


class AmazonPunchoutTransactionLineRefund(models.Model):
    """Lines of refunds, and the credits that have them."""
    _inherit = 'amazon.punchout.transaction.line'

    def _refunded_bills(self):
        """Find the bills that these lines of one order may refund, the oldest first.

        :return: the `account.move` records
        """
        if self.order_id:
            moves = self.order_id.order_line.amazon_bill_line_ids.move_id
        else:
            moves = self.search([
                ('order_ref', 'in', list(filter(None, self.mapped('order_ref')))),
                ('company_id', '=', self.company_id.id), ('transaction_id.kind', '=', 'charge')]).share_ids.move_id
        moves = moves.filtered(
            lambda move: move.move_type == 'in_invoice' and move.state != 'cancel'
            and move.currency_id == self.currency_id[:1])
        if lines := self.purchase_line_id:
            moves = moves.filtered(lambda move: lines & move.invoice_line_ids.amazon_purchase_line_id) or moves
        shipments = set(filter(None, self.mapped('shipment_id')))
        of_shipment = moves.filtered(lambda move: move.amazon_shipment_id.shipment_id in shipments)
        return (of_shipment or moves).sorted(lambda move: (move.invoice_date or Date.max, move.id))

    def _meet_credits(self, bills):
        """Put these lines onto a credit that a person, or Amazon's credit memo, made of the same refund.

        :param bills: the bills that they may refund
        :return: these lines, or none
        """
        amount = sum(line._open_amount() for line in self)
        credits = bills.browse().union(*(bill._amazon_credits() for bill in bills)).sorted('id')
        fitting = credits.filtered(lambda credit: self._fits_credit(credit) and not (
            self.transaction_id.invoice_number and credit.amazon_invoice_id))
        for credit in fitting:
            if self.currency_id[:1].compare_amounts(credit._amazon_uncovered(self.order_id), amount) == 0:
                self._share_with(credit)
                return self
        # A credit memo may be of several refunds.
        for credit in fitting:
            if self.currency_id[:1].compare_amounts(credit._amazon_uncovered(self.order_id), amount) > 0 and (
                    credit.amazon_invoice_id):
                self._share_with(credit)
                return self
        return self.browse()

    def _fits_credit(self, credit):
        """Tell whether a credit may be of what was refunded with these lines.

        :rtype: bool
        """
        credited = credit.invoice_line_ids.amazon_purchase_line_id
        return credit.currency_id == self.currency_id[:1] and (
            not self.purchase_line_id or not credited or bool(self.purchase_line_id & credited))

    def _credit(self, bills):
        """Create a draft credit for each bill that these lines refund.

        :param bills: the posted bills, the oldest first
        :return: what was refunded beyond what was billed
        :rtype: float
        """
        excess = 0.0
        amounts = {}
        for line in self:
            rest = line._open_amount()
            for bill in bills:
                found, rest = line._find_refunded(bill, rest, amounts)
                for bill_line, amount, quantity in found:
                    before = amounts.setdefault(bill, {}).setdefault(bill_line, [0.0, 0.0])
                    before[0] = bill.currency_id.round(before[0] + amount)
                    before[1] += quantity
            excess += rest
        for bill, by_line in amounts.items():
            self._write_credit(bill, {line: tuple(values) for line, values in by_line.items()})
        return self.currency_id[:1].round(excess)

    def _find_refunded(self, bill, amount, planned):
        """Find the lines of a bill that this line refunds, as far as something is left of them.

        :param bill: a posted bill
        :param float amount: what is to be credited
        :param dict planned: what other lines of the same refund take, by bill and bill line
        :return: tuples of bill line, amount and returned quantity; and what found no place
        :rtype: tuple[list, float]
        """
        currency = bill.currency_id
        refundable = {
            each: currency.round(values.open - planned.get(bill, {}).get(each, [0.0])[0])
            for each, values in bill._amazon_refundable().items()}
        refundable = {each: value for each, value in refundable.items() if currency.compare_amounts(value, 0) > 0}
        own = {each: value for each, value in refundable.items()
               if each.amazon_purchase_line_id == self.purchase_line_id} if self.purchase_line_id else {}
        shipping = {each: value for each, value in refundable.items()
                    if each.amazon_purchase_line_id.amazon_line_type == 'shipping'}
        found = []

        def take(weights, wanted):
            wanted = min(wanted, sum(weights.values()))
            shares = share_out(currency.round(wanted), weights, currency) if wanted > 0 else {}
            found.extend((each, float(share), 0.0) for each, share in shares.items() if share)
            for each, share in shares.items():
                refundable[each] = currency.round(refundable[each] - float(share))
            return currency.round(sum(float(share) for share in shares.values()))

        if self.purchase_line_id and not own:
            return [], amount
        if own:
            if self.shipping and shipping:
                amount -= take(shipping, min(self.shipping, amount))
            amount -= take(own, amount)
            # What is beyond the item may be its shipping, which not all sources tell apart.
            shipping = {each: refundable[each] for each in shipping if refundable[each] > 0}
            amount -= take(shipping, amount) if shipping and amount > 0 else 0.0
            if found and (quantity := self._returned_quantity()):
                item = next((index for index, each in enumerate(found) if each[0] in own), None)
                if item is not None:
                    found[item] = (*found[item][:2], quantity)
        else:
            amount -= take(refundable, amount)
        return found, currency.round(amount)

    def _returned_quantity(self):
        """Find out how much was returned: what the reason says, as on a credit memo, or what left the stock.

        :rtype: float
        """
        order_line = self.purchase_line_id
        returned = order_line._amazon_quantity_to_return()
        if 'return' in (self.refund_reason or "").casefold() and self.quantity:
            returned = max(returned, self.quantity)
        return max(min(returned, order_line.qty_invoiced, self.quantity or returned), 0.0)

    def _write_credit(self, bill, amounts):
        """Create the draft credit of a bill, as the dialog Record Amazon Refund does.

        :param dict amounts: amount and returned quantity by bill line
        """
        refund = self.transaction_id
        kind = 'goods' if any(quantity for _amount, quantity in amounts.values()) else 'money'
        credit = bill._amazon_refund(
            amounts, kind, refund._refund_reference(), refund.date or fields.Date.context_today(self))
        credit.amazon_is_from_charge = True
        left = credit.amount_total
        for line in self:
            left = line._share_with(credit, left)
        credit.message_post(body=self.env._("Created from what Amazon refunded: %s.", refund.display_name))


class AccountMoveRefunded(models.Model):
    """Refunds that a person records, and that Amazon states as well."""
    _inherit = 'account.move'

    def _amazon_record_refund(self, amounts, kind, reference, date):
        """Override to let what a person records replace the draft that was made of the same refund."""
        released_sudo = self.sudo()._amazon_find_refund_draft(
            sum(amount for amount, _quantity in amounts.values()), reference)._amazon_release()
        credit = super()._amazon_record_refund(amounts, kind, reference, date)
        released_sudo._book()
        return credit

    def _amazon_find_refund_draft(self, amount, reference):
        """Find the draft credit of this bill that was made of a refund of the same amount.

        :param float amount: what a person records
        :param str reference: the number that the person entered
        :return: the `account.move`
        """
        drafts = self._amazon_credits().filtered(
            lambda move: move._amazon_is_provisional() and not self.currency_id.compare_amounts(
                move.amount_total, amount))
        same = drafts.filtered(lambda move: reference and move.ref == reference)
        return (same or drafts)[:1]
