from odoo import models
from odoo.exceptions import UserError


class AmazonPunchoutProblemActions(models.Model):
    """The buttons of the page Problems."""
    _inherit = 'amazon.punchout.problem'

    def _open_record(self, *kinds):
        """Give the record of this row for a button; what it does is checked there.

        :param kinds: those that have the button; all if there are none
        :raises UserError: the problem is solved, or has no such button
        """
        self.ensure_one()
        self.browse().check_access('read')
        if not self.exists():
            raise UserError(self.env._("This problem has been solved meanwhile. Reload the page."))
        self.check_access('read')
        record = self._record()
        if kinds and (self.kind not in kinds or not record):
            raise UserError(self.env._("This can't be done with this problem. Open it to see what can."))
        return record

    def action_open(self):
        """Open the record.

        :return: an action; False for a scheduled action, which has no page of ours
        :rtype: dict | bool
        """
        if record := self._open_record():
            if record._name in ('purchase.order', 'account.move'):
                return record.action_open_business_doc()
            return {
                'type': 'ir.actions.act_window', 'res_model': record._name, 'res_id': record.id,
                'views': [(False, 'form')]}
        return False

    def action_retry(self):
        """Process the message, or create the order of the kept cart, again."""
        return self._open_record('message', 'unreadable', 'cart').action_retry()

    def action_apply_to_order(self):
        """State that the message is about the order that it names."""
        return self._open_record('message').action_apply_to_order()

    def action_done(self):
        """State that what was left of a message was dealt with."""
        return self._open_record('message', 'unreadable').action_done()

    def action_dismiss(self):
        """Dismiss the message or the cart, with a reason where one is asked for."""
        record = self._open_record('message', 'unreadable', 'cart', 'unclaimed')
        if self.kind == 'unclaimed':
            record.action_dismiss_cart()
            return None
        return (record._kept_cart() if self.kind == 'cart' else record).action_ask_dismiss()

    def action_arrived(self):
        """State that an unclear order is at Amazon."""
        return self._open_record('unclear').action_amazon_arrived()

    def action_send_again(self):
        """Send a declined or unclear order again."""
        return self._open_record('unclear', 'declined').action_amazon_send_again()

    def action_order(self):
        """Open the dialog that orders what is a purchase order without being ordered at Amazon."""
        return self._open_record('unqueued').action_amazon_ask()

    def action_repair(self):
        """Switch the scheduled actions on, and note it on the groups that need them."""
        self._open_record()
        groups = self._repairable_groups()
        if not groups:
            raise UserError(self.env._(
                "Only an Amazon administrator of a company with an Amazon group can repair scheduled actions."))
        groups._repair()

    def _repairable_groups(self):
        """Find the groups that wait for the scheduled actions and that the user administers: the repair is noted there.

        :return: `amazon.punchout.group` records
        """
        return self.env['amazon.punchout.group'].search([('state', '!=', 'draft')])._filtered_access('write')
