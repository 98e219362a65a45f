from odoo import models


class AccountTax(models.Model):
    """Which taxes can be compared with the amounts that Amazon states."""
    _inherit = 'account.tax'

    def _amazon_is_simple(self):
        """Tell whether this is one percentage on top of the price, without reverse charge.

        Only such a tax computes an amount that can be compared with a stated one.

        :rtype: bool
        """
        if len(self) != 1:
            return False
        tax_sudo = self.sudo()  # buyers can't read the repartition lines that tell a reverse charge
        return tax_sudo.amount_type == 'percent' and not tax_sudo.price_include and not tax_sudo.has_negative_factor
