"""Names by which Amazon's figures tell whose a charge is."""


def plain_name(text):
    """Give a name without what does not tell names apart: letter case and repeated blanks.

    :param str text: as Amazon or a person writes it
    :rtype: str
    """
    return ' '.join(text.split()).casefold()
