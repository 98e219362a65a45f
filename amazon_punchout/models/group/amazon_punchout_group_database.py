from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...tools.checklist import RECOMMENDED, REQUIRED, Check
from ...tools.database_place import read_place
from ...tools.problems import close_problem, raise_problem


class AmazonPunchoutGroupDatabase(models.Model):
    """The guard that keeps a copied or restored database from ordering: groups remember where they were opened.

    Copies have placed and cancelled real orders. The database's name is compared as well as its uuid, since tools that
    copy inside the database server keep the uuid; and the cluster, since a restored dump keeps both. In the same
    cluster, a database that was restored or taken over by a standby server is noticed by its place: it goes on, but
    what waited may have been sent.
    """
    _inherit = 'amazon.punchout.group'

    # Written by opening a group and by the decision below only.
    database_uuid = fields.Char(
        "Database UUID", copy=False, readonly=True, exportable=False, groups='base.group_system')
    database_name = fields.Char(copy=False, readonly=True, exportable=False, groups='base.group_system')
    database_system = fields.Char(copy=False, readonly=True, exportable=False, groups='base.group_system')
    database_place = fields.Char(copy=False, readonly=True, exportable=False, groups='base.group_system')
    is_neutralized = fields.Boolean("Neutralized Copy", compute='_compute_is_neutralized')
    sending_stopped = fields.Text(
        compute='_compute_sending_stopped', groups='amazon_punchout.group_administrator',
        help="Why nothing of this group is sent to Amazon.")

    # === COMPUTE METHODS === #

    @api.depends('state', 'database_uuid', 'database_name', 'database_system')
    @api.depends_context('lang')
    def _compute_sending_stopped(self):
        for group in self:
            group.sending_stopped = group._sending_stopped_reason()

    @api.depends('state')
    def _compute_is_neutralized(self):
        self.is_neutralized = self._is_neutralized_database()

    # === WHICH DATABASE === #

    @api.model
    def _is_neutralized_database(self):
        """Tell whether this is a neutralized copy, in which no scheduled action runs on purpose.

        :rtype: bool
        """
        return bool(self.env['ir.config_parameter'].sudo().get_param('database.is_neutralized'))

    @api.model
    def _this_database(self):
        """Give the uuid and the name of this database.

        :rtype: tuple[str, str]
        """
        return self.env['ir.config_parameter'].sudo().get_param('database.uuid'), self.env.cr.dbname

    @api.model
    def _this_place(self):
        """Give the place of this database, which is read once a transaction.

        :rtype: DatabasePlace
        """
        cache = self.env.cr.cache
        if 'amazon_punchout_place' not in cache:
            cache['amazon_punchout_place'] = read_place(self.env.cr)
        return cache['amazon_punchout_place']

    @api.model
    def _sending_domain(self):
        """Give the domain of the groups that may send; :meth:`_sending_stopped_reason` says why others may not.

        A group whose database has moved sends only after :meth:`_notice_place`.
        """
        return [('state', '!=', 'draft'), *self._here_domain(),
                '|', ('database_uuid', '=', False), ('database_place', '=', self._this_place().spot)]

    @api.model
    def _here_domain(self):
        """Give the domain of the groups that were set up in this database, or never."""
        uuid, name = self._this_database()
        here = ['&', ('database_uuid', '=', uuid), ('database_name', '=', name)]
        if system := self._this_place().system:
            here = ['&', ('database_system', 'in', (False, system)), *here]
        return ['|', ('database_uuid', '=', False), *here]

    @api.model
    def _stopped_domain(self):
        """Give the domain of the groups of which nothing is sent, since they were set up in another database."""
        return [('state', '!=', 'draft'), '!', *self._here_domain()]

    def _prepare_here_vals(self):
        """Prepare the values by which a group remembers this database.

        :rtype: dict
        """
        uuid, name = self._this_database()
        place = self._this_place()
        vals = {'database_uuid': uuid, 'database_name': name, 'database_place': place.spot}
        return {**vals, 'database_system': place.system} if place.system else vals

    def _sending_stopped_reason(self):
        """Say why nothing of this group is sent.

        :return: the reason; False if it may send
        :rtype: str | bool
        """
        self.ensure_one()
        group_sudo = self.sudo()  # shoppers and buyers are shown the reason
        if not group_sudo.filtered_domain(self._stopped_domain()):
            return False
        uuid, name = self._this_database()
        if (group_sudo.database_uuid, group_sudo.database_name) == (uuid, name):
            return self.env._(
                "Nothing is sent to Amazon: the Amazon group %s was set up on another database server. If this "
                "database is a copy, leave it as it is, or set the group to Draft. If it was restored from a backup, "
                "moved to this server or upgraded with it, an Amazon administrator must press Send from This Database "
                "on the group. Until then nobody can shop, and orders wait.", self.name)
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
        groups_sudo = self.sudo()  # fields that people don't write
        groups_sudo.filtered(lambda group: not group.database_uuid).write(self._prepare_here_vals())

    # === RESTORED, OR TAKEN OVER BY A STANDBY SERVER === #

    @api.model
    def _groups_to_place(self):
        """Find the groups whose database is not where they remember it; archived ones too, as orders may be queued."""
        return self.with_context(active_test=False).search([
            *self._here_domain(), ('database_uuid', '!=', False), ('database_place', '!=', self._this_place().spot),
        ]).with_env(self.env)

    def _notice_place(self):
        """Remember the new place of the database, and treat what waits as perhaps sent if that has changed.

        A group of an older version remembers no place yet.
        """
        self.ensure_one()
        group_sudo = self.sudo()  # fields that people don't write
        if group_sudo.database_place and self._this_place().has_moved(group_sudo.database_place):
            sentences = self._doubt_waiting_orders(is_restored=True)
            if sentences or self.state != 'draft':
                self._notify_restored(sentences)
        group_sudo.write(self._prepare_here_vals())

    def _notify_restored(self, sentences):
        """Notify the responsible that the database was restored, or taken over by another server.

        :param list[str] sentences: about the orders that waited
        """
        person = self._person_to_notify()
        group = self.with_context(lang=person.lang or self.env.lang)
        note = "\n".join([group.env._(
            "This database was restored from a backup, or another server has taken it over. Orders that were sent last "
            "may be missing here, or be carts again: compare Your Orders on Amazon with Odoo before anybody orders "
            "these carts. New orders are sent as usual."), *sentences])
        group.message_post(body=plaintext2html(note))
        raise_problem(group, person, group.env._("The database was restored: check the last orders on Amazon"),
                      plaintext2html(note), is_news=True)

    # === NOTIFYING === #

    @api.model
    def _stopped_groups(self):
        """Find the groups that were set up in another database; archived ones too, since their orders may be queued."""
        return self.with_context(active_test=False).search(self._stopped_domain()).with_env(self.env)

    def _notify_stopped(self):
        """Notify the responsible that nothing is sent any more."""
        self.ensure_one()
        person = self._person_to_notify()
        group = self.with_context(lang=person.lang or self.env.lang)
        raise_problem(group, person, group.env._("Nothing is sent to Amazon any more"),
                      plaintext2html(group._sending_stopped_reason()))

    def _checklist(self):
        """Override to require that the group was set up in this database, and to recommend that a crash loses nothing.

        `fsync` and `full_page_writes` keep what is committed through a crash; a crash without them may lose an order.
        """
        done = not self._sending_stopped_reason()
        unsafe = self._unsafe_settings()
        return [*super()._checklist(), *(Check('fsync', 41, RECOMMENDED, False, self.env._(
            "PostgreSQL may lose orders in a crash, or send them twice: set %s to on in postgresql.conf.",
            ", ".join(unsafe)), '') for _each in unsafe[:1]), Check('database', 40, REQUIRED, done, self.env._(
            "Orders are sent from this database.") if done else self.env._(
            "The group was set up in another database. If orders are to be sent from this one, press Send from This "
            "Database."), 'credentials', 'action_send_from_this_database')]

    @api.model
    def _unsafe_settings(self):
        """List the settings of PostgreSQL that are off and without which a crash destroys what was committed.

        :rtype: list[str]
        """
        self.env.cr.execute(
            "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY 1")
        return [name for (name,) in self.env.cr.fetchall()]

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
        name = self.env.cr.dbname
        for group in self.filtered(lambda group: group._sending_stopped_reason()):
            then = group.sudo().database_name
            sentences = [group.env._(
                "Orders are sent from this database, %(now)s, from now on. The group was set up in %(then)s.",
                now=name, then=then), *group._doubt_waiting_orders()]
            group.sudo().write(group._prepare_here_vals())  # fields that people don't write
            group.message_post(body=" ".join(sentences))
            close_problem(group)
