from odoo import models
from odoo.exceptions import UserError
from odoo.tools import escape_psql

from ...tools.sentences import shown_amount
from ...tools.steps import attempt
from ...transactions import INVOICE


class AmazonPunchoutBillMeetsCharges(models.AbstractModel):
    """Amazon's invoices and credit memos, which replace the drafts that were made of the same charges and refunds."""
    _inherit = 'amazon.punchout.bill'

    def _find_or_create(self, draft):
        """Override to delete these drafts first; their charges then pay what the document becomes."""
        if draft.charges:
            return super()._find_or_create(draft)
        released = self._find_replaced(draft)._amazon_release()
        move = super()._find_or_create(draft)
        orders = self.env['purchase.order'].union(*draft.orders)
        waiting = self.env['amazon.punchout.transaction'].search([
            ('order_ids', 'in', orders.ids), ('state', 'in', ('matched', 'attention')), ('is_settled', '=', True)])
        (released | waiting)._book()
        if released:
            move.message_post(body=self.env._("It replaces the draft that was created from Amazon's charge."))
        return move

    def _find_bills(self, draft):
        """Override to let credits wait until a draft that was made of charges is posted, or the invoice replaces it."""
        return super()._find_bills(draft).filtered(lambda move: not move._amazon_is_provisional())

    def _find_replaced(self, draft):
        """Find the drafts that were made of what this invoice or credit memo states.

        :return: the `account.move` records
        """
        number = draft.invoice.invoice_id.strip().casefold()
        if draft.is_credit:
            bills = self._find_bills(draft)
            moves = self._moves().union(*(bill._amazon_credits() for bill in bills))
        else:
            order_lines = self.env['purchase.order.line'].union(*(line.order_line for line in draft.items))
            moves = order_lines.amazon_bill_line_ids.move_id
        moves = moves.filtered(
            lambda move: move._amazon_is_provisional() and move.move_type == draft.move_type
            and not (move._amazon_charged_numbers() - {number}))
        if not draft.is_credit:
            return moves
        numbered = moves.filtered(lambda move: number in move._amazon_charged_numbers())
        same = moves.filtered(lambda move: self._has_same_total(draft, move))[:1]
        if numbered or same:
            return numbered or same
        # A memo may credit several refunds at once.
        is_sum = draft.currency.compare_amounts(sum(moves.mapped('amount_total')), float(draft.total)) == 0
        return moves if is_sum else moves.browse()


class AccountMoveReplaces(models.Model):
    """Invoices that come on other ways than cXML, and replace the drafts that were made of the same charges."""
    _inherit = 'account.move'

    def _amazon_charged_numbers(self):
        """Return the numbers of invoices or credit memos that the charges on this draft state.

        :rtype: set[str]
        """
        return {number.strip().casefold() for number in self.amazon_share_ids.transaction_id.mapped('invoice_number')
                if number}

    def _amazon_meet_known(self, files_data):
        """Override to replace the draft that was made of the charge of an electronic invoice."""
        if not self.sudo()._amazon_replace_drafts():
            super()._amazon_meet_known(files_data)

    def _post(self, soft=True):
        """Override of `account` to replace the draft that was made of the charge of an invoice that a person entered.
        """
        for move_sudo in self.sudo():
            if move_sudo.state == 'draft' and move_sudo.ref and not move_sudo.amazon_group_id and (
                    move_sudo.move_type in ('in_invoice', 'in_refund')) and not move_sudo._amazon_replace_drafts():
                move_sudo._amazon_numbered_transactions().filtered(
                    lambda each: each.state in ('matched', 'attention'))._book_soon()
        return super()._post(soft=soft)

    def _amazon_replace_drafts(self):
        """Replace the drafts that were made of charges by this invoice, if it has their number, or names their order.

        Vendor and taxes are those of the invoice: the seller may be another one than Amazon.

        :return: whether there were any
        :rtype: bool
        """
        drafts = self._amazon_find_charged_drafts()
        if not drafts:
            return False
        names = ", ".join(drafts.mapped('ref'))
        lines = drafts.amazon_share_ids.line_id
        released = drafts._amazon_release()
        if self.move_type == 'in_invoice':
            attempt(self.env, lambda: self.env['amazon.punchout.bill']._link_to_charges(lines, self),
                    f"Bill {self.id} could not be linked to its orders")
        lines._share_with(self, self._amazon_uncovered(lines.order_id))
        released._settle_state()
        if self.state == 'draft' and not self.amazon_group_id:
            self.amazon_group_id = released[:1]._group()
        released._book()
        self.message_post(body=self.env._(
            "It replaces the draft %s, which was created from Amazon's charge.", names))
        return True

    def _amazon_numbered_transactions(self):
        """Find the charges or refunds that state the number of this bill or credit.

        :return: the `amazon.punchout.transaction` records
        """
        number = (self.ref or "").strip()
        return self.env['amazon.punchout.transaction'].search([
            ('invoice_number', '=ilike', escape_psql(number)), ('company_id', '=', self.company_id.id),
            ('kind', '=', 'charge' if self.move_type == 'in_invoice' else 'refund')]) if number else (
            self.env['amazon.punchout.transaction'])

    def _amazon_find_charged_drafts(self):
        """Find the drafts that were made of what this invoice bills.

        :return: the `account.move` records
        """
        domain = [('amazon_is_from_charge', '=', True), ('state', '=', 'draft'), ('move_type', '=', self.move_type),
                  ('company_id', '=', self.company_id.id), ('id', '!=', self.id)]
        if charges := self._amazon_numbered_transactions():
            drafts = charges.share_ids.move_id.filtered_domain(domain)
            is_same = drafts and self._amazon_is_numbered_by(drafts.amazon_share_ids.line_id)
            return drafts if is_same else drafts.browse()
        if self.move_type != 'in_invoice':
            return self.browse()
        origins = {name.strip() for name in (self.invoice_origin or "").split(",") if name.strip()}
        if not origins:
            return self.browse()
        orders = self.env['purchase.order'].search([
            ('company_id', '=', self.company_id.id), '|', ('name', 'in', list(origins)),
            ('amazon_order_ref', 'in', list(origins))])
        return orders.order_line.amazon_bill_line_ids.move_id.filtered_domain(domain).filtered(
            lambda draft: not draft._amazon_charged_numbers() and self._amazon_has_total_of(draft))[:1]


class AmazonPunchoutTransactionLineNumbered(models.Model):
    """Lines of charges and refunds that state the number of an invoice or credit memo."""
    _inherit = 'amazon.punchout.transaction.line'

    def _find_numbered_bills(self):
        """Find the bills with the invoice number that these charges state, whoever entered them.

        :return: the `account.move` records, that of Amazon's invoice first
        """
        number = (next(filter(None, self.transaction_id.mapped('invoice_number')), None) or "").strip()
        if not number:
            return self.env['account.move']
        moves = self.env['account.move'].search([
            ('company_id', '=', self.company_id.id), ('move_type', '=', 'in_invoice'), ('state', '!=', 'cancel'),
            '|', ('amazon_invoice_id', '=', number), ('ref', 'ilike', escape_psql(number))])
        return moves.filtered(
            lambda move: not move._amazon_is_provisional() and not self._is_undone(move) and (
                move.amazon_invoice_id == number or (move.ref or "").strip().casefold() == number.casefold()
                and move._amazon_is_numbered_by(self))).sorted(lambda move: (not move.amazon_invoice_id, move.id))

    def _is_undone(self, bill):
        """Tell whether a bill was reversed, so that these charges are not on it.

        An invoice that Amazon has credited is still the bill of what is paid by invoice.

        :param bill: the `account.move`
        :rtype: bool
        """
        if bill.payment_state != 'reversed':
            return False
        is_owed = set(self.transaction_id.mapped('instrument')) == {INVOICE}
        return not (is_owed and bill._amazon_credits().filtered('amazon_invoice_id'))

    def _share_with_numbered(self, move):
        """Put these lines onto the bill or credit with their number, as far as its amount goes.

        :raises UserError: nothing of it is left
        """
        is_same = move.currency_id == self.currency_id[:1]
        self._share_with(move, move._amazon_uncovered(self.order_id) if is_same else None)
        if not self.share_ids:
            raise UserError(self._(
                "Amazon states %(amount)s with the number %(number)s, but nothing of %(bill)s is left. Compare them.",
                amount=shown_amount(self.env, sum(line._amount() for line in self), self.currency_id[:1]),
                number=", ".join(dict.fromkeys(self.transaction_id.mapped('invoice_number'))), bill=move.display_name))
