"""Make a database with any number of Amazon orders: `python3 -m lab bench generate SIZE`.

SIZE is a number of orders, such as 1k, 10k or 100k. The databases are kept, as bench_1k, until they are made again.
"""
from __future__ import annotations

import re

from bench import grow
from bench.inside import run_inside
from lab import database, environment, odoo, paths, postgres, progress

SIZES = ("1k", "10k", "100k")
SEED = "from bench.seed import seed; seed(env)\n"
TEMPLATE = "bench_seed"
# How many orders bench.seed makes of each kind, and how often open ones are copied.
DONE, OPEN, OPEN_COPIES = 20, 7, 10


def main(arguments):
    """Make databases.

    :param list[str] arguments: sizes; --anew makes also the seed again
    :return: the exit code
    :rtype: int
    """
    source = environment.prepare()
    anew = "--anew" in arguments
    sizes = [each for each in arguments if each != "--anew"] or SIZES
    for number, size in enumerate(sizes):
        make(source, size, anew and not number)
    return 0


def name_of(size):
    """Name the database of a size, which is a text such as 10k.

    :rtype: str
    """
    if not re.fullmatch(r"\d+k?", size):
        raise progress.Problem(f"“{size}” is no size of a database, such as 10k.")
    return f"bench_{size}"


def make(source, size, anew=False):
    """Make the database of a size, in place of an older one.

    :param odoo_source.Source source: where Odoo is
    :param str size: number of Amazon orders
    :param bool anew: whether the seed is made again first
    """
    name = name_of(size)
    orders = int(size.removesuffix("k")) * (1000 if size.endswith("k") else 1)
    if anew or not database.exists(TEMPLATE):
        make_seed(source)
    with progress.step(f"Making the database {name}"):
        database.create(name, TEMPLATE)
        copies = (orders - OPEN * (OPEN_COPIES + 1)) // DONE - 1
        grow.grow(postgres.connect(name), copies, OPEN_COPIES)
    connection = postgres.connect(name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), pg_size_pretty(pg_database_size(current_database())) FROM purchase_order"
            " WHERE amazon_group_id IS NOT NULL")
        orders, size = cursor.fetchone()
        progress.say(f"{name} has {orders} Amazon orders and takes {size}.")
    connection.close()


def make_seed(source):
    """Make the database of which the others are copies."""
    installed, unfinished = f"{TEMPLATE}_installed", f"{TEMPLATE}_new"
    if not database.exists(installed):
        database.create(unfinished, database.template(source, with_demo=False))
        odoo.install(source, unfinished, [paths.ADDON], f"install-{unfinished}")
        database.create(installed, unfinished)
    with progress.step("Driving a few orders through Odoo"):
        database.create(unfinished, installed)
        run(source, unfinished, SEED)
        database.create(TEMPLATE, unfinished)
        database.drop(unfinished)


def run(source, name, script):
    """Run a script inside Odoo with the database.

    :raises progress.Problem: it failed
    """
    if run_inside(source, name, script).returncode:
        raise progress.Problem(f"The script failed in the database {name}.")
