"""Attempts to change what a charge is booked on without the buttons, as the web client calls methods."""
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..roles_story import RolesStory

QUIET = ('odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule', 'odoo.orm.models', 'odoo.models')
CHARGES, SHARES = 'amazon.punchout.transaction', 'amazon.punchout.transaction.share'


@tagged('post_install', '-at_install')
class TestRolesCharges(RolesStory):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            'accountant': cls.people['accountant'],
            'chief accountant': cls.new_user('chief', 'account.group_account_manager'),
            'buyer': cls.shopper,
            'purchase manager': cls.people['approver'],
            'plain user': cls.new_user('plain', 'base.group_user'),
            'accountant who buys': cls.new_user(
                'both', 'account.group_account_invoice,purchase.group_purchase_manager'),
        }
        cls.draft, cls.other_bill = cls.bills['a draft bill'], cls.bills['a draft bill'].copy()
        cls.charge, cls.other_charge = cls.charges['an outside charge'], cls.charges['a refund with an excess']
        cls.order = cls.orders['an order at Amazon']
        cls.charge.write({
            'state': 'booked', 'bill_ids': [Command.set(cls.draft.ids)], 'order_ids': [Command.set(cls.order.ids)],
            'import_ids': [Command.set(cls.charges['an imported report'].ids)]})
        cls.share, cls.other_share = cls.env[SHARES].create([
            {'line_id': cls.charge.line_ids.id, 'move_id': cls.draft.id, 'amount': 9.99},
            {'line_id': cls.other_charge.line_ids.id, 'move_id': cls.other_bill.id, 'amount': 9.99}])
        cls.env.flush_all()

    def booked(self):
        """Give what the charges are booked on."""
        self.env.flush_all()
        self.env.invalidate_all()
        charges = self.env[CHARGES].search([], order='id')
        return (
            self.env[SHARES].search([], order='id').read(['line_id', 'transaction_id', 'move_id', 'amount']),
            charges.read(['state', 'amount', 'company_id', 'bill_ids', 'credit_ids', 'payment_ids', 'order_ids',
                          'import_ids', 'is_settled', 'kind', 'instrument', 'transaction_ref']),
            charges.line_ids.sorted('id').read(['order_id', 'purchase_line_id', 'total', 'transaction_id']))

    def assertChangesNothing(self, model, method, *args, **kwargs):
        """Call a method as each user, and assert that the charges are booked as before, whatever it answers."""
        before = self.booked()
        for role, user in self.users.items():
            with self.subTest(role=role, model=model, method=method, args=args), mute_logger(*QUIET), self.undone():
                try:
                    call_kw(self.env[model].with_user(user), method, args, kwargs)
                    self.env.flush_all()
                except (AccessError, UserError, ValidationError, ValueError):
                    continue
                self.assertEqual(self.booked(), before)

    def commands_for_shares(self):
        """List every command by which the parts of the draft bill could be changed."""
        return [
            [(0, 0, {'line_id': self.other_charge.line_ids.id, 'amount': 5.0})],
            [(1, self.share.id, {'amount': 0.01})],
            [(1, self.share.id, {'move_id': self.other_bill.id})],
            [(1, self.share.id, {'line_id': self.other_charge.line_ids.id})],
            [(2, self.share.id)], [(3, self.share.id)], [(4, self.other_share.id)], [(5,)], [(6, 0, [])],
            [(6, 0, self.other_share.ids)],
        ]

    def commands_for(self, record, other):
        return [[(3, record.id)], [(4, other.id)], [(5,)], [(6, 0, [])], [(6, 0, other.ids)], [(2, record.id)],
                [(1, record.id, {'state': 'dismissed'})]]

    def test_the_attempts_are_real(self):
        """As superuser, who has all rights, the same calls do change something."""
        before = self.booked()
        for model, record, vals in (
            ('account.move', self.draft, {'amazon_share_ids': self.commands_for_shares()[1]}),
            ('account.move', self.draft, {'amazon_share_ids': [(5,)]}),
            (CHARGES, self.charge, {'bill_ids': [(5,)]}),
            ('amazon.punchout.import', self.charges['an imported report'], {'transaction_ids': [(5,)]}),
        ):
            with self.undone():
                call_kw(self.env[model], 'write', (record.ids, vals), {})
                self.assertNotEqual(self.booked(), before)

    def test_the_parts_of_a_draft_bill(self):
        for commands in self.commands_for_shares():
            self.assertChangesNothing('account.move', 'write', self.draft.ids, {'amazon_share_ids': commands})
            self.assertChangesNothing(
                'account.move', 'web_save', self.draft.ids, {'amazon_share_ids': commands}, {'name': {}})
        for commands in self.commands_for(self.charge, self.other_charge):
            self.assertChangesNothing('account.move', 'write', self.draft.ids, {'amazon_transaction_ids': commands})

    def test_a_new_bill_takes_no_charge(self):
        vals = {'move_type': 'in_invoice', 'partner_id': self.vendor.id}
        part = [(0, 0, {'line_id': self.other_charge.line_ids.id, 'amount': 5.0})]
        for commands in (part, [(4, self.share.id)], [(6, 0, self.share.ids)]):
            self.assertChangesNothing('account.move', 'create', [{**vals, 'amazon_share_ids': commands}])
            self.assertChangesNothing(
                'account.move', 'create', [vals], context={'default_amazon_share_ids': commands})
        self.assertChangesNothing('account.move', 'copy', self.draft.ids, {'amazon_share_ids': part})
        self.assertChangesNothing(
            'account.move', 'create', [{**vals, 'amazon_transaction_ids': [(6, 0, self.charge.ids)]}])

    def test_the_charges_of_an_order(self):
        """The relation is stored once for both sides, so who may write orders could write it."""
        plain = self.orders['a request for quotation']
        for order in (self.order, plain):
            for commands in self.commands_for(self.charge, self.other_charge):
                self.assertChangesNothing('purchase.order', 'write', order.ids, {'amazon_transaction_ids': commands})
                self.assertChangesNothing(
                    'purchase.order', 'web_save', order.ids, {'amazon_transaction_ids': commands}, {'name': {}})
        vals = {'partner_id': self.vendor.id}
        commands = [(4, self.charge.id)]
        self.assertChangesNothing('purchase.order', 'create', [{**vals, 'amazon_transaction_ids': commands}])
        self.assertChangesNothing(
            'purchase.order', 'create', [vals], context={'default_amazon_transaction_ids': commands})
        self.assertChangesNothing('purchase.order', 'copy', plain.ids, {'amazon_transaction_ids': commands})

    def test_the_charges_themselves(self):
        for name, value in (
            ('bill_ids', [(6, 0, self.other_bill.ids)]), ('credit_ids', [(6, 0, self.other_bill.ids)]),
            ('payment_ids', [(5,)]), ('order_ids', [(5,)]), ('import_ids', [(5,)]), ('state', 'dismissed'),
            ('company_id', self.other_company.id), ('amount', 0.01), ('is_settled', False), ('kind', 'refund'),
            ('line_ids', [(1, self.charge.line_ids.id, {'total': 0.01})]), ('instrument', 'gift_card'),
            ('share_ids', [(2, self.share.id)]), ('bill_link_ids', [(5,)]),
        ):
            if name in self.charge._fields:
                self.assertChangesNothing(CHARGES, 'write', self.charge.ids, {name: value})
        line = self.charge.line_ids
        for commands in self.commands_for_shares():
            self.assertChangesNothing(line._name, 'write', line.ids, {'share_ids': commands})
        self.assertChangesNothing(line._name, 'write', line.ids, {'order_id': self.order.id})
        self.assertChangesNothing(line._name, 'unlink', line.ids)
        self.assertChangesNothing(CHARGES, 'unlink', self.charge.ids)
        self.assertChangesNothing(CHARGES, 'copy', self.charge.ids)
        self.assertChangesNothing(SHARES, 'write', self.share.ids, {'move_id': self.other_bill.id})
        self.assertChangesNothing(SHARES, 'unlink', self.share.ids)
        self.assertChangesNothing(SHARES, 'create', [
            {'line_id': self.other_charge.line_ids.id, 'move_id': self.draft.id, 'amount': 5.0}])

    def test_reports(self):
        report = self.charges['an imported report']
        self.assertChangesNothing(report._name, 'write', report.ids, {'transaction_ids': [(5,)]})
        self.assertChangesNothing(report._name, 'unlink', report.ids)

    def test_no_other_model_leads_to_them(self):
        """Every stored field of another model that leads to charges is known here; a new one needs its attempts."""
        models = {CHARGES, SHARES, CHARGES + '.line'}
        found = {
            f'{model._name}.{name}' for model in self.env.values()
            if model._auto and not (model._transient or model._abstract)
            for name, field in model._fields.items()
            if field.comodel_name in models and field.store and model._name not in models}
        self.assertEqual(found, {
            'account.move.amazon_share_ids', 'purchase.order.amazon_transaction_ids',
            'amazon.punchout.import.transaction_ids'})
