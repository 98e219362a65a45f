from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...tools.checklist import REQUIRED, Check
from ...tools.problems import close_problem, raise_problem


class AmazonPunchoutGroupDatabase(models.Model):
    """The guard that keeps a copied database from ordering: groups remember the database in which they were opened.

    Copies have placed and cancelled real orders. The database's name is compared as well as its uuid, since tools that
    copy inside the database server keep the uuid.
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
        """Give the uuid and the name of this database.

        :rtype: tuple[str, str]
        """
        return self.env['ir.config_parameter'].sudo().get_param('database.uuid'), self.env.cr.dbname

    @api.model
    def _sending_domain(self):
        """Give the domain of the groups that may send; :meth:`_sending_stopped_reason` says why others may not."""
        return [('state', '!=', 'draft'), *self._here_domain()]

    @api.model
    def _here_domain(self):
        """Give the domain of the groups that were set up in this database, or never."""
        uuid, name = self._this_database()
        return ['|', ('database_uuid', '=', False), '&', ('database_uuid', '=', uuid), ('database_name', '=', name)]

    def _sending_stopped_reason(self):
        """Say why nothing of this group is sent.

        :return: the reason; False if it may send
        :rtype: str | bool
        """
        self.ensure_one()
        group_sudo = self.sudo()  # shoppers and buyers are shown the reason
        uuid, name = self._this_database()
        if group_sudo.state == 'draft' or not group_sudo.database_uuid or (
                group_sudo.database_uuid, group_sudo.database_name) == (uuid, name):
            return False
        if group_sudo.database_name == name:
            return self.env._(
                "Nothing is sent to Amazon: the Amazon group %(group)s was set up in another database with the name "
                "%(now)s. If this database is a copy, leave it as it is, or set the group to Draft. If the database "
                "was moved, an Amazon administrator must press Send from This Database on the group. Until then nobody "
                "can shop, and orders wait.", group=self.name, now=name)
        return self.env._(
            "Nothing is sent to Amazon: the Amazon group %(group)s was set up in the database %(then)s, and this one "
            "is %(now)s. If this database is a copy, leave it as it is, or set the group to Draft. If the database was "
            "moved or renamed, an Amazon administrator must press Send from This Database on the group. Until then "
            "nobody can shop, and orders wait.", group=self.name, then=group_sudo.database_name, now=name)

    def _remember_database(self):
        """Remember where groups are opened.

        A group that was set up in another database waits for :meth:`action_send_from_this_database`.
        """
        uuid, name = self._this_database()
        groups_sudo = self.sudo()  # fields that people don't write
        groups_sudo.filtered(lambda group: not group.database_uuid).write({
            'database_uuid': uuid, 'database_name': name})

    # === NOTIFYING === #

    @api.model
    def _stopped_groups(self):
        """Find the groups that were set up in another database; archived ones too, since their orders may be queued."""
        return self.with_context(active_test=False).search([
            ('state', '!=', 'draft'), '!', *self._here_domain()])

    def _notify_stopped(self):
        """Notify the responsible that nothing is sent any more."""
        self.ensure_one()
        person = self._person_to_notify()
        group = self.with_context(lang=person.lang or self.env.lang)
        raise_problem(group, person, group.env._("Nothing is sent to Amazon any more"),
                      plaintext2html(group._sending_stopped_reason()))

    def _checklist(self):
        """Override to require that the group was set up in this database."""
        done = not self._sending_stopped_reason()
        return [*super()._checklist(), Check('database', 40, REQUIRED, done, self.env._(
            "Orders are sent from this database.") if done else self.env._(
            "The group was set up in another database. If orders are to be sent from this one, press Send from This "
            "Database."), 'credentials')]

    def _check_may_shop(self, user):
        """Override to let nobody shop in a copied database."""
        super()._check_may_shop(user)
        if reason := self._sending_stopped_reason():
            raise UserError(reason)

    # === ACTIONS === #

    def action_send_from_this_database(self):
        """Decide that orders are sent from this database from now on.

        The database from which this one was copied may have sent what waits here: neither the number nor the time of an
        order tells, since a copy may be copied again. So nothing that waits is sent automatically: a person looks at
        Amazon first.
        """
        self.check_access('write')
        uuid, name = self._this_database()
        for group in self.filtered(lambda group: group._sending_stopped_reason()):
            then = group.sudo().database_name
            sentences = [group.env._(
                "Orders are sent from this database, %(now)s, from now on. The group was set up in %(then)s.",
                now=name, then=then), *group._doubt_waiting_orders()]
            group.sudo().write({'database_uuid': uuid, 'database_name': name})  # fields that people don't write
            group.message_post(body=" ".join(sentences))
            close_problem(group)
