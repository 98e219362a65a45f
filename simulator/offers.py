"""What Product Search says of the products of the shop."""

from .accounts import ACCOUNTS
from .catalogue import BY_ASIN
from .pricing import percent

MOST_PRODUCTS = 30


def product_of(asin, country, above=0):
    """Describe a product with its offer.

    :param str country: of a marketplace.
    :param int above: the price is this many percent above that of the shop.
    :return: None if the shop of that country does not have it.
    """
    product = BY_ASIN.get(asin)
    account = next((account for account in ACCOUNTS if account.country == country), None)
    if product is None or account is None or account.currency not in product.prices:
        return None
    shop = product.prices[account.currency]
    price = shop + percent(shop, above, account.smallest_unit)
    offer = {
        'availability': 'In Stock.', 'merchant': {'name': product.seller or account.retailer},
        'condition': {'value': product.condition},
        'price': {'value': {'amount': float(price), 'currencyCode': account.currency}},
        'quantityLimits': {'minQuantity': 1, 'maxQuantity': 999}}
    return {'asin': asin, 'title': product.title,
            'includedDataTypes': {'OFFERS': [offer] if product.in_stock else []}}
