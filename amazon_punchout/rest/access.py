"""Login with Amazon, and the errors of all APIs."""

import re
from dataclasses import dataclass

from .errors import RestError
from .json_values import identifier_of, number_of, objects_of, parse, text_of

# A token is asked for anew this many seconds before it expires.
MARGIN = 60
MAX_TOKEN = 4096
_is_token = re.compile(r'[\x21-\x7e]{1,4096}').fullmatch


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """An access token and the seconds for which it may be used. It has no `repr`, which a log could show."""

    value: str
    seconds: int


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """Why Login with Amazon gives no token: its code, e.g. 'invalid_grant', and its words."""

    code: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ApiError:
    """What an API says is wrong: its code, e.g. 'InvalidInput', and its words."""

    code: str | None = None
    text: str | None = None


def read_token(raw):
    """Read what Login with Amazon answers with HTTP 200.

    :param bytes raw: the answer
    :rtype: Token
    :raise RestError: it has no token
    """
    answer = parse(raw)
    value = text_of(answer, 'access_token', limit=MAX_TOKEN + 1)
    if not value or not _is_token(value):
        raise RestError('missing', 'access_token')
    seconds = number_of(answer, 'expires_in')
    return Token(value, max(int(min(seconds, 86400)) - MARGIN, 0) if seconds is not None else 0)


def read_token_refused(raw):
    """Read what Login with Amazon answers if it gives no token.

    :param bytes raw: the answer, which may be anything
    :rtype: TokenRefused
    """
    try:
        answer = parse(raw)
    except RestError:
        return TokenRefused()
    return TokenRefused(identifier_of(answer, 'error'), text_of(answer, 'error_description', limit=500))


def read_error(raw):
    """Read the first error that an API names.

    :param bytes raw: the answer, which may be anything: a proxy may have written it
    :rtype: ApiError
    """
    try:
        answer = parse(raw)
    except RestError:
        return ApiError()
    for each in [*objects_of(answer, 'errors'), answer]:
        code, text = identifier_of(each, 'code'), text_of(each, 'message', 'details', limit=500)
        if code or text:
            return ApiError(code, text)
    return ApiError()


def read_retry_after(text, longest):
    """Read how many seconds a server wants us to wait.

    :param str | None text: the header Retry-After; a date is not read, since the caller's own pause is good enough
    :param int longest: what is asked for beyond that is cut
    :return: None if it does not say
    :rtype: int | None
    """
    text = (text or '').strip()
    return min(int(text), longest) if re.fullmatch('[0-9]{1,9}', text) else None
