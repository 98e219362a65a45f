"""How a measurement becomes a row of the table."""
from __future__ import annotations

import statistics


def summary(times):
    """Each ratio is taken within one round: what else the machine does meets both sides of it alike.

    :param times: pairs of seconds, ours and plain, one for each round
    :return: the medians of ours, of plain, and of the rounds' ratios
    :rtype: tuple[float, float, float]
    """
    ours, plain = zip(*times, strict=True)
    ratios = [each / other for each, other in times]
    return statistics.median(ours), statistics.median(plain), statistics.median(ratios)


def row(name, aim, ours, plain, ratio):
    """:param float ours: seconds
    :param float plain: seconds
    :return: a row of a table in Markdown
    :rtype: str
    """
    return f"| {name} | {ours * 1000:.2f} | {plain * 1000:.2f} | {ratio:.2f} | {aim} |"
