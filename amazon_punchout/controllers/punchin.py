from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..const import PUNCHIN_PATH, UNCLAIMED_PATH


class AmazonPunchoutPunchin(http.Controller):

    @http.route([PUNCHIN_PATH, f'{PUNCHIN_PATH}/<int:group_id>'], type='http', auth='user', methods=['GET'])
    def punchin(self, group_id=None, cart=None, warehouse=None, **_unknown):
        """Take a shopper in who comes from Amazon with a cart.

        `auth='user'` sends whoever is logged out to Odoo's own login, with all of its steps, and back to this address. What
        Amazon's browser brings is believed in nothing: the cart comes by Amazon's own answer, or waits to be claimed.

        :param int group_id: the group that the address was registered for; without it all groups of the user
        :param str cart: names a cart that waits, see `_claim_path`
        :param str warehouse: the location that was chosen on our own page, empty for a group without any
        :return: the way to Amazon or to the cart, or a page that asks or says what to do
        :rtype: werkzeug.wrappers.Response
        """
        if cart is not None:
            return self._waiting_cart(cart)
        user = request.env.user
        groups_sudo = request.env['amazon.punchout.group']._punchin_groups(user)
        if group_id is not None:
            groups_sudo = groups_sudo.filtered(lambda group: group.id == group_id)
        if not groups_sudo:
            return self._nobody()
        groups = groups_sudo.sudo(False)
        waiting = request.env['amazon.punchout.session']._claimable_from_server(groups)
        if own := waiting.filtered(lambda session: session.claim_user_id == user):
            return self._redirect(f'{UNCLAIMED_PATH}/{own.id}' if len(own) == 1 else UNCLAIMED_PATH)
        choices = [(group, place) for group in groups for place in group._allowed_warehouses() or [None]]
        # A cart that is held for nobody may be anybody's, so it stands in nobody's way.
        chosen = [each for each in choices if str(each[1].id if each[1] else '') == warehouse] if warehouse is not None else (
            choices if not waiting else [])
        if len(chosen) != 1:
            return self._page(
                'amazon_punchout.punchin_page_choose', choices=choices, carts=waiting, path=PUNCHIN_PATH,
                unclaimed_path=UNCLAIMED_PATH)
        return self._go(*chosen[0], is_location_chosen=bool(warehouse))

    def _go(self, group, warehouse, is_location_chosen):
        """Lead to Amazon's StartPage, where the cart waits that is then posted here."""
        try:
            session_sudo = group._punch_in(warehouse, is_location_chosen).sudo()  # shoppers don't read the StartPage
        except UserError as error:
            return self._page('amazon_punchout.punchin_page_failed', problem=str(error), is_test=group.state == 'test')
        if session_sudo.state == 'failed':
            return self._page('amazon_punchout.punchin_page_failed', problem=session_sudo.problem, session=session_sudo)
        return self._redirect(session_sudo.start_page_url, local=False)

    def _waiting_cart(self, token):
        session_sudo = request.env['amazon.punchout.session']._find_by_claim_token(token)
        if not session_sudo:
            return self._page('amazon_punchout.punchin_page_gone', status=404)
        if session_sudo.user_id == request.env.user and session_sudo.purchase_order_id:
            return self._redirect(f'/odoo/purchase/{session_sudo.purchase_order_id.id}')
        if session_sudo.state != 'unclaimed':
            return self._page('amazon_punchout.punchin_page_gone', status=404)
        if not session_sudo.with_user(request.env.user)._offered_groups():
            return self._nobody()
        if not session_sudo.returned_at:
            return self._page('amazon_punchout.punchin_page_wait', session=session_sudo)
        return self._redirect(f'{UNCLAIMED_PATH}/{session_sudo.id}')

    def _nobody(self):
        contacts = request.env['amazon.punchout.group']._punchin_contacts(request.env.user)
        return self._page('amazon_punchout.punchin_page_nobody', status=403, contacts=contacts)

    def _redirect(self, url, local=True):
        response = request.redirect(url, code=303, local=local)
        response.headers['Cache-Control'] = 'no-store'
        return response

    def _page(self, template, status=200, **values):
        views_sudo = request.env['ir.ui.view'].sudo().with_context(lang=request.env.user.lang)  # a page for everybody
        return request.make_response(
            views_sudo._render_template(template, values),
            headers=[('Content-Type', 'text/html; charset=utf-8'), ('Cache-Control', 'no-store')], status=status)
