from collections import defaultdict
from dataclasses import dataclass

from odoo import models
from odoo.fields import Domain


@dataclass
class Assignment:
    """Product, expense account and analytic distribution of one item of a cart."""
    product: models.Model
    account: models.Model                       # empty: the product's own
    analytic_distribution: dict | None = None   # None: core's analytic distribution models decide

    def prepare_line_vals(self):
        """Prepare the values of the order line.

        :rtype: dict
        """
        vals = {'product_id': self.product.id, 'expense_account_id': self.account.id}
        if self.analytic_distribution:
            vals['analytic_distribution'] = dict(self.analytic_distribution)
        return vals


class AmazonPunchoutCartProducts(models.AbstractModel):
    """The product, expense account and analytic distribution of each item of a cart."""
    _inherit = 'amazon.punchout.cart'

    def _assign_items(self, group, cart):
        """Find the product, expense account and analytic distribution of each item.

        The product is one of ours by its vendor product code, if the group matches them, else the one that is mapped to
        the item's UNSPSC, else the group's item product. A mapped account applies only where no product of ours
        matched, since that has accounts of its own; a mapped analytic distribution applies to both. The number of
        queries does not depend on the number of items.

        :param group: the `amazon.punchout.group`
        :param cxml.PunchOutOrderMessage cart: a cart with items
        :return: the assignments in the cart's order, and notes for the chatter
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
        """Find our products by the vendor product code, which is the ASIN.

        Archived products don't match, nor do services, since a receipt is expected for what Amazon delivers. The dates
        of a vendor price don't matter, since Amazon's price applies.

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
            "Several products have the vendor product code %(asin)s: %(products)s. %(product)s was ordered, since it "
            "comes first by the sequence of the vendor prices.",
            asin=asin, products=", ".join(products.mapped('display_name')), product=products[0].display_name)
            for asin, products in found.items() if len(products) > 1]
        notes += [self.env._(
            "%(product)s has the vendor product code %(asin)s but several variants, so it was not matched. Set the "
            "Product Variant on its vendor price.", product=", ".join(products.mapped('display_name')), asin=asin)
            for asin, products in unnamed.items() if asin not in found]
        return {asin: products[0] for asin, products in found.items()}, notes

    def _product_domain(self, group, cart):
        """Return the domain of the vendor prices whose product code is an ASIN of the cart.

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
