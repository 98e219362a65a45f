from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...tools.checklist import REQUIRED, Check
from ...tools.problems import close_problem, raise_problem


class AmazonPunchoutGroupDatabase(models.Model):
    """A copy of a database orders nothing: its groups remember in which database they were opened.

    Copies have placed and cancelled real orders. The database's name is compared as well as its uuid, since tools that
    copy in the database server keep the uuid.
    """
    _inherit = 'amazon.punchout.group'

    # Written by opening a group and by the decision below only.
    database_uuid = fields.Char(copy=False, readonly=True, exportable=False, groups='base.group_system')
    database_name = fields.Char(copy=False, readonly=True, exportable=False, groups='base.group_system')
    sending_stopped = fields.Text(
        compute='_compute_sending_stopped', groups='amazon_punchout.group_administrator',
        help="Why nothing of this group is sent to Amazon.")

    # === COMPUTE METHODS === #

    @api.depends('state', 'database_uuid', 'database_name')
    @api.depends_context('lang')
    def _compute_sending_stopped(self):
        for group in self:
            group.sending_stopped = group._sending_stopped_reason()

    # === WHICH DATABASE === #

    @api.model
    def _this_database(self):
        """:return: uuid and name of this database
        :rtype: tuple[str, str]
        """
        return self.env['ir.config_parameter'].sudo().get_param('database.uuid'), self.env.cr.dbname

    @api.model
    def _sending_domain(self):
        """:return: the groups of which something may be sent; :meth:`_sending_stopped_reason` says why of the others"""
        return [('state', '!=', 'draft'), *self._here_domain()]

    @api.model
    def _here_domain(self):
        uuid, name = self._this_database()
        return ['|', ('database_uuid', '=', False), '&', ('database_uuid', '=', uuid), ('database_name', '=', name)]

    def _sending_stopped_reason(self):
        """:return: why nothing of this group is sent, or False where it is
        :rtype: str | bool
        """
        self.ensure_one()
        group_sudo = self.sudo()  # whoever shops or orders is told
        uuid, name = self._this_database()
        if group_sudo.state == 'draft' or not group_sudo.database_uuid or (
                group_sudo.database_uuid, group_sudo.database_name) == (uuid, name):
            return False
        if group_sudo.database_name == name:
            what = self.env._("in another database of the name %s", name)
        else:
            what = self.env._("in the database %(then)s, and this one is %(now)s",
                              then=group_sudo.database_name, now=name)
        return self.env._(
            "Nothing is sent to Amazon: the Amazon group %(group)s was opened %(what)s. If this is a copy, leave it so, or "
            "set the group to Draft. If the database was moved or renamed, an Amazon administrator presses This Database "
            "Orders on the group; until then nobody shops and orders wait.", group=self.name, what=what)

    def _remember_database(self):
        """Remember where groups are opened; one that was opened elsewhere waits for :meth:`action_send_from_this_database`."""
        uuid, name = self._this_database()
        groups_sudo = self.sudo()  # fields that people don't write
        groups_sudo.filtered(lambda group: not group.database_uuid).write({
            'database_uuid': uuid, 'database_name': name})

    # === TELLING === #

    @api.model
    def _stopped_groups(self):
        """:return: the groups that are open, but not in this database; archived ones too, since orders may be queued"""
        return self.with_context(active_test=False).search([
            ('state', '!=', 'draft'), '!', *self._here_domain()])

    def _tell_stopped(self):
        """Raise the activity that sending has stopped."""
        self.ensure_one()
        person = self._person_to_notify()
        group = self.with_context(lang=person.lang or self.env.lang)
        raise_problem(group, person, group.env._("Nothing is sent to Amazon any more"),
                      plaintext2html(group._sending_stopped_reason()))

    def _checklist(self):
        done = not self._sending_stopped_reason()
        return [*super()._checklist(), Check('database', 40, REQUIRED, done, self.env._(
            "Orders are sent from this database.") if done else self.env._(
            "The group was opened in another database: if orders go out from this one, press This Database Orders."),
            'credentials')]

    def _check_may_shop(self, user):
        super()._check_may_shop(user)
        if reason := self._sending_stopped_reason():
            raise UserError(reason)

    # === ACTIONS === #

    def action_send_from_this_database(self):
        """State that this database is the one that orders from now on.

        What waits was perhaps sent by the database that this one was copied from: neither its number nor its moment tells,
        since a copy may be copied again. So nothing that waits goes out by itself: a person looks at Amazon first.
        """
        self.check_access('write')
        uuid, name = self._this_database()
        for group in self.filtered(lambda group: group._sending_stopped_reason()):
            then = group.sudo().database_name
            sentences = [group.env._(
                "Agreed that orders are sent from this database, %(now)s; the group was opened in %(then)s.",
                now=name, then=then), *group._doubt_waiting_orders()]
            group.sudo().write({'database_uuid': uuid, 'database_name': name})  # fields that people don't write
            group.message_post(body=" ".join(sentences))
            close_problem(group)
