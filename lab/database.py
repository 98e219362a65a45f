"""Make databases as copies of a template that has everything but our addon: installing the rest takes minutes."""
from __future__ import annotations

import ast
import os
import re
import shutil
from pathlib import Path

from lab import locks, odoo, paths, postgres, progress, python

# The comment of each database that the lab makes: on a server of your own it must not drop any other.
MARK = f"made by the lab in {paths.ROOT}"
TEMPLATE = "lab_template_"


def template(source, with_demo):
    """Return a database to copy; it is made on first use.

    :param odoo_source.Source source: where Odoo is
    :param bool with_demo: whether it has Odoo's demo data
    :return: its name
    :rtype: str
    """
    modules = ast.literal_eval((paths.ROOT / paths.ADDON / "__manifest__.py").read_text())["depends"]
    key = locks.digest(source.key, paths.ROOT, *modules, *python.pinned("odoo"))
    name = f"{TEMPLATE}{key}{'_demo' if with_demo else ''}"
    with locks.lock("template"):
        if not (exists(name) and filestore(name).is_dir()):
            drop(name)
            _make_template(source, name, modules, with_demo)
    return name


def create(name, original):
    """Copy a database and its files, and replace any database of that name.

    :param str name: name of the copy
    :param str original: name of the database to copy
    """
    drop(name)
    _execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    _execute(f'COMMENT ON DATABASE "{name}" IS %s', [MARK])
    # The suppliers of tests and of the demo listen on this machine, where the addon sends nothing by itself.
    _execute(
        "INSERT INTO ir_config_parameter (key, value) VALUES ('amazon_punchout.allowed_networks', '127.0.0.0/8')"
        " ON CONFLICT (key) DO NOTHING",  # a copy of such a copy has it
        database=name)
    # Odoo adds and removes files of its store but never changes one, so links are as good as copies.
    shutil.copytree(filestore(original), filestore(name), copy_function=os.link)


def exists(name):
    return bool(_execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]))


def drop(name):
    """Drop a database and its files if it exists, and close its connections."""
    if exists(name):
        if not name.startswith(TEMPLATE) and name not in _ours():
            raise progress.Problem(
                f"The lab in {paths.ROOT} did not make the database {name} that is on the server, so it does not "
                "replace it. Rename or drop that database."
            )
        if _execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name]):
            _execute(f'ALTER DATABASE "{name}" IS_TEMPLATE false')
        _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(filestore(name), ignore_errors=True)


def drop_left_over():
    """Drop the databases of runs that were killed.

    A name is test_ and the number of the run's process, with a suffix if the run has several: test_1_setup.
    """
    if not os.environ.get("PGHOST", "").startswith("/"):
        return  # several machines may share this server, and the process may run on another one
    with locks.lock("left-over"):
        for name in _ours():
            match = re.fullmatch(r"test_(\d+)(_\w+)?", name)
            if match and not Path("/proc", match.group(1)).exists():
                drop(name)


def filestore(name):
    return paths.DATA / "filestore" / name


def _make_template(source, name, modules, with_demo):
    # It has another name until it is complete, so that an interrupted one is never used as a template.
    unfinished = f"{name}_new"
    drop(unfinished)
    options = ["--with-demo"] if with_demo else []
    demo = "with" if with_demo else "without"
    with progress.step(f"Making a template database {demo} demo data, once"):
        odoo.install(source, unfinished, modules, "template", *options)
        filestore(unfinished).mkdir(parents=True, exist_ok=True)
        shutil.rmtree(filestore(name), ignore_errors=True)
        filestore(unfinished).rename(filestore(name))
        _execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
        # As a template without connections it is in no list of databases, and no server runs its scheduled actions.
        _execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true ALLOW_CONNECTIONS false')


def _ours():
    rows = _execute("SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = %s", [MARK])
    return [name for (name,) in rows]


def _execute(query, parameters=None, database="postgres"):
    connection = postgres.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()
