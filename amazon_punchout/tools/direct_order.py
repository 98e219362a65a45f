"""The key of ordering at once: which cart is being ordered without anybody's approval.

Odoo's rule of approval stands in `_approval_allowed`, which everybody's confirmation asks, over RPC too. So the one cart that a
group orders at once is named by a variable of the running code, for the same reason as the keys of :mod:`.cart_lock`: a
context key could be set by any RPC client. It names one order, because automation rules that run inside may confirm others.
"""
from contextlib import contextmanager
from contextvars import ContextVar

_order_id = ContextVar('amazon_punchout_direct_step_order_id', default=None)


@contextmanager
def ordering_directly(order_id):
    """Let one order do without approval inside this block; whether it may was checked before.

    :param int order_id: of the `purchase.order`
    """
    token = _order_id.set(order_id)
    try:
        yield
    finally:
        _order_id.reset(token)


def is_ordered_directly(order_id):
    """Tell whether the running code orders this order without approval.

    :param int order_id: of a `purchase.order`
    :rtype: bool
    """
    return _order_id.get() == order_id
