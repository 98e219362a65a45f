"""Tell English that should have been translated from data, in pages of the pseudo-language."""
from __future__ import annotations

import re

from lab import postgres

# Everything in the pseudo-language has letters of its own, so this is data, or not translated.
RUN = re.compile(r"[A-Za-z][A-Za-z'’]*(?:[ \u00a0\u202f&-]+[A-Za-z][A-Za-z'’]*)*")
# Addresses, paths, names of files and of fields.
NO_WORDS = re.compile(r"\S*(?:[/_@]|\w\.\w)\S*")
WORD = re.compile(r"[A-Za-z][a-z'’]{2,}")
# What a sentence quotes: what people entered, or what Amazon says.
QUOTED = re.compile(r"“[^”]*”")
# Texts that Odoo stores for itself, and those that we store for people, which must be translated when they are read.
INTERNAL = re.compile(
    r"^(ir_(?!sequence)|bus_|base_|wizard_|report_|res_groups|mail_(?:template|message_subtype|activity_type)"
    r"|amazon_punchout_trail\.(?!user_name))")
# Whose texts are as a report has them.
AS_STATED = ("amazon_punchout_reported_item",)
PROSE = re.compile(r"problem|explanation|(?<!amazon_)reason|status|sentence|details|stopped|note$|missing|obstacle")


class Judge:
    """What may stand on a page in English.

    :param str database: whose data may
    :param list[str] strings: what must be translated, in English
    :param dict[str, int] last: the last row that is data, by tables that have others
    """

    def __init__(self, database, strings, last=None):
        self._strings = {_plain(string) for string in strings}
        self._vocabulary = {word.lower() for string in strings for word in WORD.findall(string)}
        self._values = _data(database, last or {})
        self._text = "\n".join(sorted(self._values)).lower()

    def english(self, text):
        """Find what is not translated in a text.

        :param str text: as people read it
        :rtype: list[str]
        """
        text = _plain(text)
        if not text or text in self._values:
            return []
        if text in self._strings:
            return [text]
        return [run for run in RUN.findall(NO_WORDS.sub(" ", QUOTED.sub(" ", text))) if self._is_english(run)]

    def _is_english(self, run):
        words = {word.lower() for word in WORD.findall(run)}
        return bool(words & self._vocabulary) and run.lower() not in self._text


def _plain(text):
    return " ".join(re.sub(r"</?[a-zA-Z][^>]*>|&#?\w+;", " ", text or "").split())


def _data(name, last):
    """Collect the texts of a database that people or Amazon wrote.

    :param dict[str, int] last: as for :class:`Judge`
    :rtype: set[str]
    """
    connection = postgres.connect(name)
    values = set()
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
            JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
              AND c.data_type IN ('character varying', 'text', 'jsonb')""")
        for table, column, kind in cursor.fetchall():
            is_ours = table.startswith("amazon_") or column.startswith("amazon_")
            if INTERNAL.match(f"{table}.{column}") or is_ours and table not in AS_STATED and PROSE.search(column):
                continue
            value = f'"{column}"->>\'en_US\'' if kind == "jsonb" else f'"{column}"'
            if kind == "jsonb" and table.startswith("amazon_"):
                cursor.execute(
                    f"SELECT DISTINCT found #>> '{{}}' FROM \"{table}\", jsonb_path_query(\"{column}\", '$.**') found"
                    " WHERE jsonb_typeof(found) = 'string'")
                values.update(_plain(found) for (found,) in cursor.fetchall())
            if kind == "jsonb":
                cursor.execute(f'SELECT 1 FROM "{table}" WHERE jsonb_typeof("{column}") = \'object\' LIMIT 1')
                if not cursor.fetchone():
                    continue
                value = f'CASE WHEN jsonb_typeof("{column}") = \'object\' THEN {value} END'
            known = f"AND id <= {last[table]}" if table in last else ""
            cursor.execute(
                f'SELECT DISTINCT {value} FROM "{table}" WHERE length({value}) BETWEEN 2 AND 20000 {known}')
            values.update(_plain(found) for (found,) in cursor.fetchall())
    connection.close()
    return values
