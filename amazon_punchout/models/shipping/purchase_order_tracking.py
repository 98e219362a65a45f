from odoo import fields, models

from ...tools.moments import naive
from ...tools.said import say_day


class PurchaseOrderTracking(models.Model):
    """Where the packages of an order are, as Amazon pushes it."""
    _inherit = 'purchase.order'

    def _amazon_apply_tracking(self, events, document):
        """Put events on the shipments of this order; an older event than the one that is there changes nothing.

        :param events: :class:`rest.TrackingEvent` values of this order
        :param document: the `amazon.punchout.document` that they came in
        """
        self.ensure_one()
        arrived = document.create_date.replace(microsecond=0)
        for event in sorted(events, key=lambda event: naive(event.moment) or arrived):
            moment = (naive(event.moment) or arrived).replace(microsecond=0)
            shipments = self.with_context(active_test=False).amazon_shipment_ids
            shipment = shipments._find_package(event) or self._amazon_create_tracked(event, moment, document)
            if not shipment.status_at or shipment.status_at <= moment:
                self._amazon_set_delivery(shipment, event, moment)

    def _amazon_create_tracked(self, event, moment, document):
        """Create a shipment that only package tracking knows. It has no contents, so nothing counts as shipped.

        :param rest.TrackingEvent event: the event
        :param datetime moment: of the event
        :param document: as of :meth:`_amazon_apply_tracking`
        :return: the `amazon.punchout.shipment`
        """
        return self.env['amazon.punchout.shipment'].create({
            'purchase_order_id': self.id, 'is_tracked': True, 'document_id': document.id,
            'shipment_id': event.shipment_id or event.package_id or event.tracking_number,
            'package_id': event.package_id, 'tracking_number': event.tracking_number, 'carrier': event.carrier,
            'shipped_at': moment, 'notice_at': moment, 'operation': 'new'})

    def _amazon_set_delivery(self, shipment, event, moment):
        """Keep where a package is, and note in the chatter that it was delivered.

        :param shipment: the `amazon.punchout.shipment`
        :param rest.TrackingEvent event: the event
        :param datetime moment: of the event
        """
        was_delivered = shipment.delivery_status == 'delivered'
        status = event.status or shipment.delivery_status
        vals = {
            'delivery_status': status, 'delivery_words': event.words, 'status_at': moment,
            'delivered_at': moment if status == 'delivered' and not was_delivered
            else shipment.delivered_at if status == 'delivered' else False}
        if event.package_id and not shipment.package_id:
            vals['package_id'] = event.package_id
        if shipment.is_tracked and event.carrier:
            vals['carrier'] = event.carrier
        shipment.write(vals)
        if status == 'delivered' and not was_delivered:
            requester = self.amazon_requester_id
            order = self.with_context(lang=requester.lang, tz=requester.tz)
            day = fields.Datetime.context_timestamp(order, moment).date()
            # Who has received it already needs no e-mail.
            is_received = shipment._current_receipt() or self.receipt_status == 'full'
            parcel = shipment.with_env(order.env)
            order.message_post(
                subject=order.env._("Delivered: %s", parcel._contents_title()) if parcel._contents() else order.env._(
                    "Package %(number)s of order %(order)s was delivered",
                    number=parcel.display_name, order=order.name),
                body=order.env._(
                    "Package %(number)s was delivered on %(date)s, as the carrier says. Receive the goods when you "
                    "have them.", number=shipment.display_name, date=say_day(order.env, day)),
                partner_ids=[] if is_received else requester.partner_id.ids)
