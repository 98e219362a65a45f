"""Groups that exist keep their way of booking charges."""


def migrate(cr, version):
    """Let the charges of existing groups stay on the accounts of their products; new groups book them with the items.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    cr.execute("UPDATE amazon_punchout_group SET charges_with_items = FALSE")
