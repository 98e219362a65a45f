"""Fill a database of any version with orders in every state: run after upgrade_tools.py by test_upgrades.py.

It writes the payloadID of each order request that Amazon has to the file that ARRIVED names, as JSON.
"""
import json
from pathlib import Path

env.ref("base.USD").active = True
company.partner_id.write(ADDRESS)
company.write({
    "currency_id": env.ref("base.USD").id, "po_double_validation": "two_step", "po_double_validation_amount": 1000})
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
warehouse.partner_id = env["res.partner"].create({"name": "Main dock", **ADDRESS})
buyer = new_user("buyer", "purchase.group_purchase_user")
manager = new_user("manager", "purchase.group_purchase_manager")
administrator = new_user("administrator", "amazon_punchout.group_administrator")
vendor = env["res.partner"].create({"name": "Amazon Business", "is_company": True})
live = Group.create({
    "name": "Live", "partner_id": vendor.id, "marketplace": "us", "identity": "LiveGroup",
    "shared_secret": "not-a-real-secret", "setup_url": "https://amazon.example/punchout", "setup_test_url": False,
    "order_url": "https://amazon.example/order", "base_url": "https://odoo.example",
    "responsible_id": administrator.id, "inbound_user": "messages", "inbound_password": "not-a-real-password",
    "payment_method": "invoice"})
run("ir_cron_send")  # a group goes live only where scheduled actions run
with amazon(answer(start_page="https://amazon.example/start")):
    live.with_user(administrator).action_test_connection()
live.state = "test"
order(respond=answer())
live.reached_url = "https://odoo.example/amazon_punchout/reach"
live.state = "active"

# Trips: one that goes on, one that failed, one whose cart is kept.
start_trip()
with amazon(answer(code="401")):
    live.with_user(buyer)._punch_out()
trip, cookie = start_trip()
trip._receive_cart(cart_xml(cookie, [item(condition="Used")]))
assert trip.state == "attention", trip.state

# Orders.
shop(*two_lines(), shipping="3.00", tax="2.00")
waiting = shop(*two_lines(700))
waiting.with_user(buyer).button_confirm()
assert waiting.state == "to approve"
order().with_user(buyer).button_cancel()
order(respond=answer(code="400", text="Unknown address"))
order(respond=answer(status=500, body=""))
order(respond=answer())
confirmed, partly, rejected, billed = (order(*two_lines(), respond=answer()) for _each in range(4))
order()  # stays in the queue
order(*two_lines())

# Messages.
for number, each in enumerate((confirmed, billed), start=1):
    deliver(confirmation_xml(
        each, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], confirm_id=f"111-0000000-000000{number}"))
deliver(confirmation_xml(partly, [
    (1, 2, status("backordered", quantity=2)),
    (2, 3, status(quantity=2, price="4.50"), status("reject", quantity=1, error="Out of stock")),
], confirm_id="111-0000000-0000003", total="29.00"))
deliver(confirmation_xml(rejected, [
    (1, 2, status("reject", quantity=2)), (2, 3, status("reject", quantity=3))], confirm_id="111-0000000-0000004"))
deliver(ship_notice_xml(confirmed, [(1, 1)]))
deliver(ship_notice_xml(billed, shipment_id="SHIP2", tracking="77"))
picking = billed.picking_ids
picking.button_validate()
assert picking.state == "done", picking.state
deliver(invoice_xml(
    [(billed, invoice_line(1, 2, "10.00"), invoice_line(2, 3, "5.00"))], subtotal="35.00", net="35.00"))
bill = env["account.move"].search([("amazon_invoice_id", "=", "INV-1")])
bill.invoice_date = "2026-03-06"
bill.action_post()
deliver(invoice_xml(
    [(billed, invoice_line(1, -1, "5.00", line_number=2, subtotal="-5.00"))], invoice_id="CR-1", purpose="creditMemo",
    subtotal="-5.00", net="-5.00", original_invoice_id="INV-1"))
deliver(invoice_xml([(confirmed, invoice_line(1, 1, "10.00"))], invoice_id="INV-2", subtotal="10.00", net="10.00"))
Document._store_unreadable(live, b"what is this")
run("ir_cron_process")

states = set(Order.search([("amazon_session_id", "!=", False)]).mapped("amazon_state"))
assert states == {"cart", "queued", "sent", "unclear", "refused", "confirmed", "partial", "cancelled"}, (
    states, Document.search([("direction", "=", "in")]).mapped(lambda each: (each.state, each.reason)))
moves = env["account.move"].search([("amazon_invoice_id", "!=", False)])
assert {(move.move_type, move.state) for move in moves} == {
    ("in_invoice", "posted"), ("in_invoice", "draft"), ("in_refund", "draft")}
sent = Document.search([("document_type", "=", "OrderRequest"), ("state", "=", "sent")])
Path(ARRIVED).write_text(json.dumps(sorted(sent.mapped("payload_id"))))
env.cr.commit()
