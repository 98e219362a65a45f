from lxml import etree

from odoo.tests import tagged

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestPurchaseNoRfq(CompatCase):
    """Either addon may be installed first. Carts have no buttons for e-mails either way."""

    def test_a_cart_has_no_buttons_for_e_mails(self):
        arch = etree.fromstring(self.env["purchase.order"].with_user(self.buyer).get_view(view_type="form")["arch"])
        buttons = arch.xpath("//header/button[@name='action_rfq_send']")
        self.assertEqual(len(buttons), 3)
        for button in buttons:
            self.assertIn("amazon_session_id", button.get("invisible"))
        self.assertIn("Send by Email", [button.get("string") for button in buttons])
        self.assertTrue(arch.xpath("//header/button[@name='action_amazon_ask']"))
