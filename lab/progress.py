"""Show progress in the terminal: one line per step with its seconds, and problems in a sentence.

Everything is written to standard error, so that the output of `bin/odoo shell < script` stays clean.
"""
from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time

from lab import paths


class Problem(Exception):
    """A problem that you can fix: its text says what is missing and which command fixes it."""


def say(text):
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(text):
    """Print `text`, then the seconds that the block took; in a terminal they count while it runs."""
    began = time.monotonic()
    done = threading.Event()

    def show(end):
        seconds = time.monotonic() - began
        start = f"\r{text} ..." if sys.stderr.isatty() else ""
        print(f"{start} {seconds:.0f} s", end=end, file=sys.stderr, flush=True)

    def tick():
        while not done.wait(1):
            show("")

    ticker = threading.Thread(target=tick, daemon=True)
    if sys.stderr.isatty():
        ticker.start()
        show("")
    else:
        # In a log the step is visible before it has ended.
        print(f"{text} ...", end="", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        done.set()
        say(" failed")
        raise
    done.set()
    if ticker.is_alive():
        ticker.join()
    show("\n")


def run_logged(command, log_name, what, **options):
    """Run a command with its output in .lab/log/, and show the end of the output only if it fails.

    :param list command: program and arguments
    :param str log_name: name of the log file, without .log
    :param str what: how an error names it, e.g. "Installing the Python packages"
    :param options: more options for subprocess.run
    """
    paths.LOG.mkdir(parents=True, exist_ok=True)
    log = paths.LOG / f"{log_name}.log"
    with open(log, "wb") as output:
        try:
            result = subprocess.run(
                [os.fspath(part) for part in command],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False, **options,
            )
        except FileNotFoundError as error:
            raise Problem(f"{what} failed: the program {command[0]} is not on this machine.") from error
    if result.returncode:
        raise Problem(f"{what} failed (exit code {result.returncode}). The end of {log}:\n{tail(log)}")


def tail(log, lines=25):
    """Return the last lines of a log file, indented."""
    text = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in text)
