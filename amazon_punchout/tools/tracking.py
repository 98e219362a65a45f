"""The pages on which carriers show where a parcel is."""
import re
import unicodedata
from urllib.parse import quote

from ..const import AMAZON_CARRIERS, TRACKING_PAGES

# What people search that can be a part of a tracking number. PostgreSQL finds no shorter text in an index.
TRACKING_NUMBER = re.compile(r'(?=.*\d).{3,}')


def carrier_key(name, pages=TRACKING_PAGES, amazon=AMAZON_CARRIERS):
    """Find a carrier in the tables, however the ship notice writes it.

    Ship notices write the same carrier in different letter cases, widths and legal forms, and append the service:
    'FedEx Home Delivery', 'UPS_GROUND', 'ヤマト運輸株式会社'. So words are dropped from the end until the rest is
    known.

    :param str | None name: as the ship notice writes it
    :param dict pages: the carriers' pages, as :data:`..const.TRACKING_PAGES`
    :param amazon: the names of Amazon's own delivery, as :data:`..const.AMAZON_CARRIERS`
    :return: the name in the tables, or None
    :rtype: str | None
    """
    name = unicodedata.normalize('NFKC', name or '').casefold().replace('株式会社', ' ')
    words = re.sub(r'[\W_]+', ' ', name).split()
    for length in range(len(words), 0, -1):
        key = ' '.join(words[:length])
        if key in pages or key in amazon:
            return key
    return None


def is_amazon(carrier, pages=TRACKING_PAGES, amazon=AMAZON_CARRIERS):
    """Tell whether Amazon itself delivers: it shows such a parcel on the page of the order only.

    :param carrier: as for :func:`carrier_key`
    :param pages: as for :func:`carrier_key`
    :param amazon: as for :func:`carrier_key`
    :rtype: bool
    """
    return carrier_key(carrier, pages, amazon) in amazon


def tracking_page(carrier, number, pages=TRACKING_PAGES, amazon=AMAZON_CARRIERS):
    """Find the page on which the carrier shows where a parcel is.

    :param carrier: as for :func:`carrier_key`
    :param str | None number: the carrier's number of the parcel
    :param pages: as for :func:`carrier_key`
    :param amazon: as for :func:`carrier_key`
    :return: its address, or None for a carrier whose pages are unknown
    :rtype: str | None
    """
    pattern = pages.get(carrier_key(carrier, pages, amazon))
    number = re.sub(r'\s+', '', number or '')
    return pattern.format(number=quote(number, safe='')) if pattern and number else None
