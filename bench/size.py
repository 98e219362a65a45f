"""Measure how much of a database one order takes, with Amazon and without: `python3 -m lab bench size [ORDERS]`."""
from __future__ import annotations

from bench.inside import new_database

ORDERS = 50


def main(arguments):
    """Make a database with the addon, measure inside Odoo, and print a table in Markdown.

    :param list[str] arguments: how many orders are made, 50 by default
    :return: the exit code
    :rtype: int
    """
    with new_database() as place:
        return place.run(f"from bench.size_inside import show; show(env, {', '.join(arguments) or ORDERS})\n")
