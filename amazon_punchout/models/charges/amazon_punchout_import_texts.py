from odoo import api, models

from ... import reports


class AmazonPunchoutImportTexts(models.Model):
    """What the readers of reports could not understand, in the words of the user's language."""
    _inherit = 'amazon.punchout.import'

    @api.model
    def _file_problem(self, error):
        """Say why a file can't be read.

        :param reports.ReportError error: what the reader says
        :rtype: str
        """
        return {
            'empty': self._("The file is empty."),
            'too_large': self._("The file is too large. Download a shorter period."),
            'not_report': self._("The file is neither CSV nor XLSX."),
            'old_excel': self._("The file is in Excel's old format (.xls). Save it as XLSX or CSV."),
            'encrypted': self._("The file is protected by a password. Save it without one."),
            'damaged': self._("The file is damaged. Download it again."),
            'too_much': self._(
                "The file is too large once it is unpacked. Download one month at a time, or CSV instead of XLSX."),
            'too_many_rows': self._("The file has too many rows. Download a shorter period."),
            'too_many_columns': self._("The file has too many columns. Download fewer columns."),
            'too_many_cells': self._(
                "The file is too large. Download one month at a time, fewer columns, or CSV instead of XLSX."),
            'too_long': self._("The file has a cell that is too long for a report of Amazon Business."),
            'no_report': self._("The columns are not those of a report that Odoo knows."),
            'missing_column': self._("The report lacks columns: %s.", error.value),
        }.get(error.kind, str(error))

    @api.model
    def _row_problem(self, code, column=None, value=None):
        """Say what was not understood of a row or of a charge.

        :param str code: as in `transactions.Problem`
        :param str column: the key of the column, if it is about one
        :param str value: what stands there
        :rtype: str
        """
        column = reports.FIELDS[column].label if column in reports.FIELDS else column or ""
        value = value or ""
        return {
            'missing_value': self._("The row has no %s.", column),
            'row_too_long': self._("The row has more cells than there are headers."),
            'value_too_long': self._(
                "“%(value)s” in %(column)s is too long for a number or a name, so it was left out.", value=value,
                column=column),
            'bad_amount': self._("“%(value)s” in %(column)s is not an amount.", value=value, column=column),
            'ambiguous_amount': self._(
                "“%(value)s” in %(column)s can be read in two ways.", value=value, column=column),
            'bad_date': self._("“%(value)s” in %(column)s is not a date.", value=value, column=column),
            'ambiguous_date': self._(
                "“%(value)s” in %(column)s can be read in two ways: day first or month first.", value=value,
                column=column),
            'bad_currency': self._("“%(value)s” in %(column)s is not a currency.", value=value, column=column),
            'unknown_status': self._("The status “%s” is unknown, so the row counts as not settled.", value),
            'unknown_type': self._("The type “%s” is unknown, so the row counts as not settled.", value),
            'cancelled_amount': self._("The order is cancelled, yet the row has an amount of %s.", value),
            'negative_payment': self._("Amazon states a negative payment, which may be a refund."),
            'conflicting_value': self._(
                "The rows of the order have different values in %(column)s: %(value)s.", column=column, value=value),
            'duplicate_header': self._("Two columns are named %s. Only the first one is read.", value),
            'share_or_whole': self._(
                "It can't be known whether the amount is the share of an order or the whole charge."),
            'maybe_restated': self._(
                "The charge is listed twice, and the order's total does not tell whether it is one charge."),
            'items_differ': self._("The items do not add up to the payment."),
            'order_differs': self._(
                "The payments of the order add up to %s, which is not its Order Net Total.", value),
        }.get(code) or self._("Not understood (%s).", code)
