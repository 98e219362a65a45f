"""Use what people saved before the upgrade: run after upgrade_acts.py by test_upgrade.py, and notes it there, too."""
from odoo.tools.safe_eval import safe_eval

# What people have saved of a renamed field or value.
every_group = Group.with_context(active_test=False)
acts["filters"] = {
    each.name: [every_group.search_count(safe_eval(each.domain)), each.domain, each.context, each.sort]
    for each in env["ir.filters"].search([("model_id", "=", "amazon.punchout.group")], order="id")}
acts["export"] = [
    Group.search([], order="id").export_data(export.export_fields.mapped("name"))["datas"]
    for export in env["ir.exports"].search([("resource", "=", "amazon.punchout.group")])]
acts["defaults"] = {
    name: value for name, value in Group.default_get(list(Group._fields)).items() if name in DEFAULTS}
acts["German"] = {
    name: env.ref(f"amazon_punchout.{name}").with_context(lang="de_DE").name
    for name in ("product_tax", "product_shipping")}

# Every view of the addon's models, with what people added to it, in the form in which the web client gets it.
acts["views"] = {}
for view in env["ir.ui.view"].search([("model", "=like", "amazon.punchout.%"), ("type", "!=", "qweb")], order="id"):
    model = env[view.model].with_user(env.ref("base.user_admin"))
    try:
        model.get_view(view.id if view.mode == "primary" else view.inherit_id.id, view.type)
    except ValueError as error:
        acts["views"][view.name] = str(error)
    else:
        acts["views"][view.name] = ""
acts["views of people"] = sorted(
    view.name for view in env["ir.ui.view"].search([("model", "=like", "amazon.punchout.%")])
    if not view.get_external_id()[view.id])
Path(ACTS).write_text(json.dumps(acts))
