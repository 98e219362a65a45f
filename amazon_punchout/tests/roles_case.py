"""docs/roles.md as tests: who sees what and may do what, tried as each role for each row of its tables."""
import ast
import pathlib
import re
from contextlib import contextmanager

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tools import mute_logger

from .message_case import MessageCase

MODULE = 'amazon_punchout'
TABLE = pathlib.Path(__file__).resolve().parents[2] / 'docs' / 'roles.md'
# The columns of every table, from left to right.
ROLES = ('public', 'portal', 'outsider', 'member', 'approver', 'accountant', 'administrator', 'system', 'elsewhere')
ROW = re.compile(r'^\| `(?P<name>[^`]+)` \| (?P<which>[^|]*) \| (?P<cells>.*) \|$')
NOTHING = '–'
OWN = "one's own"


class Undone(Exception):
    """Ends a block of :meth:`RolesCase.undone`."""


def read_rows(section):
    """Read the rows of one of the document's tables.

    :param str section: its heading
    :return: the cells of each row, by what it is about and which one of it
    :rtype: dict[tuple[str, str], tuple[str, ...]]
    """
    rows = {}
    text = TABLE.read_text().split(f'\n## {section}\n')[1].split('\n## ')[0]
    for line in text.splitlines():
        if match := ROW.match(line):
            key = match['name'], match['which'].strip()
            assert key not in rows, f"docs/roles.md has two rows for {key}"
            rows[key] = tuple(cell.strip() for cell in match['cells'].split('|'))
    return rows


def write_row(name, which, cells):
    """:return: the row as it stands in the document"""
    return f"| `{name}` | {which} | {' | '.join(cells)} |"


class RolesCase(MessageCase):
    """Each role is one user. None is the group's responsible, and none shopped what others are shown: so a cell says what
    the role may do by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shopper = cls.new_user('shopper', 'purchase.group_purchase_user')
        contact = cls.env['res.partner'].create({'name': "Contact at Amazon", 'parent_id': cls.vendor.id})
        cls.other_company = cls.env['res.company'].create({'name': "Another company"})
        cls.people = {
            'public': cls.env.ref('base.public_user'),
            'portal': cls.new_user('portal', 'base.group_portal'),
            'outsider': cls.new_user('outsider', 'purchase.group_purchase_user'),
            'member': cls.new_user('member', 'purchase.group_purchase_user'),
            'approver': cls.new_user('approver', 'purchase.group_purchase_manager'),
            'accountant': cls.new_user('accountant', 'account.group_account_invoice'),
            'administrator': cls.new_user('roleadmin', 'amazon_punchout.group_administrator'),
            'system': cls.new_user('system', 'base.group_system'),
            'elsewhere': cls.new_user('elsewhere', ','.join((
                'amazon_punchout.group_administrator', 'purchase.group_purchase_manager', 'account.group_account_manager',
                'stock.group_stock_manager'))),
        }
        cls.people['portal'].partner_id.parent_id = contact.parent_id
        cls.people['elsewhere'].write({
            'company_ids': [Command.set(cls.other_company.ids)], 'company_id': cls.other_company.id})
        cls.group.write({
            'all_users': False, 'user_ids': [Command.set((cls.shopper | cls.people['member']).ids)],
            'responsible_id': cls.buyer.id, 'inbound_user': 'amazon-messages', 'inbound_password': 'not-a-real-password'})
        cls.env.flush_all()

    # === THE TABLE === #

    def rows(self, section):
        """:return: see :func:`read_rows`"""
        if not TABLE.exists():
            self.skipTest("NOT TESTED: docs/roles.md is not beside this copy of the addon, so its rows were not compared")
        return read_rows(section)

    def assertTable(self, section, existing, measure, default_which=None):
        """What exists has a row, what has a row exists, and each cell is as it was measured.

        :param str section: heading of the table
        :param existing: the names of all that the table must have
        :param measure: called with a name and which one of it; returns a dict of the cells by role
        :param default_which: called with a name that has no row: which one to measure for the proposal
        """
        rows = self.rows(section)
        problems = [f"docs/roles.md names {name}, which no longer exists: take its row out"
                    for name in sorted({name for name, _which in rows} - set(existing))]
        for name in sorted(set(existing) - {name for name, _which in rows}):
            which = default_which(name) if default_which else ''
            problems.append(f"docs/roles.md has no row for {name} under {section}. This is what was measured, if it is right:\n"
                            + write_row(name, which, self.cells(measure(name, which))))
        for (name, which), cells in rows.items():
            if name in existing:
                measured = self.cells(measure(name, which))
                if measured != cells:
                    problems.append(
                        f"docs/roles.md, {section}: this row says\n{write_row(name, which, cells)}\nbut this was measured:\n"
                        + write_row(name, which, measured))
        self.assertFalse(problems, "\n" + "\n".join(problems))

    def cells(self, by_role):
        return tuple(by_role[role] for role in ROLES)

    # === TRYING === #

    @contextmanager
    def undone(self):
        """Run a block and undo all that it did; its errors pass. It begins with an empty cache, as a request does: what is in
        the cache is read without asking for rights."""
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                yield
                self.env.flush_all()
                raise Undone
        except Undone:
            pass
        finally:
            self.env.invalidate_all()

    def may(self, act):
        """Try an act and undo it.

        :param act: called without arguments
        :return: whether rights did not stop it; what stops it else (a value that can't be) is no matter of rights
        :rtype: bool
        """
        try:
            with mute_logger('odoo.sql_db', 'odoo.addons.base.models.ir_model', 'odoo.orm.models',
                             'odoo.addons.base.models.ir_rule'), self.undone():
                act()
        except AccessError:
            return False
        except (UserError, psycopg2.IntegrityError):
            pass
        return True

    # === WHAT EXISTS === #

    def own_models(self):
        """:return: the models that the addon brings, those without a table left out
        :rtype: dict[str, odoo.models.BaseModel]
        """
        return {name: self.env[name] for name, model in self.env.registry.items()
                if model._original_module == MODULE and not model._abstract}

    def own_fields(self, model):
        """:return: the fields that the addon has put on a model, or all of its own fields if the model is the addon's
        :rtype: list[odoo.fields.Field]
        """
        return [field for field in self.env[model]._fields.values()
                if MODULE in field._modules and not field.inherited and field.name not in (*MAGIC_COLUMNS, 'display_name')]

    def names_in(self, expression):
        """:return: the fields that an expression of a view looks at
        :rtype: set[str]
        """
        return {node.id for node in ast.walk(ast.parse(expression, mode='eval')) if isinstance(node, ast.Name)}
