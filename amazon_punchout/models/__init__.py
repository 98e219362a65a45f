from . import account_move
from . import account_move_mode
from . import account_move_links
from . import account_move_invoice
from . import account_move_refund
from .group import amazon_punchout_group as _group_amazon_punchout_group
from .shopping import amazon_punchout_group as _shopping_amazon_punchout_group
from .group import amazon_punchout_group_checklist as _group_amazon_punchout_group_checklist
from .group import amazon_punchout_group_pasted as _group_amazon_punchout_group_pasted
from .group import amazon_punchout_group_connection as _group_amazon_punchout_group_connection
from .group import amazon_punchout_group_address as _group_amazon_punchout_group_address
from .group import amazon_punchout_group_database as _group_amazon_punchout_group_database
from .group import amazon_punchout_group_go_live as _group_amazon_punchout_group_go_live
from .group import amazon_punchout_group_smart_buttons as _group_amazon_punchout_group_smart_buttons
from .group import amazon_punchout_group_booking as _group_amazon_punchout_group_booking
from .approval import amazon_punchout_group as _approval_amazon_punchout_group
from . import amazon_punchout_group_door
from . import amazon_punchout_group_punchin
from .group import amazon_punchout_group_members as _group_amazon_punchout_group_members
from .group import amazon_punchout_group_locations as _group_amazon_punchout_group_locations
from .group import amazon_punchout_group_setup as _group_amazon_punchout_group_setup
from .shopping import amazon_punchout_session as _shopping_amazon_punchout_session
from .shopping import amazon_punchout_session_start as _shopping_amazon_punchout_session_start
from .shopping import amazon_punchout_session_again as _shopping_amazon_punchout_session_again
from .approval import amazon_punchout_session as _approval_amazon_punchout_session
from . import amazon_punchout_session_punchin
from . import amazon_punchout_session_claim
from .documents import amazon_punchout_document as _documents_amazon_punchout_document
from . import amazon_punchout_outbox
from . import amazon_punchout_inbox
from .documents import amazon_punchout_document_attention as _documents_amazon_punchout_document_attention
from . import amazon_punchout_confirmation
from . import amazon_punchout_ship_notice
from . import amazon_punchout_invoice
from . import amazon_punchout_punchin
from . import amazon_punchout_bill
from . import amazon_punchout_bill_lines
from . import amazon_punchout_bill_taxes
from . import amazon_punchout_bill_known
from . import amazon_punchout_shipment
from .cart import amazon_punchout_cart as _cart_amazon_punchout_cart
from .cart import amazon_punchout_cart_products as _cart_amazon_punchout_cart_products
from .cart import amazon_punchout_cart_taxes as _cart_amazon_punchout_cart_taxes
from .cart import amazon_punchout_tax_rate as _cart_amazon_punchout_tax_rate
from .cart import amazon_punchout_remembered as _cart_amazon_punchout_remembered
from .cart import amazon_punchout_unspsc as _cart_amazon_punchout_unspsc
from .cart import amazon_punchout_uom as _cart_amazon_punchout_uom
from .order import purchase_order as _order_purchase_order
from .order import purchase_order_actions as _order_purchase_order_actions
from .shopping import purchase_order as _shopping_purchase_order
from .order import purchase_order_links as _order_purchase_order_links
from .order.lock import purchase_order as _order_lock_purchase_order
from .approval import purchase_order as _approval_purchase_order
from .approval import purchase_order_mandatory as _approval_purchase_order_mandatory
from .cart import purchase_order as _cart_purchase_order
from . import purchase_order_deliver_to
from . import purchase_order_billing
from . import purchase_order_by_hand
from . import purchase_order_confirmation
from . import purchase_order_decisions
from . import purchase_order_receipt
from . import purchase_order_request
from .group import purchase_order as _group_purchase_order
from . import purchase_order_shipping
from .shopping import purchase_order_again as _shopping_purchase_order_again
from . import purchase_order_silence
from .order import purchase_order_status as _order_purchase_order_status
from . import purchase_order_news
from . import purchase_order_cancelling
from .approval import purchase_order_approvers as _approval_purchase_order_approvers
from .approval import purchase_order_direct as _approval_purchase_order_direct
from .approval import purchase_order_refuse as _approval_purchase_order_refuse
from .approval import purchase_order_requester as _approval_purchase_order_requester
from .order import purchase_order_buyer as _order_purchase_order_buyer
from .order import purchase_order_line as _order_purchase_order_line
from . import purchase_order_line_account
from .parties import res_company as _parties_res_company
from .parties import res_currency as _parties_res_currency
from .parties import res_partner as _parties_res_partner
from .parties import res_users as _parties_res_users
from .order.lock import stock_move as _order_lock_stock_move
from . import stock_picking
from .order.lock import stock_rule as _order_lock_stock_rule
from .parties import stock_warehouse as _parties_stock_warehouse
