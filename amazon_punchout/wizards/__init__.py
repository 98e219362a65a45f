from .order import amazon_punchout_batch
from .shopping import amazon_punchout_ask, amazon_punchout_shop
from .cart import amazon_punchout_fill
from .approval import amazon_punchout_refuse
from .sending import amazon_punchout_senders
from .messages import amazon_punchout_cancel, amazon_punchout_dismiss
from .shipping import amazon_punchout_by_hand
from .billing import amazon_punchout_refund, amazon_punchout_shipment_bill
from .charges import amazon_punchout_excess, amazon_punchout_outside, amazon_punchout_statement
from .charges import (
    amazon_punchout_accept,
    amazon_punchout_assign,
    amazon_punchout_dismiss_charge,
    amazon_punchout_import_answer,
    amazon_punchout_reconciliation_date,
    amazon_punchout_upload,
)
from .punchin import amazon_punchout_claim
from .watching import amazon_punchout_monitoring
from .setup import (
    amazon_punchout_go_live,
    amazon_punchout_setup,
    amazon_punchout_setup_place,
    amazon_punchout_setup_problems,
    amazon_punchout_setup_test_order,
)
