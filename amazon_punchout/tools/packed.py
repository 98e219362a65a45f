"""Contents as they lie in the database: compressed, and not encoded as text.

zlib reads them with the dictionary of `packed_words.py`, which notes in each content which one that is; those of
version 2.5 have none: `zlib.decompress(body)`. Whoever could store what unpacks to gigabytes owns the database: nothing
that comes from outside is unpacked here.
"""
import base64
import json
import zlib

import psycopg2

from odoo import fields

from .packed_words import DICTIONARIES

CURRENT = list(DICTIONARIES.values())[-1]
# In the second byte of a content: the checksum of its dictionary is in the four bytes that follow.
HAS_DICTIONARY = 0x20


def packed(content):
    """Compress a content.

    :param bytes content: as it came
    :rtype: bytes
    """
    # Of the default level, since others begin otherwise. They are hardly smaller.
    packer = zlib.compressobj(zdict=CURRENT)
    return packer.compress(content) + packer.flush()


def is_packed(stored):
    """Tell whether a stored content is compressed; before version 2.5 contents were base64, which is ASCII.

    :param bytes stored: what the column has
    :rtype: bool
    """
    return not stored[:2].isascii()


def unpacked(stored):
    """Give a stored content as it came.

    :param bytes stored: what the column has, also of an earlier version
    :rtype: bytes
    :raises ValueError: someone has written something else into the database
    """
    if not is_packed(stored):
        return base64.b64decode(stored)
    has_dictionary = len(stored) > 1 and stored[1] & HAS_DICTIONARY
    dictionary = DICTIONARIES.get(int.from_bytes(stored[2:6], 'big')) if has_dictionary else b''
    if dictionary is None:
        raise ValueError("The stored content is damaged, or a later version of Amazon PunchOut has written it.")
    try:
        unpacker = zlib.decompressobj(zdict=dictionary)
        content = unpacker.decompress(stored) + unpacker.flush()
    except zlib.error as error:
        raise ValueError(f"The stored content is damaged: {error}") from error
    if not unpacker.eof:
        raise ValueError("The stored content is damaged: its end is missing.")
    return content


class Body(fields.Binary):
    """A document of any size, compressed in a column of its record and read for one record at a time.

    Everyone sees base64, as of other binary fields. It is in the same transaction as its record, and in the dump of the
    database: an attachment would be a file that neither a rollback removes nor a commit has on disk.
    """
    attachment = False

    def __get__(self, record, owner=None):
        """Override to leave out the other records of a loop: Odoo would read all their documents, too."""
        return super().__get__(None if record is None else record.with_prefetch(), owner)

    def convert_to_column(self, value, record, values=None, validate=True):
        """Override to compress."""
        if not value:
            return None
        stored = bytes(value) if isinstance(value, (bytes, memoryview)) else value.encode()
        return psycopg2.Binary(stored if is_packed(stored) else packed(base64.b64decode(stored)))

    def get_column_update(self, record):
        """Override to compress: Odoo writes what is in its cache."""
        return self.convert_to_column(super().get_column_update(record), record)

    def convert_to_record(self, value, record):
        """Override to give base64, whatever the column has."""
        if isinstance(value, (bytes, memoryview)) and is_packed(stored := bytes(value)):
            return base64.b64encode(unpacked(stored))
        return super().convert_to_record(value, record)


class PackedJson(fields.Json):
    """Values that are only kept, compressed in a column and in Odoo's cache, and unpacked by each who reads them.

    Odoo would copy the values of a long cart several times on their way to the column, and for each reader.
    """
    _column_type = ('bytea', 'bytea')

    def convert_to_cache(self, value, record, validate=True):
        """Override to compress; also of what a column has."""
        if isinstance(value, (bytes, memoryview)):
            return bytes(value)
        return packed(json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode()) if value else None

    def convert_to_record(self, value, record):
        """Override to unpack."""
        return json.loads(unpacked(bytes(value))) if value is not None else False

    def convert_to_column(self, value, record, values=None, validate=True):
        """Override to compress."""
        cached = self.convert_to_cache(value, record)
        return cached and psycopg2.Binary(cached)


class TextJson(fields.Json):
    """Computed values that Odoo keeps as text: to read it is ten times as fast as to copy them for each reader."""

    def convert_to_cache(self, value, record, validate=True):
        """Override to write the text."""
        return json.dumps(value, ensure_ascii=False) if value else None

    def convert_to_record(self, value, record):
        """Override to read the text."""
        return json.loads(value) if value is not None else False
