from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.steps import attempt


class AmazonPunchoutTransactionOutside(models.Model):
    """What was bought past the purchasing system, and charges without an order, such as membership fees."""
    _inherit = 'amazon.punchout.transaction'

    outside_buyer_id = fields.Many2one(
        'res.users', "Bought By", readonly=True, copy=False, ondelete='restrict',
        help="Who bought it outside Odoo, or answers for the fee.")
    outside_reason = fields.Text("Reason for Buying Outside", readonly=True, copy=False)

    can_bill_outside = fields.Boolean(compute='_compute_can_bill_outside')

    @api.depends('state', 'kind', 'is_settled', 'share_ids')
    def _compute_can_bill_outside(self):
        for transaction in self:
            transaction.can_bill_outside = transaction.kind == 'charge' and transaction.is_settled and bool(
                transaction.company_id and transaction.state in ('outside', 'attention')
                and not transaction._awaits_decision() and transaction._outside_lines())

    def action_bill_outside(self):
        """Open the dialog of the button Create Draft Bill.

        :return: the action that opens it
        :rtype: dict
        """
        return self.env['amazon.punchout.outside']._open(self)

    def _check_outside(self):
        """Check that these charges are booked as bought outside.

        :raises UserError: they are not settled, refunds, booked, or of an order in Odoo
        """
        for transaction in self:
            if not transaction.is_settled or not transaction.company_id:
                raise UserError(self._(
                    "%s can't be billed yet: it is not settled, or its company is not known.",
                    transaction.display_name))
            if not transaction.can_bill_outside:
                raise UserError(self._(
                    "%s is not a charge for something that was bought outside Odoo, or it is billed already.",
                    transaction.display_name))

    def _outside_lines(self):
        """Return the lines of these charges that are for no order in Odoo and on no bill."""
        return self.line_ids.filtered(
            lambda line: not line.order_id and line.currency_id.compare_amounts(line._open_amount(), 0) > 0)

    def _known_late(self):
        """Override to make drafts of what was bought outside anew as bills of the order; what is posted is checked."""
        super()._known_late()
        billed = self.filtered(lambda each: each.state == 'booked')
        billed._match()
        for transaction in billed.filtered('order_ids'):
            transaction.outside_kind = False
            what = f"Amazon charge {transaction.id} could not be booked anew"
            if not transaction._is_posted() and not attempt(self.env, transaction._rebook, what)[1]:
                continue
            transaction.write({'state': 'attention', 'problem': self._(
                "It is for order %(orders)s, which was not known when it was billed as bought outside Odoo with "
                "%(bills)s. Check that the order is not billed a second time, then press Retry.",
                orders=", ".join(transaction.order_ids.mapped('name')),
                bills=", ".join(transaction.bill_ids.mapped('display_name')))})

    def _related_outside(self):
        """Add the other charges of the same purchases: card and gift card pay for one together.

        :return: the transactions
        """
        refs = [ref for ref in self._outside_lines().mapped('order_ref') if ref]
        return self | self.search([
            ('company_id', 'in', self.company_id.ids), ('state', '=', 'outside'), ('kind', '=', 'charge'),
            ('is_settled', '=', True), ('line_ids.order_ref', 'in', refs)]) if refs else self

    def _bill_outside(self, buyer, reason, accounts):
        """Create a draft bill for each purchase of these charges.

        :param buyer: the `res.users` who bought it; nobody, if the buyer whom Amazon states is no user
        :param str reason: why it was bought outside
        :param dict accounts: the `account.account` by charge line
        :return: the bills, always drafts
        """
        bills = self.env['account.move']
        units = self._outside_lines().grouped(lambda line: (
            line.order_ref or f'transaction {line.transaction_id.id}', line.currency_id, line.company_id))
        for lines in units.values():
            charges = lines.transaction_id
            bill = self.env['account.move'].with_company(lines.company_id).create(
                charges._prepare_outside_bill(lines, buyer, reason, accounts))
            lines._share_with(bill)
            charges.write({'outside_buyer_id': buyer.id, 'outside_reason': reason})
            bill.message_post(body=self.env._(
                "Created from what Amazon charged outside Odoo: %(charges)s. Bought by %(buyer)s: %(reason)s",
                charges=", ".join(charges.mapped('display_name')), buyer=charges._outside_buyer_name(buyer),
                reason=reason))
            bills |= bill
        self._settle_state()
        return bills

    def _outside_buyer_name(self, buyer):
        """Name who bought what these charges paid.

        :param buyer: the `res.users` whom a person has chosen, or nobody
        :rtype: str
        """
        stated = (each.buyer or each.buyer_email for each in self)
        return buyer.name or ", ".join(dict.fromkeys(filter(None, stated)))

    def _prepare_outside_bill(self, lines, buyer, reason, accounts):
        """Prepare the draft bill of one purchase.

        :rtype: dict
        """
        group = self[:1].group_id
        transaction = self[:1]
        choice = self.env['amazon.punchout.cart']._find_taxes(group, False, set(), group.product_id)
        return {
            'move_type': 'in_invoice', 'partner_id': group.partner_id.id, 'company_id': transaction.company_id.id,
            'currency_id': transaction.currency_id.id, 'amazon_group_id': group.id,
            'amazon_is_from_charge': True,
            'amazon_lacks_invoice': not choice.is_never_reclaimed and not any(self.mapped('invoice_number')),
            'invoice_date': min(filter(None, lines.mapped('shipment_date')), default=transaction.date),
            'ref': transaction.invoice_number or lines[:1].order_ref or transaction.charge_identifier
            or transaction.display_name,
            'payment_reference': transaction.charge_identifier or lines[:1].order_ref,
            'narration': self.env._(
                "Bought outside Odoo by %(buyer)s: %(reason)s", buyer=self._outside_buyer_name(buyer),
                reason=reason),
            'invoice_line_ids': [Command.create({
                'name': line.title or transaction.display_name, 'quantity': 1.0, 'price_unit': line._open_amount(),
                'account_id': accounts[line].id, 'tax_ids': [Command.clear()],
                'analytic_distribution': line._category().analytic_distribution or False,
            }) for line in lines]}


class AmazonPunchoutTransactionLineOutside(models.Model):
    """Lines of what was bought outside, by category."""
    _inherit = 'amazon.punchout.transaction.line'

    def _category(self):
        """Find what is mapped to the UNSPSC code of this line.

        :rtype: Category
        """
        self.ensure_one()
        return self.env['amazon.punchout.unspsc']._find_category(self.transaction_id.group_id, self.unspsc)

    def _propose_account(self):
        """Propose the account of this line: that of its category, else that of the group's item product.

        :return: the `account.account`, or an empty recordset
        """
        account = self.env['account.account'].browse(self._category().account_id or ())
        if account.active:
            return account
        template = self.transaction_id.group_id.product_id.with_company(self.company_id).product_tmpl_id
        return template.get_product_accounts()['expense'] or self.env['account.account']
