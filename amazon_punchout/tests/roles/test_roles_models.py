"""docs/roles.md, Models: what each role may do with the records of each model of the addon."""
from functools import partial

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..roles_case import NOTHING, OWN, ROLES
from ..roles_story import RolesStory


@tagged('post_install', '-at_install')
class TestRolesModels(RolesStory):

    def test_the_table_of_models_is_what_odoo_does(self):
        self.assertTable('Models', self.own_models(), self.measure, lambda name: OWN if self.is_own(name) else '')

    def is_own(self, name):
        return self.env[name]._transient or name == 'amazon.punchout.session'

    def measure(self, name, which):
        return {role: self.letters(role, name, which) for role in ROLES}

    def letters(self, role, name, which):
        """Give r, w, c and d for what the role may: read, write, create, delete."""
        user = self.people[role]
        record = self.own(user, name) if which == OWN else self.sample(name, which).with_user(user)
        vals = self.fill(name, user)
        letters = (
            ('r' if self.may_read(record) else '')
            + ('w' if self.may(lambda: record.write(self.same_again(record))) else '')
            + ('c' if self.may(lambda: record.create(vals)) else '')
            + ('d' if self.may(record.unlink) else ''))
        return letters or NOTHING

    def same_again(self, record):
        """Give values that change nothing."""
        types = ('char', 'text', 'boolean', 'integer', 'date', 'many2one', 'one2many')
        field = next(field for field in self.own_fields(record._name) if not field.related
                     and not field.groups and field.type in types)
        if field.type == 'one2many':
            return {field.name: []}
        value = record.sudo()[field.name]
        return {field.name: value.id if field.relational else value}

    def may_read(self, record):
        """Tell whether the user reads a record, and assert that finding, counting and naming it agree."""
        may = self.may(lambda: record.read(['display_name']))
        self.assertEqual(record.has_access('read'), may, record)
        if not record.browse().has_access('read'):
            with self.assertRaises(AccessError):
                record.search([], limit=1)
            with self.assertRaises(AccessError):
                record.name_search("")
            return may
        self.assertEqual(bool(record.search([('id', '=', record.id)])), may)
        self.assertEqual(record.search_count([('id', '=', record.id)]), int(may))
        domain = [('id', '=', record.id)]
        self.assertEqual(bool(record.formatted_read_group(domain, aggregates=['__count'])[0]['__count']), may)
        self.assertEqual(record.id in dict(record.name_search("", domain)), may)
        self.assertEqual(bool(record.web_search_read(domain, {'display_name': {}})['length']), may)
        return may

    def test_a_dialog_belongs_to_the_user_who_opened_it(self):
        """Odoo stores dialogs in tables that all users with the right to open one may read and write."""
        for name, model in self.own_models().items():
            if not model._transient:
                continue
            others = self.any_record(name)
            for role, user in self.people.items():
                with self.subTest(model=name, role=role):
                    record = others.with_user(user)
                    for operation in ('read', 'write', 'unlink'):
                        self.assertFalse(
                            record.has_access(operation),
                            f"{role} may {operation} the {name} of another user: it needs a rule like those in "
                            "security/amazon_punchout_dialogs.xml")
                    if record.browse().has_access('read'):
                        self.assertFalse(record.search([('id', '=', record.id)]))

    def test_a_dialog_names_nothing_of_another_company(self):
        """A many2one shows the name of any record to which it is set."""
        user = self.people['elsewhere']
        for name, model in self.own_models().items():
            if model._transient and model.with_user(user).has_access('create'):
                for field in self.own_fields(name):
                    if field.type != 'many2one' or not field.store or field.compute and field.readonly:
                        continue
                    target = self.env[field.comodel_name]
                    foreign = self.sample(field.comodel_name)
                    if target._transient or foreign.with_user(user).has_access('read'):
                        continue
                    with self.subTest(model=name, field=field.name):
                        vals = {**self.fill(name), field.name: foreign.id}
                        create = model.with_user(user).create
                        self.assertFalse(
                            self.may(partial(create, vals)),
                            "it needs a rule like those in security/amazon_punchout_dialogs.xml")
