from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import rest
from ...tools.api_faults import ApiClosed, ApiLater, ApiRejected
from ...tools.problems import close_problem, raise_problem
from .amazon_punchout_api import APIS, DOCUMENTS, PRODUCTS, RECONCILIATION, REPORTING

# An order that nobody has: that Amazon does not know it shows that the API is open.
NO_ORDER = 'ODOO-TEST-CONNECTION'
# An item and a user that nobody has, for the same purpose.
NO_ITEM, NO_EMAIL = 'B000000000', 'odoo@example.com'


class AmazonPunchoutApiTest(models.Model):
    """Which APIs are open: Test Connection, and what Amazon declines for good."""
    _inherit = 'amazon.punchout.api'

    # === TEST CONNECTION === #

    def action_test_connection(self):
        """Ask each API once, whether it is switched on or not.

        :return: an action that shows which are open
        :rtype: dict
        :raises UserError: this database asks nothing
        """
        self.ensure_one()
        self.check_access('write')
        for group in self.sudo().with_context(active_test=False).group_ids:
            if reason := group._sending_stopped_reason():
                raise UserError(reason)
        try:
            sentences = [self._test_api(api_name) for api_name in APIS]
        except ApiClosed as fault:  # without a login no API is open
            sentences = [fault.sentence]
            for api_name in APIS:
                self._note_test(api_name, 'stopped', fault.sentence)
        self.tested_at = fields.Datetime.now()
        self._settle_problem()
        is_fine = not self._has_stopped()
        is_open = any(self[f'{name}_state'] == 'open' for name in APIS)
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'title': self.env._("Amazon's APIs were tested"), 'message': "\n".join(sentences), 'sticky': True,
                'type': 'success' if is_open and is_fine else 'warning' if is_open else 'danger',
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'}},
        }

    def _test_api(self, api_name):
        """Ask one API and keep whether it is open.

        :param str api_name: of APIS
        :return: a sentence
        :rtype: str
        :raises ApiClosed: Login with Amazon declines the credentials
        """
        title = self._api_title(api_name)
        try:
            self._call(api_name, *self._test_question(api_name))
        except ApiRejected as fault:
            # Amazon knows us and looked at the question.
            if fault.status not in (400, 404) or not fault.code:
                return self._note_test(api_name, 'untested', fault.sentence)
        except ApiClosed as fault:
            if fault.is_login:
                raise
            return self._note_test(api_name, 'stopped', fault.sentence)
        except ApiLater as fault:
            return self._note_test(api_name, 'untested', fault.sentence)
        self._note_test(api_name, 'open', False)
        if not self[f'use_{api_name}']:
            return self.env._("%s: open. Odoo does not use it yet: switch it on if you want that.", title)
        return self.env._("%s: open.", title)

    def _test_question(self, api_name):
        """Give the question that tests an API.

        :return: the arguments of :meth:`_call`
        :rtype: tuple
        """
        group = self.group_ids[:1] or self.group_ids.new()
        if api_name == RECONCILIATION:
            now = fields.Datetime.now()
            return 'GET', rest.transactions_path(now - timedelta(days=1), now)
        if api_name == DOCUMENTS:
            return 'GET', rest.known_reports_path()
        if api_name == PRODUCTS:
            headers = {rest.USER_HEADER: self.env.user._amazon_email() or NO_EMAIL}
            return 'POST', *rest.offers_body([NO_ITEM], group.marketplace, group._amazon_region(), 1), headers
        return 'GET', rest.order_path(NO_ORDER, group._amazon_region())

    def _note_test(self, api_name, state, problem):
        self.write({f'{api_name}_state': state, f'{api_name}_problem': problem})
        if state == 'open':
            self._go_on(api_name)
        return problem and self.env._("%(api)s: %(problem)s", api=self._api_title(api_name), problem=problem)

    # === THE ACTIVITY === #

    def _has_stopped(self):
        """Tell whether Amazon has closed an API that is switched on.

        :rtype: bool
        """
        self.ensure_one()
        return any(self[f'use_{name}'] and self[f'{name}_state'] == 'stopped' for name in APIS)

    def _has_failed(self):
        """Tell whether the last question to an API that is switched on has no answer.

        :rtype: bool
        """
        self.ensure_one()
        failed = {
            RECONCILIATION: self.fetch_problem, REPORTING: self.report_problem, DOCUMENTS: self.documents_failures,
            PRODUCTS: self.products_failures}
        return any(self[f'use_{name}'] and failed[name] for name in APIS)

    def _settle_problem(self):
        """Mark the activity about each access as done if nothing is left to look at, whatever it was about."""
        for access in self:
            left = Domain('state', '=', 'attention')
            if access.use_reconciliation:
                left |= Domain('is_invoice_due', '=', True)
            if not (access._has_stopped() or access._has_failed()
                    or access.page_ids.search_count(left & Domain('api_id', '=', access.id), limit=1)):
                close_problem(access)

    # === DECLINED FOR GOOD === #

    def _stop(self, api_name, fault):
        """Let an API rest until a person presses Test Connection, and notify the responsible once.

        :param str api_name: of APIS
        :param ApiClosed fault: why; without a login no API can be used
        """
        self.ensure_one()
        access = self._in_notified_language()
        for name in APIS if fault.is_login else [api_name]:
            access.write({f'{name}_state': 'stopped', f'{name}_problem': fault.sentence})
        raise_problem(
            access, access._person_to_notify(), access.env._("Amazon's APIs: access %s needs attention", access.name),
            Markup("<p>%s</p><p>%s</p>") % (fault.sentence, access.env._(
                "Odoo does not ask again until you press Test Connection on the API access.")))
