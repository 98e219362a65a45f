"""The lock on a returned cart, and its only keys.

Amazon refuses an order that differs from its cart, so nobody may change one: not an administrator, not over RPC.
A context key would be a key for everybody, since RPC clients set any; superuser mode would be one for every core
method that uses it; a shape of the values would be one for whoever knows it. So the keys are variables of the running
code that only Python code of this addon can turn. Each thread begins with all of them unturned, and each block gives
back what it found, also when it fails.

Each key opens as little as its step needs, because core and other addons run inside these blocks: an automation rule
that fires while an order is approved meets the lines as locked as ever.
"""
from contextlib import contextmanager
from contextvars import ContextVar

_lifted = ContextVar('amazon_punchout_cart_lock_lifted', default=False)
_lines_lifted = ContextVar('amazon_punchout_cart_lock_lines_lifted', default=False)
_receiving = ContextVar('amazon_punchout_cart_lock_receiving', default=False)
_bills_lifted = ContextVar('amazon_punchout_cart_lock_bills_lifted', default=False)


@contextmanager
def _turned(key):
    token = key.set(True)
    try:
        yield
    finally:
        key.reset(token)


def lifted():
    """Lift the lock for a step of an order's own way: its state, its number and its Amazon fields, and the one write
    that makes it a cart, which brings the lines. Lines, vendor, company and currency of a cart stay locked."""
    return _turned(_lifted)


def is_lifted():
    """Tell whether the running code stands in a :func:`lifted` block.

    :rtype: bool
    """
    return _lifted.get()


def lines_lifted():
    """Lift the lock on the lines: for the cart that brings them, and for a message of Amazon that changes them."""
    return _turned(_lines_lifted)


def are_lines_lifted():
    """Tell whether the running code stands in a :func:`lines_lifted` block.

    :rtype: bool
    """
    return _lines_lifted.get()


def receiving():
    """Let a receipt in hand add a line of quantity 0 for goods that nobody ordered."""
    return _turned(_receiving)


def is_receiving():
    """Tell whether the running code stands in a :func:`receiving` block.

    :rtype: bool
    """
    return _receiving.get()


def bills_lifted():
    """Let a step of the addon write what a bill or credit knows about Amazon."""
    return _turned(_bills_lifted)


def are_bills_lifted():
    """Tell whether the running code stands in a :func:`bills_lifted` block.

    :rtype: bool
    """
    return _bills_lifted.get()
