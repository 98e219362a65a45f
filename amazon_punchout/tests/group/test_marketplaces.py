"""A marketplace that another addon adds, with `selection_add` and an override of one method."""
from unittest.mock import patch

from odoo.tests import Form, tagged

from ..order_case import OrderCase


@tagged('post_install', '-at_install')
class TestMarketplaces(OrderCase):

    def setUp(self):
        super().setUp()
        # What `selection_add` makes of the field, and the override of the other addon.
        marketplace = self.group._fields['marketplace']
        choices = [*marketplace.selection, ('nl', "Netherlands (amazon.nl)")]
        self.startPatcher(patch.object(marketplace, 'selection', choices))
        self.startPatcher(patch.object(marketplace, '_selection', dict(choices)))
        Group = self.registry['amazon.punchout.group']
        hosts = Group._marketplace_hosts
        self.startPatcher(patch.object(Group, '_marketplace_hosts', lambda group: {**hosts(group), 'nl': 'nl'}))

    def test_the_setup_addresses_are_those_of_its_host(self):
        self.group.marketplace = 'nl'
        self.assertIn('.amazon.nl/', self.group.setup_url)
        self.assertIn('.amazon.nl/', self.group.setup_test_url)

    def test_it_is_the_default_of_a_company_in_its_country(self):
        self.company.partner_id.country_id = self.env.ref('base.nl')
        self.assertEqual(self.env['amazon.punchout.group']._default_marketplace(), 'nl')
        self.company.partner_id.country_id = self.env.ref('base.aq')
        self.assertEqual(self.env['amazon.punchout.group']._default_marketplace(), 'us')

    def test_links_lead_to_its_host(self):
        order = self.make_order()
        self.group.marketplace = 'nl'
        self.assertIn('www.amazon.nl/', order._amazon_link_html())
        line = self.env['purchase.order.line'].new({'order_id': order.id, 'amazon_asin': 'B00TEST001'})
        self.assertIn('www.amazon.nl/dp/B00TEST001', line._amazon_page())

    def test_the_setup_offers_it_with_its_currency(self):
        self.env.ref('base.EUR').active = False
        setups = self.env['amazon.punchout.setup'].with_user(self.administrator)
        with Form(setups) as form:
            form.name, form.marketplace, form.partner_id = "Amsterdam", 'nl', self.vendor
            self.assertIn("EUR", form.currency_hint)
        form.record.action_next()
        self.assertIn('.amazon.nl/', form.record.group_id.setup_url)
        self.assertTrue(self.env.ref('base.EUR').active)

    def test_every_marketplace_has_a_host_and_a_currency(self):
        groups = self.env['amazon.punchout.group']
        codes = groups._fields['marketplace'].get_values(self.env)
        self.assertEqual(set(codes), set(groups._marketplace_hosts()))
        for code in codes:
            self.assertTrue(groups._marketplace_currency(code), code)
