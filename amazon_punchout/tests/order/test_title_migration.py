"""The update to version 19.0.2.2.0: carts of older versions have no titles."""
import json
from pathlib import Path

from odoo.modules.module import load_script
from odoo.tests import tagged

from ..cxml_builder import item
from ..lock_common import LockCase

FOLDER = Path(__file__).resolve().parents[2] / 'migrations' / '19.0.2.2.0'
# Each line had its item, in versions before 2.5.
ITEM_COLUMN = "ALTER TABLE purchase_order_line ADD COLUMN IF NOT EXISTS amazon_item jsonb"


@tagged('post_install', '-at_install')
class TestTitleMigration(LockCase):

    def migrate(self, name='post-title'):
        self.env.flush_all()
        self.env.cr.execute(ITEM_COLUMN)
        load_script(str(FOLDER / f'{name}.py'), name.replace('-', '_')).migrate(self.env.cr, '19.0.2.1.0')
        self.env.invalidate_all()

    def old_line(self, name=None, **values):
        """Make a line as the versions before had it."""
        line = self.make_order([item(**values)]).order_line[0]
        self.env.flush_all()
        self.env.cr.execute(ITEM_COLUMN)
        self.env.cr.execute(
            "UPDATE purchase_order_line SET amazon_item = %s WHERE id = %s", [json.dumps(line.amazon_item), line.id])
        self.env.cr.execute(
            "UPDATE purchase_order_line SET amazon_title = NULL, amazon_seller = %s, name = %s WHERE id = %s",
            [values.get('seller', 'A seller'), name or " ".join(values['title'].split()) or values['asin'], line.id])
        self.env.invalidate_all()
        return line

    def test_titles_come_from_the_cart_and_not_from_what_a_buyer_wrote(self):
        lines = [
            self.old_line(title="PlayStation 5\n", name="HP toner"),
            self.old_line(title="Stapler,  blue"),
            self.old_line(title="Bürolocher 25", name="Bürolocher 25\nFor the lobby"),
            self.old_line(title="ロジクール マウス", name="HP toner"),
            self.old_line(title="HP \u202etoner", seller="A\u200b seller"),
            self.old_line(title="", asin='B00NOTITLE'),
        ]
        for _run in range(2):  # it is safe to run twice
            self.migrate()
            self.assertEqual([(line.amazon_title, line.name) for line in lines], [
                ("PlayStation 5", "PlayStation 5\nHP toner"),
                ("Stapler, blue", "Stapler, blue"),
                ("Bürolocher 25", "Bürolocher 25\nFor the lobby"),
                ("ロジクール マウス", "ロジクール マウス\nHP toner"),
                ("HP [U+202E]toner", "HP [U+202E]toner"),
                ("B00NOTITLE", "B00NOTITLE"),
            ])
            self.assertEqual(lines[4].amazon_seller, "A[U+200B] seller")
        for line in lines:
            self.assertTrue(line._amazon_is_as_shown(), line.amazon_title)
            line.order_id.with_user(self.buyer).button_confirm()

    def test_a_renamed_charge_gets_its_own_name_back(self):
        shipping = self.make_order([item()], shipping='2.50').order_line[1]
        for name, title, now in (
            ("Shipping", "Shipping", "Shipping"), ("HP toner", "Shipping", "Shipping\nHP toner"),
            ("Shipping\nby air", "Shipping", "Shipping\nby air"),
        ):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE purchase_order_line SET amazon_title = NULL, name = %s WHERE id = %s", [name, shipping.id])
            self.migrate()
            self.assertEqual((shipping.amazon_title, shipping.name), (title, now))

    def test_other_orders_stay_as_they_are(self):
        plain = self.plain_order().order_line
        before = plain.name
        self.migrate()
        self.assertEqual((plain.amazon_title, plain.name), (False, before))

    def test_views_that_people_made_lead_to_the_page_of_the_asin(self):
        view = self.env['ir.ui.view'].create({
            'name': "Ours", 'model': 'purchase.order.line', 'type': 'list',
            'arch': '<list><field name="amazon_url" widget="url"/></list>'})
        self.migrate('pre-links')
        self.assertIn('name="amazon_page" widget="url"', view.arch)
        self.assertNotIn('amazon_url', view.arch)
