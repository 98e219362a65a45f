"""Transactions that must not work beside each other."""

PREFIX = 'amazon_punchout.one_at_a_time.'


def one_at_a_time(cr, what):
    """Have transactions with the same work follow each other, each seeing what the one before has stored.

    An advisory lock can't do that: Odoo's transactions see the database as it was when they began, so one that has
    waited would not find what it waited for. Here each writes the same row. PostgreSQL lets the second one wait, and
    ends it with a serialization failure if the first one commits, or has committed since the second one began; Odoo
    repeats it then. The row is a system parameter, since no record refers to one: writing a row to which others refer
    would end whoever adds a reference at the same time.

    :param cr: the cursor of the transaction
    :param str what: names the work
    """
    cr.execute(
        "INSERT INTO ir_config_parameter (key, value) VALUES (%s, 'x')"
        " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value", [PREFIX + what])


def is_free(cr, what):
    """Tell whether some work can begin now; if so, it is this transaction's turn.

    Whoever can do the work later should ask: behind a long row of transactions, a transaction that waits is always too
    late.

    :param cr: the cursor of the transaction
    :param str what: names the work
    :rtype: bool
    """
    cr.execute("SELECT EXISTS (SELECT FROM ir_config_parameter WHERE key = %s)", [PREFIX + what])
    if not cr.fetchone()[0]:
        return True
    cr.execute("SELECT id FROM ir_config_parameter WHERE key = %s FOR UPDATE SKIP LOCKED", [PREFIX + what])
    return bool(cr.rowcount)
