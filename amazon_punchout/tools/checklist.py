"""One item of the checklist of a group."""
from dataclasses import dataclass

# What each kind of item means: only what is required keeps a group from going live.
REQUIRED, RECOMMENDED = 'required', 'recommended'


@dataclass(frozen=True)
class Check:
    """One item of the checklist on a group's form.

    :ivar str key: names it for code, e.g. `shared_secret`
    :ivar int sequence: its place on the screen, the lowest first
    :ivar str level: REQUIRED or RECOMMENDED
    :ivar bool done: whether there is nothing left to do
    :ivar str sentence: what is asked for; if it isn't done, what is missing and how it is mended
    :ivar str page: name of the page of the group's form where it is mended, the xmlid of an action, or the name of a method
        of the group (`action_…`) that opens it; empty where the reader can't mend it in Odoo
    """
    key: str
    sequence: int
    level: str
    done: bool
    sentence: str
    page: str
