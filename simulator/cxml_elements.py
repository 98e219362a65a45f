"""The parts that all documents from Amazon have in common."""

import secrets
import time
from datetime import datetime, timezone

from lxml import etree

from .accounts import SUPPLIER_IDENTITY

XML_LANG = '{http://www.w3.org/XML/1998/namespace}lang'


def new_payload_id():
    """Make a payloadID of milliseconds and two random numbers, as Amazon does."""
    return (f'{time.time_ns() // 1_000_000}.{secrets.randbelow(1000)}.{secrets.randbelow(10_000)}'
            '@amazon-simulator.example')


def now():
    return datetime.now(timezone.utc)


def timestamp(moment):
    return moment.isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def offset_timestamp(moment):
    """Write a moment as Amazon's messages do: with +0000, without a colon."""
    return moment.strftime('%Y-%m-%dT%H:%M:%S%z')


def money(account, amount):
    # Two decimals in every currency: Amazon writes yen so too.
    return element('Money', text=f'{amount:.2f}', currency=account.currency)


def localised(tag, account, text):
    node = element(tag, text=text)
    node.set(XML_LANG, account.lang)
    return node


def shipping(account, amount):
    return element('Shipping', money(account, amount), localised('Description', account, account.shipping_description))


def tax(account, amount, parts=()):
    return element(
        'Tax',
        money(account, amount),
        localised('Description', account, account.tax_description),
        *(
            element(
                'TaxDetail',
                element('TaxAmount', money(account, part.amount)),
                category='vat', percentageRate=f'{part.rate:.2f}', purpose=part.purpose,
            )
            for part in parts if part.rate is not None
        ),
    )


def amazon_credentials(account):
    return credential('DUNS', account.duns), credential('NetworkId', SUPPLIER_IDENTITY)


def credential(domain, identity):
    return element('Credential', element('Identity', text=identity), domain=domain)


def envelope(*children, payload_id=None):
    return element('cXML', *children, payloadID=payload_id or new_payload_id(), timestamp=timestamp(now()))


def element(tag, *children, text=None, text_=None, **attributes):
    """Make one element; `text` is its content, so an attribute of that name is passed as `text_`."""
    if text_ is not None:
        attributes['text'] = text_
    node = etree.Element(tag, attributes)
    node.text = text
    node.extend(children)
    return node


def serialize(root, doctype=None):
    return etree.tostring(root, xml_declaration=True, encoding='UTF-8', doctype=doctype)
