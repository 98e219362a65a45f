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
from simulator.tests.receiver import Receiver

SHARED = 'AMAZON_PUNCHOUT_SHARED'
READY_WITHIN = 10


@pytest.fixture
def client():
    app = create_app()
    yield app.test_client()
    app.extensions['amazon'].post_office.close()


@pytest.fixture
def month(client):
    """The truth about a month, whose requests are not throttled."""
    client.post('/api/apis', json={'throttled': False})
    return client.post('/api/month', json={'seed': 1, 'orders': 60, 'start': '2026-09-01'}).json


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope='session')
def dtd():
    return _dtd('cXML')


@pytest.fixture(scope='session')
def fulfill_dtd():
    return _dtd('Fulfill')


@pytest.fixture(scope='session')
def invoice_dtd():
    return _dtd('InvoiceDetail')


def _dtd(name):
    if SHARED not in os.environ:
        pytest.skip(f'NOT VALIDATED: set {SHARED} to the folder that holds dtd/1.2.071/{name}.dtd')
    return etree.DTD(str(Path(os.environ[SHARED]) / f'dtd/1.2.071/{name}.dtd'))


@pytest.fixture
def server():
    """The address and the process of a simulator, which is killed if the test does not end it."""
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
        # Whatever a test does, the server must not log errors.
        assert process.communicate()[1] == ''
