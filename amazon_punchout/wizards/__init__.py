from . import (
    amazon_punchout_ask,
    amazon_punchout_batch,
    amazon_punchout_by_hand,
    amazon_punchout_cancel,
    amazon_punchout_dismiss,
    amazon_punchout_go_live,
    amazon_punchout_refund,
    amazon_punchout_setup,
    amazon_punchout_setup_place,
    amazon_punchout_setup_test,
    amazon_punchout_shop,
)
