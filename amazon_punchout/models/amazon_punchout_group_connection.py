import hashlib
import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from .amazon_punchout_group_checklist import ADVICE, MUST, Check

# What Amazon has judged when it accepts a setup request.
CONNECTION_FIELDS = (
    'setup_url', 'setup_test_url', 'identity', 'shared_secret', 'credential_domain', 'supplier_identity', 'business_unit')


class AmazonPunchoutGroupConnection(models.Model):
    """Whether Amazon takes a group's credentials: asked by a setup request that nobody shops with."""
    _inherit = 'amazon.punchout.group'

    connection_document_id = fields.Many2one(
        'amazon.punchout.document', "Last Test of the Connection", copy=False, readonly=True, ondelete='set null',
        index='btree_not_null', check_company=True, groups='amazon_punchout.group_administrator')
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
        help="Amazon has accepted these credentials at this address.")

    # === COMPUTE METHODS === #

    @api.depends('connection_document_id.last_try_at', 'connection_document_id.reason')
    def _compute_connection_answer(self):
        for group in self:
            group.connection_tested_at = group.connection_document_id.last_try_at
            group.connection_problem = group.connection_document_id.reason

    @api.depends('connection_digest', *CONNECTION_FIELDS)
    def _compute_connection_ok(self):
        for group in self:
            group.connection_ok = group._has_connected()

    def _has_connected(self):
        """Tell whether Amazon has accepted a setup request with the group's present credentials and addresses.

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
        level = ADVICE if self.flow == 'punchin' else MUST
        return [*super()._checklist(), Check('connection', level, done, self.env._(
            "Amazon has accepted these credentials.") if done else self.env._(
            "Press Test Connection: Amazon has not accepted these credentials at this address yet."), 'credentials')]

    # === ACTIONS === #

    def action_test_connection(self):
        """Ask Amazon for a page to shop on, in test mode and in the name of the current user, and leave it there.

        In any state of the group. No shopping trip and no order comes of it; the setup request is kept as every other.

        :return: an action that says what Amazon said and what to do about it
        :rtype: dict
        :raises UserError: naming what a setup request lacks
        """
        self.ensure_one()
        self.check_access('write')
        self._check_can_connect()
        trip_sudo = self.env['amazon.punchout.session'].sudo().new({  # rights were checked; it is never stored
            'group_id': self.id, 'user_id': self.env.user.id, 'deployment_mode': 'test',
            'warehouse_id': self._complete_warehouse().id})
        # Nobody keeps this cookie: no cart can come back with it.
        document_sudo, _start_page_url = trip_sudo._ask_start_page(
            secrets.token_urlsafe(32), self.setup_test_url or self.setup_url)
        accepted = document_sudo.state == 'sent'
        self.sudo().write({  # fields that people don't write
            'connection_document_id': document_sudo.id,
            'connection_digest': accepted and self._connection_digest()})
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'title': self.env._("The connection works") if accepted else self.env._("The connection does not work"),
                'message': self.env._(
                    "Amazon accepted the credentials of %s and offered a page to shop on. Nothing was ordered.",
                    self.name) if accepted else document_sudo.reason,
                'type': 'success' if accepted else 'danger',
                'next': {'type': 'ir.actions.act_window_close'},
            },
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
