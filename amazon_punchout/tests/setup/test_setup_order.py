"""The last two steps of the setup: members and locations, and the test order."""
from dataclasses import asdict

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from ..common import START_PAGE, answer
from ..cxml_builder import confirmation_xml, status
from ..message_case import MessageCase
from .test_setup import SetupCase


@tagged('post_install', '-at_install')
class TestSetupLocations(SetupCase):

    def test_addresses_are_completed_on_the_spot(self):
        self.warehouse.partner_id.write({'city': False, 'phone': False})
        setup = self.at_locations()
        location = setup.place_ids.filtered('warehouse_id')
        self.assertEqual(location.missing, "City, Phone")
        setup.action_next()
        self.assertEqual(setup.state, 'locations')
        self.assertIn(f"{location.name} lacks: City, Phone.", setup.place_ids_problem)
        with Form(setup) as form, form.place_ids.edit(0) as line:
            line.city = "Springfield"
            self.assertEqual(line.missing, "Phone", "what is typed counts before it is saved")
            line.phone = "+1 555 0100"
            self.assertFalse(line.missing)
        self.assertEqual(self.warehouse.partner_id.city, "Springfield")
        setup.action_next()
        self.assertEqual(setup.state, 'test')

    def test_the_billing_address_is_listed_once(self):
        self.assertEqual(self.at_locations().place_ids.mapped('name'), [
            self.warehouse.name, f"Bills of {self.company.name}"])
        self.warehouse.partner_id = self.company.partner_id
        self.assertEqual(self.at_locations(name="Another group").place_ids.mapped('name'), [
            f"{self.warehouse.name} (also for bills)"])

    def test_an_incomplete_billing_address_keeps_the_setup_here(self):
        self.company.partner_id.zip = False
        setup = self.at_locations()
        setup.action_next()
        self.assertIn("Bills", setup.place_ids_problem)

    def test_only_the_ticked_locations_are_used_and_must_be_complete(self):
        other = self.env['stock.warehouse'].create({'name': "Annex", 'code': "ANX", 'company_id': self.company.id})
        other.partner_id = self.env['res.partner'].create({'name': "Annex"})
        setup = self.at_locations()
        annex = setup.place_ids.filtered(lambda location: location.warehouse_id == other)
        self.assertTrue(annex.is_used and annex.missing)
        annex.is_used = False
        self.assertFalse(annex.missing)
        setup.action_next()
        self.assertEqual((setup.state, setup.group_id.warehouse_ids), ('test', self.warehouse))

    def test_all_locations_include_later_ones(self):
        self.assertFalse(self.at_test().group_id.warehouse_ids)

    def test_a_group_that_is_limited_to_some_locations_stays_so(self):
        group = self.at_test().group_id
        group.warehouse_ids = self.warehouse
        setup = self.Setup.browse(group.with_user(self.administrator).action_continue_setup()['res_id'])
        setup._enter('locations')
        setup.action_next()
        self.assertEqual((setup.state, group.warehouse_ids), ('test', self.warehouse), "a later one is not added")

    def test_the_default_location_is_ticked(self):
        other = self.warehouse.copy({'name': "Annex", 'code': "ANX"})
        setup = self.at_locations()
        setup.group_id.warehouse_id = other
        setup.place_ids.filtered(lambda location: location.warehouse_id == other).is_used = False
        setup.action_next()
        self.assertEqual(setup.state, 'locations')
        self.assertIn("Annex is the Default Location", setup.place_ids_problem)

    def test_one_location_is_required(self):
        setup = self.at_locations()
        setup.place_ids.is_used = False
        setup.action_next()
        self.assertEqual(setup.state, 'locations')
        self.assertIn("Tick", setup.place_ids_problem)

    def test_a_warehouse_without_an_address_is_named(self):
        self.warehouse.partner_id = False
        setup = self.at_locations()
        setup.action_next()
        self.assertIn("lacks: Address", setup.place_ids_problem)

    def test_the_administrator_is_among_the_chosen_members(self):
        setup = self.at_locations()
        setup.write({'all_users': False, 'user_ids': [Command.set(self.buyer.ids)]})
        setup.action_next()
        self.assertIn("Add yourself", setup.user_ids_problem)
        setup.user_ids = [Command.link(self.administrator.id)]
        setup.action_next()
        self.assertEqual(setup.state, 'test')
        self.assertEqual(setup.group_id.user_ids, self.buyer | self.administrator)

    def test_the_administrator_s_own_email_is_entered_here(self):
        setup = self.at_locations()
        self.administrator.email = False
        self.seen(setup).action_next()
        self.assertIn("Enter your e-mail address", setup.email_problem)
        setup.email = "new@example.com"
        self.assertEqual((self.administrator.email, self.administrator.amazon_email), ("new@example.com", False))

    def test_another_email_on_amazon_is_stored_beside_the_own_one(self):
        setup = self.at_locations()
        before = self.administrator.email
        setup.email = "work@example.com"
        self.assertEqual((self.administrator.email, self.administrator._amazon_email()), (before, "work@example.com"))
        with Form(setup) as form:
            form.email = "work"
            self.assertIn("not an e-mail", form.email_problem, "before anybody wants to go on")
            form.email = "work@example.com"

    def test_contacts_are_edited_only_with_the_right_to(self):
        self.administrator.group_ids = [Command.unlink(self.env.ref('base.group_partner_manager').id)]
        setup = self.at_locations(partner_id=self.vendor.id)
        self.assertFalse(setup.may_edit_places)
        with self.assertRaises(AccessError):
            setup.place_ids[0].city = "Elsewhere"
            self.env.flush_all()

    def test_the_setup_lists_the_locations_of_its_own_company(self):
        company = self.env['res.company'].create({'name': "Second", 'currency_id': self.env.ref('base.EUR').id})
        self.administrator.company_ids = [Command.link(company.id)]
        Setup = self.Setup.with_company(company).with_context(allowed_company_ids=[company.id, self.company.id])
        setup = Setup.create({'name': self.group.name, 'marketplace': 'de'})
        setup.action_next()
        self.assertEqual(setup.group_id.company_id, company)
        setup._enter('locations')
        self.assertEqual(setup.place_ids.warehouse_id.company_id, company)
        self.assertNotIn(self.company.partner_id, setup.place_ids.partner_id)


@tagged('post_install', '-at_install')
class TestSetupOrder(SetupCase):

    def test_shopping_sets_the_group_to_test_and_leads_to_amazon(self):
        setup = self.at_test()
        with self.amazon(answer(start_page=START_PAGE)):
            action = setup.action_shop()
        self.assertEqual((action['url'], setup.group_id.state), (START_PAGE, 'test'))
        session = self.env['amazon.punchout.session'].search([('group_id', '=', setup.group_id.id)])
        self.assertEqual(session.deployment_mode, 'test')

    def test_a_declined_setup_request_is_shown_and_the_setup_stays_open(self):
        setup = self.at_test()
        with self.amazon(answer(code='401', text="No such group")):
            action = setup.action_shop()
        self.assertEqual(action['res_model'], 'amazon.punchout.session')
        self.assertIn("No such group", self.env[action['res_model']].browse(action['res_id']).problem)

    def test_the_steps_of_the_test_order_that_are_done_are_ticked(self):
        setup = self.at_test()
        self.assertEqual([done for done, _sentence in setup._test_steps()], [False] * 6)
        setup.group_id.state = 'test'
        order = self.make_order(user=self.administrator, group=setup.group_id)
        self.assertEqual([done for done, _sentence in self.seen(setup)._test_steps()], [True] + [False] * 5)
        order.with_user(self.administrator).button_confirm()
        self.assertEqual([done for done, _sentence in self.seen(setup)._test_steps()], [True] * 2 + [False] * 4)
        self.send()
        self.assertEqual([done for done, _sentence in self.seen(setup)._test_steps()], [True] * 3 + [False] * 3)
        self.assertTrue(setup.is_tested)
        self.assertEqual(setup.action_open_test_order()['res_id'], order.id)

    def test_a_cart_that_never_reached_amazon_tests_nothing(self):
        setup = self.at_test()
        setup.group_id.state = 'test'
        given_up, withdrawn, rejected = orders = [
            self.make_order(user=self.administrator, group=setup.group_id).with_user(self.administrator)
            for _order in range(3)]
        given_up.action_amazon_give_up()
        withdrawn.button_confirm()
        withdrawn.button_cancel()
        rejected.button_confirm()
        self.send(answer(code='400', text="No"))
        self.assertEqual(rejected.amazon_state, 'refused')
        self.assertEqual((self.seen(setup).test_order_id, setup.is_tested), (rejected, False))
        rejected.button_cancel()
        self.assertEqual([order.amazon_state for order in orders], ['cancelled'] * 3)
        self.assertFalse(self.seen(setup).test_order_id or setup.is_tested)
        self.assertEqual([done for done, _sentence in setup._test_steps()], [False] * 6)

    def test_another_cart_does_not_undo_a_test_order_that_arrived(self):
        setup = self.at_test()
        setup.group_id.state = 'test'
        order = self.make_order(user=self.administrator, group=setup.group_id).with_user(self.administrator)
        order.button_confirm()
        self.send()
        self.make_order(user=self.administrator, group=setup.group_id)
        self.assertEqual((self.seen(setup).is_tested, setup.test_order_id), (True, order))
        self.assertEqual([done for done, _sentence in setup._test_steps()], [True] * 3 + [False] * 3)
        check = next(check for check in setup.group_id._checklist() if check.key == 'test_order')
        self.assertTrue(check.done, "the checklist says the same")
        later = self.make_order(user=self.administrator, group=setup.group_id).with_user(self.administrator)
        later.button_confirm()
        self.send()
        self.assertEqual(self.seen(setup).test_order_id, later)

    def test_a_test_order_leads_back_to_the_setup_until_the_group_is_live(self):
        setup = self.at_test()
        setup.group_id.state = 'test'
        order = self.make_order(user=self.administrator, group=setup.group_id).with_user(self.administrator)
        self.assertTrue(order.amazon_is_setup_test)
        self.assertEqual(self.Setup.browse(order.action_amazon_continue_setup()['res_id']).state, 'test')
        setup.group_id.state = 'draft'
        self.assertFalse(order.amazon_is_setup_test)

    def test_a_live_group_is_not_shopped_with_as_a_test(self):
        action = self.group.with_user(self.administrator).action_continue_setup()
        setup = self.Setup.browse(action['res_id'])
        with self.amazon(answer(start_page=START_PAGE)) as sent, self.assertRaisesRegex(UserError, "is live"):
            setup.action_shop()
        self.assertEqual((sent, self.group.state), ([], 'active'))

    def test_what_is_open_for_going_live_is_listed_in_the_last_step(self):
        setup = self.at_test()
        self.judge_connections()
        shown = {each['key']: each for each in setup.open_checks}
        for check in setup.group_id._open_required():
            self.assertEqual(shown[check.key], asdict(check), "with the page and the field that each leads to")
        self.assertIn('required', {each['level'] for each in shown.values()})


@tagged('post_install', '-at_install')
class TestSetupGoingLive(MessageCase, SetupCase):

    def first_button(self, setup):
        """Give the label of the primary button of the step."""
        arch = etree.fromstring(setup.get_view(view_type='form')['arch'])
        values = self.seen(setup).read(load=None)[0]
        [button] = [button.get('string') for button in arch.xpath("//header/button[@class='btn-primary']")
                    if not safe_eval(button.get('invisible'), values)]
        return button

    def sent_test_order(self, setup):
        setup.group_id.state = 'test'
        order = self.make_order(user=self.administrator, group=setup.group_id).with_user(self.administrator)
        order.button_confirm()
        self.send()
        return order.sudo()

    def test_going_live_comes_first_once_amazon_has_confirmed_the_test_order(self):
        setup = self.at_test()
        setup.group_id.confirmations_expected = True
        self.assertEqual(self.first_button(setup), "Shop on Amazon")
        order = self.sent_test_order(setup)
        self.assertEqual(self.first_button(setup), "Open Test Order")
        self.deliver(confirmation_xml(order, [(1, 1, status(quantity=1))]), setup.group_id)
        self.assertTrue(order.amazon_order_ref)
        self.assertEqual(self.first_button(setup), "Go Live")

    def test_without_expected_confirmations_none_is_waited_for(self):
        setup = self.at_test()
        self.sent_test_order(setup)
        self.assertEqual(self.first_button(setup), "Go Live")

    def test_nothing_that_odoo_cannot_know_is_ticked(self):
        setup = self.at_test()
        setup.group_id.state = 'test'
        setup.group_id.state = 'active'
        done, sentence = self.seen(setup)._test_steps()[-1]
        self.assertEqual((done, sentence), (True, "Press Go Live above."))
        self.assertNotIn("switch the group on Amazon", str(setup.test_progress))
