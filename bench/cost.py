"""What something costs: the CPU seconds of the processes that did it, and what PostgreSQL wrote."""
from __future__ import annotations

import os
from pathlib import Path

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


def postmaster():
    """Return the number of PostgreSQL's first process, None if the server isn't on this machine.

    :rtype: int | None
    """
    connection = postgres.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            file = Path(cursor.fetchone()[0], "postmaster.pid")
        return int(file.read_text().split()[0]) if os.access(file, os.R_OK) else None
    finally:
        connection.close()


class Meter:
    """CPU and writes since the last reading.

    :param str database: name of the database
    :param dict processes: the number of a process, or a list of several, by name
    """

    def __init__(self, database, processes):
        self._database = database
        self.processes = processes
        self._before = self._now()

    def read(self):
        """Return what was used since the last reading, by name.

        :rtype: dict[str, float]
        """
        now = self._now()
        used = {name: max(value - self._before.get(name, 0), 0) for name, value in now.items()}
        self._before = now
        return used

    def _now(self):
        values = {name: sum(map(cpu_of, numbers)) for name, numbers in self.processes.items()}
        connection = postgres.connect(self._database)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
            values["written bytes"] = float(cursor.fetchone()[0])
            cursor.execute("SELECT xact_commit, tup_inserted + tup_updated + tup_deleted FROM pg_stat_database"
                           " WHERE datname = current_database()")
            commits, rows = cursor.fetchone()
            values |= {"commits": float(commits), "rows written": float(rows)}
        connection.close()
        return values
