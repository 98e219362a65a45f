from odoo import http
from odoo.http import request

from .. import cxml
from ..const import CART_PATH

# Page and HTTP status for a cart that nobody here asked for and that is not held.
REFUSALS = {
    'refused': ('amazon_punchout.cart_page_refused', 403),
    'left': ('amazon_punchout.cart_page_left', 200),
    'full': ('amazon_punchout.cart_page_full', 429),
}


class AmazonPunchoutCart(http.Controller):

    @http.route(
        CART_PATH, type='http', auth='public', methods=['POST'], csrf=False, save_session=False,
        max_content_length=cxml.MAX_BYTES * 2,
    )
    def cart(self, **_fields):
        """Take the cart that Amazon sends home with the shopper's browser (BrowserFormPost).

        The POST comes from another site, so the browser leaves the session cookie out. `save_session=False` keeps
        Odoo from handing out a new one, which would log the shopper out; the answer is a 303 to a page of Odoo, a
        plain navigation that carries the shopper's own cookie again. Who it is tells the BuyerCookie, Amazon's only
        credential here; a cart that was put together on Amazon first is held until somebody who is logged in claims it, to
        whom the 303 leads. The form is read from the request itself, since Odoo drops the fields it does not know.

        :return: the way to the order, or a page that says what happened
        :rtype: werkzeug.wrappers.Response
        """
        http_request = request.httprequest
        form = http_request.form
        try:
            raw = cxml.ReceivedDocument(cxml.cart_bytes(form, http_request.get_data(cache=True)))
        except cxml.CxmlError:
            return self._page('amazon_punchout.cart_page_refused', status=400)
        sessions_sudo = request.env['amazon.punchout.session'].sudo()
        session_sudo = sessions_sudo._find_by_cookie(cxml.find_buyer_cookie(raw))
        if not session_sudo:
            session_sudo, refusal = sessions_sudo._take_unasked_cart(raw)
            if refusal:
                template, status = REFUSALS[refusal]
                return self._page(template, status=status)
        elif not session_sudo._receive_cart(raw):
            return self._page('amazon_punchout.cart_page_refused', status=403)
        if session_sudo.state == 'unclaimed':
            return request.redirect(session_sudo._claim_path(), code=303)
        if session_sudo.purchase_order_id:
            return request.redirect(f'/odoo/purchase/{session_sudo.purchase_order_id.id}', code=303)
        return self._page('amazon_punchout.cart_page', session=session_sudo)

    def _page(self, template, status=200, session=None):
        lang = session.user_id.lang if session else request.env.lang
        views_sudo = request.env['ir.ui.view'].sudo().with_context(lang=lang)  # a page for everybody
        return request.make_response(
            views_sudo._render_template(template, {'session': session}),
            headers=[('Content-Type', 'text/html; charset=utf-8'), ('Cache-Control', 'no-store')], status=status)
