"""Where a database is: what tells a restored one, or one that another server has taken over, from the one before."""
from typing import NamedTuple

import psycopg2.errors

SYSTEM = 'pg_control_system()'


class DatabasePlace(NamedTuple):
    """The place of a database.

    :ivar str | None system: the identifier of the cluster: a new one is made by initdb, and kept by its standby servers
        and by restored copies of its files; None if the database user may not read it
    :ivar str spot: the place in the cluster: the oid of the database, which restoring a dump changes, and the timeline,
        which restoring to a point in time and promoting a standby server change, if the database user may read it
    """
    system: str | None
    spot: str

    def has_moved(self, spot):
        """Tell whether the database was at another place of its cluster before.

        :param str spot: of the place then
        :rtype: bool
        """
        # What could not be read then or can't be read now tells nothing.
        return any(now and then and now != then for now, then in zip(
            self.spot.split('/'), spot.split('/'), strict=True))


def read_place(cr):
    """Read where the database is.

    :param cr: a cursor
    :rtype: DatabasePlace
    """
    # A function that the user may not call fails, even where its result is not needed.
    cr.execute(
        "SELECT oid, has_function_privilege(%s, 'EXECUTE') FROM pg_database WHERE datname = current_database()",
        [SYSTEM])
    oid, may_read_system = cr.fetchone()
    system = None
    if may_read_system:
        cr.execute("SELECT system_identifier FROM pg_control_system()")
        system = str(cr.fetchone()[0])
    return DatabasePlace(system, f"{oid}/{_read_timeline(cr) or ''}")


def _read_timeline(cr):
    """Read the timeline to which the server writes, which promoting a standby server changes at once.

    What `pg_control_checkpoint` shows is that of the last checkpoint: after a promotion the old one, for minutes.

    :param cr: a cursor
    :return: None on a standby server, and if the server or its administrator does not allow to read it
    :rtype: int | None
    """
    try:
        with cr.savepoint(flush=False):
            cr.execute(
                "SELECT CASE WHEN NOT pg_is_in_recovery()"
                " THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END", log_exceptions=False)
            timeline = cr.fetchone()[0]
    except (psycopg2.errors.FeatureNotSupported, psycopg2.errors.InsufficientPrivilege):
        return None
    return timeline and int(timeline, 16)
