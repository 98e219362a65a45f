"""Results that are kept as lines of JSON, and the tables that the documents show of them."""
from __future__ import annotations

import json


def read(file):
    """Read the kept outcomes of a suite.

    :param Path file: one JSON object a line; it may be missing
    :rtype: list[dict]
    """
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def fill(page, begin, end, table):
    """Write a table between two marks of a document.

    :param Path page: the document
    :param str begin: the first mark
    :param str end: the second one
    :param str table: what stands between them, with a line break at its end
    """
    before, rest = page.read_text().split(begin)
    page.write_text(f"{before}{begin}\n\n{table}\n{end}{rest.split(end)[1]}")
