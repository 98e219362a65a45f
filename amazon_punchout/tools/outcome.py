"""What became of one try to send an order request."""
from typing import NamedTuple


class Outcome(NamedTuple):
    """What became of one try to send a document.

    :ivar str state: the document's new state
    :ivar int code: the status code of the answer, 0 if there is none
    :ivar str reason: in words
    :ivar bool is_unread: whether the answer to the whole document was an HTTP error without cXML
    :ivar str | None fault: what is wrong with the other side, for the other orders of the group, without a full stop;
        '' if it answered clearly, None if it was not asked
    """
    state: str
    code: int
    reason: str
    is_unread: bool = False
    fault: str | None = None
