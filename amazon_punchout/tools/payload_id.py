"""The payloadIDs of documents that we write."""
import uuid


def new_payload_id(dbname=None):
    """Make an identifier that no other document ever has.

    :param str dbname: of the database that sends it; None if strangers may read the document
    :rtype: str
    """
    return f'{uuid.uuid4()}@{dbname}.amazon-punchout' if dbname else f'{uuid.uuid4()}@amazon-punchout'
