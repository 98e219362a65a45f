from datetime import timedelta

from odoo import fields, models

from ...tools.said import say_day


class AmazonPunchoutReconciliationDate(models.TransientModel):
    """Dialog that shows the page Reconciliation as of a day, for closing a month."""
    _name = 'amazon.punchout.reconciliation.date'
    _description = "Amazon Reconciliation as of a Date"

    date = fields.Date(
        "As of", required=True, help="What happened after this day does not count.",
        default=lambda self: fields.Date.context_today(self).replace(day=1) - timedelta(days=1))

    def action_show(self):
        """Show the orders as of the day.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_reconciliation_action')
        name = self.env._("Reconciliation as of %s", say_day(self.env, self.date))
        return {
            **action,
            'name': name,
            'display_name': name,  # which the breadcrumb shows
            'context': {'amazon_as_of': fields.Date.to_string(self.date)},
        }
