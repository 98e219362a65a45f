"""The items of a group's checklist."""
from dataclasses import dataclass

# The levels of an item. Only required items keep a group from going live.
REQUIRED, RECOMMENDED = 'required', 'recommended'


@dataclass(frozen=True)
class Check:
    """One item of the checklist on a group's form.

    :ivar str key: its name in code, e.g. `shared_secret`
    :ivar int sequence: decides the order on screen, the lowest first
    :ivar str level: REQUIRED or RECOMMENDED
    :ivar bool done: whether nothing is left to do
    :ivar str sentence: what is fulfilled; if it isn't done, what is missing and how to fix it
    :ivar str page: where the user fixes it: the name of a page of the group's form, the external id of an action, or
        the name of a method of the group (`action_…`) that returns an action; empty if the user can't fix it in Odoo
    :ivar str field: the field or button on the group's form that gets the focus, by its name; empty if none does
    """
    key: str
    sequence: int
    level: str
    done: bool
    sentence: str
    page: str
    field: str = ''
