"""Texts and numbers that tell copies apart, in SQL: `n` is the number of the copy."""

# As Amazon's numbers are: with any digits, so that few numbers have the same ones in common.
AMAZON_ORDER = (
    "'11' || n % 5 || '-' || lpad((n::bigint * 7368787 % 10000000)::text, 7, '0') || '-'"
    " || lpad(((right({column}, 7)::bigint * 9301 + n::bigint * 49297) % 10000000)::text, 7, '0')")
NUMBERED = "{column} || '-' || n"
TEXTS = {
    # As sequences number them: no name is a part of thousands of others.
    ("purchase_order", "name"): "'P' || lpad((n * 100 + original.id)::text, 7, '0')",
    ("purchase_order", "amazon_order_ref"): AMAZON_ORDER,
    ("purchase_order", "partner_ref"):
        f"CASE WHEN original.amazon_order_ref IS NULL THEN {{column}} ELSE {AMAZON_ORDER} END",
    ("stock_picking", "name"): NUMBERED,
    # With numbers that Odoo counts on from.
    ("account_move", "name"):
        "CASE WHEN original.sequence_number > 0 THEN original.sequence_prefix"
        " || lpad((n * 1000 + original.sequence_number)::text, 7, '0') ELSE {column} END",
    ("account_move", "sequence_number"): "CASE WHEN {column} > 0 THEN n * 1000 + {column} ELSE {column} END",
    ("account_move_line", "matching_number"): NUMBERED,
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
