"""One line in the server's log for each cXML document that arrives, leaves or is processed."""
import time

# Of one value in a line. What Amazon writes is shorter.
MAX_LENGTH = 200


def log_document(logger, action, document_type, payload_id, order=None, outcome=None, started=None):
    """Log what was done with a document, as payment providers log their notifications.

    The line reads "Amazon document ConfirmationRequest <payload id> for order P00042 received: stored for group 3 in
    12 ms". It holds none of the document's other values: no secret, no BuyerCookie, no body.

    :param logging.Logger logger: of the module that did it
    :param str action: what was done, `received`, `sending` or `processed`
    :param str | None document_type: the name of its element, e.g. `ConfirmationRequest`; None if it can't be read
    :param str | None payload_id: its payloadID, if it has one
    :param order: the `purchase.order` records or the name of the order, where it is known
    :param str | None outcome: what became of it, e.g. `stored for group 3`
    :param float | None started: the `time.monotonic()` at which the work on it began
    """
    words = ["Amazon document", _one_line(document_type) or "of unknown type"]
    if payload_id:
        words.append(_one_line(payload_id))
    if order:
        words.append(f"for order {_one_line(order if isinstance(order, str) else ', '.join(order.mapped('name')))}")
    words.append(f"{action}: {_one_line(outcome)}" if outcome else action)
    if started is not None:
        words.append(f"in {(time.monotonic() - started) * 1000:.0f} ms")
    logger.info("%s", ' '.join(words))


def _one_line(value):
    """Write a value that a stranger may have chosen in such a way that it can't begin a line of its own.

    :param str | None value: as it came
    :rtype: str
    """
    text = ''.join(letter if letter.isprintable() else ' ' for letter in value or '')
    return text if len(text) <= MAX_LENGTH else f'{text[:MAX_LENGTH]}…'
