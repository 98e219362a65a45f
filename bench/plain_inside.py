"""Read plain pages when told to, and answer how much CPU time that took; a program of its own, see :mod:`bench.plain`.

    python bench/plain_inside.py DATABASE

It writes the names of the pages, then, for each name that it reads, seconds. Nothing that a step does is kept.
"""
import gc
import importlib.util
import json
import sys
import time
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

_spec = importlib.util.spec_from_file_location(
    'plain_pages', Path(__file__).parents[1] / 'e2e' / 'plain_pages.py')
plain_pages = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(plain_pages)

# They go on where another step ended, but no step is kept.
FOLLOWING = (
    "create a bill", "bill a long order", "post a bill", "change a quantity of a long billed one", "set to draft")


class Timed(plain_pages.Pages):
    """The pages and steps of `plain_pages.py`, run as often as wanted."""

    def __init__(self, env):
        self.steps = {}
        super().__init__(env)
        self.run()
        env.cr.commit()
        env.cr.execute("SELECT pg_backend_pid()")
        # The clock of the CPU time of another process, in Linux.
        self.clocks = (time.CLOCK_PROCESS_CPUTIME_ID, ~env.cr.fetchone()[0] << 3 | 2)

    def count(self, name, step, *prepared):
        if name not in FOLLOWING:
            self.steps[name] = step, prepared[:1]

    def seconds(self, name):
        """Run a step, and undo it.

        :return: CPU seconds of this process and of its PostgreSQL
        :rtype: float
        """
        step, prepared = self.steps[name]
        self.env.cr.rollback()
        self.env.transaction.reset()
        env = self.env(user=self.user.id, context={'lang': 'en_US', 'tz': 'UTC', 'uid': self.user.id})
        gc.collect()
        gc.disable()
        try:
            start = sum(map(time.clock_gettime, self.clocks))
            step(env[prepared[0]._name].browse(prepared[0].ids) if prepared else env)
            env.flush_all()
            return sum(map(time.clock_gettime, self.clocks)) - start
        finally:
            gc.enable()
            env.cr.rollback()


def main(database):
    config.parse_config(['-d', database, '--no-http', '--log-level=error'])
    with Registry(database).cursor() as cr:
        pages = Timed(api.Environment(cr, SUPERUSER_ID, {}))
        print(json.dumps(list(pages.steps)), flush=True)
        for line in sys.stdin:
            print(json.dumps(pages.seconds(line.strip())), flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
