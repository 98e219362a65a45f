"""Run Odoo's own command line with the lab's Odoo, database server and addons."""
from __future__ import annotations

import contextlib
import os
import re

from lab import environment, paths, postgres, progress, python

CONFIGURATION = paths.LAB / "odoo.conf"
ADDONS = paths.LAB / "addons"
# A line of Odoo's log that an administrator should read.
WARNING = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?:WARNING|ERROR|CRITICAL) .*", re.MULTILINE)


def run(arguments):
    """Replace this process by Odoo: `bin/odoo`.

    :param list[str] arguments: arguments for Odoo
    """
    source = environment.prepare()
    argv = command(*arguments)
    os.execve(argv[0], argv, environ(source))


def command(*arguments):
    return [str(python.VENV_PYTHON), "-m", "odoo", *arguments]


def environ(source, more_addons=None):
    """Return the environment variables that every command of Odoo needs.

    :param odoo_source.Source source: where Odoo is
    :param Path more_addons: one more folder of addons
    :rtype: dict[str, str]
    """
    configuration = more_addons.with_suffix(".conf") if more_addons else CONFIGURATION
    _write_configuration(source, configuration, *filter(None, [more_addons]))
    path = os.pathsep.join([str(python.VENV / "bin"), os.environ.get("PATH", os.defpath)])
    return {
        **os.environ, "PATH": path, "ODOO_RC": str(configuration), "PYTHONPATH": str(source.python_path),
    }


def install(source, database, modules, log_name, *options, strict=False, more_addons=None):
    """Install modules in a database, which is made if it does not exist.

    :param odoo_source.Source source: where Odoo is
    :param str database: name of the database
    :param list[str] modules: names of the modules
    :param str log_name: name of the log file
    :param options: more options for Odoo
    :param bool strict: whether a warning in the log is a failure
    :param Path more_addons: one more folder of addons
    """
    what = f"Installing {', '.join(modules)} into {database}"
    argv = command("-d", database, "-i", ",".join(modules), "--stop-after-init", "--no-http",
                   "--max-cron-threads=0", *options)
    progress.run_logged(argv, log_name, what, env=environ(source, more_addons), cwd=paths.ROOT)
    connection = postgres.connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
        missing = set(modules) - {name for (name,) in cursor.fetchall()}
    connection.close()
    log = paths.LOG / f"{log_name}.log"
    if missing:
        # Odoo only logs a warning for a module that it does not find or cannot install.
        raise progress.Problem(f"{what}: {', '.join(missing)} was not installed. {log} ends:\n{progress.tail(log)}")
    if strict and (warnings := WARNING.findall(log.read_text(errors="replace"))):
        raise progress.Problem(f"{what} logged warnings ({log}):\n" + "\n".join(f"    {line}" for line in warnings))


def _write_configuration(source, file, *more_addons):
    """Write Odoo's configuration, with our addons alone in its path so that Odoo does not search the repository."""
    ADDONS.mkdir(parents=True, exist_ok=True)
    for name in (paths.ADDON, *paths.GLUE):
        link = ADDONS / name
        if not link.is_symlink() and (paths.ROOT / name).is_dir():
            with contextlib.suppress(FileExistsError):  # another command may make it at the same time
                link.symlink_to(paths.ROOT / name)
    addons = [*source.addons]
    if (paths.ROOT / paths.ADDON / "__manifest__.py").exists():
        addons.append(ADDONS)
    addons += more_addons
    text = (
        "[options]\n"
        f"addons_path = {','.join(str(path) for path in addons)}\n"
        f"data_dir = {paths.DATA}\n"
    )
    if not file.exists() or file.read_text() != text:
        fresh = file.with_suffix(f".{os.getpid()}")
        fresh.write_text(text)
        fresh.replace(file)
