"""What the tests of Amazon's messages have in common."""
from .. import cxml
from .common import answer
from .cxml_builder import item
from .order_case import OrderCase


class MessageCase(OrderCase):

    def sent_order(self, items=None, **cart):
        """Send an order that Amazon receives.

        :return: the order as superuser
        """
        order = self.ordered(items, **cart)
        self.send(answer())
        self.assertStands(order, 'sent')
        return order

    def three_lines(self, **cart):
        """Send an order of three lines: 2 × 10.00, 3 × 5.00 and 1 × 20.00."""
        return self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2'),
            item(asin='B00TEST003', price='20.00', quantity='1', auxiliary_id='136-1,3'),
        ], **cart)

    def deliver(self, raw, group=None):
        """Store a message as the endpoint does once it has checked the secret, and run the scheduled action.

        :return: the document as superuser
        """
        document = self.env['amazon.punchout.document'].sudo()._store_message(
            group or self.group, cxml.read_request(raw), raw)
        self.run_cron('amazon_punchout.ir_cron_process')
        return document

    def line(self, order, number):
        """Find the line of an order by Amazon's line number."""
        return order.order_line.filtered(lambda line: line.amazon_line_number == number)

    def service_line(self, order, line_type):
        """Find the line of an order for a charge.

        :param str line_type: 'shipping' or 'tax'
        """
        return order.order_line.filtered(lambda line: line.amazon_line_type == line_type)

    def expected(self, order):
        """Sum up what open receipts still expect of each Amazon line.

        :rtype: dict[int, float]
        """
        moves = order.picking_ids.move_ids.filtered(
            lambda move: move.state not in ('done', 'cancel') and move.picking_id.picking_type_code == 'incoming')
        lines = order.order_line.filtered(lambda line: line.amazon_line_type == 'item')
        return {line.amazon_line_number: sum((moves & line.move_ids).mapped('product_uom_qty')) for line in lines}

    def receive_goods(self, order, **quantities):
        """Receive what is expected, or only some lines.

        :param quantities: of lines, as line1=2; lines that are left out are not received
        """
        picking = order.picking_ids.filtered(lambda each: each.state not in ('done', 'cancel'))[:1]
        if not quantities:
            picking.button_validate()
            self.assertEqual(picking.state, 'done')
            return picking
        for move in picking.move_ids:
            move.quantity = quantities.get(f'line{move.purchase_line_id.amazon_line_number}', 0)
            move.picked = True
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=[]).button_validate()
        return picking

    def record_refund(self, record, number, amount, kind='money', quantity=0, **vals):
        """Record what Amazon wrote about a refund, as the user of the record.

        :param record: the bill or the order
        :param int number: of the Amazon line
        :param float amount: tax included
        :param vals: other values of the dialog
        """
        refund = record.env['amazon.punchout.refund'].browse(record.action_amazon_refund()['res_id'])
        line = refund.line_ids.filtered(
            lambda line: line.bill_line_id.amazon_purchase_line_id.amazon_line_number == number)
        line.write({'amount': amount, 'quantity': quantity})
        refund.write({'kind': kind, **vals})
        return refund.action_record()

    def send_back(self, order, number, quantity):
        """Return goods of a line to Amazon, from the stock."""
        picking = self.line(order, number).move_ids.filtered(lambda move: move.state == 'done').picking_id[:1]
        back = self.env['stock.return.picking'].with_context(
            active_id=picking.id, active_ids=picking.ids, active_model='stock.picking').create({})
        for line in back.product_return_moves:
            is_line = line.move_id.purchase_line_id.amazon_line_number == number
            line.write({'quantity': quantity if is_line else 0, 'to_refund': True})
        returned = back._create_return()
        for move in returned.move_ids:
            move.write({'quantity': move.product_uom_qty, 'picked': True})
        returned.button_validate()
        self.assertEqual(returned.state, 'done')
        return returned
