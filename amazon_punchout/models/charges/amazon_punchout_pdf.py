from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

from ...const import PDF_PAUSES, REPORT_PAUSES
from ...tools.found_first import found_first
from ...tools.sentences import Reason, sentence


class AmazonPunchoutPdf(models.Model):
    """A PDF that Amazon has, or may have, of an invoice, a credit memo or an order.

    Each is fetched once, even if the bill is cancelled and another one takes its number.
    """
    _name = 'amazon.punchout.pdf'
    _ = sentence
    _description = "PDF from Amazon"
    _order = 'id desc'
    _rec_name = 'number'

    group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='group_id.company_id', store=True, precompute=True, index=True)
    kind = fields.Selection([
        ('invoice', "Invoice"),
        ('credit', "Credit Memo"),
        ('summary', "Order Summary"),
    ], "Document", required=True, readonly=True)
    number = fields.Char(
        required=True, readonly=True, help="Amazon's number of the invoice, the credit memo or the order.")
    move_id = fields.Many2one('account.move', "Bill", readonly=True, index='btree_not_null', ondelete='set null')
    purchase_order_id = fields.Many2one(
        'purchase.order', "Order", readonly=True, index='btree_not_null', ondelete='set null')
    attachment_ids = fields.Many2many('ir.attachment', string="Files", readonly=True)
    state = fields.Selection([
        ('wanted', "To Be Requested"),
        ('asked', "Requested"),
        ('stored', "Attached"),
        ('unavailable', "Not Available"),
    ], "Status", default='wanted', required=True, readonly=True)
    reason = Reason(readonly=True, help="Why Amazon has not given it.")
    next_at = fields.Datetime("Next Request", readonly=True)
    tries = fields.Integer("Requests", readonly=True)
    looks = fields.Integer(
        "Number of Checks", readonly=True, help="How often Amazon was asked whether the requested PDF is ready.")
    report_ref = fields.Char(readonly=True, help="Amazon's identifier of the request.")

    _number_uniq = models.UniqueIndex("(group_id, kind, number)", "This PDF is already in the list.")
    _next_idx = models.Index("(next_at) WHERE state IN ('wanted', 'asked')")

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override of `base` to look up first whom or what a text means."""
        return super()._search(found_first(self, domain), *args, **kwargs)

    # === WHAT IS WANTED === #

    @api.model
    def _want(self, wanted):
        """Note which PDFs are missing.

        :param dict wanted: the field and the record that a PDF belongs to, as values, by group, kind and number
        """
        known = {(pdf.group_id, pdf.kind, pdf.number): pdf for pdf in self.search([
            ('number', 'in', list({number for _group, _kind, number in wanted}))])}
        now = fields.Datetime.now()
        for key, vals in wanted.items():
            if pdf := known.get(key):
                pdf._belong_to(vals)
        self.create([
            {'group_id': group.id, 'kind': kind, 'number': number, 'next_at': now, **vals}
            for (group, kind, number), vals in wanted.items() if (group, kind, number) not in known])

    def _belong_to(self, vals):
        """Give this PDF to the record that has its number now; files that are here need not be fetched again.

        :param dict vals: the field and the id of the record
        """
        [(name, record_id)] = vals.items()
        if self[name].id == record_id:
            return
        self.write(vals)
        if self.state != 'stored':
            return
        if files := self.attachment_ids.exists():
            self._attach([(file.name, file.raw) for file in files.sorted('id')])
        else:
            self.write({'state': 'wanted', 'next_at': fields.Datetime.now(), 'tries': 0})

    # === STEPS === #

    def _plan(self):
        """Count a question, and plan the next one for the case that it comes to nothing."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.state == 'wanted':
            pause = PDF_PAUSES[min(self.tries, len(PDF_PAUSES) - 1)]
            self.write({'tries': self.tries + 1, 'looks': 0, 'next_at': now + timedelta(minutes=pause)})
        else:
            pause = REPORT_PAUSES[min(self.looks, len(REPORT_PAUSES) - 1)]
            self.write({'looks': self.looks + 1, 'next_at': now + timedelta(minutes=pause)})

    def _take_back_plan(self):
        """Forget a question that Amazon has not looked at."""
        name = 'tries' if self.state == 'wanted' else 'looks'
        self.write({name: max(self[name] - 1, 0), 'next_at': fields.Datetime.now()})

    def _keep_asked(self, report_ref):
        """Keep that Amazon makes the PDF.

        :param str report_ref: Amazon's identifier of the request
        """
        self.write({
            'state': 'asked', 'report_ref': report_ref, 'looks': 0, 'reason': False,
            'next_at': fields.Datetime.now() + timedelta(minutes=1)})

    def _keep_waiting(self):
        """Keep that the PDF is not ready yet."""
        if self.looks >= len(REPORT_PAUSES):
            self._keep_missing(self._("Amazon has not made it in time."))

    def _keep_missing(self, sentence, is_final=False):
        """Keep that Amazon does not give the PDF, now or for good.

        :param str sentence: why
        :param bool is_final: it is not requested again
        """
        vals = {'state': 'wanted', 'reason': sentence, 'report_ref': False}
        if is_final or self.tries >= len(PDF_PAUSES):
            vals.update(state='unavailable', next_at=False)
            if record := self._record():
                record.message_post(body=self.env._(
                    "%(document)s was not attached, since Amazon does not provide it: %(reason)s",
                    document=self._file_name(), reason=sentence))
        else:
            vals['next_at'] = fields.Datetime.now() + timedelta(minutes=PDF_PAUSES[max(self.tries - 1, 0)])
        self.write(vals)

    def _keep_files(self, contents):
        """Attach the PDF to its bill or order.

        :param contents: the bytes of each file; mostly there is one
        """
        self.ensure_one()
        self._attach([(self._file_name(index), content) for index, content in enumerate(contents)])

    def _attach(self, files):
        """Attach files to the record of this PDF, the first as the main attachment of a bill that has none.

        :param files: pairs of a name and bytes
        """
        record = self._record()
        if not record:
            self.write({'state': 'unavailable', 'next_at': False, 'reason': self._("Its bill or order is gone.")})
            return
        attachments = self.env['ir.attachment'].sudo().create([{
            'name': name, 'raw': content, 'mimetype': 'application/pdf', 'res_model': record._name, 'res_id': record.id,
        } for name, content in files])
        if record._name == 'account.move':
            record.sudo()._message_set_main_attachment_id(attachments[:1])  # core's preview shows it beside the bill
        self.write({
            'state': 'stored', 'reason': False, 'next_at': False, 'report_ref': False,
            'attachment_ids': [Command.set(attachments.ids)]})

    def _record(self):
        """Give the bill or the order that the PDF belongs to."""
        return self.move_id.exists() or self.purchase_order_id.exists()

    def _file_name(self, index=0):
        """Name a file.

        :param int index: of the files of one PDF
        :rtype: str
        """
        number = f'{self.number}-{index + 1}' if index else self.number
        names = {
            'invoice': self.env._("Amazon invoice %s.pdf", number),
            'credit': self.env._("Amazon credit memo %s.pdf", number),
            'summary': self.env._("Amazon order %s.pdf", number)}
        return names[self.kind].replace('/', '-')

    # === ACTIONS === #

    def action_retry(self):
        """Request these PDFs again, for instance after the roles on Amazon were corrected."""
        self.check_access('read')
        groups = self.env['amazon.punchout.group'].browse(self.group_id.ids)
        groups.check_access('write')
        missing_sudo = self.sudo().filtered(lambda pdf: pdf.state == 'unavailable')  # nobody writes PDFs
        missing_sudo.write({'state': 'wanted', 'tries': 0, 'next_at': fields.Datetime.now()})
        self.env['amazon.punchout.document']._wake_scheduled_action('amazon_punchout.ir_cron_pdfs')
