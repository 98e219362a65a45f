"""The lock on a returned cart, and its only keys.

Amazon declines an order that differs from its cart, so nobody may change one: not an administrator, not over RPC. A
context key would open it for everybody, since RPC clients can set any; superuser mode would open it for every core
method that uses it; values of a certain shape would open it for anyone who knows them. So the keys are variables of the
running code that only Python code of this addon can turn. Each thread begins with all of them unturned, and each block
restores what it found, also when it fails.

Each key opens only what its step needs, because core and other addons run inside these blocks: for an automation rule
that fires while an order is approved, the lines are as locked as ever.
"""
from contextlib import contextmanager
from contextvars import ContextVar

_lifted = ContextVar('amazon_punchout_cart_lock_lifted', default=False)
_lines_lifted = ContextVar('amazon_punchout_cart_lock_lines_lifted', default=False)
_receiving = ContextVar('amazon_punchout_cart_lock_receiving', default=False)
_bills_lifted = ContextVar('amazon_punchout_cart_lock_bills_lifted', default=False)
_recording = ContextVar('amazon_punchout_cart_lock_recording', default=False)


@contextmanager
def _turned(key):
    token = key.set(True)
    try:
        yield
    finally:
        key.reset(token)


def lifted():
    """Lift the lock for a step of an order: its state, its number and its Amazon fields.

    The one write that makes it a cart brings its lines, too. Otherwise, lines, vendor, company and currency of a cart
    stay locked.
    """
    return _turned(_lifted)


def is_lifted():
    """Tell whether the running code is in a :func:`lifted` block.

    :rtype: bool
    """
    return _lifted.get()


def lines_lifted():
    """Lift the lock on the lines, for the cart that brings them and for messages from Amazon that change them."""
    return _turned(_lines_lifted)


def are_lines_lifted():
    """Tell whether the running code is in a :func:`lines_lifted` block.

    :rtype: bool
    """
    return _lines_lifted.get()


def receiving():
    """Let a receipt in progress add a line of quantity 0 for goods that were not ordered."""
    return _turned(_receiving)


def is_receiving():
    """Tell whether the running code is in a :func:`receiving` block.

    :rtype: bool
    """
    return _receiving.get()


def bills_lifted():
    """Let a step of the addon write the Amazon fields of a bill or credit."""
    return _turned(_bills_lifted)


def are_bills_lifted():
    """Tell whether the running code is in a :func:`bills_lifted` block.

    :rtype: bool
    """
    return _bills_lifted.get()


def recording():
    """Let a step of the addon add rows to the history of an order."""
    return _turned(_recording)


def is_recording():
    """Tell whether the running code is in a :func:`recording` block.

    :rtype: bool
    """
    return _recording.get()
