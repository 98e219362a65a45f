"""Shopping trips: a PunchOutSetupRequest starts one, the shopper fills the cart, and a sale ends it."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from . import pricing
from .accounts import Account, authenticate
from .catalogue import BY_ASIN, OFFICE, Product
from .cxml_elements import new_payload_id, now
from .cxml_reader import Header, SetupRequest
from .errors import Declined

MODE_OF_ADDRESS = {'/punchout': 'production', '/punchout/test': 'test'}
SETUP = '/cXML/Request/PunchOutSetupRequest'
MOST_OF_A_LINE = 999


class NotForSale(Exception):
    """An item that can't be added to a cart; its text tells the shopper why."""


@dataclass
class Trip:
    token: str
    account: Account
    mode: str
    request: SetupRequest
    # The address of the shop as the purchasing system called it, which the shopper's browser can reach.
    origin: str
    started_at: datetime
    state: str = 'shopping'
    cart: dict[str, int] = field(default_factory=dict)
    # The shopper started on Amazon, and the purchasing system does not know it yet.
    began_here: bool = False
    # A setup request has fetched a cart that waited here: the StartPage returns it at once.
    waiting_sale: 'Sale | None' = None

    def quote(self):
        items = [(BY_ASIN[asin], quantity) for asin, quantity in self.cart.items()]
        ship_to = self.request.ship_to
        return pricing.quote(self.account, items, ship_to.state if ship_to else '')


@dataclass(frozen=True)
class SaleLine:
    auxiliary_id: str
    quoted: pricing.QuoteLine


@dataclass(frozen=True)
class Sale:
    """A cart that was returned to the purchasing system; its order is compared with it."""

    trip: Trip
    payload_id: str
    made_at: datetime
    quote: pricing.Quote
    lines: tuple[SaleLine, ...]


def check_setup(request, path):
    """Check a setup request, and decline it as Amazon does.

    :return: the group of the request.
    :rtype: Account
    """
    account = authenticate(request.header)
    if request.operation != 'create':
        raise Declined(400, f'The operation "{request.operation}" is not supported, only "create".')
    mode = MODE_OF_ADDRESS[path]
    if request.header.deployment_mode != mode:
        raise Declined(400, f'The deploymentMode "{request.header.deployment_mode}" does not match this address, '
                           f'which is for "{mode}".')
    _check_mandatory_data(request)
    if not request.buyer_cookie:
        raise Declined(400, f'The BuyerCookie element, found at {SETUP}/BuyerCookie, is missing.')
    if not request.browser_form_post.lower().startswith(('http://', 'https://')):
        raise Declined(400, f'The URL found at {SETUP}/BrowserFormPost/URL is not a web address.')
    return account


def _check_mandatory_data(request):
    """Decline with Amazon's own text (from an answer of 2024), which the addon shows to its users."""
    missing = []
    if not request.browser_form_post:
        missing.append(f'The HOOK URL element, found at {SETUP}/BrowserFormPost/URL, is missing.')
    if not request.email:
        places = ("Extrinsic[@name='UserEmail']", 'ShipTo/Address/Email', 'Contact/Email', "Extrinsic[@name='Email']")
        found_at = ' (or) '.join(f'{SETUP}//{place}' for place in places)
        missing.append(f'The EMAIL element, found at {found_at}, is missing.')
    if missing:
        raise Declined(403, f'CXML POSR with payloadId {{{request.header.payload_id}}} is missing the following '
                           f'Mandatory data. {" ".join(missing)}')


class TripBook:
    """All trips and sales, with a lock because several browser tabs may change a cart at once."""

    def __init__(self, lock):
        self._lock = lock
        self._trips = {}
        self._sale_by_auxiliary_id = {}
        # Carts that were submitted here and that a setup request will fetch, by group and shopper.
        self._waiting = {}

    def start(self, account, request, origin):
        trip = Trip(
            token=secrets.token_urlsafe(16), account=account, mode=request.header.deployment_mode, request=request,
            origin=origin, started_at=now(),
        )
        with self._lock:
            self._trips[trip.token] = trip
            if waiting := self._waiting.pop(_shopper(trip), None):
                trip.cart = dict(waiting.cart)
                waiting.state = 'fetched'
                trip.waiting_sale = self.sell(trip)
        return trip

    def start_here(self, account, email, origin):
        """Start a trip of a shopper who is signed in here, without a setup request."""
        request = SetupRequest(
            header=Header('', 'production', (), (), ()), operation='create', buyer_cookie=secrets.token_urlsafe(24),
            browser_form_post='', email=email, first_name='', last_name='', business_unit='', selected_item='',
            ship_to=None)
        trip = Trip(token=secrets.token_urlsafe(16), account=account, mode='production', request=request, origin=origin,
                    started_at=now(), began_here=True)
        with self._lock:
            self._trips[trip.token] = trip
        return trip

    def wait(self, trip):
        """Keep a cart for the setup request that fetches it."""
        with self._lock:
            trip.state = 'waiting'
            self._waiting[_shopper(trip)] = trip

    def find(self, token):
        with self._lock:
            return self._trips.get(token)

    def all(self):
        with self._lock:
            return list(self._trips.values())

    def add(self, trip, asin, quantity):
        with self._lock:
            self.set_quantity(trip, asin, trip.cart.get(asin, 0) + quantity)

    def set_quantity(self, trip, asin, quantity):
        product = BY_ASIN.get(asin)
        if product is None:
            raise NotForSale(f'There is no product {asin}.')
        if not product.in_stock:
            raise NotForSale(f'{asin} is out of stock.')
        if not 0 <= quantity <= MOST_OF_A_LINE:
            raise NotForSale(f'The quantity of {asin} must be between 0 and {MOST_OF_A_LINE}.')
        with self._lock:
            if quantity:
                trip.cart[asin] = quantity
            else:
                trip.cart.pop(asin, None)

    def replace_cart(self, trip, items):
        """Fill the cart at once, or leave it unchanged.

        :param list items: (ASIN, quantity) pairs.
        """
        with self._lock:
            before, trip.cart = trip.cart, {}
            try:
                for asin, quantity in items:
                    self.add(trip, asin, quantity)
            except NotForSale:
                trip.cart = before
                raise

    def leave(self, trip):
        with self._lock:
            trip.cart = {}
            return self.sell(trip)

    def sell(self, trip):
        """Sell the cart, empty or not; a second time makes a new document, as after the Back button."""
        with self._lock:
            trip.state = 'submitted' if trip.cart else 'left'
            quote = trip.quote()
            number = f'136-{secrets.randbelow(10**7):07d}-{secrets.randbelow(10**7):07d}'
            sale = Sale(
                trip=trip, payload_id=new_payload_id(), made_at=now(), quote=quote,
                lines=tuple(SaleLine(f'{number},{i}', line) for i, line in enumerate(quote.lines, start=1)),
            )
            for line in sale.lines:
                self._sale_by_auxiliary_id[line.auxiliary_id] = sale
            return sale

    def remember(self, account, mode, lines):
        """Take a cart as sold here that was not: that of an order which the purchasing system had before.

        :param str mode: `production` or `test`.
        :param list[SaleLine] lines: what it holds.
        :rtype: Sale
        """
        request = SetupRequest(
            header=Header('', mode, (), (), ()), operation='create', buyer_cookie='', browser_form_post='', email='',
            first_name='', last_name='', business_unit='', selected_item='', ship_to=None)
        trip = Trip(token=secrets.token_urlsafe(16), account=account, mode=mode, request=request, origin='',
                    started_at=now(), state='submitted')
        sale = Sale(trip=trip, payload_id=new_payload_id(), made_at=now(),
                    quote=pricing.Quote(tuple(line.quoted for line in lines)), lines=tuple(lines))
        with self._lock:
            for line in lines:
                self._sale_by_auxiliary_id[line.auxiliary_id] = sale
        return sale

    def sale_of(self, account, auxiliary_ids):
        """Find the sale with any of these ids, if it belongs to this group.

        :rtype: Sale | None
        """
        with self._lock:
            sales = (self._sale_by_auxiliary_id.get(auxiliary_id) for auxiliary_id in auxiliary_ids)
            return next((sale for sale in sales if sale and sale.trip.account is account), None)


def known_line(account, auxiliary_id, asin, title, quantity, unit_price, shipping='0', tax='0'):
    """Describe a line of a cart that was not sold here, whose tax is an estimate.

    :param Account account: the group of the cart.
    :param str unit_price: an amount, as are `shipping` and `tax`.
    :raises decimal.InvalidOperation: if an amount is none.
    :rtype: SaleLine
    """
    price = Decimal(unit_price)
    product = Product(asin, OFFICE, title, brand='', part_number='', sub_category='', unspsc='',
                      prices={account.currency: price})
    return SaleLine(auxiliary_id, pricing.QuoteLine(
        product, quantity, price, Decimal(shipping), (pricing.TaxPart('estimate', None, Decimal(tax)),)))


def _shopper(trip):
    return trip.account.identity, trip.request.email.casefold()
