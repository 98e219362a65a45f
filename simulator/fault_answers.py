"""Answer as a fault requires."""

import os
import socket
import struct

from flask import Response

from . import cxml_writer

XML = 'text/xml; charset=UTF-8'


class CutConnection(Response):
    """No answer: the connection ends before the first byte."""

    def __init__(self, reset):
        super().__init__()
        self.reset = reset

    def __call__(self, environ, start_response):
        connection = environ.get('werkzeug.socket')
        if self.reset and connection is not None:
            # Closing with a linger time of 0 sends RST. The descriptor is closed here, because the server would
            # shut the connection down first, and that sends an orderly FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            os.close(connection.detach())
        # Werkzeug's server treats this as a client that left: it closes the connection and writes nothing.
        raise ConnectionAbortedError('cut by a fault')


def of_any_kind(kind, fault, stopping):
    """Make the answer that a fault requires whatever was asked for: late, none at all, or a page.

    :param str kind: that of the fault, or None.
    :param simulator.faults.Fault fault: the fault, or None.
    :param threading.Event stopping: ends a delay when the simulator ends.
    :return: None if the answer depends on what was asked for.
    """
    if kind == 'slow':
        stopping.wait(fault.seconds)
    if kind in ('no_answer', 'reset'):
        return CutConnection(reset=kind == 'reset')
    if kind == '500_html':
        return Response('<html><body><h1>Internal Server Error</h1></body></html>', 500, mimetype='text/html')
    if kind == 'html':
        return Response('<html><body><h1>Sign in</h1></body></html>', mimetype='text/html')
    return None


def answer(fault, body, stopping):
    """Make the answer, which the fault may change, delay or replace.

    :param simulator.faults.Fault fault: the fault, or None for the normal answer.
    :param bytes body: the normal answer; empty if the document was not processed.
    :param threading.Event stopping: ends a delay when the simulator ends.
    """
    kind = fault.kind if fault else None
    if replaced := of_any_kind(kind, fault, stopping):
        return replaced
    if kind in ('400', '400_http', '401', '401_http'):
        code = int(kind[:3])
        status = cxml_writer.write_status(code, 'failure', f'Status {code}, as requested on the page Faults.')
        return Response(status, code if kind.endswith('http') else 200, content_type=XML)
    if kind == '201':
        return Response(cxml_writer.write_status(201, 'Accepted'), content_type=XML)
    if kind == 'malformed':
        return Response('<cXML><Response><Status code="200"', content_type=XML)
    if kind == 'no_start_page':
        return Response(cxml_writer.write_status(200, 'OK'), content_type=XML)
    return Response(body, content_type=XML)
