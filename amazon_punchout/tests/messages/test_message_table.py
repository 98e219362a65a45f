"""The confirmations of docs/messages.md, row by row."""
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..common import answer
from ..cxml_builder import reference, status
from ..order_case import PROBLEM
from ..table_case import TableCase

ERROR = "Sorry, that is out of stock. [Error code: 015-005]"
NUMBER = '111-0000000-0000001'


@tagged('-at_install', 'post_install')
class TestMessageTable(TableCase):
    rows = 'C'

    def setUp(self):
        super().setUp()
        self.po = self.order()
        self.mark(self.po)

    def accept_all(self, **values):
        return self.confirm(self.po, (1, 2, status(quantity=2)), (2, 3, status(quantity=3)), **values)

    def reject_all(self):
        return self.confirm(
            self.po, (1, 2, status('reject', 2, error=ERROR)), (2, 3, status('reject', 3, error=ERROR)),
            confirm_id=None)

    def enter_by_hand(self, order, number, quantities):
        """Let a purchase manager enter what Amazon wrote in an e-mail.

        :param dict quantities: accepted and rejected ones of each line
        """
        by_hand = order.with_user(self.manager).env['amazon.punchout.by.hand'].browse(
            order.with_user(self.manager).action_amazon_enter()['res_id'])
        by_hand.order_number = number
        for line in by_hand.line_ids:
            line.accepted_quantity, line.rejected_quantity = quantities[line.purchase_line_id.amazon_line_number]
        by_hand.action_enter()

    def test_every_row_of_the_table_is_a_test(self):
        self.assertRowsAreTested()

    def test_C01_accepted_as_ordered(self):
        for kind in ('accept', 'detail', 'allDetail'):
            with self.subTest(kind):
                order = self.order()
                self.mark(order)
                document = self.confirm(order, (1, 2, status(kind, 2)), (2, 3, status(kind, 3)))
                self.assertEqual(document.state, 'processed')
                self.assertOrder(order, 'confirmed', 35.0)
                self.assertEqual(order.amazon_status, "Confirmed by Amazon: all lines accepted")
                self.assertEqual((order.amazon_order_ref, order.partner_ref, order.acknowledged),
                                 (NUMBER, NUMBER, True))
                self.assertLine(order, 1, 'accepted', 2, 10.0)
                self.assertLine(order, 2, 'accepted', 3, 5.0)
                self.assertEqual(self.expected(order), {1: 2, 2: 3})
                self.assertEqual(len(self.news(order)), 1)
                self.assertFalse(self.notified(order))

    def test_C02_another_price(self):
        self.confirm(self.po, (1, 2, status(quantity=2, price='9.00')), (2, 3, status(quantity=3)))
        self.assertOrder(self.po, 'confirmed', 33.0)
        self.assertEqual(
            self.po.amazon_status.replace('\xa0', ' ').replace('\ufeff', ''), "Confirmed by Amazon: all lines "
            "accepted, 1 of 2 at a lower price ($ -2.00); total $ 33.00, was $ 35.00")
        self.assertLine(self.po, 1, 'changed', 2, 9.0)
        self.assertEqual(self.line(self.po, 1).amazon_cart_price, 10.0)
        self.assertEqual(self.line(self.po, 1).move_ids.price_unit, 9.0)
        self.assertEqual(len(self.news(self.po)), 1)
        self.assertEqual(self.notified(self.po), self.buyer)

    def test_C03_a_total_above_what_was_approved(self):
        order = self.order()
        order.sudo().user_id = self.manager
        self.mark(order)
        self.confirm(order, (1, 2, status(quantity=2, price='11.00')), (2, 3, status(quantity=3)))
        self.assertOrder(order, 'confirmed', 37.0)
        self.assertLine(order, 1, 'changed', 2, 11.0)
        self.assertEqual(self.notified(order), self.buyer | self.manager)

        self.group.tolerance_amount = 2.0
        order = self.order()
        order.sudo().user_id = self.manager
        self.mark(order)
        self.confirm(order, (1, 2, status(quantity=2, price='11.00')), (2, 3, status(quantity=3)))
        self.assertEqual(self.notified(order), self.buyer)

    def test_C04_a_part_of_a_line_is_rejected(self):
        self.confirm(self.po, (1, 2, status(quantity=2)), (2, 3, status(quantity=2), status('reject', 1, error=ERROR)))
        self.assertOrder(self.po, 'partial', 30.0)
        self.assertLine(self.po, 2, 'changed', 2, 5.0)
        line = self.line(self.po, 2)
        self.assertEqual((line.amazon_confirmed_quantity, line.amazon_rejected_quantity, line.amazon_cart_quantity),
                         (2, 1, 3))
        self.assertEqual(self.expected(self.po), {1: 2, 2: 2})
        self.assertIn("Partly confirmed by Amazon: 1 of 2 rejected (Out of stock)", self.po.amazon_status)
        self.assertIn('015-005', self.news(self.po).body)
        self.assertEqual(self.notified(self.po), self.buyer)

    def test_C05_a_whole_line_is_rejected(self):
        self.confirm(self.po, (1, 2, status(quantity=2)), (2, 3, status('reject', 3, error=ERROR)))
        self.assertOrder(self.po, 'partial', 20.0)
        self.assertLine(self.po, 2, 'rejected', 0, 5.0)
        self.assertIn(ERROR.split(' [')[0], self.line(self.po, 2).amazon_reason)
        self.assertIn("stock", self.line(self.po, 2).amazon_reason)
        self.assertEqual(self.expected(self.po), {1: 2, 2: 0})
        self.assertIn('015-005', self.news(self.po).body)
        self.assertEqual(self.notified(self.po), self.buyer)

    def test_C06_everything_is_rejected(self):
        self.reject_all()
        self.assertOrder(self.po, 'cancelled', 0.0)
        self.assertEqual(self.po.state, 'cancel')
        self.assertIn("cancelled by Amazon", self.po.amazon_status)
        self.assertLine(self.po, 1, 'rejected', 0, 10.0)
        self.assertEqual(set(self.po.picking_ids.mapped('state')), {'cancel'})
        self.assertIn('015-005', self.news(self.po).filtered(lambda message: '015-005' in message.body).body)
        self.assertEqual(self.notified(self.po), self.buyer)

    def test_C07_everything_is_rejected_after_goods_came(self):
        self.receive_goods(self.po, line1=1)
        self.mark(self.po)
        document = self.reject_all()
        self.assertEqual((document.state, self.po.state, self.po.amazon_state), ('attention', 'purchase', 'sent'))
        self.assertLine(self.po, 1, 'none', 2, 10.0)
        self.assertEqual(self.notified(self.po) | self.document_notified(document), self.administrator)

    def test_C08_a_test_order_is_rejected_as_all_are(self):
        group = self.group.copy({'name': "Test mode", 'shared_secret': 'not-a-real-secret'})
        group.state = 'test'
        order = self.order(group=group)
        self.mark(order)
        self.confirm(order, (1, 2, status('reject', 2)), (2, 3, status('reject', 3)), confirm_id=None)
        self.assertEqual((order.state, order.amazon_state), ('cancel', 'cancelled'))
        self.assertIn("test", order.amazon_status)
        self.assertIn("test", "".join(self.news(order).mapped('body')))
        self.assertFalse(self.notified(order))

    def test_C09_backordered(self):
        self.confirm(self.po, (1, 2, status(quantity=2)), (2, 3, status('backordered', 3)))
        self.assertOrder(self.po, 'partial', 35.0)
        self.assertLine(self.po, 2, 'backordered', 3, 5.0)
        self.assertEqual(self.expected(self.po), {1: 2, 2: 3})
        self.assertEqual(len(self.news(self.po)), 1)
        self.assertFalse(self.notified(self.po))

    def test_C10_unknown_says_nothing(self):
        self.confirm(self.po, (1, 2, status('unknown', 2)))
        self.assertOrder(self.po, 'sent', 35.0)
        self.assertLine(self.po, 1, 'none', 2, 10.0)
        self.assertEqual(len(self.news(self.po)), 1)
        self.assertFalse(self.notified(self.po))

    def test_C11_a_line_in_three_parts(self):
        self.confirm(self.po, (1, 2, status(quantity=2)),
                     (2, 3, status('accept', 1), status('reject', 1, error=ERROR), status('backordered', 1)))
        self.assertOrder(self.po, 'partial', 30.0)
        self.assertLine(self.po, 2, 'changed', 2, 5.0)
        line = self.line(self.po, 2)
        self.assertEqual(
            (line.amazon_confirmed_quantity, line.amazon_rejected_quantity, line.amazon_backordered_quantity),
            (1, 1, 1))
        self.assertEqual(self.expected(self.po), {1: 2, 2: 2})
        self.assertEqual(self.notified(self.po), self.buyer)

    def test_C12_the_header_accepts_all(self):
        self.confirm(self.po, kind='accept')
        self.assertOrder(self.po, 'confirmed', 35.0)
        self.assertLine(self.po, 1, 'accepted', 2, 10.0)
        self.assertLine(self.po, 2, 'accepted', 3, 5.0)
        self.assertEqual(len(self.news(self.po)), 1)
        self.assertFalse(self.notified(self.po))

    def test_C13_the_header_accepts_all_except_some(self):
        self.confirm(self.po, (2, 3, status('reject', 3, error=ERROR)), kind='except')
        self.assertOrder(self.po, 'partial', 20.0)
        self.assertLine(self.po, 1, 'accepted', 2, 10.0)
        self.assertLine(self.po, 2, 'rejected', 0, 5.0)
        self.assertEqual(self.notified(self.po), self.buyer)

    def test_C14_the_header_rejects_all(self):
        self.confirm(self.po, kind='reject', confirm_id=None, error=ERROR)
        self.assertEqual((self.po.state, self.po.amazon_state), ('cancel', 'cancelled'))
        self.assertLine(self.po, 1, 'rejected', 0, 10.0)
        self.assertEqual(self.notified(self.po), self.buyer)

    def test_C15_the_header_backorders_all(self):
        self.confirm(self.po, kind='backordered')
        self.assertOrder(self.po, 'partial', 35.0)
        self.assertLine(self.po, 1, 'backordered', 2, 10.0)
        self.assertFalse(self.notified(self.po))

    def test_C16_a_header_type_that_we_dont_process(self):
        for kind in ('requestToPay', 'replace', 'somethingNew'):
            with self.subTest(kind):
                document = self.confirm(self.po, (1, 2, status(quantity=2)), kind=kind)
                self.assertEqual(document.state, 'attention')
                self.assertTrue(document.reason)
                self.assertOrder(self.po, 'sent', 35.0)
                self.assertLine(self.po, 1, 'none', 2, 10.0)
        self.assertEqual(self.notified(self.po) | self.document_notified(document), self.administrator)

    def test_C17_one_confirmation_per_amazon_order(self):
        self.confirm(self.po, (1, 2, status(quantity=2)), confirm_id=NUMBER)
        self.assertOrder(self.po, 'partial', 35.0)
        self.confirm(self.po, (2, 3, status(quantity=3)), confirm_id='111-0000000-0000002',
                     notice_date='2026-03-02T11:00:00Z')
        self.assertOrder(self.po, 'confirmed', 35.0)
        self.assertEqual(self.po.amazon_order_ref, f'{NUMBER}, 111-0000000-0000002')
        self.assertEqual(self.po.partner_ref, self.po.amazon_order_ref)
        self.assertEqual(len(self.news(self.po)), 2)
        self.assertFalse(self.notified(self.po))

    def test_C18_an_update_replaces(self):
        self.confirm(self.po, (1, 2, status(quantity=1), status('reject', 1, error=ERROR)), (2, 3, status(quantity=3)))
        self.assertLine(self.po, 1, 'changed', 1, 10.0)
        self.accept_all(operation='update', notice_date='2026-03-03T10:00:00Z')
        self.assertOrder(self.po, 'confirmed', 35.0)
        self.assertLine(self.po, 1, 'accepted', 2, 10.0)
        self.assertEqual(self.expected(self.po), {1: 2, 2: 3})
        self.assertEqual(len(self.news(self.po)), 2)

    def test_C19_shipping_and_tax_replace_the_estimates(self):
        order = self.order(shipping='7.00', tax='3.00')
        self.assertEqual(order.amount_total, 45.0)
        self.mark(order)
        self.confirm(order, (1, 2, status(quantity=2)), confirm_id=NUMBER, total='26.10', shipping='4.50', tax='1.60')
        self.confirm(order, (2, 3, status(quantity=3)), confirm_id='111-0000000-0000002', total='17.20',
                     shipping='1.00', tax='1.20', notice_date='2026-03-02T11:00:00Z')
        self.assertOrder(order, 'confirmed', 43.30)  # 26.10 + 17.20
        self.assertEqual(self.service_line(order, 'shipping').price_unit, 5.50)
        self.assertEqual(self.service_line(order, 'tax').price_unit, 2.80)

    def test_C20_a_delivery_date(self):
        planned = self.po.date_planned
        self.confirm(self.po, (1, 2, status(quantity=2, delivery_date='2026-04-01T12:00:00Z')),
                     (2, 3, status(quantity=3, delivery_date='2026-04-01T12:00:00Z')))
        day = datetime(2026, 4, 1, 12)
        self.assertEqual(self.po.date_planned, day)
        self.assertEqual(self.line(self.po, 1).amazon_expected_at, day)
        self.assertEqual(self.po.picking_ids.scheduled_date, day)
        self.confirm(self.po, (1, 2, status('backordered', 2)), (2, 3, status('backordered', 3)),
                     notice_date='2026-03-03T10:00:00Z')
        self.assertEqual((self.po.date_planned, self.line(self.po, 1).amazon_expected_at), (planned, False))

    def test_C21_settles_an_unclear_order(self):
        order = self.ordered()
        self.send(answer(status=500, code='500'))
        self.assertStands(order, 'unclear')
        self.assertTrue(self.activities(order, PROBLEM))
        self.mark(order)
        self.confirm(order, (1, 1, status(quantity=1)))
        self.assertStands(order, 'confirmed', 'sent')
        self.assertFalse(self.activities(order, PROBLEM))

    def test_C22_an_order_that_is_cancelled_here(self):
        order = self.ordered()
        self.send(answer(status=400, code='400'))
        order.button_cancel()
        self.mark(order)
        document = self.confirm(order, (1, 1, status(quantity=1)))
        self.assertEqual((document.state, order.state, order.amazon_state), ('attention', 'cancel', 'cancelled'))
        self.assertIn(order.name, document.reason)
        self.assertEqual(self.notified(order) | self.document_notified(document), self.administrator)

    def test_C23_an_order_that_odoo_does_not_have(self):
        reference = '<OrderReference orderID="P-NOWHERE"><DocumentReference payloadID="nowhere"/></OrderReference>'
        document = self.confirm(self.po, (1, 2, status(quantity=2)), order_reference=reference)
        self.assertEqual(document.state, 'waiting')
        self.assertIn("P-NOWHERE", document.reason)
        self.assertFalse(self.document_notified(document))
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(document.state, 'attention')
        self.assertEqual(self.document_notified(document), self.administrator)
        self.assertOrder(self.po, 'sent', 35.0)

    def test_C24_a_line_that_the_order_does_not_have(self):
        document = self.confirm(self.po, (1, 2, status(quantity=2)), (9, 1, status(quantity=1)))
        self.assertEqual(document.state, 'attention')
        self.assertIn('9', document.reason)
        self.assertOrder(self.po, 'partial', 35.0)
        self.assertLine(self.po, 1, 'accepted', 2, 10.0)
        self.assertEqual(self.notified(self.po) | self.document_notified(document), self.administrator)

    def test_C26_the_number_of_an_order_that_was_never_sent(self):
        order = self.ordered()
        self.mark(order)
        document = self.confirm(order, (1, 1, status()), order_reference=f'<OrderReference orderID="{order.name}"/>')
        self.assertDoubted(document, order, 'queued')
        self.assertEqual(len(self.send()), 1)
        self.assertStands(order, 'sent')

    def test_C27_an_unknown_payload_id(self):
        self.mark(self.po)
        document = self.confirm(self.po, (1, 2, status(quantity=2)), order_reference=reference(self.po, 'unknown'))
        self.assertDoubted(document, self.po, 'sent')

    def test_C28_the_payload_id_of_an_order_that_was_never_sent_from_here(self):
        order = self.ordered()
        self.mark(order)
        document = self.confirm(order, (1, 1, status()))
        self.assertStands(order, 'unclear')
        self.assertEqual(len(self.news(order)), 1)
        self.assertEqual(self.notified(order), self.administrator)
        self.assertEqual(self.document_notified(document), self.administrator)
        self.assertEqual(self.send(), [])

    def assertDoubted(self, document, order, state):
        """Assert that a person is asked whether a message is about an order, which stays as it is."""
        self.assertEqual((document.state, document.doubted_order_id), ('attention', order))
        self.assertStands(order, state)
        self.assertFalse(self.news(order))
        self.assertFalse(self.notified(order))
        self.assertEqual(self.document_notified(document), self.administrator)

    def test_C25_entered_by_hand(self):
        self.enter_by_hand(self.po, NUMBER, {1: (1, 1), 2: (3, 0)})
        self.assertOrder(self.po, 'partial', 25.0)
        self.assertLine(self.po, 1, 'changed', 1, 10.0)
        self.assertEqual(self.po.amazon_order_ref, NUMBER)
        self.assertIn(self.manager.partner_id, self.news(self.po).author_id)
        self.accept_all()
        self.assertOrder(self.po, 'confirmed', 35.0)
        self.assertLine(self.po, 1, 'accepted', 2, 10.0)
