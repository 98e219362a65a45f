"""Orders that were cancelled after Amazon had changed them are no longer found as changed."""


def migrate(cr, version):
    """Forget what Amazon changed in cancelled orders; a second run changes nothing.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    if not version:
        return
    cr.execute("""
        UPDATE purchase_order SET amazon_change = NULL
         WHERE amazon_change IS NOT NULL AND (state = 'cancel' OR amazon_state = 'cancelled')""")
