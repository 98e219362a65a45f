from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.steps import attempt, explain


class AmazonPunchoutStatement(models.TransientModel):
    """Dialog that shows which lines of a card's statement are Amazon's charges, and reconciles them."""
    _name = 'amazon.punchout.statement'
    _description = "Amazon Charges on the Statement"

    journal_id = fields.Many2one('account.journal', required=True, readonly=True, ondelete='cascade')
    days = fields.Integer(
        "Days Apart", default=5, required=True,
        help="How many days the line of the statement and the charge may be apart, if the line does not name the "
             "charge.")
    line_ids = fields.One2many('amazon.punchout.statement.line', 'dialog_id')
    note = fields.Text(readonly=True)

    @api.model
    def _open(self, journal):
        """Create the dialog for a journal.

        :param journal: the `account.journal`
        :return: the action that opens it
        :rtype: dict
        """
        journal.ensure_one()
        journal.check_access('read')
        self.env['account.move']._amazon_check_invoicing()
        dialog = self.create({'journal_id': journal.id})
        dialog._propose()
        return dialog._show()

    def _show(self):
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Reconcile Amazon Charges"), 'res_model': self._name,
            'res_id': self.id, 'views': [(False, 'form')], 'target': 'new',
            'context': {'dialog_size': 'extra-large'}}

    def _propose(self):
        """Fill the dialog with what can be reconciled, and with what a person must decide."""
        lines = self.env['account.bank.statement.line'].search([
            ('journal_id', '=', self.journal_id.id), ('is_reconciled', '=', False)], order='date, id')
        # In superuser mode: what is known of charges of this company, which the user's rules let them see.
        proposals = lines.sudo()._amazon_propose(max(self.days, 0))
        self.line_ids.sudo().unlink()  # what was proposed before; users don't delete records of dialogs
        self.line_ids = [Command.create({
            'statement_line_id': each.statement_line.id, 'transaction_id': each.transaction.id, 'reason': each.reason,
            'is_chosen': each.is_sure}) for each in proposals]
        if not lines:
            self.note = self.env._(
                "The journal %s has no open lines. Import the statement of the card into it, or enter its lines, then "
                "press Search Again.", self.journal_id.display_name)
            return
        sure = sum(each.is_sure for each in proposals)
        self.note = self.env._(
            "Open lines of the statement: %(all)d. Amazon's for sure, and selected: %(sure)d. Proposed for you to "
            "check: %(left)d.", sure=sure, all=len(lines), left=len(proposals) - sure)

    def action_search(self):
        """Look again, with other days.

        :rtype: dict
        """
        self.ensure_one()
        self._propose()
        return self._show()

    def action_reconcile(self):
        """Reconcile what is chosen. One that fails leaves the others reconciled.

        :return: the action that shows what is left, or closes the dialog
        :rtype: dict
        :raises UserError: nothing is chosen
        """
        self.ensure_one()
        self.env['account.move']._amazon_check_invoicing()
        chosen = self.line_ids.filtered('is_chosen')
        if not chosen:
            raise UserError(self.env._("Choose at least one line."))
        problems = []
        for line in chosen:
            what = f"Statement line {line.statement_line_id.id} could not be reconciled with its Amazon charge"
            _result, error = attempt(self.env, line._reconcile, what)
            if error:
                problems.append(explain(self.env, error, what))
        if not problems:
            return {'type': 'ir.actions.act_window_close'}
        self._propose()
        self.note = "\n".join(dict.fromkeys(problems))
        return self._show()


class AmazonPunchoutStatementLine(models.TransientModel):
    """A line of the statement, and the charge that it is or may be."""
    _name = 'amazon.punchout.statement.line'
    _description = "Amazon Charge on the Statement"

    dialog_id = fields.Many2one('amazon.punchout.statement', required=True, ondelete='cascade')
    statement_line_id = fields.Many2one(
        'account.bank.statement.line', required=True, readonly=True, ondelete='cascade')
    transaction_id = fields.Many2one(
        'amazon.punchout.transaction', "Charge", required=True, readonly=True, ondelete='cascade')
    is_chosen = fields.Boolean("Reconcile")
    reason = fields.Selection([
        ('identifier', "Names the charge"),
        ('amount', "Only one of this amount"),
        ('differs', "Names the charge, but the amount differs"),
        ('currency', "In another currency: check the amount"),
        ('other_text', "Same amount, but Amazon is not named"),
        ('other_charge', "Same amount, but another charge is named"),
        ('not_posted', "The bill is not posted or not paid yet"),
    ], "Why", readonly=True)
    date = fields.Date(related='statement_line_id.date', related_sudo=False)
    payment_ref = fields.Char(related='statement_line_id.payment_ref', related_sudo=False)
    currency_id = fields.Many2one(related='statement_line_id.currency_id', related_sudo=False)
    amount = fields.Monetary(related='statement_line_id.amount', related_sudo=False)
    charge_date = fields.Date(related='transaction_id.date', related_sudo=False, string="Charged On")
    charge_currency_id = fields.Many2one(
        related='transaction_id.currency_id', related_sudo=False, string="Currency of the Charge")
    charge_amount = fields.Monetary(
        related='transaction_id.amount', related_sudo=False, string="Charged", currency_field='charge_currency_id')

    def _reconcile(self):
        """Reconcile the line of the statement with the charge.

        :raises UserError: one of both was reconciled meanwhile, or the charge has nothing to reconcile yet
        """
        self.ensure_one()
        self.env['account.move']._amazon_check_invoicing()
        self.statement_line_id.check_access('read')
        self.transaction_id.check_access('read')
        # In superuser mode: invoicing users reconcile bills, but Community has no screen and no rights for this.
        statement_line_sudo = self.statement_line_id.sudo()
        counterparts_sudo = self.transaction_id.sudo()._statement_counterparts()
        statement_line_sudo.lock_for_update()
        if statement_line_sudo.is_reconciled or not counterparts_sudo:
            raise UserError(self.env._(
                "“%(text)s” of %(date)s can't be reconciled with %(charge)s: one of both is reconciled already, or the "
                "bill of the charge is not posted yet.",
                text=statement_line_sudo.payment_ref or "", date=statement_line_sudo.date,
                charge=self.transaction_id.display_name))
        statement_line_sudo._amazon_reconcile_with(counterparts_sudo)
