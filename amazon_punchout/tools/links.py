"""Links in texts for people."""
import re

from markupsafe import Markup

LINK = Markup('<a href="%s" target="_blank" rel="noopener noreferrer">%s</a>')


def is_page_of(url, host):
    """Tell whether an address surely leads to a marketplace: by https, to its host or one below, without tricks.

    Browsers and libraries disagree on what the host of an unusual address is, so only the usual form passes: plain
    ASCII, no user, no other port, no backslash, no punycode.

    :param str | None url: the address as it came
    :param str host: the ending of the marketplace's host, e.g. 'co.uk'
    :rtype: bool
    """
    return bool(re.fullmatch(
        rf'https://(?:(?!xn--)[a-z0-9-]+\.)*amazon\.{re.escape(host)}(?::443)?(?:[/?#][!-\[\]-~]*)?', url or "",
        re.ASCII | re.IGNORECASE))
