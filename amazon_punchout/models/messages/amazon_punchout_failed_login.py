import logging
import threading
import time
from collections import Counter
from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, config

from ...const import FAILED_LOGIN_DAYS, FAILED_LOGINS_TO_NOTIFY
from ...tools.senders import sender_address

_logger = logging.getLogger(__name__)

# The class of our advisory locks: at most this many senders wait for the answer to a wrong password at a time, in all
# processes of the database together.
WAITING_LOCK = int.from_bytes(b'AMAN', 'big')
MAX_WAITING = 2

# Failures that were not written because others were waiting, by database and group: the next one that waits in this
# process counts them.
_uncounted = Counter()
# When the only process of a server last wrote a count, by the same key: a flood must not write a row each.
_counted_at = {}
COUNT_SECONDS = 1
_uncounted_lock = threading.Lock()


class AmazonPunchoutFailedLogin(models.Model):
    """How many wrong passwords and secrets came in an hour.

    There is one row per group and hour, and one for senders who named no group of ours, whatever they send.
    """
    _name = 'amazon.punchout.failed.login'
    _description = "Amazon Failed Logins"
    _order = 'hour desc, id'
    _rec_name = 'group_id'
    _log_access = False

    group_id = fields.Many2one('amazon.punchout.group', "Amazon Group", readonly=True, index=True, ondelete='cascade')
    hour = fields.Datetime(required=True, readonly=True)
    attempts = fields.Integer(readonly=True)
    last_at = fields.Datetime("Last One On", readonly=True)
    last_address = fields.Char("Last One From", readonly=True)
    last_kind = fields.Selection(
        [('basic', "HTTP Basic"), ('secret', "cXML Shared Secret"), ('tracking', "Package Tracking")],
        "Last One By", readonly=True, help="How the sender of the last one tried to authenticate.")

    _hour_uniq = models.UniqueIndex("(hour, COALESCE(group_id, 0))", "These failed logins are counted already.")

    @api.model
    def _note_failure(self, group, remote, what, kind):
        """Log a wrong password or secret, count it, and tell whether its sender may wait for the answer.

        Nothing here fails the request: whoever comes with a right secret isn't kept waiting, and whoever doesn't gets
        the same answer anyway.

        :param group: the `amazon.punchout.group` that the sender named, empty if it is none of ours
        :param str | None remote: the address of the sender
        :param str what: a sentence for the log, nothing that the sender wrote
        :param str kind: how the sender tried to authenticate, as in `last_kind`
        :return: False if too many wait already; then the answer is to follow at once
        :rtype: bool
        """
        group, address = group[:1], sender_address(remote)
        _logger.warning(
            "Amazon message from %s for %s: %s", address or "an unknown address",
            f'group {group.id}' if group else "no known group", what)
        key = self.env.cr.dbname, group.id
        may_wait = self._take_place()
        with _uncounted_lock:
            _uncounted[key] += 1
            added = _uncounted.pop(key) if may_wait or self._may_count_alone(key) else 0
        if added:
            self._count(group, address, added, kind)
        return may_wait

    @api.model
    def _may_count_alone(self, key):
        """Tell whether the only process of a server writes a count now: nobody waits there who could do it.

        :param tuple key: database and group
        :rtype: bool
        """
        now = time.monotonic()
        if config['workers'] != 1 or now - _counted_at.get(key, -COUNT_SECONDS) < COUNT_SECONDS:
            return False
        _counted_at[key] = now
        return True

    @api.model
    def _take_place(self):
        """Take one of the places of those who wait, until the end of the transaction.

        Few wait at a time, or wrong passwords would occupy all threads or processes of the server. A process that
        serves one request at a time is fully occupied by one who waits, so nobody waits where it is the only one.

        :rtype: bool
        """
        places = min(MAX_WAITING, (config['workers'] or 2 * MAX_WAITING) // 2)
        return any(self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", WAITING_LOCK, place))[0][0]
                   for place in range(places))

    @api.model
    def _count(self, group, address, added, kind):
        """Count failures in a transaction of their own, and notify the responsible of the group of very many.

        :param group: an `amazon.punchout.group`, or an empty recordset
        :param str address: of the last sender
        :param int added: how many
        :param str kind: of the last one
        """
        now = fields.Datetime.now()
        try:
            with self.env.registry.cursor() as cr:
                failed_logins = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
                [(attempts,)] = failed_logins.env.execute_query(SQL("""
                    INSERT INTO amazon_punchout_failed_login AS failed
                           (group_id, hour, attempts, last_at, last_address, last_kind)
                    VALUES (%s, %s, %s, %s, %s, %s)
                    ON CONFLICT (hour, COALESCE(group_id, 0)) DO UPDATE
                       SET attempts = failed.attempts + EXCLUDED.attempts,
                           last_at = EXCLUDED.last_at, last_address = EXCLUDED.last_address,
                           last_kind = EXCLUDED.last_kind
                    RETURNING attempts""",
                    group.id or None, now.replace(minute=0, second=0, microsecond=0), added, now, address or None,
                    kind))
            if group and attempts - added < FAILED_LOGINS_TO_NOTIFY <= attempts:
                with self.env.registry.cursor() as cr:
                    group.with_env(api.Environment(cr, SUPERUSER_ID, {}))._notify_of_failed_logins(attempts)
        except psycopg2.OperationalError:  # two at the same moment: the next one counts these
            with _uncounted_lock:
                _uncounted[self.env.cr.dbname, group.id] += added
        except Exception:
            _logger.exception("Failed logins of Amazon's messages could not be counted")

    @api.autovacuum
    def _forget_failed_logins(self):
        """Delete what is older than anyone looks at."""
        self.sudo().search([('hour', '<', fields.Datetime.now() - timedelta(days=FAILED_LOGIN_DAYS))]).unlink()
