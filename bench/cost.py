"""What something costs: the CPU seconds of the processes that did it, and what PostgreSQL wrote."""
from __future__ import annotations

import threading
import time

import psutil

from lab import postgres


def cpu_of(number):
    """Return the CPU seconds of a process and of all its children, those that have ended included.

    :param int number: of the process
    :rtype: float
    """
    total = 0.0
    try:
        top = psutil.Process(number)
        for each in [top, *top.children(recursive=True)]:
            try:
                times = each.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
    except psutil.NoSuchProcess:
        pass
    return total


class Backends(threading.Thread):
    """Follow the CPU seconds of PostgreSQL's processes for one database, others on the same server left out.

    :param str database: name of the database
    """

    def __init__(self, database):
        super().__init__(daemon=True)
        self._database, self._seconds, self._over = database, {}, threading.Event()

    def run(self):
        """Look at all of them several times a second; of one that ends, the last moment is missing."""
        connection = postgres.connect()
        with connection.cursor() as cursor:
            while not self._over.wait(0.2):
                self._look(cursor)
        connection.close()

    def _look(self, cursor):
        cursor.execute("SELECT pid, backend_start FROM pg_stat_activity WHERE datname = %s", [self._database])
        for number, began in cursor.fetchall():
            try:
                times = psutil.Process(number).cpu_times()
            except psutil.NoSuchProcess:  # it has ended, or PostgreSQL is on another machine
                continue
            self._seconds[number, began] = times.user + times.system

    def seconds(self):
        """Return the CPU seconds until now.

        :rtype: float
        """
        time.sleep(0.3)
        return sum(self._seconds.values())

    def end(self):
        self._over.set()
        self.join()


class Meter:
    """CPU and writes since the last reading.

    :param str database: name of the database
    :param dict processes: the number of a process, or a list of several, by name
    """

    def __init__(self, database, processes):
        self._database = database
        self.processes = processes
        self._backends = Backends(database)
        self._backends.start()
        self._before = self._now()

    def read(self):
        """Return what was used since the last reading, by name.

        :rtype: dict[str, float]
        """
        now = self._now()
        used = {name: max(value - self._before.get(name, 0), 0) for name, value in now.items()}
        self._before = now
        return used

    def end(self):
        self._backends.end()

    def _now(self):
        values = {name: sum(map(cpu_of, numbers)) for name, numbers in self.processes.items()}
        values["PostgreSQL"] = self._backends.seconds()
        connection = postgres.connect(self._database)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
            values["written bytes"] = float(cursor.fetchone()[0])
            cursor.execute("SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database"
                           " WHERE datname = current_database()")
            values["rows written"] = float(cursor.fetchone()[0])
        connection.close()
        return values
