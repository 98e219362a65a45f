import base64
from collections import Counter
from functools import partial
from itertools import islice

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ... import reports
from ...const import LONGEST_NAME
from ...tools.one_at_a_time import is_free, one_at_a_time
from ...tools.steps import apart, attempt, explain
from .amazon_punchout_import import TAKING

# Reports with more rows are checked and imported by the scheduled action.
AT_ONCE = 1000
# So many rows with a problem are listed.
LISTED = 500
COUNTS = {
    'new': 'new_rows', 'known': 'known_rows', 'unsettled': 'unsettled_rows', 'to_book': 'to_book_rows',
    'outside': 'outside_rows', 'by_invoice': 'by_invoice_rows', 'held': 'held_rows', 'unsure': 'unsure_rows',
    'elsewhere': 'elsewhere_rows', 'ours': 'our_rows'}
# An import that fails so often in a row gives up.
MAX_TRIES = 3


class AmazonPunchoutImportRun(models.Model):
    """Checking and importing a report, part by part: it goes on where it was interrupted."""
    _inherit = 'amazon.punchout.import'

    # === ACTIONS === #

    @api.model
    def _check_may_import(self):
        """Check that the user may import reports.

        :raises AccessError: the user does no invoicing
        """
        if not self.env.su and not self.env.user.has_group('account.group_account_invoice'):
            raise AccessError(self.env._("Only invoicing users can import Amazon's reports."))

    @api.model
    def _upload(self, name, raw):
        """Store a file and check it.

        :param str name: of the file
        :param bytes raw: its content
        :return: the import
        """
        self._check_may_import()
        report_sudo = self.sudo().create({
            'name': name, 'file': base64.b64encode(raw), 'user_id': self.env.uid,
            'company_ids': [Command.set(self.env.companies.ids)]})
        report_sudo._recognise()
        return report_sudo.sudo(self.env.su)

    def _own(self, *states):
        """Check that the user may go on with this import.

        :param states: those in which it must be
        :return: the import in superuser mode, since only the addon writes it
        :raises UserError: it is in another state
        """
        self.ensure_one()
        self.check_access('read')
        self._check_may_import()
        if self.state not in states:
            raise UserError(self.env._("This report has changed meanwhile. Reload the page."))
        return self.sudo()

    def action_day_first(self):
        """State that the dates of the report have the day first."""
        report_sudo = self._own('draft', 'ready')
        report_sudo.day_first = 'day'
        report_sudo._recognise()

    def action_month_first(self):
        """State that the dates of the report have the month first."""
        report_sudo = self._own('draft', 'ready')
        report_sudo.day_first = 'month'
        report_sudo._recognise()

    def action_choose_currency(self):
        """Open the dialog that asks for the currency of the report.

        :rtype: dict
        """
        self._own('draft')
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Choose Currency"), 'target': 'new',
            'res_model': 'amazon.punchout.import.answer', 'view_mode': 'form',
            'context': {'default_import_id': self.id}}

    def _answer_currency(self, currency):
        """Check the report with a currency.

        :param currency: the `res.currency`
        """
        report_sudo = self._own('draft')
        report_sudo.currency_id = currency
        report_sudo._recognise()

    def action_check_again(self):
        """Check the report again, after headers or names were assigned."""
        self._own('draft', 'ready', 'failed')._recognise()

    def action_import(self):
        """Import what the check has shown."""
        report_sudo = self._own('ready')
        report_sudo.problem_ids.unlink()
        report_sudo._forget_rows()
        report_sudo.write({
            **dict.fromkeys(COUNTS.values(), 0), 'state': 'running', 'part': 0, 'done_rows': 0, 'problem_rows': 0,
            'tries': 0})
        report_sudo._run_or_wake()

    def action_map_headers(self):
        """Open the headers of the report that Odoo does not know.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        headers = self.env['amazon.punchout.header']
        headers.check_access('create')
        known = {header.name.casefold() for header in headers.search([])}
        headers.create([
            {'name': name} for name in self.unknown_headers or ()
            if name.casefold() not in known and len(name) <= LONGEST_NAME])
        return {
            'type': 'ir.actions.act_window', 'view_mode': 'list', 'target': 'current',
            'res_model': 'amazon.punchout.header', 'domain': [('name', 'in', self.unknown_headers or [])],
            'name': self.env._("Report Columns")}

    def action_assign(self):
        """Open the dialog that says to which groups the names in the report belong.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env['amazon.punchout.transaction']._may_assign():
            raise AccessError(self.env._("Only Amazon administrators can assign charges to groups."))
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Assign to Group"), 'target': 'new',
            'res_model': 'amazon.punchout.assign', 'view_mode': 'form', 'context': {'default_import_id': self.id}}

    def _assign_nameless(self, group):
        """Store the group of the rows that name neither an account group nor a legal entity.

        :param group: at most one `amazon.punchout.group`
        """
        self.check_access('read')
        if group:
            self.sudo().group_id = group

    def action_open_transactions(self):
        """Open the charges and refunds that the report states.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_transaction_action')
        return {**action, 'domain': [('import_ids', 'in', self.ids)], 'context': {}}

    # === CHECKING === #

    def _raw_file(self):
        """Give the file.

        :rtype: bytes
        """
        return base64.b64decode(self.with_context(bin_size=False).file or b'')

    def _reading_options(self):
        """Give how the file is read: what people have answered, and the headers that an administrator has mapped.

        :rtype: dict
        """
        return {
            'mapping': self.env['amazon.punchout.header']._mapping(),
            'day_first': {'day': True, 'month': False}.get(self.day_first),
            'currency': self.currency_id.name or None}

    def _recognise(self):
        """Find out which report it is and what has to be answered first, then check it."""
        self.problem_ids.unlink()
        self._forget_rows()
        vals = {
            'kind': False, 'state': 'draft', 'problem': False, 'question': False, 'unknown_names': [],
            'unknown_headers': [], 'part': 0, 'done_rows': 0, **dict.fromkeys(COUNTS.values(), 0), 'problem_rows': 0}
        try:
            found = reports.recognise(self._raw_file(), self.name, **self._reading_options())
        except reports.ReportError as error:
            self.write({**vals, 'state': 'failed', 'problem': self._file_problem(error)})
            return
        labels = [reports.FIELDS[key].label for key in found.missing]
        vals.update(kind=found.kind, row_count=found.row_count, unknown_headers=list(found.unknown_headers))
        if not found.kind:
            vals['problem'] = self._(
                "The columns are not those of a report that Odoo knows. Download the report in English, or have an "
                "administrator press Map Columns.")
        elif labels == [reports.FIELDS['currency'].label]:
            vals.update(question='currency', problem=self._(
                "The report has no column Currency. Choose the currency of its amounts."))
        elif labels:
            vals['problem'] = self._(
                "The report lacks columns: %s. Add them on Amazon and download it again. If they are there in another "
                "language, have an administrator press Map Columns.", ", ".join(labels))
        elif found.has_doubtful_dates:
            vals.update(question='dates', problem=self._(
                "The dates of the report can be read in two ways. Does the day or the month come first?"))
        else:
            vals['state'] = 'checking'
        self.write({**vals, 'tries': 0})
        if self.state == 'checking':
            self._run_or_wake()

    # === RUNNING === #

    def _run_or_wake(self):
        """Go on with a small report at once, and leave a large one to the scheduled action.

        While another import runs, a small one is left to it as well.
        """
        if self.row_count <= AT_ONCE and (self.state == 'checking' or is_free(self.env.cr, TAKING)):
            _result, error = attempt(self.env, self._run_all, f"Amazon report {self.id} could not be read")
            if error:
                self.write({'state': 'failed', 'problem': explain(
                    self.env, error, f"Amazon report {self.id} could not be read")})
        else:
            self.env['amazon.punchout.transaction']._wake_booking()

    def _run_all(self):
        """Check or import what is left of the report, in this transaction."""
        for part in self._parts_left():
            self._run_part(part)
        self._finish()

    @api.model
    def _run_waiting(self):
        """Go on with the reports that are being checked or imported, while the scheduler leaves time."""
        cron = self.env['ir.cron']
        for report in self.sudo().search([('state', 'in', ('checking', 'running'))], order='id'):
            if not cron._commit_progress():
                return
            report.tries += 1
            cron._commit_progress()
            if report.tries > MAX_TRIES:
                report.write({'state': 'failed', 'problem': self._(
                    "The report could not be read in %s tries. An administrator can find the reason in the server log.",
                    MAX_TRIES)})
                continue
            apart(report._run_while_time, self.env)
            if report.state in ('checking', 'running'):
                self.env['amazon.punchout.transaction']._wake_booking()

    def _run_while_time(self):
        """Go on with this report, each part in a transaction of its own."""
        cron = self.env['ir.cron']
        for part in self._parts_left():
            if not apart(partial(self._run_part, part), self.env):
                return
            self.tries = 0
            self.env['ir.cron']._commit_progress(1)
            self.env.invalidate_all()
            if not cron._commit_progress():
                return
        self._finish()
        cron._commit_progress()

    def _parts_left(self):
        """Read the parts of the file that are not done. They are the same each time.

        :rtype: Iterator[transactions.Statement]
        """
        return islice(reports.read_batches(self._raw_file(), self.name, **self._reading_options()), self.part, None)

    def _run_part(self, statement):
        """Check or import a part of the report.

        :param transactions.Statement statement: the part
        """
        transactions = self.env['amazon.punchout.transaction']
        read = transactions._plan_statement if self.state == 'checking' else transactions._import_statement
        reading = read(statement, 'report', report=self, companies=self.user_id.company_ids)
        self._keep_problems(statement, reading)
        self._keep_rows(reading)
        names = Counter({(name['kind'], name['name']): name['rows'] for name in self.unknown_names or ()})
        names.update(reading.unknown_names)
        companies = reading.concerned | self.company_ids if self.part else reading.concerned
        self.write({
            **{field: self[field] + reading.counts[name] for name, field in COUNTS.items()},
            'problem_rows': self.problem_rows + len({
                problem.row for problem in statement.problems}) + reading.counts['rejected'],
            'unknown_names': [{'kind': kind, 'name': name, 'rows': rows} for (kind, name), rows in names.items()],
            'part': self.part + 1,
            'done_rows': self.done_rows + statement.row_count,
            'company_ids': [Command.set(companies.ids)] if companies else [],
        })

    def _keep_problems(self, statement, reading):
        """List the rows of a part that were not understood."""
        found = [(each.row or 0, self._row_problem(each.code, each.column, each.value)) for each in statement.problems]
        found += [(row, plan.reason) for plan in reading.rejected for row in plan.stated.rows or (0,)]
        room = max(LISTED - len(self.problem_ids), 0)
        self.env['amazon.punchout.import.problem'].sudo().create([
            {'import_id': self.id, 'row': row, 'reason': reason} for row, reason in found[:room]])

    def _finish(self):
        """Note that the last part is done."""
        if self.state == 'checking':
            self.write({'state': 'ready', 'part': 0, 'done_rows': 0, 'tries': 0})
        elif self.state == 'running':
            self.write({'state': 'done', 'tries': 0})
            self.env['amazon.punchout.transaction']._wake_booking()

    # === UNDOING === #

    def action_undo(self):
        """Take back what only this report has stated, while nothing of it is posted.

        :raises UserError: something that only this report has stated is posted
        """
        report_sudo = self._own('done', 'running', 'failed')
        one_at_a_time(self.env.cr, TAKING)
        transactions_sudo = report_sudo.transaction_ids
        if posted := transactions_sudo._only_stated_by(report_sudo).filtered(lambda each: each._is_posted())[:1]:
            raise UserError(self._(
                "%s is posted, so this import can't be undone. Reset the bill or payment to draft first.",
                posted.display_name))
        transactions_sudo._forget_report(report_sudo)
        self.env['amazon.punchout.reported.item'].sudo().search(
            [('import_ids', 'in', self.ids)])._forget_report(report_sudo)
        orders_sudo = self.env['amazon.punchout.reported.order'].sudo().search([('import_ids', 'in', self.ids)])
        orders_sudo.filtered(lambda order: order.import_ids == report_sudo).unlink()
        report_sudo.write({'state': 'undone', 'part': 0, 'done_rows': 0})
        report_sudo.message_post(body=self.env._("Undone."))
