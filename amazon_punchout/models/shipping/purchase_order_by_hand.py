from odoo import models

from ... import cxml
from ...tools.moments import utc_now
from ...tools.payload_id import new_payload_id


class PurchaseOrderShipmentByHand(models.Model):
    """Shipments that a person enters, and the dialog for all that Amazon said by e-mail only."""
    _inherit = 'purchase.order'

    def action_amazon_enter(self):
        """Open the dialog in which a person enters Amazon's answer."""
        self.ensure_one()
        self._amazon_check_may_enter()
        return self.env['amazon.punchout.by.hand']._open(self)

    def _amazon_enter_ship_notice(self, items, tracking_number, carrier=None, delivery_date=None):
        """Process a shipment that a person enters; entering the same tracking number again corrects it.

        :param items: :class:`cxml.ShipNoticeItem` values; none means the whole order
        :param str tracking_number: of the shipment
        :param str carrier: its carrier, if known
        :param datetime delivery_date: when it is expected, if known
        :return: what needs attention, or None
        :rtype: str | None
        """
        notice = self._amazon_prepare_entered_ship_notice(items, tracking_number, carrier, delivery_date)
        return self._amazon_process_entered('ShipNoticeRequest', notice.payload_id, self._amazon_written(
            cxml.write_ship_notice, notice))

    def _amazon_prepare_entered_ship_notice(self, items, tracking_number, carrier, delivery_date):
        """Prepare the ship notice that Amazon would have sent; see :meth:`_amazon_enter_ship_notice`.

        :rtype: cxml.ShipNoticeRequest
        """
        now = utc_now()
        shipment_id = f'by hand {tracking_number}'
        known = self.with_context(active_test=False).amazon_shipment_ids.filtered(
            lambda shipment: shipment.shipment_id == shipment_id)
        return cxml.ShipNoticeRequest(
            payload_id=new_payload_id(self.env.cr.dbname), timestamp=now,
            header=self._amazon_prepare_entered_header(), shipment_id=shipment_id,
            operation='update' if known else 'new', notice_date=now, shipment_date=now, delivery_date=delivery_date,
            controls=(cxml.ShipControl(carrier=carrier or None, tracking_number=tracking_number),),
            portions=(cxml.ShipNoticePortion(self._amazon_prepare_reference(), tuple(items)),),
            deployment_mode=self.amazon_deployment_mode)
