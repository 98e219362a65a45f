"""What the tests of durable commits have in common: a database server that may forget what was committed last."""
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests.test_cursor import TestCursor


class DurableCase:
    """A mixin that looks at each commit."""

    def synchronous_commit(self):
        self.env.cr.execute("SHOW synchronous_commit")
        return self.env.cr.fetchone()[0]

    def forget_soon(self):
        """Have commits return before they are on disk, as a database with `synchronous_commit = off` does."""
        self.env.cr.execute("SET LOCAL synchronous_commit = off")

    @contextmanager
    def commits(self, query, *parameters):
        """Watch the commits of a block, in a database with `synchronous_commit = off`.

        :param str query: gives one value of what was written
        :return: by each value, the `synchronous_commit` of the first commit after which the query gave it
        """
        commit, first = TestCursor.commit, {}

        def watched(cursor):
            cursor.flush()
            cursor.execute("SHOW synchronous_commit")
            setting = cursor.fetchone()[0]
            cursor.execute(query, parameters)
            first.setdefault(cursor.fetchone()[0], setting)
            commit(cursor)
            cursor._cursor._obj.execute("SET LOCAL synchronous_commit = off")

        self.env.flush_all()
        self.forget_soon()
        with patch.object(TestCursor, 'commit', watched):
            yield first
