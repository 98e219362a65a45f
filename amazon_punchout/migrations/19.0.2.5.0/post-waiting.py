"""Documents that wait know what they wait for; before, they were tried again after every message."""
from odoo import SUPERUSER_ID, api, fields


def migrate(cr, version):
    """Keep what the documents that wait already name, and try them once a day; a second run changes nothing.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    if not version:
        return
    documents = api.Environment(cr, SUPERUSER_ID, {})['amazon.punchout.document']
    for document in documents.search([
            ('state', 'in', ('waiting', 'attention')), ('lacks_other_half', '=', True)]):
        document._keep_awaited()
        if not document.next_try_at:
            document.next_try_at = fields.Datetime.now()
