"""What the books add up to: the truth that a reader of reports or answers has to find again."""

from collections import defaultdict

from .records import CHARGE, NOTHING, OVER_REFUND


def of_purchase(ledger, ref, day):
    """Add up what was charged, refunded and paid with each instrument, and invoiced and credited, for a purchase.

    Only what is settled counts, and each charge once, in its last version.

    :rtype: dict
    """
    return of_purchases(ledger, day)[ref]


def of_purchases(ledger, day):
    """Add up all purchases.

    :return: the sums by the number of the Amazon order.
    :rtype: dict[str, dict]
    """
    made = {ref: _empty(purchase, day) for ref, purchase in ledger.contents.purchases.items()}
    for transaction in ledger.transactions():
        if not transaction.is_settled(day):
            continue
        for ref in transaction.refs:
            _add(made[ref], transaction, transaction.of(ref))
    for document in ledger.contents.documents:
        if document.issued_on <= day:
            for piece in document.pieces:
                made[piece.ref]['credited' if document.is_credit else 'invoiced'] += piece.parts.total
    return made


def of_instruments(transactions):
    """Add up transactions by currency and instrument.

    :rtype: dict[str, Decimal]
    """
    made = defaultdict(lambda: NOTHING)
    for transaction in transactions:
        sign = 1 if transaction.kind == CHARGE else -1
        made[f'{transaction.market.currency} {transaction.instrument.kind}'] += sign * transaction.amount
    return dict(sorted(made.items()))


def _empty(purchase, day):
    return {
        'purchase_order_number': purchase.po_number, 'group': purchase.group, 'company': purchase.company,
        'currency': purchase.market.currency, 'status': purchase.status(day),
        'net_total': NOTHING if purchase.is_cancelled(day) else purchase.parts.total, 'charged': NOTHING,
        'refunded': NOTHING, 'over_refunded': NOTHING, 'paid': {}, 'invoiced': NOTHING, 'credited': NOTHING,
        'transactions': [],
    }


def _add(sums, transaction, amount):
    sign = 1 if transaction.kind == CHARGE else -1
    sums['charged' if sign > 0 else 'refunded'] += amount
    if transaction.kind == OVER_REFUND:
        sums['over_refunded'] += amount
    kind = transaction.instrument.kind
    sums['paid'][kind] = sums['paid'].get(kind, NOTHING) + sign * amount
    sums['transactions'].append(transaction.transaction_id)
