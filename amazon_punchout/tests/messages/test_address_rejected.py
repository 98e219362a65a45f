"""Amazon does not deliver to an address: the address is corrected first, by a person who can."""
from lxml import etree

from odoo.tests import tagged

from ..common import answer
from ..cxml_builder import confirmation_xml, ship_notice_xml, status
from ..message_case import MessageCase
from ..order_case import PROBLEM

REJECTED = "Address not valid [Error code: 003-052]"


@tagged('post_install', '-at_install')
class TestAddressRejected(MessageCase):

    def setUp(self):
        super().setUp()
        self.po = self.three_lines()

    def confirm(self, *lines, **values):
        self.deliver(confirmation_xml(self.po, lines, **values))

    def advice_for(self, user, order):
        self.env.invalidate_all()
        return "\n".join(self.activities(order, PROBLEM).filtered(lambda each: each.user_id == user).mapped('note'))

    def test_a_rejected_address_is_for_the_responsible_and_shopping_again_comes_later(self):
        self.confirm(kind='reject', confirm_id=None, error=REJECTED)
        order = self.po
        self.assertTrue(order.with_user(self.buyer).amazon_address_rejected)
        requester = self.advice_for(self.buyer, order)
        self.assertIn(f"{self.administrator.name} has been notified to correct it", requester)
        self.assertNotIn("Shop Again", requester)
        self.assertIn("Press Open Address on the order", self.advice_for(self.administrator, order))
        action = order.with_user(self.buyer).action_amazon_open_address()
        self.assertEqual((action['res_model'], action['res_id']), ('res.partner', self.warehouse.partner_id.id))
        arch = etree.fromstring(order.with_user(self.buyer).get_view(view_type='form')['arch'])
        [button] = arch.xpath("//button[@name='action_amazon_open_address']")
        self.assertEqual(button.get('invisible'), 'not amazon_address_rejected')

    def test_another_reason_leads_to_shop_again(self):
        self.confirm(kind='reject', confirm_id=None, error="Gone [Error code: 015-005]")
        self.assertFalse(self.po.amazon_address_rejected)
        self.assertIn("Shop Again", self.advice_for(self.buyer, self.po))
        self.assertFalse(self.advice_for(self.administrator, self.po))

    def test_a_declined_address_is_named_with_its_location(self):
        order = self.ordered()
        self.send(answer(code='400', text=REJECTED))
        self.assertTrue(order.amazon_address_rejected)
        self.assertIn(f"Complete the address of {self.warehouse.name}", order.with_user(self.buyer).amazon_problem)

    # === RECEIVED AND CANCELLED === #

    def test_nothing_is_received_or_billed_that_amazon_may_not_have(self):
        arch = etree.fromstring(self.po.with_user(self.manager).get_view(view_type='form')['arch'])
        buttons = [*arch.xpath("//header/button[@name='action_view_picking']"),
                   *arch.xpath("//header/widget[@name='purchase_file_uploader']")]
        for button in buttons:
            self.assertIn("amazon_state in ('unclear', 'refused')", button.get('invisible'))
        self.assertTrue(buttons)

    def test_what_has_shipped_is_not_offered_to_be_cancelled(self):
        self.confirm(*((line, quantity, status(quantity=quantity)) for line, quantity in ((1, 2), (2, 3), (3, 1))))
        order = self.po.with_user(self.buyer)
        cancel = self.env['amazon.punchout.cancel'].with_user(self.buyer).browse(
            order.action_amazon_cancel_there()['res_id'])
        self.assertTrue(cancel.may_want)
        self.deliver(ship_notice_xml(self.po, [(1, 2), (2, 3), (3, 1)]))
        cancel = self.env['amazon.punchout.cancel'].with_user(self.buyer).browse(
            order.action_amazon_cancel_there()['res_id'])
        self.assertFalse(cancel.may_want)
        self.assertIn("has been shipped, so it can't be cancelled any more", cancel.obstacle)
        arch = etree.fromstring(cancel.get_view(view_type='form')['arch'])
        [button] = arch.xpath("//button[@name='action_want']")
        self.assertEqual(button.get('invisible'), 'is_wanted or not may_want')
