"""Texts of others that may quote our secrets."""

MASK = '•••'


def masked(text, *secrets):
    """Mask secrets in a text: an answer may quote the request that it complains about.

    :param str text: as it came
    :param secrets: to be masked; empty ones are left out
    :return: the text as it may be stored; PostgreSQL stores no NUL
    :rtype: str
    """
    for secret in filter(None, secrets):
        text = text.replace(secret, MASK)
    return text.replace('\0', '')
