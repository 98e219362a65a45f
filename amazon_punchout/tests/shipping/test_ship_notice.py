"""What a ship notice does to order, line, receipt and chatter, whatever order the notices arrive in."""
import itertools
from datetime import datetime

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ... import cxml
from ...tools.waiting import WAIT
from ..common import answer
from ..cxml_builder import confirmation_xml, ship_notice_xml, status
from ..ship_notice_case import EARLY, LATE, LATEST, UPS, ShipNoticeCase


@tagged('-at_install', 'post_install')
class TestShipNotice(ShipNoticeCase):

    # === THE SHIPMENT === #

    def test_a_shipment_is_on_its_way(self):
        order = self.three_lines()
        document = self.deliver(ship_notice_xml(order, [(3, 1), (1, 1)], tracking='1Z42'))
        self.assertEqual((document.state, document.purchase_order_id, document.group_id),
                         ('processed', order, self.group))
        shipment = order.amazon_shipment_ids
        self.assertEqual(
            (shipment.shipment_id, shipment.carrier, shipment.tracking_number, shipment.tracking_url,
             shipment.document_id),
            ('SHIP1', 'UPS', '1Z42', UPS + '1Z42', document))
        self.assertEqual((shipment.shipped_at, shipment.expected_at),
                         (datetime(2026, 3, 2, 9), datetime(2026, 3, 5, 12)))
        self.assertEqual([(line.line_number, line.purchase_line_id, line.quantity) for line in shipment.line_ids],
                         [(1, self.line(order, 1), 1), (3, self.line(order, 3), 1)])
        self.assertEqual(self.shipped(order), {1: 1, 2: 0, 3: 1})
        self.assertIn(f'href="{UPS}1Z42"', order.amazon_tracking)

    def test_the_receipt_is_expected_when_amazon_says_and_links_the_parcel(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2), (2, 3), (3, 1)], tracking='1Z42'))
        receipt = order.picking_ids
        self.assertEqual(receipt.scheduled_date, datetime(2026, 3, 5, 12))
        self.assertIn(f'href="{UPS}1Z42"', receipt.amazon_parcel_ids._tracking_links())

    def test_what_is_not_in_the_shipment_is_expected_as_before(self):
        order = self.three_lines()
        before = {move.purchase_line_id.amazon_line_number: move.date for move in order.picking_ids.move_ids}
        self.deliver(ship_notice_xml(order, [(2, 3)]))
        moves = {move.purchase_line_id.amazon_line_number: move.date for move in order.picking_ids.move_ids}
        self.assertEqual(moves, {**before, 2: datetime(2026, 3, 5, 12)})

    def test_what_amazon_names_no_day_for_does_not_hold_the_receipt_at_the_day_of_the_order(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], shipment_id='S1', delivery_date='2099-04-05T12:00:00Z'))
        self.assertEqual(order.picking_ids.scheduled_date, datetime(2099, 4, 5, 12))
        self.line(order, 3).with_user(self.buyer).date_planned = '2099-05-01 12:00:00'
        self.deliver(ship_notice_xml(order, [(1, 2)], shipment_id='S1', operation='update',
                                     notice_date='2099-03-01T10:00:00Z', delivery_date='2099-04-03T12:00:00Z'))
        self.assertEqual(order.picking_ids.scheduled_date, datetime(2099, 4, 3, 12))
        self.assertEqual(self.line(order, 2).date_planned, datetime(2099, 4, 3, 12))
        self.assertEqual(self.line(order, 3).date_planned, datetime(2099, 5, 1, 12), "the buyer has set it")

    def test_each_receipt_links_the_parcels_of_its_own_goods(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], shipment_id='S1', tracking='1Z1'))
        first = self.receive_goods(order, line1=2)
        self.deliver(ship_notice_xml(order, [(2, 3), (3, 1)], shipment_id='S2', tracking='1Z2'))
        second = order.picking_ids - first
        self.assertEqual([each.amazon_parcel_ids.mapped('tracking_number') for each in (first, second)],
                         [['1Z1'], ['1Z2']])

    def test_shipped_stands_beside_ordered_and_received(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(2, 2)]))
        self.receive_goods(order, line2=1)
        line = self.line(order, 2)
        self.assertEqual((line.product_qty, line.amazon_shipped_quantity, line.qty_received), (3, 2, 1))
        self.assertFalse(self.service_line(self.sent_order(shipping='4.00'), 'shipping').amazon_shipped_quantity)

    def test_a_notice_without_lines_is_the_whole_order(self):
        order = self.three_lines()
        document = self.deliver(ship_notice_xml(order))
        self.assertEqual((document.state, self.shipped(order)), ('processed', {1: 2, 2: 3, 3: 1}))
        self.assertTrue(order.amazon_shipment_ids.is_whole_order)
        self.assertIn("The whole order", order.amazon_shipment_ids.contents)

    def test_the_whole_order_is_what_amazon_delivers_of_it_whichever_message_comes_first(self):
        for confirmed_first in (True, False):
            with self.subTest(confirmed_first=confirmed_first):
                order = self.three_lines()
                messages = [
                    confirmation_xml(order, [
                        (1, 2, status(quantity=2)), (2, 3, status(quantity=2), status('reject', 1)), (3, 1, status())],
                        confirm_id=f'111-0000000-{order.id:07}'),
                    ship_notice_xml(order)]
                for message in messages if confirmed_first else reversed(messages):
                    self.deliver(message)
                self.assertEqual(self.shipped(order), {1: 2, 2: 2, 3: 1})

    def test_an_empty_carrier_shows_the_number_alone(self):
        order = self.three_lines()
        document = self.deliver(ship_notice_xml(order, [(1, 2)], carrier='', tracking='777'))
        shipment = order.amazon_shipment_ids
        self.assertEqual((document.state, shipment.carrier, shipment.tracking_number, shipment.tracking_url),
                         ('processed', False, '777', False))
        self.assertEqual(order.amazon_tracking, '777')

    def test_a_shipment_without_any_number_is_one_all_the_same(self):
        order = self.three_lines()
        document = self.deliver(ship_notice_xml(order, [(1, 2)], tracking=None))
        self.assertEqual((document.state, self.shipped(order)[1]), ('processed', 2))
        self.assertIn("There is no tracking number", self.mails(order).body)

    def test_the_page_that_the_notice_names_is_the_link(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], carrier='Pony & Co', tracking='7<8',
                                     tracking_url='https://pony.example/?a=1&b=2'))
        self.assertEqual(order.amazon_shipment_ids.tracking_url, 'https://pony.example/?a=1&b=2')
        for html in (order.amazon_tracking, order.picking_ids.amazon_parcel_ids._tracking_links()):
            self.assertIn('href="https://pony.example/?a=1&amp;b=2"', html)
            self.assertIn('Pony &amp; Co', html)
            self.assertIn('>7&lt;8</a>', html)

    def test_an_address_that_runs_something_is_no_link(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], carrier='Pony', tracking='<b onclick="x()">7</b>',
                                     tracking_url='javascript:x()'))
        self.assertFalse(order.amazon_shipment_ids.tracking_url)
        self.assertNotIn('javascript', order.amazon_tracking)
        self.assertNotIn('<b', order.amazon_tracking)
        self.assertNotIn('<b', self.mails(order).body)

    def test_amazons_own_parcels_are_followed_on_the_orders_page(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], carrier='Amazon Logistics', tracking='TBA7'))
        self.assertFalse(order.amazon_shipment_ids.tracking_url, "which order it is at Amazon isn't known yet")
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2))], confirm_id='111-1111111-1111111'))
        self.assertRegex(order.amazon_shipment_ids.tracking_url, r'^https://www\.amazon\.com/.*111-1111111-1111111$')

    def test_another_addon_knows_carriers_of_its_own(self):
        shipments = self.env.registry['amazon.punchout.shipment']
        pages, amazon = shipments._tracking_pages, shipments._amazon_carriers
        self.patch(shipments, '_tracking_pages', lambda each: {**pages(each), 'pony': 'https://pony.example/{number}'})
        self.patch(shipments, '_amazon_carriers', lambda each: amazon(each) | {'drone'})
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2))], confirm_id='111-1111111-1111111'))
        for carrier, page in (
            ('Pony Express', r'^https://pony\.example/7$'), ('UPS', r'^https://www\.ups\.com/.*7$'),
            ('Drone', r'^https://www\.amazon\.com/.*111-1111111-1111111$'),
        ):
            with self.subTest(carrier):
                self.deliver(ship_notice_xml(order, [(1, 2)], shipment_id=carrier, carrier=carrier, tracking='7'))
                shipment = order.amazon_shipment_ids.filtered(lambda each, carrier=carrier: each.carrier == carrier)
                self.assertRegex(shipment.tracking_url, page)

    def test_several_parcels_are_all_linked_and_their_contents_count_once(self):
        order = self.three_lines()
        raw = ship_notice_xml(order, [(1, 2)], tracking='1Z1').replace(
            b'</ShipControl>',
            b'</ShipControl><ShipControl><CarrierIdentifier domain="companyName">FedEx</CarrierIdentifier>'
            b'<ShipmentIdentifier>99</ShipmentIdentifier></ShipControl>')
        self.deliver(raw)
        self.assertEqual(order.amazon_shipment_ids.sorted('id').mapped('tracking_number'), ['1Z1', '99'])
        self.assertEqual(self.shipped(order)[1], 2)
        parcels = order.picking_ids.amazon_parcel_ids
        for html in (order.amazon_tracking, parcels._tracking_links(), self.mails(order).body):
            self.assertIn('1Z1', html)
            self.assertIn('trknbr=99', html)
        self.assertEqual(len(self.mails(order)), 1)

    def test_a_notice_may_serve_several_orders(self):
        first, second = self.three_lines(), self.three_lines()
        document = self.deliver(ship_notice_xml(
            None, tracking='1Z1', portions=self.portion(first, (1, 2)) + self.portion(second)))
        self.assertEqual((document.state, self.shipped(first), self.shipped(second)),
                         ('processed', {1: 2, 2: 0, 3: 0}, {1: 2, 2: 3, 3: 1}))
        self.assertEqual([len(self.mails(order)) for order in (first, second)], [1, 1])

    # === NEWER NOTICES === #

    def test_an_update_states_the_shipment_anew(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2), (2, 3)], tracking='1Z1', notice_date=EARLY))
        self.deliver(ship_notice_xml(order, [(1, 1)], tracking='1Z2', notice_date=LATE, operation='update',
                                     delivery_date='2026-03-09T12:00:00Z'))
        shipment = order.amazon_shipment_ids
        self.assertEqual((shipment.tracking_number, shipment.expected_at), ('1Z2', datetime(2026, 3, 9, 12)))
        self.assertEqual(self.shipped(order), {1: 1, 2: 0, 3: 0})
        self.assertEqual(len(self.mails(order)), 2, "another number is news")

    def test_an_unchanged_update_notifies_nobody_again(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], notice_date=EARLY))
        self.deliver(ship_notice_xml(order, [(1, 2)], notice_date=LATE, operation='update'))
        self.deliver(ship_notice_xml(order, [(1, 2)], notice_date=LATEST))
        self.assertEqual((len(self.mails(order)), len(order.amazon_shipment_ids)), (1, 1))

    def test_a_deleted_shipment_is_on_its_way_no_more(self):
        order = self.three_lines()
        before = order.picking_ids.scheduled_date
        self.deliver(ship_notice_xml(order, notice_date=EARLY))
        self.deliver(ship_notice_xml(order, notice_date=LATE, operation='delete'))
        self.assertFalse(order.amazon_shipment_ids)
        self.env.invalidate_all()
        with_archived = self.line(order, 1).with_context(active_test=False)
        self.assertEqual((with_archived.amazon_shipped_quantity, with_archived.order_id.amazon_tracking), (0, False))
        self.env.invalidate_all()
        self.assertEqual((self.shipped(order), order.amazon_tracking), ({1: 0, 2: 0, 3: 0}, False))
        self.assertFalse(order.picking_ids.amazon_parcel_ids)
        self.assertEqual(order.picking_ids.scheduled_date, before)
        self.assertIn("Amazon withdrew shipment SHIP1", self.chatter(order))

    def test_whatever_order_the_notices_of_a_shipment_come_in_the_newest_counts(self):
        for operation in ('update', 'delete'):
            pictures = set()
            for moments in itertools.permutations((EARLY, LATE, LATEST)):
                order = self.three_lines()
                for moment in moments:
                    self.deliver(ship_notice_xml(
                        order, [(1, 1)] if moment == EARLY else [(2, 1)] if moment == LATE else [(3, 1)],
                        tracking=moment,
                        notice_date=moment, operation={EARLY: 'new', LATE: 'update', LATEST: operation}[moment]))
                pictures.add((tuple(self.shipped(order).values()),
                              *order.amazon_shipment_ids.mapped('tracking_number')))
            with self.subTest(operation):
                self.assertEqual(pictures, {((0, 0, 1), LATEST)} if operation == 'update' else {((0, 0, 0),)})

    def test_of_two_notices_of_the_same_moment_the_update_counts(self):
        for operations in (('new', 'update'), ('update', 'new')):
            order = self.three_lines()
            for operation in operations:
                self.deliver(ship_notice_xml(order, [(1, 2)], tracking=operation, operation=operation))
            self.assertEqual(order.amazon_shipment_ids.tracking_number, 'update')

    def test_retry_repeats_nothing(self):
        order = self.three_lines()
        document = self.deliver(ship_notice_xml(order, [(1, 2)]))
        messages = order.message_ids
        document._process()
        self.assertEqual((document.state, self.shipped(order)[1], order.message_ids, len(order.amazon_shipment_ids)),
                         ('processed', 2, messages, 1))

    def test_what_is_only_announced_has_not_been_shipped(self):
        order = self.three_lines()
        planned = ship_notice_xml(order, [(1, 2)], notice_date=EARLY).replace(
            b'operation="new"', b'operation="new" shipmentType="planned"')
        self.deliver(planned)
        self.assertEqual((self.shipped(order)[1], len(self.mails(order))), (0, 0))
        self.assertEqual(order.amazon_shipment_ids.expected_at, datetime(2026, 3, 5, 12))
        self.deliver(ship_notice_xml(order, [(1, 2)], notice_date=LATE))
        self.assertEqual((self.shipped(order)[1], len(self.mails(order))), (2, 1))

    # === WHAT DOESN'T MATCH === #

    def test_unknown_lines_need_attention_and_the_rest_is_done(self):
        order = self.three_lines()
        document = self.deliver(ship_notice_xml(order, [(7, 1), (1, 2)]))
        self.assertEqual((document.state, self.shipped(order)[1]), ('attention', 2))
        self.assertEqual(
            document.reason, f"Shipment SHIP1 contains line 7, which order {order.name} does not have.")
        self.assertIn("line 7", order.amazon_shipment_ids.contents)

    def test_more_than_ordered_is_shown_and_needs_attention(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], shipment_id='S1'))
        document = self.deliver(ship_notice_xml(order, [(1, 1)], shipment_id='S2'))
        self.assertEqual((document.state, self.shipped(order)[1]), ('attention', 3))
        self.assertEqual(
            document.reason, f"Amazon shipped 3 of line 1 of order {order.name}, but 2 were ordered.")

    def test_goods_that_go_back_are_left_to_a_person(self):
        order = self.three_lines()
        document = self.deliver(
            ship_notice_xml(order, [(1, 2)]).replace(b'operation="new"', b'operation="new" reason="return"'))
        self.assertEqual((document.state, document.purchase_order_id, len(order.amazon_shipment_ids)),
                         ('attention', order, 0))
        self.assertIn("announced a return", document.reason)

    def test_a_notice_waits_for_an_order_that_is_not_here(self):
        order = self.three_lines()
        document = self.deliver(ship_notice_xml(None, portions=self.portion(order, (1, 2)) + (
            '<ShipNoticePortion><OrderReference orderID="P99999X"><DocumentReference payloadID="nobody@example"/>'
            '</OrderReference></ShipNoticePortion>')))
        self.assertEqual((document.state, len(order.amazon_shipment_ids)), ('waiting', 0))
        self.assertIn("P99999X", document.reason)
        # After the wait a person presses Retry: what can be done is done.
        self.env.cr.execute("UPDATE amazon_punchout_document SET create_date = %s WHERE id = %s",
                            (fields.Datetime.now() - WAIT, document.id))
        document.invalidate_recordset()
        document._process()
        self.assertEqual((document.state, self.shipped(order)[1]), ('attention', 2))
        self.assertIn("P99999X", document.reason)

    def test_a_shipment_of_a_cancelled_order_is_shown_and_needs_attention(self):
        order = self.ordered()
        order.with_user(self.buyer).button_cancel()
        document = self.deliver(ship_notice_xml(order))
        self.assertEqual((document.state, len(order.amazon_shipment_ids)), ('attention', 1))
        self.assertIn("is cancelled in Odoo", document.reason)

    def test_a_shipment_of_what_was_withdrawn_and_is_a_draft_again_changes_nothing(self):
        order = self.ordered()
        order.with_user(self.buyer).button_cancel()
        order.with_user(self.buyer).button_draft()
        document = self.deliver(ship_notice_xml(order))
        self.assertEqual((document.state, len(order.amazon_shipment_ids)), ('attention', 0))
        self.assertIn("was never sent to Amazon", document.reason)

    def test_what_is_shipped_has_arrived_at_amazon(self):
        order = self.ordered()
        self.send(answer(status=500, body='oops'))
        self.assertStands(order, 'unclear')
        self.deliver(ship_notice_xml(order))
        self.assertStands(order, 'sent')

    # === SPEED === #

    def test_what_is_shipped_is_read_at_once_for_all_lines(self):
        orders = self.env['purchase.order']
        costs = []
        for _each in range(3):
            orders |= self.three_lines()
            self.deliver(ship_notice_xml(orders[-1], [(1, 2), (2, 1)], shipment_id=f'S{orders[-1].id}'))
            lines = self.env['purchase.order.line'].browse(orders.order_line.ids)
            self.begin_anew()
            before = self.env.cr.sql_log_count
            lines.mapped('amazon_shipped_quantity')
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(set(costs)), 1, costs)

    def test_a_notice_costs_the_same_however_many_orders_there_are(self):
        def cost():
            order = self.three_lines()
            raw = ship_notice_xml(order, [(1, 2), (2, 3), (3, 1)])
            document = self.env['amazon.punchout.document'].sudo()._store_message(
                self.group, cxml.read_request(raw), raw)
            self.begin_anew()
            before = self.env.cr.sql_log_count
            document._process()
            self.env.flush_all()
            self.assertEqual(document.state, 'processed')
            return self.env.cr.sql_log_count - before
        # With each message core updates the sign-up of vendors without a user: one query more or less.
        self.env['res.users'].create({
            'name': "Vendor", 'login': 'vendor_amazon', 'partner_id': self.vendor.id,
            'group_ids': [Command.set(self.env.ref('base.group_portal').ids)]})
        cost()  # warms what the registry keeps
        few = cost()
        for _each in range(8):
            self.deliver(ship_notice_xml(self.three_lines()))
        self.assertEqual(cost(), few)
