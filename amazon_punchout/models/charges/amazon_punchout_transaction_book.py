from odoo import api, fields, models
from odoo.fields import Command

from ...tools.sentences import joined, shown_amount
from ...tools.steps import attempt

# What decides how a transaction is booked.
BOOKED_BY = ('kind', 'amount', 'currency_id', 'is_settled', 'instrument', 'invoice_number', 'line_ids', 'order_ids')


class AmazonPunchoutTransactionBook(models.Model):
    """How charges come into the books: onto the bills that are there, else onto draft bills of their own."""
    _inherit = 'amazon.punchout.transaction'

    share_ids = fields.One2many(
        'amazon.punchout.transaction.share', 'transaction_id', "Booked Parts", readonly=True, copy=False)

    booking_waits = fields.Boolean(
        "Waits to Be Booked", readonly=True, copy=False,
        help="Booking it was tried. It waits for Amazon's invoice, or for its bill to be posted.")

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `mail` to try again to book what has changed."""
        if 'booking_waits' not in vals and vals.keys() & set(BOOKED_BY):
            vals = {**vals, 'booking_waits': False}
        return super().write(vals)

    # === ACTIONS === #

    def action_retry(self):
        """Override to book these charges and refunds again, after a person has corrected what stood in the way."""
        super().action_retry()
        retried_sudo = self.sudo().exists()
        retried_sudo._book()
        retried_sudo._pay()

    # === HOOKS === #

    @api.model
    def _bookable_domain(self):
        """Override to leave out what waits for an invoice or a posted bill: these book it when they come."""
        return [*super()._bookable_domain(), ('booking_waits', '=', False)]

    def _book(self):
        """Override to bring these transactions, and others of the same orders, into the books.

        What is on bills and credits already is left alone. A problem with one leaves the others unharmed.
        """
        super()._book()
        ready_sudo = self.sudo().filtered(lambda each: each._may_be_booked())
        ready_sudo.order_ids.lock_for_update(allow_referencing=True)
        if ready_sudo.order_ids:
            # A lock does not tell what was booked before it was free. An update does: Odoo repeats the request then.
            self.env.cr.execute(
                "UPDATE purchase_order SET write_date = write_date WHERE id = ANY(%s)", [ready_sudo.order_ids.ids])
        # What pays for one purchase is booked together.
        ready_sudo |= self.sudo().search([
            ('order_ids', 'in', ready_sudo.order_ids.ids), ('state', '=', 'matched'), ('id', 'not in', ready_sudo.ids),
        ]).filtered(lambda each: each._may_be_booked())
        for company, of_company_sudo in ready_sudo.grouped('company_id').items():
            charges_sudo = of_company_sudo.with_company(company).filtered(lambda each: each.kind == 'charge')
            charges_sudo._book_charges()
            (of_company_sudo.with_company(company) - charges_sudo)._book_refunds()
        (self.sudo() - ready_sudo).filtered(
            lambda each: each.state == 'matched' and each.share_ids and each._is_whole())._settle_state()

    def _book_soon(self):
        """Book these transactions now, or by the scheduled action if another one works on their orders."""
        _result, error = attempt(self.env, self._book, f"Amazon charges {self.ids} could not be booked")
        if error:
            self.filtered(lambda each: each.state == 'matched').booking_waits = False
            self._wake_booking()

    def _rebook(self):
        """Override to make the drafts of these transactions anew."""
        super()._rebook()
        others_sudo = self.sudo()._take_back()
        (self.sudo() | others_sudo)._book()

    def _unbook(self):
        """Override to take back what was made of these transactions."""
        super()._unbook()
        others_sudo = self.sudo()._take_back()
        (others_sudo - self.sudo())._book()

    def _is_posted(self):
        """Override to look at the bills, credits and payments."""
        moves_sudo = self.sudo().share_ids.move_id
        return super()._is_posted() or any(
            move.state == 'posted' and (move.amazon_is_from_charge or not self.order_ids)
            for move in moves_sudo) or any(
            payment.state not in ('draft', 'canceled') for payment in self.sudo().payment_ids)

    def _may_be_booked(self):
        """Tell whether this transaction is true money of a company, and not in the books as a whole yet.

        :rtype: bool
        """
        self.ensure_one()
        if not self.is_settled or not self.company_id or self._awaits_decision():
            return False
        # A refund of what was bought outside belongs to the bill of that purchase.
        is_outside = self.state == 'outside' and self.kind == 'refund'
        return (is_outside or self.state in ('new', 'matched', 'attention')) and any(
            (line.order_id or is_outside) and line.currency_id.compare_amounts(line._open_amount(), 0) > 0
            for line in self.line_ids)

    def _take_back(self):
        """Take these transactions off all bills and credits. Drafts that were made of them are deleted.

        :return: other transactions that were on these drafts
        """
        # Lines that Amazon corrected are gone, and their shares with them.
        moves = self.share_ids.move_id | self.bill_ids | self.credit_ids
        drafts = moves.filtered(lambda move: move._amazon_is_provisional())
        others = drafts._amazon_release() - self
        self.share_ids.unlink()
        self._settle_state()
        return others

    # === CHARGES === #

    def _book_charges(self):
        """Find or create the bills of these charges, in the company that they belong to."""
        lines = self.line_ids.filtered(
            lambda line: line.order_id and line.currency_id.compare_amounts(line._open_amount(), 0) > 0)
        problems, failed = {}, lines.browse()
        for unit in lines._billing_units():
            if sentence := unit._try_unit():
                problems[unit] = sentence
                failed |= unit
        # Charges that name only their order may be payments of one purchase.
        for unit in failed.filtered(lambda line: not line.purchase_line_id).grouped('order_id').values():
            if len(unit.transaction_id) > 1 and not unit._try_unit():
                problems = {each: sentence for each, sentence in problems.items() if not each <= unit}
        for transaction in self:
            transaction._settle_state(joined(" ", dict.fromkeys(
                sentence for unit, sentence in problems.items() if transaction in unit.transaction_id)))
        self._pay()

    def _settle_state(self, problem=None):
        """Bring state and links of these transactions up to date with the bills and credits that have them.

        :param str | None problem: why a part of it could not be booked
        """
        for transaction in self:
            moves = transaction.share_ids.move_id
            booked = sum(transaction.share_ids.mapped('amount'))
            difference = transaction.currency_id.compare_amounts(booked, transaction.amount)
            vals = {
                'bill_ids': [Command.set(moves.filtered(lambda move: move.move_type == 'in_invoice').ids)],
                'credit_ids': [Command.set(moves.filtered(lambda move: move.move_type == 'in_refund').ids)]}
            is_complete = transaction.attention == 'part_outside' and not difference
            if transaction.state != 'dismissed' and (is_complete or not transaction.attention):
                vals.update(transaction._prepare_state(
                    bool(difference), problem or transaction._difference_sentence(booked, difference)))
            transaction.write(vals)

    def _difference_sentence(self, booked, difference):
        """Say how this transaction differs from what is on bills and credits. A refund may wait for its bill.

        :param float booked: what is on bills and credits
        :param int difference: below or above zero, as that is less or more
        :rtype: str | None
        """
        amounts = {
            'amount': shown_amount(self.env, self.amount, self.currency_id),
            'booked': shown_amount(self.env, booked, self.currency_id)}
        if difference > 0:  # a line below zero has no place of its own on a bill
            return self._(
                "Amazon states %(amount)s, but bills or credits have %(booked)s of it. Correct them, then post them.",
                **amounts)
        if difference < 0 and booked and self.kind == 'charge':
            return self._(
                "Amazon charged %(amount)s, but only %(booked)s of it is on bills. Compare the charge with them.",
                **amounts)
        return None

    def _prepare_state(self, is_open, problem):
        """Prepare the state of this transaction.

        :param bool is_open: whether a part of it is on no bill or credit, or too much is
        :param str | None problem: why
        :rtype: dict
        """
        if not is_open:
            return {'state': 'booked', 'problem': False, 'booking_waits': False}
        if problem:
            return {'state': 'attention', 'problem': problem}
        is_ours = bool(self.line_ids.order_id)
        return {'state': 'matched' if is_ours else 'outside', 'problem': False, 'booking_waits': is_ours}
