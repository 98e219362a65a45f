from odoo import models
from odoo.tools import escape_psql

from ...tools.steps import attempt


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
                    move_sudo.move_type == 'in_invoice'):
                move_sudo._amazon_replace_drafts()
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
        attempt(self.env, lambda: self.env['amazon.punchout.bill']._link_to_charges(lines, self),
                f"Bill {self.id} could not be linked to its orders")
        lines._share_with(self)
        released._settle_state()
        if self.state == 'draft' and not self.amazon_group_id:
            self.amazon_group_id = released[:1]._group()
        released._book()
        self.message_post(body=self.env._(
            "It replaces the draft %s, which was created from Amazon's charge.", names))
        return True

    def _amazon_find_charged_drafts(self):
        """Find the drafts that were made of what this invoice bills.

        :return: the `account.move` records
        """
        number = (self.ref or "").strip()
        charges = number and self.env['amazon.punchout.transaction'].search([
            ('invoice_number', '=ilike', escape_psql(number)), ('company_id', '=', self.company_id.id)])
        domain = [('amazon_is_from_charge', '=', True), ('state', '=', 'draft'), ('move_type', '=', 'in_invoice'),
                  ('company_id', '=', self.company_id.id), ('id', '!=', self.id)]
        if charges:
            return charges.share_ids.move_id.filtered_domain(domain)
        origins = {name.strip() for name in (self.invoice_origin or "").split(",") if name.strip()}
        if not origins:
            return self.browse()
        orders = self.env['purchase.order'].search([
            ('company_id', '=', self.company_id.id), '|', ('name', 'in', list(origins)),
            ('amazon_order_ref', 'in', list(origins))])
        return orders.order_line.amazon_bill_line_ids.move_id.filtered_domain(domain).filtered(
            lambda draft: not draft._amazon_charged_numbers() and self._amazon_has_total_of(draft))[:1]
