"""Locks that a sender, or a worker of the inbox, holds over several transactions of its own."""
import logging
from contextlib import suppress

import psycopg2

_logger = logging.getLogger(__name__)

# Holding takes as long as Amazon or a message does, and only the holder ends it. Not every PostgreSQL has both.
TIMEOUTS = ('idle_in_transaction_session_timeout', 'transaction_timeout')


class Hold:
    """Holds advisory locks in a transaction of a second cursor, which does nothing else.

    A lock of the database session would outlive commits as well, but no lock may stay on a session: Odoo pools its
    connections, and behind a pooler like PgBouncer the next transaction may have another session, so that nobody could
    unlock. These end with their transaction, however that ends, and with the process.
    """

    def __init__(self, registry):
        """Open the second cursor.

        :param registry: of the database
        """
        self._cr = registry.cursor()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.end()

    def begin(self):
        """Hold nothing, and begin the transaction anew."""
        self._cr.rollback()
        self._cr.execute(
            "SELECT set_config(name, '0', true) FROM pg_settings WHERE name = ANY(%s)", [list(TIMEOUTS)])

    def take(self, first, second):
        """Take a lock unless another transaction has it.

        :param int first: the first number of the lock
        :param int second: the second one
        :rtype: bool
        """
        self._cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [first, second])
        return self._cr.fetchone()[0]

    def end(self):
        """Hold nothing any more.

        The server may have ended the connection meanwhile, and the locks with it.
        """
        try:
            self._cr.commit()  # pylint: disable=invalid-commit  # a transaction of its own
        except psycopg2.Error as error:
            _logger.warning("The lock on an Amazon order or message was lost before the work on it was done: %s", error)
        finally:
            with suppress(psycopg2.Error):
                self._cr.close()
