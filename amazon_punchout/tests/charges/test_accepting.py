"""Differences that an accountant accepts, and what people take back again."""
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...models.charges.amazon_punchout_transaction_match import AmazonPunchoutTransactionMatch
from ..reconciliation_case import LINE, ReconciliationCase


@tagged('post_install', '-at_install')
class TestAccepting(ReconciliationCase):

    def setUp(self):
        super().setUp()
        self.po = self.order()
        self.bill = self.bill_by_hand(self.po)
        self.charge(self.po, 64.22)

    def ask(self, reason="Amazon rounds the tax of each item", user=None):
        """Press Accept Difference and fill in the reason."""
        action = self.row(self.po, user=user).action_ask_accept()
        dialog = Form(self.env[action['res_model']].with_user(user or self.biller).with_context(**action['context']))
        self.assertTrue(dialog.difference)
        dialog.reason = reason
        return dialog.save()

    def test_a_cent_stood_on_the_page_for_ever(self):
        self.assertIn('difference', self.found(self.po))
        self.ask().action_accept()
        self.assertFalse(self.row(self.po).is_different)
        self.assertEqual({'accepted', 'difference'} & self.found(self.po), {'accepted'})
        words = self.words(self.po)
        self.assertRegex(words, f"Accepted by {self.biller.name} on .*: Amazon rounds the tax of each item")
        note = self.po.message_ids[0]
        self.assertIn("Reason: Amazon rounds", note.body)
        self.assertIn("more than charged", note.body)
        self.assertEqual(note.author_id, self.biller.partner_id)

    def test_it_opens_again_when_the_figures_change(self):
        self.ask().action_accept()
        self.refunded(self.po, 5.48, {**LINE, 'total': 5.48})
        self.assertIn('difference', self.found(self.po))
        self.assertIn("It has changed since", self.words(self.po))

    def test_what_follows_without_changing_it_opens_nothing(self):
        self.ask().action_accept()
        figures = self.row(self.po).figures
        self.bill.button_draft()
        self.bill.action_post()
        self.assertEqual(self.row(self.po).figures, figures)
        self.assertNotIn('difference', self.found(self.po))
        rows = self.env['amazon.punchout.reconciliation'].with_user(self.biller)
        self.assertEqual(
            rows.search([('order_id', '=', self.po.id), ('figures', '=', figures)]).order_id, self.po,
            "many orders at once have the same figures as one")

    def test_it_is_taken_back(self):
        self.ask().action_accept()
        self.row(self.po).action_undo_acceptance()
        self.assertTrue(self.row(self.po).is_different)
        self.assertNotIn("ccepted", self.words(self.po))
        self.assertIn("no longer accepted", self.po.message_ids[0].body)

    def test_what_nobody_accepted_was_taken_back(self):
        """Two people pressed the button: the history said twice that it was taken back."""
        row = self.row(self.po)
        notes = self.po.message_ids
        with self.assertRaisesRegex(UserError, "has changed meanwhile"):
            row.action_undo_acceptance()
        self.assertEqual(self.po.message_ids, notes)

    def test_only_what_was_seen_is_accepted(self):
        dialog = self.ask()
        self.refunded(self.po, 5.48, {**LINE, 'total': 5.48})
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "does not differ in this way any more"):
            dialog.action_accept()
        with self.assertRaisesRegex(UserError, "Enter why"):
            self.ask(" ").action_accept()
        with self.assertRaisesRegex(AccessError, "Only invoicing users"):
            self.row(self.po, user=self.manager).action_ask_accept()
        with self.assertRaises(UserError):
            self.po.with_user(self.buyer).write({'amazon_accepted_figures': self.row(self.po).figures})


@tagged('post_install', '-at_install')
class TestTakingBack(ReconciliationCase):

    def test_a_charge_was_dismissed_by_mistake(self):
        order = self.order()
        charge = self.transact(64.23, order=order)
        charge.with_user(self.biller)._dismiss("Twice")
        charge.with_user(self.biller).action_undo_dismissal()
        self.assertEqual((charge.state, charge.dismiss_reason, charge.dismissed_by_id.id), ('matched', False, False))
        self.assertIn("had dismissed it: Twice", charge.message_ids[0].body)
        charge._book()
        self.assertTrue(charge.bill_ids)
        with self.assertRaisesRegex(UserError, "has changed meanwhile"):
            charge.with_user(self.biller).action_undo_dismissal()
        with self.assertRaises(AccessError):
            charge.with_user(self.manager).action_undo_dismissal()

    def test_two_people_dismissed_a_charge_and_one_took_it_back(self):
        """It stayed dismissed, by nobody and for no reason."""
        charge = self.transact(64.23, order=self.order())
        charge.with_user(self.biller)._dismiss("Twice")
        with self.assertRaisesRegex(UserError, "has changed meanwhile"):
            charge.with_user(self.biller)._dismiss("Not ours")
        charge.with_user(self.biller).action_undo_dismissal()
        self.assertEqual(charge.state, 'matched')

    def test_what_was_stated_twice_still_waits_for_a_person(self):
        order = self.order()
        for attention in ('alike', 'doubtful'):
            charge = self.transact(64.23, order=order, state='attention', attention=attention, problem="Look at it")
            charge._dismiss("Twice")
            charge.action_undo_dismissal()
            self.assertEqual(
                (charge.state, charge.attention, charge.problem), ('attention', attention, "Look at it"))
            self.assertFalse(charge._may_be_booked())

    def test_what_an_earlier_version_dismissed_waits_for_a_person(self):
        charge = self.transact(64.23, order=self.order())
        charge._dismiss("Twice")
        charge.dismissed_from = False
        charge.action_undo_dismissal()
        self.assertEqual((charge.state, charge.attention), ('attention', 'doubtful'))
        charge.with_user(self.biller).action_confirm()
        self.assertEqual(charge.state, 'matched')

    def test_the_button_is_there_where_it_was_dismissed(self):
        arch = self.env['amazon.punchout.transaction'].with_user(self.biller).get_view(view_type='form')['arch']
        self.assertRegex(arch, r'name="action_undo_dismissal"[^>]*invisible="state != .dismissed.')


@tagged('post_install', '-at_install')
class TestWaitingCharges(ReconciliationCase):

    def test_charges_waited_for_the_next_change_of_their_order(self):
        """What broke while the order became known is tried again by the scheduled action."""
        order = self.order()
        charge = self.transact(64.23, {'order_ref': '111-0000000-0000777'})
        self.assertFalse(charge.order_ids)
        with (patch.object(AmazonPunchoutTransactionMatch, '_match_later', side_effect=ValueError("Broken")),
              self.assertLogs('odoo.addons.amazon_punchout', 'ERROR')):
            self.confirm(order, number='111-0000000-0000777')
        self.assertTrue(order.amazon_charges_wait)
        self.run_cron('amazon_punchout.ir_cron_charges')
        self.assertEqual((charge.order_ids, order.amazon_charges_wait), (order, False))
