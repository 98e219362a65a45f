from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...const import EXPENSE_ACCOUNT_TYPES


class AmazonPunchoutOutside(models.TransientModel):
    """Dialog that creates draft bills of what was bought outside Odoo."""
    _name = 'amazon.punchout.outside'
    _description = "Bill of Amazon Purchases Outside Odoo"

    transaction_ids = fields.Many2many(
        'amazon.punchout.transaction', 'amazon_punchout_outside_transaction_rel', 'outside_id', 'transaction_id',
        string="Charges", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    buyer_id = fields.Many2one(
        'res.users', "Bought By",
        help="Who bought it, or answers for the fee. It can stay empty if the buyer at Amazon is no user of Odoo.")
    stated_buyer = fields.Char("Buyer at Amazon", readonly=True)
    reason = fields.Text(help="Why it was not bought with Odoo.")
    line_ids = fields.One2many('amazon.punchout.outside.line', 'outside_id')

    @api.model
    def _open(self, transactions):
        """Create the dialog for some charges.

        :param transactions: `amazon.punchout.transaction` records
        :return: the action that opens it
        :rtype: dict
        :raises UserError: they belong to several companies, or are not outside
        """
        self.env['account.move']._amazon_check_invoicing()
        transactions.check_access('read')
        transactions._check_outside()
        if len(transactions.company_id) > 1:
            raise UserError(self.env._("Choose charges of one company at a time."))
        transactions_sudo = transactions.sudo()._related_outside()
        emails = {each.strip().lower() for each in transactions_sudo.mapped('buyer_email') if each}
        outside = self.create({
            'transaction_ids': [Command.set(transactions_sudo.ids)],
            'company_id': transactions.company_id.id,
            'buyer_id': self._find_buyer(emails).id,
            'stated_buyer': ", ".join(dict.fromkeys(filter(None, (
                each.buyer or each.buyer_email for each in transactions_sudo)))),
            'line_ids': [Command.create({
                'transaction_line_id': line.id, 'account_id': line._propose_account().id})
                for line in transactions_sudo._outside_lines()]})
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Create Draft Bill"), 'res_model': self._name,
            'res_id': outside.id, 'views': [(False, 'form')], 'target': 'new'}

    @api.model
    def _find_buyer(self, emails):
        """Find the user who bought, by an address that Odoo or Amazon knows.

        :param set[str] emails: as Amazon names them, in lower case
        :return: `res.users`; nobody if there are several addresses, or several users who have the address
        """
        users_sudo = self.env['res.users'].sudo()
        if len(emails) != 1:
            return users_sudo.browse()
        [email] = emails
        found_sudo = users_sudo.search([('email_normalized', '=', email)]) | users_sudo._amazon_find_by_email(email)
        return found_sudo if len(found_sudo) == 1 else users_sudo.browse()

    def action_create_bills(self):
        """Create a draft bill for each purchase.

        :return: the action that shows the bills
        :rtype: dict
        :raises UserError: something is not filled in, or the charges have changed meanwhile
        """
        self.ensure_one()
        self.env['account.move']._amazon_check_invoicing()
        is_known = self.buyer_id or all(each.buyer or each.buyer_email for each in self.transaction_ids.sudo())
        if not is_known or not (self.reason or "").strip():
            raise UserError(self.env._("Fill in who bought it, and why it was not bought with Odoo."))
        if lacking := self.line_ids.filtered(lambda line: not line.account_id):
            raise UserError(self.env._("Choose an account for “%s”.", lacking[0].name))
        self.transaction_ids.check_access('read')
        transactions_sudo = self.transaction_ids.sudo()
        transactions_sudo.lock_for_update()
        transactions_sudo._check_outside()
        if transactions_sudo._outside_lines() != self.line_ids.transaction_line_id.sudo():
            raise UserError(self.env._(
                "Amazon has changed this purchase since you opened the dialog. Close the dialog and open it again."))
        bills = transactions_sudo._bill_outside(self.buyer_id, self.reason.strip(), {
            line.transaction_line_id.sudo(): line.account_id for line in self.line_ids}).sudo(False)
        action = {'type': 'ir.actions.act_window', 'name': self.env._("Vendor Bills"), 'res_model': 'account.move'}
        if len(bills) == 1:
            return {**action, 'res_id': bills.id, 'views': [(False, 'form')]}
        return {**action, 'domain': [('id', 'in', bills.ids)], 'views': [(False, 'list'), (False, 'form')]}


class AmazonPunchoutOutsideLine(models.TransientModel):
    """An item or a fee that was bought outside, and its account."""
    _name = 'amazon.punchout.outside.line'
    _description = "Amazon Purchase Outside Odoo"

    outside_id = fields.Many2one('amazon.punchout.outside', required=True, ondelete='cascade')
    company_id = fields.Many2one(related='outside_id.company_id')
    transaction_line_id = fields.Many2one(
        'amazon.punchout.transaction.line', "Charge Line", required=True, readonly=True, ondelete='cascade')
    name = fields.Char("Description", compute='_compute_name')
    order_ref = fields.Char(related='transaction_line_id.order_ref', related_sudo=False)
    seller = fields.Char(related='transaction_line_id.seller', related_sudo=False)
    currency_id = fields.Many2one(related='transaction_line_id.currency_id', related_sudo=False)
    amount = fields.Monetary(related='transaction_line_id.total', related_sudo=False)
    account_id = fields.Many2one(
        'account.account', check_company=True, domain=f"[('account_type', 'in', {EXPENSE_ACCOUNT_TYPES})]")

    @api.depends('transaction_line_id')
    def _compute_name(self):
        for line in self:
            stated = line.transaction_line_id
            line.name = stated.title or stated.transaction_id.display_name
