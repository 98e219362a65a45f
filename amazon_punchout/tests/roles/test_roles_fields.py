"""docs/roles.md, Fields: which of the addon's fields each role reads and writes, by every door to a field."""
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
        """:return: names of the models of others on which the addon has put fields"""
        return [name for name, model in self.env.registry.items()
                if name not in self.own_models() and not model._abstract and self.own_fields(name)]

    def guarded(self, model):
        """:return: the fields that not everybody reads who reads the record"""
        return [field for field in self.own_fields(model) if field.groups or not field.exportable]

    def existing(self):
        """Each guarded field has a row; the others of a model of somebody else's share one."""
        names = {f'{model}.{field.name}' for model in (*self.own_models(), *self.inherited_models())
                 for field in self.guarded(model)}
        alone = names | self.rows_of_their_own()
        return alone | {f'{model}.{REST}' for model in self.inherited_models()
                        if any(f'{model}.{field.name}' not in alone for field in self.own_fields(model))}

    def rows_of_their_own(self):
        """:return: the fields without guards for which the document has a row nevertheless"""
        fields = {f'{model}.{field.name}' for model in self.inherited_models() for field in self.own_fields(model)}
        return fields & {name for name, _which in self.rows('Fields')}

    def test_the_table_of_fields_is_what_odoo_does(self):
        self.assertTable('Fields', self.existing(), self.measure, self.usual)

    def usual(self, name):
        """:return: whose record is tried where no row says it: a dialog is for the one who opened it"""
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
        """:return: what holds for all of the fields, else for which ones what does"""
        reads_all = self.may(lambda: record.with_user(self.people[role]).read([field.name for field in fields]))
        found = {}
        for field in fields:
            found.setdefault(self.letters(role, record, field, reads_all or None), []).append(field.name)
        if len(found) == 1:
            return next(iter(found))
        return "give rows of their own: " + "; ".join(
            f"{letters} for {', '.join(names)}" for letters, names in sorted(found.items(), key=lambda pair: len(pair[1]))[:-1])

    def letters(self, role, record, field, may_read=None):
        """:param may_read: whether the role reads the field, if that was tried already"""
        record = record.with_user(self.people[role])
        if may_read is None:
            may_read = self.may(lambda: record.read([field.name]))
        if record.browse().has_access('read') and not record._has_field_access(field, 'read'):
            self.assertDoorsAreShut(role, record, field)
        return (('r' if may_read else '') + ('w' if self.may_write(record, field) else '')) or NOTHING

    def may_write(self, record, field):
        """Whether another value of the field stays there: one that is refused, or dropped in silence, does not."""
        if not field.store or not (record.has_access('write') or self.lets_others_write(record)):
            return False
        before = record.sudo()[field.name]
        written = False
        try:
            with mute_logger(*QUIET), self.undone():
                record.write({field.name: self.another(record, field)})
                record.env.invalidate_all()
                written = record.sudo()[field.name] != before
        except UserError:
            return False
        return written

    def lets_others_write(self, record):
        """Whether the addon's own `write` may open some fields to people who may not write the record."""
        return any('write' in vars(definition) for definition in type(record).__mro__
                   if getattr(definition, '_module', None) == MODULE)

    def another(self, record, field):
        """:return: a value that the field does not have"""
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
        return "https://another.example" if value != "https://another.example" else "another"

    # === DOORS === #

    def assertDoorsAreShut(self, role, record, field):
        """Who may not read a field finds, sorts, groups, counts and exports nothing by it, on the record or from afar."""
        if record.has_access('read'):
            self.assertNotIn(field.name, record.fields_get([field.name]))
            self.assertRefused(role, field, lambda: record.export_data([field.name]))
            self.assertRefused(role, field, lambda: record.web_read({field.name: {}}))
            self.assertRefused(role, field, lambda: record.onchange({}, [], {field.name: {}}))
        for path, model in self.paths(record, field):
            self.assertRefused(role, field, lambda path=path, model=model: model.search([(path, '!=', False)]))
            self.assertRefused(role, field, lambda path=path, model=model: model.formatted_read_group([], [path]))
            self.assertRefused(role, field, lambda path=path, model=model: model.search([], order=path))

    def paths(self, record, field):
        """:return: the field by its name, and by that of each of the addon's links to its record"""
        yield field.name, record.browse()
        for model in (*self.own_models(), *self.inherited_models()):
            for link in self.own_fields(model):
                if link.comodel_name == record._name and link.store and record.env[model].has_access('read'):
                    yield f'{link.name}.{field.name}', record.env[model]

    def assertRefused(self, role, field, act):
        """Refused as a right is, or as a thing that can't be done."""
        try:
            with mute_logger(*QUIET):
                act()
        except (AccessError, UserError, ValueError):
            return
        self.fail(f"{role} reaches {field} by another door than reading it")

    # === WITHOUT ROWS === #

    def test_who_reads_a_record_reads_each_field_that_has_no_guard(self):
        """A form that shows a record breaks where one of its fields can't be read."""
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
        """The dialog of an export offers what may be exported, to administrators too."""
        for model in (*self.own_models(), *self.inherited_models()):
            for field in self.own_fields(model):
                if any(word in field.name for word in ('secret', 'password', 'cookie', 'token')):
                    with self.subTest(field=str(field)):
                        self.assertTrue(field.groups, "a secret is for some people only")
                        self.assertFalse(field.exportable)
                        self.assertFalse(field.copy, "a copy of the record would have the secret too")
                        self.assertFalse(getattr(field, 'tracking', None), "the chatter would keep it")
