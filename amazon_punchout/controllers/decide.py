import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..const import DECIDE_PATH
from .pages import answers_only, page, redirect


class AmazonPunchoutDecide(http.Controller):
    """The page for an approver who comes from an e-mail: it shows the order, and its button decides."""

    @http.route(f'{DECIDE_PATH}/approve/<int:order_id>', type='http', auth='user', methods=['GET', 'POST'])
    @answers_only('GET', 'POST')
    def approve(self, order_id, shown=''):
        """Show what is asked for, and approve it when the page's button is pressed."""
        return self._decide(order_id, 'approve', shown)

    @http.route(f'{DECIDE_PATH}/refuse/<int:order_id>', type='http', auth='user', methods=['GET', 'POST'])
    @answers_only('GET', 'POST')
    def refuse(self, order_id, shown='', reason=''):
        """Show what is asked for, and refuse it when the page's button is pressed."""
        return self._decide(order_id, 'refuse', shown, reason)

    def _decide(self, order_id, decision, shown, reason=''):
        """Show what is asked for; a POST, which only the page's own button sends, approves or refuses it.

        A link in an e-mail is opened by scanners and previews, too, so opening it changes nothing. What the page has
        shown comes back with the decision: if the order differs by then, the page is shown again and says in what.

        :param int order_id: id of the order
        :param str decision: `approve` or `refuse`
        :param str shown: what the page has shown, as JSON
        :param str reason: why it is refused
        :rtype: werkzeug.wrappers.Response
        :raises werkzeug.exceptions.NotFound: there is no such order, or the user may not read it
        """
        order = self._find_order(order_id)
        # Buyers need no rights in Inventory to know where their orders are delivered.
        order_sudo = order.sudo()
        problem = self._problem(order, decision)
        changes, lacks_reason = (), False
        if request.httprequest.method == 'POST' and not problem:
            changes = order_sudo._amazon_changes_since(self._read_shown(shown))
            lacks_reason = decision == 'refuse' and not reason.strip()
            if not changes and not lacks_reason:
                try:
                    with request.env.cr.savepoint():
                        self._carry_out(order, decision, reason)
                    return redirect(f'/odoo/purchase/{order.id}')
                except UserError as error:
                    problem = str(error)
        return page(
            'amazon_punchout.decide_page', request.env.lang, has_form=True, order=order, decision=decision,
            title=self._title(order, decision, problem), problem=problem, changes=changes,
            lacks_reason=lacks_reason, reason=reason,
            sentences=order_sudo._as_browser()._amazon_request_sentences(), shown=json.dumps(order_sudo._amazon_show()),
            session=None, csrf_token=request.csrf_token())

    def _title(self, order, decision, problem):
        """Ask for the decision.

        :param str | None problem: why the user can't decide
        :rtype: str
        """
        if problem:
            return self.env._("Order %s can't be decided here", order.name)
        if decision == 'approve':
            return self.env._("Approve order %s?", order.name)
        return self.env._("Refuse order %s?", order.name)

    def _find_order(self, order_id):
        """Find the order of the page, in its own company.

        :param int order_id: its id
        :return: the `purchase.order`
        :raises werkzeug.exceptions.NotFound: there is no such order, or the user may not read it
        """
        # An approver of several companies comes without having chosen one.
        order = request.env['purchase.order'].with_context(allowed_company_ids=request.env.user.company_ids.ids)
        # A vendor's contact in the portal may read the order, and approves nothing.
        if not 0 < order_id < 2 ** 31 or not request.env.user._is_internal():  # PostgreSQL's integers
            raise request.not_found()
        order = order.browse(order_id).exists()
        if not order.has_access('read') or not order.amazon_session_id:
            raise request.not_found()
        return order.with_context(allowed_company_ids=order.company_id.ids)

    def _read_shown(self, shown):
        """Read what the page has shown.

        :param str shown: the JSON that its form has sent back
        :return: empty if it is none
        :rtype: dict
        """
        try:
            return json.loads(shown)
        except (ValueError, RecursionError):
            return {}

    def _carry_out(self, order, decision, reason):
        """Approve or refuse an order.

        :param order: the `purchase.order`
        :param str decision: `approve` or `refuse`
        :param str reason: why it is refused
        :raises UserError: why this can't be done
        """
        if decision == 'refuse':
            order._amazon_refuse(reason)
            return
        action = order.action_amazon_order()
        if action.get('type') != 'ir.actions.act_window_close':
            raise UserError(order._amazon_not_ordered_sentence(action))

    def _problem(self, order, decision):
        """Say why the user can't decide.

        :param order: a `purchase.order`
        :param str decision: `approve` or `refuse`
        :return: None if they can
        :rtype: str | None
        """
        if order.state == 'cancel':
            return order._as_browser().amazon_status  # who refused it, and why
        try:
            order._amazon_check_approvable()
            if decision == 'approve':
                if not order._amazon_approval_allowed():
                    raise UserError(order._amazon_waiting_sentence())
            else:
                order._amazon_check_may_refuse()
        except UserError as error:
            return str(error)
        return None
