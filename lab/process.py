"""Start programs, wait for them, and end only those that were started here, by their number."""
from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from lab import paths, progress


class Service:
    """A program that keeps running, with its output in .lab/log/."""

    def __init__(self, name, argv, environ):
        """Start the program.

        :param str name: its name in the terminal and of its log file
        :param list[str] argv: program and arguments
        :param dict environ: its environment
        """
        self.name = name
        paths.LOG.mkdir(parents=True, exist_ok=True)
        self.log = paths.LOG / f"{name.lower()}.log"
        with open(self.log, "wb") as output:
            # In a session of its own, so that Ctrl-C reaches only us, and we end the programs in order.
            self._process = subprocess.Popen(
                tied(argv), cwd=paths.ROOT, env=environ, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )

    @property
    def number(self):
        """The number of its first process, and of the group of all of its processes.

        :rtype: int
        """
        return self._process.pid

    def ended(self):
        return self._process.poll() is not None

    def complain(self, what):
        raise progress.Problem(f"{self.name} {what}. The end of {self.log}:\n{progress.tail(self.log)}")

    def wait_until_it_answers(self, url, seconds=120):
        """Wait until the address answers without a server error.

        :param str url: the address
        :param int seconds: how long to wait before raising
        """
        until = time.monotonic() + seconds
        while not self.ended():
            try:
                urllib.request.urlopen(url, timeout=60).close()
                return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return
                self.complain(f"answers {error.code} at {url}")
            except OSError:
                if time.monotonic() > until:
                    self.complain(f"did not answer at {url} within {seconds} s")
                time.sleep(0.2)
        self.complain(f"ended with exit code {self._process.returncode}")

    def wait(self):
        """Wait until it has ended.

        :return: its exit code
        :rtype: int
        """
        return self._process.wait()

    def end(self):
        """Ask it to end, and kill it after twenty seconds."""
        if self.ended():
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def tied(argv):
    """Return the command in a form that ends when this process does, even when this process is killed."""
    return ["setpriv", "--pdeathsig", "TERM", *argv] if shutil.which("setpriv") else argv


def run_in_foreground(argv, environ):
    """Run a program in this terminal, and return in any case, so that the caller can clean up.

    :param list[str] argv: program and arguments
    :param dict environ: its environment
    :return: its exit code
    :rtype: int
    """
    process = subprocess.Popen(tied(argv), cwd=paths.ROOT, env=environ)
    # Ctrl-C reaches the program anyway; a request to end is passed on.
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: process.terminate()),
    }
    try:
        return process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def free_port(wished=0):
    """Return a free port of the loopback interface, the wished one if possible."""
    for port in (wished, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise progress.Problem("This machine has no free port on 127.0.0.1.")
