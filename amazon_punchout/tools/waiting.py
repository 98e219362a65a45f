"""Messages from Amazon that refer to something that has not arrived."""
from datetime import timedelta

# How long a message waits before a user is notified.
WAIT = timedelta(days=1)
# The messages that wait, whether or not a user was notified.
LACKING = (('state', 'in', ('waiting', 'attention')), ('lacks_other_half', '=', True))


class OtherHalfMissing(Exception):
    """A message can't be processed yet, since it refers to something that has not arrived: its text says what."""
