# What the rooms build on comes first: our own models, for Odoo takes no _inherit before the _name, and the bases of the
# hooks on core's models, since an extension calls super().
from .group import amazon_punchout_screen
from .group import amazon_punchout_secrets
from .group import amazon_punchout_group
from .cart import amazon_punchout_remembered
from .cart import amazon_punchout_tax_rate
from .cart import amazon_punchout_unspsc
from .cart import amazon_punchout_uom
from .cart import amazon_punchout_cart
from .shopping import amazon_punchout_session
from .documents import amazon_punchout_document
from .documents import amazon_punchout_retention
from .sending import amazon_punchout_outbox
from .shipping import amazon_punchout_shipment
from .messages import amazon_punchout_awaited
from .messages import amazon_punchout_failed_login
from .billing import amazon_punchout_bill
from .charges import amazon_punchout_api
from .charges import amazon_punchout_api_page
from .charges import amazon_punchout_pdf
from .billing import amazon_punchout_bill_compare
from .billing import amazon_punchout_bill_credit
from .billing import amazon_punchout_bill_known
from .billing import amazon_punchout_bill_post
from .billing import account_move_compare
from .billing import account_move_electronic
from .billing import account_move_refund
from .charges import amazon_punchout_entity
from .charges import amazon_punchout_header
from .charges import amazon_punchout_import
from .charges import amazon_punchout_import_row
from .charges import amazon_punchout_reconciliation
from .charges import amazon_punchout_reported_item
from .charges import amazon_punchout_reported_order
from .charges import amazon_punchout_transaction
from .charges import amazon_punchout_transaction_decide
from .charges import amazon_punchout_transaction_share
from .charges import amazon_punchout_stated_invoice
from .spend import amazon_punchout_dimensions
from .spend import amazon_punchout_performance
from .spend import amazon_punchout_spend
from .watching import amazon_punchout_health
from .watching import amazon_punchout_problem
from .watching import amazon_punchout_watch
from .order.lock import amazon_punchout_lock
from .order import purchase_order
from .order import purchase_order_line
from .order import purchase_order_hooks
from .order import purchase_order_status
from .order import amazon_punchout_trail

# The extensions of the rooms, in any order.
from .parties import res_company, res_currency, res_partner, res_partner_rate, res_users, stock_warehouse
from .group import (
    amazon_punchout_group_address,
    amazon_punchout_group_checklist,
    amazon_punchout_group_credentials,
    amazon_punchout_group_database,
    amazon_punchout_group_go_live,
    amazon_punchout_group_locations,
    amazon_punchout_group_members,
    amazon_punchout_group_networks,
    amazon_punchout_group_pasted,
    amazon_punchout_group_rotation,
    amazon_punchout_group_secrets,
    amazon_punchout_group_vendors,
)
from .documents import amazon_punchout_document_errors, amazon_punchout_document_retention
from .order import (
    ir_websocket,
    purchase_order_answers,
    purchase_order_batch,
    purchase_order_buyer,
    purchase_order_comparison,
    purchase_order_follow,
    purchase_order_items,
    purchase_order_line_title,
    purchase_order_links,
    amazon_punchout_trail_check,
    purchase_order_history,
    purchase_order_searches,
    purchase_order_timeline,
    purchase_order_trail,
)
from .order.lock import purchase_order, purchase_order_line, stock_move, stock_rule
from .shopping import (
    amazon_punchout_group,
    amazon_punchout_group_connection,
    amazon_punchout_group_smart_buttons,
    amazon_punchout_session_again,
    amazon_punchout_session_kept,
    amazon_punchout_session_retention,
    amazon_punchout_session_start,
    purchase_order,
    purchase_order_again,
    purchase_order_timeline,
)
from .cart import (
    account_analytic_distribution_model,
    account_tax,
    amazon_punchout_cart_products,
    amazon_punchout_cart_taxes,
    amazon_punchout_group,
    amazon_punchout_group_taxes,
    purchase_order,
    purchase_order_line,
)
from .approval import (
    amazon_punchout_group,
    amazon_punchout_session,
    mail_activity,
    purchase_order,
    purchase_order_actions,
    purchase_order_approvers,
    purchase_order_asked,
    purchase_order_dates,
    purchase_order_direct,
    purchase_order_mandatory,
    purchase_order_number,
    purchase_order_place,
    purchase_order_reason,
    purchase_order_refuse,
    purchase_order_requester,
    purchase_order_timeline,
)
from .sending import (
    amazon_punchout_document,
    amazon_punchout_document_answer,
    amazon_punchout_document_sender,
    amazon_punchout_group,
    amazon_punchout_group_rest,
    purchase_order,
    purchase_order_decisions,
    purchase_order_request,
    purchase_order_rest,
    purchase_order_timeline,
)
from .messages import (
    amazon_punchout_document,
    amazon_punchout_document_attention,
    amazon_punchout_document_awaited,
    amazon_punchout_document_confirmation,
    amazon_punchout_document_doubt,
    amazon_punchout_document_reused,
    amazon_punchout_document_workers,
    amazon_punchout_group,
    amazon_punchout_group_failed_logins,
    purchase_order_address,
    purchase_order_by_hand,
    purchase_order_cancel,
    purchase_order_confirmation,
    purchase_order_notify,
    purchase_order_timeline,
    purchase_order_unconfirmed,
)
from .shipping import (
    amazon_punchout_document,
    amazon_punchout_document_tracking,
    amazon_punchout_group,
    amazon_punchout_shipment_receipt,
    amazon_punchout_shipment_tracking,
    purchase_order,
    purchase_order_by_hand,
    purchase_order_progress,
    purchase_order_receipt,
    purchase_order_timeline,
    purchase_order_tracking,
    stock_move,
    stock_picking,
    stock_picking_parcels,
)
from .billing import (
    account_move,
    account_move_invoice,
    account_move_line,
    account_move_links,
    account_move_mode,
    account_move_payment,
    account_move_trail,
    account_move_validation,
    amazon_punchout_bill_charges,
    account_move_refund_limit,
    amazon_punchout_bill_direction,
    amazon_punchout_bill_header,
    amazon_punchout_bill_lines,
    amazon_punchout_bill_tax_rest,
    amazon_punchout_bill_taxes,
    amazon_punchout_bill_units,
    amazon_punchout_document,
    amazon_punchout_group,
    amazon_punchout_shipment,
    purchase_order,
    purchase_order_auto_bill,
    purchase_order_charges,
    purchase_order_progress,
    purchase_order_accrual,
    purchase_order_compare,
    purchase_order_line,
    purchase_order_shipments,
    purchase_order_timeline,
)
from .charges import (
    amazon_punchout_api_client,
    amazon_punchout_api_fetch,
    amazon_punchout_api_follow,
    amazon_punchout_api_pause,
    amazon_punchout_api_pdfs,
    amazon_punchout_api_prices,
    amazon_punchout_api_test,
    amazon_punchout_document,
    amazon_punchout_group_api,
    purchase_order_prices,
    purchase_order_reported,
    purchase_order_timeline,
    purchase_order_unclear,
    account_bank_statement_line,
    account_move,
    account_move_statement,
    amazon_punchout_reconciliation_accept,
    amazon_punchout_reconciliation_compared,
    amazon_punchout_reconciliation_query,
    amazon_punchout_reconciliation_search,
    amazon_punchout_reconciliation_sentence,
    purchase_order_confirmed,
    amazon_punchout_bill,
    amazon_punchout_bill_meet,
    amazon_punchout_bill_positions,
    amazon_punchout_group,
    amazon_punchout_transaction_book,
    amazon_punchout_transaction_line_book,
    amazon_punchout_transaction_invoices,
    amazon_punchout_transaction_outside,
    amazon_punchout_transaction_payment,
    amazon_punchout_transaction_refund,
    amazon_punchout_transaction_shipments,
    amazon_punchout_group_entities,
    amazon_punchout_import_figures,
    amazon_punchout_import_run,
    amazon_punchout_import_texts,
    amazon_punchout_transaction_match,
    amazon_punchout_transaction_open,
    amazon_punchout_transaction_statement,
    amazon_punchout_transaction_store,
    amazon_punchout_transaction_write,
    purchase_order,
)
from .punchin import (
    amazon_punchout_document,
    amazon_punchout_group,
    amazon_punchout_session,
    amazon_punchout_session_claim,
    amazon_punchout_session_unlisted,
    ir_ui_menu,
    purchase_order_timeline,
)
from .watching import (
    amazon_punchout_document,
    amazon_punchout_group,
    amazon_punchout_group_problems,
    amazon_punchout_problem_actions,
    purchase_order,
)
from .setup import amazon_punchout_group, purchase_order
