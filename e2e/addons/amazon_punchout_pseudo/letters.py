"""How the pseudo-language is written. Nothing of Odoo, since tests write it, too."""
import re
import string

# A language that Odoo and browsers know, with dates and numbers of its own. Its real translations are never loaded.
LANGUAGE = 'fi_FI'
ACCENTED = str.maketrans(
    string.ascii_letters,
    'āƀĉđēƒĝħīĵķļɱņōþɋŕśţūṽŵẋŷž' + 'ĀƁĈĐĒƑĜĦĪĴĶĻⱮŅŌÞɊŔŚŢŪṼŴẊŶŽ')
# What must stay: placeholders, expressions of QWeb, entities, tags.
KEPT = re.compile(
    r"%(?:\(\w+\))?[-+#0]*\d*(?:\.\d+)?[sdifgr%]|\{\{.*?\}\}|[$#]?\{[^{}]*\}|&#?\w+;|</?[a-zA-Z][^>]*>", re.DOTALL)
# Of a tag, what people read.
SHOWN = re.compile(r"""(\b(?:title|placeholder|aria-label|alt|data-tooltip|string|confirm)=)("[^"]*"|'[^']*')""")


def pseudo(text):
    """Write a string in the pseudo-language.

    :param str text: as in the .pot
    :rtype: str
    """
    parts, end = [], 0
    for kept in KEPT.finditer(text):
        parts += [text[end:kept.start()].translate(ACCENTED), SHOWN.sub(
            lambda shown: shown[1] + shown[2].translate(ACCENTED), kept[0]) if kept[0][0] == '<' else kept[0]]
        end = kept.end()
    return ''.join((*parts, text[end:].translate(ACCENTED)))
