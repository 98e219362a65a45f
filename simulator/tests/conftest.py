import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from lxml import etree

from simulator.app import create_app

SHARED = 'AMAZON_PUNCHOUT_SHARED'
READY_WITHIN = 10


@pytest.fixture
def client():
    return create_app().test_client()


@pytest.fixture(scope='session')
def dtd():
    if SHARED not in os.environ:
        pytest.skip(f'NOT VALIDATED: set {SHARED} to the folder that holds dtd/1.2.071/cXML.dtd')
    return etree.DTD(str(Path(os.environ[SHARED]) / 'dtd/1.2.071/cXML.dtd'))


@pytest.fixture
def server():
    """A simulator of its own process, with its address and its process; ended hard if the test did not end it."""
    process = subprocess.Popen(
        [sys.executable, '-m', 'simulator', '--port', '0'], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    lines = queue.Queue()
    threading.Thread(target=lambda: lines.put(process.stdout.readline()), daemon=True).start()
    try:
        address = lines.get(timeout=READY_WITHIN).rpartition(' ')[2].strip()
        assert address.startswith('http://localhost:'), process.stderr.read()
        yield SimpleNamespace(process=process, address=address, port=int(address.rpartition(':')[2]))
    finally:
        process.send_signal(signal.SIGKILL)
        # Whatever a test asked for, the server itself has nothing to complain about.
        assert process.communicate()[1] == ''
