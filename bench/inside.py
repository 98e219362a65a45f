"""A database of a measurement's own, and scripts that run inside Odoo in it."""
from __future__ import annotations

import contextlib
import os
import subprocess
from typing import NamedTuple

from lab import database, environment, odoo, odoo_source, paths, progress


def run_inside(source, name, script, **options):
    """Run a script in `odoo shell`, with `bench` to import.

    :param odoo_source.Source source: where Odoo is
    :param str name: of the database
    :param str script: Python
    :param options: as of `subprocess.run`
    :rtype: subprocess.CompletedProcess
    """
    environ = odoo.environ(source)
    environ["PYTHONPATH"] = os.pathsep.join([environ["PYTHONPATH"], str(paths.ROOT)])
    return subprocess.run(
        odoo.command("shell", "-d", name, "--no-http", "--log-level=warn"), input=script, text=True, env=environ,
        cwd=paths.ROOT, check=False, **options)


class Place(NamedTuple):
    """A database with the addon.

    :ivar source: where Odoo is
    :ivar name: of the database
    """
    source: odoo_source.Source
    name: str

    def run(self, script):
        """Run a script, see :func:`run_inside`.

        :return: the exit code
        :rtype: int
        """
        return run_inside(self.source, self.name, script).returncode


@contextlib.contextmanager
def new_database():
    """Make a database with the addon, and drop it afterwards.

    :rtype: Iterator[Place]
    """
    source = environment.prepare()
    name = f"test_{os.getpid()}"
    template = database.template(source, with_demo=False)
    try:
        with progress.step(f"Making the database {name}"):
            database.create(name, template)
            odoo.install(source, name, [paths.ADDON], f"install-{name}")
        yield Place(source, name)
    finally:
        database.drop(name)
