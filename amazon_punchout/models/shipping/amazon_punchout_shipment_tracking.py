from odoo import fields, models

NO_STATUS = {'delivery_status': False, 'delivery_words': False, 'status_at': False, 'delivered_at': False}


class AmazonPunchoutShipmentTracking(models.Model):
    """Where a package is, as Amazon pushes it."""
    _inherit = 'amazon.punchout.shipment'

    is_tracked = fields.Boolean(
        "From Package Tracking", readonly=True,
        help="Only package tracking knows this shipment. A ship notice with its tracking number takes its place.")
    package_id = fields.Char("Package ID", readonly=True, help="Amazon's identifier of the package.")
    delivery_status = fields.Selection([
        ('shipped', "On Its Way"),
        ('out_for_delivery', "Out for Delivery"),
        ('delayed', "Delayed"),
        ('pickup', "Ready for Pickup"),
        ('delivered', "Delivered"),
    ], "Delivery", readonly=True, help="Where the package is, as the carrier says. It does not receive the goods.")
    delivery_words = fields.Char("Last Event", readonly=True, help="The last event in Amazon's words.")
    status_at = fields.Datetime("Last Event On", readonly=True)
    delivered_at = fields.Datetime("Delivered", readonly=True)

    _delayed_idx = models.Index("(shipped_at DESC, id) WHERE delivery_status = 'delayed'")

    def _tracking_key(self):
        """Give the tracking number in a form that can be compared.

        :rtype: str
        """
        self.ensure_one()
        return _key(self.tracking_number)

    def _statuses(self):
        """Collect where the packages of these shipments are.

        :return: values by tracking number
        :rtype: dict[str, dict]
        """
        return {
            shipment._tracking_key(): {name: shipment[name] for name in NO_STATUS}
            for shipment in self.sorted(lambda each: each.status_at or each.create_date)
            if shipment._tracking_key() and shipment.status_at}

    def _settle_tracking(self, statuses):
        """Let each shipment have the status of its tracking number, and ship notices take the place of tracking.

        :param dict statuses: values by tracking number, from before a ship notice was written
        """
        noted = self.filtered(lambda shipment: not shipment.is_tracked)
        for shipment in noted:
            vals = statuses.get(shipment._tracking_key(), NO_STATUS if shipment._tracking_key() else {})
            if any(shipment[name] != value for name, value in vals.items()):
                shipment.write(vals)
        known = {shipment._tracking_key() for shipment in noted} - {''}
        named = set(noted.mapped('shipment_id'))
        (self - noted).filtered(
            lambda shipment: shipment._tracking_key() in known
            or not shipment._tracking_key() and shipment.shipment_id in named).unlink()

    def _find_package(self, event):
        """Find the shipment that an event is about: by its tracking number, else its package, else its shipment.

        :param rest.TrackingEvent event: the event
        :return: a record of these, or none
        """
        if key := _key(event.tracking_number):
            return self.filtered(lambda shipment: shipment._tracking_key() == key)[:1]
        same = self.filtered(lambda shipment: event.shipment_id and shipment.shipment_id == event.shipment_id)
        among = same if event.shipment_id else self
        if event.package_id and (found := among.filtered(lambda shipment: shipment.package_id == event.package_id)):
            return found[:1]
        return same if len(same) == 1 and not same.package_id else same.browse()


def _key(number):
    return ''.join((number or '').split()).casefold()
