"""Sentences that are stored, and read in the language of each reader.

A model that makes such sentences has `_ = sentence` and says `self._("…")` where it would say `self.env._("…")`: what
that gives is the same text, which remembers its source and its values. A field of the type :class:`Reason` stores both
beside the text in English, and makes the text again in the language of each reader. So does a sentence that is a value
of another one. Whatever is done to a text otherwise, as `+` or a slice, forgets them: it stays as it is.
"""
import contextlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup

from odoo import fields
from odoo.tools import SQL, format_amount, formatLang
from odoo.tools.translate import LazyGettext, get_translated_module, get_translation

from .numbers import plain
from .said import say_day, say_moment

# Between the text in English and what it was made of. No document of Amazon's can have it: XML has no such character.
MARK = '\x1e'
ENGLISH = 'en_US'
# What ends a sentence, in Chinese and Japanese too.
STOPS = '.。'
# Between two sentences that have no full stop of their own.
STOP = '. '
WIDE_STOP = '。'
WIDE_LANGUAGES = ('ja', 'zh')
# In the context while a condition or a group is written, as core marks its translated fields.
ENGLISH_ONLY = 'amazon_english_only'


class Sentence(str):
    """A text in the language in which it was made, that remembers what it was made of.

    :ivar dict made_of: values of JSON, as :func:`_made` takes them
    :ivar str | None lang: the code of the language; None if it is not known
    """

    def __new__(cls, text, made_of=None, lang=None):
        self = super().__new__(cls, text)
        self.made_of = made_of
        self.lang = lang
        return self

    def rstrip(self, chars=None, /):
        """Override to remember a sentence that loses its full stop, since it becomes a part of another one."""
        if chars != '.':
            return super().rstrip(chars)
        return Sentence(super().rstrip(STOPS), {'part': self.made_of}, self.lang)

    def with_texts(self, change):
        """Give this sentence with a change in each text that it shows, and in those of its values.

        :param change: called with a text, gives another one
        :rtype: Sentence
        """
        return Sentence(change(str(self)), _changed(self.made_of, change), self.lang)

    def stored(self, env):
        """Give what a column keeps: the text in English, by which people search, and what it is made of.

        :param env: an environment, whatever its language
        :rtype: str
        """
        english = self
        if self.lang != ENGLISH:
            # What is stored says why something failed: it is stored in any case.
            with contextlib.suppress(Exception):
                english = _made(self.made_of, env(context=dict(env.context, lang=ENGLISH)))
        return f'{english}{MARK}{json.dumps(self.made_of, ensure_ascii=False, separators=(",", ":"))}'


def sentence(self, source, /, *args, **kwargs):
    """Make a sentence in the language of the environment, as `self.env._` does; each model has this method as `_`.

    :param str | LazyGettext source: in English, with placeholders
    :param args: values; texts that are sentences themselves are translated with it
    :rtype: Sentence
    """
    if isinstance(source, LazyGettext):
        made_of = _kept(source)
        text = self.env._(source)  # pylint: disable=gettext-variable  # a lazy text
        return Sentence(text, made_of, _lang(self.env))
    module = get_translated_module(2)  # of the caller: another addon has translations of its own
    text = get_translation(module, _lang(self.env), source, args or kwargs)
    if isinstance(text, Markup):
        return text
    made_of = {'source': source}
    if module != 'amazon_punchout':
        made_of['module'] = module
    if args or kwargs:
        made_of['values'] = _kept(kwargs or args)
    return Sentence(text, made_of, _lang(self.env))


class Writer:
    """What makes sentences where there is no record: `Writer(env)._("…")`."""
    _ = sentence

    def __init__(self, env):
        self.env = env


def in_a_row(env, texts):
    """Join texts, each a sentence without its full stop, as the reader's language writes sentences.

    :param env: the environment of the person who reads them
    :param texts: str, in that language
    :rtype: str
    """
    return _separator(STOP, _lang(env)).join(texts)


def _separator(separator, lang):
    is_wide = separator == STOP and (lang or '').startswith(WIDE_LANGUAGES)
    return WIDE_STOP if is_wide else separator


def joined(separator, texts):
    """Join texts as `str.join` does, and remember those that are sentences.

    :param str separator: the same in every language, but for STOP
    :param texts: sentences, or texts that stay as they are
    :rtype: str
    """
    texts = list(texts)
    text = separator.join(texts)
    if not any(isinstance(each, Sentence) for each in texts):
        return text
    return Sentence(text, {'separator': separator, 'texts': _kept(texts)})


def shown_amount(env, amount, currency):
    """Show an amount as `format_amount` does, for a sentence that remembers it.

    :param env: the environment of the person who reads it
    :param float amount: of the currency
    :param currency: the `res.currency`
    :rtype: Sentence
    """
    # With what a reader's page needs, so that no currency has to be read.
    made_of = {
        'amount': currency.round(amount),
        'currency': [currency.symbol or '', currency.position, currency.decimal_places]}
    return Sentence(format_amount(env, amount, currency), made_of, _lang(env))


def shown_number(env, number):
    """Show a quantity or a rate as the reader writes numbers, for a sentence that remembers it: 1,234.5 or 1.234,5.

    :param env: the environment of the person who reads it
    :param number: a float, an integer or a Decimal
    :rtype: Sentence
    """
    made_of = {'number': plain(number)}
    return Sentence(_made(made_of, env), made_of, _lang(env))


def shown_day(env, day):
    """Show a day as :func:`say_day` does, for a sentence that remembers it.

    :param env: the environment of the person who reads it
    :param date | None day: may be empty
    :rtype: str
    """
    return Sentence(say_day(env, day), {'day': day.isoformat()}, _lang(env)) if day else ""


def shown_moment(env, moment):
    """Show a moment as :func:`say_moment` does, for a sentence that remembers it.

    :param env: the environment of the person who reads it
    :param datetime moment: in UTC
    :rtype: Sentence
    """
    made_of = {'moment': moment.isoformat(' ', 'seconds')}
    return Sentence(_made(made_of, env), made_of, _lang(env))


def shown_choice(records, name, value):
    """Show a value of a selection in words, for a sentence that remembers it.

    :param records: of the model
    :param str name: of the field
    :param str value: one of its values
    :rtype: Sentence
    """
    made_of = {'choice': value, 'field': f'{records._name},{name}'}
    return Sentence(_made(made_of, records.env), made_of, _lang(records.env))


def shown_label(records, name):
    """Name a field as on screen, for a sentence that remembers it.

    :param records: of the model
    :param str name: of the field
    :rtype: Sentence
    """
    made_of = {'label': f'{records._name},{name}'}
    return Sentence(_made(made_of, records.env), made_of, _lang(records.env))


def sentence_of(error):
    """Give the text of an error, with what it was made of if it is one of ours.

    :param Exception error: its only argument is the sentence
    :rtype: str
    """
    text = error.args[0] if error.args else ""
    return text if isinstance(text, Sentence) else str(error)


def shortened(text, length):
    """Cut off a text that may quote others at any length.

    :param str text: may be a sentence
    :param int length: how long it may be, and each of its values
    :rtype: str
    """
    if len(text) <= length:
        return text
    return text.with_texts(lambda each: each[:length]) if isinstance(text, Sentence) else text[:length]


def stored_text(text, env):
    """Give what a column keeps of a text, whether it is a sentence or not.

    :param text: a text, or nothing
    :param env: an environment, whatever its language
    """
    return text.stored(env) if isinstance(text, Sentence) else text and text.replace(MARK, '')


def read_text(stored, env):
    """Read what :func:`stored_text` gave, in the language of a reader.

    :param stored: of a column, also of an earlier version or damaged
    :param env: the environment of the reader
    :return: a :class:`Sentence`, or the stored text as it is
    """
    if not stored or MARK not in stored:
        return stored
    english, _mark, rest = stored.partition(MARK)
    try:
        made_of = json.loads(rest)
        text = _made(made_of, env)
    except Exception:  # whatever was written into the column: a page that shows it opens
        return english
    is_sentence = isinstance(made_of, dict) and isinstance(text, str) and text
    return Sentence(text, made_of, _lang(env)) if is_sentence else english


class _ForReaders(fields.Field):
    """What :class:`Reason` and :class:`ReasonLabel` have in common.

    In the column and in Odoo's cache the text in English stands first, so a search finds its words and its values. What
    was stored before, what a person typed and what Amazon says is shown as it is.
    """

    def to_sql(self, model, alias):
        """Override to compare and group the text in English alone, see :meth:`condition_to_sql`."""
        column = super().to_sql(model, alias)
        return SQL("split_part(%s, %s, 1)", column, MARK) if model.env.context.get(ENGLISH_ONLY) else column

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        """Override to search in the text in English."""
        return super().condition_to_sql(
            field_expr, operator, value, model.with_context(**{ENGLISH_ONLY: True}), alias, query)

    def convert_to_cache(self, value, record, validate=True):
        """Override to keep what a sentence was made of."""
        if isinstance(value, Sentence):
            return value.stored(record.env)
        cached = super().convert_to_cache(value, record, validate)
        return stored_text(cached, record.env) if validate else cached  # else it may come from the cache itself

    def convert_to_record(self, value, record):
        """Override to make the text in the language of the reader."""
        return read_text(super().convert_to_record(value, record), record.env)

    def convert_to_read(self, value, record, use_display_name=True):
        """Override to give the text alone: XML-RPC takes no other class."""
        return str(value) if value else False

    def convert_to_export(self, value, record):
        """Override to give the text alone, as above."""
        return str(value) if value else ''


class Reason(_ForReaders, fields.Text):
    """A text for people that may be a :class:`Sentence`: each reader sees it in their own language."""


class ReasonLabel(_ForReaders, fields.Char):
    """A :class:`Reason` of one line, by which the web client lets people group."""


class _Currency(NamedTuple):
    """What `format_amount` needs of a currency."""
    symbol: str
    position: str
    decimal_places: int

    def round(self, amount):
        return amount  # it was rounded before


def _lang(env):
    return env.lang or ENGLISH


def _kept(value):
    """Give a value of a sentence as JSON keeps it."""
    if isinstance(value, Sentence):
        return value.made_of
    if isinstance(value, LazyGettext):
        return {'source': value._source, 'module': value._module, 'values': _kept(value._args)}
    if isinstance(value, dict):
        return {name: _kept(each) for name, each in value.items()}
    if isinstance(value, int | float):
        return value
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [_kept(each) for each in value]
    return str(value)


def _changed(made_of, change):
    """Change the texts among the values of a sentence."""
    match made_of:
        case str():
            return change(made_of)
        case list():
            return [_changed(each, change) for each in made_of]
        case {'values': dict(values)}:
            return {**made_of, 'values': {name: _changed(each, change) for name, each in values.items()}}
        case {'values': list(values)}:
            return {**made_of, 'values': _changed(values, change)}
        case {'texts': list(texts)}:
            return {**made_of, 'texts': _changed(texts, change)}
        case {'part': part}:
            return {**made_of, 'part': _changed(part, change)}
    return made_of


def _made(made_of, env):
    """Make a text anew, or give a value as it is.

    :param made_of: of a :class:`Sentence`, or a value of one
    :param env: the environment of the reader
    :return: a text, a number, or a list of these
    :raises ValueError: no sentence is made of this
    """
    match made_of:
        case {'source': str(source)}:
            values = _made_values(made_of.get('values'), env)
            return get_translation(made_of.get('module', 'amazon_punchout'), _lang(env), source, values)
        case {'separator': str(separator), 'texts': list(texts)}:
            return _separator(separator, _lang(env)).join(_made(each, env) for each in texts)
        case {'part': part}:
            return _made(part, env).rstrip(STOPS)
        case {'choice': str(value), 'field': str(path)}:
            return dict(_field(path, env)._description_selection(env)).get(value, value)
        case {'label': str(path)}:
            return _field(path, env)._description_string(env)
        case dict():
            return _made_format(made_of, env)
        case list():
            return [_made(each, env) for each in made_of]
    return made_of


def _made_values(values, env):
    """Give the values of a sentence as placeholders take them."""
    if isinstance(values, dict):
        return {name: _made(each, env) for name, each in values.items()}
    return tuple(_made(each, env) for each in values or ())


def _made_format(made_of, env):
    """Write what each language formats in its own way; the parameters are those of :func:`_made`."""
    match made_of:
        case {'amount': int() | float() as amount, 'currency': [str(symbol), str(position), int(places)]}:
            return format_amount(env, amount, _Currency(symbol, position, places))
        case {'number': str(number)}:
            return formatLang(env, float(number), digits=len(number.partition('.')[2]))
        case {'day': str(day)}:
            return say_day(env, date.fromisoformat(day))
        case {'moment': str(moment)}:
            return say_moment(env, datetime.fromisoformat(moment))
    raise ValueError(f"No sentence is made of {sorted(made_of)}.")


def _field(path, env):
    """Find a field by a path such as 'res.partner,name'."""
    model, _comma, name = path.partition(',')
    return env[model]._fields[name]
