import hashlib
import json
import logging
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from odoo import api, models

from ... import rest
from ...const import API_PACES, API_PAUSES, API_TIMEOUT, MAX_RETRY_AFTER
from ...tools.access_tokens import drop_token, find_token, keep_token
from ...tools.api_faults import ApiClosed, ApiLater, ApiRejected
from ...tools.http_post import HttpError, call_api
from ...tools.masking import MASK, masked
from ...tools.pace import take_turn
from ...tools.sentences import joined, shown_label

_logger = logging.getLogger(__name__)

# What Login with Amazon says if another try can't succeed.
FINAL = ('invalid_grant', 'invalid_client', 'unauthorized_client', 'access_denied', 'invalid_scope',
         'unsupported_grant_type')
# What goes wrong with a server that was reached.
CUT_OFF = ('timeout', 'late', 'incomplete', 'too_large', 'connection_lost', 'not_http')
# A longer wait is left to the next run.
LONGEST_WAIT = 5
LONGEST_REASON = 500
# A shorter text could be a word of the answer.
SHORTEST_SECRET = 16


@dataclass(frozen=True, repr=False)
class Login:
    """What a request needs besides the question. It has no `repr`, which a log could show."""
    key: tuple
    base_url: str
    login_url: str
    client_id: str
    client_secret: str
    refresh_token: str
    networks: tuple


class AmazonPunchoutApiClient(models.Model):
    """The one place that asks Amazon's APIs: tokens, paces, errors."""
    _inherit = 'amazon.punchout.api'

    def _call(self, api_name, method, path, body=None, headers=None):
        """Ask an API.

        No transaction stays open meanwhile in a scheduled action: the caller has committed.

        :param str api_name: of APIS
        :param str method: of HTTP
        :param str path: with its query
        :param dict | None body: to be sent as JSON
        :param dict | None headers: to be added
        :return: an answer with HTTP 200
        :rtype: http_post.Answer
        :raises ApiFault: there is none
        """
        self.ensure_one()
        login = self._login()
        for is_first in (True, False):
            token, is_new = self._access_token(login)
            answer = self._exchange(login, api_name, method, path, body, token, headers)
            if answer.status in (401, 403) and is_first and not is_new:
                drop_token(login.key)  # it may have expired or been withdrawn before its time
                continue
            break
        if answer.status == 401:
            drop_token(login.key)
        if 200 <= answer.status < 300:
            return self._without_secrets(login, token, answer)
        raise self._fault(login, api_name, answer, token)

    def _download(self, api_name, url):
        """Download a file from an address that an API gave.

        No token goes there: the address itself is the permission, so it is never logged.

        :param str api_name: of APIS
        :param str url: the address
        :return: an answer with HTTP 200
        :rtype: http_post.Answer
        :raises ApiFault: there is none
        """
        self.ensure_one()
        networks = self.env['amazon.punchout.group'].sudo()._allowed_networks()
        try:
            answer = call_api('GET', url, {'Accept': '*/*'}, API_TIMEOUT, networks)
        except HttpError as error:
            sentence = self._unreachable_sentence(self._("Amazon's server for files"), error)
            if error.kind in ('too_large', 'bad_address', 'forbidden_address'):
                raise ApiRejected(sentence, 404) from None
            raise ApiLater(sentence) from None
        _logger.info("Amazon API %s: file: HTTP %s, %s bytes", api_name, answer.status, len(answer.body))
        if answer.status == 200:
            return answer
        if answer.status == 429 or answer.status >= 500:
            raise ApiLater(self._(
                "Amazon's server for files does not work at the moment (HTTP %s).", answer.status))
        raise ApiRejected(self._("Amazon did not give the file (HTTP %s).", answer.status), 404)

    def _login(self):
        """Collect the credentials.

        :rtype: Login
        :raises ApiClosed: something is missing
        """
        access_sudo = self.sudo()  # scheduled actions and Test Connection; the rights were checked
        names = ('client_id', 'client_secret', 'refresh_token')
        if missing := [name for name in names if not access_sudo._has_value(name)]:
            raise ApiClosed(self._(
                "Fill in %(fields)s of the API access %(access)s.", access=self.name,
                fields=joined(", ", (shown_label(self, name) for name in missing))), is_login=True)
        values = [access_sudo.client_id, *map(access_sudo._secret, names[1:])]
        digest = hashlib.sha256(json.dumps([access_sudo.login_url, *values]).encode()).hexdigest()
        return Login(
            (self.env.cr.dbname, self.id, digest), access_sudo.base_url.rstrip('/'), access_sudo.login_url, *values,
            access_sudo.env['amazon.punchout.group']._allowed_networks())

    # === LOGIN WITH AMAZON === #

    def _access_token(self, login):
        """Give an access token, which lives in the memory of this process only.

        :param Login login: the credentials
        :return: the token, and whether it was asked for now
        :rtype: tuple[str, bool]
        :raises ApiFault: there is none
        """
        if value := find_token(login.key):
            return value, False
        form = urlencode({
            'grant_type': 'refresh_token', 'refresh_token': login.refresh_token, 'client_id': login.client_id,
            'client_secret': login.client_secret})
        try:
            answer = call_api(
                'POST', login.login_url, {'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8'},
                API_TIMEOUT, login.networks, form.encode())
        except HttpError as error:
            raise ApiLater(self._unreachable_sentence(self._("Login with Amazon"), error)) from None
        if answer.status == 200:
            try:
                token = rest.read_token(answer.body)
            except rest.RestError:
                raise ApiLater(self._("Login with Amazon gave an answer without an access token.")) from None
            keep_token(login.key, token)
            return token.value, True
        refused = rest.read_token_refused(answer.body)
        words = self._quoted(login, answer.status, refused)
        if refused.code == 'invalid_grant':
            raise ApiClosed(self._(
                "Amazon no longer accepts the Refresh Token: it was withdrawn, has expired or belongs to another "
                "application (%s). Authorize the application on Amazon again and enter the new Refresh Token.", words),
                is_login=True)
        if refused.code in FINAL or answer.status in (401, 403):
            raise ApiClosed(self._(
                "Login with Amazon does not accept the credentials (%s). Check Client ID, Client Secret and Refresh "
                "Token.", words), is_login=True)
        if answer.status == 429 or answer.status >= 500:
            raise ApiLater(
                self._("Login with Amazon gives no access token at the moment (%s).", words),
                rest.read_retry_after(answer.headers.get('Retry-After'), MAX_RETRY_AFTER))
        raise ApiClosed(self._(
            "Login with Amazon gives no access token (%s). Check the Login with Amazon Address and the credentials.",
            words), is_login=True)

    # === ASKING === #

    def _exchange(self, login, api_name, method, path, body, token, headers=None):
        """Send one request, not faster than the API allows.

        :return: the answer, whatever its status
        :rtype: http_post.Answer
        :raises ApiLater: there is none
        """
        wait = take_turn((*login.key, api_name), *API_PACES[api_name])
        if wait > LONGEST_WAIT:
            raise ApiLater(self._("Odoo has asked Amazon often enough for now."), int(wait) + 1)
        time.sleep(wait)
        headers = {**(headers or {}), 'x-amz-access-token': token}
        if body is not None:
            headers['Content-Type'] = 'application/json'
        started = time.monotonic()
        try:
            answer = call_api(
                method, login.base_url + path, headers, API_TIMEOUT, login.networks,
                b'' if body is None else json.dumps(body).encode())
        except HttpError as error:
            _logger.info("Amazon API %s: %s %s: %s", api_name, method, path.partition('?')[0], error.kind)
            raise ApiLater(self._unreachable_sentence(self._api_title(api_name), error)) from None
        _logger.info(
            "Amazon API %s: %s %s: HTTP %s in %.0f ms, request %.60r", api_name, method, path.partition('?')[0],
            answer.status, (time.monotonic() - started) * 1000, answer.headers.get('x-amzn-RequestId'))
        return answer

    def _fault(self, login, api_name, answer, token):
        """Judge an answer that is an error.

        :param str token: that was sent with the question
        :rtype: ApiFault
        """
        error = rest.read_error(answer.body)
        title, words = self._api_title(api_name), self._quoted(login, answer.status, error, token)
        status = answer.status
        if status == 401:
            return ApiClosed(self._(
                "Amazon's %(api)s API does not accept the access token (%(words)s). Check that the application is "
                "still authorized on Amazon.", api=title, words=words))
        if status == 403:
            return ApiClosed(self._(
                "Amazon does not let this application use the %(api)s API (%(words)s). On Amazon, the application "
                "needs the role %(role)s, and an administrator of the account must authorize it again afterwards.",
                api=title, words=words, role=self._api_role(api_name)))
        seconds = rest.read_retry_after(answer.headers.get('Retry-After'), MAX_RETRY_AFTER)
        if status == 429:
            return ApiLater(self._(
                "Amazon's %(api)s API is asked too often (%(words)s).", api=title, words=words), seconds)
        if status in (408, 425) or status >= 500:
            return ApiLater(self._(
                "Amazon's %(api)s API does not work at the moment (%(words)s).", api=title, words=words), seconds)
        if 300 <= status < 400:
            return ApiClosed(self._(
                "The API Address leads somewhere else (%s). Check it on the API access.", words))
        if status == 404 and not error.code:
            return ApiRejected(self._(
                "Another server than Amazon's %(api)s API answered (%(words)s). Check the API Address on the API "
                "access.", api=title, words=words), status)
        return ApiRejected(self._(
            "Amazon's %(api)s API declined the request (%(words)s).", api=title, words=words), status, error.code)

    @api.model
    def _pause_after(self, fault, failures):
        """Give how long to wait until an API is asked again that gave no answer.

        Also a server that always says "at once" is not asked without end.

        :param ApiFault fault: of the call
        :param int failures: how often it has failed in a row before
        :rtype: timedelta
        """
        seconds = fault.seconds if isinstance(fault, ApiLater) else None
        if seconds is not None:
            return max(timedelta(minutes=API_PAUSES[0]), timedelta(seconds=seconds))
        return timedelta(minutes=API_PAUSES[min(failures, len(API_PAUSES) - 1)])

    def _without_secrets(self, login, token, answer):
        """Take what was sent to Amazon out of an answer, which is stored as it came.

        :param str token: that was sent with the question
        :rtype: http_post.Answer
        """
        body = answer.body
        for secret in (login.client_secret, login.refresh_token, token):
            if len(secret) >= SHORTEST_SECRET:
                body = body.replace(secret.encode(), MASK.encode())
        return replace(answer, body=body)

    # === WORDS === #

    def _unreachable_sentence(self, title, error):
        detail = self.env['amazon.punchout.document']._explain_http_error(error)
        if error.kind in CUT_OFF:
            return self._("%(api)s gave no complete answer (%(detail)s).", api=title, detail=detail)
        return self._("%(api)s can't be reached (%(detail)s).", api=title, detail=detail)

    def _quoted(self, login, status, error, token=None):
        """Quote an error, which may quote what was sent.

        :param error: with a code and a text, each of which may be None
        :param str | None token: that was sent with the question
        :rtype: str
        """
        text = ": ".join(filter(None, (error.code, error.text)))
        words = f"HTTP {status}: {text}" if text else f"HTTP {status}"
        return masked(words, login.client_secret, login.refresh_token, token)[:LONGEST_REASON]

    def _api_role(self, api_name):
        """Name the role that an application needs on Amazon.

        :rtype: str
        """
        return {
            'reconciliation': "Business Purchase Reconciliation", 'reporting': "Amazon Business Analytics",
            'documents': "Business Purchase Reconciliation", 'products': "Business Product Catalog"}[api_name]
