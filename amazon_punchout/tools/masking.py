"""Texts of others that may quote our secrets."""

from .sentences import Sentence

MASK = '•••'


def masked(text, *secrets):
    """Mask secrets in a text: an answer may quote the request that it complains about.

    :param str text: as it came, or a sentence that quotes it
    :param secrets: to be masked; empty ones are left out
    :return: the text as it may be stored; PostgreSQL stores no NUL
    :rtype: str
    """
    if isinstance(text, Sentence):
        return text.with_texts(lambda each: masked(each, *secrets))
    for secret in filter(None, secrets):
        text = text.replace(secret, MASK)
    return text.replace('\0', '')
