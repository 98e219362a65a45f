"""What the readers of the reports about orders and charges have in common."""

from collections import defaultdict

from ..transactions import INVOICE, OrderFacts, Transaction, TransactionLine
from .values import CANCELLED, PENDING, instrument_of, last_digits_of, order_state


class ReportReader:
    """Reads what a row says about its order, its item and its charge.

    :param reader: the :class:`.rows.RowReader`
    """

    # The fields whose values put rows together.
    keys = ('order_ref', 'payment_reference')

    def __init__(self, reader):
        self.reader = reader

    def order_values(self, row):
        """Read what a row says about the order as a whole.

        :rtype: dict
        """
        text = self.reader.text
        return {
            'account_group': text(row, 'account_group'), 'company_name': text(row, 'company_name'),
            'buyer': text(row, 'buyer'), 'buyer_email': text(row, 'buyer_email'),
        }

    def read_state(self, row):
        """Read the status of the row's order; one that is not known is noted."""
        status = self.reader.text(row, 'order_status')
        row.state = order_state(status)
        if row.state is None:
            self.reader.note('unknown_status', row, 'order_status', status or '')

    def read_instrument(self, row, type_key='payment_instrument', identifier_key='payment_identifier'):
        """Read how the row's amount was paid."""
        row.instrument = instrument_of(self.reader.text(row, type_key))
        identifier = self.reader.text(row, identifier_key)
        row.digits = identifier if row.instrument == INVOICE else last_digits_of(identifier)

    def item_line(self, row, **values):
        """Make the line of a row with what identifies its item.

        :rtype: TransactionLine
        """
        text = self.reader.text
        values = {
            'quantity': self.reader.quantity(row, 'quantity'),
            'unit_price': self.reader.amount(row, 'unit_price'),
            'tax_rate': _fraction(self.reader.amount(row, 'item_tax_rate'), text(row, 'item_tax_rate')),
            **values,
        }
        return TransactionLine(
            order_ref=row.order_ref, purchase_order_number=text(row, 'purchase_order_number'),
            line_number=text(row, 'line_number'), order_line_item_id=text(row, 'order_line_item_id'),
            asin=text(row, 'asin'), title=text(row, 'title'), seller=text(row, 'seller'), unspsc=text(row, 'unspsc'),
            shipment_id=text(row, 'shipment_id'), shipment_date=self.reader.date(row, 'shipment_date'), **values)

    def stated_line(self, row):
        """Make the line of a row with the amounts of its item as they are stated."""
        amount = self.reader.amount
        discount = amount(row, 'item_promotion')
        return self.item_line(
            row, items=amount(row, 'item_subtotal'), shipping=amount(row, 'item_shipping'), tax=amount(row, 'item_tax'),
            # Exports write a discount with either sign.
            discount=None if discount is None else -abs(discount), total=amount(row, 'item_total'))

    def order_facts(self, rows):
        """Read what the rows say about their orders.

        :rtype: dict[str, OrderFacts]
        """
        by_order = defaultdict(list)
        for row in rows:
            if row.order_ref:
                by_order[row.order_ref].append(row)
        return {order: self._facts_of(order, of_order) for order, of_order in by_order.items()}

    def _facts_of(self, order, rows):
        first, text = rows[0], self.reader.text
        return OrderFacts(
            order_ref=order, currency=first.currency, net_total=self._net_total(rows),
            purchase_order_number=text(first, 'purchase_order_number'),
            order_date=self.reader.date(first, 'order_date'), status=text(first, 'order_status'),
            cancelled=order_state(text(first, 'order_status')) == CANCELLED,
            pending=order_state(text(first, 'order_status')) == PENDING,
            rows=tuple(row.number for row in rows), **self.order_values(first))

    def _net_total(self, rows):
        """Read the Order Net Total, which all rows of an order must agree on, since it proves what was charged."""
        totals = {}
        for row in rows:
            total = self.reader.amount(row, 'order_net_total')
            if total is not None:
                totals.setdefault(total, row)
        if len(totals) < 2:
            return next(iter(totals), None)
        self.reader.note('conflicting_value', rows[0], 'order_net_total', ', '.join(map(str, totals)))
        return None

    def transaction(self, payment, lines):
        """Make the transaction of a payment.

        :param Payment payment: its rows, its amount, its doubts
        :param lines: its lines
        :rtype: Transaction
        """
        first, text = payment.first, self.reader.text
        rows = sorted((*payment.rows, *payment.restated), key=lambda row: row.number)
        is_invoice = first.instrument == INVOICE
        for code in payment.doubts:
            self.reader.note(code, first, value=payment.amount)
        return Transaction(
            kind=first.kind, amount=abs(payment.amount), currency=first.currency, settled=payment.is_settled,
            date=first.date, instrument=first.instrument, instrument_text=self.instrument_text(first),
            last_digits=None if is_invoice else first.digits, statement_number=first.digits if is_invoice else None,
            charge_identifier=text(first, 'charge_identifier'), payment_reference=first.reference,
            lines=tuple(lines), rows=tuple(row.number for row in rows), raw=tuple(map(self.reader.raw, rows)),
            doubts=tuple(payment.doubts), **self.order_values(first))

    def instrument_text(self, row):
        """Read Amazon's own word for how it was paid.

        :rtype: str | None
        """
        return self.reader.text(row, 'payment_instrument')


def _fraction(rate, text):
    """Make a fraction of a rate, which may be "20 %", "20" or "0.2"."""
    if rate is None:
        return None
    return rate / 100 if '%' in text or abs(rate) > 1 else rate
