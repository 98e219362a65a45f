"""In whatever order Amazon's messages arrive, the order, receipt, bill and credit end up the same."""
import itertools
import re

from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, ship_notice_xml, status
from ..message_case import MessageCase

CONFIRMATION, SHIP_NOTICE, INVOICE, CREDIT = 'confirmation', 'ship notice', 'invoice', 'credit'
KINDS = (CONFIRMATION, SHIP_NOTICE, INVOICE, CREDIT)


@tagged('-at_install', 'post_install')
class TestMessageArrival(MessageCase):

    def order(self):
        """Send an order of 2 × 10.00, 3 × 5.00 and 1 × 20.00, 4.00 for shipping and a tax of 4.28."""
        return self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2'),
            item(asin='B00TEST003', price='20.00', quantity='1', auxiliary_id='136-1,3'),
        ], shipping='4.00', tax='4.28')

    def messages(self, order):
        """Write messages: one price falls, one piece is rejected, the rest shipped and invoiced, one piece refunded.

        :return: the four messages by kind
        """
        number = order.id
        return {
            CONFIRMATION: confirmation_xml(order, [
                (1, 2, status(quantity=2, price='9.50', delivery_date='2026-03-04T12:00:00Z')),
                (2, 3, status(quantity=2), status('reject', 1, error="Out of stock [Error code: 015-005]")),
                (3, 1, status(quantity=1)),
            ], confirm_id='111-0000000-0000007', total='55.84', shipping='4.00', tax='2.84',
                payload_id=f'{number}.confirmation@amazon.example'),
            SHIP_NOTICE: ship_notice_xml(
                order, [(3, 1), (1, 2), (2, 2)], shipment_id=f'S{number}', tracking='1Z7',
                payload_id=f'{number}.ship@amazon.example'),
            INVOICE: invoice_xml([(order, invoice_line(1, 2, '9.50'), invoice_line(2, 2, '5.00'),
                                   invoice_line(3, 1, '20.00'))],
                                 invoice_id=f'INV-{number}', subtotal='49.00', shipping='4.00', tax='2.84', net='55.84',
                                 payload_id=f'{number}.invoice@amazon.example'),
            CREDIT: invoice_xml([(order, invoice_line(1, -1, '9.50', tax='-0.53'))], invoice_id=f'CR-{number}',
                                purpose='lineLevelCreditMemo', subtotal='-9.50', tax='-0.53', net='-10.03',
                                original_invoice_id=f'INV-{number}', payload_id=f'{number}.credit@amazon.example'),
        }

    def arrive(self, kinds):
        """Deliver messages about a new order.

        :return: its picture at the end
        """
        order = self.order()
        messages = self.messages(order)
        for kind in kinds:
            self.deliver(messages[kind])
        documents = order.amazon_document_ids.filtered(lambda document: document.direction == 'in')
        self.assertEqual(set(documents.mapped('state')), {'processed'}, documents.mapped('reason'))
        return self.picture(order)

    def picture(self, order):
        """Collect quantities, prices, receipts, amounts, links and states of an order and its documents."""
        self.env.invalidate_all()
        moves = self.env['account.move.line'].search([('amazon_purchase_line_id.order_id', '=', order.id)]).move_id

        def named(text):
            """Replace numbers that differ from order to order and don't matter here."""
            return re.sub(r'\d+$', '', text or '')

        return {
            'order': (
                order.state, order.amazon_state, order.amazon_order_ref, order.partner_ref, order.amount_untaxed,
                order.amount_tax, order.amount_total, order.invoice_status, order.receipt_status,
                order.amazon_cancel_wanted),
            'lines': [(
                line.amazon_line_type, line.amazon_line_number, line.product_qty, line.price_unit, line.price_total,
                line.qty_received, line.qty_invoiced, line.qty_to_invoice, line.amazon_confirmation,
                line.amazon_confirmed_quantity, line.amazon_confirmed_price, line.amazon_rejected_quantity,
                line.amazon_shipped_quantity, line.amazon_reason, line.amazon_expected_at, line.date_planned,
                line.amazon_cart_quantity, line.amazon_cart_price,
            ) for line in order.order_line.sorted(lambda line: (line.amazon_line_type, line.amazon_line_number))],
            'receipts': [(
                picking.state, picking.picking_type_code, picking.scheduled_date,
                sorted((move.state, move.purchase_line_id.amazon_line_number, move.product_uom_qty, move.price_unit,
                        move.date)
                       for move in picking.move_ids),
            ) for picking in order.picking_ids],
            'shipments': [(
                shipment.carrier, shipment.tracking_number, shipment.tracking_url, shipment.shipped_at,
                shipment.expected_at, sorted((line.line_number, line.purchase_line_id.amazon_line_number, line.quantity)
                       for line in shipment.line_ids),
            ) for shipment in order.amazon_shipment_ids],
            'bills': [(
                move.move_type, move.state, named(move.amazon_invoice_id), named(move.ref), move.amount_untaxed,
                move.amount_tax, move.amount_total, move.amazon_refund_kind,
                named(move.reversed_entry_id.amazon_invoice_id),
                move.invoice_date,
                [(line.quantity, line.price_unit, line.price_total, line.product_id.default_code,
                  line.amazon_purchase_line_id.amazon_line_type, line.amazon_purchase_line_id.amazon_line_number,
                  line.purchase_line_id.amazon_line_type, line.purchase_line_id.amazon_line_number,
                  line.amazon_bill_line_id.amazon_purchase_line_id.amazon_line_number)
                 for line in move.invoice_line_ids],
            ) for move in moves.sorted('move_type')],
        }

    def test_all_twenty_four_orders_of_arrival_end_alike(self):
        expected = self.arrive(KINDS)
        state, amazon_state, number, *_rest = expected['order']
        self.assertEqual((state, amazon_state, number), ('purchase', 'partial', '111-0000000-0000007'))
        self.assertEqual(expected['order'][6], 55.84)
        self.assertEqual([bill[6] for bill in expected['bills']], [55.84, 10.03])
        for kinds in itertools.permutations(KINDS):
            with self.subTest(" > ".join(kinds)):
                self.assertEqual(self.arrive(kinds), expected)

    def test_repeated_messages_change_nothing(self):
        expected = self.arrive(KINDS)
        for kinds in (
            (CONFIRMATION, CONFIRMATION, SHIP_NOTICE, SHIP_NOTICE, INVOICE, INVOICE, CREDIT, CREDIT),
            (CREDIT, CREDIT, INVOICE, CONFIRMATION, INVOICE, SHIP_NOTICE, CREDIT, CONFIRMATION),
            (SHIP_NOTICE, CREDIT, CONFIRMATION, SHIP_NOTICE, INVOICE, CREDIT, CONFIRMATION),
        ):
            with self.subTest(" > ".join(kinds)):
                self.assertEqual(self.arrive(kinds), expected)
