import re

from odoo import models

from ...const import CHANNEL

# Longer numbers are no ids of PostgreSQL, which would fail.
ASKED = re.compile(rf'{re.escape(CHANNEL)}(\d{{1,9}})', re.ASCII)


class IrWebsocket(models.AbstractModel):
    _inherit = 'ir.websocket'

    def _build_bus_channel_list(self, channels):
        """Override of `bus` to let browsers follow the Amazon orders that their user may read, and no others.

        What a browser sends is only a text. The channel is the order itself, which no text can name.
        """
        asked = {channel: int(match[1]) for channel in channels
                 if isinstance(channel, str) and (match := ASKED.fullmatch(channel))}
        if asked:
            orders = self.env['purchase.order'].browse(asked.values()).exists()._filtered_access('read')
            channels = [
                *(channel for channel in channels if channel not in asked),
                *orders.filtered('amazon_session_id')]
        return super()._build_bus_channel_list(channels)
