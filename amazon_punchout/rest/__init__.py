"""Answers of Amazon's REST APIs as immutable values, and the paths to ask for them.

Pure Python: nothing of Odoo, no network, no clock. What is absent or can't be read is None; only an answer that is no
JSON object within bounds raises :class:`RestError`.
"""

from .access import ApiError, Token, TokenRefused, read_error, read_retry_after, read_token, read_token_refused
from .errors import RestError
from .reconciliation import (
    MAX_INVOICES,
    MAX_ORDER_LINES,
    InvoiceLink,
    invoices_body,
    payment_details_body,
    read_instrument,
    read_invoice_links,
    read_invoices,
    read_payment_details,
    read_transactions,
    transactions_path,
)
from .reporting import (
    MAX_ORDERS,
    OrderReport,
    ShipmentItem,
    CANCELLED,
    DELIVERED,
    PENDING_APPROVAL,
    PLACED,
    SHIPPED,
    order_path,
    read_line_number,
    read_order_reports,
    read_orders,
    read_shipment_items,
    read_shipments,
    shipments_path,
)

__all__ = [
    'CANCELLED',
    'DELIVERED',
    'MAX_INVOICES',
    'MAX_ORDERS',
    'MAX_ORDER_LINES',
    'ApiError',
    'InvoiceLink',
    'OrderReport',
    'PENDING_APPROVAL',
    'PLACED',
    'RestError',
    'SHIPPED',
    'ShipmentItem',
    'Token',
    'TokenRefused',
    'invoices_body',
    'order_path',
    'payment_details_body',
    'read_error',
    'read_instrument',
    'read_invoice_links',
    'read_invoices',
    'read_line_number',
    'read_order_reports',
    'read_orders',
    'read_payment_details',
    'read_retry_after',
    'read_shipment_items',
    'read_shipments',
    'read_token',
    'read_token_refused',
    'read_transactions',
    'shipments_path',
    'transactions_path',
]
