"""Whole orders of mutated documents: cart, approval, Amazon's answer, confirmations, ship notices, invoices, credits.

A few run among all tests, thousands by `bin/test fuzz chains`. Each is rolled back, so that all begin alike.
"""
from __future__ import annotations

import collections
import logging
import os
import random
import time
from decimal import Decimal

import requests
from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.tests.bill_case import BillCase
from odoo.addons.amazon_punchout.tests.common import answer
from odoo.addons.amazon_punchout.tests.cxml_builder import (
    cart_xml,
    confirmation_xml,
    header_credit_xml,
    invoice_line,
    invoice_xml,
    item,
    reference,
    response_xml,
    ship_notice_xml,
    status,
)

from e2e.fuzz import results
from e2e.fuzz.mutations import Mutator

FEW = 25
BATCH = 100
# What the order can only become by Amazon's word about what was sent.
LEFT = ('sent', 'confirmed', 'partial')
# A person reads these in the form.
REFUSALS = (UserError, AccessError, ValidationError)


class Errors(logging.Handler):
    """The errors in the log."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.found = []

    def emit(self, record):
        error = record.exc_info and record.exc_info[1]
        self.found.append(f"log: {record.getMessage()[:300]}" + (f": {error!r}"[:300] if error else ""))


class Chain:
    """One order, from its cart to its bills."""

    def __init__(self, case, seed, number):
        self.case = case
        self.env = case.env
        self.chance = random.Random(f"{seed}:chain:{number}")
        self.mutator = Mutator([response_xml().encode()], seed)
        self.number = number
        self.steps = 0
        self.order = self.env['purchase.order']
        self.approved = False
        self.sent = []
        self.delivered = self.env['amazon.punchout.document']
        self.outcome = "no order"
        self.wrong = []

    def maybe(self, document, share):
        """Mutate a document in so many cases of a hundred.

        :rtype: bytes
        """
        self.steps += 1
        if self.chance.random() * 100 >= share:
            return document
        return self.mutator.mutate(document, f"{self.number}.{self.steps}")

    def must(self, truth, what):
        if not truth:
            self.wrong.append(what)

    # === STEPS === #

    def run(self):
        self.shop()
        if not self.order:
            return
        self.outcome = "draft"
        if self.chance.random() < 0.2:
            self.deliver(self.confirmation(reference(self.order, payload_id='never@sent.example')))
        self.check_not_left()
        self.approve()
        self.check_not_left()
        if self.approved:
            self.outcome = "approved"
            if self.chance.random() < 0.1:
                self.deliver(self.confirmation())
            self.send()
        for _message in range(self.chance.randrange(5) if self.order._amazon_request() else 0):
            message = self.chance.choice((self.confirmation, self.notice, self.invoice, self.invoice, self.credit))
            self.deliver(message())
        self.check()

    def shop(self):
        lines = self.chance.randrange(1, 4)
        session, cookie = self.case.start_trip()
        items = [item(
            asin=f'B00TEST00{number}', price=self.chance.choice(('9.99', '10.00', '0.333', '1234.5', '0.00')),
            quantity=self.chance.choice(('1', '2', '3', '10')), auxiliary_id=f'136-1,{number}',
            tax=self.chance.choice((None, '0.80')), shipping=self.chance.choice((None, '1.50')),
        ) for number in range(1, lines + 1)]
        shipping = sum(float(each['shipping'] or 0) for each in items)
        tax = sum(float(each['tax'] or 0) for each in items)
        raw = self.maybe(cart_xml(
            cookie, items, shipping=f'{shipping:.2f}' if shipping else None, tax=f'{tax:.2f}' if tax else None), 40)
        found = self.env['amazon.punchout.session']._find_by_cookie(cxml.find_buyer_cookie(raw))
        if not found:
            self.outcome = "cart without a trip"
            return
        self.must(found == session, "the cart went to another trip")
        taken = found._receive_cart(raw)
        self.order = found.purchase_order_id
        if not self.order:
            self.must(found.problem or found.state == 'left' or not taken, "no order, and no word why")
            return
        cart = cxml.read_cart(raw)
        expected = cart.total.amount + self.stated(cart, 'shipping') + self.stated(cart, 'tax')
        # A price may have more decimals than the currency, so each line may be half a unit off.
        allowed = self.order.currency_id.rounding * (len(cart.items) + 1) / 2
        self.must(abs(self.order.amount_total - float(expected)) <= allowed,
                  f"the order's total is {self.order.amount_total}, the cart's {expected}")
        self.must(len(self.order.order_line.filtered(lambda line: line.amazon_line_type == 'item')) == len(cart.items),
                  "the order has other lines than the cart")

    @staticmethod
    def stated(cart, name):
        """Return the shipping or the tax that the cart's header states, else that of its lines.

        :rtype: Decimal
        """
        if header := getattr(cart, name):
            return header.money.amount
        return sum((getattr(each, name).money.amount for each in cart.items if getattr(each, name)), Decimal())

    def approve(self):
        try:
            with self.env.cr.savepoint():
                self.order.with_user(self.case.buyer).button_confirm()
                if self.order.state == 'to approve':
                    self.must(not self.order._amazon_request(), "an order request before the approval")
                    self.order.with_user(self.case.manager).button_approve()
                self.approved = self.order.state == 'purchase'
        except REFUSALS as error:
            self.must(str(error), "a refusal without words")
            self.order.invalidate_recordset()

    def send(self):
        body = self.maybe(response_xml(self.chance.choice(('200', '200', '200', '401', '500'))).encode(), 25)
        replies = (answer(self.chance.choice((200, 200, 200, 400, 503)), body=body.decode('utf-8', 'replace')),
                   requests.exceptions.ConnectTimeout(), requests.exceptions.ReadTimeout())
        self.sent += self.case.send(self.chance.choices(replies, (8, 1, 1))[0])

    def deliver(self, raw):
        """Store a message as the endpoint does, and run the scheduled action."""
        raw = cxml.ReceivedDocument(self.maybe(raw, 60))
        documents = self.env['amazon.punchout.document'].sudo()
        try:
            envelope = cxml.read_request(raw)
        except cxml.CxmlError:
            self.delivered |= documents._store_unreadable(self.case.group, raw)
        else:
            if envelope.document not in ('ProfileRequest', 'PunchOutSetupRequest', 'PunchOutOrderMessage'):
                self.delivered |= documents._store_message(self.case.group, envelope, raw)
        if self.chance.random() < 0.7:
            self.case.run_cron('amazon_punchout.ir_cron_process')

    # === MESSAGES === #

    def lines(self):
        return [(line.amazon_line_number, f'{line.amazon_cart_quantity:g}', f'{line.amazon_cart_price:g}')
                for line in self.order.order_line if line.amazon_line_type == 'item']

    def confirmation(self, order_reference=None):
        kind = self.chance.choice(('accept', 'detail', 'reject', 'backordered'))
        return confirmation_xml(
            self.order, [(number, quantity, status(
                kind, quantity, price=price if self.chance.random() < 0.3 else None,
                confirm_id='111-0000000-0000001' if kind != 'reject' else None))
                for number, quantity, price in self.lines()],
            currency='USD', kind=self.chance.choice(('accept', 'detail', 'reject')), order_reference=order_reference,
            operation=self.chance.choice(('new', 'update')), total=self.chance.choice((None, '19.98')))

    def notice(self):
        return ship_notice_xml(
            self.order, [(number, quantity) for number, quantity, _price in self.lines()],
            shipment_id=self.chance.choice(('SHIP1', 'SHIP2')),
            operation=self.chance.choice(('new', 'update', 'delete')))

    def invoice(self, **values):
        lines = self.lines()
        net = f'{sum(float(quantity) * float(price) for _number, quantity, price in lines):.2f}'
        return invoice_xml(
            [(self.order, *(invoice_line(number, quantity, price) for number, quantity, price in lines))],
            invoice_id=self.chance.choice(('INV-1', 'INV-2')), subtotal=net, net=net, due=net, **values)

    def credit(self):
        if self.chance.random() < 0.5:
            return header_credit_xml(self.order, 'CR-1', '5.00', 'INV-1')
        return self.invoice(purpose='lineLevelCreditMemo', original_invoice_id='INV-1')

    # === WHAT MUST BE SO === #

    def check_not_left(self):
        left = any(b'<OrderRequest' in body for body in self.sent if body)
        self.must(self.approved or not left, "an order left without an approval")
        self.must(left or self.order.amazon_state not in LEFT, f"{self.order.amazon_state} without having been sent")

    def check(self):
        self.case.run_cron('amazon_punchout.ir_cron_process')
        self.check_not_left()
        self.outcome = self.order.amazon_state
        for document in self.delivered.exists():
            self.must(document.state in ('processed', 'attention', 'waiting', 'dismissed'),
                      f"a message is {document.state}")
            self.must(document.state not in ('attention', 'waiting') or (document.reason or '').strip(),
                      f"a message is {document.state} without a reason")
        for line in self.order.order_line.filtered(lambda line: line.amazon_line_type == 'item'):
            quantities = (
                line.amazon_confirmed_quantity, line.amazon_rejected_quantity, line.amazon_backordered_quantity)
            self.must(min(quantities) >= 0, f"a quantity below zero: {quantities}")
            self.must(line.amazon_confirmed_quantity <= line.amazon_cart_quantity + 1e-6,
                      f"{line.amazon_confirmed_quantity} of {line.amazon_cart_quantity} confirmed")
        self.check_bills()
        self.must(self.order.amazon_status, "an order without a word on how it stands")

    def check_bills(self):
        moves = self.case.all_bills(self.order) | self.env['account.move'].search([
            ('amazon_group_id', '=', self.case.group.id)])
        numbers = collections.Counter(
            (move.move_type, move.amazon_invoice_id) for move in moves if move.amazon_invoice_id)
        self.must(all(count == 1 for count in numbers.values()), f"an invoice was booked twice: {numbers}")
        for move in moves:
            self.must(move.amount_total >= 0, f"{move.move_type} of {move.amount_total}")
        posted = moves.filtered(lambda move: move.state == 'posted')
        for line in self.order.order_line.filtered(lambda line: line.amazon_line_type == 'item'):
            billed = sum(each.quantity for each in posted.invoice_line_ids if each.amazon_purchase_line_id == line
                         and each.move_id.move_type == 'in_invoice')
            self.must(billed <= line.amazon_cart_quantity + 1e-6,
                      f"{billed} of {line.amazon_cart_quantity} billed and posted")
        total = sum(posted.mapped('amount_total_signed'))
        self.must(total <= 1e-6, f"more was refunded than billed: {total}")


class TestChains(BillCase):

    def test_no_chain_of_wrong_documents_orders_books_or_breaks_anything_wrong(self):
        count, seed = int(os.environ.get('LAB_FUZZ_CHAINS') or FEW), int(os.environ.get('LAB_FUZZ_SEED') or 1)
        keep = 'LAB_FUZZ_CHAINS' in os.environ
        self.set_limit(0)
        self.group.write({'post_matching_bills': True})
        again = [int(number) for number in os.environ.get('LAB_FUZZ_AGAIN', '').split(',') if number]
        if again:
            self.assertFalse([f"{number}: {each}" for number in again for each in self.run_chain(seed, number)[1]])
            return
        first = results.done('chains', seed) if keep else 0
        findings = []
        for start in range(first, first + count, BATCH):
            numbers = range(start, min(start + BATCH, first + count))
            began = time.monotonic()
            outcomes, found = collections.Counter(), []
            for number in numbers:
                outcome, wrong = self.run_chain(seed, number)
                outcomes[outcome] += 1
                found += [f"{number}: {each}" for each in wrong]
            findings += found
            if keep:
                results.append(
                    'chains', seed=seed, first=start, count=len(numbers), seconds=round(time.monotonic() - began, 1),
                    findings=found, outcomes=outcomes, lxml='.'.join(map(str, etree.LXML_VERSION[:3])),
                    libxml2='.'.join(map(str, etree.LIBXML_VERSION)))
                print(f"{numbers.stop} chains, {dict(outcomes)}, {len(findings)} findings {found[:3]}", flush=True)
        self.assertFalse(findings, "\n".join(findings[:50]))

    def run_chain(self, seed, number):
        """Run one chain and take it back.

        :return: what became of the order, and what is wrong
        """
        errors = Errors()
        logging.getLogger().addHandler(errors)
        savepoint = self.env.cr.savepoint()
        chain = Chain(self, seed, number)
        try:
            chain.run()
        except Exception as error:  # the finding itself
            chain.wrong.append(f"{type(error).__name__}: {error}"[:500])
        finally:
            logging.getLogger().removeHandler(errors)
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
        return chain.outcome, chain.wrong + errors.found
