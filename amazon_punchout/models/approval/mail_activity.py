from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from ...const import ACTIVITY_APPROVAL
from ...tools.problems import is_being_raised

OUR_TYPES = (
    ACTIVITY_APPROVAL, 'amazon_punchout.mail_activity_problem', 'amazon_punchout.mail_activity_confirmation',
    'amazon_punchout.mail_activity_watch')


class MailActivity(models.Model):
    """Requests for approval: they end with the decision, and only who may decide touches them before.

    Core lets everyone who can write an order close, change or delete its activities. Requests are created on behalf of
    the buyer who asks, who could withdraw the manager's attention, or rewrite what the manager reads.
    """
    _inherit = 'mail.activity'

    def action_notify(self):
        """Override of `mail` to say in our own words what it is about, in the title, too.

        What people schedule by hand is core's: it may be about no record, say nothing, or say what is not true.
        """
        types = self.env['mail.activity.type']
        for xml_id in OUR_TYPES:
            types |= self.env.ref(xml_id, raise_if_not_found=False) or types
        own = self.filtered(
            lambda activity: activity.automated and activity.user_id
            and (is_being_raised() or activity.activity_type_id in types))
        super(MailActivity, self - own).action_notify()
        approval = self.env.ref(ACTIVITY_APPROVAL, raise_if_not_found=False)
        for activity in own:
            activity = activity.with_context(lang=activity.user_id.lang or self.env.lang)
            record = activity.env[activity.res_model].browse(activity.res_id).exists()
            if record:
                links = (
                    record._amazon_decision_html(activity.user_id)
                    if activity.activity_type_id == approval and record._name == 'purchase.order' else "")
                record.message_notify(
                    partner_ids=activity.user_id.partner_id.ids,
                    subject=activity.summary,
                    body=Markup("%s%s") % (activity.note or "", links),
                    model_description=activity.env['ir.model']._get(record._name).display_name,
                    email_layout_xmlid='mail.mail_notification_layout', subtitles=[record.display_name])

    def write(self, vals):
        """Override of `mail` to keep requests for approval as they are; marking as done is a write, too."""
        self._amazon_check_may_close()
        return super().write(vals)

    def unlink(self):
        """Override of `mail` to keep requests for approval until they are decided."""
        self._amazon_check_may_close()
        return super().unlink()

    def _amazon_check_may_close(self):
        """Check that the user may close or change these activities.

        :raises UserError: one of them asks someone else to approve an order that the user may not approve
        """
        if self.env.su:
            return
        approval = self.env.ref(ACTIVITY_APPROVAL, raise_if_not_found=False)
        for activity_sudo in self.sudo():  # which orders they are about; super() checks the rights
            if (activity_sudo.activity_type_id != approval or activity_sudo.res_model != 'purchase.order'
                    or activity_sudo.user_id == self.env.user):
                continue
            order_sudo = self.env['purchase.order'].sudo().browse(activity_sudo.res_id).exists()
            is_waiting = order_sudo.state == 'to approve' or order_sudo._amazon_is_foreign(order_sudo.state)
            if is_waiting and order_sudo.amazon_session_id and not order_sudo._amazon_approval_allowed():
                raise UserError(self.env._(
                    "%(person)s was asked to approve order %(order)s. The request ends when the order is approved, "
                    "refused or given up.", person=activity_sudo.user_id.name, order=order_sudo.name))
