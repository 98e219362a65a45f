"""Keep two commands from setting up the same thing at once, and record what is set up."""
from __future__ import annotations

import contextlib
import fcntl
import hashlib

from lab import paths, progress


@contextlib.contextmanager
def lock(name="setup", waiting="Waiting for another command that is setting up the lab ..."):
    """Hold .lab/<name>.lock, and say so while another command holds it, which can take minutes."""
    paths.LAB.mkdir(exist_ok=True)
    with open(paths.LAB / f"{name}.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def digest(*parts):
    """Return a short key for the inputs of something generated."""
    result = hashlib.sha256()
    for part in parts:
        result.update(part if isinstance(part, bytes) else str(part).encode())
        result.update(b"\0")
    return result.hexdigest()[:12]


def is_stamped(folder, key):
    stamp = folder / ".stamp"
    return stamp.is_file() and stamp.read_text() == key


def stamp(folder, key):
    (folder / ".stamp").write_text(key)
