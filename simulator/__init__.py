"""An Amazon Business of our own, for development, the demo and browser tests.

It is written from Amazon's point of view and imports nothing from the addon, so that a mistake in one can't hide behind
the same mistake in the other. Everything is kept in memory, and all groups, products and secrets are invented.
"""
