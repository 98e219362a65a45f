"""What the door of the addon is measured against. Loaded by the bench's server alone, never installed."""
from odoo import http
from odoo.http import request


class Body(http.Controller):

    @http.route('/bench_body', type='http', auth='public', methods=['POST'], csrf=False, save_session=False)
    def body(self):
        request.httprequest.get_data()
        return request.make_response(b'<cXML/>', headers=[('Content-Type', 'text/xml; charset=utf-8')])
