"""Access tokens of REST APIs, kept in the memory of this process only: no database and no dump has one."""
import time
from threading import Lock

_lock = Lock()
_tokens = {}


def find_token(key):
    """Find a token that may still be used.

    :param tuple key: of what the token is for, the credentials included
    :return: None if there is none
    :rtype: str | None
    """
    with _lock:
        value, until = _tokens.get(key, (None, 0))
        return value if until > time.monotonic() else None


def keep_token(key, token):
    """Keep a token until it expires.

    :param tuple key: as for :func:`find_token`
    :param rest.Token token: as it came
    """
    with _lock:
        now = time.monotonic()
        for old in [each for each, (_value, until) in _tokens.items() if until <= now]:
            del _tokens[old]
        _tokens[key] = (token.value, now + token.seconds)


def drop_token(key):
    """Forget a token that is not accepted any more.

    :param tuple key: as for :func:`find_token`
    """
    with _lock:
        _tokens.pop(key, None)
