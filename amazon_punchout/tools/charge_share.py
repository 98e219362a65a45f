"""The parts of shipping, special handling and tax that are booked with the items."""
from dataclasses import dataclass
from decimal import Decimal

from odoo import models


@dataclass(frozen=True)
class ChargeShare:
    """The part of a charge that is booked on one account with one analytic distribution."""
    amount: Decimal
    account: models.Model       # empty: the account of the charge's product
    distribution: dict | bool


def merged_shares(shares):
    """Add up the shares that have the same account and the same analytic distribution.

    :param shares: any number of :class:`ChargeShare`
    :return: without those that add up to nothing
    :rtype: list[ChargeShare]
    """
    merged = {}
    for share in shares:
        key = share.account, tuple(sorted((share.distribution or {}).items()))
        before = merged[key].amount if key in merged else Decimal()
        merged[key] = ChargeShare(before + share.amount, share.account, share.distribution)
    return [share for share in merged.values() if share.amount]
