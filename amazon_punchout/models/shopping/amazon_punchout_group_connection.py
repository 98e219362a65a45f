import hashlib
import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.checklist import RECOMMENDED, REQUIRED, Check

# What Amazon has checked once it accepts a setup request.
CONNECTION_FIELDS = (
    'setup_url', 'setup_test_url', 'identity', 'shared_secret', 'credential_domain', 'supplier_identity',
    'business_unit',
)


class AmazonPunchoutGroupConnection(models.Model):
    """Test Connection: whether Amazon accepts a group's credentials at each address that the group is going to use.

    Amazon is asked by a setup request that no shopping follows.
    """
    _inherit = 'amazon.punchout.group'

    connection_document_id = fields.Many2one(
        'amazon.punchout.document', "Last Connection Test", copy=False, readonly=True, ondelete='set null',
        index='btree_not_null', check_company=True, groups='amazon_punchout.group_administrator')
    connection_test_document_id = fields.Many2one(
        'amazon.punchout.document', "Last Connection Test (Test Address)", copy=False, readonly=True,
        ondelete='set null', index='btree_not_null', check_company=True, groups='amazon_punchout.group_administrator',
        help="Empty if the group has no separate test address or was live when the connection was tested.")
    # Computed, since Odoo lets every user group by a related field, whatever groups the field is restricted to.
    connection_tested_at = fields.Datetime(
        "Connection Tested On", compute='_compute_connection_answer', groups='amazon_punchout.group_administrator')
    connection_problem = fields.Text(
        compute='_compute_connection_answer', groups='amazon_punchout.group_administrator')
    # Of the values that Amazon accepted: other values need another test. Only the test writes it, so that writing to
    # the group can't make it go live.
    connection_digest = fields.Char(copy=False, readonly=True, exportable=False, groups='base.group_system')
    connection_ok = fields.Boolean(
        "Connection Works", compute='_compute_connection_ok', groups='amazon_punchout.group_administrator',
        help="Amazon accepted these credentials at every address that the group uses.")
    connection_partly = fields.Boolean(
        "Connection Partly Works", compute='_compute_connection_ok', groups='amazon_punchout.group_administrator',
        help="Amazon accepted these credentials at one of the group's two addresses only.")

    # === COMPUTE METHODS === #

    @api.depends(
        'state', 'connection_document_id.last_try_at', 'connection_document_id.reason',
        'connection_test_document_id.reason', 'connection_digest', 'secret_name', *CONNECTION_FIELDS)
    @api.depends_context('lang')
    def _compute_connection_answer(self):
        for group in self:
            group.connection_tested_at = group.connection_document_id.last_try_at
            group.connection_problem = group._connection_problem()

    def _connection_problem(self):
        """Tell what went wrong in the last test of the connection.

        :return: Amazon's answer, of two addresses that answered differently both with their names; False if nothing
            went wrong
        :rtype: str | bool
        """
        self.ensure_one()
        # A live group no longer uses the test address, whatever Amazon answered there.
        nothing = self.env['amazon.punchout.document']
        test_document = nothing if self.state == 'active' else self.connection_test_document_id
        live, test = self.connection_document_id.reason, test_document.reason
        if not live and not test:
            return False
        sentences = [live]
        if test_document and live != test:
            accepted = self.env._("Amazon accepted the credentials.")
            sentences = [
                self.env._("%(address)s: %(answer)s", address=self._fields[name]._description_string(self.env),
                           answer=reason or accepted)
                for name, reason in (('setup_test_url', test), ('setup_url', live))]
        if live and (self.state == 'active' or self._has_connected()):
            sentences.append(self._live_address_recommendation())
        return "\n".join(sentences)

    def _live_address_recommendation(self):
        """Tell what to check if Amazon accepts the credentials, but not at the address of live orders.

        :rtype: str
        """
        return self.env._(
            "Check that %s was copied completely. Amazon may decline requests there while the group is set to Test on "
            "Amazon. Once you have set the group to Active there, press Test Connection again.",
            self._fields['setup_url']._description_string(self.env))

    @api.depends('state', 'connection_digest', 'connection_problem', 'secret_name', *CONNECTION_FIELDS)
    def _compute_connection_ok(self):
        for group in self:
            connected = group._has_connected()
            group.connection_ok = connected and not group.connection_problem
            # A live group uses one address only.
            group.connection_partly = connected and bool(group.connection_problem) and group.state != 'active'

    def _has_connected(self):
        """Tell whether Amazon has accepted the group's present credentials at one of its present addresses.

        Amazon may decline them at the live address while the group is set to Test there: no group could go live if the
        live address had to accept them first.

        :rtype: bool
        """
        self.ensure_one()
        return self.sudo().connection_digest == self._connection_digest()  # compared, never shown

    def _connection_digest(self):
        """Digest the group's credentials and addresses.

        :rtype: str
        """
        group_sudo = self.sudo()  # the secret goes into the digest and can't be read from it
        values = [group_sudo._secret(name) if name == 'shared_secret' else group_sudo[name] or ''
                  for name in CONNECTION_FIELDS]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()

    def _checklist(self):
        """Override to add the connection and, if only the test address works, the live address."""
        checks = [*super()._checklist(), self._checklist_connection()]
        if self._has_connected() and self.sudo().connection_document_id.reason:  # in sudo as the digest
            checks.append(self._checklist_connection_live())
        return checks

    def _checklist_connection(self):
        """Tell whether Amazon has accepted the group's credentials.

        :rtype: Check
        """
        done = self._has_connected()
        # Carts of shopping that starts on Amazon may arrive without any setup request of ours.
        level = RECOMMENDED if self.flow == 'punchin' else REQUIRED
        sentence = self.env._("Amazon has accepted these credentials.") if done else self.env._(
            "Press Test Connection: Amazon has not accepted these credentials yet.")
        return Check('connection', 20, level, done, sentence, 'credentials', 'action_test_connection')

    def _checklist_connection_live(self):
        """Tell what to do about a live address at which Amazon declined the credentials.

        :rtype: Check
        """
        return Check('connection_live', 21, RECOMMENDED, False, self.env._(
            "Amazon accepted these credentials at the test address, but not at the address for live orders. "
            "%(recommendation)s", recommendation=self._live_address_recommendation()), 'credentials',
            'action_test_connection')

    # === ACTIONS === #

    def action_test_connection(self):
        """Ask Amazon for a page to shop on, in the name of the current user, and do not open it.

        Works in every state of the group. No shopping trip and no order results from it; the setup requests are kept
        like all others.

        :return: an action that shows Amazon's answer and what to do about it
        :rtype: dict
        :raises UserError: names what is missing for a setup request
        """
        self.ensure_one()
        self.check_access('write')
        self._check_can_connect()
        documents_sudo = {
            name: self._ask_connection(mode, url) for name, mode, url in self._connection_addresses()}
        states = [document.state for document in documents_sudo.values()]
        self.sudo().write({  # fields that no user may write
            'connection_test_document_id': False, **{name: document.id for name, document in documents_sudo.items()},
            'connection_digest': 'sent' in states and self._connection_digest()})
        return self._show_connection()

    def _connection_addresses(self):
        """List the addresses to test, each in the mode in which the group is going to use it.

        A live group uses one address only.

        :return: tuples of the field that keeps the document, deploymentMode and the address
        :rtype: list[tuple[str, str, str]]
        """
        self.ensure_one()
        if self.state != 'active' and self.setup_test_url and self.setup_test_url != self.setup_url:
            return [('connection_test_document_id', 'test', self.setup_test_url),
                    ('connection_document_id', 'production', self.setup_url)]
        return [('connection_document_id', self._deployment_mode(), self.setup_url)]

    def _ask_connection(self, mode, url):
        """Send the setup request of a test.

        :param str mode: deploymentMode
        :param str url: where to send it
        :return: its document, in superuser mode
        """
        trip_sudo = self.env['amazon.punchout.session'].sudo().new({  # rights were checked; it is never stored
            'group_id': self.id, 'user_id': self.env.user.id, 'deployment_mode': mode,
            'warehouse_id': self._complete_warehouse().id})
        # This cookie is not kept: no cart can come back with it.
        document_sudo, _start_page_url, _problem = trip_sudo._ask_start_page(secrets.token_urlsafe(32), url)
        return document_sudo

    def _show_connection(self):
        """Show the outcome of the test that has just been made.

        :return: an action with a notification
        :rtype: dict
        """
        if not self.connection_problem:
            kind, title = 'success', self.env._("The connection works")
            message = self.env._(
                "Amazon accepted the credentials of %s. Nothing was ordered.", self.name)
        elif self.connection_partly:
            kind, title = 'warning', self.env._("The connection works at one address only")
            message = self.connection_problem
        else:
            kind, title, message = 'danger', self.env._("The connection does not work"), self.connection_problem
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'title': title, 'message': message, 'type': kind, 'next': {'type': 'ir.actions.act_window_close'}},
        }

    def _check_can_connect(self):
        """Check that a setup request can be sent.

        :raises UserError: this database sends nothing, or a value is missing on the group or the user
        """
        if reason := self._sending_stopped_reason():
            raise UserError(reason)
        missing = [self._fields[name]._description_string(self.env)
                   for name in ('setup_url', 'identity', 'shared_secret') if not self._has_value(name)]
        if missing:
            raise UserError(self.env._(
                "Fill in the following fields of the Amazon group %(group)s first: %(fields)s.",
                group=self.name, fields=", ".join(missing)))
        if problem := self.env['amazon.punchout.session']._email_problem(self.env.user, self):
            raise UserError(problem)

    def _complete_warehouse(self):
        """Find a location to send along: credentials can be tested without any.

        :return: the first location whose addresses are complete, or an empty recordset
        """
        return next(
            (warehouse for warehouse in self._allowed_warehouses()
             if not self.company_id._amazon_address_problems(warehouse)), self.env['stock.warehouse'])
