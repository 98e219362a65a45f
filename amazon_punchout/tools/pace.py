"""How fast an API may be asked: so many requests a second, and a burst of some at once."""
import time
from threading import Lock

_lock = Lock()
_buckets = {}


def take_turn(key, rate, burst, now=None):
    """Reserve the next request, and tell how long to wait before it is sent.

    Each process counts for itself: one scheduled action asks each API, so there is rarely a second one.

    :param tuple key: of the API
    :param float rate: requests a second
    :param int burst: requests that may be sent at once
    :param float now: of `time.monotonic()`; by default the present
    :return: seconds to wait
    :rtype: float
    """
    now = time.monotonic() if now is None else now
    with _lock:
        left, then = _buckets.get(key, (float(burst), now))
        left = min(float(burst), left + (now - then) * rate) - 1
        _buckets[key] = (left, now)
        return max(0.0, -left / rate)
