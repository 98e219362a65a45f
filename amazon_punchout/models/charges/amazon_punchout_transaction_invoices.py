from odoo import models


class AmazonPunchoutTransactionInvoices(models.Model):
    """What reports state about invoices of Pay by Invoice."""
    _inherit = 'amazon.punchout.transaction'

    def _take_invoices(self, reading, invoices):
        """Override to store these invoices, and to note on their bills when Amazon wants them paid."""
        super()._take_invoices(reading, invoices)
        companies = self.sudo()._companies_of_invoices(reading, invoices)
        stated_sudo = self.env['amazon.punchout.stated.invoice'].sudo()._store(
            [invoice for invoice in invoices if invoice.number in companies], companies)
        stated_sudo.move_id._amazon_note_statement(stated_sudo)

    def _companies_of_invoices(self, reading, invoices):
        """Find the companies of invoices by the charges of the same report, or by their orders.

        :return: the id of the company by the number of the invoice, for those that are known
        :rtype: dict[str, int]
        """
        if len(reading.companies) == 1:
            return {invoice.number: reading.companies.id for invoice in invoices}
        lines = self.env['amazon.punchout.transaction.line'].search([
            ('company_id', 'in', reading.companies.ids),
            '|', ('order_ref', 'in', list({invoice.order_ref for invoice in invoices} - {None})),
            ('transaction_id.invoice_number', 'in', [invoice.number for invoice in invoices])])
        by_name = {}
        for line in lines:
            for name in (line.transaction_id.invoice_number, line.order_ref):
                by_name.setdefault(name, set()).add(line.company_id.id)
        found = {}
        for invoice in invoices:
            ids = by_name.get(invoice.number) or by_name.get(invoice.order_ref, set())
            if len(ids) == 1:
                found[invoice.number] = next(iter(ids))
        return found
