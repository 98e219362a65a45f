import hashlib
import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.checklist import RECOMMENDED, REQUIRED, Check

# What Amazon has judged when it accepts a setup request.
CONNECTION_FIELDS = (
    'setup_url', 'setup_test_url', 'identity', 'shared_secret', 'credential_domain', 'supplier_identity', 'business_unit')


class AmazonPunchoutGroupConnection(models.Model):
    """Whether Amazon takes a group's credentials: asked by a setup request that nobody shops with, at each address that
    the group is going to use."""
    _inherit = 'amazon.punchout.group'

    connection_document_id = fields.Many2one(
        'amazon.punchout.document', "Last Test of the Connection", copy=False, readonly=True, ondelete='set null',
        index='btree_not_null', check_company=True, groups='amazon_punchout.group_administrator')
    connection_test_document_id = fields.Many2one(
        'amazon.punchout.document', "Last Test of the Test Address", copy=False, readonly=True, ondelete='set null',
        index='btree_not_null', check_company=True, groups='amazon_punchout.group_administrator',
        help="Where the test address is another one, and the group was not live.")
    # Computed, since Odoo lets everybody group by a related field, whatever its groups.
    connection_tested_at = fields.Datetime(
        "Connection Tested", compute='_compute_connection_answer', groups='amazon_punchout.group_administrator')
    connection_problem = fields.Text(
        compute='_compute_connection_answer', groups='amazon_punchout.group_administrator')
    # Of the values that Amazon has accepted: others need another test. Written by the test only, so that nobody goes
    # live by stating that it went well.
    connection_digest = fields.Char(copy=False, readonly=True, exportable=False, groups='base.group_system')
    connection_ok = fields.Boolean(
        "Connection Works", compute='_compute_connection_ok', groups='amazon_punchout.group_administrator',
        help="Amazon has accepted these credentials at each address that the group uses.")
    connection_partly = fields.Boolean(
        "Connection Works at One Address Only", compute='_compute_connection_ok',
        groups='amazon_punchout.group_administrator')

    # === COMPUTE METHODS === #

    @api.depends(
        'state', 'connection_document_id.last_try_at', 'connection_document_id.reason', 'connection_test_document_id.reason',
        'connection_digest', *CONNECTION_FIELDS)
    @api.depends_context('lang')
    def _compute_connection_answer(self):
        for group in self:
            group.connection_tested_at = group.connection_document_id.last_try_at
            group.connection_problem = group._connection_problem()

    def _connection_problem(self):
        """:return: what Amazon said the last time; of two addresses both answers by name. False if nothing is wrong
        :rtype: str | bool
        """
        self.ensure_one()
        # A live group no longer uses the test address, whatever was said there.
        test_document = self.connection_test_document_id if self.state != 'active' else self.env['amazon.punchout.document']
        live, test = self.connection_document_id.reason, test_document.reason
        if not live and not test:
            return False
        sentences = [live]
        if test_document:
            accepted = self.env._("Amazon accepted the credentials.")
            sentences = [
                self.env._("%(address)s: %(answer)s", address=self._fields[name]._description_string(self.env),
                           answer=reason or accepted)
                for name, reason in (('setup_test_url', test), ('setup_url', live))]
        if live and (self.state == 'active' or self._has_connected()):
            sentences.append(self._live_address_advice())
        return "\n".join(sentences)

    def _live_address_advice(self):
        """:return: what to look at if Amazon takes the credentials, and not at the address of live orders
        :rtype: str
        """
        return self.env._(
            "Look whether %s was copied to its end. As long as the group on Amazon stands on Test, Amazon may refuse it. "
            "Once you have switched it to Active, press Test Connection again.",
            self._fields['setup_url']._description_string(self.env))

    @api.depends('state', 'connection_digest', 'connection_problem', *CONNECTION_FIELDS)
    def _compute_connection_ok(self):
        for group in self:
            connected = group._has_connected()
            group.connection_ok = connected and not group.connection_problem
            # A live group uses one address only.
            group.connection_partly = connected and bool(group.connection_problem) and group.state != 'active'

    def _has_connected(self):
        """Tell whether Amazon has accepted a setup request with the group's present credentials, at one of its present
        addresses. At the live one Amazon may refuse them as long as the group stands on Test there: nobody could go live if
        that had to be accepted before.

        :rtype: bool
        """
        self.ensure_one()
        return self.sudo().connection_digest == self._connection_digest()  # compared, never shown

    def _connection_digest(self):
        """:return: what stands for the group's credentials and addresses
        :rtype: str
        """
        group_sudo = self.sudo()  # the secret goes in, and nobody gets it out
        values = [group_sudo[name] or '' for name in CONNECTION_FIELDS]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()

    def _checklist(self):
        done = self._has_connected()
        # Carts of shopping that starts on Amazon may come without any setup request of ours.
        level = RECOMMENDED if self.flow == 'punchin' else REQUIRED
        return [*super()._checklist(), Check('connection', 20, level, done, self.env._(
            "Amazon has accepted these credentials.") if done else self.env._(
            "Press Test Connection: Amazon has not accepted these credentials at the setup address yet."), 'credentials'),
            *self._checklist_live_address()]

    def _checklist_live_address(self):
        """:rtype: list[Check]"""
        if not self._has_connected() or not self.sudo().connection_document_id.reason:  # in sudo as the digest
            return []
        return [Check('connection_live', 21, RECOMMENDED, False, self.env._(
            "Amazon accepted these credentials at another address, and not at the one of live orders. %s",
            self._live_address_advice()), 'credentials')]

    # === ACTIONS === #

    def action_test_connection(self):
        """Ask Amazon for a page to shop on, in the name of the current user, and leave it there.

        In any state of the group. No shopping trip and no order comes of it; the setup requests are kept as every other.

        :return: an action that says what Amazon said and what to do about it
        :rtype: dict
        :raises UserError: naming what a setup request lacks
        """
        self.ensure_one()
        self.check_access('write')
        self._check_can_connect()
        documents_sudo = {
            name: self._ask_connection(mode, url) for name, mode, url in self._connection_addresses()}
        states = [document.state for document in documents_sudo.values()]
        self.sudo().write({  # fields that people don't write
            'connection_test_document_id': False, **{name: document.id for name, document in documents_sudo.items()},
            'connection_digest': 'sent' in states and self._connection_digest()})
        return self._show_connection()

    def _connection_addresses(self):
        """Each address is asked in the mode in which the group is going to use it. A live group uses one only.

        :return: the field that keeps the document, deploymentMode, and the address
        :rtype: list[tuple[str, str, str]]
        """
        self.ensure_one()
        if self.state != 'active' and self.setup_test_url and self.setup_test_url != self.setup_url:
            return [('connection_test_document_id', 'test', self.setup_test_url),
                    ('connection_document_id', 'production', self.setup_url)]
        return [('connection_document_id', self._deployment_mode(), self.setup_url)]

    def _ask_connection(self, mode, url):
        """:param str mode: deploymentMode
        :param str url: where to
        :return: the document of the setup request, in superuser mode
        """
        trip_sudo = self.env['amazon.punchout.session'].sudo().new({  # rights were checked; it is never stored
            'group_id': self.id, 'user_id': self.env.user.id, 'deployment_mode': mode,
            'warehouse_id': self._complete_warehouse().id})
        # Nobody keeps this cookie: no cart can come back with it.
        document_sudo, _start_page_url, _told = trip_sudo._ask_start_page(secrets.token_urlsafe(32), url)
        return document_sudo

    def _show_connection(self):
        """:return: a notification of the test that has just been made
        :rtype: dict
        """
        if not self.connection_problem:
            kind, title = 'success', self.env._("The connection works")
            message = self.env._(
                "Amazon accepted the credentials of %s and offered a page to shop on. Nothing was ordered.", self.name)
        elif self.connection_partly:
            kind, title, message = 'warning', self.env._("The connection works at one address only"), self.connection_problem
        else:
            kind, title, message = 'danger', self.env._("The connection does not work"), self.connection_problem
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'title': title, 'message': message, 'type': kind, 'next': {'type': 'ir.actions.act_window_close'}},
        }

    def _check_can_connect(self):
        """:raises UserError: nothing is sent from here, or naming what a setup request needs and the group or the user has
            not
        """
        if reason := self._sending_stopped_reason():
            raise UserError(reason)
        missing = [self._fields[name]._description_string(self.env)
                   for name in ('setup_url', 'identity', 'shared_secret') if not self[name]]
        if missing:
            raise UserError(self.env._(
                "Fill in %(fields)s of the Amazon group %(group)s first.", fields=", ".join(missing), group=self.name))
        if not self.env.user._amazon_email():
            raise UserError(self.env._(
                "Your own user %s has no Email: Amazon knows its shoppers by it. Add it to your profile.",
                self.env.user.name))

    def _complete_warehouse(self):
        """:return: the first location whose addresses are complete, or none: credentials can be tested without"""
        return next(
            (warehouse for warehouse in self._allowed_warehouses()
             if not self.company_id._amazon_address_problems(warehouse)), self.env['stock.warehouse'])
