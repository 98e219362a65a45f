"""Upgrade databases of all earlier versions of the addon: `bin/test upgrades`."""
from __future__ import annotations

import os

from lab import paths

TESTS = "e2e/test_upgrades.py"
# Each version between the first one, which e2e/test_upgrade.py upgrades, and today's. Which commit is the last of each
# stands in e2e/upgrade.py.
VERSIONS = ("19.0.2.0.0", "19.0.2.1.0", "19.0.2.2.0", "19.0.2.3.0",
            "19.0.2.4.0", "19.0.2.5.0")


def run(arguments):
    """Run the tests of upgrades from all versions, or from those that are named: `bin/test upgrades [VERSION …]`.

    :param list[str] arguments: versions; none for all
    :return: the exit code of pytest
    :rtype: int
    """
    from lab import testing
    os.environ["LAB_UPGRADES"] = " ".join(arguments or VERSIONS)
    return testing.run([str(paths.ROOT / TESTS), *(() if arguments else [str(paths.ROOT / "e2e" / "test_upgrade.py")])])


def chosen():
    """List the versions from which this run upgrades: by default the one before this.

    :rtype: list[str]
    """
    names = os.environ.get("LAB_UPGRADES", VERSIONS[-1]).split()
    if unknown := set(names) - set(VERSIONS):
        raise ValueError(f"No version of the addon that is tested: {', '.join(sorted(unknown))}")
    return names
