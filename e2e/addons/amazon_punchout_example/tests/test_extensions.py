"""The five extensions of docs/extending.md, each as it is shown there."""
import base64

from lxml import etree

from odoo.tests import tagged

from odoo.addons.amazon_punchout.tests.cxml_builder import envelope, reference
from odoo.addons.amazon_punchout.tests.message_case import MessageCase


@tagged('post_install', '-at_install')
class TestExtensions(MessageCase):

    def test_an_own_element_is_in_the_order_request_at_its_place(self):
        order = self.sent_order()
        body = base64.b64decode(order._amazon_request().with_context(bin_size=False).body)
        header = etree.fromstring(body).find('.//OrderRequestHeader')
        names = [node.tag for node in header]
        self.assertEqual(header.find('PaymentTerm').get('payInNumberOfDays'), '30')
        self.assertLess(names.index('BillTo'), names.index('PaymentTerm'))
        self.assertLess(names.index('PaymentTerm'), names.index('Extrinsic'))

    def test_another_marketplace_has_its_own_addresses(self):
        self.group.state = 'draft'
        self.group.marketplace = 'sg'
        self.assertEqual(self.group.setup_url, 'https://abintegrations.amazon.sg/punchout')
        order = self.env['purchase.order'].new({'amazon_group_id': self.group.id})
        self.assertEqual(order._amazon_pages()[0][1], 'https://www.amazon.sg/gp/css/order-history')

    def test_another_message_is_processed(self):
        order = self.sent_order()
        document = self.deliver(envelope(
            f'<StatusUpdateRequest>{reference(order)}<Status code="200" text="OK"/></StatusUpdateRequest>'))
        self.assertEqual((document.state, document.type_name), ('processed', "Status Update"))
        self.assertIn("Amazon sent a status update.", order.message_ids[0].body)

    def test_an_own_checklist_item_has_its_place_and_keeps_the_group_from_going_live(self):
        group = self.group.copy({'name': "By invoice", 'payment_method': 'invoice', 'shared_secret': "another secret"})
        keys = [check.key for check in group._sorted_checklist()]
        self.assertEqual(keys[keys.index('shared_secret') + 1], 'business_unit')
        self.assertIn('business_unit', [check.key for check in group._open_required()])
        group.business_unit = "Unit 1"
        self.assertNotIn('business_unit', [check.key for check in group._open_required()])

    def test_an_own_rule_of_approval_decides_who_approves(self):
        self.group.approval_rule = 'responsible'
        order = self.make_order()
        self.assertFalse(order.with_user(self.manager)._approval_allowed())
        self.assertTrue(order.with_user(self.administrator)._approval_allowed())
        order.with_user(self.administrator).button_confirm()
        self.assertEqual(order.state, 'purchase')
