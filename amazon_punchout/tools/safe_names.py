"""Names and cells that other programs open: what a sender chose must not mean anything there."""
import re

# With one of these, spreadsheets take a cell for a formula.
FORMULA = ('=', '+', '-', '@', '\t', '\r', '\n')
LONGEST = 80


def file_name(text):
    """Make a part of a file name of any text.

    :param str | bool text: e.g. a payloadID, which its sender chose
    :return: letters, digits, dots, hyphens and underscores; it begins with none of the dots
    :rtype: str
    """
    return re.sub(r'[^A-Za-z0-9._-]+', '_', text or '').lstrip('.')[:LONGEST] or '_'


def cell(value):
    """Write a value for a cell of a CSV file.

    :rtype: str
    """
    text = '' if value in (None, False) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
