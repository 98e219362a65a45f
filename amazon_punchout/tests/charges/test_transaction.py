"""Charges and refunds: who sees them."""
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..companies_case import CompaniesCase


@tagged('post_install', '-at_install')
class TestTransactionAccess(CompaniesCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.new_user_of('accountant', 'account.group_account_invoice', cls.company)
        cls.de_accountant = cls.new_user_of('deaccountant', 'account.group_account_invoice', cls.gmbh)
        cls.chief = cls.new_user_of('chief', 'account.group_account_invoice', cls.company, cls.gmbh)

    def make(self, **vals):
        return self.env['amazon.punchout.transaction'].create({
            'kind': 'charge', 'source': 'report', 'amount': 12.34, 'currency_id': self.env.ref('base.USD').id,
            'line_ids': [Command.create({'total': 12.34})], **vals})

    def test_an_accountant_sees_the_charges_of_their_company_only(self):
        charge = self.make(company_id=self.gmbh.id)
        self.assertFalse(charge.with_user(self.accountant).has_access('read'))
        self.assertFalse(charge.line_ids.with_user(self.accountant).has_access('read'))
        self.assertEqual(charge.with_user(self.de_accountant).amount, 12.34)

    def test_a_held_charge_is_seen_only_by_users_of_all_companies_to_which_it_may_belong(self):
        held = self.make(holder_company_ids=[Command.set((self.company | self.gmbh).ids)])
        both = (self.company | self.gmbh).ids
        for user in (self.accountant, self.de_accountant):
            self.assertFalse(held.with_user(user).has_access('read'))
            self.assertFalse(held.line_ids.with_user(user).has_access('read'))
        self.assertTrue(held.with_user(self.chief).with_context(allowed_company_ids=both).has_access('read'))
        self.assertTrue(held.line_ids.with_user(self.chief).with_context(allowed_company_ids=both).has_access('read'))

    def test_nobody_writes_a_charge(self):
        charge = self.make(company_id=self.company.id)
        for user in (self.accountant, self.administrator, self.manager):
            with self.assertRaises(AccessError):
                charge.with_user(user).write({'amount': 1})
            with self.assertRaises(AccessError):
                charge.line_ids.with_user(user).write({'total': 1})
        with self.assertRaises(AccessError):
            charge.with_user(self.buyer).read(['amount'])

    def test_no_link_that_others_follow_back_is_computed_before_its_record_exists(self):
        """Odoo computes it on a record without an id, which stays among the records of the other side."""
        wrong = []
        for name, model in self.env.registry.items():
            for field in model._fields.values():
                if field.type != 'many2one' or not (field.compute and field.store and field.precompute) \
                        or 'amazon' not in f'{name} {field.name}':
                    continue
                wrong += [f'{name}.{field.name}' for back in self.env[field.comodel_name]._fields.values()
                          if back.type == 'one2many' and (back.comodel_name, back.inverse_name) == (name, field.name)]
        self.assertEqual(wrong, [])
