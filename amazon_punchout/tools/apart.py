"""Work of a scheduled action, one record after the other."""
import logging

from odoo.service.model import retrying

_logger = logging.getLogger(__name__)


def apart(step, env):
    """Run a step in a transaction of its own, again after a conflict with another one.

    One that fails is logged and stops none of those that come after it.

    :param step: called without arguments
    :param env: the environment that it works in
    :return: whether it was done
    :rtype: bool
    """
    try:
        retrying(step, env)
    except Exception:
        env.cr.rollback()
        _logger.exception("A step of an Amazon order failed; the next run tries it again")
        return False
    return True
