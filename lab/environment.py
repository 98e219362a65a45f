"""Set up everything that Odoo needs, in the right order."""
from __future__ import annotations

from lab import locks, odoo_source, postgres


def prepare():
    """Provide Odoo and a running PostgreSQL; this takes seconds if both exist.

    The PG* variables lead this process and its children to the database server.

    :return: where Odoo is
    :rtype: odoo_source.Source
    """
    with locks.lock():
        source = odoo_source.ensure()
        postgres.ensure()
    return source


def run(_arguments):
    """Fetch and start everything, and run nothing: `python3 -m lab setup`."""
    prepare()
    return 0
