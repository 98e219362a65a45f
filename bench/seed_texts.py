"""Texts that tell copies apart, in SQL: `n` is the number of the copy."""

AMAZON_ORDER = "'111-' || lpad(n::text, 7, '0') || '-' || right({column}, 7)"
NUMBERED = "{column} || '-' || n"
TEXTS = {
    ("purchase_order", "name"): NUMBERED,
    ("purchase_order", "amazon_order_ref"): AMAZON_ORDER,
    ("stock_picking", "name"): NUMBERED,
    ("account_move", "name"): NUMBERED,
    ("account_move", "amazon_invoice_id"): NUMBERED,
    ("account_move", "ref"): NUMBERED,
    ("account_payment", "name"): NUMBERED,
    ("res_partner", "name"): NUMBERED,
    ("amazon_punchout_document", "payload_id"): "n || '.' || {column}",
    ("amazon_punchout_session", "cookie_hash"): "md5({column} || n)",
    ("amazon_punchout_transaction", "amazon_order_ref"): AMAZON_ORDER,
    ("amazon_punchout_transaction", "signature"): NUMBERED,
    ("amazon_punchout_transaction", "charge_identifier"): NUMBERED,
    ("amazon_punchout_transaction_line", "order_ref"): AMAZON_ORDER,
    ("amazon_punchout_transaction_line", "purchase_order_number"): NUMBERED,
    ("amazon_punchout_reported_order", "amazon_order_ref"): AMAZON_ORDER,
    ("amazon_punchout_shipment", "tracking_number"): NUMBERED,
    ("amazon_punchout_trail", "order_name"): NUMBERED,
    ("amazon_punchout_trail", "payload_id"): "n || '.' || {column}",
}
