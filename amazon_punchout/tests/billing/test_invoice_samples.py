"""Two public invoices that are not Amazon's, about orders of ours."""
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml.cxml_inventor import shared
from ..cxml_builder import item

TAX_AT_TOTAL, SEVERAL_ORDERS = 'invoice-generic-tax-at-total.xml', 'invoice-generic-several-orders.xml'


@tagged('post_install', '-at_install')
class TestInvoiceSamples(BillCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.bill_user_id = cls.biller

    def deliver_sample(self, name, **orders):
        """Deliver a sample.

        :param orders: our orders that replace its own, as p123=order
        :return: the document
        """
        raw = shared(self, 'samples', name).read_bytes()
        for payload_id, order in orders.items():
            old = b'<DocumentReference payloadID="%s"' % payload_id[1:].encode()
            self.assertIn(old, raw)
            raw = raw.replace(old, b'<DocumentReference payloadID="%s"' % self.requests(order).payload_id.encode())
        return self.deliver(raw)

    def test_the_one_with_its_tax_at_the_total(self):
        order = self.sent_order([item(price='365.00')])
        document = self.deliver_sample(TAX_AT_TOTAL, p123=order)
        self.assertEqual(document.state, 'processed', document.reason)
        bill = self.move('3492')
        self.assertEqual((bill.move_type, bill.state, bill.amount_total, bill.currency_id.name, str(bill.invoice_date)),
                         ('in_invoice', 'draft', 408, 'USD', '2009-05-01'))
        # The item, shipping, special handling, and a tax of 8.00: 8.25 % of 365.00 would be 30.11.
        self.assertEqual(self.numbers(bill), [(1, 1, 365, 0), (0, 1, 30, 0), (0, 1, 5, 0), (0, 1, 8, 0)])
        note = self.bill_activities(bill).note
        for sentence in ("for “Shipping”, but order", "for “Special handling”, but order", "but the order's total is"):
            self.assertIn(sentence, note)  # nobody ordered these
        self.assertEqual(self.billed(order), {1: 1})

    def test_the_one_of_several_orders(self):
        one = self.sent_order([item(price='100.00', quantity='2')])
        two = self.sent_order([item(price='10.00', quantity='2')])
        document = self.deliver_sample(SEVERAL_ORDERS, p2252=one, p2253=two)
        self.assertEqual(document.state, 'processed', document.reason)
        bill = self.move('INV00001')
        self.assertEqual((bill.state, bill.amount_total, bill.currency_id.name), ('draft', 220, 'USD'))
        self.assertEqual((self.billed(one), self.billed(two)), ({1: 2}, {1: 2}))
        activity = self.bill_activities(bill)
        self.assertEqual(activity.user_id, self.biller)
        self.assertIn("The invoice states a NetAmount of", activity.note)
        self.assertIn("0.00, but its lines add up to", activity.note)

    def test_without_their_orders_they_wait_and_then_a_person_looks(self):
        documents = [self.deliver_sample(name) for name in (TAX_AT_TOTAL, SEVERAL_ORDERS)]
        for document in documents:
            self.assertEqual(document.state, 'waiting')
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.run_cron('amazon_punchout.ir_cron_process')
        for document, order in zip(documents, ("123", "2252"), strict=True):
            self.assertEqual(document.state, 'attention')
            self.assertIn(f"Amazon's message refers to order {order}, which is not in Odoo.", document.reason)
        self.assertFalse(self.move('3492') | self.move('INV00001'))
