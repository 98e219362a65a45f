"""Steps that must not end what calls them."""
import logging

import psycopg2

from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import retrying

_logger = logging.getLogger(__name__)

# Conflicts with another transaction: Odoo repeats the request, or the scheduled action tries again.
CONFLICTS = (psycopg2.OperationalError, ConcurrencyError)


def attempt(env, step, what, expected=(UserError,), conflicts=CONFLICTS):
    """Run a step in a savepoint, and give back what kept it from being done instead of raising it.

    What is not expected is logged with its traceback. A conflict with another transaction is raised, so that Odoo
    repeats the whole.

    :param env: the environment that it works in
    :param step: called without arguments
    :param str what: what failed, for the log
    :param tuple expected: the errors that have words for a person
    :param tuple conflicts: the errors that are raised
    :return: what the step returned, and the error that it raised; one of them is None
    :rtype: tuple[object, Exception | None]
    """
    try:
        with env.cr.savepoint():
            return step(), None
    except conflicts:
        raise
    except expected as error:
        return None, error
    except Exception as error:
        _logger.exception("%s", what)
        return None, error


def apart(step, env):
    """Run a step of a scheduled action in a transaction of its own, again after a conflict with another one.

    A step that fails is logged, and the next ones go on.

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
