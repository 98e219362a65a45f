"""A month of a company card, as the tests of charges need it: journals, an accountant, orders, and Amazon's reports."""
import datetime
import runpy
from decimal import Decimal

from lab import check, paths

from .client import run_scheduled_action, shop, wait_for
from .test_messages_in_browser import Amazon, state_is

# Needs no Odoo, which is not at hand here.
BUILDER = paths.ROOT / paths.ADDON / "tests" / "report_builder.py"
PAPER, STAPLER, KEYBOARD = "B0SIM00001", "B0SIM00002", "B0SIM00013"
ACCOUNTANT = "ledger"
GROUP_FIELDS = ("payment_method", "journal_id", "card_journal_id", "balance_journal_id")


class Month:
    """The group of the US pays by card meanwhile; everything happens today.

    :param servers: the `Site`
    :param buyer: calls as a buyer
    :param int group_id: the group of the US
    """

    def __init__(self, servers, buyer, group_id):
        self.site, self.buyer, self.group_id = servers, buyer, group_id
        self.admin = check.Odoo(servers.odoo_url, servers.database, "admin")
        self.report = runpy.run_path(str(BUILDER))
        self.day = datetime.date.today()
        self.shopper = self.admin.call(
            "res.users", "search_read", [("login", "=", "demo")], fields=["name", "email"])[0]
        self.group = self.admin.read("amazon.punchout.group", group_id, "name", *GROUP_FIELDS)
        self.card = self._journal("Company Card", "CARD", "credit", "liability_credit_card")
        self.gift_cards = self._journal("Amazon Gift Cards", "GIFT", "cash", "asset_current")
        self._pay_by_card()
        self._allow_statements(4)
        self.accountant = self._new_accountant()
        self._take_demo_reports_back()
        self.amazon = Amazon(servers)
        self.number = 0

    def end(self):
        """Let the group pay as before."""
        self._allow_statements(3)
        self.admin.call("amazon.punchout.group", "write", [self.group_id], {
            name: value[0] if isinstance(value, list) else value
            for name, value in self.group.items() if name in GROUP_FIELDS})

    # === SETTINGS === #

    def create(self, model, **vals):
        return self.admin.call(model, "create", [vals])[0]

    def ref(self, name):
        """Find a record by its external id."""
        module, name = name.split(".")
        return self.admin.call("ir.model.data", "search_read", [
            ("module", "=", module), ("name", "=", name)], fields=["res_id"])[0]["res_id"]

    def _journal(self, name, code, journal_type, account_type):
        account = self.create("account.account", name=name, code=f"9{code}", account_type=account_type)
        return self.create(
            "account.journal", name=name, code=code, type=journal_type, default_account_id=account)

    def _pay_by_card(self):
        """Let the payments of the card wait on an account for the lines of its statement."""
        waiting = self.create(
            "account.account", name="Company Card, outstanding", code="9CARDO", account_type="liability_current",
            reconcile=True)
        lines = self.admin.call("account.payment.method.line", "search", [("journal_id", "=", self.card)])
        self.admin.call("account.payment.method.line", "write", lines, {"payment_account_id": waiting})
        self.admin.call("amazon.punchout.group", "write", [self.group_id], {
            "payment_method": "card", "journal_id": self.card, "balance_journal_id": self.gift_cards})

    def _allow_statements(self, command):
        """Let the administrator import statements, or not any more: Community has no role for it.

        :param int command: 4 or 3, of Odoo's commands for links
        """
        users = self.admin.call("res.users", "search", [("login", "=", "admin")])
        self.admin.call("res.users", "write", users, {
            "group_ids": [(command, self.ref("account.group_account_basic"), 0)]})

    def _new_accountant(self):
        """Make a user of Invoicing without any other role."""
        self.create(
            "res.users", name="Lena Ledger", login=ACCOUNTANT, password=ACCOUNTANT, email="ledger@example.com",
            group_ids=[(6, 0, [self.ref("account.group_account_invoice"), self.ref("base.group_allow_export")])])
        return check.Odoo(self.site.odoo_url, self.site.database, ACCOUNTANT)

    def _take_demo_reports_back(self):
        """Leave no charges but those of the month."""
        for report in self.admin.call("amazon.punchout.import", "search", [("state", "=", "done")]):
            self.admin.call("amazon.punchout.import", "action_undo", [report])

    # === AT AMAZON === #

    def order(self, *items):
        """Order items, which Amazon confirms.

        :param items: pairs of an ASIN and a quantity
        :return: number, and the lines with what each costs
        :rtype: dict
        """
        order_id = shop(self.site, self.buyer, self.group_id, [
            {"asin": asin, "quantity": quantity} for asin, quantity in items])
        self.buyer.call("purchase.order", "button_confirm", [order_id])
        self.number += 1
        wait_for(lambda: len(self.site.orders()) == self.number, "the order did not arrive")
        state_is(self.buyer, order_id, "sent")
        self.amazon.say("confirm", self.number)
        state_is(self.buyer, order_id, "confirmed")
        order = self.buyer.read("purchase.order", order_id, "name", "amazon_order_ref", "amount_total")
        lines = self.buyer.call("purchase.order.line", "search_read", [
            ("order_id", "=", order_id), ("amazon_line_type", "=", "item")], fields=[
                "amazon_line_number", "amazon_asin", "amazon_title", "amazon_cart_quantity", "amazon_cart_price",
                "amazon_cart_shipping", "amazon_cart_tax", "amazon_seller"])
        for line in lines:
            parts = line["amazon_cart_price"] * line["amazon_cart_quantity"], line["amazon_cart_shipping"], \
                line["amazon_cart_tax"]
            line["items"], line["shipping"], line["tax"] = (Decimal(f"{part:.2f}") for part in parts)
            line["total"] = line["items"] + line["shipping"] + line["tax"]
        total = sum(line["total"] for line in lines)
        assert total == Decimal(f"{order['amount_total']:.2f}"), (order, lines)
        return {**order, "lines": lines, "total": total}

    def rows(self, order, lines=None, amount=None, **values):
        """Write the rows of the report Orders in which a payment paid the lines of an order.

        :param lines: some of its lines; all by default
        :param amount: of the payment; by default what the lines cost
        :param values: cells by header, with underscores for blanks
        :rtype: list[dict]
        """
        lines = order["lines"] if lines is None else lines
        paid = sum(line["total"] for line in lines) if amount is None else amount
        number = order["amazon_order_ref"]
        return [self.report["order_row"](
            str(paid), item=str(line["total"]), total=str(order["total"]), **{
                **self._usual(), "Order_ID": number, "PO_Number": order["name"], "ASIN": line["amazon_asin"],
                "Payment_Reference_ID": f"SIM-{order['name']}", "Title": line["amazon_title"],
                "Item_Quantity": str(int(line["amazon_cart_quantity"])),
                "Item_Subtotal": str(line["items"]), "Item_Shipping_&_Handling": str(line["shipping"]),
                "Item_Tax": str(line["tax"]), "PO_Line_Item_Id": str(line["amazon_line_number"]),
                "Seller_Name": line["amazon_seller"] or "Amazon", **values}) for line in lines]

    def outside(self, amount, title, **values):
        """Write the row of a purchase that no order of Odoo is for."""
        return self.report["order_row"](amount, **{**self._usual(), "PO_Number": "", "Title": title, **values})

    def _usual(self):
        day = self.day.isoformat()
        return {
            "Account_Group": self.group["name"], "Order_Date": day, "Payment_Date": day,
            "Account_User": self.shopper["name"], "Account_User_Email": self.shopper["email"]}

    def orders_report(self, rows):
        """Write a report Orders.

        :rtype: bytes
        """
        return self.report["csv_report"]((*self.report["ORDER_HEADERS"], "Charge Identifier"), rows)

    def book(self):
        """Book what can be booked, as the scheduled action does."""
        run_scheduled_action(self.admin, "ir_cron_charges")

    # === AT THE BANK === #

    def on_statement(self, amount, text):
        """Import a line of the statement of the card.

        :return: its id
        """
        return self.create(
            "account.bank.statement.line", journal_id=self.card, date=self.day.isoformat(), payment_ref=text,
            amount=amount)
