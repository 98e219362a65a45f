"""What the tests of ship notices have in common."""



from .cxml_builder import reference
from .message_case import MessageCase

EARLY, LATE, LATEST = '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', '2026-03-02T12:00:00Z'
UPS = 'https://www.ups.com/track?tracknum='


class ShipNoticeCase(MessageCase):

    def shipped(self, order):
        """:return: what the order says is shipped of each Amazon line"""
        order.order_line.invalidate_recordset(['amazon_shipped_quantity'])
        return {line.amazon_line_number: line.amazon_shipped_quantity
                for line in order.order_line if line.amazon_line_type == 'item'}

    def portion(self, order, *lines):
        """A ShipNoticePortion of lines and quantities; none: the whole order."""
        items = ''.join(f'<ShipNoticeItem quantity="{quantity}" lineNumber="{number}"><UnitOfMeasure>EA</UnitOfMeasure>'
                        '</ShipNoticeItem>' for number, quantity in lines)
        return f'<ShipNoticePortion>{reference(order)}{items}</ShipNoticePortion>'

    def mails(self, order):
        """:return: what the chatter told the requester, the newest first"""
        return order.message_ids.filtered(lambda message: self.buyer.partner_id in message.partner_ids)
