"""A database that was restored under its own name, or taken over by a standby server, orders nothing twice."""
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ...tools.database_place import DatabasePlace, read_place
from ..common import SECRET
from ..order_case import PROBLEM, OrderCase


@tagged('post_install', '-at_install')
class TestRestoredDatabase(OrderCase):

    def here(self):
        return self.group._this_place()

    def move(self, system=None, oid=None, timeline=None):
        """Have the database be at another place from now on.

        :param system: of the cluster, '' if the database user may not read it; the others likewise
        """
        here = self.here()
        before = here.spot.split('/')
        place = DatabasePlace(
            here.system if system is None else system or None,
            '/'.join(old if new is None else new for old, new in zip(before, (oid, timeline), strict=True)))
        self.startPatcher(patch.object(self.registry['amazon.punchout.group'], '_this_place', lambda _group: place))
        return place

    def test_a_group_remembers_the_place_of_its_database(self):
        place = read_place(self.env.cr)
        [(oid,)] = self.env.execute_query(SQL("SELECT oid FROM pg_database WHERE datname = current_database()"))
        self.assertTrue(place.system.isdigit())
        self.assertRegex(place.spot, rf'^{oid}/[0-9A-F]+$')
        self.assertEqual((self.group.database_system, self.group.database_place), place)

    def test_what_waited_is_held_and_new_orders_go_on(self):
        """Restored by pg_restore (another oid), to a point in time, or by a failover (another timeline)."""
        for moved in ({'oid': '77'}, {'timeline': '2'}, {'oid': '78', 'timeline': '3'}):
            with self.subTest(**moved):
                waiting = self.ordered()
                place = self.move(**moved)
                self.assertFalse(self.send(), "the database from before may have sent it")
                self.assertStands(waiting, 'unclear')
                request = self.requests(waiting)
                self.assertTrue(request.sent_elsewhere)
                self.assertIn("Restored: ", request.reason)
                self.assertIn("may have been sent before", waiting.amazon_problem)
                self.assertIn("press Amazon Has It. If not, press Send Again", waiting.amazon_problem)
                self.assertEqual(len(self.activities(waiting, PROBLEM)), 1)
                self.assertEqual(self.group.database_place, place.spot)
                new = self.ordered()
                self.assertEqual(len(self.send()), 1)
                self.assertStands(new, 'sent')
                waiting.with_user(self.manager).action_amazon_send_again()
                self.assertEqual(len(self.send()), 1)
                self.assertStands(waiting, 'sent')

    def test_an_administrator_sees_that_the_database_was_restored(self):
        """Also if nothing waited: what was sent last may be a cart again."""
        self.move(timeline='2')
        self.send()
        self.send()
        activity = self.activities(self.group, PROBLEM)
        self.assertEqual((len(activity), activity.user_id), (1, self.administrator))
        self.assertIn("restored from a backup", activity.note)
        self.assertIn("compare Your Orders on Amazon", activity.note)
        self.assertIn("restored from a backup", self.group.message_ids[0].body)
        self.assertFalse(self.group._sending_stopped_reason())
        self.move(timeline='3')
        waiting = self.ordered()
        self.send()
        self.assertIn(waiting.name, self.group.message_ids[0].body)

    def test_nothing_is_sent_before_the_restore_was_noticed(self):
        """If that fails, the run goes on, and sends nothing of the group."""
        order = self.ordered()
        self.move(oid='77')
        groups = self.registry['amazon.punchout.group']
        with patch.object(groups, '_notice_place', side_effect=ValueError("broken")), \
                self.assertLogs('odoo.addons.amazon_punchout.tools.steps', 'ERROR'):
            self.assertFalse(self.send())
        self.assertStands(order, 'queued')
        with patch.object(groups, '_groups_to_place', lambda group: group.browse()):
            self.assertFalse(self.send())
        self.assertStands(order, 'queued')

    def test_another_database_server_stops_the_group_as_a_copy(self):
        order = self.ordered()
        self.move(system='123')
        self.assertFalse(self.send())
        self.assertStands(order, 'queued')
        self.assertIn("another database server", self.group._sending_stopped_reason())
        self.assertIn("this database may be a copy", order.with_user(self.buyer).amazon_status)
        self.assertIn("Send from This Database", self.activities(self.group, PROBLEM).note)
        self.group.with_user(self.administrator).action_send_from_this_database()
        self.assertStands(order, 'unclear')
        self.assertEqual(self.group.database_system, '123')
        self.assertFalse(self.group._sending_stopped_reason())
        new = self.ordered()
        self.assertEqual(len(self.send()), 1)
        self.assertStands(new, 'sent')

    def test_what_the_database_user_may_not_read_holds_nothing(self):
        self.move(system='', timeline='')
        order = self.ordered()
        self.assertEqual(len(self.send()), 1)
        self.assertStands(order, 'sent')
        self.assertTrue(self.group.database_system, "it is not forgotten")
        self.assertFalse(self.activities(self.group, PROBLEM))
        self.move(oid='77')
        order = self.ordered()
        self.assertFalse(self.send(), "the oid alone tells")
        self.assertStands(order, 'unclear')

    def test_the_timeline_is_that_to_which_the_server_writes(self):
        """A standby server that took over shows the old one in its control file, for minutes."""
        self.env.cr.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        written = int(self.env.cr.fetchone()[0][:8], 16)
        with patch.object(self.env.cr, 'execute', wraps=self.env.cr.execute) as executes:
            place = read_place(self.env.cr)
        self.assertEqual(place.spot.split('/')[1], str(written))
        self.assertFalse([call for call in executes.call_args_list if 'checkpoint' in str(call)])

    def test_a_user_without_rights_reads_the_oid_only(self):
        self.env.cr.execute(
            "CREATE ROLE amazon_plain; REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_current_wal_lsn() "
            "FROM PUBLIC; SET LOCAL ROLE amazon_plain")
        system, spot = read_place(self.env.cr)
        self.env.cr.execute("RESET ROLE")
        self.assertIsNone(system)
        self.assertRegex(spot, r'^\d+/$')

    def test_a_group_of_an_older_version_learns_its_place_and_holds_nothing(self):
        order = self.ordered()
        self.group.write({'database_system': False, 'database_place': False})
        self.assertEqual(len(self.send()), 1)
        self.assertStands(order, 'sent')
        self.assertEqual((self.group.database_system, self.group.database_place), self.here())
        self.assertFalse(self.activities(self.group, PROBLEM))

    def test_a_draft_group_holds_what_waits_too(self):
        order = self.ordered()
        self.group.state = 'draft'
        self.move(oid='77')
        self.send()
        self.assertStands(order, 'unclear')

    def test_a_copied_group_is_not_taken_for_a_restored_one(self):
        order = self.ordered()
        self.group.database_name = 'production'
        self.move(oid='77')
        self.assertFalse(self.send())
        self.assertStands(order, 'queued')
        self.assertNotEqual(self.group.database_place, self.here().spot)

    def test_a_new_group_is_of_this_place(self):
        draft = self.group.copy({'shared_secret': SECRET})
        self.assertFalse(draft.database_place)
        draft.state = 'test'
        self.assertEqual((draft.database_system, draft.database_place), self.here())

    def test_a_list_of_orders_reads_the_place_once(self):
        orders = self.ordered() + self.ordered() + self.ordered()
        self.begin_anew()
        with patch('odoo.addons.amazon_punchout.models.group.amazon_punchout_group_database.read_place',
                   side_effect=read_place) as reads:
            self.assertEqual(len(orders.mapped('amazon_status')), 3)
        self.assertEqual(reads.call_count, 1)
