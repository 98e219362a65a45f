"""Fill a database of version 19.0.1.0.0, as a year of use does: run after upgrade_tools.py by test_upgrade.py.

What it uses is that version's, from commit f927c0c, and does not change with the addon.
"""
# A plan of analytic accounts becomes a field of many models, so it comes before any of them is used.
plan = env["account.analytic.plan"].create({"name": "Departments"})
sales = env["account.analytic.account"].create({"name": "Sales", "plan_id": plan.id})
env.cr.commit()
env.transaction.reset()
Group, Order = env["amazon.punchout.group"], env["purchase.order"]
Trip, Document = env["amazon.punchout.session"], env["amazon.punchout.document"]

# === PEOPLE AND PLACES === #

env.ref("base.USD").active = True
env["res.lang"]._activate_lang("de_DE")
company.partner_id.write(ADDRESS)
company.write({
    "currency_id": env.ref("base.USD").id, "po_double_validation": "two_step", "po_double_validation_amount": 1000})
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
warehouse.partner_id = env["res.partner"].create({"name": "Main dock", **ADDRESS})
annex = env["stock.warehouse"].create({
    "name": "Annex", "code": "ANX", "company_id": company.id, "partner_id": warehouse.partner_id.copy().id,
    "amazon_address_id": "LOC-7", "amazon_deliver_to": "location", "amazon_deliver_to_name": "Reception",
    "amazon_phone": "requester"})
# Without a country, for which core would install another module.
other_company = env["res.company"].create({"name": "Elsewhere", "currency_id": env.ref("base.USD").id})
buyer = new_user("buyer", "purchase.group_purchase_user")
colleague = new_user("colleague", "purchase.group_purchase_user")
manager = new_user("manager", "purchase.group_purchase_manager")
administrator = new_user("administrator", "amazon_punchout.group_administrator")
accountant = new_user("accountant", "account.group_account_invoice")
elsewhere = new_user("elsewhere", "purchase.group_purchase_user", company=other_company)
buyer.amazon_email = "buyer.at.amazon@example.com"
vendor = env["res.partner"].create({"name": "Amazon Business", "is_company": True})

# === GROUPS === #

term = env["account.payment.term"].create({"name": "Amazon's 45 days", "line_ids": [Command.create({"nb_days": 45})]})
journal = env["account.journal"].create({"name": "Company Card", "code": "CARD", "type": "bank"})
fee = env["product.product"].create({"name": "Our freight", "type": "service"})
thing = env["product.product"].create({"name": "Our item", "type": "consu", "is_storable": False})
tax_group = env["account.tax.group"].create({
    "name": "Tax 19", "company_id": company.id, "country_id": company.account_fiscal_country_id.id})
tax = env["account.tax"].create({
    "name": "Purchase 19 %", "amount": 19, "type_tax_use": "purchase", "tax_group_id": tax_group.id})
account = env["account.account"].create({"name": "Office supplies", "code": "600100", "account_type": "expense"})

live = Group.create({
    "name": "Live", "partner_id": vendor.id, "marketplace": "us", "identity": "LiveGroup",
    "shared_secret": "not-a-real-secret", "setup_url": "https://amazon.example/punchout", "setup_test_url": False,
    "order_url": "https://amazon.example/order", "credential_domain": "NetworkID", "supplier_identity": "AmazonToo",
    "business_unit": "Unit 7", "base_url": "https://odoo.example", "inbound_user": "messages",
    "inbound_password": "not-a-real-password", "responsible_id": administrator.id, "bill_user_id": accountant.id,
    "all_users": False, "user_ids": [Command.set((buyer | colleague | manager).ids)],
    "warehouse_ids": [Command.set((warehouse | annex).ids)], "warehouse_id": annex.id, "payment_method": "invoice",
    "payment_term_id": term.id, "max_lines": 77, "max_quantity": 55, "session_hours": 5, "confirmation_hours": 36,
    "tolerance_amount": 2.5, "tolerance_percentage": 1.25, "post_matching_bills": False, "confirmations_expected": True,
    "tax_rate_ids": [Command.create({"tax_id": tax.id})], "is_company_default": True,
})
strict = Group.create({
    "name": "Strict", "partner_id": vendor.id, "marketplace": "de", "identity": "StrictGroup",
    "shared_secret": "not-another-real-secret", "setup_url": "https://amazon.example/de/punchout",
    "setup_test_url": "https://amazon.example/de/test", "order_url": "https://amazon.example/de/order",
    "responsible_id": manager.id, "refuse_used": False, "hold_policy": "refuse", "number_at_approval": False,
    "item_policy": "match", "product_id": thing.id, "shipping_product_id": fee.id, "journal_id": journal.id,
    "confirmations_expected": True, "post_matching_bills": True, "approval_rule": "other", "direct_limit": 100,
    "direct_user_ids": [Command.set(colleague.ids)], "require_location": True, "require_account": True,
    "require_analytic": True,
})
draft = Group.create({
    "name": "Draft", "partner_id": vendor.id, "marketplace": "jp", "flow": "direct", "direct_limit": 50,
    "direct_user_ids": [Command.set(buyer.ids)], "hold_policy": "refuse", "approval_rule": "manager",
    "base_url": "https://odoo.example"})
punchin = Group.create({
    "name": "Punch-in", "partner_id": vendor.id, "marketplace": "us", "flow": "punchin", "identity": "PunchinGroup",
    "shared_secret": "not-a-third-real-secret", "order_url": "https://amazon.example/order"})
archived = Group.create({"name": "Archived", "partner_id": vendor.id, "marketplace": "us", "refuse_used": False})
archived.active = False
foreign = Group.with_company(other_company).create({
    "name": "Foreign", "company_id": other_company.id, "partner_id": vendor.id, "marketplace": "gb",
    "hold_policy": "refuse"})
run("ir_cron_send")  # a group goes live only where scheduled actions run
with amazon(answer(start_page="https://amazon.example/start")):
    for group in (live, strict):
        group.with_user(administrator).action_test_connection()
for group in (live, strict, punchin):
    group.state = "test"
live.reached_url = "https://odoo.example"
live.confirmations_since = fields.Datetime.subtract(fields.Datetime.now(), days=9)
buyer.with_company(company).amazon_group_id = live
other_company.amazon_group_id = foreign
env["amazon.punchout.unspsc"].create([
    {"prefix": "44", "product_id": thing.id},
    {"prefix": "4412", "group_id": live.id, "account_id": account.id, "analytic_distribution": {str(sales.id): 100}}])

# === SHOPPING === #

order(respond=answer())  # a test order
live.state = "active"
assert (live.state, strict.state, draft.state) == ("active", "test", "draft")

cart = shop(*two_lines(), shipping="3.00", tax="2.00")
shop(user=manager, group=strict, trip={"is_location_chosen": True})
request = Order.with_user(buyer).create({"partner_id": vendor.id})
shop(item(shipping="1.00", tax="0.50", auxiliary_id="136-9,1"), trip={"order": request}, shipping="1.00", tax="0.50")
live.write({"flow": "direct", "direct_limit": 1, "direct_user_ids": [Command.set(buyer.ids)]})
shop()  # above the limit, so it stays a cart and says why
live.write({"flow": "punchout", "direct_user_ids": [Command.clear()]})
refused = shop(*two_lines(600), user=colleague)
refused.with_user(colleague).button_confirm()
refused.with_user(manager)._amazon_refuse("Take the cheaper one.")
waiting = shop(*two_lines(700))
waiting.with_user(buyer).button_confirm()
assert waiting.state == "to approve"
withdrawn = order()
withdrawn.with_user(buyer).button_cancel()
given_up = shop()
given_up.with_user(buyer).button_cancel()
declined = order(respond=answer(code="400", text="Unknown address"))
unclear = order(respond=answer(status=500, body=""))
lost = order(respond=answer(status=500, body=""))
Document.search([("purchase_order_id", "=", lost.id)]).sent_elsewhere = True
arrived = order(respond=answer(status=500, body=""))
arrived.with_user(manager).action_amazon_arrived()
sent = order(*two_lines(), respond=answer(), shipping="3.00", tax="2.00")
silent = order(respond=answer())
confirmed = order(*two_lines(), respond=answer())
partly = order(*two_lines(), respond=answer())
rejected = order(respond=answer())
to_cancel = order(respond=answer())
by_hand = order(respond=answer())
credited = order(*two_lines(), respond=answer())
unconnected = order(respond=requests.exceptions.ConnectTimeout())
assert [each.amazon_state for each in (declined, unclear, arrived, sent, unconnected)] == [
    "refused", "unclear", "sent", "sent", "queued"]

# === MESSAGES === #

deliver(confirmation_xml(confirmed, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))]))
deliver(confirmation_xml(partly, [
    (1, 2, status("backordered", quantity=2, delivery_date="2026-04-01T10:00:00Z")),
    (2, 3, status(quantity=2, price="4.50"), status("reject", quantity=1, error="Out of stock")),
], confirm_id="111-0000000-0000002", total="29.00"))
deliver(confirmation_xml(rejected, [(1, 1, status("reject", error="Gone"))], confirm_id="111-0000000-0000003"))
deliver(confirmation_xml(
    credited, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], confirm_id="111-0000000-0000004"))
to_cancel.with_user(buyer)._amazon_want_cancel()
deliver(ship_notice_xml(confirmed, [(1, 1)]))
deliver(ship_notice_xml(
    confirmed, [(2, 3)], shipment_id="SHIP2", carrier="Own", tracking="77", tracking_url="https://ship.example/77"))
deliver(ship_notice_xml(credited, shipment_id="SHIP3", tracking="78"))
deliver(ship_notice_xml(partly, [(2, 2)], shipment_id="SHIP4", tracking="79"))
deliver(ship_notice_xml(partly, [(2, 2)], shipment_id="SHIP4", tracking="79", operation="delete",
                        notice_date="2026-03-03T10:00:00Z"))
dialog = env["amazon.punchout.by.hand"].with_user(manager).browse(
    by_hand.with_user(manager).action_amazon_enter()["res_id"])
dialog.write({"order_number": "111-1111111-1111111", "tracking_number": "1Z5", "carrier": "UPS"})
dialog.action_enter()
deliver(ship_notice_xml(credited, [(1, 1)], shipment_id="SHIP5", tracking="80").replace(
    b'operation="new"', b'operation="new" shipmentType="planned"'))
picking = confirmed.picking_ids
for move in picking.move_ids:
    move.write({"quantity": 1, "picked": True})
picking.with_context(skip_backorder=True).button_validate()

deliver(invoice_xml(
    [(credited, invoice_line(1, 2, "10.00"), invoice_line(2, 3, "5.00"))], subtotal="35.00", net="35.00"))
bill = env["account.move"].search([("amazon_invoice_id", "=", "INV-1")])
bill.invoice_date = "2026-03-06"
bill.with_user(accountant).action_post()
deliver(invoice_xml(
    [(credited, invoice_line(1, -1, "5.00", line_number=2, subtotal="-5.00"))], invoice_id="CR-1",
    purpose="creditMemo", subtotal="-5.00", net="-5.00", original_invoice_id="INV-1"))
deliver(invoice_xml([(partly, invoice_line(1, 9, "99.00"))], invoice_id="INV-2", subtotal="1", net="1"))
deliver(invoice_xml(
    [(sent, invoice_line(1, -1, "5.00", line_number=2, subtotal="-5.00"))], invoice_id="CR-2",
    purpose="creditMemo", subtotal="-5.00", net="-5.00", original_invoice_id="INV-9"))
refund = env["amazon.punchout.refund"].with_user(accountant).browse(
    bill.with_user(accountant).action_amazon_refund()["res_id"])
refund.line_ids[:1].amount = 2
refund.reference = "by e-mail"
refund.action_record()
deliver(confirmation_xml(
    sent, [(1, 2, status(quantity=2))], order_reference='<OrderReference orderID="P99999">'
    '<DocumentReference payloadID="nobody@example.com"/></OrderReference>'))
Document._store_unreadable(live | punchin, b"what is this")
dismissed = Document._store_unreadable(live, b"and this")
run("ir_cron_process")
dismissed.with_user(manager)._dismiss("An old test.")

# === TRIPS === #

start_trip()
trip, cookie = start_trip()
trip._receive_cart(cart_xml(cookie, [item(condition="Used")]))
assert trip.state == "attention", trip.state
trip, cookie = start_trip(search="stapler")
trip._receive_cart(cart_xml(cookie, []))
start_trip(colleague)[0].state = "expired"
with amazon(answer(code="401")):
    live.with_user(buyer)._punch_out()
for number in (1, 2):
    Trip._take_unasked_cart(cart_xml(f"cookie {number}", [item()]).replace(b">TestGroup<", b">PunchinGroup<"))
Trip.search([("state", "=", "unclaimed")], limit=1).claim_user_id = buyer
env["amazon.punchout.setup"].with_user(administrator).create({"group_id": draft.id})

# === TIME AND PEOPLE === #

Document.search([("purchase_order_id", "=", silent.id)]).last_try_at = fields.Datetime.subtract(
    fields.Datetime.now(), days=4)
with lifted():
    waiting.amazon_valid_until = fields.Datetime.add(fields.Datetime.now(), hours=12)
run("ir_cron_remind_hold")
run("ir_cron_remind_confirmation")
cart.order_line[:1].with_user(buyer).write({"analytic_distribution": {str(sales.id): 100}})
cart.with_user(buyer).location_checked = True

# === WHAT PEOPLE EDITED === #

env.ref("amazon_punchout.product_item").name = "Bought online"
env.ref("amazon_punchout.product_tax").with_context(lang="de_DE").name = "Geschätzte Steuer"
env.ref("amazon_punchout.mail_activity_approval").summary = "Please approve"
env.ref("amazon_punchout.mail_activity_problem").name = "Trouble at Amazon"
env.ref("amazon_punchout.uom_pc").uom_id = env.ref("uom.product_uom_dozen")
env.ref("amazon_punchout.ir_cron_process").write({"interval_number": 20, "interval_type": "minutes"})
env.ref("amazon_punchout.ir_cron_remind_hold").write({"name": "Price holds of Amazon", "active": False})
env.ref("amazon_punchout.sequence_cart").prefix = "CART-"
env.ref("amazon_punchout.amazon_punchout_group_rule_company").name = "Our own name of this rule"
env["amazon.punchout.uom"].create({"name": "DZN", "uom_id": env.ref("uom.product_uom_dozen").id})
view = env.ref("amazon_punchout.amazon_punchout_group_view_form")
view.copy({"name": "A person's copy"})
env["ir.ui.view"].create({
    "name": "A person's addition", "model": view.model, "inherit_id": view.id,
    "arch": '<field name="business_unit" position="after"><field name="create_date"/></field>'})
env["ir.ui.view"].create({
    "name": "A person's addition to a renamed field", "model": view.model, "inherit_id": view.id,
    "arch": '<field name="refuse_used" position="after"><field name="id" invisible="not refuse_used"/></field>'})
env["ir.filters"].create({
    "name": "Where used items are fine", "model_id": "amazon.punchout.group", "user_ids": [Command.set(buyer.ids)],
    "domain": "[('refuse_used', '=', False)]", "context": "{'group_by': ['refuse_used']}", "sort": '["refuse_used"]'})
env["ir.filters"].create({
    "name": "Where late carts are blocked", "model_id": "amazon.punchout.group",
    "domain": "[('hold_policy', '=', 'refuse')]"})
env["ir.exports"].create({
    "name": "Rules", "resource": "amazon.punchout.group",
    "export_fields": [Command.create({"name": name}) for name in ("name", "refuse_used", "hold_policy")]})
env["ir.default"].set("amazon.punchout.group", "hold_policy", "refuse")
env["ir.default"].set("amazon.punchout.group", "refuse_used", False)
order(user=colleague)  # stays in the queue
env.cr.commit()
