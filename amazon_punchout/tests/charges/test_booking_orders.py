"""In whatever order they come, the same papers are the same books.

All 720 orders of {bill by hand, invoice, charge, refund by hand, credit memo, refund} share their beginnings. A part of
them runs always, all of them with AMAZON_PUNCHOUT_ALL_ORDERS=1 in the environment.
"""
import os
from itertools import permutations

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..booking_case import BookingCase
from ..cxml_builder import invoice_line, invoice_xml

EVENTS = ('bill', 'invoice', 'charge', 'refund_by_hand', 'memo', 'refund')


class NotYet(Exception):
    """A person can't do it now, and does it later."""


class Undone(Exception):
    """Ends a branch, whose savepoint is rolled back."""


@tagged('post_install', '-at_install')
class TestBookingOrders(BookingCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()
        self.receive_goods(self.po)
        self.transactions = self.env['amazon.punchout.transaction'].sudo()

    # === WHAT HAPPENS === #

    def bill(self):
        """A person bills the order: posts the draft that is there, else one of their own."""
        bills = self.all_bills(self.po).filtered(lambda move: move.move_type == 'in_invoice')
        if not bills:
            self.po.with_user(self.biller).action_create_invoice()
            bills = self.all_bills(self.po)
        draft = bills.filtered(lambda move: move.state == 'draft')
        draft.invoice_date = '2026-03-06'
        self.post(draft)

    def invoice(self):
        self.deliver(invoice_xml(
            [(self.po, invoice_line(1, 2, '10.00'), invoice_line(2, 3, '5.00'))], net='35.00'))

    def charge(self):
        self.transactions |= super().charge(self.po, 35.00)

    def refund_by_hand(self):
        """A person records the refund, unless Amazon's credit memo is there."""
        if any(credit.amazon_invoice_id for credit in self.credits()):
            return
        bill = self.all_bills(self.po).filtered(lambda move: move.move_type == 'in_invoice' and move.state == 'posted')
        if not bill:
            raise NotYet
        self.record_refund(bill.with_user(self.biller), 2, 5.00, reference="CM-1", date='2026-03-20')

    def memo(self):
        self.deliver(invoice_xml(
            [(self.po, invoice_line(2, 1, '5.00'))], invoice_id='CM-1', purpose='lineLevelCreditMemo', net='5.00',
            invoice_date='2026-03-20T00:00:00Z', original_invoice_id='INV-1'))

    def refund(self):
        self.transactions |= self.refunded(self.po, 5.00, {'number': 2, 'quantity': 1, 'total': 5.00})

    def credits(self):
        return self.all_bills(self.po).filtered(lambda move: move.move_type == 'in_refund')

    def refunded(self, order, amount, *lines, **values):
        return BookingCase.charge(self, order, amount, *lines, kind='refund', date='2026-03-20', **values)

    # === ONE ORDER OF EVENTS === #

    def happen(self, name, late):
        """Let something happen, then do what was not possible before.

        :param list late: names of what a person does later
        """
        for each in (name, *late):
            try:
                getattr(self, each)()
            except NotYet:
                if each not in late:
                    late.append(each)
            else:
                if each in late:
                    late.remove(each)
        waiting = self.env['amazon.punchout.document'].search([('state', '=', 'waiting')])
        if waiting:
            waiting.next_try_at = '2026-01-01'
            self.run_cron('amazon_punchout.ir_cron_process')

    def close(self, late):
        """A person posts what is left at the end of the month."""
        self.assertFalse(late)
        for _turn in range(3):
            self.post(self.all_bills(self.po).filtered(lambda move: move.state == 'draft').sorted(
                lambda move: move.move_type))

    def outcome_of(self, names):
        late = []
        for name in names:
            self.happen(name, late)
        self.close(late)
        return self.result()

    def result(self):
        """Give the books, and what the transactions say of themselves."""
        moves = self.all_bills(self.po) | self.transactions.payment_ids.move_id
        items = sorted(
            (move.move_type, str(move.date), str(move.invoice_date), move.amazon_invoice_id or "", line.account_id.code,
             line.partner_id.name, line.balance, line.amount_residual, line.quantity, line.price_unit)
            for move in moves for line in move.line_ids if line.balance)
        papers = sorted((move.move_type, move.state, move.amount_total, move.payment_state) for move in moves)
        return {
            'items': items, 'papers': papers,
            'transactions': sorted((each.kind, each.state, each.problem or "", len(each.payment_ids))
                                   for each in self.transactions),
            'order': (self.po.invoice_status, self.billed(self.po), self.po.amazon_billed_total,
                      self.po.amazon_refunded_total)}

    # === ALL ORDERS === #

    def test_in_any_order_the_same_papers_are_the_same_books(self):
        everything = list(permutations(EVENTS))
        is_whole = bool(os.environ.get('AMAZON_PUNCHOUT_ALL_ORDERS'))
        # Every 37th: each event comes first and last, and each before each other.
        chosen = everything if is_whole else everything[::37]
        for one in EVENTS:
            for other in EVENTS:
                self.assertTrue(one == other or any(each.index(one) < each.index(other) for each in chosen))
        results = {}
        self.visit((), chosen, [], results)
        self.assertEqual(len(results), len(chosen))
        expected = results[chosen[0]]
        self.assertEqual(expected['transactions'], [('charge', 'booked', "", 1), ('refund', 'booked', "", 1)])
        self.assertEqual(expected['order'], ('invoiced', {1: 2, 2: 3}, 35.00, 5.00))
        self.assertEqual({residual for *_item, residual, _quantity, _price in expected['items']
                          if residual and _item[4] == self.payable()}, set())
        differing = [names for names, result in results.items() if result != expected]
        for names in differing[:1]:
            self.assertEqual(results[names], expected, names)
        self.assertFalse(differing)

    def payable(self):
        return self.vendor.property_account_payable_id.code

    def visit(self, done, chosen, late, results):
        """Let what comes next happen, in every chosen order that begins like this; each branch is rolled back.

        :param tuple done: what has happened
        :param chosen: the orders that begin so
        :param list late: what a person does later
        :param dict results: gets the books of each order
        """
        if len(done) == len(EVENTS):
            self.close(late)
            results[done] = self.result()
            return
        transactions = self.transactions
        for name in EVENTS:
            following = [names for names in chosen if names[:len(done) + 1] == (*done, name)]
            if not following:
                continue
            self.transactions = transactions
            try:
                with self.env.cr.savepoint():
                    late_now = list(late)
                    self.happen(name, late_now)
                    self.visit((*done, name), following, late_now, results)
                    self.env.flush_all()
                    raise Undone
            except Undone:
                self.env.invalidate_all()
            except UserError as error:
                self.fail(f"{(*done, name)}: {error}")
