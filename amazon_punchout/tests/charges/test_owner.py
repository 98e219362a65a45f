"""Whose a charge is: its account group or legal entity decides, and what is unknown is held."""
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..charge_case import OTHER_ORDER, TUESDAY, ChargeCase, charge, cost


@tagged('post_install', '-at_install')
class TestOwner(ChargeCase):

    def test_the_name_of_the_group_is_enough_in_any_case(self):
        self.state(charge(account_group="  TEST  group "))
        self.assertEqual(self.stated().group_id, self.group)

    def test_a_legal_entity_on_the_group_decides_for_its_company(self):
        self.german.entity_ids = [Command.create({'kind': 'legal_entity', 'name': "Test GmbH"})]
        self.state(charge(account_group=None, company_name="Test GmbH"))
        self.assertEqual(self.stated().company_id, self.gmbh)

    def test_an_unknown_name_is_held_and_never_booked_to_the_company_of_whoever_imports(self):
        reading = self.state(charge(account_group="Unknown"), companies=self.company)
        record = self.stated()
        self.assertEqual((record.state, record.attention, record.company_id.id, record.group_id.id),
                         ('attention', 'no_company', False, False))
        self.assertIn("Unknown", record.problem)
        self.assertEqual(record.holder_company_ids, self.company)
        self.assertEqual(dict(reading.unknown_names), {('account_group', "Unknown"): 1})
        self.assertEqual(reading.counts['to_book'], 0)

    def test_a_group_and_a_legal_entity_of_two_companies_are_held(self):
        self.german.entity_ids = [Command.create({'kind': 'legal_entity', 'name': "Test GmbH"})]
        self.state(charge(company_name="Test GmbH"))
        self.assertEqual((self.stated().attention, self.stated().company_id.id), ('two_companies', False))

    def test_one_button_gives_held_charges_to_a_group_and_later_ones_too(self):
        self.state(charge(account_group="East"), charge(order=OTHER_ORDER, account_group="East"),
                   companies=self.company)
        self.assign(self.stated()[0], self.group)
        self.assertEqual(self.stated().mapped('group_id'), self.group)
        self.assertEqual(len(self.stated()), 2)
        self.assertEqual(set(self.stated().mapped('state')), {'outside'})
        self.state(charge('7.00', account_group="East"))
        self.assertEqual(self.stated(amount=7.0).company_id, self.company)

    def test_a_held_charge_that_its_company_knows_already_is_not_doubled(self):
        self.state(charge(), kind='transactions')
        self.state(charge(account_group="East", buyer="Mia"), companies=self.company)
        self.assertEqual(len(self.stated()), 1, "alike, and the name may be of the same company")
        self.state(charge('8.00', account_group="East"), companies=self.company)
        self.assign(self.stated(company_id=False), self.group)
        self.state(charge('8.00'), kind='transactions')
        self.assertEqual(self.stated().mapped('amount'), [20.0, 8.0])

    def test_only_an_administrator_of_all_companies_to_which_they_may_belong_assigns_them(self):
        self.state(charge(account_group="East"))
        self.assertEqual(self.stated().holder_company_ids, self.company | self.gmbh)
        for user in (self.accountant, self.administrator):
            with self.assertRaises(AccessError):
                self.assign(self.stated(), self.group, user=user)
        self.administrator.company_ids |= self.gmbh
        with self.assertRaises(AccessError):
            self.assign(self.stated(), self.group.with_context(
                allowed_company_ids=self.company.ids), user=self.accountant)
        allowed = self.stated().with_context(allowed_company_ids=(self.company | self.gmbh).ids)
        self.assign(allowed, self.group)
        self.assertEqual(self.stated().company_id, self.company)

    def test_rows_of_a_company_that_the_reader_may_not_see_are_left_out_and_counted(self):
        reading = self.state(
            charge(), charge(account_group="Berlin", order=OTHER_ORDER, rows=(5,)), companies=self.company,
            orders=[cost(OTHER_ORDER, '20.00')])
        self.assertEqual(self.stated().company_id, self.company)
        self.assertEqual(len(self.stated()), 1)
        self.assertEqual(reading.counts['elsewhere'], 1)
        self.assertEqual(reading.concerned, self.company | self.gmbh)

    def test_charges_of_another_company_are_never_touched(self):
        """Not even by a report that states the same order."""
        self.state(charge(account_group="Berlin", transaction_id='T1'))
        self.state(charge('99.00', account_group="Berlin", transaction_id='T1', date=TUESDAY), companies=self.company)
        self.state(charge('99.00', account_group=None, transaction_id='T1', date=TUESDAY), companies=self.company)
        self.assertEqual(self.stated(company_id=self.gmbh.id).amount, 20.0)

    def test_the_same_charge_in_two_companies_is_two(self):
        self.state(charge())
        self.state(charge(account_group="Berlin"))
        self.assertEqual(self.stated().mapped('company_id'), self.company | self.gmbh)

    def test_the_names_are_on_the_form_of_the_group(self):
        with Form(self.group.with_user(self.administrator)) as form, form.entity_ids.new() as line:
            line.name = "South"
        self.state(charge(account_group="South"))
        self.assertEqual(self.stated().group_id, self.group)
        self.assertEqual(self.group.with_user(self.administrator).transaction_count, 1)
