import base64
import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ... import rest
from ...tools.durable import make_durable
from ...tools.one_at_a_time import is_free
from ...tools.packed import Body
from ...tools.problems import raise_problem
from ...tools.sentences import Reason, joined, sentence
from ...tools.steps import attempt, explain
from .amazon_punchout_import import TAKING

_logger = logging.getLogger(__name__)

READERS = {
    'transactions': rest.read_transactions,
    'invoices': rest.read_invoices,
    'payment_details': rest.read_payment_details,
    'orders': rest.read_orders,
    'shipments': rest.read_shipments,
}
# What an order says of Amazon's answers is kept in its documents; the answers themselves are kept for so many days.
FOLLOWED_KINDS, FOLLOWED_DAYS = ('orders', 'shipments'), 90
# The path is the whole question: no values are posted.
ASKED_BY_PATH = ('transactions', *FOLLOWED_KINDS)
# When a page is tried again that came while a report was being imported.
BUSY_PAUSE = timedelta(minutes=2)
# Problems of one page that are listed for a person.
MAX_PROBLEMS = 20


class AmazonPunchoutApiPage(models.Model):
    """One answer of an API, stored as it came before anything is done with it."""
    _name = 'amazon.punchout.api.page'
    _ = sentence
    _description = "Answer of an Amazon API"
    _order = 'id desc'
    _rec_name = 'question'

    api_id = fields.Many2one(
        'amazon.punchout.api', "API Access", required=True, readonly=True, index=True, ondelete='cascade')
    kind = fields.Selection([
        ('transactions', "Charges and Refunds"),
        ('invoices', "Invoices"),
        ('payment_details', "Payment Details"),
        ('orders', "Order"),
        ('shipments', "Shipments"),
    ], required=True, readonly=True)
    question = fields.Char(readonly=True, help="What was asked.")
    asked_at = fields.Datetime("Asked On", required=True, readonly=True)
    request_id = fields.Char("Request ID", readonly=True, help="By which Amazon finds the request in its own logs.")
    body = Body("Answer", readonly=True, help="The answer as it came.")
    file_name = fields.Char(compute='_compute_file_name')
    state = fields.Selection([
        ('received', "Received"),
        ('processed', "Processed"),
        ('attention', "Needs Attention"),
        ('replaced', "Replaced"),
    ], "Status", default='received', required=True, readonly=True, help="An answer is replaced by the next one to the "
        "same question.")
    reason = Reason(readonly=True, help="What could not be understood.")
    is_invoice_due = fields.Boolean(readonly=True, help="The invoices of these charges are still to be asked for.")

    _received_idx = models.Index("(id) WHERE state = 'received'")
    _invoice_due_idx = models.Index("(api_id) WHERE is_invoice_due IS TRUE")  # as the ORM writes it

    @api.depends('kind', 'asked_at')
    def _compute_file_name(self):
        for page in self:
            page.file_name = f'{page.kind}-{page.id}.json'

    @api.model
    def _store(self, access, kind, question, answer):
        """Store an answer.

        :param access: the `amazon.punchout.api`
        :param str kind: of the field
        :param str question: what was asked
        :param http_post.Answer answer: what came
        :return: the page
        """
        make_durable(self.env.cr)  # the next page is asked for after this commit
        if kind in ASKED_BY_PATH:
            self.search([
                ('api_id', '=', access.id), ('kind', '=', kind), ('question', '=', question),
                ('state', '=', 'attention')]).state = 'replaced'
        return self.create({
            'api_id': access.id, 'kind': kind, 'question': question, 'asked_at': fields.Datetime.now(),
            'request_id': answer.headers.get('x-amzn-RequestId'), 'body': base64.b64encode(answer.body)})

    @api.autovacuum
    def _drop_old_answers(self):
        """Remove old answers about orders and shipments, of which there is one for each question."""
        self.sudo().search([
            ('kind', 'in', FOLLOWED_KINDS), ('state', 'in', ('processed', 'replaced')),
            ('asked_at', '<', fields.Datetime.now() - timedelta(days=FOLLOWED_DAYS))], limit=10_000).unlink()

    def _raw(self):
        """Give the answer as it came.

        :rtype: bytes
        """
        self.ensure_one()
        if body := self.with_context(bin_size=False).body:
            return base64.b64decode(body)
        # Versions before 2.5 kept it as a file. Their update moves it.
        return self.env['ir.attachment'].sudo().search([
            ('res_model', '=', self._name), ('res_field', '=', 'body'), ('res_id', '=', self.id)], limit=1).raw or b''

    # === PROCESSING === #

    def _process(self):
        """Hand over what the answer says, and keep what could not be understood. May run any number of times."""
        self.ensure_one()
        if not self.try_lock_for_update():
            return
        if not is_free(self.env.cr, TAKING):
            # A report is being imported: the page waits for the next run.
            self.env['amazon.punchout.api']._wake_fetching(at=fields.Datetime.now() + BUSY_PAUSE)
            return
        what = f"Answer {self.id} of an Amazon API could not be processed"
        person = self.api_id._person_to_notify()
        page = self.with_context(lang=person.lang or self.env.lang)
        sentences, error = attempt(self.env, page._hand_over, what, expected=(rest.RestError,))
        if isinstance(error, rest.RestError):
            sentences = [page._(
                "Amazon's answer can't be read. %s", page.env['amazon.punchout.document']._explain_rest_error(error))]
        elif error:
            sentences = [explain(page.env, error, what)]
        self.write({
            'state': 'attention' if sentences else 'processed', 'reason': joined("\n", sentences or []) or False})
        if sentences:
            page._notify(person, sentences)

    def _hand_over(self):
        """Read the answer and give it to the room of charges.

        :return: a sentence for each thing that was not understood
        :rtype: list[str]
        """
        statement = READERS[self.kind](self._raw())
        self._import_statement(statement)
        return [self._explain_problem(problem) for problem in statement.problems[:MAX_PROBLEMS]]

    def _import_statement(self, statement):
        """Give what Amazon states to the charges.

        :param transactions.Statement statement: of one page
        """
        groups = self.api_id.sudo().with_context(active_test=False).group_ids
        if hasattr(importer := self.env.get('amazon.punchout.transaction'), '_import_statement'):
            importer.sudo()._import_statement(
                statement, 'api', groups=groups, fallback=groups if len(groups) == 1 else groups.browse())

    def _notify(self, person, sentences):
        """Raise one activity about what was not understood."""
        access = self.api_id
        note = Markup("<p>%s</p><p>%s</p>") % (self._(
            "Odoo did not understand everything that Amazon's API answered. The answer is kept under Answers. What was "
            "understood was processed."), Markup("<br/>").join(sentences))
        raise_problem(access, person, self.env._("Amazon's API: check an answer"), note)

    def action_retry(self):
        """Process these answers again, for instance after an update of the addon."""
        self.check_access('read')
        self.env['amazon.punchout.api'].browse(self.api_id.ids).check_access('write')
        for page in self.sudo():  # nobody writes answers
            page._process()
        self.sudo().api_id._settle_problem()

    # === WORDS === #

    @api.model
    def _explain_problem(self, problem):
        """Say what was not understood.

        :param transactions.Problem problem: of the reader
        :rtype: str
        """
        values = {'row': problem.row, 'column': problem.column, 'value': problem.value or "–"}
        sentences = {
            'unknown_type': self._(
                "Entry %(row)s: Odoo does not know the type “%(value)s” and did not book it.", **values),
            'missing': self._("Entry %(row)s (%(value)s) has no %(column)s and was not booked.", **values),
            'mixed_currency': self._(
                "Entry %(row)s has several currencies (%(value)s) and was not booked.", **values),
        }
        return sentences.get(problem.code) or self._(
            "Entry %(row)s has a value in %(column)s that Odoo does not understand: %(value)s.", **values)
