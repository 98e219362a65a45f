"""What an administrator types wrong, or only later, is named beside the field and stored nowhere."""
from lxml import etree

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import ORDER_URL
from .test_setup import CREDENTIALS, SetupCase


@tagged('post_install', '-at_install')
class TestSetupMistakes(SetupCase):

    # === E-MAIL === #

    def test_what_is_no_e_mail_address_never_reaches_the_user(self):
        self.administrator.email = False
        setup = self.begun()
        setup.write({**CREDENTIALS, 'email': "not an e-mail"})
        self.assertFalse(self.administrator.email or self.administrator.amazon_email)
        self.assertEqual(self.seen(setup).email, "not an e-mail", "it stays where it was typed")
        self.assertIn("not an e-mail address", setup.email_problem)
        setup.action_next()
        self.assertEqual(setup.state, 'credentials')
        setup.email = 'new@example.com'
        self.assertEqual(self.administrator.email, 'new@example.com')
        setup.action_next()
        self.assertEqual(setup.state, 'locations')

    def test_a_user_with_an_address_keeps_it_beside_a_wrong_amazon_e_mail(self):
        setup = self.begun()
        setup.email = "sam at example"
        self.assertEqual(self.administrator.email, 'amazonadmin@example.com')
        self.assertFalse(self.administrator.amazon_email)

    # === ADDRESSES === #

    def test_plain_http_is_named_for_amazon_s_addresses_and_fine_on_this_machine(self):
        setup = self.begun()
        for name in ('setup_url', 'setup_test_url', 'order_url'):
            with self.subTest(name), Form(setup) as form:
                form[name] = f'http://amazon.example/{name}'
                self.assertIn("must start with https://", form[f'{name}_problem'])
                form[name] = f'http://localhost:8090/{name}'
                self.assertFalse(form[f'{name}_problem'])
        with self.assertRaisesRegex(ValidationError, "must start with https://"), self.env.cr.savepoint():
            self.group.order_url = 'http://amazon.example/1'

    def test_the_setup_address_in_the_order_field_is_named(self):
        setup = self.begun()
        for url in ('https://abintegrations.amazon.com/punchout', 'https://www.amazon.com/eprocurement/Punchout',
                    setup.setup_url, setup.setup_test_url):
            with self.subTest(url), Form(setup) as form:
                form.order_url = url
                self.assertIn("Copy the Purchase Order Request Address", form.order_url_problem)
                form.order_url = ORDER_URL
                self.assertFalse(form.order_url_problem)

    def test_an_address_of_another_marketplace_is_named_but_can_be_kept(self):
        setup = self.begun()
        setup.write({**CREDENTIALS, 'setup_url': 'https://abintegrations.amazon.de/punchout'})
        self.assertIn("abintegrations.amazon.de does not belong to the marketplace United States (amazon.com)",
                      self.seen(setup).setup_url_problem)
        open_item = next(check for check in setup.group_id._open_recommended() if check.key == 'marketplace_address')
        self.assertEqual(open_item.field, 'setup_url')
        setup.action_next()
        self.assertEqual(setup.state, 'locations', "Amazon's page may know better")

    def test_a_path_in_our_public_address_is_named(self):
        with Form(self.begun()) as form:
            form.base_url = 'https://odoo.example.com/odoo/purchase'
            self.assertIn("without /odoo/purchase", form.base_url_problem)
            form.base_url = 'https://odoo.example.com/'
            self.assertFalse(form.base_url_problem)

    def test_the_address_for_messages_follows_our_public_address_at_once(self):
        with Form(self.begun()) as form:
            form.base_url = 'https://odoo.example.com'
            self.assertEqual(form.messages_url, 'https://odoo.example.com/amazon_punchout/cxml')
        self.assertEqual(self.Setup._fields['messages_url'].string, "Address for Amazon's Messages")

    # === COMPANY === #

    def test_the_companies_of_the_switcher_are_offered_and_the_marketplace_follows(self):
        company = self.env['res.company'].create({'name': "Berlin", 'country_id': self.env.ref('base.de').id})
        self.administrator.company_ids = [Command.link(company.id)]
        self.administrator.group_ids = [Command.link(self.env.ref('base.group_multi_company').id)]
        for model in (self.Setup, self.env['amazon.punchout.group'].with_user(self.administrator)):
            for ids in (self.company.ids, [self.company.id, company.id]):
                field = model.with_context(allowed_company_ids=ids).fields_get(['company_id'])['company_id']
                self.assertEqual(field['domain'], [('id', 'in', ids)])
        both = self.Setup.with_context(allowed_company_ids=[self.company.id, company.id])
        with Form(both) as form:
            form.name = "Office Berlin"
            self.assertEqual(form.marketplace, 'us')
            form.company_id = company
            self.assertEqual(form.marketplace, 'de')

    # === STEPS === #

    def test_steps_are_clicked_back_and_forward_no_further_than_next_goes(self):
        setup = self.begun()
        setup.state = 'account'
        self.assertEqual(setup.state, 'account')
        setup.state = 'test'
        self.assertEqual(setup.state, 'credentials', "the credentials are missing")
        self.assertTrue(setup.identity_problem)
        setup.write({**CREDENTIALS, 'state': 'test'})
        self.assertEqual(setup.state, 'test')
        setup.state = 'credentials'
        self.assertFalse(setup.identity_problem)
        self.assertEqual(setup.state, 'credentials')
        arch = etree.fromstring(setup.get_view(view_type='form')['arch'])
        [bar] = arch.xpath("//header/field[@name='state'][@invisible='not group_id']")
        self.assertIn('clickable', bar.get('options'))

    def test_the_address_is_tried_where_the_test_order_is_placed(self):
        arch = etree.fromstring(self.begun().get_view(view_type='form')['arch'])
        self.assertTrue(arch.xpath(
            "//div[@invisible=\"state != 'test'\"]//widget[@name='amazon_punchout_reach']"))
