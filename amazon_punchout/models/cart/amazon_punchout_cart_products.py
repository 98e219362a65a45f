from collections import defaultdict
from dataclasses import dataclass

from odoo import models
from odoo.fields import Domain


@dataclass
class Assignment:
    """What an item of a cart is in our books."""
    product: models.Model
    account: models.Model                       # empty: the product's own
    analytic_distribution: dict | None = None   # None: core's own models decide

    def prepare_line_vals(self):
        """:return: values of the order line
        :rtype: dict
        """
        vals = {'product_id': self.product.id, 'expense_account_id': self.account.id}
        if self.analytic_distribution:
            vals['analytic_distribution'] = dict(self.analytic_distribution)
        return vals


class AmazonPunchoutCartProducts(models.AbstractModel):
    """Which product, expense account and analytic distribution each item of a cart gets."""
    _inherit = 'amazon.punchout.cart'

    def _assign_items(self, group, cart):
        """Find what each item is in our books: one of our products by its vendor code, if the group matches them, else
        what is mapped to its UNSPSC, else the group's item product. No query depends on the number of items.

        A mapped account is for what has no product of its own: a matched product has its own accounts. The analytic
        distribution is for both.

        :param group: the `amazon.punchout.group`
        :param cxml.PunchOutOrderMessage cart: a cart with items
        :return: what each item is, in the cart's order, and notes for the chatter
        :rtype: tuple[list[Assignment], list[str]]
        """
        matched, notes = self._match_products(group, cart) if group.item_policy == 'match' else ({}, [])
        Unspsc = self.env['amazon.punchout.unspsc']
        categories = [Unspsc._find_category(group, item.unspsc) for item in cart.items]
        none = self.env['account.account']
        accounts = none.browse({each.account_id for each in categories if each.account_id}).filtered('active')
        mapped = self.env['product.product'].browse({each.product_id for each in categories if each.product_id})
        own = group.product_id | group.shipping_product_id | group.tax_product_id
        (own | mapped.union(*matched.values())).mapped('product_tmpl_id.uom_id')  # reads all of them at once
        usable = mapped.filtered(lambda product: not Unspsc._find_product_problem(product))
        assignments = []
        for item, category in zip(cart.items, categories, strict=True):
            account = accounts & none.browse(category.account_id)
            product = usable & mapped.browse(category.product_id) or group.product_id
            if item.asin in matched:
                product, account = matched[item.asin], none
            assignments.append(Assignment(product, account, category.analytic_distribution))
        return assignments, notes

    def _match_products(self, group, cart):
        """Find our products by the vendor's product code, which is the ASIN. Archived ones don't match, nor do services:
        what Amazon delivers is received. The dates of a vendor price don't matter, since Amazon's price counts.

        :return: the product of each ASIN that has one, and notes for the chatter
        :rtype: tuple[dict[str, odoo.models.Model], list[str]]
        """
        found = defaultdict(self.env['product.product'].browse)
        templates = self.env['product.template']
        unnamed = {}
        for info in self.env['product.supplierinfo'].search_fetch(self._product_domain(group, cart)):
            product = info.product_id or info.product_tmpl_id.product_variant_ids
            if len(product) == 1 and product.active:
                found[info.product_code] |= product
            elif not info.product_id:
                unnamed[info.product_code] = unnamed.get(info.product_code, templates) | info.product_tmpl_id
        notes = [self.env._(
            "Several of our products have the vendor code %(asin)s (%(products)s): the order has %(product)s, the first by "
            "the sequence of their vendors.",
            asin=asin, products=", ".join(products.mapped('display_name')), product=products[0].display_name)
            for asin, products in found.items() if len(products) > 1]
        notes += [self.env._(
            "%(product)s has the vendor code %(asin)s but several variants: name the variant beside the code, then the next "
            "cart finds it.", product=", ".join(products.mapped('display_name')), asin=asin)
            for asin, products in unnamed.items() if asin not in found]
        return {asin: products[0] for asin, products in found.items()}, notes

    def _product_domain(self, group, cart):
        """:return: which vendor lines of products say what these items are
        :rtype: Domain
        """
        company = group.company_id
        vendor = group.partner_id
        templates = self.env['product.template']
        return Domain([
            *self.env['product.supplierinfo']._check_company_domain(company),
            ('partner_id', 'in', (vendor | vendor.commercial_partner_id).ids),
            ('product_code', 'in', list({item.asin for item in cart.items})),
            ('product_tmpl_id', 'any', Domain.AND([
                templates._check_company_domain(company),
                [('active', '=', True), ('type', '=', 'consu'), ('purchase_ok', '=', True)],
            ])),
        ])
