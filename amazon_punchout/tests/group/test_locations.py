"""The locations of a group: what Amazon needs of them, what is printed on parcels, and how they are chosen."""
from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...const import DELIVER_TO_LENGTH
from ...tools.checklist import RECOMMENDED, REQUIRED
from ..common import START_PAGE, answer
from ..order_case import OrderCase
from ..shopping.test_shop import STRAIGHT, ShopCase

LONG = "Reception of the main building"


class LocationsCase(ShopCase):

    def setUp(self):
        super().setUp()
        self.dock = self.new_warehouse("Second dock", 'SD')

    def checks(self):
        return {check.key: check for check in self.group.with_user(self.administrator)._checklist()}


@tagged('post_install', '-at_install')
class TestLocationsChecklist(LocationsCase):

    def test_each_missing_field_is_named_with_its_location(self):
        self.group.warehouse_ids |= self.dock
        key = f'address_{self.dock.id}'
        self.assertEqual((self.checks()[key].level, self.checks()[key].done), (REQUIRED, True))
        partner = self.dock.partner_id
        for name, label in (('street', "Street"), ('city', "City"), ('zip', "Zip"), ('country_id', "Country"),
                            ('state_id', "State"), ('phone', "Phone")):
            with self.subTest(name):
                kept = {name: partner[name], 'state_id': partner.state_id}
                partner[name] = False
                check = self.checks()[key]
                self.assertFalse(check.done)
                self.assertEqual(check.page, 'locations')
                for word in (label, self.dock.name, partner.name):
                    self.assertIn(word, check.sentence)
                self.assertIn(key, [check.key for check in self.group._open_required()])
                self.assertTrue(self.checks()[f'address_{self.warehouse.id}'].done)
                partner.write({name: getattr(value, 'id', value) for name, value in kept.items()})
        self.dock.partner_id = False
        self.assertIn("no address", self.checks()[key].sentence)

    def test_a_state_is_asked_for_only_where_the_country_requires_one(self):
        self.group.warehouse_ids |= self.dock
        partner, key = self.dock.partner_id, f'address_{self.dock.id}'
        for code, is_asked in (
            ('us', True), ('ca', True), ('au', True), ('in', True), ('it', True), ('jp', True), ('mx', True),
            ('br', False), ('uk', False), ('es', False), ('de', False),
        ):
            with self.subTest(code):
                country = self.env.ref(f'base.{code}')
                self.assertTrue(country.state_ids, "Odoo knows states of all of them")
                partner.write({'country_id': country.id, 'state_id': False})
                self.assertEqual(not self.checks()[key].done, is_asked, self.checks()[key].sentence)
        country.state_required = True  # as a company that needs it sets under Contacts > Configuration > Countries
        self.assertFalse(self.checks()[key].done)

    def test_every_warehouse_counts_where_none_is_chosen(self):
        self.group.warehouse_ids = False
        self.assertIn(f'address_{self.dock.id}', self.checks())

    def test_there_is_a_location_to_deliver_to(self):
        self.assertTrue(self.checks()['locations'].done)
        self.group.write({'warehouse_ids': [Command.set(self.dock.ids)], 'active': False})
        self.dock.active = False
        self.group.active = True
        check = self.checks()['locations']
        self.assertEqual((check.level, check.done), (REQUIRED, False))
        self.assertIn("archived", check.sentence)
        company = self.env['res.company'].create({'name': "Placeless"})
        self.env['stock.warehouse'].search([('company_id', '=', company.id)]).active = False
        group = self.new_group(company_id=company.id)
        check = next(check for check in group._checklist() if check.key == 'locations')
        self.assertFalse(check.done)
        self.assertIn("Placeless", check.sentence)

    def test_the_billing_address_is_complete(self):
        self.assertTrue(self.checks()['billing_address'].done)
        self.company.partner_id.zip = False
        check = self.checks()['billing_address']
        self.assertEqual((check.level, check.done), (REQUIRED, False))
        for word in ("billing address", self.company.name, "Zip"):
            self.assertIn(word, check.sentence)
        self.assertEqual(check.page, "", "the administrator may not edit contacts")

    def test_a_shorter_fixed_name_is_recommended_where_amazon_would_cut_it(self):
        key = f'deliver_to_{self.warehouse.id}'
        self.assertNotIn(key, self.checks())
        self.warehouse.write({'amazon_deliver_to': 'location', 'amazon_deliver_to_name': LONG})
        check = self.checks()[key]
        self.assertEqual((check.level, check.done), (RECOMMENDED, False))
        for word in (self.warehouse.name, LONG, f"“{LONG[:DELIVER_TO_LENGTH].strip()}”"):
            self.assertIn(word, check.sentence)
        self.group.payment_method = 'invoice'
        self.assertNotIn(key, self.checks(), "names are cut only if paid by card")


@tagged('post_install', '-at_install')
class TestLocationsInUse(LocationsCase):

    def test_a_location_of_a_group_is_not_archived(self):
        stock_manager = self.new_user('stockmanager', 'stock.group_stock_manager')
        self.group.warehouse_ids |= self.dock
        for values in ({'active': False}, {'active': 0, 'name': "Gone"}):
            with self.assertRaises(UserError) as caught:
                self.dock.with_user(stock_manager).write(values)
            for word in (self.dock.name, self.group.name, self.administrator.name):
                self.assertIn(word, str(caught.exception))
            self.assertNotIn(self.warehouse.name + ",", str(caught.exception))
        self.assertTrue(self.dock.active)
        self.group.warehouse_ids -= self.dock
        self.dock.active = False
        self.assertFalse(self.dock.active)

    def test_the_default_location_of_a_group_is_not_archived(self):
        self.group.write({'warehouse_ids': False, 'warehouse_id': self.dock.id})
        with self.assertRaisesRegex(UserError, self.group.name):
            self.dock.active = False

    def test_a_location_of_a_group_is_not_deleted(self):
        self.group.warehouse_ids |= self.dock
        with self.assertRaisesRegex(UserError, self.group.name):
            self.dock.unlink()

    def test_an_archived_group_holds_no_location(self):
        self.group.write({'warehouse_ids': [Command.link(self.dock.id)], 'active': False})
        self.dock.active = False
        self.assertFalse(self.dock.active)

    def test_the_default_location_is_one_of_the_locations(self):
        with self.assertRaisesRegex(ValidationError, "Second dock"):
            self.group.warehouse_id = self.dock
        self.group.write({'warehouse_ids': [Command.link(self.dock.id)], 'warehouse_id': self.dock.id})
        with self.assertRaises(ValidationError):
            self.group.warehouse_ids -= self.dock

    def test_a_location_shows_its_groups(self):
        other = self.new_group(warehouse_ids=False)
        self.assertEqual(self.warehouse.with_user(self.buyer).amazon_group_ids, self.group | other)
        self.assertEqual(self.dock.with_user(self.buyer).amazon_group_ids, other)

    def test_administrators_of_the_addon_write_what_amazon_knows_of_a_location_and_nothing_else(self):
        dock = self.dock.with_user(self.administrator)
        dock.write({'amazon_address_id': 'DOCK2', 'amazon_deliver_to': 'location', 'amazon_deliver_to_name': "Desk"})
        self.assertEqual(dock.amazon_address_id, 'DOCK2')
        for vals in ({'name': "Mine"}, {'amazon_address_id': 'X', 'partner_id': self.company.partner_id.id}):
            with self.assertRaises(AccessError):
                dock.write(vals)
        with self.assertRaises(AccessError):
            self.dock.with_user(self.buyer).amazon_address_id = 'X'
        company = self.env['res.company'].create({'name': "Elsewhere"})
        theirs = self.env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        with self.assertRaises(AccessError):
            theirs.with_user(self.administrator).amazon_address_id = 'X'

    def test_the_list_of_locations_shows_address_problems(self):
        action = self.group.with_user(self.administrator).action_see_locations()
        places = self.env['stock.warehouse'].with_user(self.administrator).search(action['domain'])
        self.assertEqual(places, self.warehouse)
        self.assertFalse(places.amazon_problem)
        self.warehouse.partner_id.city = False
        self.warehouse.write({'amazon_deliver_to': 'location', 'amazon_deliver_to_name': LONG})
        places.invalidate_recordset()
        self.assertIn("City", places.amazon_problem)
        self.assertIn(LONG, places.amazon_problem)
        self.assertEqual(places.action_amazon_open_address()['res_id'], self.warehouse.partner_id.id)


@tagged('post_install', '-at_install')
class TestOnTheParcel(LocationsCase):

    def ship_to(self):
        _action, sent = self.shop()
        ship_to = etree.fromstring(sent[0]).find('.//ShipTo/Address')
        return ship_to.findtext('PostalAddress/DeliverTo'), ship_to.findtext('Phone/TelephoneNumber/Number')

    def test_the_requesters_name_and_the_locations_phone_by_default(self):
        self.assertEqual(self.ship_to(), (self.buyer.name, '5550100'))

    def test_a_fixed_name(self):
        self.warehouse.amazon_deliver_to = 'location'
        self.assertEqual(self.ship_to()[0], self.warehouse.partner_id.name)
        self.warehouse.amazon_deliver_to_name = "Reception"
        self.assertEqual(self.ship_to()[0], "Reception")

    def test_the_requesters_phone_or_else_the_locations(self):
        self.warehouse.amazon_phone = 'requester'
        self.assertEqual(self.ship_to()[1], '5550100')
        self.buyer.partner_id.phone = "555 0177"
        self.assertEqual(self.ship_to()[1], '5550177')
        number = self.warehouse._amazon_prepare_ship_to(self.buyer).phone
        self.assertEqual((number.iso_country_code, number.country_code), ('US', '1'), "if the requester has no country")

    def test_the_dialog_warns_of_a_name_that_amazon_cuts(self):
        self.group.warehouse_ids |= self.dock
        self.dock.write({'amazon_deliver_to': 'location', 'amazon_deliver_to_name': LONG})
        action, _sent = self.shop()
        with Form(self.env['amazon.punchout.shop'].with_user(self.buyer).browse(action['res_id'])) as form:
            self.assertFalse(form.deliver_to_note)
            form.warehouse_id = self.dock
            self.assertIn(LONG, form.deliver_to_note)
            form.warehouse_id = self.warehouse
        self.buyer.name = "x" * DELIVER_TO_LENGTH
        self.assertFalse(self.warehouse._amazon_deliver_to_note(self.group, self.buyer))
        self.buyer.name += "y"
        self.assertTrue(self.warehouse._amazon_deliver_to_note(self.group, self.buyer))


@tagged('post_install', '-at_install')
class TestNameAtApproval(OrderCase):

    def test_a_long_name_of_the_requester_is_noted_on_the_order_and_is_no_error(self):
        self.buyer.name = "Bartholomew Featherstonehaugh"
        order = self.ordered()
        self.assertIn("“Bartholomew Feath”", self.chatter(order))

    def test_a_short_name_is_not_mentioned(self):
        self.assertNotIn("characters of the name", self.chatter(self.ordered()))


@tagged('post_install', '-at_install')
class TestChoosing(LocationsCase):
    """Two groups: the first delivers to the main dock, the second to the second dock, and both to a third dock."""

    def setUp(self):
        super().setUp()
        self.shared = self.new_warehouse("Shared dock", 'SH')
        self.group.warehouse_ids = self.warehouse | self.shared
        self.second = self.new_group(warehouse_ids=[Command.set((self.dock | self.shared).ids)])
        self.buyer.amazon_group_id = self.group
        action, _sent = self.shop()
        self.dialog = self.env['amazon.punchout.shop'].with_user(self.buyer).browse(action['res_id'])

    def assertOffered(self, form, groups, warehouses):
        self.assertEqual(set(form.allowed_group_ids.ids), set(groups.ids))
        self.assertEqual(set(form.allowed_warehouse_ids.ids), set(warehouses.ids))

    def test_what_is_filled_in_narrows_nothing(self):
        form = Form(self.dialog)
        self.assertEqual((form.group_id, form.warehouse_id), (self.group, self.warehouse))
        self.assertOffered(form, self.group | self.second, self.warehouse | self.dock | self.shared)
        self.assertFalse(form.is_narrowed)
        self.assertFalse(form.again_items, "nothing is shopped for again")

    def test_a_location_narrows_the_groups(self):
        form = Form(self.dialog)
        form.warehouse_id = self.dock
        self.assertEqual(form.group_id, self.second, "the only one that delivers there")
        self.assertOffered(form, self.second, self.warehouse | self.dock | self.shared)
        self.assertTrue(form.is_narrowed)
        form.warehouse_id = self.shared
        self.assertEqual(form.group_id, self.second, "it delivers there too")
        self.assertOffered(form, self.group | self.second, self.warehouse | self.dock | self.shared)

    def test_a_group_narrows_the_locations(self):
        form = Form(self.dialog)
        form.group_id = self.second
        self.assertEqual(form.warehouse_id, self.dock)
        self.assertOffered(form, self.group | self.second, self.dock | self.shared)

    def test_there_is_a_way_back_from_both(self):
        with Form(self.dialog) as form:
            form.group_id = self.second
            form.warehouse_id = self.shared
            self.assertOffered(form, self.group | self.second, self.dock | self.shared)
            form.warehouse_id = self.env['stock.warehouse']
            self.assertOffered(form, self.group | self.second, self.dock | self.shared)
            form.group_id = self.env['amazon.punchout.group']
            self.assertOffered(form, self.group | self.second, self.warehouse | self.dock | self.shared)
            form.warehouse_id = self.dock
        action = self.dialog.action_clear()
        self.assertEqual(action['res_id'], self.dialog.id)
        self.assertFalse(self.dialog.group_id or self.dialog.warehouse_id or self.dialog.is_narrowed)
        with self.assertRaisesRegex(UserError, "Choose an Amazon group"):
            self.dialog.action_shop()
        with Form(self.dialog) as form:
            form.warehouse_id = self.dock
            self.assertEqual(form.group_id, self.second)
        with self.amazon(answer(start_page=START_PAGE)):
            self.assertEqual(self.dialog.action_shop(), STRAIGHT)
        self.assertEqual(self.Session.search([], limit=1).warehouse_id, self.dock)

    def test_a_forged_pair_is_blocked(self):
        forged = self.env['amazon.punchout.shop'].with_user(self.buyer).create(
            {'group_id': self.group.id, 'warehouse_id': self.dock.id})
        with self.assertRaisesRegex(UserError, "does not deliver"), self.amazon(answer(start_page=START_PAGE)):
            forged.action_shop()

    def test_a_draft_for_a_location_begins_with_a_group_that_delivers_there(self):
        rfq = self.new_rfq(picking_type_id=self.dock.in_type_id.id)
        action, _sent = self.shop(order=rfq)
        dialog = self.env['amazon.punchout.shop'].browse(action['res_id'])
        self.assertEqual((dialog.group_id, dialog.warehouse_id), (self.second, self.dock))
