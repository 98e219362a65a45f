import logging
import secrets
import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import cxml
from ...const import CART_PATH, SETUP_REQUEST, SETUP_TIMEOUT
from ...tools.http_post import NoAnswer, NotDelivered, post_cxml
from ...tools.log import log_document
from ...tools.masking import masked
from ...tools.moments import utc_now
from ...tools.payload_id import new_payload_id
from ...tools.remote import remote_address

_logger = logging.getLogger(__name__)


class AmazonPunchoutSessionStart(models.Model):
    """The start of a shopping trip: Amazon is asked for a page to shop on."""
    _inherit = 'amazon.punchout.session'

    # === STARTING === #

    @api.model
    def _start(self, group, warehouse, order=None, search=None, is_location_chosen=False, **origin):
        """Ask Amazon for a page to shop on. Addresses are checked before anything is sent.

        :param group: the `amazon.punchout.group`
        :param warehouse: the `stock.warehouse` to deliver to
        :param order: the request for quotation that the cart is for, if any
        :param str search: a word or an ASIN that Amazon opens with
        :param bool is_location_chosen: whether the user chose the warehouse
        :param origin: values of fields that another addon adds, see :meth:`_prepare_origin`
        :return: the trip, `started` or `failed`
        :raises UserError: an address is incomplete
        """
        user = self.env.user
        self._check_addresses(group, warehouse, user)
        cookie = secrets.token_urlsafe(32)
        # Shoppers may not write trips. Who started it when stands in its fields.
        session_sudo = self.sudo().with_context(mail_create_nolog=True).create({
            **self._prepare_start_vals(group, warehouse, cookie, order, search, is_location_chosen), **origin,
        }).with_env(self.sudo().env)
        session_sudo._request_start_page(cookie)
        return session_sudo.sudo(False)

    @api.model
    def _prepare_start_vals(self, group, warehouse, cookie, order=None, search=None, is_location_chosen=False):
        """Prepare the values of a new trip of the current user.

        :param str cookie: the BuyerCookie, of which only the hash is kept; the others as for :meth:`_start`
        :rtype: dict
        """
        return {
            'group_id': group.id,
            'user_id': self.env.user.id,
            'warehouse_id': warehouse.id,
            'is_location_chosen': is_location_chosen,
            'deployment_mode': group._deployment_mode(),
            'cookie_hash': self._hash(cookie),
            'expires_at': fields.Datetime.now() + group._session_lifetime(),
            'search_word': search or False,
            'started_from_id': order.id if order else False,
            'started_from_name': order.name if order else False,
            'remote_address': remote_address(),
        }

    @api.model
    def _check_addresses(self, group, warehouse, user):
        """Check what Amazon requires before the user spends half an hour shopping.

        :raises UserError: names each missing field and its record
        """
        problems = group.company_id._amazon_address_problems(warehouse)
        if problem := self._email_problem(user, group):
            problems.append(problem)
        if problems:
            raise UserError("\n".join(problems))

    @api.model
    def _email_problem(self, user, group):
        """Tell what is missing if Amazon can't identify a shopper.

        :param user: the `res.users` record of the current user
        :param group: the `amazon.punchout.group` to shop with
        :rtype: str | bool
        """
        if user._amazon_email():
            return False
        if user.has_group('amazon_punchout.group_administrator'):
            return self.env._(
                "Amazon identifies shoppers by their e-mail address, and none is confirmed for your user %s. Enter "
                "your Amazon E-mail under Members of the Amazon group.", user.name)
        return self.env._(
            "Amazon identifies shoppers by their e-mail address, and none is confirmed for your user %(user)s. Ask "
            "%(person)s to enter your Amazon E-mail.", user=user.name, person=user._amazon_administrators())

    def _request_start_page(self, cookie):
        """Send the setup request and keep its outcome.

        The trip and its document stay even if it fails: they tell what happened.

        :param str cookie: the BuyerCookie, known only here and to Amazon
        """
        self.ensure_one()
        self._keep_start_page(*self._ask_start_page(cookie, self.group_id._get_setup_url()))

    def _keep_start_page(self, document, start_page_url, problem):
        """Keep the outcome of a setup request on its trip; the parameters are what :meth:`_ask_start_page` returns."""
        self.write({'state': 'failed', 'problem': problem} if document.reason else {'start_page_url': start_page_url})

    def _ask_start_page(self, cookie, url):
        """Send the setup request and keep its document with the outcome.

        :param str cookie: the BuyerCookie
        :param str url: where to send it
        :return: the document, with the reason if there is no page; StartPage's URL or None; the reason as the shopper
            may read it, or None
        :rtype: tuple
        """
        self.ensure_one()
        document, body = self._store_setup_request(cookie)
        return self._keep_setup_answer(document, cookie, *self._send_setup_request(document, body, url))

    def _keep_setup_answer(self, document, cookie, start_page_url, code, problem, remedy):
        """Keep the outcome of a setup request on its document.

        :param document: the stored `amazon.punchout.document`
        :param str cookie: the BuyerCookie, which Amazon may quote
        :return: as :meth:`_ask_start_page`; the other parameters are what :meth:`_send_setup_request` returns
        :rtype: tuple
        """
        problem = problem and masked(problem, self.group_id._secret('shared_secret'), cookie)
        reason = self._("%(problem)s %(remedy)s", problem=problem, remedy=remedy) if remedy else problem
        document.write({'state': 'failed' if problem else 'sent', 'answer_code': code, 'reason': reason})
        if not self._shopper_may_fix_group():
            return document, start_page_url, self._problem_for_shopper(code, problem, remedy)
        return document, start_page_url, reason

    def _store_setup_request(self, cookie):
        """Write the setup request, and store it without its cookie.

        :param str cookie: the BuyerCookie
        :return: the `amazon.punchout.document`, and the bytes to send, without the shared secret
        :rtype: tuple
        """
        request = self._prepare_setup_request(cookie)
        body = cxml.write_setup_request(request)
        document = self.env['amazon.punchout.document'].create({
            'direction': 'out',
            'document_type': SETUP_REQUEST,
            'payload_id': request.payload_id,
            'group_id': self.group_id.id,
            'session_id': self._origin.id,  # a test of the connection has no trip
            'deployment_mode': self.deployment_mode,
            'state': 'sending',
            'body': cxml.redacted(body),
            'tries': 1,
            'last_try_at': fields.Datetime.now(),
        })
        return document, body

    def _send_setup_request(self, document, body, url):
        """Send a stored setup request, and judge what came back.

        :param document: the stored `amazon.punchout.document`
        :param bytes body: the request, without the shared secret
        :param str url: where to send it
        :return: as :meth:`_read_setup_answer`, with the code 0 if there was no answer
        :rtype: tuple[str | None, int, str | None, str | None]
        """
        group_sudo = self.group_id
        start_page_url, code, remedy = None, 0, None
        started = time.monotonic()
        try:
            answer = post_cxml(
                url, cxml.with_shared_secret(body, group_sudo._secret('shared_secret')), SETUP_TIMEOUT,
                group_sudo._allowed_networks())
            start_page_url, code, problem, remedy = self._read_setup_answer(answer, document.payload_id)
        except NotDelivered as error:
            values = {'reason': document._explain_http_error(error), 'person': group_sudo._responsible_name(),
                      'group': group_sudo.name}
            problem = self._(  # the same again would be blocked again
                "Nothing was sent to Amazon (%(reason)s). %(person)s can check the setup address of the Amazon group "
                "%(group)s.", **values) if error.kind == 'forbidden_address' else self._(
                "Amazon could not be reached (%(reason)s). Try again in a minute. If the problem persists, %(person)s "
                "can check the setup address of the Amazon group %(group)s.", **values)
        except NoAnswer as error:
            problem = self._(
                "Amazon did not answer (%s). Try again in a minute.", document._explain_http_error(error))
        outcome = 'accepted' if not problem else f'failed with status {code}' if code else 'failed without an answer'
        log_document(
            _logger, 'sending', SETUP_REQUEST, document.payload_id, outcome=f'{outcome} for group {group_sudo.id}',
            started=started)
        return start_page_url, code, problem, remedy

    def _read_setup_answer(self, answer, payload_id):
        """Read Amazon's answer to a setup request.

        :param http_post.Answer answer: what came back
        :param str payload_id: of the request
        :return: StartPage's URL or None; the cXML status code, else the HTTP one; what went wrong or None; what only an
            Amazon administrator can do about it, or None
        :rtype: tuple[str | None, int, str | None, str | None]
        """
        try:
            response = cxml.read_response(answer.body)
        except cxml.CxmlError as error:
            if answer.status == 401:
                return None, 401, *self._explain_declined_setup(401, self._("HTTP 401"))
            names = {'status': answer.status, 'person': self.group_id._responsible_name(), 'group': self.group_id.name}
            if answer.status == 404:  # which does not pass by itself
                return None, 404, self._(
                    "There is nothing at the setup address of the Amazon group %(group)s (HTTP 404). %(person)s can "
                    "copy it again from Amazon.", **names), None
            if b'<html' in answer.body[:2000].lower():
                return None, answer.status, self._(
                    "The setup address answered with a web page instead of a cXML document (HTTP %(status)s). Try "
                    "again later. If the problem persists, %(person)s can check the setup address of the Amazon group "
                    "%(group)s.", **names), None
            return None, answer.status, self._(
                "The setup address did not answer with a cXML document (HTTP %(status)s: %(problem)s). Try again "
                "later. If the problem persists, %(person)s can check the setup address of the Amazon group "
                "%(group)s.",
                problem=self.env['amazon.punchout.document']._explain_cxml_error(error).rstrip('.'), **names), None
        if not 200 <= response.code < 300:
            return None, response.code, *self._explain_declined_setup(response.code, response.message or response.text)
        if not response.has_start_page:
            return None, response.code, self._(
                "Amazon accepted the request but returned no page to shop on. Try again. If it happens again, report "
                "the time and the payload ID %s to Amazon Business support.", payload_id), None
        return response.start_page_url, response.code, None, None

    def _explain_declined_setup(self, code, text):
        """Tell in Amazon's words why it declined the request, and what an Amazon administrator can do about it.

        :param int code: Status/@code
        :param str text: Amazon's own words
        :rtype: tuple[str, str]
        """
        remedy = {
            400: self._("Check the identity and the addresses of the Amazon group."),
            401: self._(
                "The identity or the shared secret is wrong: copy both again from the group's page on Amazon."),
            403: self._(
                "Something is missing in the request: check that the shopper has an e-mail address and that the group "
                "has a public address."),
        }.get(code, self._("Try again later. If the problem persists, contact Amazon Business support."))
        return self._("Amazon declined the request: “%(text)s” (%(code)s).", text=text, code=code), remedy

    def _shopper_may_fix_group(self):
        """Tell whether the shopper looks after the group and may read about its credentials.

        :rtype: bool
        """
        return (
            self.user_id == self.group_id.responsible_id
            or self.user_id.has_group('amazon_punchout.group_administrator'))

    def _problem_for_shopper(self, code, problem, remedy):
        """Tell a shopper who can't open the group nothing about its credentials, but who can fix them.

        :param int code: Status/@code
        :param str | None problem: what went wrong, if anything
        :param str | None remedy: what only an Amazon administrator can do about it
        :rtype: str | None
        """
        if not remedy:
            return problem
        person = self.group_id._responsible_name()
        if code in (400, 401, 403):
            return self._("%(problem)s Ask %(person)s to fix this.", problem=problem, person=person)
        return self._(
            "%(problem)s Try again later. If the problem persists, contact %(person)s.", problem=problem, person=person)

    def _prepare_setup_request(self, cookie):
        """Prepare the setup request of this trip.

        :param str cookie: the BuyerCookie
        :rtype: cxml.PunchOutSetupRequest
        """
        self.ensure_one()
        group, user = self.group_id, self.user_id
        first_name, _space, last_name = user.name.strip().rpartition(' ')
        return cxml.PunchOutSetupRequest(
            payload_id=new_payload_id(self.env.cr.dbname),
            timestamp=utc_now(),
            header=group._prepare_header(),
            deployment_mode=self.deployment_mode,
            buyer_cookie=cookie,
            browser_form_post_url=group._get_public_url(CART_PATH),
            user_email=user._amazon_email(),
            first_name=first_name or last_name,
            last_name=last_name,
            business_unit=group.business_unit or None,
            contact=user._amazon_prepare_contact(),
            ship_to=self.warehouse_id._amazon_prepare_ship_to(user) if self.warehouse_id else None,
            selected_item=self.search_word or None,
        )

    def _punch_out_action(self):
        """Open Amazon in the same tab, or the failed trip in a dialog.

        :rtype: dict
        """
        self.ensure_one()
        if self.state == 'failed':
            return {
                'type': 'ir.actions.act_window',
                'name': self.env._("Could Not Open Amazon"),
                'res_model': self._name,
                'res_id': self.id,
                'views': [(self.env.ref('amazon_punchout.amazon_punchout_session_view_failed').id, 'form')],
                'target': 'new',
            }
        return {'type': 'ir.actions.act_url', 'url': self.sudo().start_page_url, 'target': 'self'}

    def action_try_again(self):
        """Start another trip with the same choices as this failed one.

        :return: an action, see :meth:`_punch_out_action`
        :rtype: dict
        """
        self.ensure_one()
        return self.group_id._punch_out(
            warehouse=self.warehouse_id, order=self.started_from_id, search=self.search_word,
            is_location_chosen=self.is_location_chosen, **self._prepare_origin())

    def _prepare_origin(self):
        """Prepare what else another trip with the same choices starts from; another addon adds its fields.

        :rtype: dict
        """
        self.ensure_one()
        return {}
