from decimal import ROUND_HALF_UP, Decimal

from odoo import models

from ...tools.money import rounded, share_out, smallest_unit

# Floats of core's tax engine are exact to so many decimals; the rest is noise.
_NOISE = Decimal('1e-9')


def _exact(amount):
    """Return a computed float without its noise.

    :rtype: Decimal
    """
    return Decimal(str(amount)).quantize(_NOISE, ROUND_HALF_UP)


class AccountTax(models.Model):
    """Recomputes taxes, to find the ones that result in the amounts that Amazon states."""
    _inherit = 'account.tax'

    def _amazon_leaves(self):
        """Return the taxes that are computed: those of groups instead of the groups.

        Buyers can't read the repartition lines that tell a reverse charge, so it is in superuser mode.
        """
        return self.sudo()._flatten_taxes_and_sort_them()[0]

    def _amazon_is_comparable(self):
        """Tell whether these taxes are percentages, so that one rate describes all of them.

        Withholding taxes, below zero, never stand on an invoice of Amazon's.

        :rtype: bool
        """
        leaves = self._amazon_leaves()
        return bool(leaves) and all(leaf.amount_type == 'percent' and leaf.amount >= 0 for leaf in leaves)

    def _amazon_is_reverse_charge(self):
        """Tell whether the company owes one of these taxes itself, so that the vendor gets nothing.

        :rtype: bool
        """
        return any(leaf.has_negative_factor for leaf in self._amazon_leaves())

    def _amazon_is_included(self):
        """Tell whether one of these taxes is part of the price.

        :rtype: bool
        """
        return any(leaf.price_include and not leaf.has_negative_factor for leaf in self._amazon_leaves())

    def _amazon_amounts(self, price, is_gross=False):
        """Compute the amount of each tax, unrounded.

        :param Decimal price: the price
        :param bool is_gross: whether the price includes all of these taxes
        :return: the amounts that the vendor gets, by tax
        :rtype: dict[odoo.models.Model, Decimal]
        """
        details = self.sudo()._get_tax_details(
            float(price), 1.0, rounding_method='round_globally',
            special_mode='total_included' if is_gross else 'total_excluded')
        amounts = dict.fromkeys(self._amazon_leaves(), Decimal())
        for each in details['taxes_data']:  # a reverse charge is there twice
            amounts[each['tax']] += _exact(each['tax_amount'])
        return amounts

    def _amazon_rate(self):
        """Return what these taxes add to a price, in percent: 0 for a reverse charge, 12 for 5% + 7%.

        :rtype: Decimal
        """
        return sum(self._amazon_amounts(Decimal(100)).values(), Decimal()).normalize() + 0  # no -0

    # === MATCHING === #

    def _amazon_match(self, net, quantity, details, currency):
        """Find out whether these taxes compute what Amazon states.

        :param Decimal net: the amount of the line
        :param Decimal quantity: the quantity of the line
        :param details: tuples of rate and amount; a rate may be None. One for all taxes, or one for each
        :param currency: the currency of the amounts
        :return: the stated amount of each tax; None if they compute something else
        :rtype: dict[odoo.models.Model, Decimal] | None
        """
        if not self._amazon_is_comparable():
            return None
        stated = sum((amount for _rate, amount in details), Decimal())
        if net * stated < 0:
            return None
        leaves = self._amazon_leaves()
        rates = sorted(rate for rate, _amount in details if rate is not None)
        if len(details) > 1 and rates == sorted(_exact(leaf.amount) for leaf in leaves):
            return self._amazon_match_each(net, quantity, details, currency)
        if len(set(rates)) > 1 or rates and rates[0] != self._amazon_rate():
            return None
        if not self._amazon_computes(stated, net, quantity, currency):
            return None
        return share_out(stated, self._amazon_amounts(net), currency) if net else dict.fromkeys(leaves, Decimal())

    def _amazon_match_each(self, net, quantity, details, currency):
        """Compare each tax with the detail of its rate.

        :return: as :meth:`_amazon_match`
        """
        matched, left = {}, list(details)
        for leaf in self._amazon_leaves():
            detail = next(each for each in left if each[0] == _exact(leaf.amount))
            left.remove(detail)
            if not self._amazon_computes(detail[1], net, quantity, currency, leaf):
                return None
            matched[leaf] = detail[1]
        return matched

    def _amazon_computes(self, stated, net, quantity, currency, leaf=None):
        """Tell whether these taxes, or one of them, compute a stated amount.

        Amazon rounds the tax of a line up or down, or it rounds the tax of a piece and multiplies. It computes the tax
        of a piece from the price without tax or, where prices are shown with tax, from the price with tax.

        :param Decimal stated: the stated amount
        :param leaf: the one tax that is compared; None: all together
        :rtype: bool
        """
        def amount_of(price, is_gross=False):
            amounts = self._amazon_amounts(price, is_gross)
            return amounts[leaf] if leaf else sum(amounts.values(), Decimal())

        stated, net, quantity = abs(stated), abs(net), abs(quantity)
        if abs(stated - amount_of(net)) < smallest_unit(currency):
            return True
        if quantity <= 1:
            return False
        piece, price = stated / quantity, net / quantity
        if piece != rounded(piece, currency):
            return False
        if piece == rounded(amount_of(price), currency):
            return True
        others = Decimal()  # a piece also costs the other taxes, each rounded
        if leaf:
            others = sum((rounded(amount, currency) for each, amount in self._amazon_amounts(price).items()
                          if each != leaf), Decimal())
        # At an exact half either the tax or the price without it was rounded up.
        return abs(piece - amount_of(price + piece + others, is_gross=True)) <= smallest_unit(currency) / 2
