"""Databases: copies of a template that has everything but our own addon, since installing the rest takes minutes."""
from __future__ import annotations

import ast
import os
import re
import shutil
from pathlib import Path

from lab import locks, odoo, paths, postgres, progress, python

# Kept with each database that we make, for on a server of the person's own we may drop no other.
MARK = f"made by the lab in {paths.ROOT}"
TEMPLATE = "lab_template_"


def template(source, with_demo):
    """A database to copy, made on first use.

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
    """Copy a database with its files; one of the same name is dropped first.

    :param str name: of the new one
    :param str original: of the one to copy
    """
    drop(name)
    _execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    _execute(f'COMMENT ON DATABASE "{name}" IS %s', [MARK])
    # Odoo never changes a file of its store, it only adds and removes: so links are as good as copies.
    shutil.copytree(filestore(original), filestore(name), copy_function=os.link)


def exists(name):
    return bool(_execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]))


def drop(name):
    """Drop a database with its files, if it is there; whoever uses it is disconnected."""
    if exists(name):
        if not name.startswith(TEMPLATE) and name not in _ours():
            raise progress.Problem(
                f"There is a database {name} on the server that was not made by the lab in {paths.ROOT}, so it is not "
                "replaced: rename or drop it."
            )
        if _execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name]):
            _execute(f'ALTER DATABASE "{name}" IS_TEMPLATE false')
        _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(filestore(name), ignore_errors=True)


def drop_left_over():
    """Drop the databases of runs that were killed: test_ and the number of the run's process, test_1_setup if it has
    several."""
    if not os.environ.get("PGHOST", "").startswith("/"):
        return  # a server for several machines: there may be a process of that number on another one
    with locks.lock("left-over"):
        for name in _ours():
            match = re.fullmatch(r"test_(\d+)(_\w+)?", name)
            if match and not Path("/proc", match.group(1)).exists():
                drop(name)


def filestore(name):
    return paths.DATA / "filestore" / name


def _make_template(source, name, modules, with_demo):
    # Under another name until it is whole, so that an interrupted one is never taken for a template.
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
        # Closed, and marked as a template, it is in nobody's list and no server runs its scheduled actions.
        _execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true ALLOW_CONNECTIONS false')


def _ours():
    rows = _execute("SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = %s", [MARK])
    return [name for (name,) in rows]


def _execute(query, parameters=None):
    connection = postgres.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()
