"""Steps whose failure must not end their caller."""
import logging
from contextlib import contextmanager

import psycopg2

from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import retrying

from .sentences import Writer, sentence_of

_logger = logging.getLogger(__name__)

# Conflicts with another transaction: Odoo repeats the request, or the scheduled action tries again.
CONFLICTS = (psycopg2.OperationalError, ConcurrencyError)


def attempt(env, step, what, expected=(UserError,), conflicts=CONFLICTS):
    """Run a step in a savepoint, and return its error instead of raising it.

    An unexpected error is logged with its traceback. A conflict with another transaction is raised, so that Odoo
    repeats the whole request.

    :param env: the environment of the step
    :param step: called without arguments
    :param str what: a sentence for the log if it fails
    :param tuple expected: the errors that callers explain to a user
    :param tuple conflicts: the errors that are raised
    :return: what the step returned, and the error that it raised; one of them is None
    :rtype: tuple[object, Exception | None]
    """
    try:
        with env.cr.savepoint():
            return step(), None
    except psycopg2.errors.ProgramLimitExceeded as error:  # a text that no index can hold: no other try will help
        _logger.exception("%s", what)
        return None, error
    except conflicts:
        raise
    except expected as error:
        return None, error
    except Exception as error:
        _logger.exception("%s", what)
        return None, error


def explain(env, error, what):
    """Say why a step that :func:`attempt` ran has failed.

    :param env: the environment of the person who reads it
    :param Exception error: what the step raised
    :param str what: the words by which an administrator finds it in the log, a part of the sentence there
    :return: the text of a UserError; else that there is an error in Odoo. What it is made of is remembered
    :rtype: str
    """
    if isinstance(error, UserError):
        return sentence_of(error)
    return Writer(env)._(
        "An error occurred in Odoo. An administrator can find it in the server log under “%s”. Try again once it is "
        "fixed.", what)


@contextmanager
def stored_once(what):
    """Have Odoo repeat the request if another one stores the same at the same moment: then it finds that.

    :param str what: what came twice, for the log
    """
    try:
        yield
    except psycopg2.errors.UniqueViolation as error:
        raise ConcurrencyError(f"{what} arrived twice at the same time") from error


def apart(step, env):
    """Run a step of a scheduled action in a transaction of its own, and repeat it after a conflict.

    A failure is logged, so that the next steps can run.

    :param step: called without arguments
    :param env: the environment of the step
    :return: whether it succeeded
    :rtype: bool
    """
    try:
        retrying(step, env)
    except Exception:
        env.cr.rollback()
        _logger.exception("A step of an Amazon order failed; the next run tries it again")
        return False
    return True
