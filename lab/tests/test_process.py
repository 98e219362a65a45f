import fcntl
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest

from lab import locks, process, progress


@pytest.fixture(autouse=True)
def lab_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(progress.paths, "LAB", tmp_path)
    monkeypatch.setattr(progress.paths, "LOG", tmp_path / "log")
    return tmp_path


def test_wished_port_is_taken_only_if_it_is_free():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wished = taken.getsockname()[1]
        assert process.free_port(wished) != wished
    assert process.free_port(wished) == wished


def test_failing_command_shows_the_end_of_its_log():
    with pytest.raises(progress.Problem, match="(?s)Counting failed.*    line 99"):
        progress.run_logged(["sh", "-c", "seq -f 'line %g' 99; exit 3"], "count", "Counting")


def test_missing_program_is_named():
    with pytest.raises(progress.Problem, match="no-such-program is not on this machine"):
        progress.run_logged(["no-such-program"], "none", "Running it")


def test_service_that_ends_instead_of_answering_shows_its_log():
    service = process.Service("Server", [sys.executable, "-c", "raise SystemExit('no license')"], dict(os.environ))
    with pytest.raises(progress.Problem, match="(?s)Server ended with exit code 1.*no license"):
        service.wait_until_it_answers("http://127.0.0.1:9/")


def test_service_answers_and_is_ended(tmp_path):
    port = process.free_port()
    argv = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(tmp_path), str(port)]
    service = process.Service("Files", argv, dict(os.environ))
    service.wait_until_it_answers(f"http://127.0.0.1:{port}/", seconds=20)
    assert not service.ended()
    service.end()
    assert service.ended()


def test_nothing_lives_on_when_the_lab_is_killed(tmp_path):
    script = (
        "import os, sys, time; from lab import process; "
        f"process.Service('Sleeper', ['sh', '-c', 'echo $$ > {tmp_path}/pid; exec sleep 60'], dict(os.environ)); "
        "time.sleep(60)"
    )
    lab = subprocess.Popen([sys.executable, "-c", script], cwd=process.paths.ROOT)
    pid_file = tmp_path / "pid"
    _wait_for(lambda: pid_file.exists() and pid_file.read_text().strip())
    pid = pid_file.read_text().strip()
    lab.send_signal(signal.SIGKILL)
    lab.wait()
    process_folder = pathlib.Path("/proc", pid)
    _wait_for(lambda: not process_folder.exists() or "(sleep) Z" in (process_folder / "stat").read_text())


def test_two_commands_do_not_set_up_at_once(lab_folder):
    def another():
        with open(lab_folder / "setup.lock") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    with locks.lock(), pytest.raises(BlockingIOError):
        another()
    another()


def _wait_for(condition):
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
