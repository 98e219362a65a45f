from odoo import api, fields, models

# What may put right that a group does not answer.
CONNECTION = frozenset(('order_url', 'shared_secret', 'secret_name', 'identity', 'state'))


class AmazonPunchoutGroupRest(models.Model):
    """Rests: nothing of a group is sent for a while after Amazon did not answer."""
    _inherit = 'amazon.punchout.group'

    outbox_ids = fields.One2many(
        'amazon.punchout.outbox', 'group_id', copy=False, readonly=True,
        groups='amazon_punchout.group_administrator')
    is_resting = fields.Boolean("Resting", compute='_compute_is_resting', compute_sudo=True)

    @api.depends('outbox_ids.rests_until')
    def _compute_is_resting(self):
        """Tell whether orders of the group wait since Amazon does not answer."""
        for group in self:
            group.is_resting = bool(group._resting_outbox())

    def _resting_outbox(self, moment=None):
        """Find the outbox of this group if it rests.

        :param datetime moment: when, or later; by default at present
        :return: an `amazon.punchout.outbox`, in superuser mode
        """
        self.ensure_one()
        moment = moment or fields.Datetime.now()
        return self.sudo().outbox_ids.filtered(lambda outbox: outbox.rests_until and outbox.rests_until > moment)

    def write(self, vals):
        """Override of `mail` to try at once whether new credentials or another address help."""
        res = super().write(vals)
        if CONNECTION & vals.keys():
            self.filtered(lambda group: group.sudo().outbox_ids.rests_until)._ask_now()
        return res

    def _ask_now(self):
        """Ask Amazon at once whether it answers to these groups again, and let their orders go if it does."""
        self.sudo().outbox_ids._ask_now()  # whoever may send an order again may not write the outbox
        documents_sudo = self.env['amazon.punchout.document'].sudo()
        documents_sudo.search([
            ('group_id', 'in', self.ids), ('state', '=', 'queued'), ('document_type', '=', 'OrderRequest'),
            ('next_try_at', '>', fields.Datetime.now()),
        ]).try_lock_for_update(allow_referencing=True).next_try_at = False
        documents_sudo._wake_sender()

    # === ACTIONS === #

    def action_send_now(self):
        """Ask Amazon at once whether it answers, and send the orders of a resting group if it does."""
        self.check_access('write')
        self._ask_now()
