"""An Amazon Business of our own, for development, the demo and browser tests.

It is written from Amazon's side of the wire and imports nothing of the addon: a mistake in one cannot hide behind the
same mistake in the other. Everything lives in memory and every account, product and secret is invented.
"""
