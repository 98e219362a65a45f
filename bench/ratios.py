"""Compare what the addon does with something plain, on a separate database: `python3 -m lab bench ratios`."""
from __future__ import annotations

from bench import endpoint
from bench.inside import new_database
from lab import progress

SCRIPT = "from bench.measure import measure; measure(env)\n"


def main(_arguments):
    """Make a database with the addon, measure inside Odoo, print the table and drop the database.

    :return: the exit code
    :rtype: int
    """
    with new_database() as place:
        progress.say("Measuring, about five minutes ...")
        result = place.run(SCRIPT)
        if not result:
            print(*endpoint.measure(place.source, place.name), sep="\n", flush=True)
        return result
