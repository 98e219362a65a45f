from typing import NamedTuple

from odoo import api, models, tools

# The fields from which the values below are made.
SOURCES = frozenset((
    'active', 'company_id', 'partner_id', 'product_id', 'shipping_product_id', 'state', 'tax_product_id'))


class StandIns(NamedTuple):
    """What stands for all of Amazon in this database.

    :ivar frozenset[int] vendors: the ids of the vendors of all groups, also of archived ones and of drafts
    :ivar frozenset[int] products: the ids of their products for items, shipping and estimated tax
    :ivar frozenset[tuple[int, int]] shops: vendor and company of each group with which people can shop
    """
    vendors: frozenset
    products: frozenset
    shops: frozenset


class AmazonPunchoutGroupVendors(models.Model):
    """Which vendors and products stand for Amazon: each page with an order asks, and no page has a query for it."""
    _inherit = 'amazon.punchout.group'

    @api.model
    @tools.ormcache()
    def _stand_ins(self):
        """Return what stands for Amazon; kept in memory until a group changes.

        :rtype: StandIns
        """
        # pylint: disable-next=no-search-all  # there are few groups
        groups = self.sudo().with_context(active_test=False).search([])
        return StandIns(
            vendors=frozenset(groups.partner_id.ids),
            products=frozenset((groups.product_id + groups.shipping_product_id + groups.tax_product_id).ids),
            shops=frozenset((group.partner_id.id, group.company_id.id) for group in groups
                            if group.active and group.state != 'draft'))

    @api.model_create_multi
    def create(self, vals_list):
        """Override to forget what stood for Amazon."""
        groups = super().create(vals_list)
        self.env.registry.clear_cache()
        return groups

    def write(self, vals):
        """Override to forget what stood for Amazon."""
        result = super().write(vals)
        if not SOURCES.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override to forget what stood for Amazon."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
