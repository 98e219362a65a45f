"""Texts of others as a person may read them: nothing in them is hidden, turned around or made to look empty.

Direction marks and other invisible characters let a text look like another one. They are shown by their code; what
Amazon gets is never made of such a text, but of the cart as it came.
"""
import re
import unicodedata

# Control, format, surrogate and private characters.
_HIDDEN_CATEGORIES = frozenset({'Cc', 'Cf', 'Cs', 'Co'})
# Invisible as well, by the Unicode property Default_Ignorable_Code_Point; the blank of braille only looks empty.
_looks_like_nothing = re.compile(
    '[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0d\uffa0\ufff0-\ufff8'
    '\U000e0000-\U000e0fff]').search
# Format characters that have a glyph: Arabic and Syriac signs around numbers.
_HAVE_A_GLYPH = frozenset('\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2')
_ZWNJ, _ZWJ, _EMOJI_STYLE = '\u200c', '\u200d', '\ufe0f'
_VIRAMA = 9  # the combining class


def visible(text):
    """Show a text on one line, with the code of each invisible character in its place, e.g. [U+202E].

    Letters of every script stay as they are. Two invisible characters stay where the script itself needs them: the
    joiner inside an emoji, and joiners after the virama of Indic scripts.

    :param str | None text: as it came
    :rtype: str
    """
    text = " ".join((text or "").split())
    if text.isprintable() and not _looks_like_nothing(text):
        return text
    return "".join(
        f'[U+{ord(character):04X}]' if _is_hidden(text, place) else character
        for place, character in enumerate(text))


def _is_hidden(text, place):
    character = text[place]
    if character in (_ZWNJ, _ZWJ) and _is_needed(text, place):
        return False
    return character not in _HAVE_A_GLYPH and bool(
        unicodedata.category(character) in _HIDDEN_CATEGORIES or _looks_like_nothing(character))


def _is_needed(text, place):
    """Tell whether a joiner does what it is there for."""
    # A sign, its tone of skin and its style stand before it at most; all of a text, again and again, is too much.
    before, after = text[max(0, place - 3):place], text[place + 1:place + 2]
    if before and unicodedata.combining(before[-1]) == _VIRAMA:
        return True
    before = before.rstrip(_EMOJI_STYLE + '\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff')  # and tones of skin
    return text[place] == _ZWJ and all(
        each and unicodedata.category(each) == 'So' for each in (before[-1:], after))
