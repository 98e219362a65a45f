from odoo import http
from odoo.http import request

from .. import cxml


class AmazonPunchoutCart(http.Controller):

    @http.route(
        '/amazon_punchout/cart', type='http', auth='public', methods=['POST'], csrf=False, save_session=False,
        max_content_length=cxml.MAX_BYTES * 2,
    )
    def cart(self, **_fields):
        """Take the cart that Amazon sends home with the shopper's browser (BrowserFormPost).

        The POST comes from another site, so the browser leaves the session cookie out. `save_session=False` keeps
        Odoo from handing out a new one, which would log the shopper out; the answer is a 303 to a page of Odoo, a
        plain navigation that carries the shopper's own cookie again. Who it is tells the BuyerCookie, Amazon's only
        credential here. The form is read from the request itself, since Odoo drops the fields it does not know.

        :return: the way to the order, or a page that says what happened
        :rtype: werkzeug.wrappers.Response
        """
        http_request = request.httprequest
        form = http_request.form
        try:
            raw = cxml.cart_bytes(form, http_request.get_data(cache=True))
        except cxml.CxmlError:
            return self._page('amazon_punchout.cart_page_refused', status=400)
        session_sudo = request.env['amazon.punchout.session'].sudo()._find_by_cookie(cxml.find_buyer_cookie(raw))
        if not session_sudo or not session_sudo._receive_cart(raw):
            return self._page('amazon_punchout.cart_page_refused', status=403)
        if session_sudo.purchase_order_id:
            return request.redirect(f'/odoo/purchase/{session_sudo.purchase_order_id.id}', code=303)
        return self._page('amazon_punchout.cart_page', session=session_sudo)

    def _page(self, template, status=200, session=None):
        lang = session.user_id.lang if session else request.env.lang
        views_sudo = request.env['ir.ui.view'].sudo().with_context(lang=lang)  # a page for everybody
        return request.make_response(
            views_sudo._render_template(template, {'session': session}),
            headers=[('Content-Type', 'text/html; charset=utf-8'), ('Cache-Control', 'no-store')], status=status)
