"""What Amazon states about money and orders outside of cXML, as immutable values.

Downloaded reports (`reports/`) and Amazon's REST APIs (`rest/`) are read into the same values. Amounts are Decimal and
never negative unless a field says so: the kind decides between a charge and a refund, since Amazon writes refunds with
either sign. Texts are as Amazon writes them, without blanks around them; what is absent is None.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

CHARGE = 'charge'
REFUND = 'refund'

# How a charge was paid. A gift card or reward balance is never money of the card.
CARD = 'card'
INVOICE = 'invoice'
BANK = 'bank'
GIFT_CARD = 'gift_card'
REWARDS = 'rewards'
OTHER = 'other'
INSTRUMENTS = (CARD, INVOICE, BANK, GIFT_CARD, REWARDS, OTHER)


@dataclass(frozen=True, slots=True)
class TransactionLine:
    """A part of a charge or refund: one item of one order, or one order as a whole if the source has no items.

    `order_ref` is Amazon's number of the order, `purchase_order_number` and `line_number` are ours (the line number is
    text, since Amazon may write "PO-2025-0123-1"). `items`, `shipping`, `tax` and `fees` are parts of `total`, None if
    not stated; `discount` is a part too, and zero or negative. `tax_rate` is a fraction, 0.2 for 20 %. `shared` says
    that several charges paid the item: the amounts are the part of this one, and only one of them states the quantity.
    """

    order_ref: str | None = None
    purchase_order_number: str | None = None
    line_number: str | None = None
    order_line_item_id: str | None = None
    asin: str | None = None
    title: str | None = None
    seller: str | None = None
    unspsc: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    items: Decimal | None = None
    shipping: Decimal | None = None
    tax: Decimal | None = None
    discount: Decimal | None = None
    fees: Decimal | None = None
    total: Decimal | None = None
    tax_rate: Decimal | None = None
    shipment_id: str | None = None
    shipment_date: datetime.date | None = None
    refund_reason: str | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Transaction:
    """One charge or one refund.

    `settled` is False as long as the amount is only authorized, pending or cancelled: such a transaction is shown and
    never booked. `transaction_id` identifies it where Amazon gives one (Reconciliation API); `charge_identifier` is
    what the card's statement shows; `payment_reference` identifies nothing, since Amazon restates a settlement under a
    new one. `instrument` is one of INSTRUMENTS, `instrument_text` Amazon's own word, `last_digits` those of the card.
    `associated_ids` are the transaction_ids of the charges that a refund is about, where Amazon names them.
    `statement_number` is that of Pay by Invoice. `rows` are the rows of the report that it was read from, the first
    below the header is 2, as a spreadsheet numbers them. `raw` is what came, one dict of texts per row or the JSON.
    `doubts` are codes of a `Problem` that this transaction has: it is shown, and a person decides before it is booked.
    """

    kind: str
    amount: Decimal
    currency: str
    settled: bool = True
    over_refund: bool = False
    date: datetime.date | None = None
    feed_date: datetime.date | None = None
    instrument: str = OTHER
    instrument_text: str | None = None
    last_digits: str | None = None
    statement_number: str | None = None
    transaction_id: str | None = None
    charge_identifier: str | None = None
    payment_reference: str | None = None
    invoice_number: str | None = None
    account_group: str | None = None
    company_name: str | None = None
    buyer: str | None = None
    buyer_email: str | None = None
    marketplace: str | None = None
    associated_ids: tuple[str, ...] = ()
    lines: tuple[TransactionLine, ...] = ()
    rows: tuple[int, ...] = ()
    raw: tuple[dict, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What Amazon says about an order as a whole. `status` is in Amazon's words; `cancelled` and `pending` read it."""

    order_ref: str
    currency: str | None = None
    net_total: Decimal | None = None
    purchase_order_number: str | None = None
    order_date: datetime.date | None = None
    status: str | None = None
    cancelled: bool = False
    pending: bool = False
    account_group: str | None = None
    company_name: str | None = None
    buyer: str | None = None
    buyer_email: str | None = None
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """What Amazon says about an invoice or a credit memo.

    `order_line_item_id` and `shipment_id` say what of the order it is about. `consolidated_number` is that of the
    invoice of a period that has it; only in Japan a credit memo names its invoice as `associated_number`.
    """

    number: str
    currency: str | None = None
    amount: Decimal | None = None
    credit: bool = False
    statement_number: str | None = None
    issue_date: datetime.date | None = None
    due_date: datetime.date | None = None
    status: str | None = None
    order_ref: str | None = None
    purchase_order_number: str | None = None
    order_line_item_id: str | None = None
    shipment_id: str | None = None
    consolidated_number: str | None = None
    associated_number: str | None = None
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """What Amazon says about the shipment or, if `returned`, the return of an item. It enriches and never books.

    `cancelled` says that nothing was shipped or returned after all. `date` is None as long as nothing has left.
    """

    order_ref: str | None = None
    purchase_order_number: str | None = None
    line_number: str | None = None
    order_line_item_id: str | None = None
    asin: str | None = None
    quantity: Decimal | None = None
    shipment_id: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    date: datetime.date | None = None
    expected_date: datetime.date | None = None
    status: str | None = None
    returned: bool = False
    cancelled: bool = False
    reason: str | None = None
    account_group: str | None = None
    company_name: str | None = None
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be understood: `code` names the sentence that a reader gets, `column` and `value` fill it."""

    code: str
    row: int | None = None
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """All that one report, or one page of an API, says."""

    kind: str
    transactions: tuple[Transaction, ...] = ()
    orders: tuple[OrderFacts, ...] = ()
    invoices: tuple[InvoiceFacts, ...] = ()
    shipments: tuple[ShipmentFacts, ...] = ()
    problems: tuple[Problem, ...] = ()
    row_count: int = 0
    unknown_headers: tuple[str, ...] = ()
    next_page_token: str | None = None
