"""Everything that running Odoo needs, set up in the right order."""
from __future__ import annotations

from lab import locks, odoo_source, postgres


def prepare():
    """Have Odoo and a running PostgreSQL at hand; takes seconds when all is there.

    :return: where Odoo is; the database server is known to this process and its children by the PG* variables
    :rtype: odoo_source.Source
    """
    with locks.lock():
        source = odoo_source.ensure()
        postgres.ensure()
    return source


def run(_arguments):
    """python3 -m lab setup: fetch and start everything, and run nothing."""
    prepare()
    return 0
