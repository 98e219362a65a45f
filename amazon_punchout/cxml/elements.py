"""Elements that several cXML documents share, as immutable values."""

from dataclasses import dataclass
from decimal import Decimal

from .const import DEFAULT_LANG, REVERSE_CHARGE, REVERSE_CHARGE_CATEGORIES
from .values import value


@value
class Money:
    """An amount and its currency, a three-letter ISO 4217 code in capitals."""

    amount: Decimal
    currency: str


@value
class LocalizedText:
    """Text with its language (`xml:lang`), as it came: line breaks and blanks are kept."""

    text: str
    lang: str = DEFAULT_LANG


@dataclass(frozen=True, slots=True)
class Credential:
    """The identity of a party in a domain such as NetworkId or DUNS. Secrets are never part of it."""

    domain: str
    identity: str


@dataclass(frozen=True, slots=True)
class Header:
    """From, To and Sender of a document, each with any number of credentials (Amazon's carts have two in From)."""

    from_: tuple[Credential, ...] = ()
    to: tuple[Credential, ...] = ()
    sender: tuple[Credential, ...] = ()
    user_agent: str = ''


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number; `country_code` is the dialling code without '+', e.g. '49'."""

    iso_country_code: str
    country_code: str
    area_or_city_code: str
    number: str


@dataclass(frozen=True, slots=True)
class Address:
    """A place with a postal address. `address_id` is the one that the trading partner knows, '' if none."""

    address_id: str
    iso_country_code: str
    name: str
    deliver_to: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    city: str = ''
    state: str = ''
    postal_code: str = ''
    country_name: str = ''
    email: str = ''
    phone: Phone | None = None
    lang: str = DEFAULT_LANG


@dataclass(frozen=True, slots=True)
class Contact:
    """A person. The postal address is written only if it has a street, a city and a country."""

    name: str
    email: str
    role: str = ''
    iso_country_code: str = ''
    deliver_to: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    city: str = ''
    state: str = ''
    postal_code: str = ''
    country_name: str = ''
    phone: Phone | None = None
    lang: str = DEFAULT_LANG


@value
class Shipping:
    """The cost of shipping; in Amazon's carts without its tax."""

    money: Money
    description: LocalizedText = LocalizedText('')


@value
class TaxDetail:
    """A part of a tax.

    `percentage_rate` is 8 for 8 %; `purpose` is 'subtotalTax' or 'shippingTax' in Amazon's carts.
    """

    category: str = ''
    percentage_rate: Decimal | None = None
    purpose: str | None = None
    tax_amount: Money | None = None
    taxable_amount: Money | None = None
    tax_location: LocalizedText | None = None
    description: LocalizedText | None = None
    exemption: str = ''     # why the tax is zero, see :func:`.element_readers._read_exemption`

    @property
    def is_shipping(self):
        """Whether it is the tax on shipping rather than on the item."""
        return 'shipping' in (self.purpose or '').casefold()

    @property
    def is_reverse_charge(self):
        """Whether the buyer owes the tax instead of the seller."""
        return self.category.upper() in REVERSE_CHARGE_CATEGORIES or self.exemption in REVERSE_CHARGE


@value
class Tax:
    """A tax and, if stated, its parts; in Amazon's carts it includes the tax on shipping."""

    money: Money
    description: LocalizedText = LocalizedText('')
    details: tuple[TaxDetail, ...] = ()
    exemption: str = ''     # of the whole, where no detail states it

    @property
    def is_reverse_charge(self):
        """Whether the buyer owes the tax instead of the seller."""
        return self.exemption in REVERSE_CHARGE or any(detail.is_reverse_charge for detail in self.details)
