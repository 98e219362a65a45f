import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.service.model import retrying
from odoo.tools import SQL

from ...const import LATE_MINUTES, PROCESSOR, SCHEDULED_ACTIONS, SENDER
from ...tools.said import say_moment
from ...tools.steps import apart

_logger = logging.getLogger(__name__)


class ScheduledAction(NamedTuple):
    """The state of one scheduled action of the addon.

    :ivar str key: its external id, without the module
    :ivar str name: in the language of the environment
    :ivar int | None cron_id: the id of the `ir.cron`, None if it was deleted
    :ivar bool is_active: whether it is switched on
    :ivar datetime | None last_run: when it last began
    :ivar datetime | None due: when it is due, or was due and did not run
    :ivar int failures: how often in a row it has failed
    :ivar datetime | None failing_since: when the first of these failures was
    :ivar str | None problem: `deleted`, `off`, `failing`, `blocked` (it was due and did not run) or `stopped` (none of
        the database runs); None if it runs
    :ivar datetime | None since: since when it has that problem, as far as that is known
    """
    key: str
    name: str
    cron_id: int | None = None
    is_active: bool = False
    last_run: datetime | None = None
    due: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    problem: str | None = None
    since: datetime | None = None


class AmazonPunchoutWatch(models.AbstractModel):
    """Watches the scheduled actions of the addon, and what they should have sent or processed by now.

    Odoo switches a scheduled action off that keeps failing, and a server without cron threads runs none. What finds
    this must not depend on the sender: it is a scheduled action of its own, which shares no step with it, and the same
    sentences are computed whenever an order or a group is opened, and by the page for monitoring.
    """
    _name = 'amazon.punchout.watch'
    _description = "Amazon Watch"

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_watch(self):
        """Notify people of what is late, and close what is solved. It never raises: Odoo would switch it off, too."""
        try:
            groups = self._watched_groups()
        except Exception:
            self.env.cr.rollback()
            _logger.exception("The Amazon groups to be watched could not be found; the next run tries it again")
            return
        informed = set()
        for group in groups:
            try:
                informed.update(retrying(lambda group=group: group._notify_delay(informed), self.env))
            except Exception:
                self.env.cr.rollback()
                _logger.exception("The Amazon group %s could not be watched; the next run tries it again", group.id)
        apart(self.env['purchase.order']._amazon_notify_unqueued, self.env)

    @api.model
    def _watched_groups(self):
        """Find the groups that wait for a scheduled action, and those whose problem was notified.

        :return: `amazon.punchout.group` records, archived ones too: their orders may be queued
        """
        groups = self.env['amazon.punchout.group'].with_context(active_test=False)
        activity_type_id = self.env['ir.model.data']._xmlid_to_res_id('amazon_punchout.mail_activity_watch')
        notified = self.env['mail.activity'].sudo().search([
            ('res_model', '=', groups._name), ('activity_type_id', '=', activity_type_id)])
        return groups.search([
            '|', ('state', '!=', 'draft'), ('id', 'in', notified.mapped('res_id'))], order='id').with_env(self.env)

    # === THE SCHEDULED ACTIONS === #

    @api.model
    def _late_moment(self):
        """Give the moment before which everything should have been dealt with.

        :rtype: datetime
        """
        return fields.Datetime.now() - timedelta(minutes=LATE_MINUTES)

    @api.model
    def _is_neutralized(self):
        """Tell whether this is a neutralized copy, in which no scheduled action runs on purpose.

        :rtype: bool
        """
        return self.env['amazon.punchout.group']._is_neutralized_database()

    @api.model
    def _scheduled_actions(self):
        """Look at each scheduled action of the addon; nothing is written, and it takes two queries.

        :rtype: list[ScheduledAction]
        """
        self.env['ir.cron'].sudo().flush_model()
        self.env['ir.cron.trigger'].sudo().flush_model()
        known = self._known_names()
        rows = self.env.execute_query(SQL(
            """
            SELECT data.name, cron.id, cron.active, cron.failure_count, cron.first_failure_date, cron.lastcall,
                   (SELECT MAX(create_date) FROM ir_cron_progress WHERE cron_id = cron.id),
                   LEAST(cron.nextcall, (SELECT MIN(call_at) FROM ir_cron_trigger WHERE cron_id = cron.id)),
                   GREATEST((SELECT MAX(lastcall) FROM ir_cron),
                            (SELECT create_date FROM ir_cron_progress ORDER BY id DESC LIMIT 1))
              FROM ir_model_data data
              JOIN ir_cron cron ON cron.id = data.res_id
             WHERE data.module = 'amazon_punchout'
               AND data.model = 'ir.cron'
               AND data.name IN %s
            """, tuple(known)))
        crons_sudo = self.env['ir.cron'].sudo().browse(row[1] for row in rows)  # only system administrators read them
        names = dict(zip(crons_sudo.ids, crons_sudo.mapped('name'), strict=True))
        found = {row[0]: self._judge(names[row[1]], *row) for row in rows}
        is_neutralized = self._is_neutralized()
        actions = [found.get(key) or ScheduledAction(key, name, problem='deleted') for key, name in known.items()]
        return [action._replace(problem=None) for action in actions] if is_neutralized else actions

    @api.model
    def _known_names(self):
        """Name the scheduled actions that there should be, with those that an administrator has added.

        :return: names by external id
        :rtype: dict[str, str]
        """
        # pylint: disable-next=gettext-variable  # a table of lazy translations, as LazyTranslate is made for
        known = {key: self.env._(name) for key, name in SCHEDULED_ACTIONS.items()}
        for first in (SENDER, PROCESSOR):
            known |= {key: f'{known[first]} ({number})'
                      for key, number in self.env['amazon.punchout.senders']._more_keys(first).items()}
        return known

    @api.model
    def _find_stopped(self, first, actions):
        """Find out why nothing is sent or processed: while one of the scheduled actions for it runs, all goes on.

        :param str first: the external id of the first one, SENDER or PROCESSOR
        :param list[ScheduledAction] actions: of :meth:`_scheduled_actions`
        :return: the first one that does not run; None if any runs
        :rtype: ScheduledAction | None
        """
        keys = self.env['amazon.punchout.senders']._keys(first)
        same = [action for action in actions if action.key in keys]
        return same[0] if all(action.problem for action in same) else None

    def _judge(self, name, key, cron_id, is_active, failures, failing_since, last_call, last_start, due, any_run):
        """Tell what is wrong with a scheduled action; the parameters are what :meth:`_scheduled_actions` reads.

        The last start counts, too: what is never done in one run goes on without a new `nextcall`.

        :rtype: ScheduledAction
        """
        late = self._late_moment()
        last_run = max(filter(None, (last_call, last_start)), default=None)
        action = ScheduledAction(key, name, cron_id, is_active, last_run, due, failures or 0, failing_since)
        if not is_active:
            return action._replace(problem='off', since=last_run)
        if due and due <= late and (not last_run or last_run <= late):
            is_stopped = not any_run or any_run <= late
            return action._replace(problem='stopped' if is_stopped else 'blocked', since=any_run if is_stopped else due)
        if failures and (failures > 1 or not failing_since or failing_since <= late):
            return action._replace(problem='failing', since=failing_since)
        return action

    @api.model
    def _explain_action(self, action):
        """Say what is wrong with a scheduled action, and what can be done beyond Repair.

        :param ScheduledAction action: one with a problem
        :return: a sentence
        :rtype: str
        """
        values = {'action': action.name, 'since': self._when(action.since), 'count': action.failures}
        match action.problem:
            case 'deleted':
                return self.env._("The scheduled action “%(action)s” was deleted.", **values)
            case 'off':
                return self.env._("The scheduled action “%(action)s” is switched off.", **values)
            case 'failing' if values['since']:
                return self.env._(
                    "The scheduled action “%(action)s” has been failing since %(since)s (failures: %(count)s). An "
                    "administrator can find the error in the server log.", **values)
            case 'failing':
                return self.env._(
                    "The scheduled action “%(action)s” keeps failing (failures: %(count)s). An administrator can find "
                    "the error in the server log.", **values)
            case 'blocked':
                return self.env._(
                    "The scheduled action “%(action)s” was due at %(since)s and has not run, although others have. An "
                    "administrator can check whether another one takes too long, or add cron threads "
                    "(max_cron_threads).", **values)
            case 'stopped' if values['since']:
                return self.env._(
                    "No scheduled action of this database has run since %(since)s. An administrator can check whether "
                    "an Odoo server runs with max_cron_threads greater than 0.", **values)
            case 'stopped':
                return self.env._(
                    "No scheduled action of this database has ever run. An administrator can check whether an Odoo "
                    "server runs with max_cron_threads greater than 0.")
        return ""

    def _when(self, moment):
        """Write a moment in the reader's language and time zone.

        :param datetime | None moment: in UTC
        :rtype: str
        """
        return say_moment(self.env, moment) if moment else ""
