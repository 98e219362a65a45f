import logging
import time

from odoo import http
from odoo.http import request

from .. import cxml
from ..const import CART, CART_PATH
from ..tools.log import log_document
from .pages import answers_only, page, redirect

_logger = logging.getLogger(__name__)

# Page and HTTP status for a cart that is not stored, by reason. All other reasons depend on whether we know the group
# that the cart is addressed to: a stranger who posts one gets the same answer as for a cart that is held.
NOT_STORED = {
    'unreadable': ('amazon_punchout.cart_page_refused', 400),
    'unknown': ('amazon_punchout.cart_page_refused', 403),
    'empty': ('amazon_punchout.cart_page_left', 200),
}


class CartDispatcher(http.HttpDispatcher):
    """The route that receives carts.

    Odoo's dispatcher makes fields of the whole form before a controller sees it, which takes much more memory than the
    form has bytes, and anyone may post here.
    """
    routing_type = 'amazon_cart'

    def dispatch(self, endpoint, args):
        """Override of `http` to leave the body alone."""
        self.request.params = dict(args)
        return self.request.registry['ir.http']._dispatch(endpoint)


class AmazonPunchoutCart(http.Controller):
    """The endpoint for the carts that shoppers' browsers post."""

    @http.route(
        CART_PATH, type='amazon_cart', auth='public', methods=['POST'], csrf=False, save_session=False,
        max_content_length=cxml.MAX_BYTES * 2,
    )
    @answers_only('POST')
    def cart(self):
        """Accept the cart that Amazon returns by the shopper's browser (BrowserFormPost).

        The POST comes from another site, so the browser leaves the session cookie out. `save_session=False` keeps Odoo
        from setting a new one, which would log the shopper out; the answer is a 303 to a page of Odoo, a plain
        navigation that carries the shopper's own cookie again. The shopper is known by the BuyerCookie, Amazon's only
        credential here. A cart that was filled on Amazon first has none of ours: it is held, and the 303 leads to a
        page where a member of the group, logged in, can claim it. A cart that can't be held leads there as well, and
        only a user who is logged in learns that it is not there.

        :return: a redirection to the order, or a page that tells what happened
        :rtype: werkzeug.wrappers.Response
        """
        started = time.monotonic()
        session_sudo, reason, claim_path = self._store()
        log_document(
            _logger, 'received', CART, session_sudo._cart_document().payload_id, session_sudo.purchase_order_id,
            f'not stored, {reason}' if reason else f'stored for shopping trip {session_sudo.id}, {session_sudo.state}',
            started)
        if reason in NOT_STORED:
            template, status = NOT_STORED[reason]
            return page(template, request.env.lang, status, session=None)
        return redirect(claim_path) if claim_path else self._answer(session_sudo)

    def _store(self):
        """Store the cart of the request.

        :return: the trip in superuser mode, or an empty recordset; None, or why it is not stored; where an unsolicited
            cart can be claimed if it is held, None for others
        :rtype: tuple
        """
        sessions_sudo = request.env['amazon.punchout.session'].sudo()  # the browser is not logged in
        http_request = request.httprequest
        body = http_request.get_data(cache=True)
        form = {}
        if http_request.mimetype == 'application/x-www-form-urlencoded':
            form = cxml.form_fields(body)
        elif http_request.mimetype == 'multipart/form-data':
            form = http_request.form  # at most 1,000 parts
        try:
            raw = cxml.ReceivedDocument(cxml.cart_bytes(form, body))
        except cxml.CxmlError:
            return sessions_sudo, 'unreadable', None
        session_sudo = sessions_sudo._find_by_cookie(cxml.find_buyer_cookie(raw))
        if not session_sudo:
            session_sudo, reason = sessions_sudo._hold_unsolicited_cart(raw, http_request.remote_addr)
            return session_sudo, reason, sessions_sudo._claim_path_of(raw)
        return (session_sudo, None, None) if session_sudo._receive_cart(raw) else (sessions_sudo, 'unknown', None)

    def _answer(self, session_sudo):
        """Lead the browser to the order, or to a page that tells why there is none.

        :param session_sudo: the `amazon.punchout.session` of the cart
        :rtype: werkzeug.wrappers.Response
        """
        if session_sudo.state == 'unclaimed':
            return redirect(session_sudo._claim_path())
        if session_sudo.purchase_order_id:
            return redirect(f'/odoo/purchase/{session_sudo.purchase_order_id.id}')
        lang = session_sudo.user_id.lang or request.env.lang
        return page('amazon_punchout.cart_page', lang, session=session_sudo.with_context(lang=lang))
