"""The demo stays up, and the simulator starts alone."""
import os
import subprocess

import pytest

from lab import demo, odoo, paths


@pytest.fixture
def running(monkeypatch):
    monkeypatch.setattr(odoo, "environ", lambda source: {})
    return demo.Running(None, "demo", 8069, 8090)


def test_a_slow_request_does_not_end_the_demo(running):
    assert "--limit-time-real=0" in running._odoo_command()


def test_the_simulator_starts_alone():
    command = [paths.ROOT / "bin" / "simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as simulator:
        try:
            assert simulator.stdout.readline().startswith("Simulator ready on http://localhost:")
        finally:
            simulator.terminate()
