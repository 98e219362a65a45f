from odoo import models

from ...tools.sentences import shown_number


class AmazonPunchoutBillUnits(models.AbstractModel):
    """The quantities of an invoice in the units of its orders; amounts stay as they are stated."""
    _inherit = 'amazon.punchout.bill'

    def _convert_quantity(self, draft, line, item):
        """Convert the quantity of a line; one that can't be converted does not count as billed.

        :param BillDraft draft: gets a sentence if Odoo can't convert it
        :param BillLine line: gets the quantity
        :param cxml.InvoiceDetailItem item: what the invoice states
        """
        order_line, unit = line.order_line, item.unit_of_measure
        quantity = order_line._amazon_in_ordered_unit(abs(line.quantity), unit)
        if quantity is not None:
            line.quantity = quantity.copy_sign(line.quantity)
            return
        line.is_counted = line.is_convertible = False
        reason, package = order_line._amazon_unit_problem(unit)
        draft.problems.append(self.env._(
            "The invoice bills %(stated)s of “%(item)s”, but order %(order)s has %(ordered)s, so the line does not "
            "count as billed there. %(reason)s",
            item=order_line._amazon_title(), order=order_line.order_id.name, reason=reason,
            ordered=order_line._amazon_ordered_text(), stated=f'{shown_number(self.env, item.quantity)} {unit}'))
        if package:
            draft.problems.append(self.env._(
                "Map %s to a unit with a fixed content under Amazon Business > Configuration > Units, delete this "
                "draft and press Process Again on the document.", package))
