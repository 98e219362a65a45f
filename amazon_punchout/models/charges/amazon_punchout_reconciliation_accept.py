from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...const import CHARGE_READERS
from ...tools.cart_lock import lifted


class PurchaseOrderAccepted(models.Model):
    """A difference between an order, its charges and its books that somebody has accepted, with a reason."""
    _inherit = 'purchase.order'

    # As the page Reconciliation computes them: once they differ, the difference is open again.
    amazon_accepted_figures = fields.Char(readonly=True, copy=False, groups=CHARGE_READERS)
    amazon_accepted_by_id = fields.Many2one(
        'res.users', "Difference Accepted By", readonly=True, copy=False, groups=CHARGE_READERS)
    amazon_accepted_on = fields.Date("Difference Accepted On", readonly=True, copy=False, groups=CHARGE_READERS)
    amazon_accepted_reason = fields.Char(
        "Reason for Accepting", readonly=True, copy=False, groups=CHARGE_READERS)


class AmazonPunchoutReconciliationAccept(models.Model):
    """Accepting what differs, such as a cent, and taking that back."""
    _inherit = 'amazon.punchout.reconciliation'

    def _open_acceptance(self):
        """Check that the user may accept what differs.

        :return: the order, which only the addon's own steps write
        :raises AccessError: the user does no invoicing
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env['amazon.punchout.transaction']._is_charge_decider():
            raise AccessError(self.env._("Only invoicing users can accept a difference."))
        return self.order_id.sudo()

    def action_ask_accept(self):
        """Open the dialog that asks why the difference is accepted.

        :rtype: dict
        """
        self._open_acceptance()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Accept Difference"), 'target': 'new',
            'res_model': 'amazon.punchout.accept', 'view_mode': 'form', 'views': [(False, 'form')],
            'context': {'default_order_id': self.order_id.id, 'default_figures': self.figures}}

    def _accept(self, figures, reason):
        """Accept what differs as it stands.

        :param str figures: as the user has seen them
        :param str reason: why
        :raises UserError: there is no such difference any more, or no reason
        """
        order_sudo = self._open_acceptance()
        if not reason.strip():
            raise UserError(self.env._("Enter why the difference is accepted."))
        if not self.is_different or figures != self.figures:
            raise UserError(self.env._(
                "Order %s does not differ in this way any more. Reload the page.", order_sudo.name))
        with lifted():
            order_sudo.write({
                'amazon_accepted_figures': figures, 'amazon_accepted_by_id': self.env.uid,
                'amazon_accepted_on': fields.Date.context_today(self), 'amazon_accepted_reason': reason.strip()})
        order_sudo.message_post(author_id=self.env.user.partner_id.id, body=self.env._(
            "Difference accepted: %(difference)s Reason: %(reason)s",
            difference=" ".join([*self._difference_sentences(), *self._other_sentences()]), reason=reason.strip()))

    def action_undo_acceptance(self):
        """Take back that a difference was accepted.

        :raises UserError: nobody has accepted it, or somebody has taken it back
        """
        order_sudo = self._open_acceptance()
        if not order_sudo.amazon_accepted_figures:
            raise UserError(self.env._("Order %s has changed meanwhile. Reload the page.", order_sudo.name))
        with lifted():
            order_sudo.write(dict.fromkeys((
                'amazon_accepted_figures', 'amazon_accepted_by_id', 'amazon_accepted_on', 'amazon_accepted_reason'),
                False))
        order_sudo.message_post(
            author_id=self.env.user.partner_id.id, body=self.env._("The difference is no longer accepted."))
