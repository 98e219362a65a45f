"""The columns of Amazon's reports: which field each header is, and what tells a report from the others.

Headers are compared without case, signs and repeated blanks, since exports have "Order Status ", "Carrier Tracking #"
and "Amazon-Internal  Product Category". Only the English headers are known. A `mapping` of headers as they came to keys
of :data:`FIELDS` adds those of other languages.
"""

import unicodedata
from typing import NamedTuple

TEXT, AMOUNT, QUANTITY, RATE, DATE = 'text', 'amount', 'quantity', 'rate', 'date'

ORDERS = 'orders'
REFUNDS = 'refunds'
RECONCILIATION = 'reconciliation'
TRANSACTIONS = 'transactions'
SHIPMENTS = 'shipments'
RETURNS = 'returns'


class Field(NamedTuple):
    """What a column holds: `label` is its header in English, `others` are other headers of the same."""

    label: str
    type: str = TEXT
    others: tuple[str, ...] = ()


FIELDS = {
    # The order.
    'order_ref': Field("Order ID", others=("Amazon Order ID",)),
    'order_date': Field("Order Date", DATE),
    'purchase_order_number': Field("PO Number", others=("Purchase Order Number", "PO #")),
    'order_status': Field("Order Status"),
    'order_net_total': Field("Order Net Total", AMOUNT),
    'currency': Field("Currency", others=("Currency Code",)),
    'account_group': Field("Account Group", others=("Group", "Group Name")),
    'company_name': Field("Legal Entity Name", others=("Legal Entity", "Company Name")),
    'buyer': Field("Account User", others=("Buyer", "Buyer Name")),
    'buyer_email': Field("Account User Email", others=("Account User E-mail", "Buyer Email")),
    # The item.
    'line_number': Field("PO Line Item Id", others=("PO Line Item", "PO Line Number")),
    'order_line_item_id': Field("Order Line Item ID", others=("Order Line Item", "Item ID")),
    'asin': Field("ASIN"),
    'title': Field("Title", others=("Item Title", "Product Title")),
    'seller': Field("Seller Name", others=("Seller",)),
    'unspsc': Field("UNSPSC"),
    'quantity': Field("Item Quantity", QUANTITY),
    'unit_price': Field("Purchase PPU", AMOUNT),
    'item_subtotal': Field("Item Subtotal", AMOUNT),
    'item_shipping': Field("Item Shipping & Handling", AMOUNT),
    'item_promotion': Field("Item Promotion", AMOUNT),
    'item_tax': Field("Item Tax", AMOUNT),
    'item_tax_rate': Field("Item Tax Rate", RATE, ("Tax Rate",)),
    'item_total': Field("Item Net Total", AMOUNT),
    # The charge.
    'payment_reference': Field("Payment Reference ID"),
    'payment_date': Field("Payment Date", DATE),
    'payment_amount': Field("Payment Amount", AMOUNT),
    'payment_instrument': Field("Payment Instrument Type"),
    'payment_identifier': Field("Payment Identifier"),
    'charge_identifier': Field("Charge Identifier"),
    'transaction_date': Field("Transaction Date", DATE),
    'transaction_type': Field("Transaction Type"),
    # The refund.
    'refund_date': Field("Refund Date", DATE),
    'refund_reason': Field("Refund Reason"),
    'refund_status': Field("Refund Status"),
    'refund_type': Field("Refund Type"),
    'refund_amount': Field("Refund Payment Amount", AMOUNT, ("Refund Amount", "Refund Total", "Total Refund Amount")),
    'refund_instrument': Field("Refund Payment Instrument Type"),
    'refund_identifier': Field("Refund Payment Identifier"),
    'refund_quantity': Field("Refund Quantity", QUANTITY, ("Refunded Quantity",)),
    'refund_tax': Field("Refund Tax", AMOUNT, ("Refund Tax Amount",)),
    'refund_shipping': Field("Refund Shipping & Handling", AMOUNT, ("Refund Shipping",)),
    'refund_subtotal': Field("Refund Subtotal", AMOUNT),
    # The invoice of Pay by Invoice.
    'statement_number': Field("Statement Number"),
    'invoice_number': Field("Invoice Number"),
    'credit_memo_number': Field("Credit Memo Number"),
    'document_issue_date': Field("Document Issue Date", DATE, ("Invoice Issue Date", "Invoice Date")),
    'invoice_due_date': Field("Invoice Due Date", DATE, ("Due Date",)),
    'document_status': Field("Document Status", others=("Invoice Status",)),
    'document_total': Field("Net Total", AMOUNT, ("Total Amount",)),
    'document_tax': Field("Total Tax Amount", AMOUNT, ("Tax Amount",)),
    # The shipment and the return.
    'shipment_id': Field("Shipment ID", others=("Shipment Tracking Number",)),
    'shipment_date': Field("Shipment Date", DATE),
    'shipment_quantity': Field("Shipment Quantity", QUANTITY),
    'shipment_status': Field("Shipment Status"),
    'carrier': Field("Carrier Name", others=("Carrier",)),
    'tracking_number': Field("Carrier Tracking #", others=("Tracking Number",)),
    'delivery_status': Field("Delivery Status"),
    'expected_date': Field("Expected Delivery Date", DATE, ("Estimated Delivery Date",)),
    'return_date': Field("Return Date", DATE),
    'return_reason': Field("Return Reason"),
    'return_status': Field("Return Status"),
    'return_quantity': Field("Return Quantity", QUANTITY),
}

# What identifies something, by which it is found again.
IDENTIFIERS = frozenset((
    'order_ref', 'purchase_order_number', 'account_group', 'company_name', 'line_number', 'order_line_item_id', 'asin',
    'payment_reference', 'payment_identifier', 'charge_identifier', 'refund_identifier', 'statement_number',
    'invoice_number', 'credit_memo_number', 'shipment_id', 'tracking_number'))

_LONGEST_HEADER = 200
# Columns that the reports have and nothing needs, so no person is asked what they are.
_UNUSED = (
    "Amazon-Internal Product Category", "Approver", "Brand", "Brand Code", "Class", "Commodity", "Company Compliance",
    "Cost Center", "Custom Field 1", "Department", "Discount Program", "Family", "GL Code", "Item Model Number",
    "Listed PPU", "Location", "Manufacturer", "National Drug Code", "Order Promotion", "Order Quantity",
    "Order Receiving Status", "Order Shipping & Handling", "Order Subtotal", "Order Tax", "Part Number",
    "Pricing Discount Applied", "Pricing Savings Program", "Product Condition", "Project Code", "Received Date",
    "Received Quantity", "Receiver Email", "Receiver Name", "Receiving Status", "Segment", "Seller City",
    "Seller Credentials", "Seller State", "Seller ZipCode", "Shipment Net Total", "Shipment Promotion",
    "Shipment Shipping & Handling", "Shipment Subtotal", "Shipment Tax", "Tax Exemption Applied",
    "Tax Exemption Opt Out", "Tax Exemption Type",
)

# Two of these headers tell a report, the first that fits; an Orders report has none of the others'.
_TELLING = {
    REFUNDS: ('refund_date', 'refund_reason', 'refund_status', 'refund_type', 'refund_amount'),
    RETURNS: ('return_date', 'return_reason', 'return_status', 'return_quantity'),
    RECONCILIATION: (
        'statement_number', 'invoice_number', 'invoice_due_date', 'document_issue_date', 'document_total',
        'credit_memo_number'),
    SHIPMENTS: ('tracking_number', 'delivery_status', 'shipment_id', 'shipment_date', 'carrier', 'shipment_status'),
    TRANSACTIONS: ('transaction_date', 'transaction_type', 'payment_reference'),
    ORDERS: (
        'order_date', 'order_ref', 'order_net_total', 'order_status', 'payment_amount', 'payment_date', 'item_total'),
}
# One of these is enough to say which report lacks columns.
_TELLING_ALONE = {
    REFUNDS: ('refund_date', 'refund_status', 'refund_type', 'refund_amount'),
    RETURNS: ('return_date', 'return_status', 'return_quantity'),
    RECONCILIATION: ('statement_number', 'credit_memo_number'),
    SHIPMENTS: ('tracking_number', 'delivery_status'),
    TRANSACTIONS: ('transaction_date',),
}

# Without one column of each of these, a report can't be read:
REQUIRED = {
    ORDERS: (
        ('order_ref',),  # whose rows belong together
        ('order_status',), ('payment_date',),  # what is settled, not only authorized
        ('payment_amount',), ('currency',),
        ('payment_instrument',),  # a gift card is no money of the card, and Pay by Invoice is booked by its invoice
        ('order_net_total',),  # proves which of two alike payments is the same one again
        ('item_total',), ('asin', 'line_number', 'order_line_item_id', 'title'),  # what each payment paid
    ),
    TRANSACTIONS: (
        ('transaction_date',), ('transaction_type',), ('order_ref',), ('order_status',), ('payment_amount',),
        ('currency',), ('payment_instrument',),
    ),
    REFUNDS: (
        ('order_ref',), ('refund_date',), ('refund_status',),  # only what is refunded is settled
        ('refund_amount',), ('currency',),
        ('refund_instrument', 'payment_instrument'),
    ),
    RECONCILIATION: (
        ('invoice_number', 'credit_memo_number'),  # identifies the document
        ('document_total',), ('currency',), ('document_issue_date',),
    ),
    SHIPMENTS: (('order_ref', 'purchase_order_number'),),
    RETURNS: (('order_ref', 'purchase_order_number'), ('return_date', 'return_status')),
}
# Without these it can, but less is found: our orders and lines, the charge on the card's statement, the company.
RECOMMENDED = {
    ORDERS: (
        'purchase_order_number', 'line_number', 'payment_reference', 'payment_identifier', 'charge_identifier',
        'account_group', 'buyer', 'buyer_email', 'asin', 'title', 'seller', 'unspsc', 'quantity', 'unit_price',
        'item_subtotal', 'item_shipping', 'item_promotion', 'item_tax'),
    TRANSACTIONS: (
        'payment_reference', 'payment_identifier', 'charge_identifier', 'purchase_order_number', 'account_group',
        'buyer', 'order_net_total'),
    REFUNDS: (
        'purchase_order_number', 'line_number', 'asin', 'title', 'seller', 'refund_identifier', 'refund_reason',
        'account_group', 'item_total', 'item_tax', 'quantity'),
    RECONCILIATION: (
        'statement_number', 'transaction_type', 'document_status', 'invoice_due_date', 'document_tax', 'order_ref',
        'purchase_order_number', 'title', 'shipment_quantity', 'seller', 'account_group'),
    SHIPMENTS: (
        'order_ref', 'purchase_order_number', 'line_number', 'asin', 'shipment_date', 'shipment_quantity',
        'tracking_number', 'account_group'),
    RETURNS: (
        'order_ref', 'purchase_order_number', 'line_number', 'asin', 'return_date', 'return_quantity', 'return_reason',
        'account_group'),
}


def normalized(header):
    """Reduce a header to its words: "Item Shipping &  Handling " becomes "item shipping and handling".

    :param str header: as it came
    :rtype: str
    """
    text = unicodedata.normalize('NFKC', header[:_LONGEST_HEADER]).casefold()
    text = text.replace('&', ' and ').replace('%', ' percent ')
    return ' '.join(''.join(sign if sign.isalnum() else ' ' for sign in text).replace('e mail', 'email').split())


_KNOWN = {
    normalized(header): key for key, field in FIELDS.items() for header in (field.label, *field.others)}
_KNOWN_UNUSED = set(map(normalized, _UNUSED))


def fields_of(headers, mapping=None):
    """Find the field of each header.

    :param list[str] headers: the headers as they came
    :param dict | None mapping: keys of :data:`FIELDS` by header, which win over what is known
    :return: for each header its key; None if it is unknown, or if a column before is the same field
    :rtype: list[str | None]
    :raise ValueError: if the mapping has a key that does not exist
    """
    if wrong := set((mapping or {}).values()) - set(FIELDS):
        raise ValueError(f"no fields of reports: {', '.join(sorted(map(str, wrong)))}")
    known = _KNOWN | {normalized(header): key for header, key in (mapping or {}).items()}
    found = []
    for header in headers:
        key = known.get(normalized(header))
        found.append(None if key in found else key)
    return found


def is_unused(header):
    """Tell whether a header is known, and its column needed for nothing.

    :rtype: bool
    """
    return normalized(header) in _KNOWN_UNUSED


def duplicates(headers, fields, mapping=None):
    """List the headers whose field another column has already.

    :rtype: list[str]
    """
    return [
        header for header, key in zip(headers, fields, strict=True)
        if key is None and fields_of([header], mapping)[0] is not None]


def kind_of(fields):
    """Tell which report has such columns.

    :param fields: keys of :data:`FIELDS`
    :rtype: str | None
    """
    fields = set(fields)
    for least, table in ((2, _TELLING), (1, _TELLING_ALONE)):
        for kind, telling in table.items():
            if len(fields.intersection(telling)) >= least:
                return kind
    return None


def missing(kind, fields, currency=None):
    """List the columns that a report needs and does not have, each by its first possible field.

    :param str | None currency: what stands for the column Currency where there is none
    :rtype: tuple[str, ...]
    """
    fields = {*fields, *(('currency',) if currency else ())}
    return tuple(choice[0] for choice in REQUIRED[kind] if not fields.intersection(choice))


def missing_recommended(kind, fields):
    """List the columns that a report should have and does not have.

    :rtype: tuple[str, ...]
    """
    return tuple(key for key in RECOMMENDED[kind] if key not in fields)
