"""Lists and cards of Odoo on which Amazon's vendor or product appear, see :mod:`bench.pages`.

Some of them are what screens of the addon are compared with in the table.
"""
from __future__ import annotations

import re

# Stands for the id of Amazon's vendor.
VENDOR = "vendor"
# Names, models, kinds of view, domains and views.
SCREENS = (
    ("orders", 'purchase.order', 'list', [], False),
    ("requests for quotation", 'purchase.order', 'list', [], 'purchase.purchase_order_kpis_tree'),
    ("purchase orders", 'purchase.order', 'list', [], 'purchase.purchase_order_view_tree'),
    ("orders", 'purchase.order', 'kanban', [], False),
    ("order lines", 'purchase.order.line', 'list', [], False),
    ("receipts", 'stock.picking', 'list', [('picking_type_code', '=', 'incoming')], False),
    ("receipts", 'stock.picking', 'kanban', [('picking_type_code', '=', 'incoming')], False),
    ("receipts overview", 'stock.picking.type', 'kanban', [], 'stock.stock_picking_type_kanban'),
    ("moves", 'stock.move', 'list', [], 'stock.view_move_tree'),
    ("bills", 'account.move', 'list', [('move_type', '=', 'in_invoice')], 'account.view_in_invoice_bill_tree'),
    ("bills", 'account.move', 'kanban', [('move_type', '=', 'in_invoice')], False),
    ("bills of the vendor", 'account.move', 'list',
     [('move_type', '=', 'in_invoice'), ('partner_id', '=', VENDOR)], 'account.view_in_invoice_bill_tree'),
    ("orders of the vendor", 'purchase.order', 'list', [('partner_id', '=', VENDOR)], False),
    ("journal items", 'account.move.line', 'list', [], False),
    ("bank statement lines", 'account.bank.statement.line', 'list', [], False),
    ("payments", 'account.payment', 'list', [], False),
    ("partners", 'res.partner', 'kanban', [], False),
    ("partners", 'res.partner', 'list', [], False),
    ("products", 'product.template', 'kanban', [], False),
    ("products", 'product.template', 'list', [], False),
    ("journals", 'account.journal', 'kanban', [], 'account.account_journal_dashboard_kanban_view'),
)
# Lists that are grouped: names, models, domains, and by what.
GROUPED = (
    ("orders", 'purchase.order', [], 'partner_id'),
    ("orders", 'purchase.order', [], 'date_order'),
    ("receipts", 'stock.picking', [('picking_type_code', '=', 'incoming')], 'state'),
    ("bills", 'account.move', [('move_type', '=', 'in_invoice')], 'partner_id'),
    ("payments", 'account.payment', [], 'journal_id'),
    ("products", 'product.template', [], 'categ_id'),
)
# Buttons of an order, and of a bill.
PRESSED = (
    ('purchase.order', 'action_bill_matching'), ('purchase.order', 'action_purchase_comparison'),
    ('account.move', 'action_purchase_matching'))
# Screens of the addon by a part of their names, and what they are compared with: the same screen of Odoo without the
# addon, or one that does the same with records of Odoo's own.
COMPARED = (
    (r"^Amazon bill, form$", "bill, form"),
    (r", (what action_(?:bill_matching|purchase_comparison|purchase_matching) opens)$", r"\1"),
    (r"^bills, filter Amazon$", "bills of the vendor, list"),
    # Reports, as core's one is.
    (r"^(performance|spend|reconciliation), ", "analysis of purchases, pivot"),
    (r"group by .*: month$", "orders, group by date_order: month"),
    (r"group by", "orders, group by partner_id"),
    (r"^shipment, ", "receipts, list"),
    (r"^transaction, |action_open_transactions", "payments, list"),
    (r"^session, |action_open_sessions", "orders, list"),
)


def compared_with(name):
    """Name the screen of Odoo with which one of the addon is compared.

    :param str name: of the screen of the addon
    :return: None if there is none
    :rtype: str | None
    """
    for pattern, peer in COMPARED:
        if found := re.search(pattern, name):
            return found.expand(peer)
    return None
