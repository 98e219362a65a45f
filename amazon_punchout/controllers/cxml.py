import logging
import time
from datetime import datetime, timezone

from odoo import http
from odoo.http import request

from .. import cxml
from ..const import FAILED_LOGIN_SECONDS, MESSAGES_PATH, PUNCHIN_DOCUMENTS, SETUP_REQUEST
from ..tools.log import log_document
from ..tools.moments import utc_now
from ..tools.payload_id import new_payload_id
from .pages import answers_only, secured
from .raw_body import RawBody

_logger = logging.getLogger(__name__)

# When the content of our ProfileResponse last changed.
PROFILE_SINCE = datetime(2026, 1, 1, tzinfo=timezone.utc)
TOO_LARGE = f"The document is larger than {cxml.MAX_BYTES} bytes."
# Status/@text by code. Amazon's server reads these texts and the messages beside them, so they are not translated.
TEXTS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


def answer(code, message='', http_status=200, headers=()):
    """Write a cXML Response.

    :param int code: of the cXML Status
    :param str message: what happened, for the sender
    :param int http_status: anything but 200 counts as an error of the transport, so that Amazon sends again
    :param headers: tuples of name and value, to be added
    :rtype: odoo.http.Response
    """
    return _response(
        cxml.write_response(new_payload_id(), utc_now(), code, TEXTS[code], message), http_status, headers)


def _response(body, http_status=200, headers=()):
    """Make the HTTP response of a cXML document.

    :param bytes body: the document
    :param int http_status: of HTTP
    :param headers: tuples of name and value, to be added
    :rtype: odoo.http.Response
    """
    return secured(http.Response(
        body, status=http_status, headers=[('Content-Type', 'text/xml; charset=UTF-8'), *headers]))


class CxmlDispatcher(RawBody, http.Dispatcher):
    """Routes that receive and answer cXML: a sender of cXML always expects a cXML Response."""
    routing_type = 'cxml'
    mimetypes = ('text/xml', 'application/xml')
    too_large = TOO_LARGE
    incomplete = "The document arrived incomplete."
    not_stored = "The document could not be stored. Send it again later."

    def answer_error(self, status, message):
        """Answer with a cXML Response."""
        log_document(_logger, 'received', None, None, outcome=f'not stored, answered {status}')
        return answer(status, message)


class AmazonPunchoutCxml(http.Controller):
    """The endpoint for what Amazon sends from server to server."""

    @http.route(MESSAGES_PATH, type='cxml', auth='public', methods=['POST'], csrf=False, save_session=False,
                max_content_length=cxml.MAX_BYTES + 1)
    @answers_only('POST')
    def cxml(self):
        """Receive a document from Amazon's server: authenticate it, store it, answer. A scheduled action processes it.

        It is authenticated by HTTP Basic, before anything of it is read, or by the SharedSecret of its Sender. The HTTP
        status is 200 even if the cXML Status is an error, since Amazon would otherwise send again what no repetition
        can fix. A wrong password or secret is an HTTP error: the log of every proxy shows it, and Amazon sends again
        what an administrator may have fixed by then.

        :rtype: odoo.http.Response
        """
        started = time.monotonic()
        response, envelope, outcome = self._receive()
        log_document(
            _logger, 'received', envelope and envelope.document, envelope and envelope.payload_id, outcome=outcome,
            started=started)
        return response

    def _receive(self):
        """Authenticate and store the document of the request.

        :return: the response; the `cxml.RequestEnvelope`, None if it can't be read; the outcome for the log
        :rtype: tuple
        """
        # The sender is no user of Odoo and has only a secret.
        groups_sudo = request.env['amazon.punchout.group'].sudo()
        documents_sudo = request.env['amazon.punchout.document'].sudo()
        by_basic = request.httprequest.headers.get('Authorization', '').lower().startswith('basic')
        if by_basic:
            authorization = request.httprequest.authorization
            groups_sudo = groups_sudo._authenticate_basic(authorization)
            if not groups_sudo:
                response = self._failed_login(
                    groups_sudo._named_by_basic(authorization), "The user name or the password is wrong.", 'basic')
                return response, None, 'not stored, wrong user name or password'
        raw = cxml.ReceivedDocument(request.httprequest.get_data())
        if len(raw) > cxml.MAX_BYTES:  # a request without Content-Length is only cut off
            return answer(413, TOO_LARGE), None, 'not stored, too large'
        try:
            envelope = cxml.read_request(raw)
        except cxml.CxmlError as error:
            outcome = 'not stored, unreadable'
            if groups_sudo:
                document_sudo = documents_sudo._store_unreadable(groups_sudo, raw)
                outcome = f'stored for group {document_sudo.group_id.id}, unreadable'
            return answer(400, str(error)), None, outcome
        if not by_basic:
            groups_sudo = groups_sudo._authenticate_secret(envelope)
            if not groups_sudo:
                response = self._failed_login(
                    groups_sudo._named_by_header(envelope),
                    "The credentials in Header are unknown, or the SharedSecret is wrong.", 'secret')
                return response, envelope, 'not stored, wrong credentials'
        if envelope.document == 'ProfileRequest':
            return self._profile(groups_sudo), envelope, f'answered for group {groups_sudo[0].id}'
        if envelope.document in PUNCHIN_DOCUMENTS:
            return self._receive_punchin(groups_sudo, envelope, raw)
        document_sudo = documents_sudo._store_message(groups_sudo, envelope, raw)
        return answer(200), envelope, f'stored for group {document_sudo.group_id.id}'

    def _failed_login(self, named_sudo, message, kind):
        """Count a wrong password or secret, and answer it late, so that guessing takes long.

        Only failures are slowed, whoever they come from: all senders may have the address of one proxy.

        :param named_sudo: the `amazon.punchout.group` records that the sender named
        :param str message: what is wrong, the same whether there is such a group or not
        :param str kind: `basic` or `secret`
        :rtype: odoo.http.Response
        """
        failed_logins_sudo = request.env['amazon.punchout.failed.login'].sudo()
        if not failed_logins_sudo._note_failure(
                named_sudo, request.httprequest.remote_addr, message, kind):
            return answer(429, "Too many wrong passwords at the moment. Send it again later.", http_status=429,
                          headers=[('Retry-After', '1')])
        time.sleep(FAILED_LOGIN_SECONDS)
        return answer(401, message, http_status=401, headers=[
            ('WWW-Authenticate', 'Basic realm="cXML", charset="UTF-8"')])

    def _receive_punchin(self, groups_sudo, envelope, raw):
        """Store a document of shopping that starts on Amazon.

        The response does not depend on the shopper that the document names.

        :param groups_sudo: the `amazon.punchout.group` records whose secret the document had
        :param cxml.RequestEnvelope envelope: its Header and its kind
        :param cxml.ReceivedDocument raw: as it came
        :return: as :meth:`_receive`
        :rtype: tuple
        """
        named = {each.identity for each in (*envelope.header.to, *envelope.header.sender)}
        open_sudo = groups_sudo._with_shared_credentials().filtered(lambda group: group._is_open_for_punchin())
        open_sudo = open_sudo.filtered(lambda group: group.identity in named) or open_sudo
        message = "These credentials are not used for Punch-in."
        if open_sudo:
            sessions_sudo = request.env['amazon.punchout.session'].sudo()
            try:
                session_sudo = sessions_sudo._receive_punchin(open_sudo, envelope.document, raw)
            except cxml.CxmlError as error:
                message = str(error)
            else:
                outcome = f'stored for shopping trip {session_sudo.id}' if session_sudo else 'not stored, empty'
                return self._punchin_answer(envelope.document, session_sudo), envelope, outcome
        # Kept, so that the person responsible for the group learns of it.
        document_sudo = request.env['amazon.punchout.document'].sudo()._store_message(groups_sudo, envelope, raw)
        return answer(400, message), envelope, f'stored for group {document_sudo.group_id.id}, not accepted'

    def _punchin_answer(self, document, session_sudo):
        """Answer a document of Punch-in: a setup request with the page where the user claims the cart.

        :param str document: its kind
        :param session_sudo: the `amazon.punchout.session`
        :rtype: odoo.http.Response
        """
        if document != SETUP_REQUEST:
            return answer(200)
        url = session_sudo.group_id._get_public_url(session_sudo._claim_path())
        return _response(cxml.write_setup_response(new_payload_id(), utc_now(), url))

    def _profile(self, groups_sudo):
        """List the documents that we accept, and our address for them.

        :param groups_sudo: the `amazon.punchout.group` records whose secret the request had
        :rtype: odoo.http.Response
        """
        url = groups_sudo[0]._get_public_url(MESSAGES_PATH)
        documents = list(request.env['amazon.punchout.document']._message_steps())
        if any(group._is_open_for_punchin() for group in groups_sudo._with_shared_credentials()):
            documents += PUNCHIN_DOCUMENTS
        return _response(cxml.write_profile_response(
            new_payload_id(), utc_now(), PROFILE_SINCE, [(document, url) for document in documents]))
