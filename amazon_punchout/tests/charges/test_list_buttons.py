"""A button above a list passes the records that are selected, so its method must take them."""
from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestListButtons(TransactionCase):

    def test_methods_behind_the_buttons_above_lists_take_records(self):
        ids = self.env['ir.model.data'].search([
            ('module', '=', 'amazon_punchout'), ('model', '=', 'ir.ui.view')]).mapped('res_id')
        found = set()
        for view in self.env['ir.ui.view'].browse(ids).filtered('model'):
            for button in etree.fromstring(view.arch_db).xpath("//button[@type='object']"):
                method = getattr(type(self.env[view.model]), button.get('name'), None)
                if method and getattr(method, '_api_model', False):
                    found.add(f"{view.model}.{button.get('name')}")
        self.assertFalse(found, "the client passes ids, which @api.model does not take")
