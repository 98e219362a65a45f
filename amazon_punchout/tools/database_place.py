"""Where a database is: what tells a restored one, or one that another server has taken over, from the one before."""
from typing import NamedTuple

from odoo.tools import SQL

SYSTEM, CHECKPOINT = 'pg_control_system()', 'pg_control_checkpoint()'


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
        "SELECT oid, has_function_privilege(%s, 'EXECUTE'), has_function_privilege(%s, 'EXECUTE') "
        "FROM pg_database WHERE datname = current_database()", [SYSTEM, CHECKPOINT])
    oid, may_read_system, may_read_timeline = cr.fetchone()
    cr.execute(SQL(
        "SELECT %s, %s",
        SQL("(SELECT system_identifier FROM pg_control_system())") if may_read_system else None,
        SQL("(SELECT timeline_id FROM pg_control_checkpoint())") if may_read_timeline else None))
    system, timeline = cr.fetchone()
    return DatabasePlace(system and str(system), f"{oid}/{timeline or ''}")
