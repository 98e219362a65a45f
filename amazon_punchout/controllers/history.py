from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..const import HISTORY_PATH
from .pages import answers_only


class AmazonPunchoutHistory(http.Controller):
    """The download of an order's history."""

    @http.route(f'{HISTORY_PATH}/<int:order_id>', type='http', auth='user', methods=['GET'])
    @answers_only('GET')
    def history(self, order_id):
        """Give the history of an order as a zip file, to users who may read it.

        The zip is made for each download, from what the user may read at that moment. An order whose history the user
        may not read is answered as one that does not exist, so nobody finds out which orders there are.

        :param int order_id: id of the order
        :rtype: odoo.http.Response
        :raises werkzeug.exceptions.NotFound: there is no history that the user may read
        """
        if not 0 < order_id < 2 ** 31:  # PostgreSQL's integers
            raise request.not_found()
        try:
            name, content = request.env['purchase.order'].browse(order_id)._amazon_history_zip()
        except UserError:
            raise request.not_found() from None
        return request.make_response(content, headers=[
            ('Content-Type', 'application/zip'),
            ('Content-Disposition', content_disposition(name)),
        ])
