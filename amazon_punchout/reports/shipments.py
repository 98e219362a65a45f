"""The reports Shipments and Returns: a row is one item of a shipment or of a return. They prove no charge."""

from ..transactions import ShipmentFacts
from .report_reader import ReportReader
from .values import CANCELLED, refund_state


class ShipmentsReader(ReportReader):
    """Reads rows of the report Shipments, each by itself; those of an order come together, so that alike ones count."""

    keys = ('order_ref',)
    date_key = 'shipment_date'
    quantity_keys = ('shipment_quantity', 'quantity')
    status_keys = ('delivery_status', 'shipment_status')
    returned = False

    # pylint: disable-next=method-required-super  # no model of Odoo
    def read(self, rows):
        """Read rows.

        :param list rows: the :class:`.rows.Row` values
        :return: shipment facts
        :rtype: dict[str, list]
        """
        return {'shipments': [self._facts(row) for row in rows if self.reader.is_whole(row) and self._has_order(row)]}

    def _has_order(self, row):
        reader = self.reader
        order = reader.text(row, 'order_ref') or reader.text(row, 'purchase_order_number')
        return reader.needed(row, 'order_ref', order)

    def _facts(self, row):
        reader, text = self.reader, self.reader.text
        status = next(filter(None, (text(row, key) for key in self.status_keys)), None)
        return ShipmentFacts(
            order_ref=text(row, 'order_ref'), purchase_order_number=text(row, 'purchase_order_number'),
            line_number=text(row, 'line_number'), order_line_item_id=text(row, 'order_line_item_id'),
            asin=text(row, 'asin'), quantity=reader.quantity(row, *self.quantity_keys),
            shipment_id=text(row, 'shipment_id'), carrier=text(row, 'carrier'),
            tracking_number=text(row, 'tracking_number'), date=reader.date(row, self.date_key),
            expected_date=reader.date(row, 'expected_date'),
            status=status, returned=self.returned, cancelled=refund_state(status) == CANCELLED,
            reason=text(row, 'return_reason'), account_group=text(row, 'account_group'),
            company_name=text(row, 'company_name'), rows=(row.number,))


class ReturnsReader(ShipmentsReader):
    """Reads rows of the report Returns as those of Shipments."""

    date_key = 'return_date'
    quantity_keys = ('return_quantity',)
    status_keys = ('return_status',)
    returned = True
