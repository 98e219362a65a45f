"""Go on working after an upgrade: run after upgrade_acts.py and upgrade_tools.py by test_upgrades.py.

It adds what came of it to the file that ACTS names.
"""
live = Group.search([("name", "=", "Live")])
buyer, manager = as_user("buyer"), as_user("manager")


def stands(order):
    return [order.state, order.amazon_state]


# An order that Amazon received before the upgrade is confirmed, shipped and billed.
arrived = json.loads(Path(ARRIVED).read_text())
order = Order.search([("amazon_state", "=", "sent"), ("amazon_deployment_mode", "=", "production")]).filtered(
    lambda order: order._amazon_request().payload_id in arrived)
# The payloadIDs of cxml_builder begin anew in each process, but the database has seen them.
deliver(confirmation_xml(
    order, [(1, 1, status())], confirm_id="111-0000000-0000009", payload_id="new.1@amazon.example"))
deliver(ship_notice_xml(order, shipment_id="SHIP9", tracking="99", payload_id="new.2@amazon.example"))
deliver(invoice_xml([(order, invoice_line(1, 1, "9.99"))], invoice_id="INV-9", subtotal="9.99", net="9.99",
                    payload_id="new.3@amazon.example"))
bills = env["account.move"].search([("amazon_invoice_id", "=", "INV-9")])
acts["confirmed"] = [*stands(order), order.amazon_shipment_ids.mapped("tracking_number"), bills.mapped("amount_total")]

# What waited for approval is approved; a cart that was there, and a new one, are ordered.
waiting = Order.search([("state", "=", "to approve"), ("amazon_session_id", "!=", False)])
waiting.with_user(manager).button_approve()
cart = Order.search([("state", "=", "draft"), ("amazon_state", "=", "cart")])
cart.with_user(buyer).button_confirm()
fresh = shop()
fresh.with_user(buyer).button_confirm()
orders = waiting + cart + fresh
acts["new"] = requests_of(orders)
acts["new sent"] = send()
acts["new arrived"] = requests_of(orders)

# A draft bill is posted.
bill = env["account.move"].search([("amazon_invoice_id", "=", "INV-2")])
bill.invoice_date = "2026-03-07"
bill.action_post()
acts["posted"] = bill.state
Path(ACTS).write_text(json.dumps(acts))
