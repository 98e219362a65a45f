"""What nobody may do to bills and orders over RPC, or as a group with other credentials."""
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..cxml_builder import invoice_line, invoice_xml
from ..message_case import MessageCase


@tagged('-at_install', 'post_install')
class TestLockBypassBills(MessageCase):

    def setUp(self):
        super().setUp()
        self.po = self.three_lines()

    def invoice(self, order, *lines, group=None, invoice_id='INV-1', **values):
        return self.deliver(invoice_xml([(order, *lines)], invoice_id=invoice_id, **values), group=group)

    def moves(self, invoice_id='INV-1'):
        return self.env['account.move'].search([('amazon_invoice_id', '=', invoice_id)])

    def second_group(self):
        group = self.group.copy({'name': "Second", 'shared_secret': 'another-secret', 'identity': 'Second'})
        group.state = 'test'
        group.state = 'active'
        return group

    # === NUMBERS THAT ARE IN THE BOOKS ALREADY === #

    def test_a_number_that_came_with_another_total_needs_attention(self):
        self.invoice(self.po, invoice_line(1, 2, '10.00'), subtotal='20.00', net='20.00')
        document = self.invoice(self.po, invoice_line(2, 1, '5.00', line_number=2), subtotal='5.00', net='5.00')
        self.assertEqual(document.state, 'attention')
        self.assertIn('INV-1', document.reason)
        self.assertEqual(self.moves().amount_total, 20.0)

    def test_a_credit_with_the_number_of_its_bill_is_a_credit(self):
        self.invoice(self.po, invoice_line(1, 2, '10.00'), subtotal='20.00', net='20.00')
        document = self.invoice(self.po, invoice_line(1, -1, '10.00'), purpose='lineLevelCreditMemo', subtotal='-10.00',
                                net='-10.00', original_invoice_id='INV-1')
        self.assertEqual(document.state, 'processed')
        self.assertEqual(sorted(self.moves().mapped('move_type')), ['in_invoice', 'in_refund'])

    def test_a_group_with_other_credentials_may_use_the_same_number(self):
        self.invoice(self.po, invoice_line(1, 2, '10.00'), subtotal='20.00', net='20.00')
        second = self.second_group()
        order = self.three_lines(group=second)
        document = self.invoice(order, invoice_line(1, 2, '10.00'), group=second, subtotal='20.00', net='20.00')
        self.assertEqual(document.state, 'processed')
        self.assertEqual(self.moves().amazon_group_id, self.group | second)
        self.assertEqual(self.line(order, 1).qty_invoiced, 2)

    def test_a_credit_of_a_group_with_other_credentials_does_not_reach_the_bill(self):
        self.invoice(self.po, invoice_line(1, 2, '10.00'), subtotal='20.00', net='20.00')
        second = self.second_group()
        order = self.three_lines(group=second)
        document = self.invoice(order, invoice_line(1, -1, '10.00'), group=second, invoice_id='CR-1',
                                purpose='lineLevelCreditMemo', subtotal='-10.00', net='-10.00',
                                original_invoice_id='INV-1')
        self.assertEqual(document.state, 'waiting')
        self.assertFalse(self.moves().reversal_move_ids)

    # === BUYERS WRITE BILLS, TOO === #

    def test_a_buyer_can_not_take_amazons_number(self):
        Move = self.env['account.move'].with_user(self.buyer)
        with self.assertRaises(UserError):
            Move.create({'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'amazon_invoice_id': 'INV-1'})
        bill = Move.with_context(default_amazon_invoice_id='INV-1', default_amazon_group_id=self.group.id).create(
            {'move_type': 'in_invoice', 'partner_id': self.vendor.id})
        self.assertFalse(bill.amazon_invoice_id or bill.amazon_group_id)
        with self.assertRaises(UserError):
            bill.write({'amazon_invoice_id': 'INV-1'})
        self.assertEqual(
            self.invoice(self.po, invoice_line(1, 2, '10.00'), subtotal='20.00', net='20.00').state, 'processed')
        self.assertEqual(self.moves().amount_total, 20.0)

    def test_a_buyer_can_not_take_a_bill_from_amazon(self):
        self.invoice(self.po, invoice_line(1, 2, '10.00'), subtotal='20.00', net='20.00')
        bill = self.moves().with_user(self.buyer)
        bill.write({'amazon_group_id': False})
        self.assertEqual(bill.sudo().amazon_group_id, self.group)
        with self.assertRaises(UserError):
            bill.write({'amazon_invoice_id': 'OTHER-9'})
        bill.invoice_line_ids.write({'amazon_purchase_line_id': False})
        self.assertEqual(bill.invoice_line_ids.amazon_purchase_line_id, self.line(self.po, 1))

    def test_a_buyer_can_not_say_what_kind_a_refund_is(self):
        with self.assertRaises(AccessError):
            self.env['account.move'].with_user(self.buyer).create({
                'move_type': 'in_refund', 'partner_id': self.vendor.id, 'amazon_refund_kind': 'goods'})

    # === DIALOGS === #

    def test_a_line_of_another_order_is_not_entered(self):
        other = self.three_lines()
        by_hand = self.po.with_user(self.manager).action_amazon_enter()
        dialog = self.env['amazon.punchout.by.hand'].with_user(self.manager).browse(by_hand['res_id'])
        dialog.line_ids[0].purchase_line_id = self.line(other, 1)
        with self.assertRaises(UserError):
            dialog.action_enter()
        self.assertEqual(self.line(self.po, 1).amazon_confirmation, 'none')

    def test_dialogs_show_nothing_of_another_company(self):
        company, group, _warehouse = self.make_company("Other")
        stranger = self.new_user('stranger', 'purchase.group_purchase_manager')
        stranger.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        dialogs = self.env['amazon.punchout.cancel'].with_user(stranger)
        with self.assertRaises(AccessError):
            dialogs.create({'order_id': self.po.id})
        dialog = dialogs.sudo().create({'order_id': self.po.id}).sudo(False)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            dialog.links  # noqa: B018 - reading it is what is tried

    def test_retry_works_for_people_of_two_companies(self):
        company, _group, _warehouse = self.make_company("Other")
        self.manager.company_ids |= company
        document = self.invoice(self.po, invoice_line(1, 9, '10.00'), subtotal='90.00', net='90.00')
        self.assertEqual(document.state, 'attention')
        document.with_user(self.manager).with_context(
            allowed_company_ids=[self.company.id, company.id]).action_retry()
        self.assertEqual(document.state, 'attention')
