"""Moments: the codec's are aware, the ORM's are naive and in UTC."""
from datetime import timezone

from odoo import fields


def utc_now():
    """:return: this second, aware
    :rtype: datetime.datetime
    """
    return aware(fields.Datetime.now())


def aware(moment):
    """:param datetime moment: as the ORM keeps it
    :return: the same for the codec
    :rtype: datetime.datetime
    """
    return moment.replace(tzinfo=timezone.utc)


def naive(moment):
    """:param moment: an aware moment of the codec, or None
    :return: as the ORM keeps it: naive, in UTC, whole seconds; or False
    """
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0) if moment else False
