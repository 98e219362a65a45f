from datetime import date, datetime, timezone
from decimal import Decimal

from odoo.tests import BaseCase

from ...rest import (
    order_path,
    read_line_number,
    read_order_reports,
    read_orders,
    read_shipment_items,
    read_shipments,
    shipments_path,
)
from ..rest_builder import answer_of, order_report, shipment_item


class TestReporting(BaseCase):

    def test_an_order(self):
        [report] = read_order_reports(answer_of(orderReports=[order_report()]))
        self.assertEqual(
            (report.purchase_order_number, report.order_ref, report.region, report.status, report.currency),
            ('P00042', '111-1111111-1111111', 'US', 'PENDING_FULFILLMENT', 'USD'))
        self.assertEqual(report.ordered_at, datetime(2026, 11, 2, 10, tzinfo=timezone.utc))
        self.assertEqual((report.total('NET_TOTAL'), report.total('TAX')), (Decimal('119.0'), None))

    def test_a_day_without_a_time_stays_a_day(self):
        [report] = read_order_reports(answer_of(orderReports=order_report(
            orderMetadata={'orderDate': {'date': '2026-11-02'}})))
        self.assertEqual(report.ordered_at, date(2026, 11, 2))
        self.assertNotIsInstance(report.ordered_at, datetime)

    def test_one_order_may_stand_alone(self):
        self.assertEqual(len(read_order_reports(answer_of(**order_report()))), 1)
        self.assertEqual(read_order_reports(answer_of(orderReports=[])), ())
        self.assertEqual(read_order_reports(answer_of()), ())

    def test_the_list_may_have_another_name(self):
        self.assertEqual(len(read_order_reports(answer_of(ordersReport=[order_report()], errors=[]))), 1)
        self.assertEqual(len(read_shipment_items(answer_of(shipmentLineItemsReport=[shipment_item()]))[0]), 1)

    def test_everything_is_optional(self):
        for name in order_report():
            self.assertEqual(len(read_order_reports(answer_of(orderReports=[order_report(**{name: None})]))), 1)

    def test_orders_as_facts(self):
        statement = read_orders(answer_of(orderReports=[
            order_report(orderStatus='cancelled'), order_report(orderStatus='PENDING'),
            order_report(orderMetadata={})]))
        self.assertEqual([(each.cancelled, each.pending) for each in statement.orders],
                         [(True, False), (False, True)])
        self.assertEqual(statement.orders[0].order_date, date(2026, 11, 2))

    def test_a_shipment(self):
        items, token = read_shipment_items(answer_of(shipmentLineItemReports=[shipment_item()], nextPageToken='more'))
        self.assertEqual(token, 'more')
        [item] = items
        self.assertEqual(
            (item.line_number, item.quantity, item.shipment_id, item.carrier, item.tracking_numbers, item.status),
            ('1', 2, 'SH-1', 'UPS', ('1Z1',), 'SHIPPED'))
        self.assertEqual((item.shipped_on, item.expected_on, item.delivery_status),
                         (date(2026, 11, 3), date(2026, 11, 6), 'NOT_DELIVERED'))
        [facts] = read_shipments(answer_of(shipmentLineItemReports=[shipment_item()])).shipments
        self.assertEqual((facts.tracking_number, facts.expected_date), ('1Z1', date(2026, 11, 6)))
        for name in shipment_item():
            self.assertEqual(len(read_shipment_items(answer_of(
                shipmentLineItemReports=[shipment_item(**{name: None})]))[0]), 1)

    def test_line_numbers(self):
        for text, number in (('1', 1), ('P00042-12', 12), ('P00042/3', 3), ('PO-2025-0123-1', None), ('', None),
                             (None, None), ('P00042', None), ('1a', None), ('9' * 30, None)):
            with self.subTest(text):
                self.assertEqual(read_line_number(text, 'P00042'), number)

    def test_what_is_asked(self):
        self.assertEqual(order_path('P 42/7', 'UK'),
                         '/reports/2025-06-09/purchaseOrders/P%2042%2F7/orderReports?region=UK')
        self.assertEqual(shipments_path(['P1', 'P2'], 'DE', 't'),
                         '/reports/2025-06-09/shipmentLineItemReports?region=DE&purchaseOrderNumbers=P1%2CP2'
                         '&nextPageToken=t')
