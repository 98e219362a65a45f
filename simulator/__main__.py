"""Run the simulator: `python -m simulator --host localhost --port 8090`."""

import argparse
import ipaddress
import logging
import signal
import socket
import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from .app import create_app


class OneRequestPerConnection(WSGIRequestHandler):
    """End each connection after its answer, so that a fault without an answer ends it too."""

    protocol_version = 'HTTP/1.0'


def loopback(host):
    """Check that a host is this machine only: everyone who can reach the simulator can order and read orders."""
    try:
        address = socket.gethostbyname(host)
    except OSError as error:
        raise argparse.ArgumentTypeError(f'{host} is unknown') from error
    if not ipaddress.ip_address(address).is_loopback:
        raise argparse.ArgumentTypeError(f'{host} is not an address of this machine only')
    return host


def main():
    parser = argparse.ArgumentParser(prog='simulator', description='Simulate Amazon Business on this machine.')
    parser.add_argument('--host', type=loopback, default='localhost')
    parser.add_argument('--port', type=int, default=8090, help='0 takes a free port')
    options = parser.parse_args()

    # One line on stdout shows the address; a line per request would hide it.
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    app = create_app()
    stopping = app.extensions['amazon'].stopping
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *__: stopping.set())
    server = make_server(options.host, options.port, app, threaded=True, request_handler=OneRequestPerConnection)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    print(f'Simulator ready on http://{options.host}:{server.port}', flush=True)
    stopping.wait()
    server.shutdown()
    serving.join()


if __name__ == '__main__':
    main()
