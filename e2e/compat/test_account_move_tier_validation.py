from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.amazon_punchout.tests.bill_case import ACTIVITY_TODO
from odoo.addons.amazon_punchout.tests.cxml_builder import confirmation_xml, status

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestAccountMoveTierValidation(CompatCase):
    """Where bills are posted automatically, the review of Amazon's bill is requested instead, and the bill says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reviewer = cls.new_user("reviewer", "account.group_account_manager")
        cls.env["tier.definition"].create({
            "name": "Head of finance", "model_id": cls.env["ir.model"]._get_id("account.move"),
            "review_type": "individual", "reviewer_id": cls.reviewer.id, "definition_domain": "[]"})
        cls.group.write({"post_matching_bills": True, "bill_user_id": cls.biller.id})

    def setUp(self):
        super().setUp()
        self.po = self.cart()
        self.order_at_amazon(self.po)
        self.send()

    def confirm(self):
        self.deliver(confirmation_xml(
            self.po, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], shipping="3.00", tax="2.00"))

    def test_the_bill_says_that_it_waits_for_validation(self):
        self.confirm()
        self.invoice(self.po, net="35.00")
        bill = self.move()
        self.assertEqual((bill.state, bill.validation_status), ("draft", "pending"))
        self.assertFalse(self.bill_activities(bill))
        [todo] = self.bill_activities(bill, ACTIVITY_TODO)
        self.assertEqual(todo.summary, "Amazon's invoice INV-1 waits for validation")
        self.assertIn("waits for validation by Reviewer Person", todo.note)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            bill.with_user(self.biller).action_post()
        bill.with_user(self.reviewer).validate_tier()
        bill.invalidate_recordset()
        bill.with_user(self.biller).action_post()
        self.assertEqual(bill.state, "posted")

    def test_a_bill_that_also_has_a_problem_says_the_problem(self):
        self.confirm()
        self.invoice(self.po, net="36.00", subtotal="36.00")
        bill = self.move()
        self.assertEqual((bill.state, bill.validation_status), ("draft", "no"))
        self.assertEqual(len(self.bill_activities(bill)), 1)

    def test_it_waits_for_its_goods_first(self):
        self.group.receipt_policy = "warn"
        self.group.product_id.purchase_method = "receive"
        self.confirm()
        self.invoice(self.po, net="35.00")
        bill = self.move()
        self.assertEqual((bill.validation_status, bill.amazon_awaits_receipt), ("no", True))
        bill.request_validation()
        self.receive_goods(self.po)
        bill.invalidate_recordset()
        self.assertEqual((bill.state, bill.validation_status, bill.amazon_awaits_receipt), ("draft", "pending", False))
        self.assertIn("waits for validation", self.said(bill))

    def test_a_bill_under_validation_that_a_person_made_gets_amazon_s_number(self):
        self.group.product_id.purchase_method = "purchase"
        self.po = self.cart()
        self.order_at_amazon(self.po)
        self.send()
        self.confirm()
        self.po.with_user(self.biller).action_create_invoice()
        [bill] = self.po.invoice_ids
        bill.request_validation()
        self.assertEqual(bill.validation_status, "pending")
        self.invoice(self.po, shipping="3.00", tax="2.00", subtotal="35.00", net="40.00")
        self.assertEqual((self.move(), bill.validation_status), (bill, "pending"))
