from odoo.tests import tagged

from odoo.addons.amazon_punchout.tests.booking_case import BookingCase


@tagged("post_install", "-at_install")
class TestHr(BookingCase):
    """Amazon Spend and Amazon Performance can be grouped by the requester's department."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workshop = cls.env["hr.department"].create({"name": "Workshop", "company_id": cls.company.id})
        cls.office = cls.env["hr.department"].create({"name": "Office", "company_id": cls.company.id})
        cls.employee = cls.employ(cls.buyer, cls.workshop)
        cls.employ(cls.other_buyer, cls.office)

    @classmethod
    def employ(cls, user, department, company=None):
        company = company or cls.company
        return cls.env["hr.employee"].create({
            "name": user.name, "user_id": user.id, "department_id": department.id, "company_id": company.id})

    def sums(self, model="spend", measure="spent", user=None):
        """Add up a measure by department.

        :rtype: dict
        """
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.env[f"amazon.punchout.{model}"].with_user(user or self.biller)._read_group(
            [], ["department"], [f"{measure}:sum"])
        return {department: round(amount, 2) for department, amount in found if amount}

    def test_what_each_department_spends(self):
        po = self.two_lines()
        self.invoice(po)
        self.post(self.move())
        other = self.two_lines(user=self.other_buyer)
        self.invoice(other, invoice_id="INV-2")
        self.post(self.move("INV-2"))
        self.assertEqual(self.sums(), {"Workshop": 35, "Office": 35})
        self.assertEqual(self.sums(measure="ordered"), {"Workshop": 35, "Office": 35})
        self.assertEqual(self.sums("performance", "in_cart"), {"Workshop": 35, "Office": 35})

    def test_who_may_not_see_employees_sees_departments(self):
        self.two_lines()
        self.assertFalse(self.env["hr.employee"].with_user(self.manager).has_access("read"))
        self.assertEqual(self.sums(measure="ordered", user=self.manager), {"Workshop": 35})

    def test_an_employee_of_two_companies_counts_once(self):
        company = self.env["res.company"].create({"name": "Second company"})
        elsewhere = self.env["hr.department"].create({"name": "Elsewhere", "company_id": company.id})
        self.employ(self.buyer, elsewhere, company)
        self.two_lines()
        self.assertEqual(self.sums(measure="ordered"), {"Workshop": 35})

    def test_who_has_left_still_has_the_department(self):
        self.two_lines()
        self.employee.active = False
        self.assertEqual(self.sums(measure="ordered"), {"Workshop": 35})

    def test_what_was_bought_outside_is_of_its_buyers_department(self):
        account = self.env["account.account"].create({
            "name": "Lamps", "code": "LAMP1", "account_type": "expense"})
        bought = self.transact(12.00, {"total": 12.00, "title": "Lamp", "order_ref": "111-9999999-0000001"})
        bills = bought._bill_outside(self.other_buyer, "Urgent", dict.fromkeys(bought.line_ids, account))
        bills.invoice_date = "2026-03-06"
        self.post(bills)
        self.assertEqual(self.sums(), {"Office": 12})
        self.assertEqual(self.sums(measure="outside"), {"Office": 12})
