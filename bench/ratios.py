"""Compare what the addon does with something plain, on a separate database: `python3 -m lab bench ratios`."""
from __future__ import annotations

import os
import subprocess

from bench import endpoint
from lab import database, environment, odoo, paths, progress

SCRIPT = "from bench.measure import measure; measure(env)\n"


def main(_arguments):
    """Make a database with the addon, measure inside Odoo, print the table and drop the database.

    :return: the exit code
    :rtype: int
    """
    source = environment.prepare()
    name = f"test_{os.getpid()}"
    template = database.template(source, with_demo=False)
    try:
        with progress.step(f"Making the database {name}"):
            database.create(name, template)
            odoo.install(source, name, [paths.ADDON], f"install-{name}")
        environ = odoo.environ(source)
        environ["PYTHONPATH"] = os.pathsep.join([environ["PYTHONPATH"], str(paths.ROOT)])
        progress.say("Measuring, about five minutes ...")
        result = subprocess.run(
            odoo.command("shell", "-d", name, "--no-http", "--log-level=warn"), input=SCRIPT, text=True,
            env=environ, cwd=paths.ROOT, check=False,
        ).returncode
        if not result:
            print(*endpoint.measure(source, name), sep="\n", flush=True)
        return result
    finally:
        database.drop(name)
