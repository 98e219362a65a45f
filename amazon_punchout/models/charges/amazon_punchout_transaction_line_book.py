from odoo import fields, models
from odoo.exceptions import LockError

from ...tools.steps import CONFLICTS, attempt, explain
from ...transactions import INVOICE


class AmazonPunchoutTransactionLineBook(models.Model):
    """Lines of charges, and the bills that have them."""
    _inherit = 'amazon.punchout.transaction.line'

    # === WHAT BECOMES ONE BILL === #

    def _billing_units(self):
        """Group these lines by what becomes one bill: an invoice, else a shipment, else what was charged together.

        :return: the lines of each bill
        :rtype: list
        """
        units = {}
        for line in self:
            units.setdefault(line._billing_key(), self.browse())
            units[line._billing_key()] |= line
        result = []
        for key, lines in units.items():
            result += lines._split_by_charge() if key[0] == 'order' else [lines]
        return result

    def _billing_key(self):
        """Name what this line is billed with.

        :rtype: tuple
        """
        self.ensure_one()
        if number := self.transaction_id.invoice_number:
            return 'invoice', self.company_id.id, self.currency_id.id, number.strip().casefold()
        if self.shipment_id:
            return 'shipment', self.order_id.id, self.currency_id.id, self.shipment_id
        return 'order', self.order_id.id, self.currency_id.id

    def _split_by_charge(self):
        """Split the lines of an order by charges. Charges that state the same items pay for them together.

        Without items, charges of several instruments pay for one purchase together, those of one are several purchases.

        :rtype: list
        """
        if not self.purchase_line_id and len(set(self.transaction_id.mapped('instrument'))) > 1:
            return [self]
        units = []
        for lines in self.grouped('transaction_id').values():
            touching = [unit for unit in units if unit.purchase_line_id & lines.purchase_line_id]
            units = [unit for unit in units if not any(unit is each for each in touching)]
            units.append(lines.union(*touching))
        return units

    def _try_unit(self):
        """Book these lines, if that is possible.

        :return: why not
        :rtype: str | None
        """
        what = f"Amazon charges {self.transaction_id.ids} could not be booked"
        _result, error = attempt(self.env, self._book_unit, what, conflicts=(*CONFLICTS, LockError))
        return explain(self.env, error, what) if error else None

    def _book_unit(self):
        """Put these lines onto the bills that are there, and onto a new draft bill what has none.

        :raises UserError: it can't be billed, and why
        """
        left = self._meet_bills()
        # Amazon invoices what is paid by invoice: a charge only tells what was taken.
        left = left.filtered(lambda line: line.transaction_id.instrument != INVOICE)
        if not left:
            return
        if drafts := left._provisional_bills():
            left |= drafts.amazon_share_ids.line_id
            drafts._amazon_release()
        left._share_with(self.env['amazon.punchout.bill']._import_charges(left))
        left.transaction_id._settle_state()

    def _provisional_bills(self):
        """Find the drafts that were made of other charges of the same invoice, shipment or items.

        :return: the `account.move` records
        """
        drafts = self.order_id.order_line.amazon_bill_line_ids.move_id.filtered(
            lambda move: move._amazon_is_provisional() and move.move_type == 'in_invoice')
        keys = {line._billing_key() for line in self}
        return drafts.filtered(lambda move: any(
            line._billing_key() in keys and (line.shipment_id or line.transaction_id.invoice_number
                                             or line.purchase_line_id & self.purchase_line_id)
            for line in move.amazon_share_ids.line_id))

    # === BILLS THAT ARE THERE === #

    def _meet_bills(self):
        """Put these lines onto bills that a person, or Amazon's invoice, made of the same.

        :return: the lines that have no bill
        """
        if numbered := self._find_numbered_bills()[:1]:
            attempt(self.env, lambda: self.env['amazon.punchout.bill']._link_to_charges(self, numbered),
                    f"Bill {numbered.id} could not be linked to its orders")
            self._share_with_numbered(numbered)
            return self.browse()
        bills, left = self._candidate_bills(), self
        left = left._meet_exactly(bills)
        for bill in bills if left else ():
            fitting = left.filtered(lambda line, bill=bill: line._fits(bill))
            left -= fitting._meet_whole(bill)
        whole = bills.filtered(lambda bill: any(line._fits(bill) for line in left))
        if whole and len(left.order_id) == 1:
            charged = sum(line._open_amount() for line in left)
            billed = sum(bill._amazon_uncovered(left.order_id) for bill in whole)
            if self._is_same_amount(charged, billed):
                return left._fill(whole)
            if billed and self._is_same_amount(charged, billed + left._amount_to_bill()):
                left._fill(whole)
                return left.filtered(lambda line: line.currency_id.compare_amounts(line._open_amount(), 0) > 0)
        return left._meet_partly(bills)

    def _amount_to_bill(self):
        """Compute what is left to bill of what these lines of one order are about.

        :rtype: float
        """
        Bill = self.env['amazon.punchout.bill']
        return float(Bill._total_of(Bill._positions_left(self.order_id, self.purchase_line_id or None)))

    def _candidate_bills(self):
        """Find the bills of the same orders that may be of these charges, the oldest first.

        :return: the `account.move` records
        """
        numbers = {number.strip() for number in self.transaction_id.mapped('invoice_number') if number}
        return self.order_id.order_line.amazon_bill_line_ids.move_id.filtered(
            lambda move: move.move_type == 'in_invoice' and move.state != 'cancel'
            and not move._amazon_is_provisional() and not self._is_undone(move)
            and move.currency_id == self.currency_id[:1]
            and not (numbers and move.amazon_invoice_id and move.amazon_invoice_id not in numbers)
            and move._amazon_uncovered(self.order_id) > 0).sorted(
            lambda move: (move.invoice_date or fields.Date.today(), move.id))

    def _fits(self, bill):
        """Tell whether a bill may be of what was charged with this line.

        :rtype: bool
        """
        self.ensure_one()
        shipment = bill.amazon_shipment_id
        if self.shipment_id and shipment and shipment.shipment_id != self.shipment_id:
            return False
        lines = bill.invoice_line_ids
        if self.purchase_line_id:
            return self.purchase_line_id in lines.amazon_purchase_line_id
        return self.order_id in lines.amazon_purchase_line_id.order_id | lines.amazon_order_id

    def _is_same_amount(self, one, other):
        return self.currency_id[:1].compare_amounts(one, other) == 0

    def _meet_exactly(self, bills):
        """Give each charge the bill of its amount, if there is one.

        :return: the lines that have none
        """
        left = self
        for lines in self.grouped(lambda line: (line.transaction_id, line.order_id)).values():
            for bill in bills:
                if all(line._fits(bill) for line in lines) and lines._meet_whole(bill):
                    left -= lines
                    break
        return left

    def _meet_whole(self, bill):
        """Put these lines onto a bill, if they are exactly what is open of it.

        :return: these lines, or none
        """
        if not self or not self._is_same_amount(
                sum(line._open_amount() for line in self), bill._amazon_uncovered(self.order_id)):
            return self.browse()
        self._share_with(bill)
        return self

    def _fill(self, bills):
        """Put these lines onto several bills, one after the other.

        :return: the lines of which nothing found a place
        """
        for bill in bills:
            for line in self.filtered(lambda line, bill=bill: line._fits(bill)):
                open_amount = min(line._open_amount(), bill._amazon_uncovered(line.order_id))
                if line.currency_id.compare_amounts(open_amount, 0) > 0:
                    line._share_with(bill, open_amount)
        return self.filtered(lambda line: not line.share_ids)

    def _meet_partly(self, bills):
        """Put these lines onto bills of the same items, or of the same order if everything is billed.

        The rest of the bill may be paid by a charge that is not known yet.

        :return: the lines of which nothing found a place
        """
        left = self
        for line in self:
            is_billed = all(
                item.product_uom_id.compare(item._amazon_billed_quantity(), item.product_qty) >= 0
                for item in line.purchase_line_id or line.order_id._amazon_item_lines())
            fitting = bills.filtered(lambda bill, line=line, is_billed=is_billed: line._fits(bill) and (
                is_billed or line.purchase_line_id and line.shipment_id
                and bill.amazon_shipment_id.shipment_id == line.shipment_id))
            left -= line - line._fill(fitting)
        return left
