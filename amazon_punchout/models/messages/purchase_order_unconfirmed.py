from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ...tools.cart_lock import lifted
from ...tools.steps import apart

ACTIVITY_CONFIRMATION = 'amazon_punchout.mail_activity_confirmation'


class PurchaseOrderSilence(models.Model):
    """Orders that Amazon has received and says nothing of, where its confirmations are expected."""
    _inherit = 'purchase.order'

    amazon_silence_told = fields.Boolean(copy=False, readonly=True, help="Somebody has been told that no confirmation came.")

    @api.model
    def _cron_remind_confirmation(self):
        """Tell of each order without a confirmation, once."""
        groups = self.env['amazon.punchout.group'].with_context(active_test=False).search(
            [('confirmations_expected', '=', True)])
        for group in groups:
            for order in self.search(self._amazon_silent_domain(group)):
                apart(order._amazon_tell_silence, self.env)

    @api.model
    def _amazon_silent_domain(self, group):
        """:param group: an `amazon.punchout.group` that expects confirmations
        :return: its orders that Amazon should have confirmed by now
        :rtype: list
        """
        return [
            ('amazon_group_id', '=', group.id), ('state', '=', 'purchase'), ('amazon_state', '=', 'sent'),
            ('amazon_silence_told', '=', False),
            ('amazon_document_ids', 'any', [
                ('document_type', '=', 'OrderRequest'), ('state', '=', 'sent'),
                ('last_try_at', '>=', group.confirmations_since),
                ('last_try_at', '<=', fields.Datetime.now() - timedelta(hours=group.confirmation_hours))]),
            ('amazon_document_ids', 'not any', [
                ('document_type', '=', 'ConfirmationRequest'), ('state', '!=', 'dismissed')]),
        ]

    def _amazon_tell_silence(self):
        self.ensure_one()
        group = self.amazon_group_id
        with lifted():
            self.amazon_silence_told = True
        person = group._told_person(self.amazon_requester_id)
        order = self.with_context(lang=person.lang, mail_activity_automation_skip=False)
        order.activity_schedule(
            ACTIVITY_CONFIRMATION, user_id=person.id,
            summary=order.env._("Amazon has not confirmed order %s", order.name),
            note=Markup("<p>%s %s</p>") % (
                order.env._(
                    "Amazon received order %(order)s more than %(hours)s hours ago and has sent no confirmation. Look there "
                    "what became of it; a purchase manager can enter by hand what Amazon says.",
                    order=order.name, hours=group.confirmation_hours),
                order._amazon_link_html()))

    def _amazon_close_silence(self):
        """Amazon has answered."""
        told = self.filtered('amazon_silence_told')
        # The activity of another person.
        told.with_context(mail_activity_automation_skip=False).sudo().activity_feedback([ACTIVITY_CONFIRMATION])
