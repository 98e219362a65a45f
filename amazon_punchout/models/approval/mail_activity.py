from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ...const import ACTIVITY_APPROVAL
from ...tools.problems import is_being_raised

OUR_TYPES = (
    ACTIVITY_APPROVAL, 'amazon_punchout.mail_activity_problem', 'amazon_punchout.mail_activity_confirmation',
    'amazon_punchout.mail_activity_watch')
# Whether an activity seems to come from Odoo, and about what it is.
MEANT = frozenset({'automated', 'activity_type_id', 'res_model_id', 'res_model', 'res_id'})
SAID = MEANT | {'summary', 'note'}


class MailActivity(models.Model):
    """Requests for approval: they end with the decision, and only who may decide touches them before.

    Core lets everyone who can write an order close, change or delete its activities. Requests are created on behalf of
    the buyer who asks, who could withdraw the manager's attention, or rewrite what the manager reads.
    """
    _inherit = 'mail.activity'

    def action_notify(self):
        """Override of `mail` to say in our own words what it is about, in the title, too.

        What people schedule by hand is core's: it may be about no record, say nothing, or say what is not true. So is
        a problem that is passed on, into which people may have written.
        """
        approval = self._amazon_type_id(ACTIVITY_APPROVAL)
        own = self.filtered(
            lambda activity: activity.automated and activity.user_id
            and (is_being_raised() or activity.activity_type_id.id == approval))
        super(MailActivity, self - own).action_notify()
        for activity in own:
            activity = activity.with_context(lang=activity.user_id.lang or self.env.lang)
            record = activity.env[activity.res_model].browse(activity.res_id).exists()
            if record:
                summary, body = activity._amazon_words(record)
                record.message_notify(
                    partner_ids=activity.user_id.partner_id.ids,
                    subject=summary,
                    body=body,
                    model_description=activity.env['ir.model']._get(record._name).display_name,
                    email_layout_xmlid='mail.mail_notification_layout', subtitles=[record.display_name])

    @api.model
    def _amazon_own_types(self):
        """List the types of the activities that Odoo itself raises about Amazon orders.

        :rtype: set[int]
        """
        return {self._amazon_type_id(xml_id) for xml_id in OUR_TYPES} - {False}

    @api.model
    def _amazon_type_id(self, xml_id):
        return self.env['ir.model.data']._xmlid_to_res_id(xml_id, raise_if_not_found=False)

    def _amazon_words(self, record):
        """Say what the e-mail about an activity of Odoo's own says.

        Someone who approves from their mail believes what it says, so a request is written anew from its order.

        :param record: the record of the activity
        :return: the subject and the body
        :rtype: tuple[str, Markup]
        """
        if self.activity_type_id.id != self._amazon_type_id(ACTIVITY_APPROVAL) or record._name != 'purchase.order':
            return self.summary, self.note or Markup()
        order_sudo = record.with_context(tz=self.user_id.tz).sudo()  # buyers need no rights in Inventory to ask
        return order_sudo._amazon_request_title(), Markup("%s%s") % (
            order_sudo._amazon_request_html(), order_sudo._amazon_decision_html(self.user_id))

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail` to let only code create what Odoo itself says: a client may pass any value.

        Core takes a missing type from the user's own defaults, and a number may be passed as a text.
        """
        if not self.env.su:
            types = self._amazon_own_types() | {False}
            usual = self.env.context.get('default_activity_type_id', False)
            vals_list = [
                {**vals, 'automated': False}
                if type(type_id := vals.get('activity_type_id', usual)) is not int or type_id in types else vals
                for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Override of `mail` to keep requests for approval as they are; marking as done is a write, too.

        What other people write into an activity of Odoo's own is no longer Odoo's own. The notes of the person whom
        it asks leave it Odoo's, which closes it.
        """
        self._amazon_check_may_close()
        if not self.env.su and not SAID.isdisjoint(vals):
            types = self._amazon_own_types()
            is_changed = not MEANT.isdisjoint(vals)
            rewritten = self.filtered(lambda activity: (is_changed or activity.user_id != self.env.user) and (
                vals.get('activity_type_id') in types or activity.activity_type_id.id in types))
            super(MailActivity, rewritten).write({**vals, 'automated': False})
            return super(MailActivity, self - rewritten).write(vals)
        return super().write(vals)

    def unlink(self):
        """Override of `mail` to keep requests for approval until they are decided."""
        self._amazon_check_may_close()
        return super().unlink()

    @api.depends('activity_type_id')
    @api.depends_context('uid')
    def _compute_can_write(self):
        """Override of `mail` to offer Mark Done, Edit and Cancel only where they work."""
        super()._compute_can_write()
        for activity in self._amazon_requests_of_others():
            activity.can_write = False

    def _amazon_check_may_close(self):
        """Check that the user may close or change these activities.

        :raises UserError: one of them asks someone else to approve an order that the user may not approve
        """
        for activity_sudo in self._amazon_requests_of_others()[:1].sudo():
            order_sudo = self.env['purchase.order'].sudo().browse(activity_sudo.res_id)
            raise UserError(self.env._(
                "%(person)s was asked to approve order %(order)s. The request ends when the order is approved, "
                "refused or given up.", person=activity_sudo.user_id.name, order=order_sudo.name))

    def _amazon_requests_of_others(self):
        """Find the activities that ask someone else to approve an order that the user may not approve.

        :rtype: mail.activity
        """
        found = self.browse()
        if self.env.su:
            return found
        approval = self._amazon_type_id(ACTIVITY_APPROVAL)
        for activity in self:
            activity_sudo = activity.sudo()  # which order it is about; super() checks the rights
            if (activity_sudo.activity_type_id.id != approval or activity_sudo.res_model != 'purchase.order'
                    or activity_sudo.user_id == self.env.user):
                continue
            order_sudo = self.env['purchase.order'].sudo().browse(activity_sudo.res_id).exists()
            is_waiting = order_sudo.state == 'to approve' or order_sudo._amazon_is_foreign(order_sudo.state)
            if is_waiting and order_sudo.amazon_session_id and not order_sudo._amazon_approval_allowed():
                found |= activity
        return found
