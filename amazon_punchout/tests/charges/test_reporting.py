from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...tools.cart_lock import lifted
from ..api_case import ApiCase, error, reply
from ..common import answer
from ..cxml_builder import confirmation_xml, item, ship_notice_xml, status
from ..order_case import PROBLEM
from ..rest_builder import order_report, shipment_item

SHIPMENTS = '/shipmentLineItemReports'


class ReportingCase(ApiCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access.write({'use_reporting': True})

    def unclear(self, items=None, **cart):
        """Make an order whose sender got no clear answer."""
        order = self.ordered(items, **cart)
        self.send(answer(status=500, body="no cXML"))
        self.assertStands(order, 'unclear')
        return order

    def sent(self, items=None, hours=5):
        """Make an order that Amazon received some hours ago."""
        order = self.ordered(items)
        self.send()
        self.assertStands(order, 'sent')
        self.requests(order).last_try_at = fields.Datetime.now() - timedelta(hours=hours)
        return order

    def report(self, order, minutes=0, **values):
        """Give what Reporting knows about an order that was placed some minutes after it was sent."""
        sent_at = self.requests(order)[-1].last_try_at + timedelta(minutes=minutes)
        metadata = {'orderId': '111-1111111-1111111', 'orderDate': f'{sent_at:%Y-%m-%dT%H:%M:%SZ}', 'region': 'US'}
        return order_report(order.name, order.amount_total, **{'orderMetadata': metadata, **values})

    def knows(self, order, *reports):
        self.server.on(f'/purchaseOrders/{order.name}/', reply(body={'orderReports': list(reports)}))

    def follow(self):
        self.run_cron('amazon_punchout.ir_cron_follow')

    def again(self, order, **vals):
        """Ask as at the time that was planned."""
        with lifted():
            order.write({'amazon_follow_at': False, **vals})
        self.access.next_report_at = False
        self.follow()

    def asked(self, part):
        return [each for each in self.server.asked if part in each.path]


@tagged('post_install', '-at_install')
class TestUnclear(ReportingCase):
    """An unclear order is settled only if Amazon's answer leaves no doubt."""

    def test_an_order_that_amazon_has_is_at_amazon(self):
        order = self.unclear()
        self.knows(order, self.report(order))
        self.follow()
        self.assertStands(order, 'sent')
        request = self.requests(order)
        self.assertIn("Amazon has it as order 111-1111111-1111111, with the same total", request.reason)
        self.assertIn("It is at Amazon. Amazon's Reporting API was asked", self.chatter(order))
        self.assertFalse(self.activities(order, PROBLEM))
        self.assertEqual(self.asked(order.name)[0].query, {'region': 'US'})
        self.assertEqual(self.access.page_ids.mapped(lambda page: (page.kind, page.state)), [('orders', 'processed')])
        trail = self.env['amazon.punchout.trail'].search([('res_id', '=', order.id)], order='sequence')
        self.assertIn("with the same total", trail.filtered(lambda row: row.event == 'sent').details)

    def assertLeft(self, order, words):
        """Ask, and assert that the order is left to a person, who reads why everywhere."""
        self.again(order, amazon_follow_count=0)
        self.assertStands(order, 'unclear')
        request = self.requests(order)[-1]
        self.assertIn(words, request.reporting_answer)
        self.assertTrue(request.reporting_asked_at)
        self.assertIn(f'/purchaseOrders/{order.name}/orderReports', request.reporting_question)
        for text in (order.amazon_status, order.amazon_problem, *self.activities(order, PROBLEM).mapped('note')):
            self.assertIn("Amazon's Reporting API was asked about order", text)
            self.assertIn(words, text)
        self.assertIn("press Amazon Has It", order.amazon_problem)

    def test_an_order_that_leaves_a_doubt_is_left_to_a_person(self):
        order = self.unclear()
        early = self.report(order, minutes=-1)
        for words, reports in (
            ("does not know an order with this number", []),
            ("does not know an order with this number", [self.report(order, purchaseOrderNumber='P1')]),
            ("before Odoo sent this order", [early]),
            ("before Odoo sent this order", [self.report(order), early]),
            ("before Odoo sent this order", [self.report(order, orderMetadata={'orderDate': '2020-01-01'})]),
            ("states no date", [self.report(order, orderMetadata={'orderId': '1'})]),
            ("its total is", [self.report(order, charges=[
                {'type': 'NET_TOTAL', 'amount': {'amount': order.amount_total + 1, 'currencyCode': 'USD'}}])]),
            ("its total is", [self.report(order), self.report(order)]),
            ("its total is", [self.report(order, charges=[
                {'type': 'TAX', 'amount': {'amount': 1, 'currencyCode': 'USD'}}])]),
            ("not in USD", [self.report(order, charges=[
                {'type': 'NET_TOTAL', 'amount': {'amount': order.amount_total, 'currencyCode': 'EUR'}}])]),
            ("not in USD", [self.report(order, charges=None)]),
            ("in another region (DE)", [self.report(order, orderMetadata={
                **self.report(order)['orderMetadata'], 'region': 'DE'})]),
            ("waits for approval on Amazon", [self.report(order, orderStatus='PENDING_APPROVAL')]),
            ("which is cancelled", [self.report(order, orderStatus='CANCELLED')]),
            ("in the status SOMETHING_NEW", [self.report(order, orderStatus='SOMETHING_NEW')]),
            ("in the status –", [self.report(order, orderStatus=None)]),
        ):
            with self.subTest(words):
                self.knows(order, *reports)
                self.assertLeft(order, words)

    def test_amazon_does_not_know_the_number(self):
        order = self.unclear()
        self.server.on(f'/purchaseOrders/{order.name}/', error(404, 'NotFound'))
        self.assertLeft(order, "does not know an order with this number (yet)")
        self.server.on(f'/purchaseOrders/{order.name}/', error(400, 'InvalidInput', "No such thing"))
        self.assertLeft(order, "declined the request (HTTP 400: InvalidInput: No such thing)")
        self.server.on(f'/purchaseOrders/{order.name}/', reply(raw=b'nonsense'))
        self.assertLeft(order, "It is not JSON")

    def test_the_day_is_enough_where_amazon_states_no_time(self):
        order = self.unclear()
        day = self.requests(order).last_try_at.date()
        self.knows(order, self.report(order, orderMetadata={'orderDate': str(day), 'orderId': '1'}))
        self.follow()
        self.assertStands(order, 'sent')

    def test_the_total_without_tax_is_enough(self):
        order = self.unclear()
        self.knows(order, self.report(order, charges=[
            {'type': 'SUBTOTAL', 'amount': {'amount': order.amount_total, 'currencyCode': 'USD'}},
            {'type': 'TAX', 'amount': {'amount': 1, 'currencyCode': 'USD'}},
            {'type': 'NET_TOTAL', 'amount': {'amount': order.amount_total + 1, 'currencyCode': 'USD'}}]))
        self.follow()
        self.assertStands(order, 'sent')

    def test_an_order_that_amazon_has_split(self):
        order = self.unclear()
        half = {'type': 'NET_TOTAL', 'amount': {'amount': order.amount_total / 2, 'currencyCode': 'USD'}}
        self.knows(order, self.report(order, charges=[half]), self.report(order, charges=[half]))
        self.follow()
        self.assertStands(order, 'sent')

    def test_what_another_database_may_have_sent_is_left(self):
        order = self.unclear()
        self.requests(order).sent_elsewhere = True
        self.knows(order, self.report(order))
        self.assertLeft(order, "which another database may have sent")

    def test_a_number_that_several_orders_of_the_account_have_is_left(self):
        order = self.unclear()
        other = self.sent()
        with lifted():
            other.name = order.name
        self.knows(order, self.report(order))
        self.assertLeft(order, "several orders in Odoo have it")

    def test_a_person_who_was_faster_decides(self):
        order = self.unclear()
        self.knows(order, self.report(order))
        order.with_user(self.manager).action_amazon_send_again()
        order._amazon_settle_unclear([], 'question')
        self.assertStands(order, 'queued')
        self.follow()
        self.assertStands(order, 'queued')

    def test_an_order_that_was_sent_again_counts_from_its_last_try(self):
        order = self.unclear()
        first = self.report(order)
        order.with_user(self.manager).action_amazon_send_again()
        self.send(answer(status=500, body="no cXML"))
        self.requests(order).last_try_at += timedelta(minutes=5)
        self.knows(order, first)
        self.assertLeft(order, "before Odoo sent this order")

    def test_an_unclear_order_is_asked_about_in_growing_pauses_and_not_for_ever(self):
        order = self.unclear()
        self.knows(order)
        self.follow()
        self.follow()
        self.assertEqual(len(self.asked(order.name)), 1)
        for _each in range(20):
            self.again(order)
        self.assertEqual(len(self.asked(order.name)), 13)
        self.assertTrue(order.amazon_follow_done)

    def test_throttling_stops_all_questions_for_a_while(self):
        orders = [self.unclear(), self.unclear()]
        self.server.on('/purchaseOrders/', error(429, 'QuotaExceeded', **{'Retry-After': '600'}))
        self.follow()
        self.follow()
        self.assertEqual(len(self.asked('/purchaseOrders/')), 1)
        self.assertStands(orders[0], 'unclear')
        self.assertAlmostEqual((self.access.next_report_at - fields.Datetime.now()).total_seconds(), 600, delta=60)

    def test_a_withdrawn_token_stops_all_questions(self):
        order = self.unclear()
        self.server.on('/auth/o2/token', reply(400, {'error': 'invalid_grant'}))
        for _each in range(3):
            self.again(order)
        self.assertEqual(len(self.server.logins), 1)
        self.assertEqual(self.problem_notes().count("no longer accepts the Refresh Token"), 1)

    def test_nothing_is_asked_while_the_api_is_off_or_in_a_copy(self):
        order = self.unclear()
        self.access.use_reporting = False
        self.follow()
        self.access.use_reporting = True
        self.group.database_name = 'another'
        self.follow()
        self.assertEqual(self.server.asked, [])
        self.assertStands(order, 'unclear')


@tagged('post_install', '-at_install')
class TestReported(ReportingCase):
    """Orders for which Amazon sends no messages get them from Reporting; Amazon's own take their place."""

    def setUp(self):
        super().setUp()
        self.server.on(SHIPMENTS, reply(body={'shipmentLineItemReports': []}))

    def ships(self, *items):
        self.server.on(SHIPMENTS, reply(body={'shipmentLineItemReports': list(items)}))

    def test_an_order_is_confirmed(self):
        order = self.sent()
        self.knows(order, self.report(order))
        self.follow()
        self.assertEqual((order.amazon_state, order.amazon_order_ref), ('confirmed', '111-1111111-1111111'))
        document = order.amazon_document_ids.filtered(lambda each: each.document_type == 'ConfirmationRequest')
        self.assertEqual((document.is_reported, document.entered_by_id.id, document.state), (True, False, 'processed'))
        self.again(order)
        self.assertEqual(len(order.amazon_document_ids.filtered('is_reported')), 1)

    def test_an_order_is_cancelled(self):
        order = self.sent()
        self.knows(order, self.report(order, orderStatus='CANCELLED'))
        self.follow()
        self.assertEqual((order.amazon_state, order.state), ('cancelled', 'cancel'))

    def test_an_order_with_another_total_is_not_confirmed(self):
        order = self.sent()
        self.knows(order, self.report(order, charges=None))
        self.follow()
        self.assertStands(order, 'sent')

    def test_shipments_arrive_once_for_each_change(self):
        order = self.sent()
        line = order._amazon_item_lines()[0]
        quantity = line.product_qty
        self.knows(order, self.report(order))
        part = shipment_item(order.name, str(line.amazon_line_number), quantity, shipmentStatus='SHIPPING_SOON')
        self.ships(part)
        self.follow()
        shipment = order.amazon_shipment_ids
        self.assertEqual((shipment.is_planned, shipment.carrier, shipment.tracking_number), (True, 'UPS', '1Z1'))
        self.again(order)
        self.assertEqual(len(order.amazon_document_ids.filtered('is_reported')), 2)
        self.ships({**part, 'shipmentStatus': 'SHIPPED'})
        self.again(order)
        self.assertFalse(order.amazon_shipment_ids.is_planned)
        self.assertEqual(line.amazon_shipped_quantity, quantity)
        self.assertFalse(order.amazon_follow_done)
        self.ships({**part, 'shipmentStatus': 'SHIPPED', 'deliveryInfo': {'status': 'DELIVERED'}})
        self.again(order)
        self.assertTrue(order.amazon_follow_done)
        self.assertEqual(len(order.amazon_shipment_ids), 1)

    def test_a_line_is_found_by_its_asin_if_amazon_names_none(self):
        order = self.sent()
        line = order._amazon_item_lines()[0]
        self.knows(order, self.report(order))
        self.ships(shipment_item(order.name, 'PO-2025-9-1', 1, asin=line.amazon_asin),
                   shipment_item(order.name, 'X', 1, asin='B0UNKNOWN0', shipmentMetadata={'shipmentId': 'SH-2'}),
                   shipment_item('P99999', '1', 1))
        self.follow()
        self.assertEqual(order.amazon_shipment_ids.line_ids.mapped('purchase_line_id'), line)

    def reported(self):
        """Make an order of two pieces that Reporting has confirmed and shipped, one piece in each shipment."""
        order = self.sent([item(quantity='2')])
        self.knows(order, self.report(order))
        self.ships(shipment_item(order.name, '1', 1), shipment_item(order.name, '1', 1, shipmentMetadata={
            'shipmentId': 'SH-2'}, packages=[{'trackingId': '1Z2'}]))
        self.follow()
        line = order._amazon_item_lines()
        self.assertEqual((order.amazon_state, line.amazon_shipped_quantity), ('confirmed', 2))
        return order, line

    def test_a_confirmation_of_amazons_own_takes_the_place_of_the_reported_one(self):
        order, line = self.reported()
        self.deliver(confirmation_xml(order, [(
            1, 2, status(quantity=1, confirm_id='111-7777777-7777777'),
            status('reject', quantity=1, error='015-005'))], confirm_id=None))
        self.assertEqual((order.amazon_state, line.amazon_confirmation, line.product_qty), ('partial', 'changed', 1))
        self.assertEqual(order.amazon_order_ref, '111-7777777-7777777')
        count = len(self.server.asked)
        self.again(order)
        self.assertTrue(order.amazon_follow_done)
        self.assertEqual(len(self.server.asked), count)

    def test_ship_notices_of_amazons_own_take_the_place_of_the_reported_ones(self):
        order, line = self.reported()
        self.deliver(ship_notice_xml(order, [(1, 2)], shipment_id='OTHER', tracking='1Z9'))
        line.invalidate_recordset(['amazon_shipped_quantity'])
        self.assertEqual(line.amazon_shipped_quantity, 2)
        self.assertEqual(order.amazon_shipment_ids.mapped('tracking_number'), ['1Z9'])

    def test_the_same_shipment_in_a_ship_notice_counts_once(self):
        order, line = self.reported()
        # Its date is earlier than our question, and Reporting has corrected the shipment meanwhile.
        self.ships(shipment_item(order.name, '1', 2), shipment_item(order.name, '1', 0, shipmentMetadata={
            'shipmentId': 'SH-2'}))
        self.again(order)
        self.deliver(ship_notice_xml(order, [(1, 1)], shipment_id='SH-1', tracking='1Z9'))
        shipment = order.amazon_shipment_ids.filtered(lambda each: each.shipment_id == 'SH-1')
        self.assertEqual((shipment.tracking_number, shipment.line_ids.quantity), ('1Z9', 1))
        self.assertFalse(shipment.document_id.is_reported)
        order._amazon_enter_shipments([])  # a question that was under way
        self.assertEqual(line.amazon_shipped_quantity, 1)

    def test_the_document_says_where_it_is_from(self):
        order, _line = self.reported()
        documents = order.amazon_document_ids.filtered('is_reported')
        self.assertEqual(len(documents), 3)
        self.assertEqual(documents.mapped('state'), ['processed'] * 3)
        trail = self.env['amazon.punchout.trail'].search([('res_id', '=', order.id), ('event', '=', 'received')])
        self.assertEqual(trail.document_id, documents)

    def test_pages_of_shipments_end(self):
        order = self.sent()
        self.knows(order, self.report(order))
        self.server.on(SHIPMENTS, reply(body={'nextPageToken': 'same', 'shipmentLineItemReports': []}))
        self.follow()
        self.assertEqual(len(self.asked(SHIPMENTS)), 2)

    def test_an_order_that_was_just_sent_is_asked_about_later(self):
        order = self.sent(hours=0)
        self.follow()
        self.assertEqual(self.server.asked, [])
        self.assertGreater(order.amazon_follow_at, fields.Datetime.now() + timedelta(hours=3))

    def test_old_orders_are_not_asked_about(self):
        order = self.sent()
        with lifted():
            order.date_approve = fields.Datetime.now() - timedelta(days=90)
        self.follow()
        self.assertEqual(self.server.asked, [])
