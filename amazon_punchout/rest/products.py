"""The Product Search API (2020-08-26): what an item costs at the moment.

The offer that is in a cart can't be named: the ASIN and the name of the seller tell which one it probably is.
"""

from dataclasses import dataclass
from decimal import Decimal

from .json_values import identifier_of, listed_of, money_of, number_of, object_of, objects_of, parse, text_of

PATH = '/products/2020-08-26/products'
# Of one request.
MAX_ITEMS = 30
USER_HEADER = 'x-amz-user-email'
# The language of the words that Amazon answers, by ISO code of the country.
LOCALES = {
    'us': 'en_US', 'ca': 'en_CA', 'mx': 'es_MX', 'br': 'pt_BR', 'gb': 'en_GB', 'de': 'de_DE', 'fr': 'fr_FR',
    'it': 'it_IT', 'es': 'es_ES', 'in': 'en_IN', 'jp': 'ja_JP', 'au': 'en_AU'}


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer for an item: the price of one piece, without tax if Amazon states it, and how many one may buy."""

    asin: str
    seller: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    availability: str | None = None
    most: int | None = None


def offers_body(asins, marketplace, region, quantity):
    """Give the path and the body that ask for the offers of items.

    :param asins: of at most MAX_ITEMS items
    :param str marketplace: the ISO code of the country
    :param str region: Amazon's code of the marketplace, e.g. 'UK'
    :param int quantity: how many of each, since the price may depend on it
    :rtype: tuple[str, dict]
    """
    return f'{PATH}/getProductsByAsins', {
        'productIds': list(asins), 'productRegion': region, 'locale': LOCALES.get(marketplace, 'en_US'),
        'quantity': quantity, 'facets': ['OFFERS']}


def read_offers(raw, quantity):
    """Read the offers of items.

    :param bytes raw: the answer
    :param int quantity: that was asked about
    :return: the offers of each item in Amazon's order, by ASIN; an item without offers has none
    :rtype: dict[str, tuple[Offer, ...]]
    :raise RestError: see :func:`.json_values.parse`
    """
    found = {}
    for product in listed_of(parse(raw), 'products'):
        if asin := identifier_of(product, 'asin', 'productId'):
            offers = objects_of(object_of(product, 'includedDataTypes'), 'OFFERS', 'offers') \
                or objects_of(product, 'offers', 'OFFERS')
            found[asin] = found.get(asin, ()) + tuple(_read_offer(asin, offer, quantity) for offer in offers)
    return found


def _read_offer(asin, owner, quantity):
    price, currency = _tier_price(owner, quantity)
    if price is None:
        price, currency = _price_of(owner, 'taxExclusivePrice')
    if price is None:
        price, currency = _price_of(owner, 'price')
    limits = object_of(owner, 'quantityLimits')
    most = number_of(limits, 'maxQuantity')
    return Offer(
        asin=asin, seller=text_of(object_of(owner, 'merchant'), 'name') or text_of(owner, 'merchantName'), price=price,
        currency=currency, availability=text_of(owner, 'availability', limit=100),
        most=int(most) if most is not None and most > 0 else None)


def _tier_price(owner, quantity):
    """Read the price for a quantity, if the offer has tiers and one of them fits."""
    best, least = (None, None), 0
    for tier in objects_of(object_of(owner, 'quantityPrice'), 'quantityPriceTiers', 'tiers'):
        begin = number_of(object_of(tier, 'quantityRange'), 'minQuantity') or number_of(tier, 'minQuantity')
        price = next((found for name in ('taxExclusiveUnitPrice', 'taxExclusivePrice', 'unitPrice', 'price')
                      if (found := _price_of(tier, name))[0] is not None), (None, None))
        if begin is not None and least < begin <= quantity and price[0] is not None:
            best, least = price, begin
    return best


def _price_of(owner, name):
    amount, currency = money_of(owner, name)
    return (amount, currency) if amount is not None else money_of(object_of(owner, name), 'value')
