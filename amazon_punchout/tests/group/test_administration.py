"""What an administrator sees of a group beside the checklist."""
import json
from ast import literal_eval

from lxml import etree

from odoo import fields
from odoo.tests import Form, tagged

from ...tools.shown_text import shown_text
from ..common import AmazonCase
from ..order_case import OrderCase


@tagged('post_install', '-at_install')
class TestAdministration(AmazonCase):

    def form(self, group=None):
        group = (group or self.group).with_user(self.administrator)
        return etree.fromstring(group.get_view(view_type='form')['arch'])

    def visible_fields(self):
        """Give the fields with a label that a person sees at some time."""
        shown = self.form().xpath("//sheet//group/field[not(ancestor::*[@invisible='1'])]")
        return {field.get('name') for field in shown
                if field.get('invisible') not in ('1', 'True') and not field.get('nolabel')}

    def test_every_field_of_the_form_has_help(self):
        fields = self.env['amazon.punchout.group'].fields_get(sorted(self.visible_fields()))
        shown = {name for name, field in fields.items() if not field.get('help')}
        self.assertFalse(shown)

    def test_limits_and_names_that_nobody_changes_are_for_developers(self):
        hidden = {'max_lines', 'max_quantity', 'credential_domain', 'supplier_identity'}
        self.assertFalse(hidden & self.visible_fields())
        self.administrator.group_ids += self.env.ref('base.group_no_one')
        with self.debug_mode():
            self.assertLessEqual(hidden, self.visible_fields())

    def test_the_marketplace_of_a_new_group_follows_the_company(self):
        company = self.env['res.company'].create({'name': "Berlin", 'country_id': self.env.ref('base.de').id})
        self.env.user.company_ids += company
        self.env.user.group_ids += self.env.ref('base.group_multi_company')
        with Form(self.env['amazon.punchout.group'].with_context(
                allowed_company_ids=[self.company.id, company.id])) as form:
            form.company_id = company
            self.assertEqual(form.marketplace, 'de')
            form.name, form.partner_id = "Berlin", self.vendor

    # === MENUS === #

    def menus(self, user):
        menus = self.env['ir.ui.menu'].with_user(user)
        return {menu.get('xmlid'): menu for menu in menus.load_menus(False).values()}

    def test_settings_are_under_configuration_and_buyers_find_their_carts(self):
        menus = self.menus(self.administrator)
        inside = {menus_id for menus_id in menus['amazon_punchout.menu_configuration']['children']}
        for name in ('setup', 'groups', 'locations', 'unspsc', 'uom', 'headers'):
            self.assertIn(menus[f'amazon_punchout.menu_{name}']['id'], inside)
        menus = self.menus(self.buyer)
        self.assertNotIn('amazon_punchout.menu_configuration', menus)
        self.assertLessEqual({'amazon_punchout.menu_carts', 'amazon_punchout.menu_shop_here'}, menus.keys())

    def test_carts_are_those_that_are_not_ordered_yet(self):
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.purchase_order_cart_action')
        cart, ordered = self.make_order(), self.make_order()
        ordered.with_user(self.buyer).button_confirm()
        domain = [tuple(each) for each in literal_eval(action['domain'])]
        found = self.env['purchase.order'].search(domain)
        self.assertIn(cart, found)
        self.assertNotIn(ordered, found)

    def test_nothing_of_punch_in_is_in_the_menus_without_a_punch_in_group(self):
        self.assertNotIn('amazon_punchout.menu_unclaimed', self.menus(self.buyer))
        self.group.flow = 'punchin'
        self.assertIn('amazon_punchout.menu_unclaimed', self.menus(self.buyer))
        self.group.flow = 'punchout'
        self.assertNotIn('amazon_punchout.menu_unclaimed', self.menus(self.buyer))
        other = self.group.copy({'name': "Another", 'flow': 'punchin'})
        self.assertIn('amazon_punchout.menu_unclaimed', self.menus(self.buyer))
        other.unlink()
        self.assertNotIn('amazon_punchout.menu_unclaimed', self.menus(self.buyer))

    # === DOCUMENTS === #

    def test_documents_are_shown_indented(self):
        raw = b'<?xml version="1.0"?><!DOCTYPE cXML SYSTEM "x.dtd"><cXML><Header><From>a</From></Header></cXML>'
        self.assertIn("<cXML>\n  <Header>\n    <From>a</From>\n  </Header>\n</cXML>", shown_text(raw))
        self.assertEqual(shown_text(b'{"a": {"b": 1}}'), json.dumps({'a': {'b': 1}}, indent=2))
        for text in ('', 'no document', '<cXML><open>', '{"a": '):
            self.assertEqual(shown_text(text.encode()), text)

    def test_documents_are_downloaded_as_they_are(self):
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        document = order._amazon_request().with_user(self.administrator)
        action = document.action_download()
        self.assertEqual(
            action['url'], f'/web/content/amazon.punchout.document/{document.id}/body/OrderRequest-{document.id}.xml'
                           '?download=true')
        arch = etree.fromstring(document.get_view(view_type='form')['arch'])
        self.assertTrue(arch.xpath("//button[@name='action_download'][@string='Download']"))


@tagged('post_install', '-at_install')
class TestNeutralizedBanner(OrderCase):

    def test_a_neutralized_database_says_that_it_is_one(self):
        cart, order = self.make_order(), self.ordered()
        group = self.group.with_user(self.administrator)
        self.assertFalse(group.is_neutralized or cart.amazon_is_neutralized)
        self.env['ir.config_parameter'].set_param('database.is_neutralized', 'True')
        self.env.invalidate_all()
        self.assertTrue(group.is_neutralized and cart.amazon_is_neutralized and order.amazon_is_neutralized)
        self.assertFalse(self.env['purchase.order'].create({'partner_id': self.vendor.id}).amazon_is_neutralized)
        for record, condition in ((group, 'not is_neutralized'), (
                cart.with_user(self.buyer), 'not amazon_is_neutralized or amazon_problem')):
            arch = etree.fromstring(record.get_view(view_type='form')['arch'])
            [banner] = arch.xpath(f"//div[@invisible='{condition}']")
            self.assertIn('alert-danger', banner.get('class'))
            self.assertIn("neutralized copy", " ".join(banner.itertext()))

    def test_a_neutralized_database_advises_no_button_that_it_refuses(self):
        self.env.ref('amazon_punchout.ir_cron_send').active = False
        self.env.ref('amazon_punchout.ir_cron_watch').lastcall = fields.Datetime.now()
        self.group.state = 'draft'
        self.assertIn("press Repair", self.actions_check())
        self.env['ir.config_parameter'].set_param('database.is_neutralized', 'True')
        self.assertEqual(self.actions_check(), "The scheduled actions stay switched off in a neutralized copy.")

    def actions_check(self):
        """Read what the checklist says about scheduled actions."""
        return next(check.sentence for check in self.group._checklist() if check.key == 'scheduled_actions')

    def test_what_amazon_never_saw_is_not_called_declined(self):
        order = self.ordered()
        self.group.state = 'test'
        self.send()
        self.assertStands(order, 'refused')
        self.assertEqual(order.with_user(self.buyer).amazon_state_label, "Not Sent")

    def test_an_identity_that_another_group_has_is_pointed_out(self):
        self.group.identity = 'SharedName'
        group = self.group.copy({'name': "West", 'identity': 'West'}).with_user(self.administrator)
        with Form(group) as form:
            self.assertFalse(form.identity_note)
            form.identity = 'SharedName'
            self.assertEqual(form.identity_note, (
                f"{self.group.name} has this identity, too. Check that the values come from this group's page on "
                "Amazon."))
            form.identity = 'New'
            self.assertFalse(form.identity_note)
        pasted = group.onchange(
            {'pasted': "From identity: SharedName\n"}, ['pasted'],
            {'pasted': {}, 'identity': {}, 'identity_note': {}})
        self.assertIn("has this identity, too.", pasted['value']['identity_note'])
        # Of two warnings, Odoo makes a dialog, which is in the way.
        self.assertEqual(pasted['warning']['type'], 'notification')
        setup = self.env['amazon.punchout.setup'].with_user(self.administrator).create({
            'group_id': group.id, 'name': "West", 'partner_id': self.vendor.id, 'state': 'credentials'})
        self.assertFalse(setup.identity_problem)
        setup.identity = 'SharedName'
        self.assertIn("has this identity, too.", setup.identity_problem)

    def test_the_checklist_looks_at_all_senders(self):
        self.env['amazon.punchout.senders'].with_user(self.administrator).create({'count': 2}).action_apply()
        first = self.env.ref('amazon_punchout.ir_cron_send')
        second = self.env.ref('amazon_punchout.ir_cron_send_2')
        for active, done in (((True, True), True), ((False, True), True), ((True, False), True),
                             ((False, False), False)):
            with self.subTest(active=active):
                first.active, second.active = active
                (first | second).lastcall = fields.Datetime.now()
                [check] = [each for each in self.group._checklist() if each.key == 'scheduled_actions']
                self.assertEqual(check.done, done, check.sentence)

    def test_the_checklist_says_what_the_last_try_of_our_address_said(self):
        def reached():
            return [check.done for check in self.group._checklist() if check.key == 'reached'] == [True]
        group = self.group.with_user(self.administrator)
        url = group.reach_url
        group.action_note_reached(url)
        self.assertTrue(reached())
        group.action_note_reached("https://other.example/amazon_punchout/reach", False)
        self.assertTrue(reached())
        group.action_note_reached(url, False)
        self.assertFalse(reached())
