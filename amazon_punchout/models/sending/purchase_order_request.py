from odoo import models

from ... import cxml
from ...tools.moments import aware, utc_now
from ...tools.payload_id import new_payload_id


class PurchaseOrderRequest(models.Model):
    """The order request of an approved cart, in steps that another addon can extend."""
    _inherit = 'purchase.order'

    def _amazon_prepare_order_request(self):
        """Build the values of the order request. They repeat the cart: Amazon declines an order that differs from it.

        Another addon adds elements of its own by `extra`, see docs/extending.md.

        :return: the whole document, without the shared secret
        :rtype: cxml.OrderRequest
        """
        self.ensure_one()
        group, requester = self.amazon_group_id, self.amazon_requester_id
        # Amazon accepts totals with and without tax. Ours is the cart's, the sum of the lines.
        total, shipping, tax = cxml.header_from_json(self.amazon_cart_header)
        return cxml.OrderRequest(
            payload_id=new_payload_id(self.env.cr.dbname),
            timestamp=utc_now(),
            header=group._prepare_header(),
            deployment_mode=self.amazon_deployment_mode,
            order_id=self.name,
            order_date=aware(self.date_approve),
            total=total,
            ship_to=self.picking_type_id.warehouse_id._amazon_prepare_ship_to(requester),
            bill_to=self.company_id._amazon_prepare_bill_to(requester._amazon_email()),
            shipping=shipping,
            tax=tax,
            contact=requester._amazon_prepare_contact(),
            extrinsics=(('email', requester._amazon_email()),),
            items=self._amazon_prepare_items(),
        )

    def _amazon_prepare_items(self):
        """Build the cart's items, under the lineNumbers that they keep for ever.

        :rtype: tuple[cxml.ItemOut, ...]
        """
        items = []
        for line in self._amazon_item_lines():
            item = cxml.item_from_json(line.amazon_item)
            items.append(cxml.ItemOut(line_number=line.amazon_line_number, item=item, quantity=item.quantity))
        return tuple(items)

    def _amazon_write_order_request(self, request):
        """Write the bytes of an order request.

        :param cxml.OrderRequest request: of :meth:`_amazon_prepare_order_request`
        :return: the whole document, without the shared secret
        :rtype: bytes
        :raises cxml.CxmlError: a value is missing, or no document can carry it
        """
        self.ensure_one()
        return cxml.write_order_request(request)
