"""Pages and steps that have nothing to do with Amazon cost no query more than without the addon.

Two copies of databases with the same data, one with the addon and one without, run the same pages in processes of their
own: whatever the addon puts there (fields of views, computes, dependencies, rules, overrides) is compared, and core's
own queries are on both sides.
"""
import json
import os
import re
import subprocess
from collections import Counter

import pytest

from lab import database, environment, odoo, paths, python


@pytest.fixture(scope="module")
def pages():
    """The queries of each page, with and without the addon."""
    source = environment.prepare()
    # A database to copy must have no connections, and the tests of this process have some to theirs.
    with_addon, without = (f"test_{os.getpid()}_{name}" for name in ("with", "without"))
    try:
        database.create(without, database.template(source, with_demo=False))
        database.create(with_addon, without)
        odoo.install(source, with_addon, [paths.ADDON], f"install-{with_addon}", strict=True)
        yield queries(source, with_addon), queries(source, without)
    finally:
        database.drop(with_addon)
        database.drop(without)


def queries(source, name):
    process = subprocess.run(
        [python.VENV_PYTHON, paths.ROOT / "e2e" / "plain_pages.py", name], env=odoo.environ(source), cwd=paths.ROOT,
        capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def plain(query):
    """Take out the columns of a query, of which the addon has some of its own."""
    return re.sub(r'SELECT .*? FROM', 'SELECT … FROM', query, count=1, flags=re.DOTALL)


def test_no_page_costs_a_query_more(pages):
    with_addon, without = pages
    assert with_addon.keys() == without.keys()
    more = {
        page: f"{len(with_addon[page])} instead of {len(without[page])}: "
              f"{list((Counter(map(plain, with_addon[page])) - Counter(map(plain, without[page]))).elements())[:5]}"
        for page in without if len(with_addon[page]) > len(without[page])}
    assert not more, json.dumps(more, indent=1)


def test_no_step_writes_a_record_more(pages):
    """A record that is written again with the same values gets another date of change, and conflicts with others."""
    with_addon, without = pages
    more = {
        step: (written(with_addon[step]), written(without[step]))
        for step in without if written(with_addon[step]) > written(without[step])}
    assert not more, json.dumps(more, indent=1)


def written(queries):
    """Count the records that are updated, or rather their places in the queries."""
    return sum(query.count("%s") for query in queries if query.lstrip().startswith("UPDATE"))
