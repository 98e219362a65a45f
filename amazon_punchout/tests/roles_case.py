"""docs/roles.md as tests: who sees and may do what, tried as each role for each row of its tables."""
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
    """The end of a block of :meth:`RolesCase.undone`."""


def read_rows(section):
    """Read the rows of a table of the document.

    :param str section: the heading of the table
    :return: the cells of each row, by its name and which record it is about
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
    """Give a row as the document has it."""
    return f"| `{name}` | {which} | {' | '.join(cells)} |"


class RolesCase(MessageCase):
    """Each role as one user.

    None of them is the responsible of the group or shopped what is shown, so a cell says what the role itself may do.
    """

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
                'amazon_punchout.group_administrator', 'purchase.group_purchase_manager',
                'account.group_account_manager', 'stock.group_stock_manager'))),
        }
        cls.people['portal'].partner_id.parent_id = contact.parent_id
        cls.people['elsewhere'].write({
            'company_ids': [Command.set(cls.other_company.ids)], 'company_id': cls.other_company.id})
        cls.group.write({
            'all_users': False, 'user_ids': [Command.set((cls.shopper | cls.people['member']).ids)],
            'responsible_id': cls.buyer.id, 'inbound_user': 'amazon-messages',
            'inbound_password': 'not-a-real-password'})
        cls.env.flush_all()

    # === THE TABLE === #

    def rows(self, section):
        """Read the rows of a table, see :func:`read_rows`."""
        if not TABLE.exists():
            self.skipTest(
                "NOT TESTED: docs/roles.md is not beside this copy of the addon, so its rows were not compared")
        return read_rows(section)

    def assertTable(self, section, existing, measure, default_which=None):
        """Assert that all that exists has a row, that all rows exist, and that each cell is as measured.

        :param str section: the heading of the table
        :param existing: the names that the table must have
        :param measure: called with a name and which record to measure; returns the cells by role
        :param default_which: called with a name that has no row; returns which record to measure for the proposal
        """
        rows = self.rows(section)
        problems = [f"docs/roles.md has {name}, which no longer exists: remove its row"
                    for name in sorted({name for name, _which in rows} - set(existing))]
        for name in sorted(set(existing) - {name for name, _which in rows}):
            which = default_which(name) if default_which else ''
            problems.append(
                f"docs/roles.md has no row for {name} under {section}. This was measured; add it if it is right:\n"
                + write_row(name, which, self.cells(measure(name, which))))
        for (name, which), cells in rows.items():
            if name in existing:
                measured = self.cells(measure(name, which))
                if measured != cells:
                    problems.append(
                        f"docs/roles.md, {section}: this row says\n{write_row(name, which, cells)}\n"
                        "but this was measured:\n" + write_row(name, which, measured))
        self.assertFalse(problems, "\n" + "\n".join(problems))

    def cells(self, by_role):
        return tuple(by_role[role] for role in ROLES)

    # === TRYING === #

    @contextmanager
    def undone(self):
        """Run a block and undo all that it did, but let its errors pass.

        It starts with an empty cache, as a request does, since cached values are read without a check of rights.
        """
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
        :return: whether the user has the right; other errors (e.g. an invalid value) don't count
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
        """Find the addon's own models, except those without a table.

        :return: by name
        :rtype: dict[str, odoo.models.BaseModel]
        """
        return {name: self.env[name] for name, model in self.env.registry.items()
                if model._original_module == MODULE and not model._abstract}

    def own_fields(self, model):
        """List the fields that the addon adds to a model, or all of them if the model is the addon's own.

        :param str model: its name
        :rtype: list[odoo.fields.Field]
        """
        return [field for field in self.env[model]._fields.values()
                if MODULE in field._modules and not field.inherited
                and field.name not in (*MAGIC_COLUMNS, 'display_name')]

    def is_foreign(self, model):
        """Tell whether a model belongs to an addon that ours knows nothing of."""
        addon = self.env['ir.module.module'].search([('name', '=', MODULE)])
        known = addon | addon.upstream_dependencies(exclude_states=('uninstallable',))
        return self.env[model]._original_module not in known.mapped('name')

    def names_in(self, expression):
        """Find the fields in an expression of a view.

        :param str expression: as in `invisible`
        :rtype: set[str]
        """
        return {node.id for node in ast.walk(ast.parse(expression, mode='eval')) if isinstance(node, ast.Name)}
