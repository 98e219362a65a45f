from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ...tools.cart_lock import lifted
from ...tools.problems import close_problem, raise_problem
from ...tools.steps import apart

ACTIVITY_CONFIRMATION = 'amazon_punchout.mail_activity_confirmation'


class PurchaseOrderUnconfirmed(models.Model):
    """Orders that Amazon has received but not confirmed, although the group expects confirmations."""
    _inherit = 'purchase.order'

    amazon_silence_told = fields.Boolean(
        "Missing Confirmation Reported", copy=False, readonly=True,
        help="An activity was raised because Amazon had not confirmed the order in time.")

    @api.model
    def _amazon_problem_activities(self):
        """Override to find orders whose confirmation is missing with those that have a problem."""
        return [*super()._amazon_problem_activities(), ACTIVITY_CONFIRMATION]

    @api.model
    def _cron_remind_confirmation(self):
        """Notify once of each order without a confirmation."""
        groups = self.env['amazon.punchout.group'].with_context(active_test=False).search(
            [('confirmations_expected', '=', True)])
        for group in groups:
            for order in self.search(self._amazon_unconfirmed_domain(group)):
                apart(order._amazon_notify_unconfirmed, self.env)

    @api.model
    def _amazon_unconfirmed_domain(self, group):
        """Search for orders that Amazon should have confirmed by now and that nobody was notified of yet.

        :param group: an `amazon.punchout.group` that expects confirmations
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

    def _amazon_notify_unconfirmed(self):
        """Raise an activity about an order that Amazon has not confirmed."""
        self.ensure_one()
        group = self.amazon_group_id
        with lifted():
            self.amazon_silence_told = True
        person = group._person_to_notify(self.amazon_requester_id)
        order = self.with_context(lang=person.lang)
        sentence = order.env._(
            "Amazon received order %(order)s more than %(hours)s hours ago and has not confirmed it. Check the order "
            "on Amazon. A purchase manager can enter the result with Enter Amazon's Answer.",
            order=order.name, hours=group.confirmation_hours)
        raise_problem(
            order, person, order.env._("Amazon has not confirmed order %s", order.name),
            Markup("<p>%s %s</p>") % (sentence, order._amazon_link_html()), activity_type=ACTIVITY_CONFIRMATION)

    def _amazon_close_unconfirmed(self):
        """Close the activity about the missing confirmation: it has arrived."""
        close_problem(self.filtered('amazon_silence_told'), activity_type=ACTIVITY_CONFIRMATION)
