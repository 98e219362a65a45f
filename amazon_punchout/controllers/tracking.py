import logging
import time

from odoo import http
from odoo.http import request

from .. import rest
from ..const import FAILED_LOGIN_SECONDS, TRACKING, TRACKING_PATH
from ..tools.log import log_document
from .pages import answers_only, secured
from .raw_body import RawBody

_logger = logging.getLogger(__name__)

# An event has some hundred bytes.
MAX_BYTES = 256 * 1024
TOO_LARGE = f"The request is larger than {MAX_BYTES} bytes."
# What Amazon's server reads is not translated.
CODES = {
    400: 'InvalidInput', 401: 'Unauthorized', 404: 'NotFound', 413: 'RequestTooLarge', 429: 'QuotaExceeded',
    500: 'InternalFailure'}


def answer(status, message='', headers=()):
    """Write an answer.

    :param int status: of HTTP
    :param str message: what is wrong, for the sender
    :param headers: tuples of name and value, to be added
    :rtype: odoo.http.Response
    """
    values = {'status': 'ok'} if status == 200 else {'errors': [{'code': CODES[status], 'message': message}]}
    return secured(request.make_json_response(values, headers=list(headers), status=status))


class TrackingDispatcher(RawBody, http.Dispatcher):
    """The route that receives JSON of any Content-Type and answers JSON, errors too."""
    routing_type = 'amazon_tracking'
    too_large = TOO_LARGE
    incomplete = "The request arrived incomplete."
    not_stored = "The event could not be stored. Send it again later."

    def answer_error(self, status, message):
        """Answer with JSON."""
        log_document(_logger, 'received', TRACKING, None, outcome=f'not stored, answered {status}')
        return answer(status, message)


class AmazonPunchoutTracking(http.Controller):
    """The endpoint for package tracking that Amazon pushes."""

    @http.route(TRACKING_PATH, type='amazon_tracking', auth='public', methods=['POST'], csrf=False, save_session=False,
                max_content_length=MAX_BYTES + 1)
    @answers_only('POST')
    def tracking(self):
        """Receive events: authenticate them, store them, answer. A scheduled action processes them.

        How Amazon authenticates was not seen. The secret may come in the header X-API-KEY, or as the password of HTTP
        Basic with any user; never in the address, since addresses are logged. Where no group receives package
        tracking, the route does not exist.

        :rtype: odoo.http.Response
        """
        started = time.monotonic()
        response, outcome = self._receive()
        log_document(_logger, 'received', TRACKING, None, outcome=outcome, started=started)
        return response

    def _receive(self):
        """Authenticate and store the events of the request.

        :return: the response, and the outcome for the log
        :rtype: tuple
        """
        # The sender is no user of Odoo and has only a secret.
        all_sudo = request.env['amazon.punchout.group'].sudo()._tracking_groups()
        if not all_sudo:
            return answer(404, "Not Found"), 'not stored, switched off'
        groups_sudo = all_sudo._authenticate_tracking(self._sent_secret())
        if not groups_sudo:
            return self._failed_login(all_sudo), 'not stored, wrong secret'
        raw = request.httprequest.get_data()
        if len(raw) > MAX_BYTES:  # a request without Content-Length is only cut off
            return answer(413, TOO_LARGE), 'not stored, too large'
        try:
            rest.read_tracking(raw)
        except rest.RestError as error:
            return answer(400, str(error)), f'not stored, {error.kind}'
        document_sudo = request.env['amazon.punchout.document'].sudo()._store_tracking(groups_sudo, raw)
        return answer(200), f'stored for group {document_sudo.group_id.id}'

    def _sent_secret(self):
        """Give the secret that came.

        :rtype: str | None
        """
        headers = request.httprequest.headers
        if 'X-API-KEY' in headers:
            return headers['X-API-KEY'].strip()
        authorization = request.httprequest.authorization
        return authorization.password if authorization and authorization.type == 'basic' else None

    def _failed_login(self, groups_sudo):
        """Count a wrong secret, and answer it late, so that guessing takes long.

        :param groups_sudo: the `amazon.punchout.group` records that receive package tracking
        :rtype: odoo.http.Response
        """
        named_sudo = groups_sudo if len(groups_sudo) == 1 else groups_sudo.browse()  # a secret names no group
        message = "The secret for package tracking is wrong."
        failed_logins_sudo = request.env['amazon.punchout.failed.login'].sudo()
        if not failed_logins_sudo._note_failure(
                named_sudo, request.httprequest.remote_addr, message, 'tracking'):
            return answer(429, "Too many wrong secrets at the moment. Send it again later.", [('Retry-After', '1')])
        time.sleep(FAILED_LOGIN_SECONDS)
        return answer(401, message, [('WWW-Authenticate', 'Basic realm="package tracking", charset="UTF-8"')])
