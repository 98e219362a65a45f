"""Documents and values that Hypothesis invents, and a few thousand mutated ones; millions by `bin/test fuzz codec`."""
from __future__ import annotations

import sys
from datetime import datetime, timezone
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from lab import fuzz, paths, python

ADDON = paths.ROOT / paths.ADDON
sys.path[:0] = [str(ADDON), str(ADDON / "tests")]

import cxml  # noqa: E402 - sys.path comes first
from cxml import text_values  # noqa: E402

from e2e.fuzz import codec  # noqa: E402
from e2e.fuzz.mutations import ATTRIBUTES, NAMES, NUMBERS, TEXTS  # noqa: E402

FEW = 2_000
# The same ones each time, so that only a change of the code makes these tests fail.
each_time = settings(
    max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))

SECRET = st.text("abcdefXYZ0189+/=<>&\"'%é日😀", min_size=8)
LETTERS = st.text("abc XYZ&<>\"'é日😀%+;", min_size=1).map(str.strip).filter(bool)
VALUES = st.one_of(st.sampled_from(NUMBERS), st.sampled_from(TEXTS), LETTERS)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=timezone.utc))
AMOUNTS = st.decimals(-10 ** 9, 10 ** 9, allow_nan=False, allow_infinity=False, places=4)
QUANTITIES = st.decimals(0, 10 ** 9, allow_nan=False, allow_infinity=False, places=3)
MONEY = st.builds(cxml.Money, AMOUNTS, st.just("EUR"))
LOCALIZED = st.builds(cxml.LocalizedText, LETTERS, st.sampled_from(("en-US", "de-DE", "ja")))
SHIPPING = st.builds(cxml.Shipping, MONEY, LOCALIZED)
TAX = st.builds(cxml.Tax, MONEY, LOCALIZED)
PARTY = st.tuples(st.builds(cxml.Credential, st.just("NetworkId"), LETTERS))
HEADER = st.builds(cxml.Header, PARTY, PARTY, PARTY, LETTERS)
ORDER = st.builds(cxml.OrderReference, LETTERS, LETTERS)
LINES = st.integers(0, 10 ** 6)
STATUS = st.builds(
    cxml.ConfirmationStatus, st.sampled_from(("accept", "detail", "reject", "backordered")), QUANTITIES,
    st.none() | MONEY, st.none() | TAX, st.none() | SHIPPING, st.none() | MOMENTS, st.none() | MOMENTS,
    st.none() | LETTERS, comments=st.lists(LETTERS, max_size=2).map(tuple), unit_of_measure=st.just("EA"))
CONFIRMATION = st.builds(
    cxml.ConfirmationRequest, LETTERS, MOMENTS, HEADER, ORDER, st.sampled_from(("accept", "detail", "except")),
    confirm_id=st.none() | LETTERS, notice_date=MOMENTS, replaces_payload_id=st.none() | LETTERS,
    total=st.none() | MONEY, shipping=st.none() | SHIPPING, tax=st.none() | TAX,
    comments=st.lists(LETTERS, max_size=2).map(tuple), deployment_mode=st.sampled_from(("production", "test")),
    items=st.lists(st.builds(
        cxml.ConfirmationItem, LINES, QUANTITIES, st.lists(STATUS, min_size=1, max_size=3).map(tuple), st.just("EA")),
        max_size=3).map(tuple))
SHIP_NOTICE = st.builds(
    cxml.ShipNoticeRequest, LETTERS, MOMENTS, HEADER, LETTERS, st.sampled_from(("new", "update", "delete")), MOMENTS,
    st.none() | MOMENTS, st.none() | MOMENTS, st.booleans(), st.booleans(),
    st.lists(st.builds(cxml.ShipControl, LETTERS, LETTERS), max_size=2, unique=True).map(tuple),
    st.lists(st.builds(cxml.ShipNoticePortion, ORDER, st.lists(
        st.builds(cxml.ShipNoticeItem, LINES, QUANTITIES, st.just("EA")), max_size=3).map(tuple)),
        max_size=2).map(tuple),
    comments=st.lists(LETTERS, max_size=2).map(tuple), deployment_mode=st.just("test"))


def element(children):
    return st.tuples(
        st.sampled_from(NAMES), st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=3), VALUES, children)


ELEMENTS = st.recursive(
    element(st.just([])), lambda children: element(st.lists(children, max_size=4)), max_leaves=15)


def built(value):
    tag, attributes, text, children = value
    node = etree.Element(tag, attributes)
    node.text = text
    node.extend(map(built, children))
    return node


def document(value, envelope="Request"):
    root = etree.Element("cXML", payloadID="1@a")
    etree.SubElement(root, envelope).append(built(value))
    return etree.tostring(root, encoding="utf-8")


@each_time
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_are_read_or_refused_in_words(raw):
    assert codec.Fuzz(1).wrong_with(raw, is_thorough=True) is None


@each_time
@given(ELEMENTS, st.sampled_from(("Request", "Message", "Response")))
def test_any_elements_are_read_or_refused_in_words(value, envelope):
    assert codec.Fuzz(1).wrong_with(document(value, envelope), is_thorough=True) is None


@each_time
@given(ELEMENTS, SECRET, st.sampled_from(("SharedSecret", "sharedsecret", "BuyerCookie", "DigitalSignature")))
def test_no_secret_is_stored_wherever_it_stands(value, secret, name):
    root = etree.fromstring(document(value))
    for parent in list(root.iter("*")):
        etree.SubElement(parent, name).text = f"QQ{secret}QQ"
    kept = etree.fromstring(cxml.redacted(etree.tostring(root, encoding="utf-8")))
    assert f"QQ{secret}QQ" not in "".join(kept.itertext())


@each_time
@given(CONFIRMATION)
def test_a_written_confirmation_is_read_as_it_was(value):
    assert cxml.read_confirmation(cxml.write_confirmation(value)) == value


@each_time
@given(SHIP_NOTICE)
def test_a_written_ship_notice_is_read_as_it_was(value):
    assert cxml.read_ship_notice(cxml.write_ship_notice(value)) == value


@each_time
@given(st.one_of(VALUES, st.text(), st.from_regex(r"[-+0-9.,eE ]{1,30}"), st.from_regex(r"[-0-9:.TZ+ ]{1,40}")))
def test_any_text_is_a_number_and_a_moment_or_none(text):
    number = text_values.parse_decimal(text)
    assert number is None or number.is_finite() and abs(number) < Decimal(10) ** 15
    moment = text_values.parse_timestamp(text)
    assert moment is None or moment.tzinfo
    assert text_values.web_url(text) is None or text.strip(text_values.BLANK).lower().startswith("http")
    assert text_values.xml_text(text_values.xml_text(text)) == text_values.xml_text(text)
    etree.Element("a").text = text_values.xml_text(text)


def test_mutated_documents_with_the_newest_and_the_oldest_lxml():
    for interpreter in (python.VENV_PYTHON, fuzz.old_lxml()):
        found = fuzz.read(interpreter, 1, 0, FEW)
        assert (found["count"], found["findings"]) == (FEW, [])
