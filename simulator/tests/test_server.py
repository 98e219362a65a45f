"""What needs a real process and real sockets."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from lxml import etree

from simulator.tests.documents import setup_request

SOON = 5


def call(server, path, body=None, content_type='application/json'):
    request = urllib.request.Request(server.address + path, body, {'Content-Type': content_type})
    with urllib.request.urlopen(request, timeout=SOON) as answer:
        return SimpleNamespace(code=answer.status, body=answer.read())


def ask(server, **fault):
    call(server, '/api/faults', json.dumps({'target': 'setup'} | fault).encode())


def send_setup(server):
    return call(server, '/punchout', etree.tostring(setup_request()), 'text/xml')


def trips(server):
    return len(json.loads(call(server, '/api/trips').body))


def wait_for(condition):
    until = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < until, 'waited in vain'


def raw_answer(server):
    """Read everything from the socket, to distinguish an orderly end from a reset."""
    document = etree.tostring(setup_request())
    with socket.create_connection(('localhost', server.port), timeout=SOON) as connection:
        connection.sendall(b'POST /punchout HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n'
                           b'Content-Length: %d\r\n\r\n' % len(document) + document)
        return connection.recv(1000)


def test_no_answer_is_an_orderly_end_without_a_byte(server):
    ask(server, kind='no_answer')
    assert raw_answer(server) == b''
    assert trips(server) == 1
    assert send_setup(server).code == 200


@pytest.mark.parametrize('processed', [True, False])
def test_a_reset_is_a_reset(server, processed):
    ask(server, kind='reset', processed=processed)
    with pytest.raises(ConnectionResetError):
        raw_answer(server)
    assert trips(server) == processed
    assert send_setup(server).code == 200


def test_the_address_of_the_start_page_works(server):
    url = etree.fromstring(send_setup(server).body).findtext('.//StartPage/URL')
    assert url.startswith(server.address)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(url, timeout=SOON) as page:
        assert (page.url, b'robin@buyer.example' in page.read()) == (f'{server.address}/shop', True)
    with opener.open(f'{server.address}/static/shop.css', timeout=SOON) as sheet:
        assert sheet.headers['Content-Type'].startswith('text/css')


def test_a_slow_answer_does_not_delay_others(server):
    ask(server, kind='slow', seconds=0.5)
    answers = []
    started = time.monotonic()
    slow = threading.Thread(target=lambda: answers.append(send_setup(server)))
    slow.start()
    wait_for(lambda: trips(server) == 1)
    assert send_setup(server).code == 200
    assert not answers
    slow.join()
    assert answers[0].code == 200
    assert time.monotonic() - started >= 0.5


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_even_while_an_answer_waits(server, number):
    ask(server, kind='slow', seconds=600)

    def lost():
        try:
            send_setup(server)
        except (OSError, http.client.HTTPException):
            return

    slow = threading.Thread(target=lost)
    slow.start()
    wait_for(lambda: trips(server) == 1)
    server.process.send_signal(number)
    assert server.process.wait(timeout=SOON) == 0
    slow.join(timeout=SOON)
    assert not slow.is_alive()
    assert server.process.stdout.read() == server.process.stderr.read() == ''


def test_it_serves_only_this_machine():
    result = subprocess.run(
        [sys.executable, '-m', 'simulator', '--host', '0.0.0.0', '--port', '0'], cwd=Path(__file__).parents[2],
        capture_output=True, text=True, timeout=SOON)
    assert (result.returncode, 'not an address of this machine only' in result.stderr) == (2, True)


def test_it_shares_no_code_with_the_addon():
    here = Path(__file__).parents[1]
    imports = [line for path in here.rglob('*.py') for line in path.read_text().splitlines()
               if line.strip().startswith(('import ', 'from '))]
    assert imports
    assert not [line for line in imports if 'amazon_punchout' in line or 'odoo' in line]
