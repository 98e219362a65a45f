"""Drop the indexes whose place others have taken: Odoo keeps indexes that it doesn't know."""


def migrate(cr, _version):
    # My Amazon Orders is found in purchase_order_my_amazon_idx, which begins with the requester.
    cr.execute("DROP INDEX IF EXISTS purchase_order__amazon_requester_id_index")
    # The orders of a group are found in purchase_order_amazon_group_idx, which begins with the group.
    cr.execute("DROP INDEX IF EXISTS purchase_order__amazon_group_id_index")
    # The list of charges is found in amazon_punchout_transaction_listed_idx, which begins with the date.
    cr.execute("DROP INDEX IF EXISTS amazon_punchout_transaction__date_index")
