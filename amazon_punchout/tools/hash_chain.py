"""A hash chain over rows: each row's hash covers its values and the hash of the row before.

The rule is simple enough for an auditor to follow without Odoo; the README of a downloaded history describes it.
"""
import hashlib
import json

# What comes before the first row.
START = ''


def canonical(value):
    """Write a value as JSON in the one way that is hashed: keys sorted, no spaces, no escaped letters.

    :rtype: str
    """
    return json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False)


def row_hash(values):
    """Compute the hash of a row.

    :param dict values: of the row, without its own hash, with the hash of the row before
    :return: SHA-256, hexadecimal
    :rtype: str
    """
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def body_hash(body):
    """Compute the hash of a stored document.

    :param bytes body: the document as it is stored
    :return: SHA-256, hexadecimal
    :rtype: str
    """
    return hashlib.sha256(body).hexdigest()
