"""Numbers on smart buttons. To count all records of a group reads all of them, whenever the form is opened."""

# What there is more of is shown as 1000+, as the lists do.
MOST_COUNTED = 1000


def shown(count):
    """Write a number that was counted up to MOST_COUNTED and one more.

    :param int count: as it was counted
    :rtype: str
    """
    return str(count) if count <= MOST_COUNTED else f'{MOST_COUNTED}+'
