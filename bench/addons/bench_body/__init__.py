"""The route that the endpoint of the addon is compared with; only the bench's server loads it."""
from odoo import http
from odoo.http import request


class Body(http.Controller):

    @http.route('/bench_body', type='http', auth='public', methods=['POST'], csrf=False, save_session=False)
    def body(self):
        request.httprequest.get_data()
        return request.make_response(b'<cXML/>', headers=[('Content-Type', 'text/xml; charset=utf-8')])
