from urllib.parse import quote

from markupsafe import Markup

from odoo import api, fields, models

from ...const import ITEM_PAGE, ORDER_PAGE, ORDERS_PAGE
from ...tools.links import LINK


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

    def _amazon_page(self):
        """Give the address of the item's page on Amazon.

        :rtype: str
        """
        self.ensure_one()
        return self.amazon_url or ITEM_PAGE.format(
            host=self.order_id._amazon_host(), asin=quote(self.amazon_asin or "", safe=''))
