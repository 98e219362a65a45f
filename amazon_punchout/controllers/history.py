from odoo import http
from odoo.http import content_disposition, request

from ..const import HISTORY_PATH
from .pages import answers_only


class AmazonPunchoutHistory(http.Controller):
    """The download of an order's history."""

    @http.route(f'{HISTORY_PATH}/<int:order_id>', type='http', auth='user', methods=['GET'])
    @answers_only('GET')
    def history(self, order_id):
        """Give the history of an order as a zip file, to users who may read it.

        The zip is made for each download, from what the user may read at that moment.

        :param int order_id: id of the order
        :rtype: odoo.http.Response
        """
        order = request.env['purchase.order'].browse(order_id)
        if not order.exists():
            return request.not_found()
        name, content = order._amazon_history_zip()
        return request.make_response(content, headers=[
            ('Content-Type', 'application/zip'),
            ('Content-Disposition', content_disposition(name)),
        ])
