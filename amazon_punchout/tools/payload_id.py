"""The payloadIDs of documents that we write."""
import re
import uuid

_OURS = re.compile(r'[0-9a-f-]{36}@(.+)\.amazon-punchout')


def new_payload_id(dbname=None):
    """Make an identifier that no other document ever has.

    :param str dbname: of the database that sends it; None if strangers may read the document
    :rtype: str
    """
    return f'{uuid.uuid4()}@{dbname}.amazon-punchout' if dbname else f'{uuid.uuid4()}@amazon-punchout'


def database_of(payload_id):
    """Give the name of the database whose addon has made a payloadID.

    :param str | None payload_id: of any document
    :return: None if no database of ours has made it
    :rtype: str | None
    """
    found = _OURS.fullmatch(payload_id or '')
    return found and found[1]
