"""A generator of months: orders in, and what Amazon's reports, its APIs and a card's statement say about them out."""

from .generate import Month
from .orders import BadOrder, read

__all__ = ['BadOrder', 'Month', 'read']
