"""The order of a message is found by the numbers that it names, in the groups whose secret it had."""

from odoo.fields import Command
from odoo.tests import tagged

from ... import cxml
from ..common import answer
from ..cxml_builder import envelope
from ..inbox_case import InboxCase


@tagged('post_install', '-at_install')
class TestFindingOrders(InboxCase):

    def find(self, order_id=None, payload_id=None, mode=None):
        """Deliver a confirmation that names an order like this.

        :return: the document, and the order that its step found
        """
        found = []

        def does(document):
            found.append(document._find_order(cxml.OrderReference(order_id, payload_id)))
        self.step(does)
        raw = envelope('<ConfirmationRequest/>')
        document = self.deliver(raw.replace(b'<Request>', b'<Request deploymentMode="%s">' % mode) if mode else raw)
        return document, found and found[0] or self.env['purchase.order']

    def test_by_the_payload_id_of_any_of_its_requests(self):
        order = self.ordered()
        self.send(answer(status=400, code='400'))
        order.with_user(self.buyer).action_amazon_send_again()
        first, second = self.requests(order).mapped('payload_id')
        for payload_id in (first, second):
            self.assertEqual(self.find('P-ANY', payload_id)[1], order)

    def test_by_its_number_else(self):
        order = self.sent_order()
        self.assertEqual(self.find(order.name)[1], order)
        document, found = self.find(order.name, 'another')
        self.assertEqual((document.state, len(found)), ('attention', 0), "a person decides, see test_wrong_reference")
        for name in (None, order.name + '1', order.name.lower()):
            document, found = self.find(name, 'nowhere')
            self.assertEqual((document.state, len(found)), ('waiting', 0))

    def test_a_cart_that_was_never_ordered_is_not_meant(self):
        self.group.number_at_approval = False
        cart = self.make_order()
        self.assertFalse(self.find(cart.name)[1])

    def test_a_number_that_two_companies_have_needs_the_payload_id(self):
        company, other, _warehouse = self.make_company("Second")
        ours = self.sent_order()
        user = self.new_user('theirbuyer', 'purchase.group_purchase_user')
        user.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        theirs = self.make_order(group=other, user=user)
        theirs.button_approve()
        self.send()
        self.env.cr.execute("UPDATE purchase_order SET name = %s WHERE id = %s", [ours.name, theirs.id])
        self.env.invalidate_all()
        document = self.env['amazon.punchout.document'].sudo()._store_message(
            self.group | other, cxml.read_request(envelope('<ConfirmationRequest/>')),
            envelope('<ConfirmationRequest/>'))
        self.assertFalse(document._search_order(None, ours.name))
        for order in (ours, theirs):
            self.assertEqual(document._search_order(self.requests(order).payload_id, order.name), order)

    def test_a_test_message_does_not_touch_a_live_order(self):
        order = self.sent_order()
        document, found = self.find(order.name, mode=b'test')
        self.assertFalse(found)
        self.assertEqual(document.state, 'attention')
        self.assertIn(order.name, document.reason)
        self.assertEqual(self.find(order.name, mode=b'production')[1], order)

    def test_a_message_that_names_no_mode_finds_a_test_order(self):
        self.group.state = 'test'
        order = self.sent_order()
        self.assertEqual(order.amazon_deployment_mode, 'test')
        self.assertEqual(self.find(order.name)[1], order)
        self.assertEqual(self.find(order.name, mode=b'test')[1], order)
