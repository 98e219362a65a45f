"""The timeline on the form of an order: what happened, when, and by whom."""
from datetime import datetime, timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from ..common import answer
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, ship_notice_xml, status
from ..ship_notice_case import ShipNoticeCase

# A Monday.
NOW = '2026-03-02 13:02:00'


@tagged('post_install', '-at_install')
class TestTimeline(ShipNoticeCase):

    def setUp(self):
        super().setUp()
        (self.buyer + self.manager).tz = 'UTC'
        clock = freeze_time(NOW)
        self.clock = clock.start()
        self.addCleanup(clock.stop)
        self.patch(self.env.cr, '_now', datetime.now())  # documents are dated by the database

    def tick(self, **values):
        self.clock.tick(timedelta(**values))
        self.env.cr._now = datetime.now()

    def steps(self, order, user=None):
        """Read the timeline as a user does.

        :return: of each step its tone, its sentence and its details
        """
        self.env.flush_all()
        self.env.invalidate_all()
        shown = order.with_user(user or self.buyer).amazon_timeline
        return [
            (step.get('class').split('_')[-1], step.xpath('string(span[2]/text())') + step.xpath('string(span[2]/a)'),
             step.xpath('string(span[2]/span)'))
            for step in html.fromstring(shown).xpath('//li')] if shown else []

    def sentences(self, order, user=None):
        return [sentence for _tone, sentence, _detail in self.steps(order, user)]

    def moments(self, order, user=None):
        self.env.invalidate_all()
        shown = html.fromstring(order.with_user(user or self.buyer).amazon_timeline)
        return [moment.replace('\u202f', ' ') for moment in shown.xpath('//li/span[1]/text()')]

    def test_the_whole_way(self):
        self.set_limit(5)
        order = self.make_order([item(quantity='2')])
        self.tick(minutes=1)
        order.with_user(self.buyer).button_confirm()
        self.tick(minutes=1)
        order.with_user(self.manager).button_approve()
        self.tick(minutes=1)
        self.send(answer())
        self.tick(minutes=1)
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2))]))
        self.assertEqual(self.steps(order), [
            ('success', f"Shopped by {self.buyer.name}", ""),
            ('success', f"Approval requested by {self.buyer.name}", ""),
            ('success', f"Approved by {self.manager.name}", ""),
            ('success', "Received by Amazon", ""),
            ('success', "Confirmed by Amazon", "")])
        self.assertEqual(self.moments(order), [f"1:0{minute} PM" for minute in (2, 3, 4, 5, 6)])
        self.tick(days=1)
        self.deliver(ship_notice_xml(order, [(1, 2)], shipment_date='2026-03-03T09:00:00Z'))
        self.receive_goods(order)
        self.deliver(invoice_xml([(order, invoice_line(1, 2, '9.99'))]))
        tail = self.steps(order)[5:]
        self.assertIn(('success', f"Received by {self.env.user.name}: {order.picking_ids.name}", ""), tail)
        self.assertTrue(tail[0][1].startswith("Shipped: "), tail)
        self.assertIn("bill", tail[-1][1].lower())

    def test_what_comes_by_another_way_than_a_receipt_is_no_return(self):
        order = self.ordered([item(quantity='2')])
        order.picking_ids.picking_type_id = self.env['stock.picking.type'].create({
            'name': "To Customers", 'code': 'internal', 'sequence_code': 'DS'})
        receipt = self.receive_goods(order)
        self.assertIn(f"Received by {self.env.user.name}: {receipt.name}", self.sentences(order))

    def test_what_goes_back_to_the_vendor_is_a_return_whatever_its_type(self):
        order = self.ordered([item(quantity='2')])
        receipt = self.receive_goods(order)
        back = self.env['stock.return.picking'].with_context(
            active_id=receipt.id, active_model='stock.picking').create({'picking_id': receipt.id})
        back.product_return_moves.quantity = 2
        picking = self.env['stock.picking'].browse(back.action_create_returns()['res_id'])
        places = {'location_id': picking.location_id.id, 'location_dest_id': picking.location_dest_id.id}
        picking.picking_type_id = receipt.picking_type_id  # which moves it elsewhere
        picking.write(places)
        picking.button_validate()
        self.assertEqual(picking.state, 'done')
        self.assertIn(f"Returned by {self.env.user.name}: {picking.name}", self.sentences(order))

    def test_a_draft_bill_without_a_number_is_called_a_draft_bill(self):
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2))]))
        order.with_user(self.manager).sudo().action_create_invoice()
        order.invoice_ids.ref = False
        self.assertEqual(self.sentences(order)[-1], "Draft Bill")
        order.invoice_ids.ref = "R1"
        self.assertEqual(self.sentences(order)[-1], "Draft bill: R1")

    def test_times_are_those_of_the_reader(self):
        order = self.make_order()
        self.manager.tz = 'Asia/Tokyo'
        self.assertEqual(self.moments(order), ["1:02 PM"])
        self.assertEqual(self.moments(order, self.manager), ["10:02 PM"])
        self.tick(days=2)
        self.assertEqual(self.moments(order), ["Monday 1:02 PM"])

    def test_what_amazon_did_not_confirm_is_marked(self):
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2)), (2, 3, status('reject', quantity=3))]))
        self.assertEqual(self.steps(order)[-1], ('warning', "Partly confirmed by Amazon", ""))
        self.deliver(confirmation_xml(order, [(3, 1, status(quantity=1))]))
        self.assertEqual(self.sentences(order)[-2], "Answered by Amazon")

    def test_an_order_that_amazon_cancels_says_so_once(self):
        order = self.sent_order()
        self.deliver(confirmation_xml(order, [(1, 1, status('reject', quantity=1))]))
        self.assertEqual(order.amazon_state, 'cancelled')
        self.assertEqual(self.steps(order)[-2:], [
            ('success', "Received by Amazon", ""), ('danger', "Cancelled by Amazon", "")])

    def test_an_answer_after_amazon_cancelled_is_a_step_of_its_own(self):
        order = self.sent_order()
        for name in ('cancels', 'late'):
            self.tick(minutes=1)
            document = self.deliver(confirmation_xml(
                order, [(1, 1, status('reject', quantity=1))], payload_id=name, confirm_id=name))
            self.assertTrue(document.is_applied, document.reason)
        self.assertEqual(self.sentences(order)[-2:], ["Cancelled by Amazon", "Rejected by Amazon"])
        self.assertEqual(self.moments(order)[-2:], ["1:03 PM", "1:04 PM"])

    def test_an_answer_before_amazon_cancelled_rejects_nothing(self):
        order = self.sent_order()
        self.deliver(confirmation_xml(order, kind='accept', payload_id='first'))
        self.tick(minutes=1)
        self.deliver(confirmation_xml(
            order, kind='reject', payload_id='cancels', operation='update', notice_date='2026-03-03T10:00:00Z'))
        self.assertEqual(self.steps(order)[-2:], [
            ('success', "Answered by Amazon", ""), ('danger', "Cancelled by Amazon", "")])

    def test_a_refusal_says_who_and_why_once(self):
        self.set_limit(5)
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        self.env['amazon.punchout.refuse'].with_user(self.manager).create({
            'order_id': order.id, 'reason': "Too <b>dear</b>"}).action_refuse()
        self.assertEqual(self.steps(order)[-1], ('danger', f"Refused by {self.manager.name}", "Too <b>dear</b>"))
        self.assertEqual(len(self.steps(order)), 3)

    def test_a_declined_order_says_why(self):
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        self.send(answer(200, '400', "Bad Request"))
        self.assertEqual(self.steps(order)[-1][:2], ('danger', "Declined by Amazon"))

    def test_each_parcel_is_named(self):
        order = self.sent_order([item(quantity='2'), item(asin='B00TEST002')])
        self.deliver(ship_notice_xml(order, [(1, 2)]))
        shipment = order.amazon_shipment_ids
        shipped = [(sentence, detail) for _tone, sentence, detail in self.steps(order) if "Shipped" in sentence]
        self.assertEqual(len(shipped), 1)
        self.assertIn(shipment.tracking_number, shipped[0][0])
        self.assertIn("2 × ", shipped[0][1])

    def test_a_part_that_was_received_is_marked(self):
        order = self.three_lines()
        self.receive_goods(order, line1=2)
        self.assertEqual(self.steps(order)[-1][0], 'warning')
        self.assertIn("Partly received by", self.steps(order)[-1][1])

    def test_the_history_says_who_received_and_who_returned(self):
        order = self.sent_order()
        receiver = self.new_user('receiver', 'stock.group_stock_user')
        picking = order.picking_ids
        picking.with_user(receiver).button_validate()
        self.assertEqual(picking.state, 'done')
        [row] = self.env['amazon.punchout.trail'].search([('res_id', '=', order.id), ('event', '=', 'goods')])
        self.assertEqual((row.user_id, row._detail('receipt'), row._detail('reference')), (
            receiver, picking.id, picking.name))
        self.assertIn(f"Received by {receiver.name}: {picking.name}", self.sentences(order))

    def test_earlier_steps_are_folded_where_there_are_many(self):
        order = self.sent_order([item(quantity='9')])
        for number in range(1, 6):
            self.deliver(ship_notice_xml(order, [(1, 1)], shipment_id=f'SHIP{number}', tracking=f'1Z{number:016}'))
        self.env.invalidate_all()
        shown = html.fromstring(order.with_user(self.buyer).amazon_timeline)
        folded = shown.xpath('//details')
        self.assertEqual([each.text for each in folded[0].xpath('summary')], ["3 earlier steps"])
        self.assertEqual((len(folded[0].xpath('.//li')), len(shown.xpath('//li'))), (3, 8))

    def test_who_may_not_read_the_history_reads_the_timeline(self):
        order = self.make_order()
        self.assertFalse(self.env['amazon.punchout.trail'].with_user(self.buyer).has_access('read'))
        self.assertEqual(self.sentences(order), [f"Shopped by {self.buyer.name}"])

    def test_plain_orders_have_none_and_cost_no_query(self):
        orders = self.env['purchase.order'].create([{'partner_id': self.vendor.id}] * 2)
        self.env.flush_all()
        orders.mapped('amazon_session_id')
        with self.assertQueryCount(0):
            self.assertEqual(orders.mapped('amazon_timeline'), [False, False])

    def test_queries_do_not_grow_with_what_happened(self):
        one, five = (self.sent_order([item(quantity='9')]) for _each in range(2))
        counts = []
        for order, parcels in ((one, 1), (five, 5)):
            for number in range(parcels):
                self.deliver(ship_notice_xml(
                    order, [(1, 1)], shipment_id=f'SHIP{order.id}-{number}', tracking=f'1Z{order.id}{number:08}'))
        for order in (one, five):
            self.begin_anew()
            reader = order.with_user(self.buyer)
            reader.mapped('amazon_session_id')
            before = self.env.cr.sql_log_count
            self.assertTrue(reader.amazon_timeline)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
