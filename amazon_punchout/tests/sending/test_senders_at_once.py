"""What concerns no single group is done by one sender at a time: people are notified once."""
from datetime import timedelta

from odoo import fields, sql_db
from odoo.tests import tagged

from ...models.sending.amazon_punchout_document_sender import HELD, HOUSE
from ..common import answer
from ..order_case import PROBLEM, OrderCase


@tagged('post_install', '-at_install')
class TestSendersAtOnce(OrderCase):

    def test_of_two_senders_one_notifies_people(self):
        """The other one, in a session of its own, is about to raise the same activity."""
        waiting, order = self.ordered(), self.ordered()
        self.requests(waiting).write({
            'queued_at': fields.Datetime.now() - timedelta(hours=2),
            'next_try_at': fields.Datetime.now() + timedelta(hours=1)})
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [HELD, HOUSE])
            self.send(answer())
        self.assertStands(order, 'sent')
        self.assertFalse(self.activities(waiting, PROBLEM))
        self.send(answer())
        self.assertEqual(len(self.activities(waiting, PROBLEM)), 1)
        self.send(answer())
        self.assertEqual(len(self.activities(waiting, PROBLEM)), 1)

    def test_of_two_senders_one_settles_what_a_dead_one_has_left(self):
        order = self.ordered()
        self.requests(order).write({'state': 'sending', 'last_try_at': fields.Datetime.now()})
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [HELD, HOUSE])
            self.send(answer())
        self.assertEqual(self.requests(order).state, 'sending')
        self.send(answer())
        self.assertStands(order, 'unclear')
