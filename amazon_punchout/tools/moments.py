"""Moments: the codec's are aware, the ORM's are naive and in UTC."""
from datetime import timezone

from odoo import fields


def utc_now():
    """Give this second, with its time zone.

    :rtype: datetime.datetime
    """
    return aware(fields.Datetime.now())


def aware(moment):
    """Convert a moment of the ORM for the codec.

    :param datetime moment: naive, in UTC
    :rtype: datetime.datetime
    """
    return moment.replace(tzinfo=timezone.utc)


def naive(moment):
    """Convert a moment of the codec for the ORM.

    :param datetime | None moment: aware
    :return: the moment in UTC, naive and in whole seconds; or False
    :rtype: datetime.datetime | bool
    """
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0) if moment else False
