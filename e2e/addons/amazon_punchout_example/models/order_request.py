from dataclasses import replace

from odoo import models

from odoo.addons.amazon_punchout import cxml


class PurchaseOrder(models.Model):
    _inherit = 'purchase.order'

    def _amazon_prepare_order_request(self):
        """Override of `amazon_punchout` to state the payment term."""
        request = super()._amazon_prepare_order_request()
        term = cxml.Element('PaymentTerm', attributes=(('payInNumberOfDays', '30'),))
        return replace(request, extra=(*request.extra, cxml.ExtraElement('OrderRequestHeader', term)))
