from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import CHARGE_READERS
from ...tools.cart_lock import are_bills_lifted
from ...tools.marked import fetch_marked
from ...tools.steps import attempt

OUR_FIELDS = (
    'amazon_is_charged', 'amazon_is_from_charge', 'amazon_lacks_invoice', 'amazon_statement_number',
    'amazon_payment_status', 'amazon_due_date')


class AccountMoveCharges(models.Model):
    """Bills and credits, and the charges and refunds that they have."""
    _inherit = 'account.move'

    amazon_share_ids = fields.One2many(
        'amazon.punchout.transaction.share', 'move_id', "Parts of Amazon Charges", readonly=True,
        groups=CHARGE_READERS)
    # Whoever entered the bill: charges find bills by their number, too.
    amazon_is_charged = fields.Boolean("Has Amazon Charges", copy=False, readonly=True)
    amazon_transaction_ids = fields.Many2many(
        'amazon.punchout.transaction', string="Amazon Charges", compute='_compute_amazon_transaction_ids',
        groups=CHARGE_READERS)
    amazon_is_from_charge = fields.Boolean(
        "Created from Charge", copy=False, readonly=True,
        help="Odoo created it from what Amazon charged or refunded. As long as it is a draft, it is replaced by the "
             "invoice or credit memo when that comes.")
    amazon_lacks_invoice = fields.Boolean(
        "VAT Invoice Missing", copy=False, readonly=True, index='btree_not_null',
        help="A charge is no invoice, so no VAT can be reclaimed by it. The bill can be posted once the number of the "
             "supplier's invoice is entered as its Bill Reference.")

    def _fetch_query(self, query, fields):
        """Override of `base` to look up charges only of entries that have some."""
        return fetch_marked(super()._fetch_query, query, fields, ('amazon_share_ids',), 'amazon_is_charged')

    # === COMPUTE METHODS === #

    @api.depends('amazon_share_ids')
    def _compute_amazon_transaction_ids(self):
        for move in self:
            move.amazon_transaction_ids = move.amazon_share_ids.transaction_id

    @api.depends('amazon_lacks_invoice')
    def _compute_amazon_differences(self):
        """Override to say that the invoice is missing."""
        super()._compute_amazon_differences()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to keep users from setting what the addon knows of charges."""
        if not self.env.su and not are_bills_lifted():
            for vals in vals_list:
                vals.update(dict.fromkeys(OUR_FIELDS, False))  # no default_ keys either
        return super().create(vals_list)

    def write(self, vals):
        """Override of `account` to notice the number of an invoice, and that a bill is cancelled."""
        if not self.env.su and not are_bills_lifted():
            vals = {name: value for name, value in vals.items() if name not in OUR_FIELDS}
        if lacking := self.filtered('amazon_lacks_invoice') if vals.get('ref') else None:
            # It is the supplier's invoice from now on, and stays what the person made of it.
            vals_of_rest = {**vals, 'amazon_lacks_invoice': False, 'amazon_is_from_charge': False}
            changed = lacking.filtered(lambda move: move.ref != vals['ref'])
            super(AccountMoveCharges, changed).write(vals_of_rest)
            self -= changed
        result = super().write(vals)
        if vals.get('state') == 'cancel':
            self.sudo()._amazon_leave_charges()
        return result

    def unlink(self):
        """Override of `account` to look again at the charges of bills that are deleted."""
        transactions_sudo = self.sudo().amazon_share_ids.transaction_id
        names = ", ".join(self.mapped('display_name')) if transactions_sudo else ""
        result = super().unlink()
        transactions_sudo._lost_bill(names)
        return result

    # === CHARGES === #

    def _amazon_is_provisional(self):
        """Tell whether this is a draft that was made of charges only: the invoice replaces it.

        :rtype: bool
        """
        self.ensure_one()
        return self.state == 'draft' and self.amazon_is_from_charge

    def _amazon_uncovered(self, orders):
        """Return how much of this bill, or of the part of it that belongs to some orders, no charge has yet.

        :param orders: `purchase.order` records
        :rtype: float
        """
        self.ensure_one()
        shares = self.amazon_share_ids
        if self._amazon_billed_orders() - orders:
            total = sum(order._amazon_total_on(self) for order in orders)
            shares = shares.filtered(lambda share: share.line_id.order_id in orders)
        else:
            total = self.amount_total
        return self.currency_id.round(total - sum(shares.mapped('amount')))

    def _amazon_release(self):
        """Delete these drafts, which were made of charges only.

        :return: the `amazon.punchout.transaction` records that were on them
        """
        transactions = self.amazon_share_ids.transaction_id
        self.amazon_share_ids.unlink()
        transactions._settle_state()
        numbered = self.filtered('posted_before')  # core deletes none of these
        numbered.button_cancel()
        (self - numbered).unlink()
        return transactions

    def _amazon_leave_charges(self):
        """Take the charges off these bills and credits, which were cancelled or reversed."""
        for move in self.filtered('amazon_share_ids'):
            transactions = move.amazon_share_ids.transaction_id
            move.amazon_share_ids.unlink()
            transactions._lost_bill(move.display_name)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account` to take the charges off bills that are reversed as a whole."""
        reverses = super()._reverse_moves(default_values_list, cancel=cancel)
        if cancel:
            charged_sudo = self.sudo().filtered('amazon_share_ids')
            charged_sudo._amazon_block_payment()
            charged_sudo._amazon_leave_charges()
        return reverses

    def _amazon_is_numbered_by(self, lines):
        """Tell whether this bill or credit, which has their number, can be that of some charges or refunds.

        The supplier may be a seller on Amazon, and another vendor may have the same number, but hardly with the same
        total.

        :param lines: the lines of the charges or refunds
        :rtype: bool
        """
        self.ensure_one()
        currency = lines.currency_id[:1]
        return self.currency_id == currency and (
            bool(lines.order_id) and self._amazon_may_bill(lines.order_id)
            or currency.compare_amounts(self.amount_total, sum(line._amount() for line in lines)) == 0)

    # === POSTING === #

    def _post(self, soft=True):
        """Override of `account` to let charges pay the bills that are posted."""
        self._amazon_check_invoice_number()
        posted = super()._post(soft=soft)
        moves_sudo = posted.sudo().filtered(
            lambda move: move.move_type in ('in_invoice', 'in_refund') and (
                move.amazon_group_id or move.amazon_share_ids))
        if moves_sudo:
            attempt(self.env, moves_sudo._amazon_meet_charges,
                    f"The charges of the Amazon bills {moves_sudo.ids} could not be booked")
        return posted

    def _amazon_check_invoice_number(self):
        """Check that no VAT is reclaimed by a charge alone.

        :raises UserError: the number of the invoice is missing
        """
        if lacking := self.filtered('amazon_lacks_invoice'):
            raise UserError(self.env._(
                "VAT invoice missing: %s was created from a charge, which is no invoice. Enter the number of the "
                "supplier's invoice as the Bill Reference, check the vendor and the taxes, and post the bill then.",
                ", ".join(lacking.mapped('display_name'))))

    def _amazon_meet_charges(self):
        """Book what waited for these bills and credits, and pay them."""
        self._amazon_trim_shares()
        orders = self._amazon_billed_orders_of_all()
        Transactions = self.env['amazon.punchout.transaction']
        waiting = Transactions.search([
            ('order_ids', 'in', orders.ids), ('state', 'in', ('matched', 'attention')), ('is_settled', '=', True)])
        if refs := self.amazon_share_ids.line_id.filtered(lambda line: not line.order_id).mapped('order_ref'):
            waiting |= Transactions.search([
                ('line_ids.order_ref', 'in', [ref for ref in refs if ref]), ('state', '=', 'outside'),
                ('kind', '=', 'refund'), ('company_id', 'in', self.company_id.ids)])
        waiting._book_soon()
        for order in orders:
            order.amazon_document_ids[:1]._wake_waiting()  # a credit memo may wait for the bill
        (self.amazon_share_ids.transaction_id | waiting)._pay()

    def _amazon_trim_shares(self):
        """Take charges off these bills and credits beyond their totals, since a person has lowered the amounts."""
        for move in self:
            shares = move.amazon_share_ids.filtered(lambda share, move=move: share.currency_id == move.currency_id)
            excess = move.currency_id.round(sum(shares.mapped('amount')) - move.amount_total)
            transactions = shares.transaction_id
            for share in shares.sorted('id', reverse=True):
                part = min(share.amount, excess)
                if move.currency_id.compare_amounts(part, 0) <= 0:
                    break
                excess = move.currency_id.round(excess - part)
                if move.currency_id.compare_amounts(part, share.amount) < 0:
                    share.amount -= part
                else:
                    share.unlink()
                transactions._settle_state()

    def _amazon_billed_orders_of_all(self):
        lines = self.invoice_line_ids
        return lines.amazon_purchase_line_id.order_id | lines.amazon_order_id

    # === DIFFERENCES === #

    def _amazon_find_differences(self):
        """Override to say that the invoice is missing."""
        sentences = super()._amazon_find_differences()
        if self.amazon_lacks_invoice:
            sentences.insert(0, self._(
                "VAT invoice missing. This bill was created from a charge. Enter the number of the supplier's invoice "
                "as the Bill Reference, and check the vendor and the taxes."))
        return sentences


class AmazonPunchoutTransactionLost(models.Model):
    """Charges whose bill is gone."""
    _inherit = 'amazon.punchout.transaction'

    def _lost_bill(self, name):
        """Ask for attention because a bill or credit of these transactions was cancelled, reversed or deleted.

        :param str name: the name of the bill
        """
        self._settle_state()
        for transaction in self.exists().filtered(lambda each: each.state == 'matched'):
            transaction.write({'state': 'attention', 'problem': self._(
                "%s was cancelled, reversed or deleted. Press Retry to create the draft again, or press Dismiss.",
                name)})
