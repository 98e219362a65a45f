"""Invoices and credits in another unit than the ordered one."""
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import invoice_line, item


@tagged('-at_install', 'post_install')
class TestInvoiceUnits(BillCase):

    def boxes(self, unit='BX', quantity='50'):
        """Send an order of boxes at 24.00, of a group that posts matching bills."""
        self.group.post_matching_bills = True
        return self.sent_order([item(title="Paper", price='24.00', quantity=quantity, unit=unit)])

    def test_pieces_are_not_boxes_and_nothing_is_posted(self):
        order = self.boxes()
        self.invoice(order, invoice_line(1, 30, '24.00', unit='EA'), subtotal='720.00', net='720.00')
        move = self.move()
        self.assertEqual((move.state, move.amount_total, self.billed(order)), ('draft', 720, {1: 0}))
        self.assertIn(f"30 EA of “Paper”, but order {order.name} has 50 BX", self.said(move))
        self.assertIn("how many EA are in one BX", self.said(move))
        self.assertNotIn("in addition", self.said(move), "it has a quantity, though an unknown one")
        self.assertTrue(self.bill_activities(move))

    def test_more_pieces_than_boxes_are_no_excess(self):
        order = self.boxes()
        self.invoice(order, invoice_line(1, 600, '2.00', unit='EA'), subtotal='1200.00', net='1200.00')
        self.assertEqual((self.move().state, self.move().amount_total), ('draft', 1200))

    def test_pieces_of_ordered_dozens_are_converted_and_the_amounts_stay(self):
        order = self.boxes('DZN')
        self.invoice(order, invoice_line(1, 600, '2.00', unit='EA'), subtotal='1200.00', net='1200.00')
        move = self.move()
        self.assertEqual((move.state, self.numbers(move)), ('posted', [(1, 50, 1200, 0)]))
        line = move.invoice_line_ids
        self.assertEqual((line.price_unit, line.product_uom_id), (24, self.env.ref('uom.product_uom_dozen')))
        self.assertEqual(self.billed(order), {1: 50})

    def test_a_part_that_does_not_divide_evenly_keeps_its_amount(self):
        order = self.boxes('DZN', '3')
        self.invoice(order, invoice_line(1, 10, '2.00', unit='EA'), subtotal='20.00', net='20.00')
        self.assertEqual(self.numbers(self.move()), [(1, 0.83, 20, 0)])

    def test_an_unknown_or_missing_unit_is_as_ordered(self):
        for number, unit in enumerate(('個', None, 'XBX')):
            order = self.boxes()
            self.invoice(order, invoice_line(1, 50, '24.00', unit=unit), subtotal='1200.00', net='1200.00',
                         invoice_id=f'INV-{number}')
            self.assertEqual((self.move(f'INV-{number}').state, self.billed(order)), ('posted', {1: 50}))

    def test_returned_pieces_are_converted_too(self):
        order = self.boxes('DZN')
        self.invoice(order, invoice_line(1, 50, '24.00', unit='DZN'), subtotal='1200.00', net='1200.00')
        self.receive_goods(order)
        self.invoice(order, invoice_line(1, -24, '2.00', unit='EA', reason='return', subtotal='-48.00'),
                     subtotal='-48.00', net='-48.00', invoice_id='CR-1', purpose='lineLevelCreditMemo',
                     original_invoice_id='INV-1')
        self.assertEqual(self.numbers(self.move('CR-1')), [(1, 2, 48, 0)])
        self.assertEqual(self.billed(order), {1: 48})
