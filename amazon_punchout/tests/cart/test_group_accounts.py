"""The items of the checklist about products, taxes and payment."""
from odoo.tests import Form, tagged

from ...tools.checklist import RECOMMENDED, REQUIRED
from ..account_case import AccountCase
from ..cxml_builder import item


@tagged('post_install', '-at_install')
class TestAccountsOnTheChecklist(AccountCase):

    def check(self, key):
        """Return an item of the checklist, or None."""
        found = [check for check in self.group.with_user(self.administrator)._checklist() if check.key == key]
        self.assertLessEqual(len(found), 1)
        return found[0] if found else None

    def assertOpen(self, key, level, page, words):
        check = self.check(key)
        self.assertEqual((check.done, check.level, check.page), (False, level, page))
        self.assertRegex(check.sentence, words)

    def assertDone(self, key):
        self.assertTrue(self.check(key).done, self.check(key).sentence)

    # === PRODUCTS === #

    def test_products_that_can_be_bought_are_required(self):
        self.assertDone('products')
        self.assertFalse([check for check in self.group._open_required() if check.key == 'products'])

    def test_an_archived_item_product(self):
        self.group.product_id.active = False
        self.assertOpen('products', REQUIRED, 'products', "Amazon Item.*is archived")
        self.assertIn('products', [check.key for check in self.group._open_required()])

    def test_an_item_product_whose_inventory_is_tracked_now(self):
        self.group.product_id.is_storable = True
        self.assertOpen('products', REQUIRED, 'products', "Amazon Item.*inventory is not tracked")

    def test_a_shipping_or_tax_product_that_is_archived(self):
        self.group.shipping_product_id.active = False
        self.assertOpen('products', REQUIRED, 'products', "Amazon Shipping.*must be an active service")
        self.group.shipping_product_id.active = True
        self.group.tax_product_id.active = False
        self.assertOpen('products', REQUIRED, 'products', "Amazon Estimated Tax.*must be an active service")

    def test_the_product_of_a_category_that_is_archived(self):
        self.map_category('4412', product_id=self.pens.id)
        self.assertDone('categories')
        self.pens.active = False
        self.assertOpen('categories', RECOMMENDED, 'amazon_punchout.amazon_punchout_unspsc_action',
                        "Category 4412: .*Pens is archived")
        self.assertTrue(self.env.ref(self.check('categories').page))

    # === TAXES === #

    def test_rates_of_the_marketplace_without_a_purchase_tax(self):
        self.env['account.tax'].search([('type_tax_use', '=', 'purchase')]).active = False
        self.assertDone('tax_rates')  # sales tax of the United States is cost
        self.group.marketplace = 'de'
        self.assertOpen('tax_rates', RECOMMENDED, 'products', r"the purchase tax of 7%, 19% under Tax Rates")
        self.new_tax(19)
        seven = self.new_tax(7) | self.new_tax(7)
        self.new_tax(3)
        self.new_tax(3)
        self.assertOpen('tax_rates', RECOMMENDED, 'products', r"the purchase tax of 7% under")
        row = self.env['amazon.punchout.tax.rate'].create({'group_id': self.group.id, 'rate': 7})
        self.assertDone('tax_rates')  # part of the cost
        row.tax_id = seven[1]
        self.assertDone('tax_rates')
        seven[1].active = False
        self.env['account.tax'].create(seven[0].copy_data({'name': "7% again"}))
        self.assertOpen('tax_rates', RECOMMENDED, 'products', r"the purchase tax of 7% under")

    def test_rates_are_required_once_amazons_invoices_become_bills(self):
        self.env['account.tax'].search([('type_tax_use', '=', 'purchase')]).active = False
        self.group.marketplace = 'jp'
        self.group.payment_method = 'invoice'
        self.assertOpen('tax_rates', RECOMMENDED, 'products', "8%, 10%")
        self.group.confirmations_expected = True
        self.assertOpen('tax_rates', REQUIRED, 'products', "8%, 10%")
        self.group.payment_method = 'card'
        self.assertOpen('tax_rates', RECOMMENDED, 'products', "8%, 10%")
        self.group.post_matching_bills = True
        self.assertOpen('tax_rates', REQUIRED, 'products', "bills with it are not posted")

    def test_a_rate_that_a_cart_stated_counts_too(self):
        taxes = self.new_tax(3) | self.new_tax(3)
        self.make_order([item(price='100.00', tax='3.00', details=[('3', '3.00', 'subtotalTax')])], tax='3.00')
        self.assertOpen('tax_rates', RECOMMENDED, 'products', r"the purchase tax of 3% under")
        self.group.with_user(self.administrator).action_propose_tax_rates()
        self.assertEqual(self.group.tax_rate_ids.mapped(lambda row: (row.rate, row.tax_id)), [(3, taxes[0])])
        self.assertDone('tax_rates')

    # === PROPOSING TAXES === #

    def proposed(self):
        """Press the button, and return the rows."""
        self.group.with_user(self.administrator).action_propose_tax_rates()
        return {row.rate: row.tax_id for row in self.group.tax_rate_ids}

    def test_the_tax_for_goods_at_home_is_proposed(self):
        self.env['account.tax'].search([('type_tax_use', '=', 'purchase')]).active = False
        self.group.marketplace = 'it'
        standard = self.new_tax(22, name="22% G", tax_scope='consu', sequence=9)
        self.new_tax(22, name="22% D", tax_scope='consu', sequence=1)
        self.new_tax(10, name="10% S", tax_scope='service', sequence=1)
        self.new_tax(10, name="10% IG", tax_scope='consu', sequence=1)
        self.new_tax(10, name="10% G INC", tax_scope='consu', sequence=1, price_include_override='tax_included')
        reduced = self.new_tax(10, name="10% G", tax_scope='consu', sequence=9)
        self.new_tax(4, name="4% Pension", sequence=1)
        archived = self.new_tax(4, name="4% G", tax_scope='consu', active=False)
        self.company.account_purchase_tax_id = standard
        self.assertEqual(self.proposed(), {22: standard, 10: reduced, 4: archived})
        self.assertTrue(archived.active)
        self.assertOpen('tax_rates', RECOMMENDED, 'products', r"the purchase tax of 5% under")

    def test_what_was_chosen_stays(self):
        self.group.marketplace = 'jp'
        chosen = self.new_tax(10)
        self.company.account_purchase_tax_id = self.new_tax(10)
        self.env['amazon.punchout.tax.rate'].create({'group_id': self.group.id, 'tax_id': chosen.id})
        self.env['amazon.punchout.tax.rate'].create({'group_id': self.group.id, 'rate': 8})
        self.assertEqual(self.proposed(), {10: chosen, 8: self.env['account.tax']})

    # === ANALYTIC ACCOUNTING === #

    def test_a_required_distribution_that_buyers_can_not_see(self):
        self.assertIsNone(self.check('analytic'))
        self.group.require_analytic = True
        self.assertOpen('analytic', REQUIRED, 'products', "enable Analytic Accounting.*clear Analytic Distribution")
        self.env.ref('base.group_user').implied_ids += self.env.ref('analytic.group_analytic_accounting')
        self.assertDone('analytic')

    # === PAYMENT === #

    def test_a_card_without_journal(self):
        self.group.write({'payment_method': 'card', 'journal_id': False})
        self.assertOpen('payment_journal', RECOMMENDED, 'payment', "journal of the card")
        self.assertIsNone(self.check('payment_term'))
        self.assertIsNone(self.check('invoice_messages'))
        self.group.journal_id = self.env['account.journal'].create({'name': "Card", 'type': 'credit', 'code': 'CARD'})
        self.assertDone('payment_journal')

    def test_pay_by_invoice_without_term_and_messages(self):
        self.group.payment_method = 'invoice'
        self.assertIsNone(self.check('payment_journal'))
        self.assertOpen('payment_term', RECOMMENDED, 'payment', "payment term.*Pay by Invoice")
        self.assertOpen('invoice_messages', RECOMMENDED, 'messages', "Have Amazon send its invoices to Odoo")
        term = self.env.ref('account.account_payment_term_30days')
        self.vendor.property_supplier_payment_term_id = term
        self.assertDone('payment_term')
        self.vendor.property_supplier_payment_term_id = False
        self.group.write({'payment_term_id': term.id, 'inbound_user': 'amazon'})
        self.assertDone('payment_term')
        self.assertDone('invoice_messages')

    # === THE FORM === #

    def test_the_form_sets_all_of_it(self):
        with Form(self.group.with_user(self.administrator)) as form:
            form.item_policy = 'match'
            form.payment_method = 'invoice'
            form.require_location = form.require_account = form.require_analytic = True
        self.assertEqual((self.group.item_policy, self.group.payment_method), ('match', 'invoice'))


@tagged('post_install', '-at_install')
class TestTheVendorsDefaults(AccountCase):

    def test_an_order_takes_the_vendors_term_and_fiscal_position(self):
        term = self.env.ref('account.account_payment_term_30days')
        position = self.env['account.fiscal.position'].create({'name': "Abroad"})
        self.vendor.write({
            'property_supplier_payment_term_id': term.id, 'property_account_position_id': position.id})
        order = self.two_items()
        self.assertEqual((order.payment_term_id, order.fiscal_position_id), (term, position))
        order.with_user(self.buyer).button_confirm()
        self.receive_goods(order)
        bill = self.create_bill(order)
        self.assertEqual((bill.invoice_payment_term_id, bill.fiscal_position_id), (term, position))

    def test_the_groups_own_term_comes_first(self):
        self.vendor.property_supplier_payment_term_id = self.env.ref('account.account_payment_term_30days')
        self.group.payment_term_id = self.env.ref('account.account_payment_term_immediate')
        self.assertEqual(self.two_items().payment_term_id, self.group.payment_term_id)
