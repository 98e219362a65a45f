from datetime import timedelta

from odoo import api, fields, models

from ...tools.checklist import RECOMMENDED, REQUIRED, Check

SENDER = 'amazon_punchout.ir_cron_send'
# The order requests by which a connection counts as tested: Amazon has received them, marked as a test.
TEST_ORDER_ARRIVED = [('document_type', '=', 'OrderRequest'), ('state', '=', 'sent'), ('deployment_mode', '=', 'test')]


class AmazonPunchoutGroupGolive(models.Model):
    """From draft over test to live, and back. Whatever path leads to `active`, no must may be open."""
    _inherit = 'amazon.punchout.group'

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups.filtered(lambda group: group.state != 'draft')._remember_database()
        return groups

    def write(self, vals):
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
        """A live group keeps the address that Amazon was given: core rewrites web.base.url at each login of a system
        administrator, by whatever name of the server they used."""
        for group in self.filtered(lambda group: group.state == 'active' and not group.base_url):
            group.base_url = group._get_public_url('')

    # === CHECKLIST === #

    def _checklist(self):
        return [*super()._checklist(), self._checklist_scheduled_actions(), self._checklist_messages(), self._checklist_test_order()]

    def _checklist_scheduled_actions(self):
        """Without scheduled actions no order is ever sent: a server without cron threads runs none."""
        crons_sudo = self.env['ir.cron'].sudo()  # system administrators only read them
        ran = crons_sudo.search_count([
            ('lastcall', '>=', fields.Datetime.now() - timedelta(hours=1))], limit=1)
        sender_sudo = self.env.ref(SENDER, raise_if_not_found=False)
        sends = bool(sender_sudo and sender_sudo.sudo().active)
        if not ran:
            sentence = self.env._(
                "No scheduled action ran within the last hour, so that no order would ever be sent: the server needs "
                "max_cron_threads above 0 in odoo.conf.")
        elif not sends:
            sentence = self.env._(
                "The scheduled action “Amazon: send approved orders” is switched off: a system administrator switches it "
                "on.")
        else:
            sentence = self.env._("Scheduled actions run.")
        page = 'base.ir_cron_act' if self.env.user.has_group('base.group_system') else ''
        return Check('scheduled_actions', 50, REQUIRED, bool(ran) and sends, sentence, page)

    def _checklist_messages(self):
        done = self.confirmations_expected
        return Check('messages', 51, RECOMMENDED, done, self.env._(
            "Amazon's confirmations are expected here.") if done else self.env._(
            "Copy our address into Amazon's page, so that confirmations, shipments and invoices come by themselves, then "
            "tick Confirmations Expected."), 'messages')

    def _checklist_test_order(self):
        done = self._is_tested()
        if done:
            sentence = self.env._("A test order arrived at Amazon.")
        else:
            sentence = self._ask_for_test_order()
        return Check('test_order', 52, RECOMMENDED, done, sentence,
                     'messages' if self.flow == 'punchin' else 'amazon_punchout.action_shop')

    def _ask_for_test_order(self):
        """:return: how a test order is made; that the group is set to Test for it only where it isn't
        :rtype: str
        """
        is_test = self.state == 'test'
        if self.flow == 'punchin':
            return self.env._(
                "Make a test order: put something into the cart on Amazon with the Punch-in group, and check out there. Amazon "
                "leads you to Odoo, and cancels the order by itself once it was sent.") if is_test else self.env._(
                "Make a test order: set the group to Test, put something into the cart on Amazon with the Punch-in group, and "
                "check out there. Amazon leads you to Odoo, and cancels the order by itself once it was sent.")
        return self.env._("Make a test order: press Shop on Amazon. Amazon cancels it by itself.") if is_test else self.env._(
            "Make a test order: set the group to Test and press Shop on Amazon. Amazon cancels it by itself.")

    def _is_tested(self):
        """Tell whether a test order of this group has ever reached Amazon.

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
        """Ask once before orders become real.

        :return: an action that opens the question
        :rtype: dict
        :raises UserError: naming each must that is open
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
