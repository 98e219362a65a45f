"""The Reconciliation API (2021-01-08): charges and refunds, the invoices of order lines, how invoices stand."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from ..transactions import (
    BANK,
    CARD,
    CHARGE,
    GIFT_CARD,
    INVOICE,
    OTHER,
    REFUND,
    REWARDS,
    InvoiceFacts,
    Problem,
    Statement,
    Transaction,
    TransactionLine,
)
from .json_values import (
    as_it_came,
    check_list,
    date_of,
    identifier_of,
    money_of,
    number_of,
    object_of,
    objects_of,
    parse,
    text_of,
)

PATH = '/reconciliation/2021-01-08'
# Of one request.
MAX_ORDER_LINES = 25
MAX_INVOICES = 25
# A page of Amazon's has some hundred.
MAX_TOKEN = 8000

KINDS = {'CHARGE': CHARGE, 'REFUND': REFUND, 'OVERREFUND': REFUND}
# How Amazon's words for a payment instrument begin, without blanks and signs; the first that fits counts.
INSTRUMENTS = (
    (('payby', 'invoice', 'statement'), INVOICE),
    (('gift',), GIFT_CARD),
    (('reward', 'points', 'amazonpoints'), REWARDS),
    (('bank', 'checking', 'directdebit', 'ach', 'sepa'), BANK),
    (('creditcard', 'debitcard', 'card', 'visa', 'mastercard', 'americanexpress', 'amex', 'discover', 'dinersclub',
      'jcb', 'maestro', 'businesscredit', 'storecard', 'corporate'), CARD),
)


@dataclass(frozen=True, slots=True)
class InvoiceLink:
    """Which invoice or credit memo is about which line of an order.

    `consolidated_number` is that of the invoice of a period that has it; only in Japan a credit memo names its invoice
    as `associated_number`.
    """

    number: str
    credit: bool = False
    issue_date: date | None = None
    order_ref: str | None = None
    order_line_item_id: str | None = None
    shipment_id: str | None = None
    consolidated_number: str | None = None
    associated_number: str | None = None


# === ASKING === #

def transactions_path(start, end, page_token=None):
    """Give the path that asks for the charges and refunds that Amazon stated within a period.

    :param datetime start: in UTC, of the feed date
    :param datetime end: in UTC
    :param str | None page_token: of the page before
    :rtype: str
    """
    query = {'feedStartDate': f'{start:%Y-%m-%dT%H:%M:%SZ}', 'feedEndDate': f'{end:%Y-%m-%dT%H:%M:%SZ}'}
    if page_token:
        query['nextPageToken'] = page_token
    return f'{PATH}/transactions?{urlencode(query)}'


def invoices_body(lines):
    """Give path and body that ask for the invoices of order lines.

    :param lines: at most MAX_ORDER_LINES tuples of order_ref, order_line_item_id and shipment_id
    :rtype: tuple[str, dict]
    """
    return f'{PATH}/invoices', {'orderLineItems': [
        {name: value for name, value in zip(('orderId', 'orderLineItemId', 'shipmentId'), line, strict=True) if value}
        for line in lines]}


def payment_details_body(numbers):
    """Give path and body that ask how invoices stand.

    :param numbers: at most MAX_INVOICES numbers of invoices
    :rtype: tuple[str, dict]
    """
    return f'{PATH}/invoices/batch/paymentDetails', {'invoiceIds': list(numbers)}


# === CHARGES AND REFUNDS === #

def read_transactions(raw):
    """Read a page of charges and refunds.

    The API states no settlement: what it lists counts as settled, and may be stated again with other values.

    :param bytes raw: the answer
    :return: of the kind `reconciliation_api`; what can't be understood is a Problem, whose row counts from 1
    :rtype: Statement
    :raise RestError: see :func:`.json_values.parse` and :func:`.json_values.check_list`
    """
    answer = parse(raw)
    found = objects_of(answer, 'transactions')
    if not found and not isinstance(answer.get('transactions'), list):
        check_list(answer, 'transactions', kinds=())
    transactions, problems = [], []
    for row, each in enumerate(found, start=1):
        result = _read_transaction(each, row)
        (problems if isinstance(result, Problem) else transactions).append(result)
    return Statement(
        'reconciliation_api', transactions=tuple(transactions), problems=tuple(problems), row_count=len(found),
        next_page_token=text_of(answer, 'nextPageToken', limit=MAX_TOKEN))


def _read_transaction(owner, row):
    """Read one charge or refund.

    :rtype: Transaction | Problem
    """
    type_name = identifier_of(owner, 'transactionType')
    kind = KINDS.get((type_name or '').upper())
    if not kind:
        return Problem('unknown_type', row, 'transactionType', type_name)
    lines = objects_of(owner, 'transactionLineItems')
    amount, currency = money_of(owner, 'amount')
    amounts = [money_of(line, 'totalAmount') for line in lines]
    if amount is None and amounts and all(each is not None for each, _currency in amounts):
        amount = sum(each for each, _currency in amounts)
    if amount is None:
        return Problem('missing', row, 'amount', identifier_of(owner, 'transactionId'))
    currencies = {each for each in (currency, *_currencies(lines)) if each}
    if len(currencies) != 1:
        return Problem(
            'mixed_currency' if currencies else 'missing', row, 'currencyCode', ", ".join(sorted(currencies)) or None)
    instrument_text = text_of(owner, 'paymentInstrumentType')
    buyer = object_of(owner, 'buyer', 'buyingCustomer')
    return Transaction(
        kind=kind,
        amount=abs(amount),
        currency=currencies.pop(),
        over_refund=type_name.upper() == 'OVERREFUND',
        date=date_of(owner, 'transactionDate'),
        feed_date=date_of(owner, 'feedDate'),
        instrument=read_instrument(instrument_text),
        instrument_text=instrument_text,
        last_digits=identifier_of(owner, 'paymentInstrumentLast4Digits'),
        transaction_id=identifier_of(owner, 'transactionId'),
        charge_identifier=identifier_of(owner, 'chargeIdentifier'),
        invoice_number=identifier_of(owner, 'invoiceNumber'),
        account_group=identifier_of(owner, 'purchasingCustomerGroupName'),
        company_name=identifier_of(owner, 'legalEntityName'),
        buyer=text_of(buyer, 'name'),
        buyer_email=text_of(buyer, 'email'),
        marketplace=identifier_of(owner, 'marketplaceId'),
        associated_ids=tuple(filter(None, (
            identifier_of(each, 'associatedTransactionId')
            for each in objects_of(owner, 'associatedTransactionDetails')))),
        lines=tuple(_read_line(line) for line in _oriented(lines)),
        rows=(row,),
        raw=(as_it_came(owner),),
    )


def read_instrument(text):
    """Tell the kind of a payment instrument from Amazon's word for it.

    :param str | None text: e.g. 'Credit card'
    :return: one of INSTRUMENTS of the transactions
    :rtype: str
    """
    word = ''.join(letter for letter in (text or '').casefold() if letter.isalpha())
    return next((kind for begins, kind in INSTRUMENTS if word.startswith(begins)), OTHER)


def _currencies(lines):
    for line in lines:
        for name in ('totalAmount', 'principalAmount', 'tax'):
            yield money_of(line, name)[1]


def _oriented(lines):
    """Pair lines with the sign that makes their sum positive: refunds come with either sign.

    A line that goes the other way than the rest keeps doing so, since the sum must stay right.

    :return: tuples of the line and 1 or -1
    :rtype: list[tuple[dict, int]]
    """
    totals = [money_of(line, 'totalAmount', 'principalAmount')[0] or Decimal() for line in lines]
    sign = -1 if sum(totals) < 0 else 1
    return [(line, sign) for line in lines]


def _read_line(line_and_sign):
    line, sign = line_and_sign

    def amount_of(*names):
        amount = money_of(line, *names)[0]
        return None if amount is None else amount * sign

    fees = [amount for name in ('regulatoryFee', 'giftWrappingCharge') if (amount := amount_of(name)) is not None]
    discount, quantity = amount_of('discount'), number_of(line, 'itemQuantity')
    unit_price = money_of(line, 'unitPrice')[0]
    return TransactionLine(
        order_ref=identifier_of(line, 'orderId'),
        purchase_order_number=identifier_of(line, 'purchaseOrderNumber'),
        line_number=identifier_of(line, 'purchaseOrderLineItemId'),
        order_line_item_id=identifier_of(line, 'orderLineItemId'),
        asin=identifier_of(line, 'asin'),
        title=text_of(line, 'productTitle'),
        seller=text_of(line, 'merchantLegalName'),
        unspsc=identifier_of(line, 'unspsc'),
        quantity=None if quantity is None else abs(quantity),
        unit_price=None if unit_price is None else abs(unit_price),
        items=amount_of('principalAmount'),
        shipping=amount_of('shippingCharge'),
        tax=amount_of('tax'),
        discount=None if discount is None else -abs(discount),
        fees=sum(fees) if fees else None,
        total=amount_of('totalAmount'),
        tax_rate=number_of(line, 'taxRate'),
        shipment_id=identifier_of(line, 'shipmentId'),
        shipment_date=date_of(line, 'shipmentDate'),
        refund_reason=text_of(line, 'refundReason'),
    )


# === INVOICES === #

def read_invoice_links(raw):
    """Read which invoices are about which lines of orders.

    The names of the enclosing objects were not seen, so whatever has an invoiceNumber counts, with what is stated about
    the order line in the objects around it.

    :param bytes raw: the answer
    :rtype: tuple[InvoiceLink, ...]
    :raise RestError: see :func:`.json_values.parse` and :func:`.json_values.check_list`
    """
    links = {}
    answer = parse(raw)
    for owner, around in _walk(answer, {}):
        if number := identifier_of(owner, 'invoiceNumber'):
            consolidated = object_of(owner, 'consolidatedInvoiceDetails') \
                or next(iter(objects_of(owner, 'consolidatedInvoiceDetails')), {})
            links[InvoiceLink(
                number=number,
                credit='CREDIT' in (identifier_of(owner, 'invoiceType') or '').upper(),
                issue_date=date_of(owner, 'invoiceDate'),
                order_ref=around.get('orderId'),
                order_line_item_id=around.get('orderLineItemId'),
                shipment_id=around.get('shipmentId'),
                consolidated_number=identifier_of(consolidated, 'consolidatedInvoiceNumber', 'invoiceNumber'),
                associated_number=identifier_of(owner, 'associatedInvoiceNumber'),
            )] = None
    if not links:
        check_list(answer, 'invoices', kinds=(list, dict))
    return tuple(links)


def _walk(owner, around):
    """Go through objects, the outer ones first.

    :param dict owner: the object
    :param dict around: what the objects around it state about the order line
    :return: tuples of each object and what is stated around it and in it
    """
    stated = dict(around)
    for each in (owner, object_of(owner, 'orderLineItem')):
        for name in ('orderId', 'orderLineItemId', 'shipmentId'):
            if value := identifier_of(each, name):
                stated[name] = value
    yield owner, stated
    for name, value in owner.items():
        if name != 'consolidatedInvoiceDetails':
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict):
                    yield from _walk(each, stated)


def read_invoices(raw):
    """Read the invoices of order lines as facts, one for each invoice and line.

    :param bytes raw: the answer
    :return: of the kind `invoices_api`
    :rtype: Statement
    :raise RestError: see :func:`.json_values.parse` and :func:`.json_values.check_list`
    """
    links = read_invoice_links(raw)
    return Statement('invoices_api', row_count=len(links), invoices=tuple(InvoiceFacts(
        number=link.number, credit=link.credit, issue_date=link.issue_date, order_ref=link.order_ref,
        order_line_item_id=link.order_line_item_id, shipment_id=link.shipment_id,
        associated_number=link.associated_number, consolidated_number=link.consolidated_number,
    ) for link in links))


def read_payment_details(raw):
    """Read how invoices stand: their status in Amazon's words, and when they are due.

    :param bytes raw: the answer
    :return: of the kind `payment_details_api`
    :rtype: Statement
    :raise RestError: see :func:`.json_values.parse` and :func:`.json_values.check_list`
    """
    facts = {}
    answer = parse(raw)
    for owner, _around in _walk(answer, {}):
        number = identifier_of(owner, 'invoiceId', 'invoiceNumber')
        status, due = text_of(owner, 'status', 'paymentStatus'), date_of(owner, 'dueDate', 'paymentDueDate')
        if number and (status or due):
            amount, currency = money_of(owner, 'amount', 'invoiceAmount', 'totalAmount')
            facts[InvoiceFacts(
                number=number, status=status, due_date=due, currency=currency,
                amount=None if amount is None else abs(amount),
                statement_number=identifier_of(owner, 'statementNumber'))] = None
    if not facts:
        check_list(answer, 'invoicePaymentDetails', kinds=(list, dict))
    return Statement('payment_details_api', row_count=len(facts), invoices=tuple(facts))
