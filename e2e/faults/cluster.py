"""A PostgreSQL server of its own that is crashed on purpose, and the servers of no other test are."""
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from lab import postgres, progress

NAME = 'faults'
# What the lab's other servers leave out for speed is on here. Nothing flushes the log by the way: what is committed
# with synchronous_commit = off is lost by a crash for sure, and not only if the moment is unlucky.
CONFIGURATION = """
fsync = on
synchronous_commit = on
full_page_writes = on
wal_writer_delay = 10s
wal_writer_flush_after = 2GB
bgwriter_lru_maxpages = 0
checkpoint_timeout = 1d
max_wal_size = 4GB
autovacuum = off
max_connections = 100
shared_buffers = 256MB
"""


class Cluster:
    """The server of one sitting of `bin/test faults`; `python3 -m lab stop` stops it, too."""

    def __init__(self):
        binaries = postgres._binaries(os.environ.get('LAB_POSTGRES', '').replace('server', ''))
        self.binaries = postgres.Binaries(f'{NAME}-{os.getpid()}', binaries.folder)
        self.place = self._place()
        self.folder = postgres._executable(self.binaries, self.place)
        self.environ = {'PGHOST': str(self.place / 'run'), 'PGPORT': postgres.PORT, 'PGUSER': postgres.ROLE}

    def _place(self):
        """Find a folder, in memory where that is possible: after each crash PostgreSQL flushes all of its files.

        A crash of PostgreSQL loses what it had not written, wherever it writes to; only that of the whole machine would
        lose more on a disk.
        """
        for record in postgres.HOME.glob(f'{NAME}-*.place'):
            if not Path('/proc', record.stem.removeprefix(f'{NAME}-')).exists():  # a sitting that was killed
                self._remove(record)
        if os.access('/dev/shm', os.W_OK):
            place = Path(tempfile.mkdtemp(prefix=postgres.OUTSIDE, dir='/dev/shm'))
            (place / 'belongs-to').write_text(str(postgres.HOME))
            postgres._give(place)
            (postgres.HOME / f'{self.binaries.name}.place').write_text(str(place))
        return postgres._place(self.binaries)

    def start(self):
        postgres._initialise(self.place, self.folder)
        with open(self.place / 'data' / 'postgresql.conf', 'a') as configuration:
            configuration.write(CONFIGURATION)
        postgres._start(self.place, self.folder)

    def ensure(self):
        """Start the server if a round has left it stopped."""
        if not postgres._is_up(self.place):
            postgres._start(self.place, self.folder)

    def remove(self):
        """Stop the server and delete its data."""
        self._remove(postgres.HOME / f'{self.binaries.name}.place')

    def _remove(self, record):
        place = Path(record.read_text())
        if postgres._is_up(place):
            with contextlib.suppress(progress.Problem):  # it may be ending
                postgres._stop(place)
        record.unlink()
        shutil.rmtree(place, ignore_errors=True)

    def lead_here(self):
        """Set the PG* variables of this process and its children, so that they come to this server."""
        for name in [name for name in os.environ if name.startswith('PG')]:
            del os.environ[name]
        os.environ.update(self.environ)

    def crash(self, way):
        """End the server without warning, and start it again.

        :param str way: 'immediate' as `pg_ctl stop -m immediate` does, or 'kill' with SIGKILL for each process of it
        """
        self.fall(way)
        postgres._start(self.place, self.folder)

    def fall(self, way):
        """End the server without warning; the parameter is that of :meth:`crash`."""
        main = int((self.place / 'data' / 'postmaster.pid').read_text().split()[0])
        numbers = [main, *_children(main)] if way == 'kill' else [main]
        for number in numbers:
            with contextlib.suppress(ProcessLookupError):  # they end by themselves without their parent
                os.kill(number, signal.SIGKILL if way == 'kill' else signal.SIGQUIT)
        until = time.monotonic() + 30
        while any(_is_alive(number) for number in numbers):
            if time.monotonic() > until:
                raise progress.Problem("PostgreSQL did not end.")
            time.sleep(0.01)

    def copy_here(self, name, environ):
        """Copy a database from another server, which must have it under the same name.

        :param str name: of the database
        :param dict environ: the variables that lead to the other server
        """
        dump = [shutil.which('pg_dump', path=str(self.folder)), '-Fc', '-Z0', name]
        restore = [shutil.which('pg_restore', path=str(self.folder)), '-d', name, '--no-owner']
        if not all((dump[0], restore[0])):
            raise progress.Problem(f"{self.folder} has no pg_dump, which the tests of faults need.")
        connection = postgres.connect()
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()
        source = subprocess.Popen(dump, env={**os.environ, **environ}, stdout=subprocess.PIPE)
        code = subprocess.run(restore, env={**os.environ, **self.environ}, stdin=source.stdout, check=False).returncode
        if source.wait() or code:
            raise progress.Problem(f"The database {name} could not be copied.")


def _children(number):
    """List the processes that a process has started.

    :rtype: list[int]
    """
    found = []
    for stat in Path('/proc').glob('[0-9]*/stat'):
        try:
            if int(stat.read_text().rpartition(')')[2].split()[1]) == number:
                found.append(int(stat.parent.name))
        except (OSError, IndexError):
            continue
    return found


def _is_alive(number):
    try:
        return Path('/proc', str(number), 'stat').read_text().rpartition(')')[2].split()[0] != 'Z'
    except (OSError, IndexError):
        return False
