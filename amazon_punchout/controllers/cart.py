import logging
import time

from odoo import http
from odoo.http import request

from .. import cxml
from ..const import CART, CART_PATH
from ..tools.log import log_document

_logger = logging.getLogger(__name__)

# Page and HTTP status for a cart that is not stored, by reason.
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
    def cart(self):
        """Accept the cart that Amazon returns by the shopper's browser (BrowserFormPost).

        The POST comes from another site, so the browser leaves the session cookie out. `save_session=False` keeps Odoo
        from setting a new one, which would log the shopper out; the answer is a 303 to a page of Odoo, a plain
        navigation that carries the shopper's own cookie again. The shopper is known by the BuyerCookie, Amazon's only
        credential here. A cart that was filled on Amazon first has none of ours: it is held, and the 303 leads to a
        page where a member of the group, logged in, can claim it.

        :return: a redirection to the order, or a page that tells what happened
        :rtype: werkzeug.wrappers.Response
        """
        started = time.monotonic()
        session_sudo, reason = self._store()
        log_document(
            _logger, 'received', CART, session_sudo._cart_document().payload_id, session_sudo.purchase_order_id,
            f'not stored, {reason}' if reason else f'stored for shopping trip {session_sudo.id}, {session_sudo.state}',
            started)
        if reason:
            template, status = NOT_STORED[reason]
            return self._page(template, status=status)
        return self._answer(session_sudo)

    def _store(self):
        """Store the cart of the request.

        :return: the trip in superuser mode and None, or an empty recordset and the reason, a key of `NOT_STORED`
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
            return sessions_sudo, 'unreadable'
        session_sudo = sessions_sudo._find_by_cookie(cxml.find_buyer_cookie(raw))
        if not session_sudo:
            return sessions_sudo._hold_unsolicited_cart(raw, http_request.remote_addr)
        return (session_sudo, None) if session_sudo._receive_cart(raw) else (sessions_sudo, 'unknown')

    def _answer(self, session_sudo):
        """Lead the browser to the order, or to a page that tells why there is none.

        :param session_sudo: the `amazon.punchout.session` of the cart
        :rtype: werkzeug.wrappers.Response
        """
        if session_sudo.state == 'unclaimed':
            return request.redirect(session_sudo._claim_path(), code=303)
        if session_sudo.purchase_order_id:
            return request.redirect(f'/odoo/purchase/{session_sudo.purchase_order_id.id}', code=303)
        return self._page('amazon_punchout.cart_page', session=session_sudo)

    def _page(self, template, status=200, session=None):
        """Render a page for a browser that may not be logged in.

        :param str template: its xmlid
        :param int status: of HTTP
        :param session: the `amazon.punchout.session` that it is about, if any
        :rtype: werkzeug.wrappers.Response
        """
        lang = session.user_id.lang if session else request.env.lang
        views_sudo = request.env['ir.ui.view'].sudo().with_context(lang=lang)  # a page for everyone
        return request.make_response(
            views_sudo._render_template(template, {'session': session}),
            headers=[('Content-Type', 'text/html; charset=utf-8'), ('Cache-Control', 'no-store')], status=status)
