from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.steps import attempt, explain
from ...transactions import BANK, CARD, INVOICE, OTHER


class AmazonPunchoutTransactionPayment(models.Model):
    """How charges pay the bills that are posted: one payment for each charge, however many bills it has."""
    _inherit = 'amazon.punchout.transaction'

    def _pay(self):
        """Pay the posted bills and credits of these transactions, and reconcile both.

        Amazon has taken or returned the money already: the payment is posted at once. A problem is noted with the
        transaction, and leaves the bill posted.
        """
        paid_sudo = self.sudo().filtered(
            lambda each: each.is_settled and each.company_id and each.instrument != INVOICE
            and each.state in ('booked', 'matched', 'attention') and each._posted_moves())
        for transaction_sudo in paid_sudo:
            transaction_sudo = transaction_sudo.with_company(transaction_sudo.company_id)
            what = f"Amazon charge {transaction_sudo.id} could not be paid"
            problem, error = attempt(self.env, transaction_sudo._pay_posted, what)
            problem = explain(self.env, error, what) if error else problem
            if transaction_sudo.attention:
                continue  # a person decides about something else first
            if problem:
                transaction_sudo.write({'state': 'attention', 'problem': problem})
            elif transaction_sudo.state == 'attention' and transaction_sudo._is_whole():
                transaction_sudo.write({'state': 'booked', 'problem': False})
        paid_sudo._reconcile()

    def _posted_moves(self):
        """Return the posted bills and credits of these transactions, the oldest first."""
        moves = self.share_ids.move_id.filtered(lambda move: move.state == 'posted')
        return moves.sorted(lambda move: (move.invoice_date or fields.Date.today(), move.id))

    def _is_whole(self):
        """Tell whether all of this transaction is on bills or credits.

        :rtype: bool
        """
        self.ensure_one()
        return self.currency_id.compare_amounts(sum(self.share_ids.mapped('amount')), self.amount) >= 0

    def _standing_payments(self):
        return self.payment_ids.filtered(lambda payment: payment.state not in ('canceled', 'rejected'))

    def _pay_posted(self):
        """Create the payment of this transaction, unless what it pays is paid already.

        :return: why a person must pay, if so
        :rtype: str | None
        :raises UserError: the settings of the group or of its journals lack something
        """
        self.ensure_one()
        if self._standing_payments():
            return None
        moves = self._posted_moves()
        if known := self._find_payment(moves):
            self.payment_ids |= known
            return None
        if self.currency_id.compare_amounts(self._paid_elsewhere(moves), self.amount) >= 0:
            return None  # a person, or the line of a statement, has paid it
        if self.instrument == BANK:
            return None  # the line of the bank statement pays it
        if self.instrument == OTHER:
            return self.env._(
                "Amazon does not state from what %(amount)s was paid (“%(instrument)s”). Pay %(bills)s manually, or "
                "reconcile it with the line of the statement, and press Retry.",
                amount=self.currency_id.format(self.amount), instrument=self.instrument_text or "",
                bills=", ".join(moves.mapped('display_name')))
        vals = self._prepare_payment(moves)
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
        ours = self.search([('payment_ids', 'in', [move.origin_payment_id.id for move, _amount in paid.values()])])
        return sum(
            amount for move, amount in paid.values() if move.statement_line_id
            or move.origin_payment_id and move.origin_payment_id not in ours.payment_ids)

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
            values = {'group': group.name, 'amount': self.currency_id.format(self.amount)}
            raise UserError(self.env._(
                "%(amount)s was paid by card. Choose the journal of the card in the Amazon group %(group)s, and press "
                "Retry.", **values) if self.instrument == CARD else self.env._(
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
        """
        for transaction in self.sorted(lambda each: (
                len(each.share_ids.move_id), each.date or fields.Date.today(), each.id)):
            for move in transaction._posted_moves():
                (transaction._payment_lines() | move._amazon_payable_lines())._amazon_reconcile()
        related = self._related()
        rest = related.filtered(
            lambda each: each._is_whole() and not (each.share_ids.move_id - each._posted_moves()))
        (rest._payment_lines() | rest._posted_moves()._amazon_payable_lines())._amazon_reconcile()
        related._posted_moves()._amazon_block_payment()

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
