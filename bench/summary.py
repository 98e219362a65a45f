"""Turn measurements into rows of a table."""
from __future__ import annotations

import statistics


def summary(times):
    """Summarise rounds. Each ratio is taken within one round, so that other work on the machine affects both sides.

    :param times: one pair of seconds, ours and plain, per round
    :return: the medians of ours, of plain, and of the rounds' ratios
    :rtype: tuple[float, float, float]
    """
    ours, plain = zip(*times, strict=True)
    ratios = [each / other for each, other in times]
    return statistics.median(ours), statistics.median(plain), statistics.median(ratios)


def row(name, target, ours, plain, ratio):
    """Return one row of the table.

    :param float ours: seconds
    :param float plain: seconds
    :return: a row of a table in Markdown
    :rtype: str
    """
    return f"| {name} | {ours * 1000:.2f} | {plain * 1000:.2f} | {ratio:.2f} | {target} |"
