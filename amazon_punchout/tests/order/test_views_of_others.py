from lxml import etree

from odoo.tests import TransactionCase, tagged

# The usual priority of an addon's views, one that people choose to come after those, and that of a view that OCA's
# purchase_no_rfq has.
PRIORITIES = (16, 99, 100)
CONDITIONS = ('invisible', 'readonly', 'column_invisible', 'required')


@tagged('post_install', '-at_install')
class TestViewsOfOthers(TransactionCase):
    """Other addons change core's form of an order, and look for its nodes as core wrote them."""

    def without_ours(self, base):
        """Return the form as core's modules make it."""
        ids = self.env['ir.model.data'].search([
            ('module', '=', 'amazon_punchout'), ('model', '=', 'ir.ui.view')]).mapped('res_id')
        ours = self.env['ir.ui.view'].search([('id', 'in', ids), ('inherit_id', '=', base.id)])
        ours.active = False
        try:
            return base.get_combined_arch()
        finally:
            ours.active = True

    def test_other_addons_find_core_s_nodes_by_the_conditions_that_core_gave_them(self):
        base = self.env.ref('purchase.purchase_order_form')
        core = etree.fromstring(self.without_ours(base))
        changes = [
            f'{node.tag}[@name="{node.get("name")}"][@{name}="{node.get(name)}"]'
            for node in core.iter('button', 'field') for name in CONDITIONS if node.get(name)]
        self.assertGreater(len(changes), 30)
        data = etree.Element('data')
        for path in changes:
            change = etree.SubElement(data, 'xpath', expr=f'//{path}', position='attributes')
            etree.SubElement(change, 'attribute', name='class', add='found', separator=' ')
        for priority in PRIORITIES:
            with self.subTest(priority=priority):
                self.env['ir.ui.view'].create({
                    'name': f'purchase.order.form.of.another.addon.{priority}', 'model': 'purchase.order',
                    'inherit_id': base.id, 'priority': priority, 'arch': etree.tostring(data, encoding='unicode')})
                arch = etree.fromstring(self.env['purchase.order'].get_view(base.id, 'form')['arch'])
                cancel = arch.xpath("//header/button[@name='button_cancel'][contains(@class, 'found')]")
                self.assertEqual([button.get('invisible') for button in cancel if 'amazon' in button.get('invisible')],
                                 [button.get('invisible') for button in cancel])

    def test_a_condition_that_another_addon_writes_anew_does_not_show_a_button_on_carts(self):
        base = self.env.ref('purchase.purchase_order_form')
        self.env['ir.ui.view'].create({
            'name': 'purchase.order.form.of.another.addon', 'model': 'purchase.order', 'inherit_id': base.id,
            'arch': """<data>
                <button name="button_cancel" position="attributes">
                    <attribute name="invisible">state not in ('draft', 'approved', 'purchase')</attribute>
                </button>
                <button name="button_confirm" position="attributes">
                    <attribute name="invisible">state == 'approved'</attribute>
                </button>
            </data>"""})
        arch = etree.fromstring(self.env['purchase.order'].get_view(base.id, 'form')['arch'])
        for condition in ("state not in ('draft', 'approved', 'purchase')", "state == 'approved'"):
            [button] = arch.xpath(f'//header/button[contains(@invisible, "{condition}")]')
            self.assertIn('amazon_', button.get('invisible'))
