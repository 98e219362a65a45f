"""Find a Python that Odoo 19 supports, make the virtual environment .lab/venv and enter it."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

from lab import locks, paths, progress

OLDEST, NEWEST = (3, 10), (3, 13)
VENV = paths.LAB / "venv"
VENV_PYTHON = VENV / "bin" / "python"
GROUPS = ("odoo", "dev")


def enter_environment(arguments):
    """Start this command again inside the virtual environment, which is made if necessary.

    :param list[str] arguments: the command line to start again with
    """
    if os.path.realpath(sys.prefix) == os.path.realpath(VENV):
        return
    ensure()
    # A PYTHONPATH of the user may have packages for another Python.
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    os.execve(VENV_PYTHON, [str(VENV_PYTHON), str(paths.ROOT / "lab" / "__main__.py"), *arguments], environ)


def ensure():
    """Make .lab/venv with the pinned packages, unless it is up to date."""
    requirements = [pin for group in GROUPS for pin in pinned(group)]
    with locks.lock():
        version = VENV_PYTHON.exists() and _version(VENV_PYTHON)
        if version and locks.is_stamped(VENV, locks.digest(version, *requirements)):
            return
        interpreter = find_interpreter()
        shutil.rmtree(VENV, ignore_errors=True)
        with progress.step(f"Making a virtual environment with {interpreter}"):
            _create(interpreter)
        with progress.step(f"Installing {len(requirements)} Python packages"):
            install(requirements, "pip")
        locks.stamp(VENV, locks.digest(_version(VENV_PYTHON), *requirements))


def install(requirements, log_name):
    """Install exactly the listed packages in the virtual environment; the pins include all dependencies."""
    progress.run_logged(
        [VENV_PYTHON, "-m", "pip", "install", "--no-input", "--no-deps", *requirements],
        log_name, "Installing the Python packages",
    )


def pinned(group):
    """Return the requirements of one dependency group of pyproject.toml.

    It is parsed here, since tomllib (Python 3.11) or a pip that supports groups (25.1) may be missing.
    """
    text = (paths.ROOT / "pyproject.toml").read_text()
    block = re.search(rf"^{re.escape(group)} = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"""^ *["'](.+)["'],$""", block.group(1), re.MULTILINE)


def find_interpreter():
    """Find a Python that Odoo 19 supports: this one, else the first on PATH.

    :return: its path
    :rtype: str
    """
    own = os.path.realpath(sys.executable)
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = [shutil.which(name, path=folder) for name in names for folder in os.get_exec_path()]
    for candidate in [own, *filter(None, found)]:
        # A pyenv shim can be on PATH and still not run, so check the version of each.
        version = _version(candidate)
        if version and OLDEST <= version <= NEWEST:
            return candidate
    raise progress.Problem(
        f"Odoo 19 needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}, but none is on PATH. On Debian 12 or 13: "
        "apt-get install python3 python3-venv"
    )


def _version(interpreter):
    """Return (major, minor) of an interpreter, None if it does not run."""
    try:
        output = subprocess.run(
            [interpreter, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True, text=True, check=True, timeout=30,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(int(part) for part in output.split())


def _create(interpreter):
    probe = subprocess.run([interpreter, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    if probe.returncode:
        raise progress.Problem(
            f"{interpreter} can't make virtual environments. On Debian: apt-get install python3-venv"
        )
    progress.run_logged([interpreter, "-m", "venv", VENV], "venv", "Making the virtual environment")
