"""Who speaks in the chatter and in e-mails: what Amazon does is said by its vendor, not by OdooBot or a public user."""
from odoo.tools import email_normalize, formataddr


def speaker(record, vendor, company):
    """Give the author of a message that no person writes.

    :param record: on which it is posted
    :param vendor: the `res.partner` that stands for Amazon
    :param company: the `res.company` in whose name the e-mail is sent
    :return: the id of the author and the sender's address, as `_message_compute_author` takes them; None and None for a
        person, who speaks for themselves
    :rtype: tuple[int | None, str | None]
    """
    user = record.env.user
    if not vendor or not (user._is_superuser() or user._is_public()):
        return None, None
    address = email_normalize(company.sudo().email or '') or email_normalize(user.sudo().email or '')
    return vendor.id, formataddr((vendor.sudo().name, address)) if address else None
