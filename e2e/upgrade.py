"""A database that an older version of the addon makes and this one upgrades, for the tests of upgrades.

The old addon comes out of git. Scripts in this folder run in a shell of either version.
"""
import json
import os
import shutil
import subprocess

import pytest

from lab import database, environment, odoo, paths

HERE = paths.ROOT / "e2e"
FIRST = "19.0.1.0.0"
# The last commit of each version.
COMMITS = {
    FIRST: "f927c0c",
    "19.0.2.0.0": "728771b",
    "19.0.2.1.0": "49ef986",
    "19.0.2.2.0": "3126b36",
    "19.0.2.3.0": "a89afea",
    "19.0.2.4.0": "17e6ef1",
    "19.0.2.5.0": "90bde37",
}
# An update adds the unit codes that everybody uses, and the menus of new pages.
WITH_NEW_RECORDS = {"amazon.punchout.uom", "ir.ui.menu"}
# Stored before version 19.0.2.5.0, and computed since from what the order keeps.
COMPUTED_NOW = {("purchase.order.line", "amazon_item")}


class Upgrade:
    """A database of its own, worked on by both versions.

    :param Path folder: for what comes up
    :param str version: the old one
    """

    def __init__(self, folder, version):
        self.name = f"test_{os.getpid()}_upgrade"
        self.source = environment.prepare()
        self.folder = folder
        self._old = f"--addons-path={','.join(map(str, (*self.source.addons, unpack(folder, version))))}"

    def make(self):
        """Make the database with the old addon."""
        database.create(self.name, database.template(self.source, with_demo=False))
        odoo.install(self.source, self.name, [paths.ADDON], f"install-{self.name}", self._old)

    def upgrade(self):
        """Upgrade to today's addon.

        :return: the log
        """
        log = f"update-{self.name}"
        odoo.install(self.source, self.name, [paths.ADDON], log, "-u", paths.ADDON, strict=True)
        return (paths.LOG / f"{log}.log").read_text()

    def snapshot(self, name, *scripts, of=None, with_old=False, **values):
        """Run scripts in a shell, and record the database at the end.

        :param str name: of the snapshot
        :param scripts: files in this folder, to run before
        :param str of: another database
        :param bool with_old: whether the old addon runs
        :param values: variables of the scripts
        """
        outcome = self.folder / f"{name}.json"
        self.run(of or self.name, *scripts, "upgrade_snapshot.py", with_old=with_old, SNAPSHOT=str(outcome), **values)
        return json.loads(outcome.read_text())

    def act(self, *scripts, **values):
        """Run scripts in a shell, and give what they note.

        :param scripts: as for :meth:`snapshot`
        :param values: as for :meth:`snapshot`
        """
        outcome = self.folder / "acts.json"
        self.run(self.name, *scripts, ACTS=str(outcome), **values)
        return json.loads(outcome.read_text())

    def run(self, name, *scripts, with_old=False, **values):
        head = "".join(f"{key} = {value!r}\n" for key, value in values.items())
        process = subprocess.run(
            odoo.command("shell", "-d", name, "--no-http", "--log-level=warn", *([self._old] if with_old else [])),
            cwd=paths.ROOT, env=odoo.environ(self.source), capture_output=True, text=True, check=False,
            input=head + "".join((HERE / script).read_text() for script in scripts))
        assert process.returncode == 0, process.stdout + process.stderr


def unpack(folder, version):
    """Take an old addon out of git; a shallow clone lacks it, so the tests are skipped there and say so.

    :param Path folder: where to put it
    :param str version: of the addon
    :return: the folder to add to the addons path
    """
    archive, commit = folder / "before.zip", COMMITS[version]
    command = ["git", "archive", "--format=zip", f"--output={archive}", commit, paths.ADDON]
    git = shutil.which("git")
    result = git and subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    if not result or result.returncode:
        reason = result.stderr.strip() if result else "git is missing"
        text = f"NOT TESTED: version {version} is not at hand (a shallow clone lacks commit {commit}): {reason}"
        pytest.skip(text)
    shutil.unpack_archive(archive, folder / "before")
    return folder / "before"


def known(values, expected, with_new_records):
    """Leave out the models and fields that the version before did not have, and the records that an update adds."""
    return {model: {number: {name: value for name, value in row.items() if name in expected[model].get(number, row)}
                    for number, row in values[model].items()
                    if number in expected[model] or model not in with_new_records}
            for model in expected if model in values}


def kept(snapshot):
    """Give what is stored, and what was stored before and is computed now."""
    stored = dict(snapshot["stored"])
    for model, name in COMPUTED_NOW:
        stored[model] = {number: {**row, name: snapshot["computed"][model][number][name]}
                         for number, row in stored[model].items()}
    return stored


def differences(old, new):
    """List where two trees of dicts differ."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return [] if old == new else [((), old, new)]
    missing = "(missing)"
    return [
        ((key, *path), *values) for key in sorted({*old, *new}, key=str)
        for path, *values in differences(old.get(key, missing), new.get(key, missing))]
