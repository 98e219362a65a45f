"""What happened to an order, step by step, for people."""
from datetime import datetime
from typing import NamedTuple


class Step(NamedTuple):
    """Something that happened to an order."""
    moment: datetime  # naive, in UTC
    sentence: str  # without a full stop; links are Markup
    tone: str = 'success'  # success, warning or danger, as for badges
    detail: str = ""  # a reason, contents
    is_day: bool = False  # whether only the day is known


def day_step(day, sentence, **values):
    """Make a step of which only the day is known; it comes last on its day.

    :param datetime.date day: in the reader's calendar
    :rtype: Step
    """
    return Step(datetime.combine(day, datetime.max.time()), sentence, is_day=True, **values)
