"""Several companies and several groups in one database: each has its own, and sees its own only."""
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import SECRET, START_PAGE, answer
from ..companies_case import CompaniesCase
from ..cxml_builder import cart_xml, item, ship_notice_xml

MODELS = ('amazon.punchout.group', 'amazon.punchout.session', 'amazon.punchout.document', 'amazon.punchout.shipment',
          'amazon.punchout.shipment.line', 'purchase.order')


@tagged('post_install', '-at_install')
class TestOrdersOfTwoCompanies(CompaniesCase):

    def test_each_order_has_what_is_its_companys(self):
        taxes = {company: self.new_tax(19, company_id=company.id) for company in (self.company, self.gmbh)}
        first, second, german = self.three_orders()
        for order, group, currency, place in (
            (first, self.group, 'USD', self.warehouse), (second, self.second, 'USD', self.warehouse),
            (german, self.german, 'EUR', self.berlin),
        ):
            with self.subTest(group.name):
                self.assertEqual(order.amazon_group_id, group)
                self.assertEqual(order.company_id, group.company_id)
                self.assertEqual(order.partner_id, group.partner_id)
                self.assertEqual(order.currency_id.name, currency)
                self.assertEqual(order.picking_type_id.warehouse_id, place)
                self.assertEqual(order.picking_ids.company_id, group.company_id)
                sessions = self.env['amazon.punchout.session'].search([
                    ('group_id', 'in', order.amazon_document_ids.group_id.ids)])
                self.assertEqual((order.amazon_session_id | sessions).company_id, group.company_id)
                self.assertEqual(order.amazon_document_ids.company_id, group.company_id)
        self.assertRegex(german.name, r'^B\d{5}$', "of the company's own sequence")
        self.assertNotRegex(first.name, r'^B')
        self.assertEqual(german.order_line.tax_ids, taxes[self.gmbh])
        self.assertFalse(first.order_line.tax_ids)
        self.assertEqual(german.amount_total, 35.70)

    def test_each_order_is_sent_with_the_credentials_of_its_group(self):
        urls = {}

        def respond(prepared, **kwargs):
            identity = etree.fromstring(prepared.body.getvalue()).findtext('Header/Sender/Credential/Identity')
            urls[identity] = prepared.url
            return answer()(prepared, **kwargs)
        for group, user, currency in ((self.group, self.buyer, 'USD'), (self.second, self.both, 'USD'),
                                      (self.german, self.both, 'EUR')):
            self.make_order(group=group, user=user, currency=currency).with_user(user).button_confirm()
        sent = {etree.fromstring(raw).findtext('Header/Sender/Credential/Identity'): etree.fromstring(raw)
                for raw in self.send(respond)}
        for group, secret in ((self.group, SECRET), (self.second, 'secret-of-us-2'), (self.german, 'secret-of-de')):
            root = sent[group.identity]
            self.assertEqual(root.findtext('Header/Sender/Credential/SharedSecret'), secret)
            self.assertEqual(urls[group.identity], group.order_url)
            country = root.find('.//ShipTo/Address').get('isoCountryCode')
            self.assertEqual(country, 'DE' if group == self.german else 'US')
            self.assertEqual(root.find('.//BillTo/Address/Name').text, group.company_id.name)

    def test_groups_of_different_marketplaces(self):
        self.assertIn('amazon.de', self.german.setup_url)
        _first, _second, german = self.three_orders()
        self.assertIn('amazon.de', str(german._amazon_link_html()))

    def test_the_limit_of_one_company_does_not_hold_in_the_other(self):
        self.set_limit(5, self.gmbh)
        first, german = self.make_order(), self.make_order(group=self.german, user=self.both, currency='EUR')
        for order in (first, german):
            order.with_user(self.both).with_context(
                allowed_company_ids=[self.company.id, self.gmbh.id]).button_confirm()
        self.assertEqual((first.state, german.state), ('purchase', 'to approve'))
        asked = self.activities(german, 'amazon_punchout.mail_activity_approval').user_id
        self.assertIn(self.de_manager, asked)
        self.assertNotIn(self.manager, asked)

    def test_a_problem_is_reported_in_its_own_company(self):
        session, cookie = self.start_trip(user=self.both, group=self.german)
        self.receive(cookie, cart_xml(cookie, [item(unit='CEN')], currency='EUR'))
        self.assertEqual((session.state, session.activity_ids.user_id), ('attention', self.de_administrator))


@tagged('post_install', '-at_install')
class TestNothingIsSeenAcross(CompaniesCase):

    def setUp(self):
        super().setUp()
        self.orders = self.three_orders()
        for order in self.orders:
            self.deliver(ship_notice_xml(order, [(1, 1)]), group=order.amazon_group_id)

    def of(self, company, model):
        records = self.env[model].sudo().with_context(active_test=False).search([('company_id', '=', company.id)])
        self.assertTrue(records, model)
        return records

    def assertUnseen(self, user, company):
        """Assert that a user finds nothing of a company in lists, searches by name, reads and methods."""
        for model in MODELS:
            theirs = self.of(company, model)
            Model = theirs.browse().with_user(user).sudo(False)
            with self.subTest(model, user=user.login):
                self.assertFalse(Model.search([('id', 'in', theirs.ids)]))
                self.assertFalse(Model.web_search_read([('id', 'in', theirs.ids)], {'display_name': {}})['records'])
                self.assertFalse({each for each, _name in Model.name_search("", limit=None)} & set(theirs.ids))
                for record in Model.browse(theirs.ids):
                    with self.assertRaises(AccessError):
                        record.read(['display_name'])
                    with self.assertRaises(AccessError):
                        record.web_read({'display_name': {}})
                    with self.assertRaises(AccessError):
                        record.write({'company_id': user.company_id.id})

    def test_the_people_of_one_company_see_nothing_of_the_other(self):
        for user in (self.de_buyer, self.de_manager, self.de_administrator):
            self.assertUnseen(user, self.company)
        for user in (self.buyer, self.manager, self.administrator):
            self.assertUnseen(user, self.gmbh)

    def test_a_user_of_both_companies_sees_those_that_are_selected(self):
        both = self.both.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(self.env['amazon.punchout.group'].with_user(both).with_context(
            allowed_company_ids=self.company.ids).search([]) & self.german)
        both = self.env['amazon.punchout.group'].with_user(self.both).with_context(
            allowed_company_ids=[self.company.id, self.gmbh.id])
        groups = self.group | self.second | self.german
        self.assertEqual(both.search([]) & groups, groups)

    def test_no_action_works_across(self):
        first, _second, german = self.orders
        trip = german.amazon_session_id
        document = german._amazon_request()
        shipment = german.amazon_shipment_ids
        for step in (
            lambda user: self.german.with_user(user).action_punch_out(),
            lambda user: self.german.with_user(user).action_choose_people(),
            lambda user: self.german.with_user(user).action_see_locations(),
            lambda user: trip.with_user(user).action_retry(),
            lambda user: trip.with_user(user).action_try_again(),
            lambda user: document.with_user(user).read(['payload_id']),
            lambda user: german.with_user(user).button_cancel(),
            lambda user: german.with_user(user).button_approve(),
            lambda user: german.with_user(user).action_amazon_shop_again(),
            lambda user: german.with_user(user).action_amazon_cancel(),
            lambda user: shipment.with_user(user).read(['tracking_number']),
        ):
            for user in (self.buyer, self.manager, self.administrator):
                with self.assertRaises(AccessError), self.amazon(answer(start_page=START_PAGE)):
                    step(user)
        self.assertStands(german, 'sent')
        self.assertStands(first, 'sent')

    def test_no_forged_dialog_works_across(self):
        _first, _second, german = self.orders
        document = german._amazon_request()
        for model, vals, step in (
            ('amazon.punchout.by.hand', {'order_id': german.id, 'order_number': '111-0000000-0000001'}, 'action_enter'),
            ('amazon.punchout.cancel', {'order_id': german.id}, 'action_want'),
            ('amazon.punchout.cancel', {'order_id': german.id}, 'action_state_cancelled'),
            ('amazon.punchout.dismiss', {'document_id': document.id, 'reason': "mine"}, 'action_dismiss'),
        ):
            dialogs = self.env[model].with_user(self.manager)
            with self.subTest(model, step=step):
                with self.assertRaises(AccessError):
                    dialogs.create(vals)
                dialog = dialogs.sudo().create(vals).sudo(False)  # as if it had been created nevertheless
                with self.assertRaises(AccessError):
                    getattr(dialog, step)()
        self.assertStands(german, 'sent')
        self.assertFalse(german.amazon_cancel_wanted)

    def test_what_an_order_shows_of_its_group_is_its_own(self):
        rfq = self.env['purchase.order'].with_user(self.both).with_company(self.gmbh).create({
            'partner_id': self.vendor.id, 'company_id': self.gmbh.id})
        self.assertFalse(rfq.amazon_not_sent, "this vendor is Amazon's in the other company only")
        self.assertFalse(rfq.amazon_can_shop)

    def test_a_default_group_is_one_companys(self):
        self.both.with_user(self.both).write({'amazon_group_id': self.group.id})
        self.assertFalse(self.both.with_company(self.gmbh).amazon_group_id)
        with self.assertRaises(UserError):
            self.both.with_user(self.both).with_company(self.gmbh).write({'amazon_group_id': self.second.id})
        with self.assertRaises(UserError):
            self.gmbh.amazon_group_id = self.group
        self.assertEqual(self.both.with_company(self.gmbh).amazon_own_group_ids, self.german)


@tagged('post_install', '-at_install')
class TestShoppingInTwoCompanies(CompaniesCase):

    def dialog(self, *companies):
        context = {'allowed_company_ids': [company.id for company in companies]}
        with self.amazon(answer(start_page=START_PAGE)):
            action = self.env['amazon.punchout.group'].with_user(self.both).with_context(**context).action_shop()
        dialogs = self.env['amazon.punchout.shop'].with_user(self.both).with_context(**context)
        return dialogs.browse(action.get('res_id'))

    def test_the_dialog_offers_groups_of_the_selected_companies(self):
        own = self.group | self.second
        dialog = self.dialog(self.company)
        self.assertEqual((dialog.allowed_group_ids, dialog.allowed_warehouse_ids), (own, self.warehouse))
        dialog = self.dialog(self.company, self.gmbh)
        self.assertEqual(dialog.allowed_group_ids, own | self.german)
        self.assertIn(dialog.group_id, own)
        form = Form(dialog)
        form.warehouse_id = self.berlin
        self.assertEqual(form.group_id, self.german)
        self.assertEqual(self.dialog(self.gmbh, self.company).group_id, self.german)
        self.assertFalse(self.dialog(self.gmbh), "one group and one location: straight to Amazon")

    def test_a_dialog_of_both_does_not_shop_once_a_company_is_deselected(self):
        dialog = self.dialog(self.gmbh, self.company)
        with self.assertRaises(AccessError), self.amazon(answer(start_page=START_PAGE)) as sent:
            dialog.with_context(allowed_company_ids=self.company.ids).action_shop()
        self.assertFalse(sent)

    def test_a_forged_dialog_is_blocked(self):
        Shop = self.env['amazon.punchout.shop'].with_user(self.buyer)
        order = self.env['purchase.order'].create({
            'partner_id': self.de_vendor.id, 'company_id': self.gmbh.id,
            'picking_type_id': self.berlin.in_type_id.id})
        for vals in (
            {'group_id': self.german.id, 'warehouse_id': self.berlin.id},
            {'group_id': self.group.id, 'warehouse_id': self.berlin.id},
            {'group_id': self.group.id, 'warehouse_id': self.warehouse.id, 'order_id': order.id},
            {'group_id': self.group.id, 'warehouse_id': self.warehouse.id, 'again_order_id': order.id},
        ):
            # An AccessError is a UserError.
            with self.subTest(vals), self.amazon(answer(start_page=START_PAGE)) as sent, self.assertRaises(UserError):
                Shop.create(vals).action_shop()
            self.assertFalse(sent)

    def test_users_who_may_not_shop_read_about_their_own_company_only(self):
        self.german.all_users = False
        action = self.env['amazon.punchout.group'].with_user(self.de_buyer).action_shop()
        ask = self.env['amazon.punchout.ask'].browse(action['res_id'])
        self.assertIn(self.german.name, ask.reason)
        self.assertNotIn(self.group.name, ask.reason)
        self.assertIn(self.de_administrator.name, ask.people)
        self.assertNotIn(self.administrator.name, ask.people)
        self.german.active = False
        action = self.env['amazon.punchout.group'].with_user(self.de_buyer).action_shop()
        people = self.env['amazon.punchout.ask'].browse(action['res_id']).people
        self.assertIn(self.de_administrator.name, people)
        self.assertNotIn(self.administrator.name, people)

    def test_a_group_takes_nothing_of_another_company(self):
        product = self.env['product.product'].create({'name': "Theirs", 'type': 'consu', 'company_id': self.gmbh.id})
        journal = self.env['account.journal'].create(
            {'name': "Their bank", 'type': 'bank', 'code': 'TB', 'company_id': self.gmbh.id})
        term = self.env['account.payment.term'].create({'name': "Theirs", 'company_id': self.gmbh.id})
        for vals in (
            {'partner_id': self.de_vendor.id}, {'warehouse_id': self.berlin.id},
            {'warehouse_ids': [Command.link(self.berlin.id)]}, {'product_id': product.id}, {'journal_id': journal.id},
            {'payment_term_id': term.id}, {'user_ids': [Command.link(self.de_buyer.id)]},
        ):
            with self.subTest(list(vals)[0]), self.assertRaises(UserError):
                self.second.write(vals)
