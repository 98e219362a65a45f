import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lab import paths, postgres, progress

# In a process of its own, because it sets environment variables for all that follow.
SCRIPT = """
import json, os, signal, sys, time
from pathlib import Path
from lab import paths, python  # its packages stay those of this .lab
paths.LAB = Path(sys.argv[1])
paths.LOG = paths.LAB / "log"
from lab import postgres
postgres.ensure()
place = Path(os.environ["PGHOST"]).parent
os.kill(int((place / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
while postgres._answers():
    time.sleep(0.05)
del os.environ["PGHOST"]  # as in the next command
postgres.ensure()
with postgres.connect().cursor() as cursor:
    cursor.execute("SELECT current_user")
    user, = cursor.fetchone()
postgres.stop([])
print(json.dumps({"user": user, "place": str(place), "answers": postgres._answers()}))
"""


@pytest.fixture
def lab(tmp_path):
    """Return a .lab whose path is too long for a socket, so that the server must be in another folder."""
    folder = tmp_path / ("deep" * 25)
    folder.mkdir()
    yield folder
    for record in folder.glob("pg/*.place"):
        shutil.rmtree(record.read_text(), ignore_errors=True)


def test_killed_server_is_started_again_and_stop_ends_it(lab):
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, lab], cwd=paths.ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert (answer["user"], answer["answers"]) == ("odoo", False)
    assert Path(answer["place"]).parent == Path("/var/tmp")


def test_unknown_kind_of_server_is_named(monkeypatch):
    monkeypatch.setenv("LAB_POSTGRES", "mysql")
    with pytest.raises(progress.Problem, match="mysql; it must be server, system or embedded"):
        postgres.ensure()


def test_unreachable_server_is_not_replaced_in_silence():
    environ = {**os.environ, "PGHOST": "/nowhere", "LAB_POSTGRES": "server"}
    result = subprocess.run(
        [sys.executable, "-c", "from lab import postgres; postgres.ensure()"],
        cwd=paths.ROOT, env=environ, capture_output=True, text=True, check=False,
    )
    assert "cannot be reached" in result.stderr
    assert "Fix or unset these variables" in result.stderr


def test_number_of_another_program_is_no_server(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert not postgres._is_up(tmp_path)
