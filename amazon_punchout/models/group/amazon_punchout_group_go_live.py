from datetime import timedelta

from odoo import api, fields, models

from ...const import TEST_ORDER_ARRIVED
from ...tools.checklist import RECOMMENDED, REQUIRED, Check

SENDER = 'amazon_punchout.ir_cron_send'


class AmazonPunchoutGroupGoLive(models.Model):
    """The way from draft over test to live, and back. No path leads to `active` while a required item is open."""
    _inherit = 'amazon.punchout.group'

    @api.model_create_multi
    def create(self, vals_list):
        """Override to remember in which database groups are opened."""
        groups = super().create(vals_list)
        groups.filtered(lambda group: group.state != 'draft')._remember_database()
        return groups

    def write(self, vals):
        """Override to require the checklist of groups that go live, and to keep what a live group needs."""
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
        """Override to require scheduled actions, and to recommend messages and a test order."""
        return [*super()._checklist(), self._checklist_scheduled_actions(), self._checklist_messages(),
                self._checklist_test_order()]

    def _checklist_scheduled_actions(self):
        """Require scheduled actions, which send the orders: a server without cron threads runs none.

        :rtype: Check
        """
        crons_sudo = self.env['ir.cron'].sudo()  # only system administrators read them
        ran = crons_sudo.search_count([
            ('lastcall', '>=', fields.Datetime.now() - timedelta(hours=1))], limit=1)
        sender_sudo = self.env.ref(SENDER, raise_if_not_found=False)
        sends = bool(sender_sudo and sender_sudo.sudo().active)
        if not ran:
            sentence = self.env._(
                "No scheduled action ran within the last hour, so no order would be sent. Set max_cron_threads in "
                "odoo.conf to a value greater than 0.")
        elif not sends:
            sentence = self.env._(
                "The scheduled action “Amazon: send approved orders” is inactive. Ask a system administrator to "
                "activate it.")
        else:
            sentence = self.env._("Scheduled actions are running.")
        page = 'base.ir_cron_act' if self.env.user.has_group('base.group_system') else ''
        return Check('scheduled_actions', 50, REQUIRED, bool(ran) and sends, sentence, page)

    def _checklist_messages(self):
        """Recommend to receive Amazon's messages.

        :rtype: Check
        """
        done = self.confirmations_expected
        return Check('messages', 51, RECOMMENDED, done, self.env._(
            "Odoo expects Amazon's confirmations.") if done else self.env._(
            "Enter the address for messages on Amazon's page to receive confirmations, shipments and invoices "
            "automatically, then tick Confirmations Expected."), 'messages')

    def _checklist_test_order(self):
        """Recommend a test order.

        :rtype: Check
        """
        done = self._is_tested()
        sentence = self.env._("A test order arrived at Amazon.") if done else self._ask_for_test_order()
        return Check('test_order', 52, RECOMMENDED, done, sentence,
                     'messages' if self.flow == 'punchin' else 'amazon_punchout.action_shop')

    def _ask_for_test_order(self):
        """Say how to place a test order in the present state of the group.

        :rtype: str
        """
        is_test = self.state == 'test'
        if self.flow == 'punchin':
            return self.env._(
                "Place a test order: fill a cart on Amazon with the Punch-in group and check out there. Amazon leads "
                "you to Odoo, and cancels the order automatically after it was sent.") if is_test else self.env._(
                "Place a test order: set the group to Test, fill a cart on Amazon with the Punch-in group and check "
                "out there. Amazon leads you to Odoo, and cancels the order automatically after it was sent.")
        return self.env._(
            "Place a test order: press Shop on Amazon. Amazon cancels the order automatically.") if is_test \
            else self.env._(
                "Place a test order: set the group to Test and press Shop on Amazon. Amazon cancels the order "
                "automatically.")

    def _is_tested(self):
        """Tell whether a test order of this group ever reached Amazon.

        :rtype: bool
        """
        return bool(self.env['amazon.punchout.document'].sudo().search_count(
            [('group_id', 'in', self._origin.ids), *TEST_ORDER_ARRIVED], limit=1))

    # === ACTIONS === #

    def action_set_test(self):
        """Let members shop in test mode."""
        self.state = 'test'

    def action_set_draft(self):
        """Let nobody shop."""
        self.state = 'draft'

    def action_go_live(self):
        """Open the confirmation dialog before orders become real.

        :return: an action
        :rtype: dict
        :raises UserError: naming each required item that is not done
        """
        self.ensure_one()
        self.check_access('write')
        self._check_required()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Go Live"),
            'res_model': 'amazon.punchout.go.live',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_group_id': self.id},
        }
