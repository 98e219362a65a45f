"""Amazon's books: what was sold, shipped, charged, refunded and invoiced, and the reports and answers about it.

Nothing here knows the web, the clock or chance: days and numbers come from outside, so that a month can be repeated.
"""
