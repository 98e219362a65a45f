from datetime import timedelta
from functools import partial

from markupsafe import Markup

from odoo import api, fields, models

from ... import rest
from ...tools.api_faults import ApiClosed, ApiFault, ApiLater, ApiRejected
from ...tools.problems import raise_problem
from ...tools.sentences import Reason
from ...tools.steps import apart
from ...transactions import INVOICE
from .amazon_punchout_api import RECONCILIATION

# Amazon may state a charge later than it says, or state it again: so each day these days are fetched again.
OVERLAP = timedelta(days=5)
# One question covers at most this period, so that a first fetch of a year goes on where it was interrupted.
WINDOW = timedelta(days=31)
# A period with more pages than this is not fetched further: something is wrong.
MAX_PAGES = 500
DAY = timedelta(days=1)
# So many failures in a row are told to a person.
FAILURES_TO_NOTIFY = 5
# Invoices whose payment is asked about in one day.
MAX_FOLLOWED = 250
# Pages whose invoices could not be asked for: so many are asked for again in one day. A person is notified after some
# days.
MAX_LEFT, LEFT_TO_NOTIFY = 50, timedelta(days=2)


class AmazonPunchoutApiFetch(models.Model):
    """Fetching charges and refunds day by day.

    Each page is stored and committed, together with the token of the next one, before it is processed. So a fetch that
    was interrupted goes on with the next page, and nothing is lost or booked twice: Amazon's transaction IDs tell what
    is known.
    """
    _inherit = 'amazon.punchout.api'

    fetch_since = fields.Date(
        "Fetch Charges Since", required=True, default=lambda self: fields.Date.context_today(self) - timedelta(days=30),
        help="Charges that Amazon stated before this day are not fetched.")
    fetched_until = fields.Datetime(readonly=True, copy=False)
    next_fetch_at = fields.Datetime("Next Fetch", readonly=True, copy=False)
    fetch_problem = Reason(readonly=True, copy=False, help="Why the last fetch did not succeed.")
    fetch_failures = fields.Integer(readonly=True, copy=False)
    # The period that is being fetched, and the page to ask for next.
    fetch_from = fields.Datetime(readonly=True, copy=False)
    fetch_to = fields.Datetime(readonly=True, copy=False)
    fetch_cursor = fields.Char(readonly=True, copy=False, exportable=False, groups='base.group_system')
    fetch_pages = fields.Integer(readonly=True, copy=False)
    fetch_restarts = fields.Integer(readonly=True, copy=False)
    page_ids = fields.One2many('amazon.punchout.api.page', 'api_id', "Answers", readonly=True)
    page_count = fields.Integer("Number of Answers", compute='_compute_page_count')

    @api.depends('page_ids')
    def _compute_page_count(self):
        counts = dict(self.env['amazon.punchout.api.page']._read_group(
            [('api_id', 'in', self.ids)], ['api_id'], ['__count']))
        for access in self:
            access.page_count = counts.get(access._origin, 0)

    def write(self, vals):
        """Override of `mail` to begin anew if charges of other days are to be fetched."""
        result = super().write(vals)
        if 'fetch_since' in vals:
            self.sudo().write({  # the token of a page is for nobody
                'fetched_until': False, 'fetch_from': False, 'fetch_to': False, 'fetch_cursor': False, 'fetch_pages': 0,
                'next_fetch_at': False})
        return result

    # === ACTIONS === #

    def action_fetch_now(self):
        """Have charges and refunds fetched now, by the scheduled action.

        :return: an action with a notification
        :rtype: dict
        """
        self.ensure_one()
        self.check_access('write')
        if reason := self._not_fetching_reason():
            kind, message = 'warning', reason
        else:
            self.next_fetch_at = False
            self._wake_fetching()
            kind, message = 'info', self.env._("Odoo fetches charges and refunds in the background.")
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {
                'message': str(message), 'type': kind, 'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'}}}

    def action_open_pages(self):
        """Open the answers of this access."""
        self.ensure_one()
        self.check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_api_page_action')
        return {**action, 'domain': [('api_id', '=', self.id)]}

    def _not_fetching_reason(self):
        """Say why nothing is fetched.

        :return: False if it is
        :rtype: str | bool
        """
        if not self.use_reconciliation:
            return self.env._("Switch on Use Reconciliation first.")
        if self.reconciliation_state == 'stopped':
            return self._("%s Press Test Connection when this is resolved.", self.reconciliation_problem or "")
        return self._resting_reason()

    def _go_on(self, api_name):
        """Override to fetch soon again."""
        super()._go_on(api_name)
        if api_name == RECONCILIATION and self.fetch_failures:
            self.write({'next_fetch_at': False, 'fetch_failures': 0, 'fetch_problem': False})

    @api.model
    def _wake_fetching(self, at=None):
        self.env['amazon.punchout.document']._wake_scheduled_action('amazon_punchout.ir_cron_fetch', at=at)

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_fetch(self):
        """Fetch page by page while the scheduler leaves time, then process what an earlier run left."""
        cron = self.env['ir.cron']
        for access in self.search([('use_reconciliation', '=', True)], order='id'):
            access = access._in_notified_language()
            while access._is_fetch_due() and cron._commit_progress():
                if not access._fetch_next():
                    break
                cron._commit_progress(1)
        for page in self.env['amazon.punchout.api.page'].search([('state', '=', 'received')], order='id'):
            if not cron._commit_progress():
                break
            apart(page._process, self.env)
        due = self.search([('use_reconciliation', '=', True)]).filtered(lambda access: access._is_fetch_due())
        self.env['amazon.punchout.document']._go_on_at_once('amazon_punchout.ir_cron_fetch', lambda: due or self.env[
            'amazon.punchout.api.page'].search_count([('state', '=', 'received')], limit=1))
        cron._commit_progress(remaining=len(due))

    def _is_fetch_due(self):
        """Tell whether something is to be asked now.

        :rtype: bool
        """
        self.ensure_one()
        now = fields.Datetime.now()
        return (not self.next_fetch_at or self.next_fetch_at <= now) \
            and fields.Datetime.to_datetime(self.fetch_since) <= now and self._is_asking(RECONCILIATION)

    def _fetch_next(self):
        """Ask for the next page, store it, then process it.

        :return: whether to go on at once
        :rtype: bool
        """
        self.ensure_one()
        if not apart(self._begin_period, self.env):
            return False
        path = rest.transactions_path(self.fetch_from, self.fetch_to, self.fetch_cursor or None)
        self.env['ir.cron']._commit_progress()  # no transaction stays open while Amazon takes its time
        try:
            answer = self._call(RECONCILIATION, 'GET', path)
        except ApiFault as fault:
            apart(partial(self._keep_fault, fault), self.env)
            return False
        pages = []
        if not apart(lambda: pages.append(self._keep_page(path, answer)), self.env):
            sentence = self._("An error occurred in Odoo. An administrator can find it in the server log.")
            apart(partial(self._postpone, sentence, DAY, is_told=True), self.env)
            return False
        apart(pages[-1]._process, self.env)
        if not self.fetch_to:
            self._end_day(pages[-1])
        else:
            self._ask_invoices(pages[-1])
        return True

    def _begin_period(self):
        """Choose the period to be fetched, unless one is under way."""
        if not self.fetch_to:
            now = fields.Datetime.now()
            first = fields.Datetime.to_datetime(self.fetch_since)
            begin = max(first, self.fetched_until - OVERLAP) if self.fetched_until else first
            self._set_period(begin, now)

    def _set_period(self, begin, now):
        self.write({
            'fetch_from': begin, 'fetch_to': min(begin + WINDOW, now), 'fetch_cursor': False, 'fetch_pages': 0,
            'fetch_restarts': 0})

    def _keep_page(self, path, answer):
        """Store a page, and where to go on. All in one transaction, before anything of the page is processed.

        :param str path: what was asked
        :param http_post.Answer answer: the page
        :return: the `amazon.punchout.api.page`
        """
        page = self.env['amazon.punchout.api.page']._store(self, 'transactions', path, answer)
        try:
            token = rest.read_transactions(answer.body).next_page_token
        except rest.RestError as error:
            explanation = self.env['amazon.punchout.document']._explain_rest_error(error)
            self._postpone(self._("Amazon's answer can't be read. %s", explanation), DAY)
            return page
        page.is_invoice_due = True
        self.write({'fetch_failures': 0, 'fetch_problem': False, 'fetch_pages': self.fetch_pages + 1})
        if token and (token == self.fetch_cursor or self.fetch_pages >= MAX_PAGES):
            self.fetch_cursor = False
            self._postpone(self._(
                "Amazon's pages from %(begin)s to %(end)s don't end. They are fetched again from the first page "
                "tomorrow.", begin=self.fetch_from.date(), end=self.fetch_to.date()), DAY, is_told=True)
            self.fetch_pages = 0
        elif token:
            self.fetch_cursor = token
        else:
            self._end_period()
        return page

    def _end_period(self):
        """Go on with the next period, or with the next day."""
        now = fields.Datetime.now()
        self.fetched_until = max(self.fetch_to, self.fetched_until or self.fetch_to)
        if self.fetch_to < now - DAY / 2:
            self._set_period(self.fetch_to, now)
            return
        self.write({
            'fetch_from': False, 'fetch_to': False, 'fetch_cursor': False, 'fetch_pages': 0,
            'fetch_restarts': 0, 'next_fetch_at': now + DAY - timedelta(hours=1)})  # before the next daily run

    # === FAULTS === #

    def _keep_fault(self, fault):
        """Keep why nothing came, and when to ask again.

        :param ApiFault fault: of the call
        """
        if isinstance(fault, ApiClosed):
            self._stop(RECONCILIATION, fault)
        elif isinstance(fault, ApiLater):
            self._postpone(fault.sentence, self._pause_after(fault, self.fetch_failures))
        elif isinstance(fault, ApiRejected):
            # The token of a page may have expired: then the period begins again, at most once a day.
            self._postpone(fault.sentence, DAY, is_told=not self.fetch_cursor or bool(self.fetch_restarts))
            self.write({'fetch_cursor': False, 'fetch_pages': 0, 'fetch_restarts': self.fetch_restarts + 1})

    def _postpone(self, sentence, pause, is_told=False):
        """Ask again after a pause.

        :param str sentence: why
        :param timedelta pause: how long
        :param bool is_told: a person must look at it; otherwise only if it lasts
        """
        at = fields.Datetime.now() + pause
        self.write({'fetch_failures': self.fetch_failures + 1, 'fetch_problem': sentence, 'next_fetch_at': at})
        self._wake_fetching(at=at)
        if is_told or self.fetch_failures >= FAILURES_TO_NOTIFY:
            raise_problem(
                self, self._person_to_notify(), self.env._("Amazon's charges could not be fetched"),
                Markup("<p>%s</p><p>%s</p>") % (sentence, self.env._("Odoo tries again automatically.")))

    # === INVOICES === #

    def _end_day(self, page):
        """Ask how invoices stand, and for the invoices that could not be asked for before.

        :param page: the last `amazon.punchout.api.page` of the day
        """
        if self._ask_invoices(page, self._invoices_to_follow()):
            for left in page.search([
                    ('api_id', '=', self.id), ('is_invoice_due', '=', True)], order='id', limit=MAX_LEFT):
                if not self._ask_invoices(left):
                    break
        apart(self._settle_problem, self.env)

    def _ask_invoices(self, page, numbers=()):
        """Ask for the invoices of what a page charges, and how invoices stand. What fails is asked again tomorrow.

        :param page: the `amazon.punchout.api.page` with charges
        :param numbers: of other invoices
        :return: whether everything was answered
        :rtype: bool
        """
        try:
            transactions = rest.read_transactions(page._raw()).transactions
        except rest.RestError:
            return True
        lines = dict.fromkeys(
            (line.order_ref, line.order_line_item_id, line.shipment_id)
            for transaction in transactions if not transaction.invoice_number
            for line in transaction.lines if line.order_ref and line.order_line_item_id)
        numbers = dict.fromkeys([*(
            transaction.invoice_number for transaction in transactions
            if transaction.instrument == INVOICE and transaction.invoice_number), *numbers])
        questions = [('invoices', *rest.invoices_body(batch)) for batch in _batches(lines, rest.MAX_ORDER_LINES)]
        questions += [('payment_details', *rest.payment_details_body(batch))
                      for batch in _batches(numbers, rest.MAX_INVOICES)]
        for kind, path, body in questions:
            if not self.env['ir.cron']._commit_progress():
                return False
            try:
                answer = self._call(RECONCILIATION, 'POST', path, body)
            except ApiFault as fault:
                apart(partial(self._keep_invoice_fault, fault, page), self.env)
                return False
            store = partial(self.env['amazon.punchout.api.page']._store, self, kind, path, answer)
            apart(lambda store=store: store()._process(), self.env)
        return apart(lambda: page.write({'is_invoice_due': False}), self.env)

    def _keep_invoice_fault(self, fault, page):
        """Keep that invoices could not be asked for, which stops no charges.

        :param ApiFault fault: of the call
        :param page: the `amazon.punchout.api.page` with the charges
        """
        if isinstance(fault, ApiClosed) and fault.is_login:
            self._keep_fault(fault)
            return
        if isinstance(fault, ApiRejected):  # it would be declined tomorrow, too
            page.write({'is_invoice_due': False, 'state': 'attention', 'reason': fault.sentence})
        elif isinstance(fault, ApiLater) and page.asked_at > fields.Datetime.now() - LEFT_TO_NOTIFY:
            return
        raise_problem(
            self, self._person_to_notify(), self.env._("Amazon's invoices could not be fetched"),
            Markup("<p>%s</p><p>%s</p>") % (fault.sentence, self._(
                "Charges and refunds are fetched. The numbers of their invoices are missing: download a report from "
                "Amazon that has them, or enter them on the bills.")))

    def _invoices_to_follow(self):
        """List Amazon's invoices that are booked and not paid, so that their due date and status are up to date.

        :return: their numbers
        :rtype: list[str]
        """
        return self.env['account.move'].sudo().search([
            ('move_type', '=', 'in_invoice'), ('state', '!=', 'cancel'), ('amazon_invoice_id', '!=', False),
            ('payment_state', 'in', ('not_paid', 'partial')), ('amazon_group_id', 'in', self.sudo().group_ids.ids),
        ], order='invoice_date_due', limit=MAX_FOLLOWED).mapped('amazon_invoice_id')


def _batches(values, size):
    """Cut values into lists of at most a size."""
    values = list(values)
    return [values[begin:begin + size] for begin in range(0, len(values), size)]
