from datetime import datetime, timezone

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from odoo import http
from odoo.http import request

from .. import cxml
from ..const import MESSAGES_PATH, PUNCHIN_DOCUMENTS, SETUP_REQUEST
from ..tools.moments import utc_now
from ..tools.payload_id import new_payload_id

# Since when a ProfileResponse says the same.
PROFILE_SINCE = datetime(2026, 1, 1, tzinfo=timezone.utc)
TOO_LARGE = f"The document is larger than {cxml.MAX_BYTES} bytes."
# What stands in Status/@text, by code.
TEXTS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
}


def answer(code, message='', http_status=200, headers=()):
    """Make an answer that a sender of cXML understands, whatever happened.

    :param int code: of the cXML Status
    :param str message: what happened, to the sender
    :param int http_status: anything but 200 counts as an error of the transport, and Amazon sends again
    :rtype: odoo.http.Response
    """
    return _response(
        cxml.write_response(new_payload_id(), utc_now(), code, TEXTS[code], message), http_status, headers)


def _response(body, http_status=200, headers=()):
    return http.Response(body, status=http_status, headers=[
        ('Content-Type', 'text/xml; charset=UTF-8'), ('Cache-Control', 'no-store'), *headers])


class CxmlDispatcher(http.Dispatcher):
    """Routes that take and answer cXML.

    Odoo's dispatcher for plain HTTP reads a body as a form if its Content-Type says so, and answers what goes wrong with
    an HTML page; a sender of cXML expects a cXML Response always.
    """
    routing_type = 'cxml'
    mimetypes = ('text/xml', 'application/xml')

    @classmethod
    def is_compatible_with(cls, request):
        return True  # whatever it says it is, the parser judges

    def dispatch(self, endpoint, args):
        self.request.params = dict(args)
        return self.request.registry['ir.http']._dispatch(endpoint)

    def handle_error(self, exc):
        if isinstance(exc, RequestEntityTooLarge):
            return answer(413, TOO_LARGE)
        if isinstance(exc, HTTPException):
            return answer(400, "The document did not arrive completely.")
        return answer(500, "The document could not be taken. Send it again later.")


class AmazonPunchoutCxml(http.Controller):

    @http.route(MESSAGES_PATH, type='cxml', auth='public', methods=['POST'], csrf=False, save_session=False,
                max_content_length=cxml.MAX_BYTES + 1)
    def cxml(self):
        """Take what Amazon sends server to server: authenticate it, store it, answer; a scheduled action processes it.

        HTTP Basic, or the SharedSecret of the Sender. HTTP says 200 also where the cXML Status says otherwise, since
        Amazon would send again what no repetition can mend; only Basic that failed is answered as HTTP has it.

        :rtype: odoo.http.Response
        """
        raw = cxml.ReceivedDocument(request.httprequest.get_data())
        if len(raw) > cxml.MAX_BYTES:
            return answer(413, TOO_LARGE)  # one without Content-Length is only cut off
        groups_sudo = request.env['amazon.punchout.group'].sudo()  # who posts is nobody in Odoo, and has only a secret
        documents_sudo = request.env['amazon.punchout.document'].sudo()
        by_basic = request.httprequest.headers.get('Authorization', '').lower().startswith('basic')
        if by_basic:
            groups_sudo = groups_sudo._authenticate_basic(request.httprequest.authorization)
            if not groups_sudo:
                return answer(401, "User or password are wrong.", http_status=401, headers=[
                    ('WWW-Authenticate', 'Basic realm="cXML", charset="UTF-8"')])
        try:
            envelope = cxml.read_request(raw)
        except cxml.CxmlError as error:
            if groups_sudo:
                documents_sudo._store_unreadable(groups_sudo, raw)
            return answer(400, str(error))
        if not by_basic:
            groups_sudo = groups_sudo._authenticate_secret(envelope)
            if not groups_sudo:
                return answer(401, "The credentials in Header are unknown, or the SharedSecret is wrong.")
        if envelope.document == 'ProfileRequest':
            return self._profile(groups_sudo)
        if envelope.document in PUNCHIN_DOCUMENTS:
            return self._punchin(groups_sudo, envelope, raw)
        documents_sudo._store_message(groups_sudo, envelope, raw)
        return answer(200)

    def _punchin(self, groups_sudo, envelope, raw):
        """Take what belongs to shopping that starts on Amazon. It is answered in the same way whoever is named in it."""
        named = {each.identity for each in (*envelope.header.to, *envelope.header.sender)}
        open_sudo = groups_sudo._with_shared_credentials().filtered(lambda group: group._is_open_for_punchin())
        open_sudo = open_sudo.filtered(lambda group: group.identity in named) or open_sudo
        refusal = "This account takes no Punch-in."
        if open_sudo:
            try:
                session_sudo = request.env['amazon.punchout.session'].sudo()._take_punchin(open_sudo, envelope.document, raw)
            except cxml.CxmlError as error:
                refusal = str(error)
            else:
                return self._punchin_answer(envelope.document, session_sudo)
        request.env['amazon.punchout.document'].sudo()._store_message(groups_sudo, envelope, raw)  # somebody should know
        return answer(400, refusal)

    def _punchin_answer(self, document, session_sudo):
        if document != SETUP_REQUEST:
            return answer(200)
        url = session_sudo.group_id._get_public_url(session_sudo._claim_path())
        return _response(cxml.write_setup_response(new_payload_id(), utc_now(), url))

    def _profile(self, groups_sudo):
        """Answer what we take, and where."""
        url = groups_sudo[0]._get_public_url(MESSAGES_PATH)
        documents = list(request.env['amazon.punchout.document']._message_steps())
        if any(group._is_open_for_punchin() for group in groups_sudo._with_shared_credentials()):
            documents += PUNCHIN_DOCUMENTS
        return _response(cxml.write_profile_response(
            new_payload_id(), utc_now(), PROFILE_SINCE, [(document, url) for document in documents]))
