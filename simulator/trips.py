"""Shopping trips: what a PunchOutSetupRequest opens, what the shopper puts together, and what was sold in the end."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from . import pricing
from .accounts import Account, authenticate
from .catalogue import BY_ASIN
from .cxml_elements import new_payload_id, now
from .cxml_reader import Header, SetupRequest
from .refusal import Refused

MODE_OF_ADDRESS = {'/punchout': 'production', '/punchout/test': 'test'}
SETUP = '/cXML/Request/PunchOutSetupRequest'
MOST_OF_A_LINE = 999


class NotForSale(Exception):
    """An item that the shop can't put into a cart; its text tells the shopper why."""


@dataclass
class Trip:
    token: str
    account: Account
    mode: str
    request: SetupRequest
    # The shop's own web address as the buyer called it: links must lead back to where the shopper's browser can go.
    origin: str
    started_at: datetime
    state: str = 'shopping'
    cart: dict[str, int] = field(default_factory=dict)
    # The shopper came to the shop by themselves, and the purchasing system doesn't know of it yet.
    began_here: bool = False
    # A purchasing system has asked for a cart that waited here: its StartPage hands this over at once.
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
    """A cart that was handed over. An order is compared with it."""

    trip: Trip
    payload_id: str
    made_at: datetime
    quote: pricing.Quote
    lines: tuple[SaleLine, ...]


def check_setup(request, path):
    """Refuse a setup request as Amazon does.

    :return: the group that asks.
    :rtype: Account
    """
    account = authenticate(request.header)
    if request.operation != 'create':
        raise Refused(400, f'The operation "{request.operation}" is not supported: only "create" is.')
    mode = MODE_OF_ADDRESS[path]
    if request.header.deployment_mode != mode:
        raise Refused(400, f'The deploymentMode "{request.header.deployment_mode}" does not fit this address, '
                           f'which is for "{mode}".')
    _check_mandatory_data(request)
    if not request.buyer_cookie:
        raise Refused(400, f'The BuyerCookie element, found at {SETUP}/BuyerCookie, is missing.')
    if not request.browser_form_post.lower().startswith(('http://', 'https://')):
        raise Refused(400, f'The URL found at {SETUP}/BrowserFormPost/URL is not a web address.')
    return account


def _check_mandatory_data(request):
    """Refuse with Amazon's own words (a real answer of 2024), which users of the addon are shown."""
    missing = []
    if not request.browser_form_post:
        missing.append(f'The HOOK URL element, found at {SETUP}/BrowserFormPost/URL, is missing.')
    if not request.email:
        places = ("Extrinsic[@name='UserEmail']", 'ShipTo/Address/Email', 'Contact/Email', "Extrinsic[@name='Email']")
        found_at = ' (or) '.join(f'{SETUP}//{place}' for place in places)
        missing.append(f'The EMAIL element, found at {found_at}, is missing.')
    if missing:
        raise Refused(403, f'CXML POSR with payloadId {{{request.header.payload_id}}} is missing the following '
                           f'Mandatory data. {" ".join(missing)}')


class TripBook:
    """All trips and sales. Carts of one trip are touched by several browser tabs at once, hence the lock."""

    def __init__(self, lock):
        self._lock = lock
        self._trips = {}
        self._sale_by_auxiliary_id = {}
        # Carts that were checked out here and that a setup request shall fetch, by group and shopper.
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
        """Begin a trip of somebody who is signed in here and whom no purchasing system has announced."""
        request = SetupRequest(
            header=Header('', 'production', (), (), ()), operation='create', buyer_cookie=secrets.token_urlsafe(24),
            browser_form_post='', email=email, first_name='', last_name='', business_unit='', selected_item='', ship_to=None)
        trip = Trip(token=secrets.token_urlsafe(16), account=account, mode='production', request=request, origin=origin,
                    started_at=now(), began_here=True)
        with self._lock:
            self._trips[trip.token] = trip
        return trip

    def wait(self, trip):
        """Let a cart wait for the setup request that fetches it."""
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
        """Fill the cart in one go, or leave it as it was.

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
        """Hand the cart over, empty or not. Doing it again gives a new document, as a shopper's Back button does."""
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

    def sale_of(self, account, auxiliary_ids):
        """The sale that any of these ids belongs to, if it was made to this group.

        :rtype: Sale | None
        """
        with self._lock:
            sales = (self._sale_by_auxiliary_id.get(auxiliary_id) for auxiliary_id in auxiliary_ids)
            return next((sale for sale in sales if sale and sale.trip.account is account), None)


def _shopper(trip):
    return trip.account.identity, trip.request.email.casefold()
