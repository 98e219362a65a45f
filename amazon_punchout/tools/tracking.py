"""Where the number of a parcel is followed."""
import re
import unicodedata
from urllib.parse import quote

from ..const import AMAZON_CARRIERS, TRACKING_PAGES


def carrier_key(name):
    """Find a carrier in the tables, however the notice writes it.

    Notices name the same carrier in other letter cases, widths and legal forms, and append the service: 'FedEx Home
    Delivery', 'UPS_GROUND', 'ヤマト運輸株式会社'. So words are left out from the end until what is left is known.

    :param str | None name: as the notice says it
    :return: the name in the tables, or None
    :rtype: str | None
    """
    name = unicodedata.normalize('NFKC', name or '').casefold().replace('株式会社', ' ')
    words = re.sub(r'[\W_]+', ' ', name).split()
    for length in range(len(words), 0, -1):
        key = ' '.join(words[:length])
        if key in TRACKING_PAGES or key in AMAZON_CARRIERS:
            return key
    return None


def is_amazon(carrier):
    """Tell whether Amazon delivers itself; it shows such a parcel on the order's own page only.

    :param str | None carrier: as the notice says it
    :rtype: bool
    """
    return carrier_key(carrier) in AMAZON_CARRIERS


def tracking_page(carrier, number):
    """Find the page on which the carrier shows where a parcel is.

    :param str | None carrier: as the notice says it
    :param str | None number: the carrier's number of the parcel
    :return: its address, or None for a carrier whose pages aren't known
    :rtype: str | None
    """
    pattern = TRACKING_PAGES.get(carrier_key(carrier))
    number = re.sub(r'\s+', '', number or '')
    return pattern.format(number=quote(number, safe='')) if pattern and number else None
