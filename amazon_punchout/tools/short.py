"""What is in a cart, in few words."""

TITLE_LENGTH = 30


def shorten(text, length=TITLE_LENGTH):
    """Cut a text at the end of a word, or inside a word that is too long itself.

    :param str text: on one line
    :param int length: how many characters are left at most, with the ellipsis
    :rtype: str
    """
    if len(text) <= length:
        return text
    cut = text[:length - 1]
    words, space, _rest = cut.rpartition(' ')
    return (words if space and len(words) > length // 2 else cut).rstrip(' ,;:-') + '…'


def titles_in_short(titles):
    """Name the first item, and count the others: Monitor 27 inch + 2.

    :param list[str] titles: at least one
    :rtype: str
    """
    return f'{shorten(titles[0])} + {len(titles) - 1}' if len(titles) > 1 else shorten(titles[0])


def items_in_short(items):
    """Name the item of the highest amount, and count the others.

    :param items: tuples of the title and the amount of each item
    :rtype: str
    """
    return titles_in_short([title for title, _amount in sorted(items, key=lambda item: -item[1])])
