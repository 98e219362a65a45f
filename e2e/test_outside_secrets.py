"""Secrets from the environment and from odoo.conf: an order is sent with them, and no dump of the database has them."""
import re
import shutil
import subprocess
import warnings

import pytest

from e2e.faults.supplier import Supplier
from lab import odoo, postgres

from .place import SEND, make_place

STORED = "not-a-real-secret"  # of the groups that SETUP makes
OUTSIDE, PASSWORD = "not-real-from-the-environment-4b1d", "not-real-from-odoo-conf-77e0"
MOVE_OUT = """
for number, group in enumerate(env['amazon.punchout.group'].search([], order='id')):
    group.write({
        'inbound_user': 'amazon', 'inbound_password': 'not-a-real-secret-too', 'secret_name': f'group_{number}'})
env.cr.commit()
print(env['amazon.punchout.group'].search([('secret_name', '=', 'group_1')])._secret('inbound_password'))
"""


class Witness(Supplier):
    """Notes the shared secrets that arrive with orders."""

    def __init__(self, ledger):
        self.secrets = []
        super().__init__(ledger)

    def _enter(self, body, length, way):
        self.secrets += re.findall("<SharedSecret>(.*?)</SharedSecret>", body.decode())
        super()._enter(body, length, way)


@pytest.fixture
def place(tmp_path):
    with make_place(tmp_path, "secrets", 1, supplier=Witness) as place:
        configuration = tmp_path / "odoo.conf"
        configuration.write_text(
            odoo.CONFIGURATION.read_text() + f"amazon_punchout_group_1_inbound_password = {PASSWORD}\n")
        place.environ |= {
            "ODOO_RC": str(configuration), "AMAZON_PUNCHOUT_GROUP_0_SHARED_SECRET": OUTSIDE,
            "AMAZON_PUNCHOUT_GROUP_1_SHARED_SECRET": OUTSIDE, "AMAZON_PUNCHOUT_GROUP_0_INBOUND_PASSWORD": PASSWORD}
        yield place


def dump(name):
    """Give everything that a dump of a database has: as pg_dump writes it, else each row of each table."""
    program = shutil.which("pg_dump")
    if program:
        done = subprocess.run([program, "--dbname", name], capture_output=True, check=False)
        if not done.returncode:
            return done.stdout.decode()
    warnings.warn("pg_dump is missing or too old: the rows of all tables are read instead", stacklevel=2)
    connection = postgres.connect(name)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            texts = []
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT each::text FROM "{table}" AS each')
                texts += [text for (text,) in cursor.fetchall()]
            return "\n".join(texts)
    finally:
        connection.close()


def test_no_dump_has_the_secrets_that_are_kept_outside(place):
    assert STORED in dump(place.name)
    # Odoo warns of options that it does not know, before it prints what the script does.
    assert place.run(MOVE_OUT).splitlines()[-1] == PASSWORD
    place.supplier.secrets.clear()
    [order] = place.order()
    place.run(SEND)
    assert place.states(order) == ("sent", ["sent"])
    assert place.supplier.secrets == [OUTSIDE]
    content = dump(place.name)
    assert "group_1" in content
    for secret in (STORED, OUTSIDE, PASSWORD):
        assert secret not in content
