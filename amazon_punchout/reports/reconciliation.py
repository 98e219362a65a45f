"""The report Reconciliation: a row is one item of an invoice or of a credit memo of Pay by Invoice."""

import dataclasses
from collections import defaultdict
from decimal import Decimal

from ..transactions import CHARGE, INVOICE, REFUND, InvoiceFacts, Transaction
from .headers import normalized
from .report_reader import ReportReader

_NOT_ISSUED = {'pending', 'draft', 'canceled', 'cancelled', 'void', 'voided'}


class ReconciliationReader(ReportReader):
    """Reads the rows of one document."""

    keys = ('invoice_number', 'credit_memo_number')

    # pylint: disable-next=method-required-super  # no model of Odoo
    def read(self, rows):
        """Read the rows of documents that have a number in common.

        :param list rows: the :class:`.rows.Row` values
        :return: transactions and invoice facts
        :rtype: dict[str, list]
        """
        documents = defaultdict(list)
        for row in rows:
            if self.reader.is_whole(row) and self._is_read(row):
                documents[row.reference, row.kind, row.currency].append(row)
        found = {'transactions': [], 'invoices': []}
        for of_document in documents.values():
            transaction, facts = self._document(of_document)
            found['transactions'].append(transaction)
            found['invoices'].append(facts)
        return found

    def _is_read(self, row):
        reader, text = self.reader, self.reader.text
        invoice, credit = text(row, 'invoice_number'), text(row, 'credit_memo_number')
        words = normalized(text(row, 'transaction_type') or '')
        is_refund = 'refund' in words or 'credit' in words or (credit is not None and invoice is None)
        row.kind = REFUND if is_refund else CHARGE
        row.reference = (credit or invoice) if is_refund else (invoice or credit)
        row.order_ref = text(row, 'order_ref')
        row.amount = reader.amount(row, 'document_total')
        row.currency = reader.currency(row, 'document_total')
        row.date = reader.date(row, 'document_issue_date')
        return (
            reader.needed(row, 'invoice_number', row.reference) and reader.needed(row, 'document_total', row.amount)
            and reader.needed(row, 'currency', row.currency))

    def _document(self, rows):
        """Make the transaction and the facts of a document.

        Amazon writes the totals of a credit memo with either sign. A document of negative sum is one, too.
        """
        first, reader, text = rows[0], self.reader, self.reader.text
        total = sum((row.amount for row in rows), Decimal())
        kind = REFUND if total < 0 else first.kind
        sign = -1 if total < 0 else 1
        numbers = tuple(row.number for row in rows)
        status = text(first, 'document_status')
        purchase_order = text(first, 'purchase_order_number')
        statement = text(first, 'statement_number')
        transaction = Transaction(
            kind=kind, amount=abs(total), currency=first.currency, date=first.date, instrument=INVOICE,
            settled=first.date is not None and normalized(status or '') not in _NOT_ISSUED,
            instrument_text=text(first, 'payment_instrument'), statement_number=statement,
            charge_identifier=text(first, 'charge_identifier'), invoice_number=first.reference,
            lines=tuple(self._line(row, sign, kind) for row in rows), rows=numbers, raw=tuple(map(reader.raw, rows)),
            **self.order_values(first))
        orders = {row.order_ref for row in rows}
        facts = InvoiceFacts(
            number=first.reference, currency=first.currency, amount=abs(total), credit=kind == REFUND,
            statement_number=statement, issue_date=first.date, due_date=reader.date(first, 'invoice_due_date'),
            # One invoice may be of several orders: then the lines say which.
            status=status, order_ref=first.order_ref if len(orders) == 1 else None,
            purchase_order_number=purchase_order if len(orders) == 1 else None, rows=numbers)
        return transaction, facts

    def _line(self, row, sign, kind):
        """Make the line of a row; an item that was not delivered is negative on an invoice."""
        tax = self.reader.amount(row, 'document_tax')
        if tax is None:
            tax = self.reader.amount(row, 'item_tax')
        total = row.amount * sign
        if tax is not None:
            tax = abs(tax) if total >= 0 else -abs(tax)
        line = self.item_line(
            row, quantity=self.reader.quantity(row, 'shipment_quantity', 'quantity'), tax=tax, total=total)
        reason = self.reader.text(row, 'refund_reason') if kind == REFUND else None
        return dataclasses.replace(line, refund_reason=reason)
