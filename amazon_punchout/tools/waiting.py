"""What a message of Amazon waits for."""
from datetime import timedelta

# How long it waits before a person is asked.
WAIT = timedelta(days=1)


class OtherHalfMissing(Exception):
    """A message can't be processed yet: what it belongs to is not here. Its text says what, in whole sentences."""
