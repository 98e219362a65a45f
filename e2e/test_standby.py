"""A standby server that takes over is noticed at once, on real PostgreSQL servers."""
import contextlib
import importlib.util
import shutil
import tempfile
from pathlib import Path

import psycopg2
import pytest

from lab import environment, paths, postgres


class Cursor:
    """What `read_place` needs of Odoo's cursor."""

    def __init__(self, connection):
        self._cursor = connection.cursor()
        self.fetchone = self._cursor.fetchone

    def execute(self, query, parameters=None, log_exceptions=True):
        self._cursor.execute(query, parameters)

    @contextlib.contextmanager
    def savepoint(self, flush=True):
        yield


class Standby:
    """A server that crashed and replays as a standby server: it has much to write when it is promoted."""

    def __init__(self, place):
        self.place = place
        self._folder = postgres._executable(postgres._binaries(""), place)
        postgres._initialise(place, self._folder)
        with (place / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write("wal_level = replica\ncheckpoint_timeout = 1d\n")
        self._control("start")
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE pages AS SELECT repeat('x', 400) AS page FROM generate_series(1, 80000)")
            connection.commit()
        self._control("stop", "-m", "immediate")
        (place / "data" / "standby.signal").touch()
        postgres._give(place / "data" / "standby.signal")
        self._control("start")

    def _control(self, *command):
        postgres._run(
            self.place, self._folder / "pg_ctl", "-D", self.place / "data", "-l", self.place / "log", "-w", *command)

    def connect(self):
        return psycopg2.connect(
            host=str(self.place / "run"), port=postgres.PORT, user=postgres.ROLE, dbname="postgres")

    def promote(self):
        self._control("promote")

    def end(self):
        if postgres._is_up(self.place):
            self._control("stop", "-m", "immediate")


@pytest.fixture
def standby():
    environment.prepare()
    place = Path(tempfile.mkdtemp(prefix="amazon-standby-", dir="/var/tmp"))
    postgres._give(place)
    server = None
    try:
        server = Standby(place)
        yield server
    finally:
        if server:
            server.end()
        shutil.rmtree(place)


@pytest.fixture
def read_place():
    file = paths.ROOT / paths.ADDON / "tools" / "database_place.py"
    spec = importlib.util.spec_from_file_location("database_place", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.read_place


def test_a_standby_server_that_takes_over_is_at_another_place_at_once(standby, read_place):
    """PostgreSQL's control file shows the new timeline only after a checkpoint, which may take minutes."""
    with contextlib.closing(standby.connect()) as connection:
        cursor = Cursor(connection)
        before = read_place(cursor)
        connection.rollback()
        cursor.execute("SELECT pg_is_in_recovery()")
        assert cursor.fetchone() == (True,)
        standby.promote()
        # The connection is of the time before, as those of a pool may be.
        promoted = read_place(cursor)
        cursor.execute("SELECT timeline_id FROM pg_control_checkpoint()")
        assert cursor.fetchone() == (1,), "the checkpoint has ended already, so this test shows nothing"
    oid = before.spot.partition("/")[0]
    assert before.spot == f"{oid}/", "a standby server writes nothing, so its timeline is not read"
    assert (promoted.system, promoted.spot) == (before.system, f"{oid}/2")
    assert promoted.has_moved(f"{oid}/1")
