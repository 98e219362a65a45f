"""The examples of docs/messages.md: what the requester reads, word for word."""
from odoo.tests import tagged

from ..common import answer
from ..cxml_builder import confirmation_xml, item, status
from ..message_case import MessageCase
from ..words_case import TABLE, WordsCase, documented

OUT_OF_STOCK = "Item unavailable [Error code: 015-005]"


@tagged('post_install', '-at_install')
class TestWords(WordsCase, MessageCase):

    def confirm(self, *lines, **values):
        """Deliver a confirmation of an order of three lines, and remember what was read before."""
        self.po = self.sent_order([
            item(title="Stapler", price='10.00', quantity='2', auxiliary_id='136-1,1'),
            item(title="Paper", price='5.00', quantity='3', auxiliary_id='136-1,2'),
            item(title="Lamp", price='20.00', quantity='1', auxiliary_id='136-1,3'),
        ], shipping='4.00', tax='4.28')
        self.po.user_id = self.manager
        self.begin_reading(self.po)
        self.deliver(confirmation_xml(self.po, lines, **values))

    def test_every_example_is_compared(self):
        if not TABLE.exists():
            self.skipTest(
                "NOT TESTED: docs/messages.md is not beside this copy of the addon, so its words were not compared")
        names = {name.split('_')[1] for name in dir(self) if name.startswith('test_W')}
        self.assertEqual(names | {'W01'}, set(documented()), "W01 is in test_message_samples.py")

    def test_W02_raised_price_shipping_and_tax(self):
        self.confirm((1, 2, status(quantity=2, price='10.50')), (2, 3, status(quantity=3)), (3, 1, status(quantity=1)),
                     total='70.00', shipping='9.00', tax='5.00')
        self.assertReads('W02', self.po)

    def test_W03_rejected_for_two_reasons(self):
        self.confirm((1, 2, status('reject', 2, error=OUT_OF_STOCK)), (2, 3, status(quantity=3)),
                     (3, 1, status(quantity=1)), error="Fewer than in the cart [Error code: 018-007]")
        self.assertReads('W03', self.po)

    def test_W04_partly_rejected_and_back_ordered(self):
        self.confirm((1, 2, status(quantity=2)),
                     (2, 3, status(quantity=1), status('reject', 1, error=OUT_OF_STOCK), status('backordered', 1)),
                     (3, 1, status('backordered', 1)), comment="Thank you for your order")
        self.assertReads('W04', self.po)

    def test_W05_rejected_as_a_whole(self):
        self.confirm(kind='reject', confirm_id=None,
                     error="Address not valid [Error code: 003-052]||Order cancelled [Error code: 001-012]")
        self.assertReads('W05', self.po)

    def test_W06_declined(self):
        order = self.ordered()
        self.begin_reading(order)
        self.send(answer(code='400', text='Address not valid [Error code: 003-052]'))
        self.assertReads('W06', order)
