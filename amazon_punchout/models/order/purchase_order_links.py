from urllib.parse import quote

from markupsafe import Markup

from odoo import api, fields, models

from ...const import ORDER_PAGE, ORDERS_PAGE
from ...tools.links import LINK, is_page_of


class PurchaseOrderLinks(models.Model):
    """Where to find an order on Amazon."""
    _inherit = 'purchase.order'

    amazon_links = fields.Html("On Amazon", compute='_compute_amazon_links', sanitize=False)  # escaped where made

    @api.depends('amazon_order_ref', 'amazon_state', 'amazon_group_id.marketplace')
    @api.depends_context('lang')
    def _compute_amazon_links(self):
        for order in self:
            known = order.amazon_order_ref or order.amazon_state in ('sent', 'unclear', 'partial', 'confirmed')
            order.amazon_links = order._amazon_link_html() if known else False

    def _amazon_order_numbers(self):
        """List Amazon's own numbers of this order.

        :rtype: list[str]
        """
        self.ensure_one()
        return [number for each in (self.amazon_order_ref or "").split(",") if (number := each.strip())]

    def _amazon_host(self):
        """Give the ending of the host of the order's marketplace, e.g. 'co.uk'.

        :rtype: str
        """
        self.ensure_one()
        return self.sudo().amazon_group_id._marketplace_host()  # people who read the order may go there

    def _amazon_pages(self):
        """List the pages of the order on Amazon.

        :return: tuples of a text and an address: one for each Amazon order, or for the list of all orders as long as
            Amazon has not given a number
        :rtype: list[tuple[str, str]]
        """
        self.ensure_one()
        host = self._amazon_host()
        return [
            (number, ORDER_PAGE.format(host=host, number=quote(number, safe='')))
            for number in self._amazon_order_numbers()
        ] or [(self.env._("Your Orders on Amazon"), ORDERS_PAGE.format(host=host))]

    def _amazon_link_html(self):
        """Write the pages as links.

        :rtype: Markup
        """
        return Markup(", ").join(LINK % (url, text) for text, url in self._amazon_pages())


class PurchaseOrderLineLinks(models.Model):
    _inherit = 'purchase.order.line'

    amazon_page = fields.Char(compute='_compute_amazon_page')
    amazon_cart_page = fields.Char(
        "Page in the Cart", compute='_compute_amazon_page',
        help="The page that the cart names for the item. It is shown only if it is on the marketplace of the order.")

    @api.depends('amazon_asin', 'amazon_url', 'order_id.amazon_group_id.marketplace')
    def _compute_amazon_page(self):
        for line in self:
            if not line.amazon_asin and not line.amazon_url:  # of a plain order, without looking for a marketplace
                line.amazon_page = line.amazon_cart_page = False
                continue
            line.amazon_page = line.amazon_asin and line._amazon_page()
            line.amazon_cart_page = is_page_of(
                line.amazon_url, line.order_id._amazon_host()) and line.amazon_url

    def _amazon_page(self):
        """Give the address of the item's page on Amazon.

        It is made of marketplace and ASIN, which are what is ordered; the cart's own link could lead anywhere.

        :rtype: str
        """
        self.ensure_one()
        return self.order_id.sudo().amazon_group_id._item_page(self.amazon_asin)  # as above
