"""Access to the REST APIs: tokens, rates, and how answers look."""

import hmac
import secrets
import time
from dataclasses import asdict, dataclass, fields

from .books.answers import AMOUNTS, DATES, LAST_TOKENS, SIGNS, Shape
from .books.records import MARKETS, REGIONS
from .errors import Impossible
from .options import Options

CLIENT_ID = 'amzn1.application-oa2-client.simulator'
CLIENT_SECRET = 'not-a-real-client-secret'
REFRESH_TOKENS = {region: f'Atzr|not-a-real-refresh-token-{region}' for region in REGIONS}
RECONCILIATION, REPORTING, DOCUMENTS, PRODUCTS = 'reconciliation', 'reporting', 'documents', 'products'
# Requests per second, and how many may come at once.
RATES = {RECONCILIATION: (2, 10), REPORTING: (0.5, 10), DOCUMENTS: (0.1, 10), PRODUCTS: (0.5, 10)}
EMPTY, NOT_FOUND = 'empty', '404'
MOST_SECONDS = 86400


class ApiError(Exception):
    """A request that an API does not answer; it has the status, the code and the text of the error."""

    def __init__(self, status, message, code=None, retry_after=None):
        super().__init__(message)
        self.status = status
        self.code = code or CODES[status]
        self.message = message
        self.retry_after = retry_after


CODES = {
    400: 'InvalidInput', 401: 'Unauthorized', 403: 'AccessDenied', 404: 'NotFound', 413: 'RequestTooLarge',
    415: 'UnsupportedMediaType', 429: 'QuotaExceeded', 500: 'InternalFailure', 503: 'ServiceUnavailable',
    504: 'GatewayTimeout',
}
MESSAGES = {
    400: 'A parameter of the request is missing or not valid.', 401: 'The request has no valid access token.',
    403: 'Access to the requested resource is denied.', 404: 'The requested resource does not exist.',
    413: 'The request is too large.', 415: 'The content type is not supported.',
    429: 'Too many requests; the quota is exceeded.', 500: 'An unexpected error occurred.',
    503: 'The service is temporarily unavailable.', 504: 'The service did not answer in time.',
}


@dataclass(frozen=True)
class ApiSettings(Shape):
    """How the APIs behave; a Shape says how their answers are written."""

    page_size: int = 25
    throttled: bool = True
    retry_after: int = 2
    # Of an access token.
    expires_in: int = 3600
    # The status of a request with an expired access token.
    expired_status: int = 403
    # The answer about an order that Reporting does not know: an empty list or an error.
    unknown_order: str = EMPTY
    # What Product Search states is this much above the price in the shop.
    price_percent: int = 0

    @classmethod
    def from_json(cls, values, before):
        """Read settings from a request; those that it does not name stay as they were.

        :raises Impossible: if they are wrong; its text is shown to the user.
        """
        if not isinstance(values, dict):
            raise Impossible('The settings must be a JSON object.')
        options = Options(asdict(before) | values, 'The settings')
        settings = cls(
            amounts=options.text('amounts', None, AMOUNTS), dates=options.text('dates', None, DATES),
            last_token=options.text('last_token', None, LAST_TOKENS), refunds=options.text('refunds', None, SIGNS),
            unknown_fields=options.flag('unknown_fields'), sparse=options.flag('sparse'),
            page_size=options.whole('page_size', 25, 1), throttled=options.flag('throttled'),
            retry_after=options.whole('retry_after', 2, 0),
            expires_in=options.whole('expires_in', 3600, 0, MOST_SECONDS),
            expired_status=options.whole('expired_status', 403, 401, 403),
            price_percent=options.whole('price_percent', 0, 0, 100),
            unknown_order=options.text('unknown_order', None, (EMPTY, NOT_FOUND)))
        options.done()
        return settings

    @property
    def shape(self):
        return Shape(**{field.name: getattr(self, field.name) for field in fields(Shape)})


class Apis:
    """Who may ask what, and how often.

    :param clock: returns seconds, for tests to turn.
    """

    def __init__(self, lock, clock=time.monotonic):
        self._lock = lock
        self._clock = clock
        self.settings = ApiSettings()
        # Access tokens: (region, the moment when they expire).
        self._tokens = {}
        self._withdrawn = set()
        # Regions whose application lacks the role of an API.
        self._closed = set()
        self._buckets = {}

    def set_up(self, values):
        settings = ApiSettings.from_json(values, self.settings)
        with self._lock:
            self.settings = settings
            self._buckets.clear()

    # === ACCESS === #

    def new_token(self, client_id, client_secret, refresh_token):
        """Exchange a refresh token for an access token.

        :raises ApiError: with the code of Login with Amazon.
        :rtype: str
        """
        known = hmac.compare_digest(client_id.encode(), CLIENT_ID.encode())
        if not (known and hmac.compare_digest(client_secret.encode(), CLIENT_SECRET.encode())):
            raise ApiError(401, 'Client authentication failed', 'invalid_client')
        region = next((name for name, token in REFRESH_TOKENS.items() if token == refresh_token), None)
        with self._lock:
            if region is None or region in self._withdrawn:
                raise ApiError(400, 'The request has an invalid grant parameter : refresh_token', 'invalid_grant')
            token = f'Atza|{secrets.token_urlsafe(32)}'
            self._tokens[token] = region, self._clock() + self.settings.expires_in
            return token

    def region_of(self, token, api):
        """Find the region that an access token is for.

        :raises ApiError: if it is unknown, expired, or its region may not use this API.
        :rtype: str
        """
        with self._lock:
            region, until = self._tokens.get(token, (None, 0))
            if region is None or region in self._withdrawn:
                raise ApiError(401, MESSAGES[401])
            if until <= self._clock():
                raise ApiError(self.settings.expired_status, 'The access token you provided has expired.')
            if (region, api) in self._closed:
                raise ApiError(403, MESSAGES[403])
            return region

    def expire(self):
        """Let all access tokens expire."""
        with self._lock:
            self._tokens = {token: (region, 0) for token, (region, __) in self._tokens.items()}

    def withdraw(self, region):
        """Withdraw the consent of a region: its refresh token and its access tokens stop working."""
        with self._lock:
            self._withdrawn.add(region)

    def consent(self, region):
        with self._lock:
            self._withdrawn.discard(region)

    def close(self, region, api):
        """Take the role of an API from the application."""
        with self._lock:
            self._closed.add((region, api))

    def open(self, region, api):
        with self._lock:
            self._closed.discard((region, api))

    def access(self):
        """Return what is open, by region.

        :rtype: dict[str, dict]
        """
        with self._lock:
            return {region: {
                'refresh_token': REFRESH_TOKENS[region], 'consent': region not in self._withdrawn,
                'countries': [m.country for m in MARKETS.values() if m.region == region],
                **{api: (region, api) not in self._closed for api in RATES},
            } for region in REGIONS}

    # === RATES === #

    def count(self, api, region):
        """Count a request.

        :raises ApiError: with 429 if there were too many.
        """
        rate, burst = RATES[api]
        with self._lock:
            moment = self._clock()
            left, since = self._buckets.get((api, region), (burst, moment))
            left = min(burst, left + (moment - since) * rate)
            if left < 1 and self.settings.throttled:
                self._buckets[api, region] = left, moment
                raise ApiError(429, MESSAGES[429], retry_after=self.settings.retry_after)
            self._buckets[api, region] = max(0, left - 1), moment
