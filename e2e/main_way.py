"""Run one order from the shopping trip to the bill and record what users see: run by test_import_order.py.

This is a test of its own in a process of its own, and it writes the outcome to the file that MAIN_WAY_OUTCOME names.
"""
import json
import os
import re
import sys
from pathlib import Path

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.amazon_punchout.tests.bill_case import BillCase
from odoo.addons.amazon_punchout.tests.cxml_builder import (
    confirmation_xml,
    invoice_line,
    invoice_xml,
    item,
    ship_notice_xml,
    status,
)

MODELS = "odoo.addons.amazon_punchout.models."
FACTS = ("type", "string", "help", "required", "readonly", "selection", "relation", "store", "depends", "groups")
LINE_FIELDS = (
    "amazon_line_number", "amazon_line_type", "name", "product_qty", "price_unit", "price_subtotal", "amazon_asin",
    "amazon_confirmation", "amazon_shipped_quantity", "qty_to_invoice", "qty_invoiced", "qty_received",
)


@tagged("post_install", "-at_install")
class MainWay(BillCase):

    def test_main_way(self):
        steps = {}
        self.record(steps, "group", {"checklist": self.group.with_user(self.administrator).checklist})
        self.set_limit(10)
        order = self.make_order([
            item(asin="B00TEST001", price="10.00", quantity="2", auxiliary_id="136-1,1"),
            item(asin="B00TEST002", price="5.00", quantity="3", auxiliary_id="136-1,2"),
            item(asin="B00TEST003", price="20.00", quantity="1", auxiliary_id="136-1,3"),
        ], shipping="3.00", tax="2.00")
        self.record(steps, "cart", self.facts(order))
        order.with_user(self.buyer).button_confirm()
        self.record(steps, "to approve", self.facts(order))
        order.with_user(self.manager).button_approve()
        self.record(steps, "queued", self.facts(order))
        self.send()
        self.record(steps, "sent", self.facts(order))
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=2)),
            (2, 3, status(quantity=2), status("reject", quantity=1, error="Out of stock [Error code: 015-005]")),
            (3, 1, status(quantity=1, price="19.00")),
        ], shipping="3.00", tax="2.00"))
        self.record(steps, "confirmed", self.facts(order))
        self.deliver(ship_notice_xml(order, [(1, 2), (2, 1)]))
        self.record(steps, "shipped", self.facts(order))
        self.receive_goods(order, line1=2, line2=1)
        document = self.deliver(invoice_xml(
            [(order, invoice_line(1, 2, "10.00"), invoice_line(2, 1, "5.00"))], subtotal="25.00", net="25.00"))
        self.record(steps, "billed", {
            **self.facts(order), "reason": document.reason, "bill": self.numbers(self.move()),
            "total": self.amounts(self.move())})
        refused = self.make_order([item(price="20.00")])
        refused.with_user(self.buyer).button_confirm()
        dialog = self.env["amazon.punchout.refuse"].with_user(self.manager).create(
            {"order_id": refused.id, "reason": "Take the cheaper one."})
        dialog.action_refuse()
        self.record(steps, "refused", self.facts(refused))
        self.group.write({"flow": "direct", "direct_limit": 100, "direct_user_ids": [Command.set(self.buyer.ids)]})
        self.record(steps, "above the limit", self.facts(self.make_order([item(price="100.01")])))
        self.record(steps, "direct", self.facts(self.make_order([item(price="9.00")])))
        self.assertEqual(
            [(step, facts["amazon_state"]) for step, facts in steps.items() if step != "group"],
            [("cart", "cart"), ("to approve", "cart"), ("queued", "queued"), ("sent", "sent"), ("confirmed", "partial"),
             ("shipped", "partial"), ("billed", "partial"), ("refused", "cancelled"),
             ("above the limit", "cart"), ("direct", "queued")])
        Path(os.environ["MAIN_WAY_OUTCOME"]).write_text(json.dumps({
            "imported": [name.removeprefix(MODELS) for name in sys.modules if name.startswith(MODELS)],
            "fields": self.fields(), "steps": steps}))

    def record(self, steps, name, facts):
        """Record a step in a form that does not depend on the numbers and the time of this run."""
        text = json.dumps(facts, default=str)
        for order in self.env["purchase.order"].search([("amazon_group_id", "=", self.group.id)]):
            for number in filter(None, (order.name, order.amazon_cart_ref)):
                text = text.replace(number, "ORDER")
        steps[name] = json.loads(re.sub(r"\d\d?:\d\d(:\d\d)?", "TIME", text))

    def facts(self, order):
        """Return what an order, its lines, documents, shipments and receipts say, as its buyer and as superuser."""
        self.env.invalidate_all()
        documents = order.amazon_document_ids.sorted("id")
        return {
            "state": order.state,
            "amazon_state": order.amazon_state,
            "status": order.with_user(self.buyer).amazon_status,
            "problem": order.amazon_problem,
            "purchaser": order.user_id.name,
            "total": order.amount_total,
            "lines": [[line[name] for name in LINE_FIELDS] for line in order.order_line.sorted("id")],
            "documents": [[each.direction, each.document_type, each.state, each.reason] for each in documents],
            "shipments": [
                [each.tracking_number, each.carrier]
                for each in self.env["amazon.punchout.shipment"].search([("purchase_order_id", "=", order.id)])],
            "expected": self.expected(order),
            "chatter": self.chatter(order),
            "activities": self.env["mail.activity"].search(
                [("res_model", "=", order._name), ("res_id", "=", order.id)]).mapped("summary"),
        }

    def fields(self):
        """Return the addon's fields with their properties, by model."""
        self.env["ir.model.fields"].flush_model()
        names = self.env["ir.model.data"].search(
            [("module", "=", "amazon_punchout"), ("model", "=", "ir.model.fields")]).mapped("res_id")
        found = {}
        for field in self.env["ir.model.fields"].browse(names).exists():
            model = self.env.get(field.model)
            if model is not None and not model._abstract:
                [properties] = model.fields_get([field.name], FACTS).values()
                properties["depends"] = sorted(properties.get("depends", ()))
                found.setdefault(field.model, {})[field.name] = properties
        return found
