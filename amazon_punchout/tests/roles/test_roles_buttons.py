"""docs/roles.md, Buttons: which buttons each role sees, and the result of calling the methods behind them."""
import re

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import START_PAGE, answer
from ..roles_case import MODULE, ROLES
from ..roles_story import RolesStory

# The record on which a button is pressed, or which a dialog is about, if no row says it.
ABOUT = {
    'amazon.punchout.group': '',
    'amazon.punchout.by.hand': 'an order at Amazon',
    'amazon.punchout.claim': 'an unclaimed cart',
    'amazon.punchout.go.live': 'a test group',
    'amazon.punchout.refuse': 'a waiting cart',
    'amazon.punchout.fill': 'a cart',
    'amazon.punchout.setup': 'a test group',
    'amazon.punchout.cancel': 'an order at Amazon',
    'amazon.punchout.dismiss': 'a message that needs attention',
    'amazon.punchout.refund': 'a posted bill',
    'amazon.punchout.shipment.bill': 'a shipped order',
    'amazon.punchout.accept': 'a difference',
    'amazon.punchout.dismiss.charge': 'a charge stated twice',
    'amazon.punchout.import.answer': 'a report without a currency',
    'amazon.punchout.assign': 'a held charge',
    'amazon.punchout.outside': 'an outside charge',
    'amazon.punchout.excess': 'a refund with an excess',
}
# These skip orders that are not for the caller, or list them as not done: if nothing changes, they don't work.
CHANGING = (
    'button_confirm', 'button_approve', 'button_cancel', 'button_draft', 'action_amazon_confirm',
    'action_amazon_cancel')
# The arguments that the web client passes.
ARGUMENTS = {'action_note_reached': ("https://odoo.example/amazon_punchout/reach",)}
# How errors name who can do it. An error that names a role tells nothing to a reader who has that role.
NAMED = {
    'purchase managers': 'purchase.group_purchase_manager',
    'Amazon administrators': 'amazon_punchout.group_administrator',
    'invoicing users': 'account.group_account_invoice', 'accountants': 'account.group_account_invoice',
    'users of inventory': 'stock.group_stock_user', 'users with access to purchase': 'purchase.group_purchase_user'}
WORKS = {(True, True): 'yes', (True, False): 'blocked', (False, True): 'call', (False, False): 'no'}


@tagged('post_install', '-at_install')
class TestRolesButtons(RolesStory):

    # === WHAT EXISTS === #

    def methods(self):
        """Find the actions that the addon adds to models, and core's buttons that it changes.

        :rtype: set[str]
        """
        found = set()
        for name, model in self.env.registry.items():
            for definition in model.__mro__:
                if getattr(definition, '_module', None) != MODULE or model._abstract:
                    continue
                for method in vars(definition):
                    if method.startswith('button_') or method.startswith('action_') and self.is_new(model, method):
                        found.add(f'{name}.{method}')
        return found

    def is_new(self, model, method):
        """Tell whether the addon brings a method; other addons may extend it."""
        first = [definition for definition in model.__mro__ if method in vars(definition)][-1]
        return getattr(first, '_module', None) == MODULE

    def views(self):
        """Find the addon's views, as they are stored."""
        ids = self.env['ir.model.data'].search([('module', '=', MODULE), ('model', '=', 'ir.ui.view')]).mapped('res_id')
        return self.env['ir.ui.view'].browse(ids).filtered('model')

    def buttons(self):
        """Find the buttons of the addon's views that call something.

        :return: by name, the views that have the button
        :rtype: dict[str, odoo.models.BaseModel]
        """
        found = {}
        for view in self.views():
            for node in etree.fromstring(view.arch_db).iter('button', 'a'):
                if node.get('type') not in ('object', 'action'):
                    continue
                model = self.model_of(view, node)
                root = view
                while root.inherit_id and root.mode == 'extension':
                    root = root.inherit_id
                name = f'{model}.{self.called(node)}'
                found[name] = found.get(name, self.env['ir.ui.view']) | root
        return found

    def called(self, node):
        """Give the method that a button calls, or the external id of the action that it opens."""
        name = node.get('name')
        if node.get('type') == 'object':
            return name
        if not name.isdigit():
            return name
        action = self.env['ir.actions.actions'].browse(int(name))
        return self.env[action.type].browse(action.id).get_external_id()[action.id]

    def model_of(self, view, node):
        """Give the model of a button, which is another one in the list of a field."""
        model = view.model
        for field in reversed([each for each in node.iterancestors('field') if each.getparent() is not None]):
            if field.get('name') in self.env[model]._fields:
                model = self.env[model]._fields[field.get('name')].comodel_name or model
        return model

    def test_an_action_is_the_addons_although_another_addon_extends_it(self):
        def define(module, *bases):
            return type('Definition', bases, {'_module': module, 'action_do': lambda self: None})

        self.assertTrue(self.is_new(define('other', define(MODULE)), 'action_do'))
        self.assertFalse(self.is_new(define(MODULE, define('purchase')), 'action_do'))

    # === THE TABLE === #

    def test_the_table_of_buttons_is_what_odoo_does(self):
        self.in_views, self.wrong_words = self.buttons(), []
        self.assertTable('Buttons', self.methods() | set(self.in_views), self.measure, self.usual)
        self.assertFalse(self.wrong_words, "an error names a role that its reader has")

    def note_wrong_words(self, name, role, text):
        """Note an error that says who can do it to somebody who has that role, and lacks something else."""
        if match := re.search(r"\bOnly (.*?) can ", text, re.DOTALL):
            self.wrong_words += [
                (name, role, text) for words, group in NAMED.items()
                if words.lower() in match[1].lower() and self.people[role].has_group(group)]

    def usual(self, name):
        """Say which record is tried if no row says it: the first named one of the model."""
        model = self.model_in(name)
        if name.endswith('.action_create_bill'):
            return 'a confirmed order'
        if model in ABOUT:
            return ABOUT[model]
        return next((which for which, record in self.named().items() if record._name == model), '')

    def measure(self, name, which):
        cells = {}
        for role in ROLES:
            called = name.removeprefix(f'{self.model_in(name)}.')
            with self.undone_or_blocked() as outcome:
                record = self.record(name, which, self.people[role])
                outcome['shown'] = self.is_shown(name, record)
                before = self.states(record)
                self.env.invalidate_all()
                (self.open if '.' in called else self.call)(record, called)
                outcome['idle'] = called in CHANGING and self.states(record) == before
            self.note_wrong_words(name, role, outcome['text'])
            cells[role] = WORKS[outcome.get('shown', False), outcome['works'] and not outcome['idle']]
            if cells[role] == 'blocked' and outcome['core']:
                cells[role] = "blocked, by Odoo's own message"
        return cells

    def states(self, record):
        if record._name != 'purchase.order':
            return []
        return record.sudo().read(['state', 'amazon_state', 'amazon_cancel_wanted'])

    def model_in(self, name):
        return max((model for model in self.env.registry if name.startswith(f'{model}.')), key=len)

    def undone_or_blocked(self):
        return Outcome(self)

    def record(self, name, which, user):
        """Give the record on which the role presses the button: a dialog is the role's own, about a named record."""
        model = self.model_in(name)
        if not self.env[model]._transient:
            return self.sample(model, which).with_user(user)
        return self.dialog(model, self.sample(None, which) if which else None, user)

    def dialog(self, model, about, user):
        vals = {**self.fill(model, user), **self.lines_of(model, about), **self.charges_of(model, about)}
        match model:
            case 'amazon.punchout.refund' if about._name == 'purchase.order':
                vals.update(order_id=about.id, is_unbilled=True)
            case 'amazon.punchout.refund':
                vals['bill_id'] = about.id
            case 'amazon.punchout.by.hand':
                vals['order_id'] = about.id
            case 'amazon.punchout.shop':
                vals.update(group_id=self.group.id, warehouse_id=self.warehouse.id)
            case 'amazon.punchout.fill':
                vals.update(order_id=about.id, expense_account_id=self.sample('account.account').id)
            case 'amazon.punchout.claim':
                vals.update(session_id=about.id, group_id=about.group_id.id, warehouse_id=self.warehouse.id)
            case 'amazon.punchout.setup':
                vals.update(group_id=about.id, name=about.name, partner_id=about.partner_id.id,
                            state='credentials' if about.state == 'draft' else 'test')
            case _:
                for field in self.env[model]._fields.values() if about is not None else ():
                    if field.comodel_name == about._name and field.required:
                        vals[field.name] = about.id
        return self.env[model].with_user(user).create(vals)

    def charges_of(self, model, about):
        """Give the values of a dialog about charges."""
        match model:
            case 'amazon.punchout.accept':
                return {'order_id': about.order_id.id, 'figures': about.sudo().figures}
            case 'amazon.punchout.assign':
                return {'transaction_ids': about.ids}
            case 'amazon.punchout.outside':
                return {'transaction_ids': about.ids, 'buyer_id': self.shopper.id, 'reason': "Urgent"}
            case 'amazon.punchout.excess':
                return {'account_id': self.env['account.account'].search([('account_type', '=', 'income_other')]).id}
            case 'amazon.punchout.upload':
                return {'file': self.charges['a checked report'].file}
        return {}

    def lines_of(self, model, about):
        """Give the lines of a dialog that needs some, about the first line of a record."""
        match model:
            case 'amazon.punchout.refund' if about._name == 'account.move':
                line = {'bill_line_id': about.invoice_line_ids[:1].id, 'billed': 9.99, 'amount': 1}
            case 'amazon.punchout.by.hand':
                line = {'purchase_line_id': about.order_line[:1].id, 'rejected_quantity': 1}
            case 'amazon.punchout.assign':
                line = {'kind': 'account_group', 'name': "East", 'group_id': self.group.id}
            case 'amazon.punchout.outside':
                line = {'transaction_line_id': about.line_ids.id, 'account_id': self.sample('account.account').id}
            case 'amazon.punchout.statement':
                line = {'statement_line_id': self.statement_line.id, 'is_chosen': True,
                        'transaction_id': self.sample('amazon.punchout.transaction').id}
            case 'amazon.punchout.shipment.bill':
                line = {'shipment_id': about.amazon_shipment_ids[:1].id}
            case _:
                return {}
        return {'line_ids': [(0, 0, line)]}

    def call(self, record, method):
        """Call a method as the web client does over RPC."""
        is_of_model = getattr(getattr(type(record), method), '_api_model', False)
        args = [] if is_of_model else [record.ids, *ARGUMENTS.get(method, ())]
        context = {'amazon_punchout_group_id': self.groups['a draft group'].id}  # the list of people is about a group
        with self.amazon(answer(start_page=START_PAGE)):
            result = call_kw(record.browse(), method, args, {'context': context})
        if isinstance(result, dict) and result.get('res_model') == 'amazon.punchout.ask':
            raise UserError("The dialog says why the user can't shop, and whom to ask")

    def open(self, record, called):
        """Open an action as the web client does: the records that it shows have rights of their own."""
        user, action_sudo = record.env.user, self.env.ref(called).sudo()
        if 'group_ids' in action_sudo and action_sudo.group_ids and not user.all_group_ids & action_sudo.group_ids:
            raise AccessError("contact your administrator")
        record.env[action_sudo.res_model if 'res_model' in action_sudo else record._name].check_access('read')

    # === WHAT IS SHOWN === #

    def is_shown(self, name, record):
        """Tell whether any view of the back office shows the button on this record to its user."""
        if not record.env.user._is_internal() or not record.has_access('read'):
            return False
        called = name.removeprefix(f'{record._name}.')
        return any(self.shows(view, called, record) for view in self.in_views.get(name, ()))

    def shows(self, view, called, record):
        try:
            arch = etree.fromstring(record.get_view(view.id, view.type)['arch'])
        except AccessError:
            return False
        return any(
            not any(self.is_invisible(each, record) for each in (node, *node.iterancestors()))
            for node in arch.iter('button', 'a') if node.get('name') and self.called(node) == called)


class Outcome(dict):
    """A block that is undone, and its result."""

    def __init__(self, case):
        super().__init__(works=False, core=False, idle=False, text="")
        self.case = case

    def __enter__(self):
        self.quiet = mute_logger(
            'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule', 'odoo.orm.models')
        self.quiet.__enter__()
        self.block = self.case.undone()
        self.block.__enter__()
        return self

    def __exit__(self, kind, error, trace):
        self['works'] = error is None
        blocked = isinstance(error, UserError)
        self['text'] = str(error or "")
        if blocked:
            self['core'] = isinstance(error, AccessError) and 'contact your administrator' in str(error).lower()
        try:
            self.block.__exit__(kind, error, trace)
        except UserError:
            pass
        finally:
            self.quiet.__exit__(None, None, None)
        return blocked
