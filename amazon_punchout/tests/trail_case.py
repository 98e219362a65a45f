"""What the tests of histories have in common."""
from odoo.tools import SQL

from .message_case import MessageCase


class TrailCase(MessageCase):

    def history(self, order):
        """Read the history of an order, the oldest event first."""
        return self.env['amazon.punchout.trail'].search([('res_id', '=', order.id)], order='sequence')

    def events(self, order):
        return self.history(order).mapped('event')

    def breaks(self, order):
        """Check the history of an order as it is in the database."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env['amazon.punchout.trail']._find_breaks(order.ids).get(order.id, [])

    def as_database_owner(self, query, *values):
        """Run SQL as the owner of the database can: the trigger is off meanwhile."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE amazon_punchout_trail DISABLE TRIGGER amazon_punchout_trail_append_only")
        # pylint: disable-next=sql-injection  # statements of the tests themselves
        self.env.cr.execute(SQL(query, *values))
        self.env.cr.execute("ALTER TABLE amazon_punchout_trail ENABLE TRIGGER amazon_punchout_trail_append_only")
        self.env.invalidate_all()
