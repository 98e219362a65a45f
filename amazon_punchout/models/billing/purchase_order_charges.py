from decimal import Decimal

from odoo import models
from odoo.fields import Command

from ...tools.charge_share import ChargeShare, merged_shares
from ...tools.money import share_out


class PurchaseOrderCharges(models.Model):
    """Shipping and estimated tax of an order, split across the items that they belong to."""
    _inherit = 'purchase.order'

    def _amazon_charge_weights(self, line_type, confirmed=None):
        """Weigh the items of this order for the sharing of a charge.

        What the confirmations, else the cart state for each item counts; if they state nothing, the amounts do.

        :param str line_type: 'shipping' or 'tax'
        :param cxml.ConfirmedOrder confirmed: what all confirmations say, if it is known already
        :return: the weights by `purchase.order.line`, without items that Amazon does not deliver
        :rtype: dict[odoo.models.Model, Decimal]
        """
        self.ensure_one()
        items = self._amazon_item_lines().filtered(lambda line: not line.product_uom_id.is_zero(line.product_qty))
        confirmed = (confirmed or self._amazon_confirmed()).lines
        weights = {item: max(getattr(confirmed[item.amazon_line_number], line_type), Decimal()) for item in items}
        if not any(weights.values()):
            weights = {item: Decimal(str(item.price_subtotal)) for item in items}
        return weights

    def _amazon_share_charges(self, moves):
        """Split the charges of new bills, as Create Bills made them, across the accounts of their items.

        The totals stay: the taxes of the parts, each rounded, may add up to another amount.

        :param moves: draft bills of these orders, perhaps of other orders too
        """
        totals = {move: move.amount_total for move in moves}
        for order in self.filtered(lambda order: order.sudo().amazon_group_id.charges_with_items):
            for line in moves.invoice_line_ids.filtered(
                    lambda line, order=order: line.purchase_line_id.order_id == order
                    and line.purchase_line_id.amazon_line_type in ('shipping', 'tax') and line.price_subtotal):
                charge = line.purchase_line_id
                shares = charge._amazon_charge_shares(line.price_subtotal, charge._amazon_items_of_charge())
                line._amazon_split(shares)
        for move, total in totals.items():
            move.sudo()._amazon_correct_total(total)  # buyers can create bills, but not change all of their lines


class PurchaseOrderLineCharges(models.Model):
    """Items and their part of the charges."""
    _inherit = 'purchase.order.line'

    def _amazon_items_of_charge(self):
        """Weigh the items that this line of shipping or estimated tax belongs to.

        :rtype: dict[odoo.models.Model, Decimal]
        """
        self.ensure_one()
        weights = self.order_id._amazon_charge_weights(self.amazon_line_type)
        if self.amazon_line_type == 'tax':
            # An estimated tax is what no purchase tax computes.
            untaxed = {item: weight for item, weight in weights.items() if not item.tax_ids}
            return untaxed if any(untaxed.values()) else weights
        return weights

    def _amazon_charge_shares(self, amount, weights):
        """Split an amount of this charge across the items that it belongs to.

        :param Decimal | float amount: the amount
        :param dict weights: the weight of each item line
        :return: a share for each account and analytic distribution, in the order of the items
        :rtype: list[ChargeShare]
        """
        if not any(weights.values()) or self._amazon_expense_account():
            return [ChargeShare(Decimal(str(amount)), self._amazon_expense_account(), self.analytic_distribution)]
        currency = self.currency_id or next(iter(weights)).currency_id
        return merged_shares(
            ChargeShare(share, item._amazon_charge_account(), item.analytic_distribution or self.analytic_distribution)
            for item, share in share_out(amount, weights, currency).items())

    def _amazon_charge_account(self):
        """Return the account of this item for its part of the charges; empty if it goes into stock."""
        self.ensure_one()
        if self.product_id.is_storable:
            return self.env['account.account']
        if account := self._amazon_expense_account():
            return account
        template = self.product_id.with_company(self.company_id).product_tmpl_id
        accounts = template.get_product_accounts(fiscal_pos=self.order_id.fiscal_position_id)
        return accounts['expense'] or self.env['account.account']


class AccountMoveLineCharges(models.Model):
    """Bill lines of shipping and estimated tax."""
    _inherit = 'account.move.line'

    def _amazon_split(self, shares):
        """Split this line of a charge into one for each share.

        The first one keeps core's link to the order line, so that the charge counts as billed once.

        :param list[ChargeShare] shares: the shares, which add up to the amount of the line
        """
        self.ensure_one()
        if len(shares) == 1 and shares[0].account in (self.account_id, self.env['account.account']) and (
                shares[0].distribution or False) == (self.analytic_distribution or False):
            return
        line_sudo = self.sudo()  # buyers can create bills, but not the links of their lines
        price = line_sudo.price_unit / line_sudo.price_subtotal
        common = {
            **line_sudo.purchase_line_id._amazon_prepare_common_vals(),
            'name': line_sudo.name, 'product_id': line_sudo.product_id.id, 'quantity': line_sudo.quantity,
            'product_uom_id': line_sudo.product_uom_id.id, 'tax_ids': [Command.set(line_sudo.tax_ids.ids)],
            'sequence': line_sudo.sequence, 'account_id': line_sudo.account_id.id,
            'amazon_purchase_line_id': line_sudo.amazon_purchase_line_id.id, 'purchase_line_id': False}
        parts = []
        for share in shares:
            vals = {'price_unit': float(share.amount) * price, 'analytic_distribution': share.distribution}
            if share.account:
                vals['account_id'] = share.account.id
            parts.append(vals)
        line_sudo.move_id.write({'invoice_line_ids': [
            Command.update(line_sudo.id, parts[0]), *(Command.create({**common, **vals}) for vals in parts[1:])]})
