"""Proposals of analytic distributions, looked up once for a whole document.

Odoo looks them up for each line, with a query each, although most lines of a cart have the same product and vendor.
"""
from contextlib import contextmanager
from contextvars import ContextVar

_found = ContextVar('amazon_punchout_found_distributions', default=None)


@contextmanager
def looking_up_once():
    """Look up each distribution only once inside this block, in which nobody changes what is proposed."""
    found = _found.get()
    token = _found.set({} if found is None else found)
    try:
        yield
    finally:
        _found.reset(token)


def found_distributions():
    """Give what was found inside the block.

    :return: distributions by what they were looked up with; None outside of such a block
    :rtype: dict | None
    """
    return _found.get()
