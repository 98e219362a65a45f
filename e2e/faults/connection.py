"""Connections of the side that survives."""
from lab import postgres


def connect(name):
    """Connect in such a way that what a run prepares survives the crash that it is about."""
    connection = postgres.connect(name)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    return connection


def execute_in(name, query, parameters=None):
    """Run one statement in a connection of its own.

    :return: its rows, if it has any
    :rtype: list[tuple]
    """
    connection = connect(name)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
