from odoo import models

from ...tools.timeline import Step


class PurchaseOrderTimeline(models.Model):
    """Each parcel, and what was received."""
    _inherit = 'purchase.order'

    def _amazon_steps(self, rows):
        """Override to follow the parcels and the receipts."""
        return super()._amazon_steps(rows) + self._amazon_parcel_steps() + self._amazon_receipt_steps(rows)

    def _amazon_parcel_steps(self):
        """Say of each parcel when it was shipped, delayed and delivered.

        :rtype: list[Step]
        """
        steps = []
        for parcel in self.amazon_shipment_ids.filtered(lambda shipment: shipment.active and not shipment.is_planned):
            track = parcel.tracking_link or parcel.display_name or ""
            if parcel.shipped_at:
                steps.append(Step(
                    parcel.shipped_at, self.env._("Shipped: %s", track),
                    detail=", ".join((parcel.contents or "").splitlines())))
            if parcel.delivery_status == 'delayed':
                steps.append(Step(parcel.status_at, self.env._("Delayed: %s", track), 'warning'))
            if parcel.delivered_at:
                steps.append(Step(parcel.delivered_at, self.env._("Delivered: %s", track)))
        return steps

    def _amazon_receipt_steps(self, rows):
        """Say when goods were received and returned, and by whom.

        :param rows: as for :meth:`_amazon_steps`; they name who validated a receipt
        :rtype: list[Step]
        """
        people = {row._detail('receipt'): row._person() for row in rows if row.event in ('goods', 'goods_back')}
        done = self.picking_ids.filtered(lambda picking: picking.state == 'done').sorted('date_done')
        last = done.filtered(lambda picking: not picking._amazon_is_return())[-1:]
        steps = []
        for picking in done:
            values = {'receipt': picking.name, 'person': people.get(picking.id)}
            tone = 'success'
            if picking._amazon_is_return():
                sentence = self.env._("Returned by %(person)s: %(receipt)s", **values) if values['person'] \
                    else self.env._("Returned: %(receipt)s", **values)
            elif picking == last and self.receipt_status == 'full':
                sentence = self.env._("Received by %(person)s: %(receipt)s", **values) if values['person'] \
                    else self.env._("Received: %(receipt)s", **values)
            else:
                tone = 'warning'
                sentence = self.env._("Partly received by %(person)s: %(receipt)s", **values) if values['person'] \
                    else self.env._("Partly received: %(receipt)s", **values)
            steps.append(Step(picking.date_done, sentence, tone))
        return steps
