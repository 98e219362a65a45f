import hmac

from odoo import http
from odoo.http import request

from ..const import HEALTH_PATH
from .pages import answers_only

NOT_FOUND, UNAUTHORIZED, OK, ERROR = 404, 401, 200, 503


class AmazonPunchoutHealth(http.Controller):
    """The page for monitoring."""

    @http.route(HEALTH_PATH, type='http', auth='public', methods=['GET'], save_session=False, readonly=True)
    @answers_only('GET', 'HEAD')
    def health(self, **_parameters):
        """Tell a monitoring system whether orders and messages go on.

        The token comes in a header only, since addresses are logged. Without one in Odoo, the page does not exist.
        JSON comes with 503 for an error, so that a check of the status alone is enough. Prometheus takes figures with
        200 only.

        :return: JSON, or the text format of Prometheus if `Accept` or `format` asks for it
        :rtype: odoo.http.Response
        """
        health = request.env['amazon.punchout.health']
        token = health._token()
        if not token:
            return self._text("Not Found", NOT_FOUND)
        kind, _blank, given = request.httprequest.headers.get('Authorization', '').partition(' ')
        if kind.lower() != 'bearer' or not hmac.compare_digest(given.strip().encode(), token.encode()):
            return self._text("Unauthorized", UNAUTHORIZED, [('WWW-Authenticate', 'Bearer')])
        report = health._report()
        if self._wants_prometheus():
            return self._text(health._as_prometheus(report), OK)
        return request.make_json_response(report, status=ERROR if report['status'] == 'error' else OK)

    def _wants_prometheus(self):
        """Tell whether the text format is asked for; Prometheus itself names it or OpenMetrics in Accept.

        :rtype: bool
        """
        accepted = request.httprequest.headers.get('Accept', '')
        return request.httprequest.args.get('format') == 'prometheus' or accepted.startswith((
            'text/plain', 'application/openmetrics-text'))

    def _text(self, text, status, headers=()):
        """Answer with plain text.

        :param str text: the body
        :param int status: of HTTP
        :param headers: tuples of name and value, to be added
        :rtype: odoo.http.Response
        """
        return http.Response(
            text, status=status, headers=list(headers), content_type='text/plain; version=0.0.4; charset=utf-8')
