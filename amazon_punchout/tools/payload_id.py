"""The identifier of a document of ours."""
import uuid


def new_payload_id(dbname=None):
    """Make an identifier that no other document has, for life.

    :param str dbname: of the database that sends it; none where a stranger may read it
    :rtype: str
    """
    return f'{uuid.uuid4()}@{dbname}.amazon-punchout' if dbname else f'{uuid.uuid4()}@amazon-punchout'
