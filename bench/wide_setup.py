"""Configure a database for the measurement `wide`. Runs inside `odoo shell`, which provides `env`.

It is run before any server is started.
"""
import json
import os
import urllib.request

proxy_url, simulator_url = os.environ["BENCH_PROXY_URL"], os.environ["BENCH_SIMULATOR_URL"]
buyers = int(os.environ["BENCH_BUYERS"])
env = env(context={"lang": "en_US", "tracking_disable": True})  # noqa: F821 - the shell's

parameters = env["ir.config_parameter"]
parameters.set_param("web.base.url", proxy_url)
parameters.set_param("web.base.url.freeze", "True")
env.ref("base.USD").active = True
company = env.ref("base.main_company")
company.write({"po_double_validation": "one_step", "currency_id": env.ref("base.USD").id})
company.partner_id.write({
    "street": "250 Executive Park Blvd", "city": "San Francisco", "zip": "94134", "phone": "+1 555 010 0100",
    "country_id": env.ref("base.us").id, "state_id": env.ref("base.state_us_5").id, "email": "dock@example.com"})
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).partner_id = company.partner_id
# Work that has nothing to do with this measurement.
env["ir.cron"].search([]).filtered(
    lambda cron: not (cron.get_external_id().get(cron.id) or "").startswith("amazon_punchout.")).active = False

admin = env.ref("base.user_admin")
admin.write({"email": "admin@example.com", "notification_type": "inbox", "group_ids": [
    (4, env.ref("purchase.group_purchase_manager").id), (4, env.ref("account.group_account_invoice").id)]})
people = env["res.users"].create([{
    "name": f"Buyer {number}", "login": f"buyer{number}", "password": f"buyer{number}",
    "email": f"buyer{number}@example.com", "notification_type": "inbox",
    "group_ids": [(4, env.ref("purchase.group_purchase_user").id)]} for number in range(buyers)])

with urllib.request.urlopen(f"{simulator_url}/accounts.json", timeout=30) as response:
    account = next(each for each in json.load(response) if each["country"] == "US")
env.ref("amazon_punchout.ir_cron_send").method_direct_trigger()  # a group goes live only once scheduled actions ran
vendor = env["res.partner"].create({"name": "Amazon Business", "is_company": True})
group = env["amazon.punchout.group"].create({"name": "Amazon US", "partner_id": vendor.id})
group.write({
    "marketplace": "us", "identity": account["identity"], "shared_secret": account["secret"],
    "setup_url": account["setup_url"], "setup_test_url": account["setup_test_url"], "order_url": account["order_url"],
    "responsible_id": admin.id, "base_url": proxy_url, "inbound_user": "amazon-us",
    "inbound_password": "not-a-real-password", "payment_method": "invoice", "flow": "punchout",
    "approval_rule": "company", "require_account": False,
})
group.with_user(admin).action_test_connection()
group.state = "test"
group.state = "active"
env.cr.commit()
print(json.dumps({"group_id": group.id, "identity": account["identity"]}))
