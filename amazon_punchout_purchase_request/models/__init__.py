from . import amazon_punchout_cart, amazon_punchout_session, purchase_order, purchase_order_line, purchase_request
