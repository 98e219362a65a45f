"""Each try to send an order leaves one line in the server's log, and no secret."""
import logging

import requests

from odoo.tests import tagged

from ..common import SECRET, answer
from ..order_case import OrderCase

SENDING = 'odoo.addons.amazon_punchout.models.sending.amazon_punchout_document'


@tagged('post_install', '-at_install')
class TestOutboxLog(OrderCase):

    def assertLogged(self, outcome, respond):
        order = self.ordered()
        with self.assertLogs('odoo.addons.amazon_punchout', logging.DEBUG) as logs:
            self.assertEqual(len(self.send(respond)), 1)
        self.assertNotIn(SECRET, "\n".join(logs.output))
        [line] = [record.getMessage() for record in logs.records if record.name == SENDING]
        self.assertRegex(
            line, rf"^Amazon document OrderRequest {self.requests(order).payload_id} for order {order.name} sending: "
            rf"{outcome} in \d+ ms$")

    def test_a_sent_order(self):
        self.assertLogged("sent", answer())

    def test_a_declined_order_with_the_code(self):
        self.assertLogged(r"declined \(401\)", answer(code='401', text=f"Wrong secret {SECRET}"))

    def test_an_unclear_order(self):
        self.assertLogged("unclear", requests.exceptions.ReadTimeout())

    def test_an_order_that_found_no_connection(self):
        self.assertLogged("not connected", requests.exceptions.ConnectTimeout())

    def test_an_order_of_another_mode_is_not_sent(self):
        order = self.ordered()
        self.group.state = 'test'
        with self.assertLogs(SENDING, logging.INFO) as logs:
            self.assertFalse(self.send())
        self.assertRegex(logs.output[0], rf"for order {order.name} sending: not sent in \d+ ms$")
