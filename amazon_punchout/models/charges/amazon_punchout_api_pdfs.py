from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ... import rest
from ...const import PDF_PAUSES, REPORT_PAUSES
from ...tools.api_faults import ApiFault, ApiRejected
from ...tools.steps import apart
from .amazon_punchout_api import DOCUMENTS

# PDFs of what is older are not asked for. Amazon keeps what it has made for 30 days and makes it again later.
PDF_DAYS = 60
# How soon a report is asked about that was requested just now.
FIRST_LOOK = timedelta(minutes=1)
# HTTP statuses by which Amazon declines a request as such; it would do the same another time.
FINAL = (400, 422)


class AmazonPunchoutApiPdfs(models.Model):
    """Fetching PDFs of invoices, credit memos and orders in the background."""
    _inherit = 'amazon.punchout.api'

    pdf_count = fields.Integer("Number of PDFs", compute='_compute_pdf_count')

    def _compute_pdf_count(self):
        for access in self:
            access.pdf_count = self.env['amazon.punchout.pdf'].search_count([
                ('group_id', 'in', access.sudo().with_context(active_test=False).group_ids.ids)])

    def action_open_pdfs(self):
        """Open the PDFs of the groups of this access."""
        self.ensure_one()
        self.check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_pdf_action')
        groups = self.with_context(active_test=False).group_ids
        return {**action, 'domain': [('group_id', 'in', groups.ids)]}

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_pdfs(self):
        """Find bills and orders whose PDF is missing, then go on with each PDF that is due."""
        cron = self.env['ir.cron']
        next_times = []
        for access in self.search([('use_documents', '=', True)], order='id'):
            access = access._in_notified_language()
            if not access._is_due(DOCUMENTS) or not cron._commit_progress():
                continue
            apart(access._want_pdfs, self.env)
            while access._is_due(DOCUMENTS) and (pdf := access._pdfs_under_way(due=True)) and cron._commit_progress():
                if not access._go_on_with_pdf(pdf):
                    break
                cron._commit_progress(1)
            if access._is_asking(DOCUMENTS) and (pdf := access._pdfs_under_way()):
                next_times.append(max(filter(None, (pdf.next_at, access.documents_next_at))))
        if next_times:
            self.env['amazon.punchout.document']._wake_scheduled_action(
                'amazon_punchout.ir_cron_pdfs', at=max(min(next_times), fields.Datetime.now() + FIRST_LOOK))
        self.env['amazon.punchout.document']._go_on_at_once('amazon_punchout.ir_cron_pdfs', lambda: any(
            access._is_due(DOCUMENTS) and access._pdfs_under_way(due=True)
            for access in self.search([('use_documents', '=', True)])))

    def _pdfs_under_way(self, due=False):
        """Find the next PDF of this access.

        :param bool due: only one that may be asked about now
        :return: an `amazon.punchout.pdf`, or none
        """
        domain = [
            ('group_id', 'in', self._pdf_groups().ids), ('state', 'in', ('wanted', 'asked')),
            ('tries', '<=', len(PDF_PAUSES)), ('looks', '<=', len(REPORT_PAUSES))]
        if due:
            domain.append(('next_at', '<=', fields.Datetime.now()))
        return self.env['amazon.punchout.pdf'].search(domain, order='next_at, id', limit=1)

    def _pdf_groups(self):
        """Give the groups of this access for which something is asked."""
        groups_sudo = self.sudo().with_context(active_test=False).group_ids
        return groups_sudo.filtered_domain(groups_sudo._sending_domain())

    # === WHAT IS WANTED === #

    def _want_pdfs(self):
        """Note each bill and order whose PDF is missing.

        In North America, Amazon gives invoices and credit memos to those only who pay by invoice, and order summaries
        to all. Elsewhere it gives invoices and credit memos of all orders.
        """
        self.ensure_one()
        groups = self._pdf_groups()
        since = fields.Datetime.now() - timedelta(days=PDF_DAYS)
        billed = groups.filtered(lambda group: self.region != 'na' or group.payment_method == 'invoice')
        moves = self.env['account.move'].search([
            ('move_type', 'in', ('in_invoice', 'in_refund')), ('state', '!=', 'cancel'),
            ('amazon_invoice_id', '!=', False), ('amazon_group_id', 'in', billed.ids), ('create_date', '>=', since),
        ], order='id')
        wanted = {}
        for move in moves:
            kind = rest.INVOICE_PDF if move.move_type == 'in_invoice' else rest.CREDIT_PDF
            wanted[move.amazon_group_id, kind, move.amazon_invoice_id] = {'move_id': move.id}
        orders = self.env['purchase.order'].search([
            ('amazon_group_id', 'in', groups.ids), ('state', '=', 'purchase'), ('amazon_order_ref', '!=', False),
            ('amazon_deployment_mode', '=', 'production'), ('date_approve', '>=', since),
        ], order='id') if self.region == 'na' else ()
        for order in orders:
            for number in order._amazon_order_numbers():
                wanted[order.amazon_group_id, rest.SUMMARY_PDF, number] = {'purchase_order_id': order.id}
        self.env['amazon.punchout.pdf']._want(wanted)

    # === ASKING === #

    def _go_on_with_pdf(self, pdf):
        """Request a PDF, or look whether it is there.

        :param pdf: the `amazon.punchout.pdf`
        :return: whether to go on with the next one
        :rtype: bool
        """
        # Before asking, so that nothing is asked for without end, whatever happens.
        if not apart(pdf._plan, self.env):
            return False
        self.env['ir.cron']._commit_progress()  # no transaction stays open while Amazon takes its time
        is_request = pdf.state == 'wanted'
        try:
            step = self._request_pdf(pdf) if is_request else self._collect_pdf(pdf)
        except ApiRejected as fault:
            step = partial(pdf._keep_missing, fault.sentence, is_final=is_request and _is_final(fault))
        except ApiFault as fault:
            apart(pdf._take_back_plan, self.env)
            apart(partial(self._pause, DOCUMENTS, fault), self.env)
            return False
        except rest.RestError as error:
            step = partial(pdf._keep_missing, self.env['amazon.punchout.document']._explain_rest_error(error))
        apart(partial(self._end_pause, DOCUMENTS), self.env)
        apart(step, self.env)
        return True

    def _request_pdf(self, pdf):
        """Request a PDF by each of Amazon's words for its kind, until one is accepted.

        :param pdf: the `amazon.punchout.pdf`
        :return: what to do with the answer, to be called without arguments
        """
        *others, last = rest.DOCUMENT_WORDS[pdf.kind]
        for word in (*others, last):
            path, body = rest.document_report(pdf.kind, pdf.number, pdf.sudo().group_id.marketplace, word)
            try:
                answer = self._call(DOCUMENTS, 'POST', path, body)
            except ApiRejected as fault:
                if word == last or not _is_final(fault):
                    raise
                continue
            return partial(pdf._keep_asked, rest.read_report_id(answer.body))
        return None

    def _collect_pdf(self, pdf):
        """Look how far a PDF is, and download it once it is there.

        :param pdf: the `amazon.punchout.pdf`
        :return: as of :meth:`_request_pdf`
        """
        report = rest.read_report(self._call(DOCUMENTS, 'GET', rest.report_path(pdf.report_ref)).body)
        if report.status in rest.FAILED:
            return partial(pdf._keep_missing, self._("Amazon has not made it (%s).", report.status))
        if report.status != rest.DONE or not report.document_id:
            return pdf._keep_waiting
        answer = self._call(DOCUMENTS, 'GET', rest.document_path(report.document_id))
        answer = self._download(DOCUMENTS, rest.read_document_url(answer.body))
        return partial(pdf._keep_files, rest.read_pdfs(answer.body, answer.headers.get('Content-Type')))


def _is_final(fault):
    """Tell whether Amazon itself declines a request; without a code, another server may have answered."""
    return fault.status in FINAL and bool(fault.code)
