"""The lists of core show to users without Amazon what they showed before."""
from collections import Counter, defaultdict

from lxml import etree

from odoo.tests import tagged

from ..common import AmazonCase


@tagged('post_install', '-at_install')
class TestColumns(AmazonCase):

    def test_no_list_has_a_column_of_ours_twice(self):
        """Odoo keeps one choice per name whether a column is shown, so ours would hide core's column of the same name.

        Core itself has some columns twice, of which one is shown.
        """
        ours = self.env['ir.ui.view'].search([('model_data_id.module', '=', 'amazon_punchout')])
        names_by_root = defaultdict(set)
        for view in ours.filtered(lambda view: view.model in self.env):
            names = etree.fromstring(view.arch_db).xpath('//field/@name')
            while view.inherit_id:
                view = view.inherit_id
            names_by_root[view].update(names)
        self.assertGreater(len(names_by_root), 20)
        for view, names in names_by_root.items():
            arch = etree.fromstring(self.env[view.model].get_view(view.id, view.type)['arch'])
            for each in arch.iter('list'):
                counts = Counter(field.get('name') for field in each.findall('field'))
                with self.subTest(view=view.xml_id, list=each.getparent() is not None and each.getparent().get('name')):
                    self.assertEqual([name for name in sorted(names) if counts[name] > 1], [])

    def test_no_column_of_core_was_hidden_from_everybody(self):
        """Where ours needed room, buyers without Amazon missed the column Source Document that they knew."""
        ours = self.env['ir.ui.view'].search([
            ('model_data_id.module', '=', 'amazon_punchout'), ('inherit_id', '!=', False), ('type', '=', 'list')])
        self.assertTrue(ours)
        for view in ours:
            with self.subTest(view=view.xml_id):
                changed = etree.fromstring(view.arch_db).xpath(
                    "//*[@position='attributes'][attribute/@name='optional']/@name")
                self.assertEqual(changed, [])

    def test_orders_without_amazon_had_a_group_without_a_name(self):
        field = self.env['purchase.order'].fields_get(['amazon_state'])['amazon_state']
        self.assertEqual(field['falsy_value_label'], "Not an Amazon Order")
