from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import plaintext2html

from ...tools.said import say_moment


class AmazonPunchoutGroupFailedLogins(models.Model):
    """Wrong passwords and secrets that came for a group: what its administrators see of them."""
    _inherit = 'amazon.punchout.group'

    failed_logins = fields.Char(
        compute='_compute_failed_logins', groups='amazon_punchout.group_administrator',
        help="The wrong passwords and secrets that came for this group in the last 24 hours.")

    @api.depends_context('lang', 'tz')
    def _compute_failed_logins(self):
        """Tell of the failures for the group, and of those for no group: a mistyped user or identity names none."""
        failed_logins_sudo = self.env['amazon.punchout.failed.login'].sudo()  # counts; not only of the user's companies
        yesterday = fields.Datetime.now() - timedelta(days=1)
        unnamed = self._failed_logins_since(yesterday, unnamed=True)
        kinds = dict(failed_logins_sudo._fields['last_kind']._description_selection(self.env))
        for group in self:
            count = group._failed_logins_since(yesterday) if group._origin else 0
            sentences = []
            if count:
                last = failed_logins_sudo.search([('group_id', '=', group._origin.id)], limit=1)
                sentences.append(self.env._(
                    "Wrong passwords or secrets of this group in the last 24 hours: %(count)s, the last one on "
                    "%(date)s from %(address)s, by %(kind)s.", count=count,
                    date=say_moment(self.env, last.last_at),
                    address=last.last_address or self.env._("an unknown address"),
                    kind=kinds.get(last.last_kind) or self.env._("an unknown method")))
            if unnamed and group.state != 'draft':
                sentences.append(self.env._(
                    "Messages in the last 24 hours whose user or identity belongs to no group: %s.", unnamed))
            group.failed_logins = " ".join(sentences)

    def _failed_logins_since(self, moment, unnamed=False):
        """Count the wrong passwords and secrets since an hour.

        :param datetime.datetime moment: whose hour is the first to count
        :param bool unnamed: count those that named no group, instead
        :return: those for these groups; on an empty recordset all of them, with those that named no group
        :rtype: int
        """
        domain = [('hour', '>=', moment.replace(minute=0, second=0, microsecond=0))]
        if unnamed:
            domain.append(('group_id', '=', False))
        elif self:
            domain.append(('group_id', 'in', self._origin.ids))
        failed_logins_sudo = self.env['amazon.punchout.failed.login'].sudo()
        return failed_logins_sudo._read_group(domain, aggregates=['attempts:sum'])[0][0] or 0

    def _notify_of_failed_logins(self, attempts):
        """Notify the responsible user that very many wrong passwords or secrets came within an hour.

        :param int attempts: how many
        """
        self.ensure_one()
        person = self._person_to_notify()
        group = self.with_context(lang=person.lang)
        group.message_post(
            subject=group.env._("Wrong passwords for Amazon group %(group)s: %(count)s", group=group.name,
                                count=attempts),
            body=plaintext2html(group.env._(
                "%(count)s messages with a wrong password or secret arrived for this group within an hour. If Amazon "
                "sent them, compare the password and the shared secret with Amazon's page. Messages with the right one "
                "are not affected. The page Messages of the group shows the sender's address.", count=attempts)),
            partner_ids=person.partner_id.ids, message_type='notification', subtype_xmlid='mail.mt_note')
