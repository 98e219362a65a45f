"""The places where processes are killed and PostgreSQL is crashed, as steps of a Tracer."""

_TURN = r'SELECT due\.id FROM unnest'
_DOCUMENT = r'done UPDATE "amazon_punchout_document" SET '
_ORDER = r'done UPDATE "purchase_order" SET .*"amazon_state"'
_STORED = r'done INSERT INTO "amazon_punchout_document"'
_MARKED = _DOCUMENT + '.*"tries"'
_OUTCOME = _DOCUMENT + '.*"to_tell"'
_APPLIED = _DOCUMENT + '.*"is_applied"'

# How a sender sends one order, from the beginning to the end.
SENDER = {
    "before the order is taken": [f'sql {_TURN}'],
    "selected, not held": [f'done {_TURN}'],
    "held, not marked": [f'done {_TURN}', 'done .*advisory'],
    "marked, not committed": [_MARKED, 'commit$'],
    "mark committed": [_MARKED, 'committed'],
    "before the connection": ['connect$'],
    "connected, no byte sent": ['connected'],
    "head sent": ['head sent'],
    "half of the body sent": ['half sent'],
    "all sent, no answer": ['all sent'],
    "answer begins": ['answer'],
    "answer read, not stored": ['answer', 'sql '],
    "outcome written, not committed": ['answer', _OUTCOME, 'commit$'],
    "outcome committed, order not updated": ['answer', _OUTCOME, 'committed'],
    "order updated, not committed": ['answer', _ORDER, 'commit$'],
    "order committed, not released": ['answer', _ORDER, 'committed'],
    "released, before the next order": ['answer', _ORDER, f'sql {_TURN}'],
}
# How a message of Amazon's server is received.
RECEIVER = {
    "before anything is read": ['sql '],
    "before the message is stored": [r'sql INSERT INTO "amazon_punchout_document"'],
    "message stored, not committed": [_STORED, 'commit$'],
    "message committed, not answered": [_STORED, 'committed'],
    "before the answer": ['reply'],
    "half of the answer sent": ['half reply'],
    "answered": ['replied'],
}
# How a cart comes back with the shopper's browser.
CART = {
    "before the cart is stored": [r'sql INSERT INTO "amazon_punchout_document"'],
    "cart stored, no order yet": [_STORED],
    "order created, not committed": [r'done INSERT INTO "purchase_order"', 'commit$'],
    "order committed, not answered": [r'done INSERT INTO "purchase_order"', 'committed'],
    "half of the redirection sent": ['half reply'],
}
# How an order is approved.
APPROVAL = {
    "approved, not in the outbox": [r'done UPDATE "purchase_order" SET .*"state"'],
    "in the outbox, not committed": [_STORED, 'commit$'],
    "in the outbox, committed": [_STORED, 'committed'],
}
# What a message changes first.
FIRST_CHANGES = {
    'confirmation': r'done (UPDATE|INSERT INTO) "purchase_order_line"',
    'ship_notice': r'done INSERT INTO "amazon_punchout_shipment"',
    'invoice': r'done INSERT INTO "account_move"',
}


def processing(kind):
    """The places of the processing of a message.

    :param str kind: 'confirmation', 'ship_notice' or 'invoice'
    :rtype: dict[str, list[str]]
    """
    return {
        "half applied": [FIRST_CHANGES[kind]],
        "applied, not committed": [_APPLIED, 'commit$'],
        "applied and committed": [_APPLIED, 'committed'],
    }


def in_order(places):
    """Sort places as they come in life; others stay as they are.

    :rtype: list[str]
    """
    known = [*SENDER, *APPROVAL, *RECEIVER, *CART, *processing('invoice')]
    return sorted(places, key=lambda place: known.index(place) if place in known else len(known))
