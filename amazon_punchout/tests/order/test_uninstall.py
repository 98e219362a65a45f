"""Uninstalling leaves nothing of the addon that Odoo does not know of."""
from odoo.tests import tagged

from ... import uninstall_hook
from ..common import AmazonCase


@tagged('post_install', '-at_install')
class TestUninstall(AmazonCase):

    def functions(self):
        self.env.cr.execute("SELECT proname FROM pg_proc WHERE starts_with(proname, 'amazon_punchout')")
        return {name for (name,) in self.env.cr.fetchall()}

    def triggers(self):
        self.env.cr.execute("SELECT tgname FROM pg_trigger WHERE starts_with(tgname, 'amazon_punchout')")
        return {name for (name,) in self.env.cr.fetchall()}

    def test_no_function_stays_behind_in_the_database(self):
        self.assertTrue(self.functions())
        self.assertTrue(self.triggers())
        uninstall_hook(self.env)
        self.assertFalse(self.functions())
        self.assertFalse(self.triggers())

    def test_installing_again_protects_histories_again(self):
        functions, triggers = self.functions(), self.triggers()
        uninstall_hook(self.env)
        self.env['amazon.punchout.trail'].init()
        self.assertEqual((self.functions(), self.triggers()), (functions, triggers))

    def test_a_table_without_the_function_is_no_obstacle(self):
        for _run in range(2):
            uninstall_hook(self.env)
        self.assertFalse(self.functions())

    def test_no_system_parameter_of_the_addon_stays_behind(self):
        parameters = self.env['ir.config_parameter']
        for key in ('amazon_punchout.health_token', 'amazon_punchout.allowed_networks', 'amazonXpunchout.other'):
            parameters.set_param(key, "value")
        uninstall_hook(self.env)
        self.assertFalse(parameters.get_param('amazon_punchout.health_token'))
        self.assertFalse(parameters.get_param('amazon_punchout.allowed_networks'))
        self.assertEqual(parameters.get_param('amazonXpunchout.other'), "value")
        self.assertTrue(parameters.get_param('database.uuid'))
