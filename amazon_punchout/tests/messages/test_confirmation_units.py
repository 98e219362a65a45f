"""Confirmations in another unit than the ordered one."""
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, item, status
from ..message_case import MessageCase
from ..order_case import PROBLEM


@tagged('-at_install', 'post_install')
class TestConfirmationUnits(MessageCase):

    def boxes(self, **values):
        """Send an order of 50 boxes at 24.00."""
        return self.sent_order([item(title="Paper", price='24.00', quantity='50', **{'unit': 'BX', **values})])

    def confirmed(self, order):
        line = self.line(order, 1)
        return (line.amazon_confirmation, line.amazon_confirmed_quantity, line.product_qty, line.price_unit)

    def confirm(self, order, *statuses, **values):
        return self.deliver(confirmation_xml(order, [(1, 50, *statuses)], unit='BX', **values))

    def test_thirty_pieces_are_not_thirty_boxes(self):
        order = self.boxes()
        document = self.confirm(order, status(quantity=30, price='2.00', unit='EA'))
        self.assertEqual(document.state, 'attention')
        self.assertRegex(document.reason, "30 EA of “Paper” in order .*, but 50 BX were ordered")
        self.assertIn("how many EA are in one BX. Map BX to a unit", document.reason)
        self.assertEqual(self.confirmed(order), ('none', 0, 50, 24))
        self.assertEqual((order.amount_total, order.amazon_state), (1200, 'sent'))
        self.assertTrue(self.activities(document, PROBLEM))

    def test_retry_follows_it_once_the_content_is_known(self):
        order = self.boxes()
        document = self.confirm(order, status(quantity=600, price='2.00', unit='EA'))
        self.env['amazon.punchout.uom'].search([('name', '=', 'BX')]).uom_id = self.env['uom.uom'].create({
            'name': "Box of 12", 'relative_factor': 12, 'relative_uom_id': self.env.ref('uom.product_uom_unit').id})
        document.with_user(self.manager).action_retry()
        self.assertEqual((document.state, document.reason), ('processed', False))
        self.assertEqual(self.confirmed(order), ('accepted', 50, 50, 24))
        self.assertEqual((order.amazon_state, order.amount_total), ('confirmed', 1200))

    def test_the_sentence_names_the_package_or_the_other_kind(self):
        for ordered, stated, words in (
            ('EA', 'BX', "how many EA are in one BX. Map BX to"), ('DZN', 'KGM', "can't convert KGM to DZN. Check"),
        ):
            order = self.boxes(unit=ordered)
            self.assertIn(words, self.confirm(order, status(quantity=30, unit=stated)).reason)

    def test_a_part_and_a_price_per_piece_are_converted(self):
        order = self.boxes(unit='DZN')
        document = self.confirm(order, status(quantity=360, price='2.10', unit='EA'),
                                status('reject', 240, unit='EA'), total='756.00')
        self.assertEqual(document.state, 'processed', document.reason)
        self.assertEqual(self.confirmed(order), ('changed', 30, 30, 25.2))
        self.assertEqual(self.line(order, 1).amazon_rejected_quantity, 20)
        self.assertEqual((order.amount_total, self.expected(order)), (756, {1: 360}), "receipts count pieces")

    def test_the_same_unit_by_another_code_or_in_another_language_is_as_ordered(self):
        for unit in ('bx', 'XBX', '箱', None):
            with self.subTest(unit):
                order = self.boxes()
                document = self.confirm(order, status(quantity=50, unit=unit))
                self.assertEqual(document.state, 'processed', document.reason)
                self.assertEqual(self.confirmed(order), ('accepted', 50, 50, 24))
        order = self.boxes(unit='EA')
        self.assertEqual(self.confirm(order, status(quantity=50, unit='個')).state, 'processed')
        self.assertEqual(self.confirmed(order), ('accepted', 50, 50, 24))

    def test_other_lines_are_followed(self):
        order = self.sent_order([item(price='24.00', quantity='50', unit='BX'),
                                 item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2')])
        document = self.deliver(confirmation_xml(
            order, [(1, 50, status(quantity=600)), (2, 3, status(quantity=3))], total='315.00'))
        self.assertEqual((document.state, order.amazon_state), ('attention', 'partial'))
        self.assertEqual([line.amazon_confirmation for line in order.order_line], ['none', 'accepted'])
        self.assertEqual(order.amount_total, 1215)

    def test_a_cancellation_in_pieces_cancels_nothing(self):
        order = self.boxes()
        document = self.confirm(order, status('reject', 50, unit='EA'), confirm_id=None)
        self.assertEqual((document.state, order.state, self.line(order, 1).product_qty), ('attention', 'purchase', 50))

    def test_two_notices_of_one_amazon_order_about_a_line_add_up(self):
        order = self.boxes(unit='EA')
        for hour, quantity in ((10, 20), (11, 30)):
            document = self.confirm(order, status(quantity=quantity), notice_date=f'2026-03-02T{hour}:00:00Z')
            self.assertEqual(document.state, 'processed', document.reason)
        self.assertEqual((self.confirmed(order), order.amazon_state), (('accepted', 50, 50, 24), 'confirmed'))
        self.confirm(order, status(quantity=10), operation='update', notice_date='2026-03-02T12:00:00Z')
        self.assertEqual(self.confirmed(order)[1], 10)
