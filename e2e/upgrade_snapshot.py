"""Record what a database has of the addon: run in the shell of either version by test_upgrade.py.

It writes what it finds to the file that SNAPSHOT names, as JSON. Everything that has an external id is named by it.
"""
import json
import re
from pathlib import Path

MODULE = "amazon_punchout"
# What no module defines: what the scheduler and the ORM write by themselves, and who is in a group.
NOT_DEFINED = {
    "id", "create_uid", "create_date", "write_uid", "write_date", "lastcall", "nextcall", "parent_path", "arch_prev",
    "user_ids"}
# What an update writes anew, although nothing changes.
REWRITTEN = ["write_date", "write_uid", "arch_prev"]
REMADE = {
    "ir_act_window_view": ["id", "create_date"],
    "ir_module_module": ["menus_by_module", "reports_by_module", "views_by_module"]}

env = env(  # noqa: F821 - the shell's
    su=True, context={"lang": "en_US", "active_test": False, "prefetch_langs": False,
                      "allowed_company_ids": env["res.company"].search([], order="id").ids})  # noqa: F821
env.invalidate_all()


def plain(value):
    """Return a value as JSON has it, so that two snapshots compare by it."""
    return json.loads(json.dumps(value, default=lambda other: (
        other.decode() if isinstance(other, bytes) else str(other))))


def by_external_id():
    """Return what the addon defines: the external id of each record, and where it leads."""
    rows = env["ir.model.data"].search_read(
        [("module", "=", MODULE)], ["name", "model", "res_id", "noupdate"], order="name")
    return {row["name"]: [row["model"], row["res_id"], row["noupdate"]] for row in rows}


def addon_fields():
    """Return the names of the addon's fields by model: all that its own models have, and what it adds to others."""
    found = {}
    for name, (model, res_id, _noupdate) in by_external_id().items():
        if model == "ir.model.fields" and name.startswith("field_"):
            field = env["ir.model.fields"].browse(res_id)
            if field.model in env and not env[field.model]._abstract and field.name in env[field.model]._fields:
                found.setdefault(field.model, set()).add(field.name)
    return found


def records():
    """Return all values of the addon's fields, split in stored and computed ones."""
    stored, computed = {}, {}
    for model, names in sorted(addon_fields().items()):
        is_own = model.startswith(MODULE.replace("_", "."))
        names = names | ({"create_date", "write_date"} & env[model]._fields.keys()) if is_own else names
        for kept, is_stored in ((stored, True), (computed, False)):
            chosen = sorted(name for name in names if is_stored == bool(
                env[model]._fields[name].store or env[model]._fields[name].company_dependent))
            rows = env[model].search([], order="id").read(chosen, load=None)
            kept[model] = {row.pop("id"): row for row in rows}
    return plain(stored), plain(computed)


def definitions():
    """Return the stored values of every record that has an external id of the addon, with relations by external id."""
    found = {}
    by_model = {}
    for name, (model, res_id, _noupdate) in by_external_id().items():
        by_model.setdefault(model, {})[res_id] = name
    for model, names in by_model.items():
        fields = [field for field in env[model]._fields.values() if is_defined(field)]
        for record in env[model].browse(names).exists():
            found[names[record.id]] = {field.name: defined(record, field) for field in fields}
    return plain(found)


def is_defined(field):
    is_stored = field.related_field.store if field.inherited else field.store
    return is_stored and field.type not in ("one2many", "properties") and field.name not in NOT_DEFINED


def defined(record, field):
    if not field.relational:
        value = record[field.name]
        if field.type == "reference":
            return value and external_id(value)
        if field.name == "arch_db" and value:
            return without_ids(value)
        # An update keeps rules as they are, with the line breaks of the version before.
        return "".join(value.split()) if field.name == "domain_force" and value else value
    return sorted(
        next(iter(names), "a record without external id") for names in record[field.name]._get_external_ids().values())


def external_id(record):
    return next(iter(record.get_external_id().values())) or "a record without external id"


def without_ids(arch):
    """Name actions of buttons by their external ids, and leave out the ids of types of activities.

    Where the addon is installed anew, they have other numbers.
    """
    arch = re.sub(r'name="(\d+)" type="action"', lambda found: 'name="{}" type="action"'.format(
        external_id(env["ir.actions.actions"].browse(int(found[1])))), arch)
    return re.sub(r"(activity_type_id', 'in',\s*)\([\d, ]+\)", r"\1…", arch)


def tables():
    """Return a digest of each table, which is the same if only empty columns and what every update writes differ."""
    env.cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    found = {}
    for (table,) in env.cr.fetchall():
        env.cr.execute(
            f"""SELECT count(*), md5(string_agg(line, '' ORDER BY line)) FROM (
                    SELECT md5((jsonb_strip_nulls(to_jsonb(t)) - %s)::text) AS line FROM "{table}" t) lines""",
            [[*REWRITTEN, *REMADE.get(table, ())]])
        found[table] = list(env.cr.fetchone())
    return found


def snapshot():
    stored, computed = records()
    return {
        "external ids": by_external_id(), "stored": stored, "computed": computed, "definitions": definitions(),
        "tables": tables()}


Path(SNAPSHOT).write_text(json.dumps(snapshot()))  # noqa: F821 - set by the test
