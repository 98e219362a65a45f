"""Measure each step of an order in a database that has grown. Runs inside `odoo shell`, see :mod:`bench.screens`."""
from __future__ import annotations

from decimal import Decimal
from unittest.mock import patch

from odoo.sql_db import Cursor

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.tests.cxml_builder import (
    confirmation_xml,
    invoice_line,
    invoice_xml,
    ship_notice_xml,
    status,
)
from odoo.addons.amazon_punchout.tools.cart_lock import lifted
from odoo.addons.amazon_punchout.transactions import CHARGE, Statement

from bench import seed

CRONS = {
    'amazon.punchout.document': ('_cron_send', '_cron_process'),
    'amazon.punchout.watch': ('_cron_watch',),
    'amazon.punchout.api': ('_cron_fetch', '_cron_follow', '_cron_pdfs', '_cron_prices'),
    'purchase.order': ('_cron_remind_confirmation', '_cron_remind_hold'),
    'amazon.punchout.import': ('_cron_charges',),
}


class Steps(seed.Seed):
    """One more order, of which nothing is kept.

    :param pages: the `Pages` that count
    """

    def __init__(self, pages):
        self.pages = pages
        self.env = pages.env
        users, self.number = self.env['res.users'], 900000
        self.buyers = [users.search([('login', '=', f'bench{number}')]) for number in range(seed.BUYERS)]
        self.groups = self.env['amazon.punchout.group'].search([], order='id')

    def run_all(self):
        self.step("cart to order", None, lambda _none: self.cart())
        self.step("confirm an order", self.cart, self.confirm)
        self.step("store a confirmation", self.ordered, lambda order: self.store(order, self.confirmation(order)))
        for name, message in (
            ("confirmation", self.confirmation), ("ship notice", self.notice), ("invoice", self.invoice),
        ):
            self.step(f"process a message: {name}",
                      lambda message=message: self.store(*self.with_message(message)),
                      lambda document: document._process())
        self.step("receive the goods", self.ordered, lambda order: order.picking_ids.button_validate())
        self.step("bill an order by hand", self.arrived, lambda order: order.action_create_invoice())
        self.step("post a bill", self.with_bill, lambda bill: bill.action_post())
        self.step("import a charge", self.at_amazon, self.import_charge)
        self.step("cancel a cart", self.cart, lambda order: order.button_cancel())
        for model, names in CRONS.items():
            for name in names:
                if model in self.env and hasattr(self.env[model], name):
                    self.step(f"scheduled action {name}, idle", None,
                              lambda _none, model=model, name=name: getattr(self.env[model].sudo(), name)())

    def step(self, name, prepare, work):
        """Count a step after what comes before it. Both are rolled back."""
        for _round in range(2):
            self.env.cr.rollback()
            self.env.transaction.reset()
            with patch.object(Cursor, 'commit', lambda _cr: None), patch.object(Cursor, 'rollback', lambda _cr: None):
                prepared = prepare() if prepare else None
                self.env.flush_all()
                self.env.invalidate_all()
                with self.pages.counted() as counted:
                    counted['ms'] = self.pages.timed(lambda prepared=prepared: (work(prepared), self.env.flush_all()))
        self.env.cr.rollback()
        self.env.transaction.reset()
        self.pages.keep({'kind': 'step', 'name': name, **counted})

    # === WHAT COMES BEFORE === #

    @staticmethod
    def confirm(order):
        order.with_user(order.amazon_requester_id).button_confirm()
        assert order.state == 'purchase'

    def ordered(self):
        order = self.cart()
        self.confirm(order)
        with lifted():
            order.amazon_state = 'sent'
        order._amazon_request().state = 'sent'
        return order

    def at_amazon(self):
        order = self.ordered()
        self.store(order, self.confirmation(order))._process()
        return order

    def arrived(self):
        order = self.ordered()
        order.picking_ids.button_validate()
        return order

    def with_bill(self):
        order = self.arrived()
        order.action_create_invoice()
        order.invoice_ids.invoice_date = '2026-03-06'
        return order.invoice_ids

    def with_message(self, message):
        order = self.ordered()
        return order, message(order)

    def store(self, order, raw):
        return self.env['amazon.punchout.document'].sudo()._store_message(
            order.amazon_group_id, cxml.read_request(raw), raw)

    # === MESSAGES === #

    def confirmation(self, order):
        return confirmation_xml(
            order, [(number, 2, status(quantity=2)) for number in range(1, seed.ITEMS + 1)], confirm_id=self.ref(),
            total=str(seed.TOTAL), payload_id=f'c{self.number}@amazon.example')

    def notice(self, order):
        return ship_notice_xml(
            order, [(number, 2) for number in range(1, seed.ITEMS + 1)], shipment_id=f'SHIP{self.number}',
            payload_id=f's{self.number}@amazon.example')

    def invoice(self, order):
        return invoice_xml(
            [(order, *(invoice_line(number, 2, seed.PRICES[number - 1]) for number in range(1, seed.ITEMS + 1)))],
            invoice_id=f'INV-{self.number}', subtotal=str(seed.TOTAL), net=str(seed.TOTAL),
            payload_id=f'i{self.number}@amazon.example')

    def import_charge(self, order):
        self.env['amazon.punchout.transaction'].sudo()._import_statement(Statement(
            kind='orders', transactions=(self.charge(order, CHARGE, Decimal(seed.TOTAL)),)), 'report')
