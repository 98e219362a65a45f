"""Configure the demo's Odoo for the simulator.

bin/demo runs this in `odoo shell`, which provides `env`, before it starts Odoo. What it prints is shown in the
terminal when both are ready.
"""
import json
import os
import urllib.request

from odoo.addons.amazon_punchout.const import STANDING_RATES

odoo_url, simulator_url = os.environ["LAB_ODOO_URL"], os.environ["LAB_SIMULATOR_URL"]
env = env(context={"lang": "en_US", "tracking_disable": True})  # noqa: F821 - the shell's

parameters = env["ir.config_parameter"]
parameters.set_param("web.base.url", odoo_url)
# Otherwise core changes it whenever a system administrator logs in by another name of this machine.
parameters.set_param("web.base.url.freeze", "True")
# The simulator listens on this machine; a database of an earlier version does not allow that yet.
parameters.set_param("amazon_punchout.allowed_networks", "127.0.0.0/8")

# Orders of 500 and more need a manager.
company = env.ref("base.main_company")
company.write({"po_double_validation": "two_step", "po_double_validation_amount": 500})
address = {
    "street": "250 Executive Park Blvd", "city": "San Francisco", "zip": "94134", "phone": "+1 555 010 0100",
    "country_id": env.ref("base.us").id, "state_id": env.ref("base.state_us_5").id,
}
company.partner_id.write(address)
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
warehouse.partner_id = company.partner_id

buyer = env.ref("base.user_demo")
buyer.write({
    "email": buyer.email or "demo@example.com",
    "group_ids": [(4, env.ref("purchase.group_purchase_user").id), (3, env.ref("purchase.group_purchase_manager").id)],
})
admin = env.ref("base.user_admin")
admin.email = admin.email or "admin@example.com"
# No email leaves the demo: users are notified in Odoo.
(buyer | admin).notification_type = "inbox"
# Otherwise the bot of core's opens its chat over the page, on a phone over all of it.
(buyer | admin).odoobot_state = "disabled"

with urllib.request.urlopen(f"{simulator_url}/accounts.json", timeout=30) as response:
    accounts = json.load(response)
# A group can go live only once scheduled actions have run, and the server has not started yet.
env.ref("amazon_punchout.ir_cron_send").method_direct_trigger()
states = {"US": "active", "DE": "test", "JP": "active"}  # one of each state
PUNCHIN = "JP"  # shopping with this group starts on Amazon
# The groups of the addon's demo data become the simulator's, so that a visitor finds what they have besides what the
# simulator does, and no two groups of one country.
DEMO_GROUPS = {"US": "demo_group", "DE": "demo_group_test", "JP": "demo_group_punchin"}


def set_address_for_messages(group):
    """Enter in the simulator what an administrator enters in the settings of a group on Amazon."""
    settings = {
        "url": f"{odoo_url}/amazon_punchout/cxml", "user": group.inbound_user, "password": group.inbound_password,
        # Live orders in the demo are confirmed, shipped and billed within seconds.
        "auto": country == "US", "auto_seconds": 6, "invoices": True,
    }
    if country == PUNCHIN:
        settings |= {"punchin": "p1", "punchin_url": group.punchin_url}
    request = urllib.request.Request(
        f"{simulator_url}/api/accounts/{group.identity}/messages", json.dumps(settings).encode(),
        {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=30).close()


for account in accounts:
    country = account["country"]
    env["res.currency"].with_context(active_test=False).search([("name", "=", account["currency"])]).active = True
    group = env["amazon.punchout.group"].search([("identity", "=", account["identity"])])
    if not group:
        group = env.ref(f"amazon_punchout.{DEMO_GROUPS[country]}", raise_if_not_found=False)
        if group:
            # It goes live by itself below. What its demo data needs, the simulator's carts don't fill in.
            group.write({"state": "draft", "approval_rule": "company", "require_account": False})
    if not group:
        vendor = env["res.partner"].create({"name": f"Amazon Business {country} (demo)", "is_company": True})
        group = env["amazon.punchout.group"].create({"name": f"Amazon {country}", "partner_id": vendor.id})
    group.write({
        "name": f"Amazon {country}",
        "marketplace": country.lower(),
        "identity": account["identity"],
        "shared_secret": account["secret"],
        "setup_url": account["setup_url"],
        "setup_test_url": account["setup_test_url"],
        "order_url": account["order_url"],
        "responsible_id": admin.id,
        "base_url": odoo_url,  # a live group keeps it, but the port may have changed since the last start
        "inbound_user": f"amazon-{country.lower()}",
        "inbound_password": f"not-a-real-password-{country.lower()}",
        "payment_method": "invoice",
        "flow": "punchin" if country == PUNCHIN else "punchout",
    })
    if not group.tax_rate_ids:
        # The company is American: the taxes of other countries are part of its cost.
        group.tax_rate_ids = [
            (0, 0, {"rate": float(rate)}) for rate in STANDING_RATES.get(country.lower(), ())]
    if group.state == "draft" and country in states:
        group.with_user(admin).action_test_connection()
        group.state = "test"
        group.state = states[country]
    set_address_for_messages(group)
env.cr.commit()
if os.environ.get("LAB_DEMO_MONTH"):
    from lab import demo_month
    demo_month.show(env, simulator_url)
    env.cr.commit()
punchin_identity = next(account["identity"] for account in accounts if account["country"] == PUNCHIN)

print(f"""
Odoo       {odoo_url}    buyer: demo / demo    purchase manager and administrator: admin / admin
           Purchase > Shop on Amazon. Orders of 500 or more wait for approval by the purchase manager.
Simulator  {simulator_url}    The order desk shows the orders that Amazon received and sends its answers.
           Live orders of the US group are confirmed, shipped and billed automatically; test orders are cancelled.
Punch-in   {simulator_url}/punchin?group={punchin_identity}&email={buyer.email}
           Shopping that starts on Amazon. The JP group returns the cart to Odoo; other ways can be chosen in Messages.
Charges    {odoo_url}/odoo/action-amazon_punchout.amazon_punchout_transaction_action
           What Amazon charged for a month of orders, from its reports; {simulator_url}/money is Amazon's side.
Set Up     {simulator_url}/purchasing-system
           Amazon's page about each group, to copy into Purchase > Amazon Business > Configuration > Set Up.
Press Ctrl-C to stop both.""")
