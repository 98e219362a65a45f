"""A process of Odoo that is told what to do, where to stop and whether to die."""
import contextlib
import json
import socket


class Child:
    """One process of Odoo, made by a fork."""

    def __init__(self, port, **command):
        self._connection = socket.create_connection(('127.0.0.1', port))
        self._connection.settimeout(180)
        self._lines = self._connection.makefile('rw')
        self.pid = json.loads(self._lines.readline())['pid']
        self.is_ended = False
        self._say(json.dumps(command))

    def wait(self):
        """Wait for what it says next.

        :return: {'reached': True} at its place, {'result': …, 'events': …} at its end, {} if it died
        :rtype: dict
        """
        try:
            line = self._lines.readline()
        except ConnectionError:
            line = ''
        said = json.loads(line) if line else {}
        self.is_ended = 'reached' not in said
        return said

    def go_on(self):
        self._say('go on')

    def die(self):
        """Let it die where it stands."""
        self._say('die')
        self.wait()

    def finish(self):
        """Wait for its end, and return its result.

        :raises Failed: it did not get there
        """
        said = self.wait()
        self.end()
        if 'result' not in said:
            raise Failed(said.get('error', 'it died'))
        return said['result']

    def end(self):
        self._connection.close()
        with contextlib.suppress(OSError):
            self._lines.close()

    def _say(self, line):
        with contextlib.suppress(ConnectionError):  # what it says last tells why it ended
            self._lines.write(line + '\n')
            self._lines.flush()


class Failed(Exception):
    """A process of Odoo raised an error or died."""
