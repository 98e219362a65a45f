from . import amazon_punchout_batch, amazon_punchout_shop
