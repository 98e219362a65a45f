from odoo import api, fields, models
from odoo.tools import formatLang

from ... import reports
from ...tools.sentences import Reason, sentence

KINDS = [
    (reports.ORDERS, "Orders"),
    (reports.TRANSACTIONS, "Transactions"),
    (reports.REFUNDS, "Refunds"),
    (reports.RECONCILIATION, "Reconciliation"),
    (reports.SHIPMENTS, "Shipments"),
    (reports.RETURNS, "Returns"),
]
# Whatever Amazon states is taken by one transaction after the other, since each looks for what is known already.
TAKING = 'statements'
# They only complete what others state.
ENRICHING = (reports.SHIPMENTS, reports.RETURNS)


class AmazonPunchoutImport(models.Model):
    """A report that was downloaded from Amazon: the file, what it says, and what became of it.

    It is checked first, which changes nothing, and imported when a person has seen what will happen.
    """
    _name = 'amazon.punchout.import'
    _ = sentence
    _description = "Amazon Report Import"
    _inherit = ['mail.thread']
    _order = 'id desc'

    name = fields.Char("File Name", required=True, readonly=True)
    file = fields.Binary(readonly=True, attachment=True)
    state = fields.Selection([
        ('draft', "Question"),
        ('checking', "Being Checked"),
        ('ready', "Checked"),
        ('running', "Importing"),
        ('done', "Imported"),
        ('undone', "Undone"),
        ('failed', "Failed"),
    ], "Status", default='draft', required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, "Report", readonly=True)
    user_id = fields.Many2one('res.users', "Imported By", required=True, readonly=True)
    company_ids = fields.Many2many(
        'res.company', 'amazon_punchout_import_company_rel', 'import_id', 'company_id', string="Companies",
        readonly=True, help="The companies that the report is about. Only users of all of them can open it.")
    problem = Reason(readonly=True, help="Why the report can't be read, or what has to be answered first.")

    # What a person has answered
    question = fields.Selection(
        [('dates', "Day or Month First"), ('currency', "Currency")], readonly=True,
        help="What the file does not tell.")
    day_first = fields.Selection([('day', "Day First"), ('month', "Month First")], "Dates", readonly=True)
    currency_id = fields.Many2one(
        'res.currency', readonly=True, help="The currency of a report without the column Currency.")
    group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", readonly=True, ondelete='set null',
        help="The group of the rows that name neither an account group nor a legal entity.")

    # What it says
    row_count = fields.Integer("Rows", readonly=True)
    new_rows = fields.Integer("New", readonly=True)
    known_rows = fields.Integer("Known", readonly=True, help="Odoo has these charges and refunds already.")
    unsettled_rows = fields.Integer(
        "Not Settled", readonly=True, help="Authorized, pending or cancelled: shown, but not booked.")
    to_book_rows = fields.Integer("To Book", readonly=True, help="New, settled, and for orders of Odoo.")
    outside_rows = fields.Integer(
        "Outside", readonly=True, help="New, settled, and for purchases that no order in Odoo is for, or for none.")
    by_invoice_rows = fields.Integer(
        "Paid by Invoice", readonly=True, help="New and for orders of Odoo: Amazon's invoices are their bills.")
    held_rows = fields.Integer(
        "Held", readonly=True, help="No Amazon group has the account group or legal entity. They are not booked.")
    unsure_rows = fields.Integer(
        "To Decide", readonly=True, help="Stated twice or contradictory. A person has to decide about them.")
    our_rows = fields.Integer(
        "For Orders in Odoo", readonly=True, help="Rows of Shipments and Returns that belong to orders in Odoo.")
    our_rows_text = fields.Char("Found", compute='_compute_texts')
    elsewhere_rows = fields.Integer(
        "Other Companies", readonly=True, help="Rows of companies to which you have no access. They are left out.")
    problem_rows = fields.Integer("Not Understood", readonly=True)
    problem_ids = fields.One2many('amazon.punchout.import.problem', 'import_id', "Rows Not Understood", readonly=True)
    sums = fields.Json(readonly=True)
    figures = fields.Json(compute='_compute_figures')
    row_ids = fields.One2many('amazon.punchout.import.row', 'import_id', "Checked Rows", readonly=True)
    unknown_headers = fields.Json(readonly=True)
    unknown_headers_text = fields.Char("Unknown Columns", compute='_compute_texts')
    unknown_names = fields.Json(readonly=True)
    unknown_names_text = fields.Text("Not Assigned", compute='_compute_texts')

    # How far it is
    part = fields.Integer(readonly=True, help="How many parts of the file are done.")
    done_rows = fields.Integer("Rows Done", readonly=True)
    progress = fields.Float(compute='_compute_progress')
    progress_text = fields.Char("Rows So Far", compute='_compute_progress')
    booking_text = fields.Char("Booked So Far", compute='_compute_booking_text')
    tries = fields.Integer(readonly=True)
    transaction_ids = fields.Many2many(
        'amazon.punchout.transaction', 'amazon_punchout_transaction_import_rel', 'import_id', 'transaction_id',
        string="Charges", readonly=True)
    transaction_count = fields.Integer(compute='_compute_transaction_count')

    _waiting_idx = models.Index("(id) WHERE state IN ('checking', 'running')")

    # === COMPUTE METHODS === #

    @api.depends('unknown_headers', 'unknown_names', 'kind', 'our_rows', 'row_count')
    @api.depends_context('lang')
    def _compute_texts(self):
        kinds = dict(self.env['amazon.punchout.entity']._fields['kind']._description_selection(self.env))
        labels = dict(self._fields['kind']._description_selection(self.env))
        for report in self:
            report.our_rows_text = self.env._(
                "%(report)s: %(found)s of %(rows)s rows belong to orders in Odoo", report=labels[report.kind],
                found=report.our_rows, rows=report.row_count) if report.kind in ENRICHING else False
            report.unknown_headers_text = ", ".join(report.unknown_headers or ())
            report.unknown_names_text = "\n".join(
                self.env._("%(kind)s “%(name)s” (rows: %(rows)s)", kind=kinds[name['kind']], name=name['name'],
                           rows=name['rows']) if name['kind'] else self.env._(
                               "Without account group (rows: %s)", name['rows'])
                for name in report.unknown_names or ())

    @api.depends('done_rows', 'row_count', 'state')
    @api.depends_context('lang')
    def _compute_progress(self):
        for report in self:
            done, rows = min(report.done_rows, report.row_count), report.row_count
            report.progress = 100.0 * done / rows if rows else 100.0 * (report.state == 'done')
            report.progress_text = report.state in ('checking', 'running') and self.env._(
                "%(done)s of %(all)s rows", done=self._amount_of(done), all=self._amount_of(rows))

    @api.depends('state')
    @api.depends_context('lang')
    def _compute_booking_text(self):
        transactions = self.env['amazon.punchout.transaction']
        for report in self:
            own = [('import_ids', 'in', report.ids)]
            left = report.state == 'done' and transactions.search_count([*own, *transactions._bookable_domain()])
            if not left:
                report.booking_text = False
                continue
            booked = transactions.search_count([*own, ('state', '=', 'booked')])
            report.booking_text = self.env._(
                "Odoo books these charges in the background: %(done)s of %(all)s are booked. Reload the page to see "
                "how far it is.", done=self._amount_of(booked), all=self._amount_of(booked + left))

    def _amount_of(self, count):
        """Write a number as the reader's language does.

        :rtype: str
        """
        return formatLang(self.env, count, digits=0)

    def _compute_transaction_count(self):
        counts = dict(self.env['amazon.punchout.transaction']._read_group(
            [('import_ids', 'in', self.ids)], ['import_ids'], ['__count']))
        for report in self:
            report.transaction_count = counts.get(report._origin, 0)


class AmazonPunchoutImportProblem(models.Model):
    """A row of a report that was not understood, or not in full, and why."""
    _name = 'amazon.punchout.import.problem'
    _description = "Row of an Amazon Report with a Problem"
    _order = 'row, id'
    _rec_name = 'reason'

    import_id = fields.Many2one(
        'amazon.punchout.import', required=True, readonly=True, index=True, ondelete='cascade')
    row = fields.Integer(readonly=True, help="As a spreadsheet numbers them.")
    reason = Reason(required=True, readonly=True)
