"""Let a database grow by copying rows in SQL, with everything that belongs to them.

The rows of `bench_range` are copied as a whole, again and again: copy number n of a row has its id plus n times the
number of ids in the range of its table, and so has every column that refers to a row that is copied too.
"""
from __future__ import annotations

import time

from bench import seed_texts
from lab import progress

YEARS = 2
# Columns that refer to rows without a foreign key: the table they refer to, or the column with its model.
LOOSE = {
    ("ir_attachment", "res_id"): "res_model",
    ("mail_message", "res_id"): "model",
    ("mail_followers", "res_id"): "res_model",
    ("mail_activity", "res_id"): "res_model",
    ("amazon_punchout_trail", "res_id"): "purchase_order",
}
# With one row for each group, which is not copied.
OF_GROUPS = ("amazon_punchout_outbox",)


class Growth:
    """The copies of one kind of `bench_range`.

    :param cursor: of psycopg2
    :param str kind: 'done' or 'open'
    :param int copies: how often its rows are copied
    """

    def __init__(self, cursor, kind, copies):
        self.cursor = cursor
        self.copies = copies
        cursor.execute("SELECT name, first, last FROM bench_range WHERE kind = %s", [kind])
        self.ranges = {name: (first, last) for name, first, last in cursor.fetchall() if name not in OF_GROUPS}
        self.bases = {}
        for name in self.ranges:
            cursor.execute(f'SELECT MAX(id) + 1 FROM "{name}"')
            [self.bases[name]] = cursor.fetchone()

    def run(self):
        """Copy the rows of all tables."""
        self.cursor.execute("SET session_replication_role = replica")  # foreign keys are right by construction
        for name in sorted(self.ranges):
            self.copy(name)
        for name, columns in self.relations().items():
            self.copy_relation(name, columns)
        self.cursor.execute("SET session_replication_role = DEFAULT")
        for name in self.ranges:
            self.cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), (SELECT MAX(id) FROM \"{name}\"))")

    def moved(self, target, column):
        """Write the value of a column that refers to a row of another table.

        :param str target: the table
        :param str column: in SQL
        :rtype: str
        """
        if target not in self.ranges:
            return column
        first, last = self.ranges[target]
        return (f"CASE WHEN {column} BETWEEN {first} AND {last} THEN {column} - {first} + {self.bases[target]}"
                f" + (n - 1) * {last - first + 1} ELSE {column} END")

    def copy(self, name):
        columns, first, last = self.columns(name), *self.ranges[name]
        values = []
        for column, kind in columns.items():
            quoted = f'original."{column}"'
            if column == "id":
                value = self.moved(name, quoted)
            elif text := seed_texts.TEXTS.get((name, column)):
                value = text.format(column=quoted)
            elif (name, column) in LOOSE:
                value = self.loose(LOOSE[name, column], quoted, columns)
            elif target := self.keys(name).get(column):
                value = self.moved(target, quoted)
            elif kind in ("timestamp without time zone", "date"):
                days = f"interval '1 second' * ({self.copies + 1} - n) * {YEARS * 365 * 86400 // (self.copies + 1)}"
                value = f"({quoted} - {days})" + ("::date" if kind == "date" else "")
            else:
                value = quoted
            values.append(value)
        with self.without_indexes(name):
            self.cursor.execute(
                f'INSERT INTO "{name}" ({", ".join(map(quote, columns))}) SELECT {", ".join(values)}'
                f' FROM generate_series(1, {self.copies}) n, "{name}" original'
                f" WHERE original.id BETWEEN {first} AND {last} ORDER BY n, original.id")

    def loose(self, target, column, columns):
        if target not in columns:
            return self.moved(target, column)
        cases = "".join(
            f" WHEN original.\"{target}\" = '{self.model(name)}' THEN {self.moved(name, column)}"
            for name in self.ranges if self.model(name))
        return f"CASE{cases} ELSE {column} END"

    def copy_relation(self, name, keys):
        columns = self.columns(name)
        values = [self.moved(keys[column], f'original."{column}"') if column in keys else f'original."{column}"'
                  for column in columns]
        moving = " OR ".join(
            f'original."{column}" BETWEEN {first} AND {last}' for column, target in keys.items()
            if target in self.ranges for first, last in [self.ranges[target]])
        self.cursor.execute(
            f'INSERT INTO "{name}" ({", ".join(map(quote, columns))}) SELECT {", ".join(values)}'
            f' FROM generate_series(1, {self.copies}) n, "{name}" original WHERE {moving} ON CONFLICT DO NOTHING')

    # === WHAT THE DATABASE IS LIKE === #

    def columns(self, name):
        self.cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position", [name])
        return dict(self.cursor.fetchall())

    def keys(self, name):
        self.cursor.execute(
            "SELECT attname, confrelid::regclass::text FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid"
            " AND attnum = conkey[1] WHERE contype = 'f' AND conrelid = %s::regclass", [quote(name)])
        return {column: target.strip('"') for column, target in self.cursor.fetchall()}

    def relations(self):
        """Find the tables without ids that link rows that are copied."""
        self.cursor.execute("""
            SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'
               AND table_type = 'BASE TABLE' AND NOT EXISTS (
                   SELECT FROM information_schema.columns
                    WHERE columns.table_name = tables.table_name AND column_name = 'id')""")
        found = {name: self.keys(name) for (name,) in self.cursor.fetchall() if not name.startswith("bench_")}
        return {name: keys for name, keys in found.items() if set(keys.values()) & self.ranges.keys()}

    def model(self, name):
        self.cursor.execute("SELECT model FROM ir_model WHERE replace(model, '.', '_') = %s", [name])
        found = self.cursor.fetchone()
        return found and found[0]

    def without_indexes(self, name):
        return Indexes(self.cursor, name, self.copies)


class Indexes:
    """Drop the indexes of a table, except of what is unique, and make them again: many times faster than to fill them.
    """

    def __init__(self, cursor, name, copies):
        self.cursor, self.name, self.copies = cursor, name, copies

    def __enter__(self):
        self.dropped = []
        if self.copies < 200:
            return
        self.cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = %s::regclass AND NOT indisunique", [quote(self.name)])
        self.dropped = self.cursor.fetchall()
        for index, _definition in self.dropped:
            self.cursor.execute(f"DROP INDEX {index}")

    def __exit__(self, *_error):
        if _error[0]:
            return
        for _index, definition in self.dropped:
            self.cursor.execute(definition)


def grow(connection, copies, open_copies):
    """Copy what is done and what is open, and have PostgreSQL count it.

    :param connection: of psycopg2, to the database
    :param int copies: of what is done
    :param int open_copies: of what is open
    """
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for kind, count in (("done", copies), ("open", open_copies)):
            if count > 0:
                start = time.monotonic()
                cursor.execute("BEGIN")
                Growth(cursor, kind, count).run()
                cursor.execute("COMMIT")
                progress.say(f"{count} copies of what is {kind}: {time.monotonic() - start:.0f} s")
        # The copied database sends, and not the one of which it is a copy.
        cursor.execute("UPDATE amazon_punchout_group SET database_uuid = NULL, database_name = NULL,"
                       " database_system = NULL, database_place = NULL")
        cursor.execute("VACUUM ANALYZE")


def quote(name):
    return f'"{name}"'
