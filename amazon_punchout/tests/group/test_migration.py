"""The update of older databases: renamed fields and values, texts that an update leaves alone, settings that stay."""
from pathlib import Path

from odoo.modules.module import load_script
from odoo.tests import tagged
from odoo.tools import sql

from ..common import AmazonCase

FOLDER = Path(__file__).resolve().parents[2] / 'migrations'
TABLE = 'amazon_punchout_group'


@tagged('post_install', '-at_install')
class TestMigration(AmazonCase):

    def migrate(self, stage, version='19.0.1.0.0', name='migrate', to='19.0.2.0.0'):
        """Run a script of the update, as Odoo does."""
        self.env.flush_all()
        script = load_script(str(FOLDER / to / f'{stage}-{name}.py'), f'amazon_punchout_{stage}_{name}')
        script.migrate(self.env.cr, version)
        self.env.invalidate_all()

    def test_orders_that_were_cancelled_after_a_change_are_not_found_as_changed(self):
        orders = self.env['purchase.order'].union(*(self.make_order() for _each in range(3)))
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_order SET amazon_change = 'dearer' WHERE id IN %s", [tuple(orders.ids)])
        self.env.cr.execute("UPDATE purchase_order SET state = 'cancel' WHERE id = %s", [orders[0].id])
        self.env.cr.execute("UPDATE purchase_order SET amazon_state = 'cancelled' WHERE id = %s", [orders[1].id])
        self.env.cr.execute("SELECT id, write_date FROM purchase_order WHERE id IN %s", [tuple(orders.ids)])
        written = dict(self.env.cr.fetchall())
        self.env.invalidate_all()
        for _run in range(2):
            self.migrate('post', '19.0.2.5.0', 'changed', '19.0.2.6.0')
            self.assertEqual(orders.mapped('amazon_change'), [False, False, 'dearer'])
            self.assertEqual({order.id: order.write_date for order in orders}, written)

    def go_back(self):
        """Give the table of groups the columns and values of the version before."""
        self.env.flush_all()
        sql.rename_column(self.env.cr, TABLE, 'new_items_only', 'refuse_used')
        for query in (
            "UPDATE amazon_punchout_group SET hold_policy = 'refuse' WHERE hold_policy = 'block'",
            "UPDATE ir_model_fields SET name = 'refuse_used' "
            "WHERE model = 'amazon.punchout.group' AND name = 'new_items_only'",
            "UPDATE ir_model_data SET name = 'field_amazon_punchout_group__refuse_used' "
            "WHERE name = 'field_amazon_punchout_group__new_items_only'",
            "UPDATE ir_model_fields_selection SET value = 'refuse' WHERE id = (SELECT res_id FROM ir_model_data "
            "WHERE name = 'selection__amazon_punchout_group__hold_policy__block')",
            "UPDATE ir_model_data SET name = 'selection__amazon_punchout_group__hold_policy__refuse' "
            "WHERE name = 'selection__amazon_punchout_group__hold_policy__block'",
            "UPDATE ir_default SET json_value = '\"refuse\"' WHERE json_value = '\"block\"'",
        ):
            self.env.cr.execute(query)

    def test_renamed_fields_keep_their_values_and_their_external_ids(self):
        other = self.group.copy({'name': "Other", 'new_items_only': False, 'hold_policy': 'block'})
        field = self.env['ir.model.fields']._get('amazon.punchout.group', 'new_items_only')
        selection = self.env.ref('amazon_punchout.selection__amazon_punchout_group__hold_policy__block')
        self.env['ir.default'].set('amazon.punchout.group', 'hold_policy', 'block')
        export_line = self.env['ir.exports'].create({
            'name': "Groups", 'resource': 'amazon.punchout.group',
            'export_fields': [(0, 0, {'name': 'new_items_only'})]}).export_fields
        search = self.env['ir.filters'].create({
            'name': "Used", 'model_id': 'amazon.punchout.group', 'domain': "[('new_items_only', '=', False)]"})
        self.go_back()
        self.env.cr.execute("UPDATE ir_exports_line SET name = 'refuse_used' WHERE id = %s", [export_line.id])
        self.env.cr.execute(
            "UPDATE ir_filters SET domain = %s WHERE id = %s", ["[('refuse_used', '=', False)]", search.id])
        for _run in range(2):  # it is safe to run twice
            self.migrate('pre')
            self.assertEqual((self.group.new_items_only, self.group.hold_policy), (True, 'warn'))
            self.assertEqual((other.new_items_only, other.hold_policy), (False, 'block'))
            self.assertFalse(sql.column_exists(self.env.cr, TABLE, 'refuse_used'))
            self.assertEqual(self.env.ref('amazon_punchout.field_amazon_punchout_group__new_items_only'), field)
            self.assertEqual(field.name, 'new_items_only')
            self.assertEqual(
                self.env.ref('amazon_punchout.selection__amazon_punchout_group__hold_policy__block'), selection)
            self.assertEqual(selection.value, 'block')
            self.assertEqual(self.env['ir.default'].search([
                ('field_id.name', '=', 'hold_policy')]).mapped('json_value'), ['"block"'])
            self.assertEqual(export_line.name, 'new_items_only')
            self.assertEqual(search.domain, "[('new_items_only', '=', False)]")

    def test_existing_groups_keep_the_accounts_of_their_charges(self):
        self.assertTrue(self.group.charges_with_items)
        self.migrate('post', version='19.0.2.0.0', to='19.0.2.1.0')
        self.assertFalse(self.group.charges_with_items)

    def test_a_setup_that_was_begun_before_goes_on_at_the_same_step(self):
        setup = self.env['amazon.punchout.setup'].create({'group_id': self.group.id})
        selection = self.env.ref('amazon_punchout.selection__amazon_punchout_setup__state__locations')
        self.env.flush_all()
        for query in (
            "UPDATE amazon_punchout_setup SET state = 'places'",
            "UPDATE ir_model_fields_selection SET value = 'places' WHERE id = (SELECT res_id FROM ir_model_data "
            "WHERE name = 'selection__amazon_punchout_setup__state__locations')",
            "UPDATE ir_model_data SET name = 'selection__amazon_punchout_setup__state__places' "
            "WHERE name = 'selection__amazon_punchout_setup__state__locations'",
        ):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        for _run in range(2):
            self.migrate('pre')
            self.assertEqual((setup.state, selection.value), ('locations', 'locations'))
            self.assertEqual(
                self.env.ref('amazon_punchout.selection__amazon_punchout_setup__state__locations'), selection)

    def test_filters_on_a_renamed_value_find_the_same_groups(self):
        script = load_script(str(FOLDER / '19.0.2.0.0' / 'pre-migrate.py'), 'amazon_punchout_pre_migrate')
        rename = script.rename_value_in_domain
        for domain, expected in (
            ("[('hold_policy', '=', 'refuse')]", "[('hold_policy', '=', 'block')]"),
            ('["|", ["hold_policy", "=", "refuse"], ["name", "=", "refuse"]]',
             '["|", ["hold_policy", "=", "block"], ["name", "=", "refuse"]]'),
            ("[('hold_policy', 'in', ['warn', 'refuse']), ('name', 'in', ['refuse'])]",
             "[('hold_policy', 'in', ['warn', 'block']), ('name', 'in', ['refuse'])]"),
            ("[('hold_policy', '!=', 'warn'), ('create_uid', '=', uid)]",
             "[('hold_policy', '!=', 'warn'), ('create_uid', '=', uid)]"),
            ("[('name', '=', 'refuse')]", "[('name', '=', 'refuse')]"),
        ):
            with self.subTest(domain):
                self.assertEqual(rename(domain, 'hold_policy', 'refuse', 'block'), expected)
                self.assertEqual(rename(expected, 'hold_policy', 'refuse', 'block'), expected)

    def test_renamed_names_follow_in_views_that_people_made(self):
        ours = self.env.ref('amazon_punchout.amazon_punchout_group_view_form')
        before = ours.arch_db
        added = self.env['ir.ui.view'].create({
            'name': "Added", 'model': ours.model, 'inherit_id': ours.id, 'arch':
                '<field name="new_items_only" position="after"><field name="id" string="My refuse_used_too"/></field>'})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_ui_view SET arch_db = replace(arch_db::text, %s, %s)::jsonb WHERE id = %s",
            ['new_items_only', 'refuse_used', added.id])
        self.env.invalidate_all()
        for _run in range(2):
            self.migrate('pre', name='custom-views')
            self.assertIn('name="new_items_only"', added.arch_db)
            self.assertIn("My refuse_used_too", added.arch_db)
            self.assertEqual(ours.arch_db, before)

    def test_texts_follow_unless_a_user_edited_them(self):
        cron, item = self.env.ref('amazon_punchout.ir_cron_process'), self.env.ref('amazon_punchout.product_item')
        rule = self.env.ref('amazon_punchout.amazon_punchout_group_rule_company')
        shipping = self.env.ref('amazon_punchout.product_shipping')
        cron.name, item.name = "Amazon: process messages", "Amazon item"
        rule.name, shipping.name = "Amazon groups: own companies", "Our shipping"
        self.env['ir.model.data'].search([
            ('module', '=', 'amazon_punchout'), ('name', '=', 'product_tax')]).unlink()  # as if a user deleted it
        for _run in range(2):
            self.migrate('post')
            self.assertEqual(cron.name, "Amazon: process incoming messages")
            self.assertEqual(cron.cron_name, "Amazon: process incoming messages")
            self.assertEqual(item.name, "Amazon Item")
            self.assertEqual(rule.name, "Amazon groups: multi-company")
            self.assertEqual(shipping.name, "Our shipping")

    def test_every_text_is_that_of_the_data(self):
        names = load_script(str(FOLDER / '19.0.2.0.0' / 'post-migrate.py'), 'amazon_punchout_post_migrate').NAMES
        for key, (old, new) in names.items():
            with self.subTest(key):
                record = self.env.ref(f'amazon_punchout.{key}').with_context(lang='en_US')
                self.assertEqual(record.name, new)
                self.assertNotEqual(old, new)

    def test_a_new_database_is_left_alone(self):
        item = self.env.ref('amazon_punchout.product_item')
        item.name = "Amazon item"
        self.migrate('pre', version=None)
        self.migrate('post', version=None)
        self.assertEqual(item.name, "Amazon item")
