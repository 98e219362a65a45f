import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# Which lines of a statement are Amazon's, where a line names no charge: AMAZON.COM*1A2B3C, AMZN Mktp DE, AMZ*...
AMAZON_WORDS = ('amazon', 'amzn', 'amz*')
# Shorter identifiers could stand in any text.
SHORTEST_IDENTIFIER = 6
# A line that names its charge is of the same charge even this many days later.
LONGEST_DELAY = 60
# Letters with a digit among them, so no plain word.
CHARGE_NAME = re.compile(r'\*\s?((?=[A-Z]*\d)[A-Z0-9]{6,16})\b')
# By how much the bank's amount may differ from ours in another currency, for a proposal.
RATE_LEEWAY = 0.05


@dataclass(frozen=True)
class Proposal:
    """A line of a statement and the charge that it may be."""
    statement_line: models.Model
    transaction: models.Model
    reason: str     # as in `reason` of the dialog's line

    @property
    def is_sure(self):
        """Whether it is reconciled unless a person says otherwise."""
        return self.reason in ('identifier', 'amount')


class AccountBankStatementLineCharges(models.Model):
    """The statement of the card, whose lines are Amazon's charges and refunds."""
    _inherit = 'account.bank.statement.line'

    # === WHICH CHARGE === #

    def _amazon_propose(self, days):
        """Find the charges of these lines: by their identifier, else by amount and date if there is no other candidate.

        :param int days: how far the dates may be apart
        :return: at most one proposal for each line and each charge
        :rtype: list[Proposal]
        """
        lines = self.filtered(lambda line: not line.is_reconciled)
        charges = lines._amazon_open_charges(days)
        proposals = []
        for line, charge in lines._amazon_by_identifier(charges):
            proposals.append(Proposal(line, charge, line._amazon_reason(charge)))
        for rule in ('amount', 'currency'):
            taken = {each.statement_line for each in proposals}, {each.transaction for each in proposals}
            rest = lines.filtered(lambda line, taken=taken: line not in taken[0])
            left = charges.filtered(lambda charge, taken=taken: charge not in taken[1])
            for line, charge in rest._amazon_only_candidates(left, days, rule == 'currency'):
                reason = rule if rule == 'currency' else line._amazon_reason(charge, 'amount')
                if rule == 'amount' and not line._amazon_names_amazon():
                    reason = 'other_text'
                elif rule == 'amount' and charge.charge_identifier and line._amazon_named_charge():
                    reason = 'other_charge'
                proposals.append(Proposal(line, charge, reason))
        order = {line: number for number, line in enumerate(self)}
        return sorted(proposals, key=lambda each: order[each.statement_line])

    def _amazon_open_charges(self, days):
        """Find the charges and refunds that these lines may be.

        :return: `amazon.punchout.transaction` records that no statement has yet
        """
        dates = self.mapped('date')
        if not dates:
            return self.env['amazon.punchout.transaction']
        charges = self.env['amazon.punchout.transaction'].search([
            ('company_id', 'in', self.company_id.ids), ('is_settled', '=', True),
            ('state', 'not in', ('new', 'dismissed')), ('instrument', 'in', ('card', 'bank')),
            ('date', '>=', min(dates) - timedelta(days=max(days, LONGEST_DELAY))),
            ('date', '<=', max(dates) + timedelta(days=max(days, LONGEST_DELAY)))])
        return charges.filtered(
            lambda charge: charge._is_of_journal(self.journal_id) and not charge._is_on_statement())

    def _amazon_by_identifier(self, charges):
        """Pair lines with the charges whose identifier their text has.

        :rtype: list[tuple]
        """
        by_identifier = defaultdict(charges.browse)
        for charge in charges:
            identifier = plain(charge.charge_identifier)
            if len(identifier) >= SHORTEST_IDENTIFIER:
                by_identifier[identifier] |= charge
        found, taken = [], charges.browse()
        for line in self:
            text = plain(line._amazon_text())
            named = charges.browse().union(*(
                each for identifier, each in by_identifier.items() if identifier in text)) - taken
            same = named.filtered(lambda charge, line=line: line._amazon_has_amount_of(charge))
            if charge := (same or named)[:1] if len(same) == 1 or len(named) == 1 else None:
                found.append((line, charge))
                taken |= charge
        return found

    def _amazon_only_candidates(self, charges, days, in_other_currency):
        """Pair lines with charges of the same amount, where neither has another candidate.

        :param bool in_other_currency: whether amounts are compared by the exchange rate
        :rtype: list[tuple]
        """
        lines_of, charges_of = defaultdict(list), defaultdict(list)
        by_amount = charges.grouped(lambda charge: (charge.currency_id, f'{charge._amount_on_statement():.3f}'))
        for line in self:
            currency = line.foreign_currency_id or line.currency_id
            same = by_amount.get((currency, f'{line._amazon_amount_in(currency):.3f}'), charges.browse())
            for charge in charges if in_other_currency else same:
                if charge.date and abs((line.date - charge.date).days) <= days and (
                        not in_other_currency or line._amazon_is_about(charge)):
                    charges_of[line].append(charge)
                    lines_of[charge].append(line)
        return [(line, found[0]) for line, found in charges_of.items()
                if len(found) == 1 and len(lines_of[found[0]]) == 1]

    def _amazon_text(self):
        """Return all that the bank writes about this line."""
        self.ensure_one()
        return " ".join(filter(None, (
            self.payment_ref, self.ref, self.partner_name, str(self.narration or ""),
            str(self.transaction_details or ""))))

    def _amazon_names_amazon(self):
        """Tell whether the text of this line names Amazon.

        :rtype: bool
        """
        text = self._amazon_text().casefold()
        return any(word in text for word in AMAZON_WORDS)

    def _amazon_named_charge(self):
        """Read which charge the text of this line names, as in AMZN Mktp US*2K3LM4QR0.

        :return: an empty text if it names none
        :rtype: str
        """
        found = CHARGE_NAME.search(self._amazon_text())
        return found.group(1) if found else ""

    def _amazon_amount_in(self, currency):
        """Return the amount of this line in a currency in which the bank states it.

        :return: the amount, or None
        :rtype: float | None
        """
        self.ensure_one()
        if self.foreign_currency_id == currency:
            return self.amount_currency
        return self.amount if self.currency_id == currency else None

    def _amazon_has_amount_of(self, charge):
        """Tell whether this line is of the same currency, amount and direction as a charge.

        :rtype: bool
        """
        amount = self._amazon_amount_in(charge.currency_id)
        return amount is not None and charge.currency_id.compare_amounts(amount, charge._amount_on_statement()) == 0

    def _amazon_is_about(self, charge):
        """Tell whether this line of Amazon's is in another currency, and about what a charge is by the exchange rate.

        :rtype: bool
        """
        if self._amazon_amount_in(charge.currency_id) is not None or not self._amazon_names_amazon():
            return False
        expected = charge.currency_id._convert(
            charge._amount_on_statement(), self.currency_id, self.company_id, charge.date)
        return bool(expected) and abs(self.amount / expected - 1) <= RATE_LEEWAY

    def _amazon_reason(self, charge, reason='identifier'):
        """Say whether a line and a charge belong together for sure.

        :param str reason: why they belong together, if nothing is against it
        :rtype: str
        """
        if self._amazon_amount_in(charge.currency_id) is None:
            return 'currency'
        if not self._amazon_has_amount_of(charge):
            return 'differs'
        return reason if charge._statement_counterparts() else 'not_posted'

    # === RECONCILING === #

    def _amazon_reconcile_with(self, counterparts):
        """Reconcile this line with the open journal items of a charge, as a whole.

        :param counterparts: `account.move.line` records of one account
        :raises UserError: a part of it is reconciled already
        """
        self.ensure_one()
        if self.with_context(skip_account_move_synchronization=True)._seek_for_lines()[2]:
            raise UserError(self.env._(
                "A part of “%(text)s” of %(date)s is reconciled with something else already. Undo that first.",
                text=self.payment_ref or "", date=self.date))
        if not self.partner_id:
            self.partner_id = counterparts.partner_id[:1]  # core writes the journal items anew
        rest = self.with_context(skip_account_move_synchronization=True)._seek_for_lines()[1]
        currency = counterparts.currency_id[:1]
        amount = -sum(counterparts.mapped('amount_residual_currency'))
        balance = sum(rest.mapped('balance'))
        if currency == rest.currency_id[:1]:
            amount = sum(rest.mapped('amount_currency'))
        self.with_context(force_delete=True, skip_readonly_check=True).write({
            'line_ids': [
                *(Command.delete(line.id) for line in rest),
                Command.create({
                    'name': self.payment_ref, 'account_id': counterparts.account_id[:1].id,
                    'partner_id': counterparts.partner_id[:1].id, 'currency_id': currency.id,
                    'amount_currency': amount, 'balance': balance})]})
        new = self.move_id.line_ids.filtered(lambda line: line.account_id == counterparts.account_id[:1])
        (new | counterparts).reconcile()


class AmazonPunchoutTransactionOnStatement(models.Model):
    """Charges and refunds on the statement of the card."""
    _inherit = 'amazon.punchout.transaction'

    def _amount_on_statement(self):
        """Return the amount of this transaction as the statement of a card has it: charges are below zero.

        :rtype: float
        """
        self.ensure_one()
        return -self.amount if self.kind == 'charge' else self.amount

    def _is_of_journal(self, journals):
        """Tell whether this transaction may be on the statements of some journals.

        :rtype: bool
        """
        self.ensure_one()
        if self.instrument == 'bank':
            return 'bank' in journals.mapped('type')
        return (self._standing_payments().journal_id or self._group()._instrument_journal('card')) <= journals

    def _is_on_statement(self):
        """Tell whether a line of a statement is reconciled with this transaction already.

        :rtype: bool
        """
        self.ensure_one()
        payments = self._standing_payments()
        if payments:
            return all(payment.is_matched for payment in payments)
        # A line of the statement may have paid the bills themselves.
        moves = self._posted_moves()
        return bool(moves) and all(move.currency_id.is_zero(move.amount_residual) for move in moves)

    def _statement_counterparts(self):
        """Find the open journal items with which a line of the statement is reconciled.

        :return: those of the payment; without one, those of the bills that the bank account pays directly
        """
        self.ensure_one()
        payments = self._standing_payments()
        if not payments:
            moves = self._posted_moves()
            whole = self.currency_id.compare_amounts(sum(moves.mapped('amount_residual')), self.amount) == 0
            return moves._amazon_payable_lines() if self.instrument == 'bank' and whole else moves.line_ids.browse()
        lines = self.env['account.move.line'].union(*(payment._seek_for_lines()[0] for payment in payments))
        return lines.filtered(
            lambda line: line.account_id.reconcile and not line.reconciled and line.parent_state == 'posted')

    def action_reconcile_statement(self):
        """Show which lines of the card's statement are Amazon's charges, to reconcile them.

        The button of the list passes the charges that are selected, which do not matter.

        :return: the action that opens the dialog, or the journals if there are several
        :rtype: dict
        :raises UserError: no group has the journal of a card
        """
        self.env['account.move']._amazon_check_invoicing()
        groups_sudo = self.env['amazon.punchout.group'].sudo().search([
            ('company_id', 'in', self.env.companies.ids)])  # accountants can't read groups
        journals = self.env['account.journal'].browse((groups_sudo.journal_id | groups_sudo.card_journal_id).ids)
        if not journals:
            raise UserError(self.env._("Choose the journal of the card in the Amazon group first."))
        if len(journals) == 1:
            return journals.action_amazon_reconcile()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'account.journal', 'domain': [('id', 'in', journals.ids)],
            'views': [(False, 'list'), (False, 'form')], 'name': self.env._("Journals of Cards")}


class AccountJournalCharges(models.Model):
    """Journals of cards with which Amazon is paid."""
    _inherit = 'account.journal'

    # In superuser mode: accountants can't read groups.
    amazon_pays_charges = fields.Boolean(compute='_compute_amazon_pays_charges', compute_sudo=True)

    def _compute_amazon_pays_charges(self):
        groups = self.env['amazon.punchout.group'].search([
            '|', ('journal_id', 'in', self.ids), ('card_journal_id', 'in', self.ids)])
        for journal in self:
            journal.amazon_pays_charges = journal in groups.journal_id | groups.card_journal_id

    def action_amazon_reconcile(self):
        """Show which lines of this journal's statements are Amazon's charges, to reconcile them.

        :return: the action that opens the dialog
        :rtype: dict
        """
        return self.env['amazon.punchout.statement']._open(self)


def plain(text):
    """Reduce a text to its letters and digits: banks cut, join and capitalize what Amazon writes."""
    return re.sub(r'[\W_]', '', text or '').casefold()
