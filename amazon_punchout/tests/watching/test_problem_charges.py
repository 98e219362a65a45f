"""Charges that need a person are on the page Problems."""
from odoo.tests import tagged

from ..charge_case import OTHER_ORDER, TUESDAY, ChargeCase, charge


@tagged('post_install', '-at_install')
class TestProblemCharges(ChargeCase):

    def problems(self, user=None):
        return self.env['amazon.punchout.problem'].with_user(user or self.manager).search([('kind', '=', 'charge')])

    def test_a_charge_that_needs_a_decision_is_listed_with_its_sentence(self):
        self.state(charge(payment_reference='P1'))
        self.assertFalse(self.problems())
        self.state(charge(payment_reference='P2', date=TUESDAY))
        problem = self.problems()
        record = self.stated(state='attention')
        self.assertEqual((problem.transaction_id, problem.group_id, problem.user_id), (
            record, self.group, self.administrator))
        self.assertEqual(problem.sentence, record.problem)
        self.assertEqual(problem.action_open()['res_id'], record.id)
        self.assertFalse(self.problems(self.de_manager))
        record.with_user(self.accountant)._dismiss("Stated twice")
        self.assertFalse(self.problems())

    def test_a_held_charge_is_listed_for_the_only_company_that_it_may_be_of(self):
        self.state(charge(account_group="East"), companies=self.company)
        self.assertEqual(self.problems().company_id, self.company)
        self.state(charge(account_group="West", order=OTHER_ORDER))
        self.assertEqual(len(self.problems()), 1, "which of two companies may see the other is not known")
