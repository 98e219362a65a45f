"""docs/roles.md, Fields: which of the addon's fields each role reads and writes, by every way to a field."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..roles_case import MODULE, NOTHING, OWN, ROLES
from ..roles_story import RolesStory

REST = '*'
QUIET = ('odoo.orm.models', 'odoo.addons.base.models.ir_rule', 'odoo.addons.base.models.ir_model')


@tagged('post_install', '-at_install')
class TestRolesFields(RolesStory):

    def inherited_models(self):
        """List the models of other modules to which the addon adds fields."""
        return [name for name, model in self.env.registry.items()
                if name not in self.own_models() and not model._abstract and self.own_fields(name)]

    def guarded(self, model):
        """List the fields that not all readers of the record can read."""
        return [field for field in self.own_fields(model) if field.groups or not field.exportable]

    def existing(self):
        """Give the rows: one for each guarded field, and one for all others of a model of another module."""
        names = {f'{model}.{field.name}' for model in (*self.own_models(), *self.inherited_models())
                 for field in self.guarded(model)}
        alone = names | self.rows_of_their_own()
        return alone | {f'{model}.{REST}' for model in self.inherited_models()
                        if any(f'{model}.{field.name}' not in alone for field in self.own_fields(model))}

    def rows_of_their_own(self):
        """Find the unguarded fields for which the document has a row nevertheless."""
        fields = {f'{model}.{field.name}' for model in self.inherited_models() for field in self.own_fields(model)}
        return fields & {name for name, _which in self.rows('Fields')}

    def test_the_table_of_fields_is_what_odoo_does(self):
        self.assertTable('Fields', self.existing(), self.measure, self.usual)

    def usual(self, name):
        """Say whose record is tried if no row says it: a dialog belongs to the user who opened it."""
        return OWN if self.env[name.rpartition('.')[0]]._transient else ''

    def measure(self, name, which):
        model, _dot, field_name = name.rpartition('.')
        if field_name != REST:
            field = self.env[model]._fields[field_name]
            return {role: self.letters(role, self.record(role, model, which), field) for role in ROLES}
        alone = self.existing()
        fields = [field for field in self.own_fields(model) if f'{model}.{field.name}' not in alone]
        return {role: self.common(role, self.record(role, model, which), fields) for role in ROLES}

    def record(self, role, model, which):
        return self.own(self.people[role], model) if which == OWN else self.sample(model, which)

    def common(self, role, record, fields):
        """Give the letters if they are the same for all fields, else ask for rows for those that differ."""
        reads_all = self.may(lambda: record.with_user(self.people[role]).read([field.name for field in fields]))
        found = {}
        for field in fields:
            found.setdefault(self.letters(role, record, field, reads_all or None), []).append(field.name)
        if len(found) == 1:
            return next(iter(found))
        rarest_first = sorted(found.items(), key=lambda pair: len(pair[1]))
        return "needs rows of their own: " + "; ".join(
            f"{letters} for {', '.join(names)}" for letters, names in rarest_first[:-1])

    def letters(self, role, record, field, may_read=None):
        """Give r and w for what the role may: read, write.

        :param may_read: whether the role reads the field, if that was tried already
        """
        record = record.with_user(self.people[role])
        if may_read is None:
            may_read = self.may(lambda: record.read([field.name]))
        if record.browse().has_access('read') and not record._has_field_access(field, 'read'):
            self.assertUnreachable(role, record, field)
        return (('r' if may_read else '') + ('w' if self.may_write(record, field) else '')) or NOTHING

    def may_write(self, record, field):
        """Tell whether the user can write another value, which is neither blocked nor silently dropped."""
        if not field.store or not (record.has_access('write') or self.lets_others_write(record)):
            return False
        value = self.another(record, field)  # it may make a record, which may belong to this one
        before = record.sudo()[field.name]
        written = False
        try:
            with mute_logger(*QUIET), self.undone():
                record.write({field.name: value})
                record.env.invalidate_all()
                written = record.sudo()[field.name] != before
        except UserError:
            return False
        return written

    def lets_others_write(self, record):
        """Tell whether the addon's own `write` may open fields to users who may not write the record."""
        return any('write' in vars(definition) for definition in type(record).__mro__
                   if getattr(definition, '_module', None) == MODULE)

    def another(self, record, field):
        """Give a value that the field does not have."""
        value = record.sudo()[field.name]
        match field.type:
            case 'char' if 'email' in field.name:
                return "another@example.com"
            case 'many2one':
                return False if value else self.sample(field.comodel_name).id
            case 'many2many' | 'one2many':
                return [(5,)] if value else [(4, self.sample(field.comodel_name).id)]
            case 'boolean':
                return not value
            case 'integer' | 'float' | 'monetary':
                return value + 1
            case 'selection':
                return next(each for each in field.get_values(self.env) if each != value)
            case 'date' | 'datetime':
                return '2031-01-01'
            case 'json':
                return {'another': 'value'}
            case 'binary':
                return 'eA=='
        text = "another" if field.name == 'secret_name' else "https://another.example"
        return text if value != text else "another"

    # === OTHER WAYS === #

    def assertUnreachable(self, role, record, field):
        """Assert that nothing is found, sorted, grouped, counted or exported by a field that may not be read."""
        if record.has_access('read'):
            self.assertNotIn(field.name, record.fields_get([field.name]))
            self.assertBlocked(role, field, lambda: record.export_data([field.name]))
            self.assertBlocked(role, field, lambda: record.web_read({field.name: {}}))
            self.assertBlocked(role, field, lambda: record.onchange({}, [], {field.name: {}}))
        for path, model in self.paths(record, field):
            self.assertBlocked(role, field, lambda path=path, model=model: model.search([(path, '!=', False)]))
            self.assertBlocked(role, field, lambda path=path, model=model: model.formatted_read_group([], [path]))
            self.assertBlocked(role, field, lambda path=path, model=model: model.search([], order=path))

    def paths(self, record, field):
        """Give the ways to the field: its name, and the names of the addon's links to its record."""
        yield field.name, record.browse()
        for model in (*self.own_models(), *self.inherited_models()):
            for link in self.own_fields(model):
                if link.comodel_name == record._name and link.store and record.env[model].has_access('read'):
                    yield f'{link.name}.{field.name}', record.env[model]

    def assertBlocked(self, role, field, act):
        """Assert that an act fails for lack of rights, or because it is not possible."""
        try:
            with mute_logger(*QUIET):
                act()
        except (AccessError, UserError, ValueError):
            return
        self.fail(f"{role} reaches {field} in another way than reading it")

    # === WITHOUT ROWS === #

    def test_readers_of_a_record_read_each_field_without_a_guard(self):
        """A form fails if one of its fields can't be read."""
        for model in self.own_models():
            if self.env[model]._transient:
                continue
            names = [field.name for field in self.own_fields(model) if not field.groups]
            for role, user in self.people.items():
                record = self.sample(model).with_user(user)
                if record.has_access('read'):
                    with self.subTest(model=model, role=role):
                        record.read(names)
                        record.web_read(dict.fromkeys(names, {}))

    def test_secrets_are_in_no_export(self):
        """The export dialog offers all exportable fields, to administrators too."""
        for model in (*self.own_models(), *self.inherited_models()):
            for field in self.own_fields(model):
                if any(word in field.name for word in ('secret', 'password', 'cookie', 'token')):
                    with self.subTest(field=str(field)):
                        self.assertTrue(field.groups, "a secret is for some users only")
                        self.assertFalse(field.exportable)
                        self.assertFalse(field.copy, "a copy of the record would have the secret too")
                        self.assertFalse(getattr(field, 'tracking', None), "the chatter would keep it")
