"""The command that checks the histories of orders, as an auditor runs it, and two processes that write one history."""
import json
import subprocess

import pytest

from lab import odoo, paths, postgres

from .client import wait_for
from .place import Place, make_place

OFF = "ALTER TABLE amazon_punchout_trail DISABLE TRIGGER amazon_punchout_trail_append_only"
ON = "ALTER TABLE amazon_punchout_trail ENABLE TRIGGER amazon_punchout_trail_append_only"
# Both see the same last row before either of them adds one.
RECORD = """
from odoo.service.model import retrying

order = env['purchase.order'].search([('name', '=', NAME)])
first = True

def record():
    global first
    env.cr.execute("SELECT 1 FROM amazon_punchout_trail LIMIT 1")
    if first:
        first = False
        env.cr.execute("SELECT pg_advisory_lock_shared(%s)", [GATE])
    order._amazon_record('location', deliver_to=PLACE)
    env.flush_all()

retrying(record, env)
print('recorded')
"""
GATE = 4712


class Audit(Place):

    def command(self, *arguments):
        """Run the command.

        :return: the exit code and what it printed
        :rtype: tuple[int, str]
        """
        process = subprocess.run(
            odoo.command("amazon_punchout_audit", "-d", self.name, *arguments), cwd=paths.ROOT, env=self.environ,
            capture_output=True, text=True, check=False, timeout=300)
        assert "Traceback" not in process.stderr, process.stderr
        return process.returncode, process.stdout

    def as_owner(self, *statements):
        """Run SQL as the owner of the database, with the trigger off."""
        connection = postgres.connect(self.name)
        with connection.cursor() as cursor:
            for statement in (OFF, *statements, ON):
                cursor.execute(statement)
        connection.close()


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    with make_place(tmp_path_factory.mktemp("supplier"), "audit", 1, kind=Audit) as place:
        yield place


def test_two_processes_that_add_to_one_history_do_not_fork_it(audit):
    connection = postgres.connect(audit.name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])
        processes = [audit.start(RECORD, NAME=audit.cart, PLACE=place, GATE=GATE) for place in ("one", "two")]
        wait_for(lambda: audit.rows(
            """SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
                WHERE datname = %s AND locktype = 'advisory' AND NOT granted""", audit.name)[0][0] == 2,
            "both do not wait")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [GATE])
    connection.close()
    assert [audit.finish(process) for process in processes] == ["recorded", "recorded"]
    rows = audit.rows(
        "SELECT sequence, details FROM amazon_punchout_trail WHERE order_name = %s ORDER BY sequence", audit.cart)
    assert [sequence for sequence, _details in rows] == [1, 2, 3, 4, 5]
    assert {json.loads(details)["deliver_to"] for _sequence, details in rows[3:]} == {"one", "two"}
    assert audit.command()[0] == 0


def test_the_command_finds_a_changed_row(audit):
    code, output = audit.command()
    assert (code, output.splitlines()[-1]) == (0, "2 histories checked, 0 with breaks.")
    audit.as_owner("UPDATE amazon_punchout_trail SET user_name = 'X' || user_name WHERE event = 'approved'")
    code, output = audit.command()
    assert code == 1
    assert "(approved) was changed." in output
    audit.as_owner("UPDATE amazon_punchout_trail SET user_name = substr(user_name, 2) WHERE event = 'approved'")
    assert audit.command()[0] == 0


def test_heads_that_are_kept_outside_show_that_the_last_row_is_gone(audit, tmp_path):
    heads = tmp_path / "heads.jsonl"
    code, output = audit.command("--heads", str(heads))
    assert code == 0
    assert str(heads) in output
    assert len(heads.read_text().splitlines()) == 2
    audit.as_owner("DELETE FROM amazon_punchout_trail WHERE event = 'queued'")
    assert audit.command()[0] == 0
    code, output = audit.command("--against", str(heads))
    assert code == 1
    assert "when the hashes were exported." in output
