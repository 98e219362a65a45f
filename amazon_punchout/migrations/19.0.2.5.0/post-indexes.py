"""Drop the index whose place another one has taken: Odoo keeps indexes that it doesn't know."""


def migrate(cr, _version):
    # My Amazon Orders is found in purchase_order_my_amazon_idx, which begins with the requester.
    cr.execute("DROP INDEX IF EXISTS purchase_order__amazon_requester_id_index")
