"""The addons beside which ours is tested: the rows of docs/compatibility.md. Plain Python, for the lab."""

# By database: the addons that are installed in it together, each a row. Those that touch the same step of an order have
# a database each.
DATABASES = {
    "exception": ("purchase_exception",),
    "tier": ("purchase_tier_validation", "account_move_tier_validation"),
    "approved": ("purchase_order_approved",),
    "no_rfq": ("purchase_no_rfq",),
    "bill": ("purchase_auto_bill_on_receipt",),
    "oca": ("purchase_order_type", "purchase_request", "purchase_delivery_split_date"),
    "requisition": ("purchase_requisition", "purchase_requisition_stock"),
    "core": (
        "purchase_product_matrix", "purchase_edi_ubl_bis3", "purchase_mrp", "purchase_repair",
        "mrp_subcontracting_purchase", "mrp_subcontracting_dropshipping", "stock_dropshipping", "stock_landed_costs",
        "stock_picking_batch", "stock_delivery", "sale_purchase", "sale_purchase_stock", "project_purchase",
        "project_purchase_stock", "hr_expense", "account_debit_note", "account_edi_ubl_cii",
        "snailmail_account", "stock_fleet", "product_expiry",
    ),
    "people": ("hr",),
    "italy": ("l10n_it_edi", "l10n_it_stock_ddt"),
}
# All of them in one database, where ours is installed last instead of first.
ALL = "all"
ROWS = tuple(addon for addons in DATABASES.values() for addon in addons)
