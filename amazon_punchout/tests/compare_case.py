"""Base of the tests that compare bills with their order."""
from .bill_case import BillCase
from .cxml_builder import confirmation_xml, invoice_line, item, status


class CompareCase(BillCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.write({'post_matching_bills': True, 'bill_user_id': cls.biller.id})

    def staplers(self, confirmed=True, shipping='4.98'):
        """Make a sent order of 2 × 24.99, 3 × 23.15 and shipping of 4.98: 124.41 in total."""
        order = self.sent_order([
            item(asin='B00TEST001', title="Stapler", price='24.99', quantity='2', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', title="Punch", price='23.15', quantity='3', auxiliary_id='136-1,2'),
        ], shipping=shipping)
        if confirmed:
            self.deliver(confirmation_xml(
                order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], shipping=shipping))
            self.assertEqual(order.amazon_state, 'confirmed')
        return order

    def bill(self, order, staplers='24.99', punches='23.15', **values):
        """Deliver an invoice of everything, and return its bill.

        :param staplers: the price of a stapler, likewise of a punch
        """
        values.setdefault('shipping', '4.98')
        values.setdefault('net', f"{2 * float(staplers) + 3 * float(punches) + float(values['shipping'] or 0):.2f}")
        self.invoice(order, invoice_line(1, 2, staplers), invoice_line(2, 3, punches), **values)
        return self.move(values.get('invoice_id', 'INV-1'))

    def assertHeld(self, bill, *sentences):
        """Check that a bill stays a draft, and that activity and chatter have these sentences."""
        self.assertEqual(bill.state, 'draft')
        activity = self.bill_activities(bill)
        self.assertEqual((len(activity), activity.user_id), (1, self.biller))
        for sentence in sentences:
            self.assertIn(sentence, self.plain(activity.note))
            self.assertIn(sentence, self.said(bill))

    def plain(self, html):
        """Write amounts with plain spaces."""
        return html.replace('&nbsp;', ' ').replace('\N{NO-BREAK SPACE}', ' ')

    def said(self, record):
        return self.plain(super().said(record))

    def assertPosted(self, bill):
        self.assertEqual(bill.state, 'posted', self.said(bill))
        self.assertFalse(self.bill_activities(bill))
