from odoo import api, fields, models
from odoo.fields import Domain


class AmazonPunchoutStatedInvoice(models.Model):
    """An invoice or credit memo of Pay by Invoice, as the statements of Amazon's reports name it.

    It tells which invoices Odoo lacks, and when those that it has are due. It is never booked.
    """
    _name = 'amazon.punchout.stated.invoice'
    _description = "Invoice on an Amazon Statement"
    _rec_name = 'number'
    _order = 'issue_date desc, id desc'

    number = fields.Char(required=True, readonly=True, index=True)
    is_credit = fields.Boolean("Credit Memo", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True, required=True, index=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    amount = fields.Monetary(readonly=True)
    statement_number = fields.Char(readonly=True, index='btree_not_null')
    issue_date = fields.Date("Issued On", readonly=True)
    due_date = fields.Date("Due On", readonly=True)
    status = fields.Char("Payment Status", readonly=True, help="In Amazon's words, such as Past Due or Closed.")
    amazon_order_ref = fields.Char("Amazon Order", readonly=True)
    purchase_order_number = fields.Char("PO Number", readonly=True)
    move_id = fields.Many2one(
        'account.move', "Bill or Credit", compute='_compute_move_id', search='_search_move_id', compute_sudo=True)

    _number_uniq = models.UniqueIndex("(company_id, is_credit, number)", "This invoice was stored meanwhile.")

    # === COMPUTE METHODS === #

    @api.depends('number', 'is_credit', 'company_id')
    def _compute_move_id(self):
        moves = self.env['account.move'].search(self._moves_domain(), order='id')
        found = {}
        for move in moves:
            for number in {move.amazon_invoice_id, (move.ref or "").strip()} - {False, ""}:
                found.setdefault((move.company_id, move.move_type == 'in_refund', number), move)
        for invoice in self:
            invoice.move_id = found.get((invoice.company_id, invoice.is_credit, invoice.number), False)

    def _moves_domain(self):
        """Search for the bills and credits with the numbers of these invoices.

        :rtype: list
        """
        numbers = self.mapped('number')
        return [
            ('company_id', 'in', self.company_id.ids), ('move_type', 'in', ('in_invoice', 'in_refund')),
            ('state', '!=', 'cancel'), '|', ('amazon_invoice_id', 'in', numbers), ('ref', 'in', numbers)]

    def _search_move_id(self, operator, value):
        """Search by whether Odoo has the invoice."""
        if operator not in ('in', 'not in') or set(value) != {False}:
            return NotImplemented
        # pylint: disable-next=no-search-all  # each is compared with its bill
        invoices = self.search([])
        lacking = invoices.filtered(lambda invoice: not invoice.move_id)
        return Domain('id', operator, lacking.ids)

    # === STORING === #

    @api.model
    def _store(self, invoices, companies):
        """Store what is stated about invoices; what is not stated now stays.

        :param invoices: the transactions.InvoiceFacts
        :param dict companies: the id of the company by the number of the invoice
        :return: the records
        """
        known = {(each.company_id.id, each.is_credit, each.number): each for each in self.search([
            ('company_id', 'in', list(set(companies.values()))), ('number', 'in', list(companies))])}
        currencies = {currency.name: currency.id for currency in self.env['res.currency'].with_context(
            active_test=False).search([('name', 'in', list({invoice.currency for invoice in invoices} - {None}))])}
        new, stated = {}, self.browse()
        for invoice in invoices:
            key = companies[invoice.number], invoice.credit, invoice.number
            vals = {
                'currency_id': currencies.get(invoice.currency), 'statement_number': invoice.statement_number,
                'amount': None if invoice.amount is None else float(invoice.amount),
                'issue_date': invoice.issue_date, 'due_date': invoice.due_date, 'status': invoice.status,
                'amazon_order_ref': invoice.order_ref, 'purchase_order_number': invoice.purchase_order_number}
            vals = {name: value for name, value in vals.items() if value is not None}
            if record := known.get(key):
                vals = {name: value for name, value in vals.items() if (
                    record[name].id if name == 'currency_id' else record[name]) != value}
                if vals:
                    record.write(vals)
                stated |= record
            else:
                new[key] = {**new.get(key, {}), **vals, 'company_id': key[0], 'is_credit': key[1], 'number': key[2]}
        return stated | self.create(list(new.values()))
