"""Days and moments in sentences, written as Odoo's fields show them: Dec 7, 3:26 PM."""
import pytz
from babel.dates import format_skeleton, format_time, get_datetime_format

from odoo import fields
from odoo.http import request
from odoo.tools.misc import babel_locale_parse, get_lang


def _reader(env, tz):
    return env.user.with_context(tz=tz or env.context.get('tz') or env.user.tz or 'UTC')


def browser_tz():
    """Give the time zone of the browser that asks, which Odoo's pages keep in a cookie.

    :return: None outside of requests, and if the browser does not say
    :rtype: str | None
    """
    tz = request.cookies.get('tz') if request else None
    return tz if tz in pytz.all_timezones_set else None


def say_day(env, day):
    """Write a day in the reader's language; the year only if it is another one, as the web client does.

    :param env: of the reader
    :param datetime.date day: in the reader's time zone
    :rtype: str
    """
    is_this_year = day.year == fields.Date.context_today(_reader(env, None)).year
    return format_skeleton(
        'MMMd' if is_this_year else 'yMMMd', day, locale=babel_locale_parse(get_lang(env).code))


def say_moment(env, moment, tz=None):
    """Write a moment in the reader's language and time zone, as :func:`say_day` does.

    :param env: of the reader
    :param datetime.datetime moment: naive, in UTC
    :param str tz: the time zone, if not the reader's
    :rtype: str
    """
    local = fields.Datetime.context_timestamp(_reader(env, tz), moment)
    locale = babel_locale_parse(get_lang(env).code)
    pattern = str(get_datetime_format('medium', locale=locale)).replace("'", '')
    time = format_time(local.replace(tzinfo=None), format='short', locale=locale)
    return pattern.replace('{1}', say_day(env, local.date())).replace('{0}', time)
