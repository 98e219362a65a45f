from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.sentences import shown_amount
from ...tools.steps import attempt, explain
from ...transactions import BANK, CARD, INVOICE, OTHER

# Odoo creates no payment from these: the bank statement, a person or a payment run pays.
PAID_OTHERWISE = (BANK, INVOICE, OTHER)
# A payment by hand is dated within so many days of the charge.
BY_HAND_DAYS = 10


class AmazonPunchoutTransactionPayment(models.Model):
    """How charges pay the bills that are posted: one payment for each charge, however many bills it has."""
    _inherit = 'amazon.punchout.transaction'

    is_paid_elsewhere = fields.Boolean(
        "Paid Otherwise", readonly=True, copy=False,
        help="A payment or a line of a statement that Odoo did not create for a charge has paid it.")
    doubted_payment_id = fields.Many2one(
        'account.payment', "Payment in Doubt", readonly=True, copy=False, index='btree_not_null',
        groups='account.group_account_invoice',
        help="A payment by hand of the same amount that is not reconciled. It may be the payment of this charge.")
    other_payment_ids = fields.Many2many(
        'account.payment', 'amazon_punchout_transaction_other_payment_rel', 'transaction_id', 'payment_id',
        "Payments of Something Else", readonly=True, copy=False, groups='account.group_account_invoice',
        help="Payments of the same amount that pay something else, as a person has stated.")

    def _pay(self):
        """Pay the posted bills and credits of these transactions, and reconcile both.

        Amazon has taken or returned the money already: the payment is posted at once. A problem is noted with the
        transaction, and leaves the bill posted.
        """
        paid_sudo = self.sudo().filtered(
            lambda each: each.is_settled and each.company_id and each.instrument != INVOICE
            and each.state in ('booked', 'matched', 'attention') and each._posted_moves())
        problems = {}
        for transaction_sudo in paid_sudo:
            what = f"Amazon charge {transaction_sudo.id} could not be paid"
            problem, error = attempt(
                self.env, transaction_sudo.with_company(transaction_sudo.company_id)._pay_posted, what)
            problems[transaction_sudo] = explain(self.env, error, what) if error else problem
        unreconciled = paid_sudo._reconcile()
        for transaction_sudo, problem in problems.items():
            transaction_sudo._note_payment(problem or unreconciled.get(transaction_sudo))

    def _note_payment(self, problem):
        """Note whether this transaction could be paid, unless a person decides about something else first.

        :param str | None problem: why it could not be paid
        """
        self.ensure_one()
        if self.attention:
            return
        if problem:
            self.write({'state': 'attention', 'problem': problem})
        elif self.state == 'attention' and self._is_whole():
            self.write({'state': 'booked', 'problem': False})

    def _posted_moves(self):
        """Return the posted bills and credits of these transactions, the oldest first."""
        moves = self.share_ids.move_id.filtered(lambda move: move.state == 'posted')
        return moves.sorted(lambda move: (move.invoice_date or fields.Date.today(), move.id))

    def _is_whole(self):
        """Tell whether all of this transaction, and no more, is on bills or credits.

        :rtype: bool
        """
        self.ensure_one()
        return self.currency_id.compare_amounts(sum(self.share_ids.mapped('amount')), self.amount) == 0

    def _standing_payments(self):
        return self.payment_ids.filtered(lambda payment: payment.state not in ('canceled', 'rejected'))

    def _pay_posted(self):
        """Create the payment of this transaction, unless what it pays is paid already.

        :return: why a person must pay, if so
        :rtype: str | None
        :raises UserError: the settings of the group or of its journals lack something
        """
        self.ensure_one()
        if self.doubted_payment_id:
            self.doubted_payment_id = False
        if self._standing_payments():
            return None
        moves = self._posted_moves()
        if known := self._find_payment(moves):
            self.payment_ids |= known
            return None
        elsewhere = self._paid_elsewhere(moves) - self._claimed_elsewhere(moves)
        self.is_paid_elsewhere = self.currency_id.compare_amounts(elsewhere, self.amount) >= 0
        if self.is_paid_elsewhere:
            return None  # a person, or the line of a statement, has paid it
        if self.instrument == BANK:
            return None  # the line of the bank statement pays it
        if self.instrument == OTHER:
            return self._(
                "Amazon does not state from what %(amount)s was paid (“%(instrument)s”). Reconcile %(bills)s with the "
                "line of the bank statement; or choose (Un)Block Payment in its Actions menu and press Pay. Then "
                "press Retry.",
                amount=shown_amount(self.env, self.amount, self.currency_id), instrument=self.instrument_text or "",
                bills=", ".join(moves.mapped('display_name')))
        if self._would_overpay(elsewhere):
            return self._(
                "%(bills)s: %(paid)s is paid already, so the charge of %(amount)s would pay too much. If that payment "
                "is a part of this charge, cancel it. Then press Retry.",
                bills=", ".join(moves.mapped('display_name')), paid=shown_amount(self.env, elsewhere, self.currency_id),
                amount=shown_amount(self.env, self.amount, self.currency_id))
        vals = self._prepare_payment(moves)
        if by_hand := self._find_by_hand(vals):
            self.doubted_payment_id = by_hand
            return self._(
                "Payment %(payment)s of the same amount is not reconciled with any bill, so this charge may be paid "
                "already. Reconcile the payment with the bill that it pays, or cancel it, then press Retry. If it pays "
                "something else, press Not This Payment.", payment=by_hand.display_name)
        payment = self.env['account.payment'].create(vals)
        if outstanding_id := vals.get('outstanding_account_id'):
            payment.outstanding_account_id = outstanding_id  # core computes it while it creates the payment
        payment.action_post()
        self.payment_ids |= payment
        self._note_late(payment)
        return None

    def _find_payment(self, moves):
        """Find the payment that a person has recorded for this charge already.

        :param moves: its posted bills or credits
        :return: the `account.payment`
        """
        taken = self.search([('payment_ids', 'in', moves._get_reconciled_payments().ids)]).payment_ids
        journal = self._group()._instrument_journal(self.instrument)
        return (moves._get_reconciled_payments() - taken).filtered(
            lambda payment: payment.currency_id == self.currency_id and payment.journal_id == journal
            and self.currency_id.compare_amounts(payment.amount, self.amount) == 0)[:1]

    def _find_by_hand(self, vals):
        """Find a payment that a person has recorded, perhaps for this charge, and reconciled with nothing yet.

        :param dict vals: of the payment that Odoo would create
        :return: at most one `account.payment`
        """
        date = fields.Date.to_date(vals['date'])
        found = self.env['account.payment'].search([
            *((name, '=', vals[name]) for name in (
                'payment_type', 'partner_type', 'partner_id', 'company_id', 'currency_id', 'journal_id', 'amount')),
            ('state', 'in', ('in_process', 'paid')), ('is_reconciled', '=', False), ('move_id', '!=', False),
            ('date', '>=', date - timedelta(days=BY_HAND_DAYS)), ('date', '<=', date + timedelta(days=BY_HAND_DAYS))])
        if not found:
            return found
        return (found - self.other_payment_ids - self.search([('payment_ids', 'in', found.ids)]).payment_ids)[:1]

    def action_other_payment(self):
        """State that the payment in doubt pays something else, so that this charge is paid by a payment of its own."""
        for transaction_sudo in self._open_decision():
            payment = transaction_sudo.doubted_payment_id
            if not payment or transaction_sudo.attention:
                raise UserError(self.env._("This charge has changed meanwhile. Reload the page."))
            transaction_sudo.write({
                'other_payment_ids': [Command.link(payment.id)], 'doubted_payment_id': False})
            transaction_sudo.message_post(body=self.env._(
                "Payment %s pays something else.", payment.display_name))
        self.action_retry()

    def _paid_elsewhere(self, moves):
        """Add up what payments that are of no transaction, and lines of statements, have paid of bills or credits.

        :param moves: posted bills or credits
        :rtype: float
        """
        lines = moves.line_ids.filtered(lambda line: line.account_id.account_type == 'liability_payable')
        paid = {}
        for partial in lines.matched_debit_ids:
            paid[partial] = partial.debit_move_id.move_id, partial.credit_amount_currency
        for partial in lines.matched_credit_ids:
            paid[partial] = partial.credit_move_id.move_id, partial.debit_amount_currency
        ours = self.search([('payment_ids', 'in', [
            move.origin_payment_id.id for move, _amount in paid.values() if move.origin_payment_id])])
        return sum(
            amount for move, amount in paid.values() if move.statement_line_id
            or move.origin_payment_id and move.origin_payment_id not in ours.payment_ids)

    def _claimed_elsewhere(self, moves):
        """Add up what such payments have paid for other transactions of the same bills or credits.

        :param moves: posted bills or credits
        :rtype: float
        """
        shares = moves.amazon_share_ids.filtered(lambda share: share.transaction_id != self)
        return sum(shares.filtered(lambda share: not share.transaction_id._standing_payments() and (
            share.transaction_id.is_paid_elsewhere
            or share.transaction_id.instrument in PAID_OTHERWISE and self.instrument not in PAID_OTHERWISE
        )).mapped('amount'))

    def _would_overpay(self, elsewhere):
        """Tell whether the bills of this transaction would be paid twice, since a part of them is paid already.

        :param float elsewhere: what payments that are of no transaction have paid
        :rtype: bool
        """
        moves = self.share_ids.move_id
        if self.currency_id.compare_amounts(elsewhere, 0) <= 0 or moves.currency_id != self.currency_id:
            return False
        charged = sum(moves.amazon_share_ids.mapped('amount'))
        return self.currency_id.compare_amounts(charged + elsewhere, sum(moves.mapped('amount_total'))) > 0

    def _group(self):
        """Return the Amazon group of this transaction, or that of its orders."""
        return self.group_id or self.order_ids.amazon_group_id[:1]

    def _prepare_payment(self, moves):
        """Prepare the payment of this transaction. The whole amount left the card, also if a bill is not posted yet.

        :param moves: its posted bills or credits
        :rtype: dict
        :raises UserError: no journal is chosen for the instrument
        """
        group = self._group()
        journal = group._instrument_journal(self.instrument)
        if not journal:
            values = {'group': group.name, 'amount': shown_amount(self.env, self.amount, self.currency_id)}
            raise UserError(self._(
                "%(amount)s was paid by card. Choose the journal of the card in the Amazon group %(group)s, and press "
                "Retry.", **values) if self.instrument == CARD else self._(
                "%(amount)s was paid from a gift card or a reward balance. Choose the Gift Card Journal in the Amazon "
                "group %(group)s, and press Retry.", **values))
        is_out = self.kind == 'charge'
        lines = journal.outbound_payment_method_line_ids if is_out else journal.inbound_payment_method_line_ids
        payment_line = lines[:1]
        outstanding = payment_line.payment_account_id
        if self.instrument != CARD and not outstanding:
            outstanding = journal.default_account_id  # no statement of a balance will come
        payable = moves.line_ids.filtered(lambda line: line.account_id.account_type == 'liability_payable').account_id
        partner = moves.commercial_partner_id if len(moves.commercial_partner_id) == 1 else group.partner_id
        return {
            'payment_type': 'outbound' if is_out else 'inbound',
            'partner_type': 'supplier',
            'partner_id': partner.id,
            'company_id': self.company_id.id,
            **({'destination_account_id': payable[:1].id} if payable else {}),
            **({'outstanding_account_id': outstanding.id} if outstanding else {}),
            'amount': self.amount,
            'currency_id': self.currency_id.id,
            'date': self.date or fields.Date.context_today(self),
            'journal_id': journal.id,
            'payment_method_line_id': payment_line.id,
            'memo': " ".join(filter(None, (self.amazon_order_ref, self.charge_identifier))) or self.display_name,
            'payment_reference': self.charge_identifier,
        }

    def _note_late(self, payment):
        """Note that a payment is booked on a later day, since its own is in a locked period.

        :param payment: the posted `account.payment`
        """
        if payment.move_id and self.date and payment.move_id.date != self.date:
            self.booked_date = payment.move_id.date

    # === RECONCILING === #

    def _reconcile(self):
        """Reconcile the payments of these transactions with their bills and credits.

        What pays one bill only comes first, so that nothing is taken from what pays several.

        :return: why it was not possible, by transaction
        :rtype: dict[odoo.models.Model, str]
        """
        problems = {}

        def reconcile(transactions, step):
            what = f"The payments of the Amazon charges {transactions.ids} could not be reconciled"
            _result, error = attempt(self.env, step, what)
            if error:
                problems.update(dict.fromkeys(transactions, explain(self.env, error, what)))

        for transaction in self.sorted(lambda each: (
                len(each.share_ids.move_id), each.date or fields.Date.today(), each.id)):
            reconcile(transaction, transaction._reconcile_own)
        related = self._related()
        # What a statement or a person pays stays open until then.
        rest = related.filtered(lambda each: (
            each._standing_payments() and each._is_whole() and not (each.share_ids.move_id - each._posted_moves())))
        reconcile(rest, lambda: (
            rest._payment_lines() | rest._posted_moves()._amazon_payable_lines())._amazon_reconcile())
        related._posted_moves()._amazon_block_payment()
        return problems

    def _reconcile_own(self):
        """Reconcile the payment of this transaction with each of its bills or credits."""
        for move in self._posted_moves():
            (self._payment_lines() | move._amazon_payable_lines())._amazon_reconcile()

    def _related(self):
        """Find the transactions of the same orders, and those of what these are about, and so on."""
        found = self
        while len(found) < 1000:
            more = self.search([('order_ids', 'in', found.order_ids.ids), ('company_id', 'in', found.company_id.ids)])
            if not more - found:
                break
            found |= more
        return found

    def _payment_lines(self):
        """Return what is open of the payments of these transactions."""
        lines = self.env['account.move.line']
        for payment in self._standing_payments():
            lines |= payment._seek_for_lines()[1]
        return lines.filtered(lambda line: not line.reconciled and line.parent_state == 'posted')


class AccountMovePaid(models.Model):
    """Bills that charges pay."""
    _inherit = 'account.move'

    def _amazon_payable_lines(self):
        """Return what is open of these bills and credits."""
        return self.line_ids.filtered(lambda line: line.account_id.account_type in (
            'liability_payable', 'asset_receivable') and not line.reconciled and line.parent_state == 'posted')

    def _amazon_block_payment(self):
        """Keep bills that are paid at Amazon out of payment runs, also if not all of it is known yet."""
        for move in self.filtered(lambda move: move.move_type == 'in_invoice'):
            is_open = move.currency_id.compare_amounts(move.amount_residual, 0) > 0
            is_paid = any(each.instrument != INVOICE for each in move.amazon_share_ids.transaction_id)
            if move.payment_state == 'blocked' and not is_open or (
                    is_open and is_paid and move.payment_state in ('not_paid', 'partial')):
                move.action_toggle_block_payment()


class AccountMoveLinePaid(models.Model):
    """Journal items that belong together."""
    _inherit = 'account.move.line'

    def _amazon_reconcile(self):
        """Reconcile these lines by account, where there is something to reconcile."""
        for account, lines in self.filtered(lambda line: not line.reconciled).grouped('account_id').items():
            signs = {line.balance > 0 for line in lines}
            if account.reconcile and len(signs) == 2:
                lines.reconcile()


class AccountPartialReconcilePaid(models.Model):
    """What pays bills."""
    _inherit = 'account.partial.reconcile'

    def unlink(self):
        """Override of `account` to keep bills out of payment runs although their payment was taken off."""
        moves_sudo = self.sudo().filtered(
            lambda partial: partial.credit_move_id.move_id.move_type == 'in_invoice').credit_move_id.move_id
        result = super().unlink()
        moves_sudo.exists().filtered(
            lambda move: move.state == 'posted' and move.amazon_share_ids)._amazon_block_payment()
        return result
