"""Commits that a crash of the database server can't undo."""


def make_durable(cr):
    """Have the commit of the running transaction wait until it is on disk.

    With `synchronous_commit = off` PostgreSQL reports a commit up to a second before that, and a crash undoes it: an
    order that was marked as being sent would be queued again, and a message that was answered with 200 be lost. The
    setting is raised for this transaction only, since behind a pooler a session is shared, and never lowered: `on` and
    `remote_apply` are the strongest values.

    :param cr: the cursor of the transaction
    """
    cr.execute("""
        SELECT set_config('synchronous_commit', 'on', true)
         WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
    """)
