from . import amazon_punchout_shop
