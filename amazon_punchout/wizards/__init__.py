from . import amazon_punchout_ask
from .order import amazon_punchout_batch as _order_amazon_punchout_batch
from . import amazon_punchout_by_hand
from . import amazon_punchout_cancel
from . import amazon_punchout_claim
from .documents import amazon_punchout_dismiss as _documents_amazon_punchout_dismiss
from . import amazon_punchout_fill
from .group import amazon_punchout_go_live as _group_amazon_punchout_go_live
from . import amazon_punchout_refund
from . import amazon_punchout_refuse
from .group import amazon_punchout_setup as _group_amazon_punchout_setup
from .group import amazon_punchout_setup_place as _group_amazon_punchout_setup_place
from .group import amazon_punchout_setup_test_order as _group_amazon_punchout_setup_test_order
from . import amazon_punchout_shop
