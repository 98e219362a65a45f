from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..const import DECIDE_PATH
from .pages import answers_only, page, redirect


class AmazonPunchoutDecide(http.Controller):
    """The page for an approver who comes from an e-mail: it shows the order, and its button decides."""

    @http.route(f'{DECIDE_PATH}/approve/<int:order_id>', type='http', auth='user', methods=['GET', 'POST'])
    @answers_only('GET', 'POST')
    def approve(self, order_id):
        """Show what is asked for, and approve it when the page's button is pressed."""
        return self._decide(order_id, 'approve')

    @http.route(f'{DECIDE_PATH}/refuse/<int:order_id>', type='http', auth='user', methods=['GET', 'POST'])
    @answers_only('GET', 'POST')
    def refuse(self, order_id, reason=''):
        """Show what is asked for, and refuse it when the page's button is pressed."""
        return self._decide(order_id, 'refuse', reason)

    def _decide(self, order_id, decision, reason=''):
        """Show what is asked for; a POST, which only the page's own button sends, approves or refuses it.

        A link in an e-mail is opened by scanners and previews, too, so opening it changes nothing.

        :param int order_id: id of the order
        :param str decision: `approve` or `refuse`
        :param str reason: why it is refused
        :rtype: werkzeug.wrappers.Response
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
        order = order.with_context(allowed_company_ids=order.company_id.ids)
        problem = None
        if request.httprequest.method == 'POST':
            try:
                with request.env.cr.savepoint():
                    if decision == 'approve':
                        action = order.action_amazon_order()
                        if action.get('type') != 'ir.actions.act_window_close':
                            raise UserError(order._amazon_not_ordered_sentence(action))
                    else:
                        order._amazon_refuse(reason)
                return redirect(f'/odoo/purchase/{order.id}')
            except UserError as error:
                problem = str(error)
        else:
            problem = self._problem(order, decision)
        # Buyers need no rights in Inventory to know where their orders are delivered.
        sentences = order.sudo()._amazon_request_sentences()
        return page(
            'amazon_punchout.decide_page', request.env.lang, has_form=True, order=order, decision=decision,
            problem=problem, sentences=sentences, session=None, csrf_token=request.csrf_token())

    def _problem(self, order, decision):
        """Say why the user can't decide.

        :param order: a `purchase.order`
        :param str decision: `approve` or `refuse`
        :return: None if they can
        :rtype: str | None
        """
        try:
            if decision == 'approve':
                order._amazon_check_approvable()
                if not order._amazon_approval_allowed():
                    raise UserError(order._amazon_waiting_sentence())
            else:
                order._amazon_check_may_refuse()
        except UserError as error:
            return str(error)
        return None
