"""Contents of documents that are no longer kept."""
from odoo.exceptions import UserError


class ContentExpired(UserError):
    """A step needs the content of a document that has expired; the text names it and says what to do."""
