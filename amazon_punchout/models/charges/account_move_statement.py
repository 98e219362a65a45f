from odoo import api, fields, models


class AccountMoveStated(models.Model):
    """Bills of Pay by Invoice, and what the statements say about them."""
    _inherit = 'account.move'

    amazon_statement_number = fields.Char(
        "Amazon Statement", copy=False, readonly=True, index='btree_not_null', help="The statement of Pay by Invoice.")
    amazon_payment_status = fields.Char(
        "Payment Status at Amazon", copy=False, readonly=True,
        help="In Amazon's words, such as Past Due, as of the last report.")
    amazon_due_date = fields.Date("Due at Amazon", copy=False, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to find what statements said about an invoice before it came."""
        moves = super().create(vals_list)
        moves.sudo()._amazon_find_statement()
        return moves

    def write(self, vals):
        """Override of `account` to find what statements said about an invoice once its number is known."""
        result = super().write(vals)
        if vals.get('ref') or vals.get('amazon_invoice_id'):
            self.sudo()._amazon_find_statement()
        return result

    def _amazon_find_statement(self):
        """Note what statements say about these bills and credits."""
        moves = self.filtered(lambda move: move.move_type in ('in_invoice', 'in_refund') and (
            move.amazon_invoice_id or move.ref))
        if moves:
            moves._amazon_note_statement(self.env['amazon.punchout.stated.invoice'].search([
                ('company_id', 'in', moves.company_id.ids),
                ('number', 'in', [*filter(None, (*moves.mapped('amazon_invoice_id'), *moves.mapped('ref')))])]))

    def _amazon_note_statement(self, stated):
        """Note what these invoices of statements say on their bills. The due date of the bill stays the agreed one.

        :param stated: `amazon.punchout.stated.invoice` records
        """
        for invoice in stated:
            for move in self.filtered(
                    lambda move, invoice=invoice: move.company_id == invoice.company_id
                    and (move.move_type == 'in_refund') == invoice.is_credit
                    and invoice.number in (move.amazon_invoice_id, (move.ref or "").strip())):
                vals = {'amazon_statement_number': invoice.statement_number, 'amazon_payment_status': invoice.status,
                        'amazon_due_date': invoice.due_date}
                vals = {name: value for name, value in vals.items() if move[name] != value}
                if vals:
                    move.sudo().write(vals)
