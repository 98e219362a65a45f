import contextlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import cxml
from ...tools.doubt import MessageFacts


class AmazonPunchoutInvoice(models.Model):
    """Processing of InvoiceDetailRequest, which becomes a draft bill or a draft credit."""
    _inherit = 'amazon.punchout.document'

    account_move_id = fields.Many2one(
        'account.move', "Bill", readonly=True, index='btree_not_null', ondelete='set null',
        help="The bill or credit that was created from this document or matched with it.")

    may_process_again = fields.Boolean("Can Be Processed Again", compute='_compute_may_process_again')

    @api.depends('state', 'document_type', 'account_move_id.state')
    @api.depends_context('uid')
    def _compute_may_process_again(self):
        for document in self:
            # What needs attention has Retry, which does the same.
            document.may_process_again = (
                document.state != 'attention' and document._lacks_bill() and document._may_settle())

    @api.depends('account_move_id.move_type')
    def _compute_type_name(self):
        """Override to tell credits from bills."""
        super()._compute_type_name()
        for document in self:
            if document.account_move_id.sudo().move_type == 'in_refund':  # buyers can't always read bills
                document.type_name = self.env._("Credit")

    def _process_invoice(self):
        """Create or match the bill; problems with a bill that was created are described on the bill."""
        invoice = cxml.read_invoice(self._get_body())
        # Users who press Retry don't need the invoicing role: the document was authenticated.
        self.env['amazon.punchout.bill'].sudo()._import(self.sudo(), invoice)

    def _message_facts(self):
        """Override to say what an invoice or a credit memo says."""
        if self.document_type != 'InvoiceDetailRequest':
            return super()._message_facts()
        invoice = cxml.read_invoice(self._get_body())
        summary = invoice.summary
        return MessageFacts(invoice.invoice_id, summary.due or summary.net, invoice.invoice_day, tuple(
            (item.line_number, item.quantity, item.description.text or item.asin)
            for order in invoice.orders for item in order.items))

    def _readable_invoice(self):
        """Read this document if it is an invoice that can be read.

        :rtype: InvoiceDetailRequest | None
        """
        if self.document_type == 'InvoiceDetailRequest':
            with contextlib.suppress(cxml.CxmlError):
                return cxml.read_invoice(self._get_body())
        return None

    def _awaited_references(self):
        """Override to add the invoice that a credit memo names."""
        references, invoice = super()._awaited_references(), self._readable_invoice()
        return references | {*filter(None, (invoice.original_invoice_id, invoice.original_payload_id))} \
            if invoice else references

    def _brought_references(self):
        """Override to add the names of invoices, for which credit memos wait."""
        invoices = self.filtered(lambda document: document.document_type == 'InvoiceDetailRequest')
        numbers = invoices.sudo().account_move_id.mapped('amazon_invoice_id')  # buyers can't always read bills
        return super()._brought_references() | {*filter(None, (*numbers, *invoices.mapped('payload_id')))}

    def _subject_references(self):
        """Override to add the number of the invoice, which becomes one bill however often it comes."""
        references, invoice = super()._subject_references(), self._readable_invoice()
        return references | {*filter(None, (self.payload_id, invoice.invoice_id))} if invoice else references

    @api.model
    def _message_steps(self):
        """Override to process InvoiceDetailRequest."""
        return {**super()._message_steps(), 'InvoiceDetailRequest': '_process_invoice'}

    # === PROCESSING AGAIN === #

    def _lacks_bill(self):
        """Tell whether this is an invoice without a bill, because that was deleted or cancelled, or it was dismissed.

        :rtype: bool
        """
        self.ensure_one()
        move_sudo = self.sudo().account_move_id  # buyers can't always read bills
        return self._is_invoice() and self.direction == 'in' and (
            self.state == 'dismissed'
            or self.state in ('processed', 'attention') and (not move_sudo or move_sudo.state == 'cancel'))

    def action_process_again(self):
        """Process invoices again whose bill was deleted or cancelled, or which were dismissed."""
        for document in self:
            if not document._lacks_bill():
                raise UserError(self._(
                    "Only an invoice that was dismissed, or whose bill was deleted or cancelled, can be processed "
                    "again."))
            document_sudo = document._lock_for_decision('processed', 'attention', 'dismissed')
            document._note(self.env._("Process Again pressed."))
            document_sudo._record_event('retried', type=document_sudo.document_type)
            document_sudo.write({
                'state': 'received', 'is_applied': False, 'account_move_id': False,
                'dismissed_by_id': False, 'dismissed_at': False, 'dismiss_reason': False})
            # As the scheduled action does it, so that the outcome doesn't depend on who pressed the button.
            document_sudo._as_scheduled()._process()

    def _note_deleted_bill(self, name):
        """Ask for attention because the bill of this document was deleted.

        :param str name: the name of the bill
        """
        self.ensure_one()
        self._note(self.env._("The bill %s was deleted.", name))
        document = self.with_context(lang=self._person_to_notify().lang or self.env.lang)
        document.is_applied = False
        document._need_attention(document._(
            "The bill %s of this document was deleted. Press Retry to create it again, or press Dismiss.", name))


class AccountMoveDocument(models.Model):
    """Bills that are deleted: their document must not look as if it were done."""
    _inherit = 'account.move'

    def unlink(self):
        """Override of `account` to ask for attention on the documents whose bill is deleted."""
        # Whoever may delete a bill may leave this trace on its document.
        documents_sudo = self.env['amazon.punchout.document'].sudo().search([('account_move_id', 'in', self.ids)])
        names = {document_sudo: document_sudo.account_move_id.ref or document_sudo.account_move_id.display_name
                 for document_sudo in documents_sudo}
        result = super().unlink()
        for document_sudo, name in names.items():
            document_sudo._note_deleted_bill(name)
        return result
