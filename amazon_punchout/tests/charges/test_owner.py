"""Whose a charge is: its account group or legal entity decides, and what is unknown is held."""
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...transactions import Statement
from ..charge_case import MONDAY, OTHER_ORDER, TUESDAY, ChargeCase, again, charge, cost


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
        self.assertIn("An Amazon administrator can press Assign to Group.", record.problem, "accountants can't")
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
        self.assertEqual(self.stated().mapped(lambda each: (each.amount, each.company_id)), [(20.0, self.gmbh)])

    def test_equal_fees_of_two_companies_are_two(self):
        fees = charge('14.99', order=None), charge('14.99', order=None, account_group="Berlin")
        for _time in range(2):
            for fee in fees:
                self.state(fee)
            self.assertEqual(self.stated().mapped('company_id.name'), (self.company | self.gmbh).mapped('name'))
        self.state(charge('14.99', order=None, account_group=None, last_digits=None), companies=self.gmbh)
        self.assertEqual(len(self.stated()), 2)

    # === A NAME THAT BELONGS TO ANOTHER COMPANY NOW === #

    def move_name(self, name="East"):
        """Give a name of the company's group to the group of the GmbH."""
        self.group.entity_ids.filtered(lambda entity: entity.name == name).unlink()
        self.german.entity_ids = [Command.create({'kind': 'account_group', 'name': name})]

    def test_a_charge_stays_in_its_company_when_its_name_is_moved_to_another_one(self):
        """Whatever proves that it is the same one: a number of Amazon's, its order, or the name itself."""
        for stated in (
                charge(account_group="East", transaction_id='T1', order=None),
                charge(account_group="East", charge_identifier='AMZ*1'),
                charge(account_group="East"),
                charge(account_group="East", settled=False),
                charge('14.99', account_group="East", order=None)):
            with self.subTest(stated=stated):
                self.group._add_charge_name('account_group', "East")
                self.state(stated)
                record = self.stated()
                self.move_name()
                later = again(stated, buyer="Mia", settled=True)
                planned = self.charges._plan_statement(Statement(kind='orders', transactions=(later,)), 'report')
                reading = self.state(later)
                self.assertEqual(dict(planned.counts), {'known': 1})
                self.assertEqual(reading.counts, planned.counts)
                self.assertEqual(
                    (self.stated(), record.company_id, record.group_id, record.buyer, record.is_settled),
                    (record, self.company, self.group, "Mia", True))
                record.unlink()
                self.german.entity_ids.unlink()

    def test_a_correction_reaches_the_charge_in_its_company_after_its_name_was_moved(self):
        self.group._add_charge_name('account_group', "East")
        self.state(charge(account_group="East", transaction_id='T1', feed_date=MONDAY), source='api')
        self.move_name()
        self.state(charge('19.00', account_group="East", transaction_id='T1', feed_date=TUESDAY), source='api')
        self.assertEqual([(each.amount, each.company_id) for each in self.stated()], [(19.0, self.company)])

    def test_a_moved_name_gives_the_other_company_nothing_twice_and_its_reader_changes_nothing(self):
        """The reader has no access to the company in which the charge is."""
        self.group._add_charge_name('account_group', "East")
        known = charge(account_group="East", transaction_id='T1', payment_reference='P1')
        self.state(known, source='api')
        record, raw = self.stated(), self.stated().raw
        self.move_name()
        for stated in (
                again(known, amount=Decimal('19.00')),
                charge(account_group="East", payment_reference='P1', rows=(2, 3)),
                charge(account_group="East", payment_reference='P2', date=TUESDAY, rows=(2, 3))):
            for read in (self.charges._plan_statement, self.charges._import_statement):
                reading = read(Statement(kind='orders', transactions=(stated,)), 'report', companies=self.gmbh)
                self.assertEqual(dict(reading.counts), {'elsewhere': len(stated.rows) or 1})
                self.assertEqual(reading.concerned, self.company)
                self.assertEqual((self.stated(), record.raw, record.amount), (record, raw, 20.0))

    def test_an_administrator_moves_a_charge_to_the_company_of_its_name_until_it_is_posted(self):
        self.administrator.company_ids |= self.gmbh
        self.group._add_charge_name('account_group', "East")
        order = self.order_at_amazon()
        stated = charge(account_group="East", number=order.name)
        self.state(stated)
        record = self.stated()
        self.assertEqual(record.order_ids, order)
        allowed = record.with_context(allowed_company_ids=(self.company | self.gmbh).ids)
        with self.assertRaisesRegex(UserError, "Remove it there first"), self.env.cr.savepoint():
            self.assign(allowed, self.german)
        self.move_name()
        with patch.object(self.registry['amazon.punchout.transaction'], '_is_posted', lambda _self: True), \
                self.assertRaisesRegex(UserError, "posted"):
            self.assign(allowed, self.german)
        with self.assertRaises(AccessError):
            self.assign(allowed, self.german, user=self.chief)
        self.assign(allowed, self.german)
        self.assertEqual((record.company_id, record.group_id, record.order_ids.ids, record.state),
                         (self.gmbh, self.german, [], 'outside'))
        self.state(stated)
        self.assertEqual(self.stated(), record)

    def test_another_charge_of_the_order_belongs_to_the_company_of_its_name_now(self):
        self.group._add_charge_name('account_group', "East")
        self.state(charge(account_group="East"))
        self.move_name()
        self.state(charge(account_group="East"), charge('7.00', account_group="East"))
        self.assertEqual([(each.amount, each.company_id) for each in self.stated()],
                         [(20.0, self.company), (7.0, self.gmbh)])

    def test_the_names_are_on_the_form_of_the_group(self):
        with Form(self.group.with_user(self.administrator)) as form, form.entity_ids.new() as line:
            line.name = "South"
        self.state(charge(account_group="South"))
        self.assertEqual(self.stated().group_id, self.group)
        self.assertEqual(self.group.with_user(self.administrator).transaction_count, 1)
