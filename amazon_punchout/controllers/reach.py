from odoo import http
from odoo.http import request

from ..const import REACH_PATH
from .pages import answers_only


class AmazonPunchoutReach(http.Controller):
    """The route at which an administrator's browser tries our public address."""

    @http.route(
        REACH_PATH, type='http', auth='public', methods=['GET'], cors='*', save_session=False, readonly=True)
    @answers_only('GET')
    def reach(self):
        """Tell a browser which database answers here, by a mark that reveals nothing to strangers.

        The page that asks may be on another host, hence cors. It sends no cookie, so Odoo looks for the database as it
        does for a returning cart: it is found only if exactly one answers.

        :rtype: odoo.http.Response
        """
        mark = request.env['amazon.punchout.group'].sudo()._reach_mark()  # a page for everybody
        return request.make_json_response({'mark': mark})
