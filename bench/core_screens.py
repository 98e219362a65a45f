"""Lists and cards of Odoo on which Amazon's vendor or product appear, see :mod:`bench.pages`."""

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
    ("bills of the vendor", 'account.move', 'list', [('partner_id', '=', VENDOR)],
     'account.view_in_invoice_bill_tree'),
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
