from . import test_overrides
from .cxml import (
    test_cxml_browser_form_post,
    test_cxml_cart,
    test_cxml_confirmation,
    test_cxml_envelope,
    test_cxml_extra_elements,
    test_cxml_invoice,
    test_cxml_order,
    test_cxml_parser,
    test_cxml_punchin,
    test_cxml_redaction,
    test_cxml_response,
    test_cxml_ship_notice,
    test_cxml_text_values,
    test_line_outcomes,
    test_line_outcomes_money,
)
from .tools import (
    test_http_post,
    test_log,
    test_money,
    test_pasted,
    test_problems,
    test_steps,
    test_tracking,
)
from .parties import (
    test_companies,
)
from .group import (
    test_checklist,
    test_checklist_table,
    test_copied_database,
    test_groups,
    test_locations,
    test_marketplaces,
    test_members,
    test_migration,
)
from .documents import (
    test_document_errors,
    test_document_titles,
    test_parsed_once,
)
from .order import (
    test_actions,
    test_lock,
    test_lock_bypass,
    test_lock_bypass_bills,
    test_lock_bypass_receipt,
    test_lock_forgery,
    test_lock_open,
    test_lock_rpc,
    test_mode_marks,
    test_order_links,
    test_order_way,
    test_status,
)
from .shopping import (
    test_connection,
    test_shop,
    test_shop_again,
    test_shop_setup,
)
from .cart import (
    test_cart_import,
    test_cart_problems,
    test_cart_route,
    test_cart_samples,
    test_cart_taxes,
    test_catalogue,
    test_fill,
    test_group_accounts,
    test_payment,
    test_queries_cart,
    test_tax_choice,
    test_unspsc,
)
from .approval import (
    test_approval,
    test_approval_checks,
    test_approval_number,
    test_direct,
    test_group_approval,
    test_mandatory,
    test_punchin_approval,
    test_queries_approval,
    test_refusing,
    test_requester,
)
from .sending import (
    test_outbox,
    test_outbox_answers,
    test_outbox_decisions,
    test_outbox_doubt,
    test_outbox_log,
)
from .messages import (
    test_cancel_sent,
    test_companies_messages,
    test_confirmation,
    test_confirmation_people,
    test_confirmation_reminder,
    test_confirmation_totals,
    test_endpoint,
    test_endpoint_errors,
    test_inbox,
    test_inbox_people,
    test_message_arrival,
    test_message_samples,
    test_message_story,
    test_message_table,
    test_message_table_bills,
    test_message_table_others,
    test_message_table_ships,
    test_shared_credentials,
)
from .shipping import (
    test_by_hand,
    test_confirmation_receipt,
    test_ship_notice,
    test_ship_notice_people,
    test_shipment_report,
)
from .billing import (
    test_accrual,
    test_billing,
    test_expense_account,
    test_invoice,
    test_invoice_checks,
    test_invoice_credit,
    test_invoice_credit_header,
    test_invoice_credit_signs,
    test_invoice_doubt,
    test_invoice_duplicate,
    test_invoice_matching,
    test_invoice_samples,
    test_invoice_shares,
    test_invoice_taxes,
    test_process_again,
    test_refund,
    test_refund_limit,
    test_refund_links,
    test_to_bill,
)
from .punchin import (
    test_punchin_cart,
    test_punchin_claim,
    test_punchin_offered,
    test_punchin_page,
    test_punchin_server,
    test_queries_unclaimed,
    test_received_log,
)
from .setup import (
    test_go_live,
    test_setup,
    test_setup_order,
)
from .roles import (
    test_roles_buttons,
    test_roles_fields,
    test_roles_holes,
    test_roles_models,
    test_roles_routes,
)
