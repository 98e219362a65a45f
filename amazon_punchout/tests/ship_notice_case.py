"""What the tests of ship notices have in common."""
from .cxml_builder import reference, ship_notice_item
from .message_case import MessageCase

EARLY, LATE, LATEST = '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', '2026-03-02T12:00:00Z'
UPS = 'https://www.ups.com/track?tracknum='


class ShipNoticeCase(MessageCase):

    def shipped(self, order):
        """Collect the shipped quantity of each Amazon line of an order."""
        order.order_line.invalidate_recordset(['amazon_shipped_quantity'])
        return {line.amazon_line_number: line.amazon_shipped_quantity
                for line in order.order_line if line.amazon_line_type == 'item'}

    def portion(self, order, *lines):
        """Write a ShipNoticePortion of lines and quantities; without any it is the whole order."""
        items = ''.join(ship_notice_item(*line) for line in lines)
        return f'<ShipNoticePortion>{reference(order)}{items}</ShipNoticePortion>'

    def mails(self, order):
        """Find the messages of which the requester was notified, the newest first."""
        return order.message_ids.filtered(lambda message: self.buyer.partner_id in message.partner_ids)
