from datetime import timedelta
from functools import partial

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import groupby

from ... import rest
from ...tools.api_faults import ApiClosed, ApiFault, ApiRejected
from ...tools.problems import raise_problem
from ...tools.sentences import Reason
from ...tools.steps import apart, attempt
from .amazon_punchout_api import REPORTING

FOLLOWED_STATES = ('unclear', 'sent', 'confirmed', 'partial')
# Orders that were approved earlier are not asked about.
FOLLOWED_DAYS = 60
# Orders of one round: as many as one question about shipments may name.
ROUND = rest.MAX_ORDERS
MAX_PAGES = 50
FAILURES_TO_NOTIFY = 5


class AmazonPunchoutApiFollow(models.Model):
    """Asking the Reporting API about unclear orders, and about orders for which no messages come."""
    _inherit = 'amazon.punchout.api'

    next_report_at = fields.Datetime("Next Question", readonly=True, copy=False)
    report_problem = Reason(readonly=True, copy=False, help="Why the last question did not succeed.")
    report_failures = fields.Integer(readonly=True, copy=False)

    @api.model
    def _cron_follow(self):
        """Ask about the orders that are due, the unclear ones first."""
        cron = self.env['ir.cron']
        for access in self.search([('use_reporting', '=', True)], order='id'):
            access = access._in_notified_language()
            while access._is_report_due() and (orders := access._orders_to_follow()) and cron._commit_progress():
                if not access._follow(orders):
                    break
                cron._commit_progress(len(orders))
        self.env['amazon.punchout.document']._go_on_at_once('amazon_punchout.ir_cron_follow', lambda: any(
            access._is_report_due() and access._orders_to_follow()
            for access in self.search([('use_reporting', '=', True)])))

    def _is_report_due(self):
        """Tell whether something may be asked now.

        :rtype: bool
        """
        self.ensure_one()
        return (not self.next_report_at or self.next_report_at <= fields.Datetime.now()) and self._is_asking(REPORTING)

    def _go_on(self, api_name):
        """Override to ask soon again."""
        super()._go_on(api_name)
        if api_name == REPORTING:
            self.write({'next_report_at': False, 'report_failures': 0, 'report_problem': False})

    def _orders_to_follow(self):
        """Find the orders that are due.

        :return: the `purchase.order` records, the unclear ones first
        """
        now = fields.Datetime.now()
        groups = self.sudo().with_context(active_test=False).group_ids
        due = Domain('amazon_group_id', 'in', groups.filtered_domain(groups._sending_domain()).ids) \
            & Domain('state', '=', 'purchase') & Domain('amazon_follow_done', '=', False) \
            & (Domain('amazon_follow_at', '=', False) | Domain('amazon_follow_at', '<=', now))
        orders = self.env['purchase.order']
        unclear = orders.search(due & Domain('amazon_state', '=', 'unclear'), order='amazon_follow_at', limit=ROUND)
        return unclear + orders.search(
            due & Domain('amazon_state', 'in', FOLLOWED_STATES[1:])
            & Domain('date_approve', '>=', now - timedelta(days=FOLLOWED_DAYS)),
            order='amazon_follow_at', limit=ROUND - len(unclear))

    # === ASKING === #

    def _follow(self, orders):
        """Ask about each order, then about the shipments of those that are at Amazon.

        :param orders: at most ROUND `purchase.order` records
        :return: whether to go on at once
        :rtype: bool
        """
        asked = orders.browse()
        cron = self.env['ir.cron']
        for order in orders:
            if not cron._commit_progress():
                return False
            planned = []
            # Before asking, so that no order is asked about without end, whatever happens.
            if not apart(lambda order=order, planned=planned: planned.append(order._amazon_plan_question()), self.env):
                return False  # it would be found again at once
            if planned[-1]:
                if not self._ask_order(order):
                    return False
                asked += order
        at_amazon = asked.filtered(lambda order: order._amazon_is_there())
        for region, same in groupby(at_amazon, key=lambda order: order.amazon_group_id._amazon_region()):
            if not cron._commit_progress() or not self._ask_shipments(orders.union(*same), region):
                return False
        apart(self._settle_problem, self.env)
        return True

    def _ask_order(self, order):
        """Ask about one order, and do what the answer says.

        :return: whether to go on
        :rtype: bool
        """
        path = rest.order_path(order.name, order.amazon_group_id._amazon_region())
        self.env['ir.cron']._commit_progress()  # no transaction stays open while Amazon takes its time
        reports, sentence = (), None
        try:
            answer = self._call(REPORTING, 'GET', path)
        except ApiRejected as fault:
            if fault.status == 404 and fault.code:  # Amazon does not know the number
                apart(self._keep_that_it_works, self.env)
            else:
                sentence = fault.sentence.rstrip('.')
                apart(partial(self._keep_rejected, fault), self.env)
        except ApiFault as fault:
            apart(partial(self._keep_report_fault, fault), self.env)
            return False
        else:
            apart(lambda: self._keep_answer('orders', path, answer), self.env)
            try:
                reports = rest.read_order_reports(answer.body)
            except rest.RestError as error:
                sentence = self._(
                    "Amazon's answer can't be read. %s",
                    self.env['amazon.punchout.document']._explain_rest_error(error)).rstrip('.')
        if order.amazon_state == 'unclear':
            apart(partial(order._amazon_settle_unclear, reports, path, sentence), self.env)
        elif not sentence:
            self._enter(order, partial(order._amazon_enter_reports, reports))
        return True

    def _ask_shipments(self, orders, region):
        """Ask what was shipped of some orders, page by page.

        :return: whether to go on
        :rtype: bool
        """
        items, token, tokens = [], None, set()
        while len(tokens) < MAX_PAGES:
            path = rest.shipments_path(orders.mapped('name'), region, token)
            self.env['ir.cron']._commit_progress()
            try:
                answer = self._call(REPORTING, 'GET', path)
                apart(lambda path=path, answer=answer: self._keep_answer('shipments', path, answer), self.env)
                found, token = rest.read_shipment_items(answer.body)
            except rest.RestError:
                return True  # asked again with the next question about these orders
            except ApiRejected as fault:
                apart(partial(self._keep_rejected, fault), self.env)
                return True
            except ApiFault as fault:
                apart(partial(self._keep_report_fault, fault), self.env)
                return False
            items += found
            if not token or token in tokens:
                break
            tokens.add(token)
        for order in orders:
            self._enter(order, partial(order._amazon_enter_shipments, items))
        return True

    def _keep_answer(self, kind, path, answer):
        """Store an answer, and that the API works."""
        page = self.env['amazon.punchout.api.page']._store(self, kind, path, answer)
        page._process()
        self._keep_that_it_works()

    def _keep_that_it_works(self):
        if self.report_failures:
            self.write({'report_failures': 0, 'report_problem': False})

    def _enter(self, order, step):
        """Do what Reporting states about an order; why it can't be done stands in the order's chatter.

        :param order: the `purchase.order`
        :param step: called without arguments
        """
        def run():
            what = f"What Amazon's Reporting API states about order {order.id} could not be entered"
            _remark, error = attempt(self.env, step, what, expected=(UserError,))
            if isinstance(error, UserError):
                order.message_post(body=order.env._(
                    "Amazon's Reporting API states something about this order that was not applied: %s", error))
        apart(run, self.env)

    # === FAULTS === #

    def _keep_report_fault(self, fault):
        """Keep why there is no answer, and when to ask again.

        :param ApiFault fault: of the call
        """
        if isinstance(fault, ApiClosed):
            self._stop(REPORTING, fault)
            return
        self.next_report_at = fields.Datetime.now() + self._pause_after(fault, self.report_failures)
        self._keep_rejected(fault)

    def _keep_rejected(self, fault):
        """Keep why a question has no answer. Questions about other orders may have one.

        :param ApiFault fault: of the call
        """
        self.write({'report_failures': self.report_failures + 1, 'report_problem': fault.sentence})
        if self.report_failures >= FAILURES_TO_NOTIFY:
            raise_problem(
                self, self._person_to_notify(), self.env._("Amazon could not be asked about orders"),
                Markup("<p>%s</p><p>%s</p>") % (fault.sentence, self.env._("Odoo tries again automatically.")))
