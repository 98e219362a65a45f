"""Messages from Amazon whose order only a person can tell."""
from typing import NamedTuple

from odoo.exceptions import UserError


class OrderInDoubt(UserError):
    """A message names an order in a way that proves nothing: its text shows both sides.

    :param str sentence: what the message says, what the order is, and what to do
    :param order: the `purchase.order`
    :param str | None held: why the order must not be sent meanwhile, a sentence without a full stop; None if it may be
    """

    def __init__(self, sentence, order, held=None):
        super().__init__(sentence)
        self.order = order
        self.held = held


class MessageFacts(NamedTuple):
    """What a message says, as far as it helps a person to tell which order it is about.

    :ivar str | None number: Amazon's own, of the order, the shipment or the invoice
    :ivar total: a `cxml.Money`, or None
    :ivar day: a date or a datetime in UTC, or None
    :ivar tuple items: tuples of the order's line number, the quantity and a title; what is not stated is None
    """
    number: str | None = None
    total: object = None
    day: object = None
    items: tuple = ()
