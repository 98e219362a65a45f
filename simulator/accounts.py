"""The three groups of the simulator, and how a document is authenticated as coming from one of them."""

import hmac
from dataclasses import dataclass, field
from decimal import Decimal

from .errors import Declined

NETWORK_ID = 'networkid'
SUPPLIER_IDENTITY = 'Amazon'


@dataclass(frozen=True)
class Account:
    """One Amazon group: its credentials, and its marketplace's money, taxes and languages."""

    identity: str
    shared_secret: str
    order_uuid: str
    country: str
    lang: str
    currency: str
    smallest_unit: Decimal
    duns: str
    retailer: str
    shipping_fee: Decimal
    free_shipping_from: Decimal
    shipping_description: str
    tax_description: str
    # VAT countries state the rate of every line. The US only estimates an amount, by the state of delivery.
    standard_rate: Decimal | None = None
    reduced_rate: Decimal | None = None
    state_rates: dict = field(default_factory=dict)


ACCOUNTS = (
    Account(
        identity='SIM-GROUP-US', shared_secret='not-a-real-secret-us',
        order_uuid='0a11ce00-0000-4000-8000-000000000001',
        country='US', lang='en-US', currency='USD', smallest_unit=Decimal('0.01'), duns='000000001',
        retailer='Simulated Retail US', shipping_fee=Decimal('6.99'), free_shipping_from=Decimal('35'),
        shipping_description='Shipping charge before tax', tax_description='Estimated tax, shipping included',
        state_rates={'CA': Decimal('7.25'), 'NY': Decimal('8.875'), 'TX': Decimal('6.25'), 'WA': Decimal('6.5')},
    ),
    Account(
        identity='SIM-GROUP-DE', shared_secret='not-a-real-secret-de',
        order_uuid='0a11ce00-0000-4000-8000-000000000002',
        country='DE', lang='de-DE', currency='EUR', smallest_unit=Decimal('0.01'), duns='000000002',
        retailer='Simulierter Handel DE', shipping_fee=Decimal('4.99'), free_shipping_from=Decimal('39'),
        shipping_description='Versand ohne Umsatzsteuer', tax_description='Umsatzsteuer einschließlich Versand',
        standard_rate=Decimal('19'), reduced_rate=Decimal('7'),
    ),
    Account(
        identity='SIM-GROUP-JP', shared_secret='not-a-real-secret-jp',
        order_uuid='0a11ce00-0000-4000-8000-000000000003',
        country='JP', lang='ja-JP', currency='JPY', smallest_unit=Decimal('1'), duns='000000003',
        retailer='シミュレーター商店', shipping_fee=Decimal('410'), free_shipping_from=Decimal('3500'),
        shipping_description='送料（税別）', tax_description='消費税額（送料分を含む）',
        standard_rate=Decimal('10'), reduced_rate=Decimal('8'),
    ),
)
BY_IDENTITY = {account.identity: account for account in ACCOUNTS}
BY_ORDER_UUID = {account.order_uuid: account for account in ACCOUNTS}


def authenticate(header):
    """Find the group that a document's header names, or decline the document.

    Amazon accepts the secret in Sender only; with one in From it answered 400.

    :param simulator.cxml_reader.Header header: the parties that the document names.
    :rtype: Account
    """
    if any(credential.secret is not None for credential in header.from_credentials):
        raise Declined(400, 'The SharedSecret belongs in Header/Sender, but Header/From has one.')
    if _network_identity(header.to_credentials) != SUPPLIER_IDENTITY:
        raise Declined(400, 'Header/To must name Amazon in a Credential of domain NetworkId.')
    senders = [c for c in header.sender_credentials if c.domain.lower() == NETWORK_ID]
    account = BY_IDENTITY.get(senders[0].identity) if senders else None
    if account is None or not hmac.compare_digest(
        (senders[0].secret or '').encode(), account.shared_secret.encode()
    ):
        raise Declined(401, 'Authentication failed: the identity or the shared secret in Header/Sender is not valid.')
    if _network_identity(header.from_credentials) != account.identity:
        raise Declined(401, 'Authentication failed: the identity in Header/From is not that of the sender.')
    return account


def _network_identity(credentials):
    return next((c.identity for c in credentials if c.domain.lower() == NETWORK_ID), None)
