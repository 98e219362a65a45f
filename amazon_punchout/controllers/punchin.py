from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..const import PUNCHIN_PATH, UNCLAIMED_PATH
from .pages import answers_only, page, redirect


class AmazonPunchoutPunchin(http.Controller):
    """The page to which Amazon leads shoppers who have filled a cart there first."""

    @http.route([PUNCHIN_PATH, f'{PUNCHIN_PATH}/<int:group_id>'], type='http', auth='user', methods=['GET'])
    @answers_only('GET')
    def punchin(self, group_id=None, cart=None, warehouse=None, **_unknown):
        """Lead a shopper who comes from Amazon to their cart.

        `auth='user'` leads users who are logged out to Odoo's own login, with all of its steps, and back to this
        address. Nothing in the address is trusted: the cart comes with Amazon's own answer, or waits to be claimed.

        :param int | None group_id: the group that the address was registered for; without it all groups of the user
        :param str | None cart: the token of an unclaimed cart, see `_claim_path`
        :param str | None warehouse: the location that was chosen on our own page; empty for a group without any
        :return: a redirection to Amazon or to the cart, or a page that tells what to do
        :rtype: werkzeug.wrappers.Response
        """
        if cart is not None:
            return self._unclaimed_cart(cart)
        user = request.env.user
        groups_sudo = request.env['amazon.punchout.group']._punchin_groups(user)
        if group_id is not None:
            groups_sudo = groups_sudo.filtered(lambda group: group.id == group_id)
        if not groups_sudo:
            return self._not_a_member()
        groups = groups_sudo.sudo(False)
        unclaimed = request.env['amazon.punchout.session']._claimable_from_server(groups)
        if own := unclaimed.filtered(lambda session: session.claim_user_id == user):
            return redirect(f'{UNCLAIMED_PATH}/{own.id}' if len(own) == 1 else UNCLAIMED_PATH)
        choices = [(group, location) for group in groups for location in group._offered_warehouses() or [None]]
        if warehouse is not None:
            chosen = [each for each in choices if str(each[1].id if each[1] else '') == warehouse]
        else:
            # The cart that the user comes for may be one that is reserved for no user: they are asked first.
            chosen = [] if unclaimed else choices
        if len(chosen) != 1:
            return self._page(
                'amazon_punchout.punchin_page_choose', choices=choices, carts=unclaimed, path=PUNCHIN_PATH,
                unclaimed_path=UNCLAIMED_PATH)
        return self._punch_in(*chosen[0], is_location_chosen=bool(warehouse))

    def _punch_in(self, group, warehouse, is_location_chosen):
        """Lead the browser to Amazon's StartPage, which posts the cart here.

        :param group: the `amazon.punchout.group`
        :param warehouse: the `stock.warehouse` to deliver to, None for a group without any
        :param bool is_location_chosen: whether the user chose it
        :rtype: werkzeug.wrappers.Response
        """
        try:
            session_sudo = group._punch_in(warehouse, is_location_chosen).sudo()  # shoppers may not read the StartPage
        except UserError as error:
            return self._page(
                'amazon_punchout.punchin_page_failed', problem=str(error), is_test=group.state == 'test')
        if session_sudo.state == 'failed':
            return self._page(
                'amazon_punchout.punchin_page_failed', problem=session_sudo.problem, session=session_sudo)
        return redirect(session_sudo.start_page_url, local=False)

    def _unclaimed_cart(self, token):
        """Lead the browser to a cart that waits to be claimed, or to the order that the user has of it.

        :param str token: as it came
        :rtype: werkzeug.wrappers.Response
        """
        session_sudo = request.env['amazon.punchout.session']._find_by_claim_token(token)
        if not session_sudo:
            return self._gone()
        if session_sudo.user_id == request.env.user and session_sudo.purchase_order_id:
            return redirect(f'/odoo/purchase/{session_sudo.purchase_order_id.id}')
        if session_sudo.state != 'unclaimed':
            return self._gone()
        if not session_sudo.with_user(request.env.user)._offered_groups():
            # Users from outside the company don't learn whether there is such a cart.
            return self._not_a_member() if request.env.user._is_internal() else self._gone()
        if not session_sudo.returned_at:
            return self._page('amazon_punchout.punchin_page_wait', session=session_sudo)
        session_sudo._list_for(request.env.user)
        return redirect(f'{UNCLAIMED_PATH}/{session_sudo.id}')

    def _gone(self):
        """Tell a user that the cart is not there, for whatever reason, and what to do.

        :rtype: werkzeug.wrappers.Response
        """
        contacts = request.env['amazon.punchout.group']._punchin_contacts(request.env.user)
        return self._page('amazon_punchout.punchin_page_gone', status=404, contacts=contacts)

    def _not_a_member(self):
        """Tell a user who may not claim the cart, or is in no Punch-in group, whom to ask.

        :rtype: werkzeug.wrappers.Response
        """
        contacts = request.env['amazon.punchout.group']._punchin_contacts(request.env.user)
        return self._page('amazon_punchout.punchin_page_nobody', status=403, contacts=contacts)

    def _page(self, template, status=200, **values):
        """Render a page in the user's language; see :func:`.pages.page`."""
        return page(template, request.env.user.lang, status, **values)
