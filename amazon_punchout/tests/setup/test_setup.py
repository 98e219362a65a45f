"""The first two steps of the setup: from nothing to a group whose connection is tested."""
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...models.shopping.amazon_punchout_group_connection import AmazonPunchoutGroupConnection
from ..common import ORDER_URL, SECRET, START_PAGE, AmazonCase, answer

CREDENTIALS = {'identity': 'NewGroup', 'shared_secret': SECRET, 'order_url': ORDER_URL}


class SetupCase(AmazonCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator.group_ids = [Command.link(cls.env.ref('base.group_partner_manager').id)]
        cls.Setup = cls.env['amazon.punchout.setup'].with_user(cls.administrator)

    def begun(self, **vals):
        """Create a setup at its second step."""
        setup = self.Setup.create({'name': "New group", 'marketplace': 'us', **vals})
        setup.action_next()
        self.assertEqual(setup.state, 'credentials')
        return setup

    def seen(self, setup):
        """Read the setup as the next request does."""
        setup.invalidate_recordset()
        return setup

    def judge_connections(self):
        """Make groups judge whether Amazon accepted their credentials, which other tests take for granted."""
        self.startPatcher(patch.object(
            self.registry['amazon.punchout.group'], '_has_connected', AmazonPunchoutGroupConnection._has_connected))

    def at_locations(self, **vals):
        setup = self.begun(**vals)
        setup.write(CREDENTIALS)
        setup.action_next()
        self.assertEqual(setup.state, 'locations')
        return setup

    def at_test(self, **vals):
        setup = self.at_locations(**vals)
        setup.action_next()
        self.assertEqual(setup.state, 'test', setup.place_ids_problem)
        return setup


@tagged('post_install', '-at_install')
class TestSetupAccount(SetupCase):

    def test_the_taxes_of_the_marketplace_are_proposed_and_can_be_changed(self):
        self.env['account.tax'].search([('type_tax_use', '=', 'purchase')]).active = False
        standard, reduced, other = self.new_tax(19), self.new_tax(7), self.new_tax(7)
        setup = self.begun(marketplace='de')
        self.assertEqual(setup.group_id.tax_rate_ids.mapped(lambda row: (row.rate, row.tax_id)),
                         [(19, standard), (7, reduced)])
        setup.write(CREDENTIALS)
        setup.action_next()
        with Form(setup) as form:
            with form.tax_rate_ids.edit(1) as row:
                row.tax_id = other
            with form.tax_rate_ids.new() as row:
                row.rate = 0
        self.assertEqual(setup.group_id.tax_rate_ids.mapped(lambda row: (row.rate, row.tax_id)),
                         [(19, standard), (7, other), (0, self.env['account.tax'])])

    def test_in_the_united_states_there_is_nothing_to_propose(self):
        self.assertFalse(self.begun().tax_rate_ids)

    def test_nothing_is_reported_before_next_is_pressed(self):
        setup = self.Setup.create({})
        self.assertFalse(setup.name_problem)
        setup.action_next()
        self.assertEqual((setup.state, setup.group_id.id), ('account', False))
        self.assertIn("Enter the name", setup.name_problem)

    def test_the_first_step_makes_a_draft_and_its_vendor(self):
        group = self.begun(partner_id=False).group_id
        self.assertEqual((group.state, group.name, group.partner_id.name), ('draft', "New group", "Amazon Business"))
        self.assertNotEqual(group.partner_id, self.vendor)
        self.assertEqual((group.responsible_id, group.company_id), (self.administrator, self.company))
        self.assertTrue(group.partner_id.supplier_rank)

    def test_a_vendor_that_was_chosen_is_taken(self):
        self.assertEqual(self.begun(partner_id=self.vendor.id).group_id.partner_id, self.vendor)

    def test_groups_of_one_marketplace_share_a_vendor_unless_the_field_is_cleared(self):
        with Form(self.Setup) as form:
            form.name = "New group"
            self.assertEqual(form.partner_id, self.vendor, "that of the company's group in the same marketplace")
            self.assertIn(self.group.name, form.partner_id_hint)
            form.marketplace = 'jp'
            self.assertFalse(form.partner_id or form.partner_id_hint)
            form.marketplace = 'us'
            form.partner_id = self.env['res.partner']
        setup = form.record
        setup.action_next()
        self.assertTrue(setup.group_id.partner_id)
        self.assertNotEqual(setup.group_id.partner_id, self.vendor)
        self.assertEqual(self.begun(name="Third").group_id.partner_id, setup.group_id.partner_id, "that of the newest")

    def test_marketplaces_of_one_currency_share_a_vendor(self):
        self.group.marketplace = 'de'
        setup = self.Setup.create({'name': "New group", 'marketplace': 'fr'})
        self.assertEqual(setup.partner_id, self.vendor)
        setup.marketplace = 'us'
        self.assertFalse(setup.partner_id)
        french_vendor = self.vendor.copy()
        self.group.copy({'name': "French", 'marketplace': 'fr', 'partner_id': french_vendor.id})
        for marketplace, vendor in (('it', french_vendor), ('de', self.vendor)):
            setup = self.Setup.create({'name': "New group", 'marketplace': marketplace})
            self.assertEqual(setup.partner_id, vendor, "the newest, but one of the same marketplace first")

    def test_a_chosen_vendor_stays_with_another_marketplace(self):
        chosen = self.env['res.partner'].create({'name': "Amazon by hand"})
        with Form(self.Setup) as form:
            form.name, form.marketplace, form.partner_id = "New group", 'jp', chosen
            form.marketplace = 'us'
            self.assertEqual(form.partner_id, chosen)

    def test_the_vendor_of_another_companys_groups_is_not_proposed(self):
        company = self.env['res.company'].create({'name': "Second", 'currency_id': self.env.ref('base.USD').id})
        self.administrator.company_ids = [Command.link(company.id)]
        setup = self.Setup.with_context(allowed_company_ids=[self.company.id, company.id]).create({'name': "New group"})
        self.assertEqual(setup.partner_id, self.vendor)
        own_vendor = self.vendor.copy({'company_id': self.company.id})
        for vendor in (self.vendor, own_vendor):
            setup.write({'company_id': self.company.id, 'partner_id': vendor.id})
            setup.company_id = company
            self.assertFalse(setup.partner_id)

    def test_an_administrator_who_may_not_create_contacts_chooses_a_vendor(self):
        self.administrator.group_ids = [Command.unlink(self.env.ref('base.group_partner_manager').id)]
        setup = self.Setup.create({'name': "New group", 'partner_id': False})
        setup.action_next()
        self.assertEqual(setup.state, 'account')
        self.assertIn("Choose a vendor", setup.partner_id_problem)
        setup.partner_id = self.vendor
        setup.action_next()
        self.assertEqual(setup.state, 'credentials')

    def test_a_name_is_not_given_twice(self):
        setup = self.Setup.create({'name': self.group.name})
        self.assertIn("Continue Setup", setup.name_problem)
        setup.action_next()
        self.assertFalse(setup.group_id)

    def test_going_back_changes_the_group_that_was_made(self):
        setup = self.begun()
        group = setup.group_id
        setup.setup_url = "https://amazon.example/edited"
        setup.action_back()
        setup.name = "Renamed"
        setup.action_next()
        self.assertEqual((setup.group_id, group.name), (group, "Renamed"))
        self.assertEqual(group.setup_url, "https://amazon.example/edited", "the marketplace is the same")
        setup.action_back()
        setup.marketplace = 'de'
        setup.action_next()
        self.assertIn('amazon.de', group.setup_url)

    def test_deleted_or_archived_products_are_restored(self):
        item, shipping = self.env.ref('amazon_punchout.product_item'), self.env.ref('amazon_punchout.product_shipping')
        self.group.write({'product_id': item.copy().id, 'shipping_product_id': shipping.copy().id})
        shipping.product_tmpl_id.active = False
        item.product_tmpl_id.unlink()
        group = self.begun().group_id
        self.assertEqual((group.product_id.default_code, group.product_id.type), ('AMAZON', 'consu'))
        product = group.product_id
        self.assertFalse(product.is_storable or product.supplier_taxes_id or product.company_id)
        self.assertEqual(self.env.ref('amazon_punchout.product_item'), group.product_id)
        self.assertEqual(group.shipping_product_id, shipping)
        self.assertTrue(shipping.active)
        self.assertEqual(self.begun(name="Another group").group_id.product_id, group.product_id)

    def test_pay_by_invoice_has_a_term_even_if_there_is_none(self):
        term = self.begun(payment_method='invoice').group_id.payment_term_id
        self.assertEqual((term.line_ids.nb_days, term.early_discount), (30, False))
        self.env['account.payment.term'].search([]).active = False
        made = self.begun(name="Another group", payment_method='invoice').group_id.payment_term_id
        self.assertTrue(made.active)
        self.assertEqual(made.line_ids.nb_days, 30)
        self.assertFalse(self.begun(name="By card").group_id.payment_term_id)

    def test_the_currency_of_the_marketplace_is_announced_and_switched_on(self):
        currency = self.env.ref('base.JPY')
        currency.active = False
        setup = self.Setup.create({'name': "New group", 'marketplace': 'jp'})
        self.assertIn("JPY", setup.currency_hint)
        setup.action_next()
        self.assertTrue(currency.active)
        self.assertFalse(setup.currency_hint)

    def test_only_administrators_of_the_addon_set_up(self):
        setup = self.begun()
        for user in (self.buyer, self.manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.env['amazon.punchout.setup'].with_user(user).create({'name': "Mine"})
            with self.assertRaises(AccessError):
                setup.with_user(user).action_next()
            with self.assertRaises(AccessError):
                self.group.with_user(user).action_continue_setup()

    def test_a_setup_is_for_the_one_who_opened_it(self):
        setup = self.begun()
        colleague = self.new_user('colleague', 'amazon_punchout.group_administrator')
        with self.assertRaises(AccessError):
            setup.with_user(colleague).action_next()
        self.assertEqual(
            setup.group_id.with_user(colleague).action_continue_setup()['res_model'], setup._name, "they open their "
                                                                                                   "own")

    def test_a_setup_leads_to_no_other_company(self):
        company = self.env['res.company'].create({'name': "Second"})
        foreign_group = self.group.copy({'name': "Foreign", 'company_id': company.id, 'warehouse_ids': False})
        foreign_vendor = self.vendor.copy({'company_id': company.id})
        warehouse = self.env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        setup = self.begun(partner_id=self.vendor.id)
        for vals in ({'company_id': company.id}, {'group_id': foreign_group.id}):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.Setup.create({'name': "X", **vals})
        for vals in ({'partner_id': foreign_vendor.id}, {'warehouse_id': warehouse.id}):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.env['amazon.punchout.setup.place'].with_user(self.administrator).create(
                    {'setup_id': setup.id, **vals})


@tagged('post_install', '-at_install')
class TestSetupCredentials(SetupCase):

    def test_what_is_missing_is_shown_beside_the_field(self):
        self.administrator.email = False
        setup = self.begun()
        self.assertFalse(setup.identity_problem)
        setup.action_next()
        self.assertEqual(setup.state, 'credentials')
        for problem in (setup.identity_problem, setup.shared_secret_problem, setup.order_url_problem,
                        setup.email_problem):
            self.assertTrue(problem)
        self.assertFalse(setup.setup_url_problem, "the marketplace fills it in")

    def test_half_an_address_is_noticed_while_it_is_typed(self):
        with Form(self.begun()) as form:
            form.order_url = "amazon.example/order"
            self.assertIn("https://", form.order_url_problem)
            form.order_url = ORDER_URL
            self.assertFalse(form.order_url_problem)

    def test_an_address_that_nothing_can_be_posted_to_is_noticed_while_it_is_typed(self):
        setup = self.begun()
        for url, words in (('http://[::1/order', "no valid host name"), ('https://a.example:port', "from 1 to 65535"),
                           ('https://user:password@a.example', "without them")):
            with self.subTest(url), Form(setup) as form:
                form.order_url = url
                self.assertIn(words, form.order_url_problem)
                form.pasted = f"Purchase Order request URL: {ORDER_URL}"
                self.assertFalse(form.order_url_problem)

    def test_pasted_values_are_seen_at_once_and_the_text_is_forgotten(self):
        setup = self.begun()
        with Form(setup) as form:
            form.pasted = f"From identity: Pasted1\nShared secret: {SECRET}\nPurchase Order request URL: {ORDER_URL}\n"
            self.assertEqual((form.identity, form.shared_secret, form.order_url), ('Pasted1', SECRET, ORDER_URL))
            self.assertFalse(form.pasted)
            self.assertIn("From Identity", form.found)
            self.assertNotIn(SECRET, form.found)
        self.assertEqual(setup.group_id.shared_secret, SECRET)

    def test_text_without_values_says_so(self):
        with Form(self.begun()) as form:
            form.pasted = "Good morning"
            self.assertIn("None of", form.found)
            self.assertFalse(form.pasted or form.identity)

    def test_what_was_typed_is_kept_on_the_group_and_the_secret_nowhere_else(self):
        setup = self.begun()
        setup.write(CREDENTIALS)
        setup.flush_recordset()
        self.assertEqual(setup.group_id.shared_secret, SECRET)
        self.env.cr.execute("SELECT to_jsonb(setup)::text FROM amazon_punchout_setup setup WHERE id = %s", [setup.id])
        self.assertNotIn(SECRET, self.env.cr.fetchone()[0])

    def test_the_connection_is_tested_once_all_is_filled_in(self):
        self.judge_connections()
        setup = self.begun()
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            setup.action_test_connection()
            self.assertEqual(sent, [])
            self.assertTrue(setup.identity_problem)
            setup.write(CREDENTIALS)
            setup.action_test_connection()
        self.assertEqual(len(sent), 2)  # the test address and the live one
        self.assertTrue(setup.connection_ok)
        with self.amazon(answer(start_page=START_PAGE), answer(code='403', text="Group is in test mode")):
            setup.action_test_connection()
        self.assertEqual((self.seen(setup).connection_ok, setup.connection_partly), (False, True))
        with self.amazon(answer(code='401', text="No such group")):
            setup.action_test_connection()
        self.assertFalse(self.seen(setup).connection_ok or setup.connection_partly)
        self.assertIn("No such group", setup.connection_problem)

    def test_next_tests_the_connection_and_stays_once_if_amazon_declines(self):
        self.judge_connections()
        setup = self.begun()
        setup.write(CREDENTIALS)
        with self.amazon(answer(code='401', text="No such group")) as sent:
            setup.action_next()
            self.assertEqual((setup.state, len(sent)), ('credentials', 2))
            self.assertIn("No such group", self.seen(setup).connection_problem)
            setup.action_next()
            self.assertEqual((setup.state, len(sent)), ('locations', 2), "the answer was read")
            setup.action_back()
            setup.identity = 'CorrectedGroup'
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            setup.action_next()
            self.assertEqual((setup.state, len(sent)), ('locations', 2))
            self.assertTrue(self.seen(setup).connection_ok)
            setup.action_back()
            setup.action_next()
        self.assertEqual(len(sent), 2, "what Amazon has accepted is not asked again")

    def test_next_asks_nothing_from_a_database_that_sends_nothing(self):
        self.judge_connections()
        setup = self.begun()
        setup.write(CREDENTIALS)
        with patch.object(self.registry['amazon.punchout.group'], '_sending_stopped_reason', lambda _group: "A copy"):
            setup.action_next()
        self.assertEqual(setup.state, 'locations')

    def test_the_setup_is_continued_where_it_was_left(self):
        group = self.begun().group_id
        self.assertEqual(self.reopened(group).state, 'credentials')
        group.write(CREDENTIALS)
        self.warehouse.partner_id.city = False
        setup = self.reopened(group)
        self.assertEqual((setup.state, setup.name, setup.partner_id), ('locations', group.name, group.partner_id))
        self.warehouse.partner_id.city = "Springfield"
        self.assertEqual(self.reopened(group).state, 'test')

    def reopened(self, group):
        action = group.with_user(self.administrator).action_continue_setup()
        return self.Setup.browse(action['res_id'])
