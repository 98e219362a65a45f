"""Carts from which no order can ever be created."""
from odoo.exceptions import UserError


class Contradiction(UserError):
    """A cart contradicts itself: nothing that people fix in Odoo will change that."""
