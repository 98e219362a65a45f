from datetime import timedelta

from odoo import api, fields, models

from ...const import SCHEDULED_ACTIONS, SENDER
from ...tools.checklist import RECOMMENDED, REQUIRED, Check

# Scheduled actions that have been due for this many minutes, while none ran, show that none runs.
IDLE_MINUTES = 5


class AmazonPunchoutGroupGoLive(models.Model):
    """The way from draft over test to live, and back. No path leads to `active` while a required item is open."""
    _inherit = 'amazon.punchout.group'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail` to remember in which database groups are opened."""
        groups = super().create(vals_list)
        groups.filtered(lambda group: group.state != 'draft')._remember_database()
        return groups

    def write(self, vals):
        """Override of `mail` to require the checklist of groups that go live, and to keep what a live group needs."""
        going_live = self.filtered(lambda group: group.state != 'active') if vals.get('state') == 'active' else None
        res = super().write(vals)
        if vals.get('state') in ('test', 'active'):
            self._remember_database()
        if {'state', 'base_url'} & vals.keys():
            self._keep_base_url()
        if going_live:
            going_live._check_required()
        return res

    def _keep_base_url(self):
        """Store the address that Amazon was given on live groups.

        `base` rewrites web.base.url at each login of a system administrator, to whatever host name they used.
        """
        for group in self.filtered(lambda group: group.state == 'active' and not group.base_url):
            group.base_url = group._get_public_url('')

    # === CHECKLIST === #

    def _checklist(self):
        """Override to require scheduled actions, and to recommend messages."""
        return [*super()._checklist(), self._checklist_scheduled_actions(), self._checklist_messages()]

    def _checklist_scheduled_actions(self):
        """Require scheduled actions, which send the orders: a server without cron threads runs none.

        :rtype: Check
        """
        crons_sudo = self.env['ir.cron'].sudo()  # only system administrators read them
        late = fields.Datetime.now() - timedelta(minutes=IDLE_MINUTES)
        ran = crons_sudo.search_count([('lastcall', '>=', late)], limit=1) or (
            crons_sudo.search_count([('lastcall', '!=', False)], limit=1)
            and not crons_sudo.search_count([('nextcall', '<', late)], limit=1))
        sends = self._has_sender()
        if not ran:
            sentence = self.env._(
                "No scheduled action ran although one was due %s minutes ago, so no order would be sent. Set "
                "max_cron_threads in odoo.conf to a value greater than 0 and restart Odoo.", IDLE_MINUTES)
        elif not sends and self._is_neutralized_database():
            sentence = self.env._("The scheduled actions stay switched off in a neutralized copy.")
        elif not sends:
            name = self.env._(SCHEDULED_ACTIONS[SENDER])  # pylint: disable=gettext-variable  # a lazy text
            sentence = self.env._(
                "The scheduled action “%s” is inactive. Set the group to Test, then press Repair.",
                name) if self.state == 'draft' else self.env._(
                "The scheduled action “%s” is inactive. Press Repair on the Amazon group.", name)
        else:
            sentence = self.env._("Scheduled actions are running.")
        page = 'base.ir_cron_act' if self.env.user.has_group('base.group_system') else ''
        return Check('scheduled_actions', 50, REQUIRED, bool(ran) and sends, sentence, page)

    @api.model
    def _has_sender(self):
        """Tell whether a scheduled action sends orders: the first one, or one that an administrator has added.

        :rtype: bool
        """
        data_sudo = self.env['ir.model.data'].sudo().search([
            ('module', '=', 'amazon_punchout'), ('model', '=', 'ir.cron'), ('name', '=like', f'{SENDER}%')])
        return bool(self.env['ir.cron'].sudo().search_count([('id', 'in', data_sudo.mapped('res_id'))], limit=1))

    def _checklist_messages(self):
        """Recommend to receive Amazon's messages.

        :rtype: Check
        """
        done = self.confirmations_expected
        return Check('messages', 51, RECOMMENDED, done, self.env._(
            "Odoo expects Amazon's confirmations.") if done else self.env._(
            "Enter the address for messages on Amazon's page to receive confirmations, shipments and invoices "
            "automatically, then tick Confirmations Expected."), 'messages', 'confirmations_expected')

    # === ACTIONS === #

    def action_set_test(self):
        """Let members shop in test mode."""
        self.state = 'test'

    def action_set_draft(self):
        """Let nobody shop."""
        self.state = 'draft'
