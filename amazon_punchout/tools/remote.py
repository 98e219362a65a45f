"""Where a request comes from."""
from odoo.http import request


def remote_address():
    """Give the address from which the current HTTP request comes.

    Behind a proxy this is the client's address only if Odoo runs with `proxy_mode`.

    :return: an IP address; False in scheduled actions and shells
    :rtype: str | bool
    """
    return bool(request) and request.httprequest.remote_addr or False
