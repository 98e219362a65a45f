"""Stop a process at an exact place: at a statement, a commit, or a byte on its way."""
import os
import re
import signal
import socket
import weakref


class Tracer:
    """Sees what its process does with the database and the network, and ends it where a run says.

    A place is a list of steps; each is a regular expression that the name of an event must match, and the last one is
    where the process ends. Events are "sql <statement>" and "done <statement>" around a statement, "commit" and
    "committed", "connect" and "connected", "head sent", "half sent" and "all sent" of a request to the supplier,
    "answer" at the first bytes of its answer, "reply", "half reply" and "replied" where this process answers, "end".
    """

    def __init__(self, reached):
        """Watch nothing yet.

        :param reached: called at the place
        """
        self._reached = reached
        self._steps = []
        self._position = self._left = 0
        self._at = None
        self.count = 0
        self.trail = None  # a list to keep the names of all events

    def aim(self, steps=(), occurrence=1, number=None):
        """Say where to end.

        :param steps: the place; none never ends
        :param int occurrence: how often the whole place must be found
        :param int | None number: the number of an event, instead of a place
        """
        self._steps = [re.compile(step, re.DOTALL) for step in steps]
        self._position, self._left, self._at = 0, occurrence, number
        self.count = 0

    def event(self, name):
        self.count += 1
        if self.trail is not None:
            self.trail.append(name[:200])
        if self._at == self.count:
            self._at = None
            self._reached()
        if not self._steps or not self._steps[self._position].match(name):
            return
        self._position += 1
        if self._position == len(self._steps):
            self._position = 0
            self._left -= 1
            if not self._left:
                self._steps = []
                self._reached()

    # === WHERE EVENTS COME FROM === #

    def watch_database(self, cursor_class):
        """Watch every cursor of Odoo.

        :param type cursor_class: `odoo.sql_db.Cursor`
        """
        tracer, execute, commit, rollback = self, cursor_class.execute, cursor_class.commit, cursor_class.rollback

        def traced_execute(cursor, query, params=None, log_exceptions=True):
            text = query if isinstance(query, str) else getattr(query, 'code', None) or str(query)
            text = ' '.join(text.split())
            tracer.event(f'sql {text}')
            execute(cursor, query, params, log_exceptions)
            tracer.event(f'done {text}')

        def traced_commit(cursor):
            cursor.flush()  # what a commit writes belongs before it
            tracer.event('commit')
            commit(cursor)
            tracer.event('committed')

        def traced_rollback(cursor):
            rollback(cursor)
            tracer.event('rolled back')

        cursor_class.execute, cursor_class.commit, cursor_class.rollback = (
            traced_execute, traced_commit, traced_rollback)

    def watch_network(self, supplier_port):
        """Watch the connections to the supplier, which send head and body of a request one after the other.

        :param int supplier_port: of the supplier
        """
        tracer, ours = self, weakref.WeakSet()
        connect, sendall, recv_into = socket.socket.connect, socket.socket.sendall, socket.socket.recv_into

        def traced_connect(sock, address):
            is_ours = isinstance(address, tuple) and address[1] == supplier_port
            if is_ours:
                tracer.event('connect')
            connect(sock, address)
            if is_ours:
                ours.add(sock)
                tracer.event('connected')

        def traced_sendall(sock, data, *args):
            if sock not in ours:
                return sendall(sock, data, *args)
            data = bytes(data)
            if data.startswith(b'POST '):
                sendall(sock, data, *args)
                return tracer.event('head sent')
            sendall(sock, data[:len(data) // 2], *args)
            tracer.event('half sent')
            sendall(sock, data[len(data) // 2:], *args)
            return tracer.event('all sent')

        def traced_recv_into(sock, *args):
            size = recv_into(sock, *args)
            if sock in ours:
                tracer.event('answer')
            return size

        socket.socket.connect, socket.socket.sendall, socket.socket.recv_into = (
            traced_connect, traced_sendall, traced_recv_into)

    def watch_replies(self, client):
        """Watch the answer to a request that this process has accepted.

        :param socket.socket client: the connection
        """
        tracer, sendall = self, socket.socket.sendall

        def traced_sendall(sock, data, *args):
            if sock is not client:
                return sendall(sock, data, *args)
            data = bytes(data)
            tracer.event('reply')
            sendall(sock, data[:len(data) // 2], *args)
            tracer.event('half reply')
            sendall(sock, data[len(data) // 2:], *args)
            return tracer.event('replied')

        socket.socket.sendall = traced_sendall


def kill():
    """End this process as a power cut ends it: nothing of it runs any more."""
    os.kill(os.getpid(), signal.SIGKILL)
