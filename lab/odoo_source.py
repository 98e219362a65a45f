"""Find Odoo 19: in the folder that ODOO_PATH names, else in Debian's package, unpacked in .lab/odoo."""
from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
from pathlib import Path

from lab import debian, locks, paths, progress

SERIES = 19
UNPACKED = paths.LAB / "odoo"
PACKAGES = {
    # Files of the web client are symbolic links to the other packages; without those every page answers 500.
    "sid": [
        "odoo-19", "libjs-jquery", "libjs-jquery-form", "libjs-underscore", "fonts-montserrat",
        "fonts-roboto-unhinted",
    ],
    # Font Awesome 4.7: version 7, which sid has, lacks the files that Odoo links to.
    "bookworm": ["fonts-font-awesome"],
}
# Debian leaves this file out, but a bundle of the web client names it: without it each page logs an error.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclasses.dataclass(frozen=True)
class Source:
    """Where Odoo is.

    :ivar python_path: folder to put on PYTHONPATH, so that `import odoo` works
    :ivar addons: folders with Odoo's own addons
    :ivar key: changes whenever the code may have changed
    """

    python_path: Path
    addons: tuple
    key: str


def ensure():
    """Find Odoo, or download it.

    :rtype: Source
    """
    if os.environ.get("ODOO_PATH"):
        return _given(Path(os.environ["ODOO_PATH"]).expanduser().resolve())
    recipe = locks.digest(PACKAGES, LEFT_OUT)
    if not locks.is_stamped(UNPACKED, recipe):
        _unpack()
        locks.stamp(UNPACKED, recipe)
    return _source(UNPACKED / "usr" / "lib" / "python3" / "dist-packages")


def _given(folder):
    """Return an Odoo of your own: a git checkout, or the folder in which the package odoo is installed."""
    if (folder / "release.py").is_file():
        folder = folder.parent
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        raise progress.Problem(
            f"ODOO_PATH is {folder}, but there is no odoo/release.py in it. It must be a checkout of Odoo 19 "
            "or the folder in which the Python package odoo is."
        )
    version = re.search(r"^version_info = \(\D*(\d+)", release.read_text(), re.MULTILINE)
    if not version or int(version.group(1)) != SERIES:
        raise progress.Problem(
            f"ODOO_PATH is {folder}, which is Odoo {version.group(1) if version else 'of an unknown version'}; "
            f"this addon is for Odoo {SERIES}."
        )
    return _source(folder)


def _source(folder):
    addons = tuple(path for path in (folder / "addons", folder / "odoo" / "addons") if (path / "base").is_dir()
                   or (path / "purchase_stock").is_dir())
    key = locks.digest(folder, (folder / "odoo" / "release.py").read_text(), _revision(folder))
    return Source(python_path=_importable(folder), addons=addons, key=key)


def _revision(folder):
    """Return the commit of a checkout, or the moment when Debian's package was unpacked."""
    if (folder / ".git").exists():
        result = subprocess.run(
            ["git", "-c", f"safe.directory={folder}", "-C", folder, "rev-parse", "HEAD"],
            capture_output=True, text=True, check=False,
        )
        return result.stdout.strip()
    return (folder / "odoo" / "release.py").stat().st_mtime_ns


def _importable(folder):
    """Return a folder from which nothing but `odoo` can be imported.

    A site-packages folder has packages for another Python, which would shadow those of our environment.
    """
    if folder.name not in ("site-packages", "dist-packages") or paths.LAB in folder.parents:
        return folder
    alone = paths.LAB / "odoo-given" / locks.digest(folder)
    alone.mkdir(parents=True, exist_ok=True)
    link = alone / "odoo"
    if not link.is_symlink():
        link.symlink_to(folder / "odoo")
    return alone


def _unpack():
    """Download Debian's packages and unpack them into one folder, without installing them and without root."""
    shutil.rmtree(UNPACKED, ignore_errors=True)
    try:
        fetched = debian.fetch(PACKAGES, "Odoo 19")
    except progress.Problem as problem:
        raise progress.Problem(f"{problem}\nOr set ODOO_PATH to a copy of Odoo 19 that you have.") from problem
    with progress.step("Unpacking Odoo"):
        for package in fetched:
            progress.run_logged(["dpkg-deb", "-x", package, UNPACKED], "unpack", f"Unpacking {package.name}")
        addons = UNPACKED / "usr" / "lib" / "python3" / "dist-packages" / "odoo" / "addons"
        left_out = addons / LEFT_OUT
        left_out.parent.mkdir(parents=True, exist_ok=True)
        left_out.touch()
        _check_links(addons / "web")
    debian.clean()


def _check_links(addon):
    """Raise if Debian has moved a file that Odoo links to; otherwise pages would answer 500."""
    dangling = [
        str(Path(folder, name))
        for folder, folders, names in os.walk(addon) for name in folders + names
        if os.path.islink(Path(folder, name)) and not os.path.exists(Path(folder, name))
    ]
    if dangling:
        raise progress.Problem(
            "Debian's Odoo links to files that are in none of the unpacked packages, so its pages would fail:\n    "
            + "\n    ".join(dangling)
        )
