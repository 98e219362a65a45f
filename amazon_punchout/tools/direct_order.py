"""The key of direct orders: which cart is being ordered without approval.

Odoo's rule of approval is in `_approval_allowed`, which every confirmation asks, over RPC too. So the one cart that a
group orders directly is named by a variable of the running code, for the same reason as the keys of :mod:`.cart_lock`:
any RPC client could set a context key. It names one order only, because automation rules that run inside may confirm
others.
"""
from contextlib import contextmanager
from contextvars import ContextVar

_order_id = ContextVar('amazon_punchout_direct_order_id', default=None)


@contextmanager
def ordering_directly(order_id):
    """Let one order do without approval inside this block; the caller has checked that it may.

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
