from odoo.tests import TransactionCase, tagged

from ...tools.durable import make_durable


@tagged('post_install', '-at_install')
class TestDurable(TransactionCase):

    def setting(self, cr):
        cr.execute("SHOW synchronous_commit")
        return cr.fetchone()[0]

    def test_every_weaker_setting_is_raised_and_no_stronger_one_lowered(self):
        for before, after in (('off', 'on'), ('local', 'on'), ('remote_write', 'on'), ('on', 'on'),
                              ('remote_apply', 'remote_apply')):
            with self.subTest(before):
                self.env.cr.execute("SELECT set_config('synchronous_commit', %s, true)", [before])
                make_durable(self.env.cr)
                self.assertEqual(self.setting(self.env.cr), after)

    def test_only_the_running_transaction_is_durable(self):
        """Behind a pooler, other people's transactions have the same session."""
        with self.registry.cursor() as cr:
            cr.execute("SET synchronous_commit = off")
            cr.commit()  # pylint: disable=invalid-commit  # a transaction of its own
            try:
                make_durable(cr)
                self.assertEqual(self.setting(cr), 'on')
                cr.commit()  # pylint: disable=invalid-commit
                self.assertEqual(self.setting(cr), 'off')
            finally:
                cr.execute("RESET synchronous_commit")
