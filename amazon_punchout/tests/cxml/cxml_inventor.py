"""Invented values for the tests of the codec, and the way to the shared samples."""

import os
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from ...cxml import (
    Address,
    Contact,
    Credential,
    Header,
    ItemIn,
    ItemOut,
    LocalizedText,
    Money,
    OrderRequest,
    Phone,
    PunchOutSetupRequest,
    Shipping,
    Tax,
    TaxDetail,
)
from ..cxml_builder import COOKIE

SECRET = 'hunter2 & <friends>'
MOMENT = datetime(2025, 3, 30, 14, 5, 9, 123456, timezone(timedelta(hours=2)))


def header():
    buyer = (Credential('NetworkId', 'Buyer77'),)
    return Header(from_=buyer, to=(Credential('NetworkId', 'Amazon'),), sender=buyer, user_agent='Odoo')


def address(**values):
    return Address(**{
        'address_id': 'WH1',
        'iso_country_code': 'DE',
        'name': 'Muster & Söhne',
        'deliver_to': ('Rampe 3',),
        'streets': ('Hafenweg 1', 'Hof 2'),
        'city': 'Hamburg',
        'state': 'HH',
        'postal_code': '20457',
        'country_name': 'Deutschland',
        'email': 'lager@muster.example',
        'phone': Phone('DE', '49', '40', '123456'),
        'lang': 'de-DE',
        **values,
    })


def item(**values):
    return ItemIn(**{'quantity': Decimal(1), 'supplier_part_id': 'B0PEN00002', 'unit_price': euro('1.50'), **values})


def euro(amount):
    return Money(Decimal(amount), 'EUR')


def setup_request(**values):
    return PunchOutSetupRequest(**{
        'payload_id': 'setup.1@odoo.example',
        'timestamp': MOMENT,
        'header': header(),
        'deployment_mode': 'test',
        'buyer_cookie': COOKIE,
        'browser_form_post_url': 'https://odoo.example/cart?a=1&b=2',
        'user_email': 'mia@muster.example',
        'first_name': 'Mia',
        'last_name': 'Muster',
        **values,
    })


def order_request(**values):
    return OrderRequest(**{
        'payload_id': 'order.1@odoo.example',
        'timestamp': MOMENT,
        'header': header(),
        'deployment_mode': 'test',
        'order_id': 'P00042',
        'order_date': MOMENT,
        'total': euro('1.50'),
        'ship_to': address(),
        'bill_to': address(),
        'items': (ItemOut(1, item(), Decimal(1)),),
        **values,
    })


class Inventor:
    """Makes values that are allowed but unlikely, always the same ones for the same seed."""

    CHARACTERS = 'abc 7&<>"\'\n\t\r%+;]]>😀é日\u200b\x00\x0b\x1f\ufffe\ud800'

    def __init__(self, random):
        self.random = random

    def maybe(self, make):
        return make() if self.random.random() < 0.5 else None

    def text(self, start=''):
        return start + ''.join(self.random.choices(self.CHARACTERS, k=self.random.randrange(12)))

    def some(self, make):
        return tuple(make() for _index in range(self.random.randrange(4)))

    def pairs(self):
        return self.some(lambda: (self.text(), self.text()))

    def decimal(self):
        digits = self.random.randrange(10 ** self.random.randrange(1, 12))
        return Decimal(digits).scaleb(-self.random.randrange(-1, 7))

    def money(self):
        return Money(self.decimal(), 'EUR')

    def localized(self):
        return LocalizedText(self.text(), self.random.choice(('de-DE', 'ja_JP', '', 'no such language', 'x\x00')))

    def phone(self):
        return Phone(self.random.choice(('DE', '', 'Germany')), self.text('49'), self.text(), self.text())

    def address(self):
        return address(
            address_id=self.text(), name=self.text('N'), deliver_to=self.some(self.text),
            streets=(self.text(), self.text('S')), city=self.text('C'), state=self.text(), postal_code=self.text(),
            country_name=self.text(), email=self.text(), phone=self.maybe(self.phone), lang=self.localized().lang,
        )

    def contact(self):
        return Contact(
            name=self.text(), email=self.text(), role=self.random.choice(('', 'endUser')),
            iso_country_code=self.random.choice(('DE', '', 'd')), deliver_to=self.some(self.text),
            streets=self.some(self.text), city=self.text(), phone=self.maybe(self.phone),
        )

    def shipping(self):
        return Shipping(self.money(), self.localized())

    def tax_detail(self):
        return TaxDetail(
            self.text(), self.maybe(self.decimal), self.maybe(self.text), self.maybe(self.money),
            self.maybe(self.money), self.maybe(self.localized), self.maybe(self.localized),
            self.random.choice(('', 'zeroRated', 'exempt', 'VATEX-EU-AE')),
        )

    def tax(self):
        return Tax(self.money(), self.localized(), self.some(self.tax_detail))

    def item(self):
        return ItemIn(
            quantity=self.decimal() + 1, supplier_part_id=self.text('B'), unit_price=self.money(),
            supplier_part_auxiliary_id=self.maybe(self.text), line_number=self.maybe(lambda: 7),
            description=self.localized(), unit_of_measure=self.maybe(lambda: self.text('U')),
            classifications=self.pairs(), manufacturer_part_id=self.maybe(self.text),
            manufacturer_name=self.maybe(self.text), lead_time=self.maybe(lambda: 5), extrinsics=self.pairs(),
            shipping=self.maybe(self.shipping), tax=self.maybe(self.tax),
        )

    def order_request(self):
        items = [self.item() for _index in range(1 + self.random.randrange(4))]
        return order_request(
            payload_id=self.text('p'), order_id=self.text('P'), ship_to=self.address(), bill_to=self.address(),
            total=self.money(), shipping=self.maybe(self.shipping), tax=self.maybe(self.tax),
            contact=self.maybe(self.contact), comments=self.maybe(self.text), extrinsics=self.pairs(),
            items=tuple(
                ItemOut(line, each, each.quantity, self.maybe(self.text)) for line, each in enumerate(items, start=1)
            ),
        )

    def setup_request(self):
        return setup_request(
            buyer_cookie=self.text('c'), browser_form_post_url=self.text('https://'), user_email=self.text('@'),
            first_name=self.text(), last_name=self.text(), business_unit=self.maybe(self.text),
            contact=self.maybe(self.contact), ship_to=self.maybe(self.address), selected_item=self.maybe(self.text),
            extrinsics=self.pairs(),
        )


def shared(test, *parts):
    """Give the path of a shared sample or DTD, or skip the test."""
    folder = os.environ.get('AMAZON_PUNCHOUT_SHARED')
    if not folder:
        test.skipTest("NOT TESTED: set AMAZON_PUNCHOUT_SHARED to the folder with the cXML samples and DTDs")
    return Path(folder, *parts)
