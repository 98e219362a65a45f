"""Every item of the checklist in one table.

Each is made to fail, says so, leads to a page, and keeps the group from going live if it is required.
"""
import ast
import re
from collections import namedtuple
from itertools import product as combinations
from pathlib import Path

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from ... import models
from ...tools.checklist import RECOMMENDED, REQUIRED
from ..checklist_case import PATHS
from ..checklist_lack_case import ChecklistLackCase
from ..common import ORDER_URL, SETUP_URL

# level; what it says while it is open; where it then leads an administrator of the addon without other roles; the
# values of the groups that have the item, by default any; whether the item exists only while it is open
Row = namedtuple('Row', 'level words page only while_open', defaults=({}, False))
# In the order of the screen.
EVERY = {
    'setup_url': Row(REQUIRED, "Fill in Punch-out Setup Address", 'credentials'),
    'order_url': Row(REQUIRED, "Fill in Purchase Order Request Address", 'credentials'),
    'identity': Row(REQUIRED, "Fill in From Identity", 'credentials'),
    'shared_secret': Row(REQUIRED, "Fill in Shared Secret", 'credentials'),
    'connection': Row(REQUIRED, "Press Test Connection", 'credentials', {'flow': ('punchout', 'direct')}),
    'connection_live': Row(RECOMMENDED, "set to Test on Amazon", 'credentials', {}, True),
    'marketplace_address': Row(RECOMMENDED, "does not belong to the marketplace", 'credentials', {}, True),
    'https': Row(REQUIRED, "must start with https://", 'credentials'),
    'one_database': Row(REQUIRED, "2 databases answer", 'credentials'),
    'public_host': Row(RECOMMENDED, "own network only", 'credentials'),
    'same_host': Row(RECOMMENDED, "You use Odoo at localhost:8069", 'credentials'),
    'reached': Row(RECOMMENDED, "Press Try Our Address", 'credentials'),
    'allowed_networks': Row(RECOMMENDED, "no networks and allow nothing: 10.0.0.0.0, all", 'credentials', {}, True),
    'database': Row(REQUIRED, "set up in another database", 'credentials'),
    'fsync': Row(RECOMMENDED, "may lose orders in a crash.*full_page_writes", '', {}, True),
    'inbound_password': Row(RECOMMENDED, "shorter than 16 .*Press Generate Password", 'messages', {}, True),
    'scheduled_actions': Row(REQUIRED, "No scheduled action ran", ''),
    'messages': Row(RECOMMENDED, "tick Confirmations Expected", 'messages'),
    'test_order': Row(
        RECOMMENDED, "press Shop on Amazon", 'amazon_punchout.action_shop', {'flow': ('punchout', 'direct')}),
    'api_access': Row(
        RECOMMENDED, "no longer accepts the Refresh Token. Then press Test Connection",
        'amazon_punchout.amazon_punchout_api_action', {}, True),
    'products': Row(REQUIRED, "is archived", 'products'),
    'categories': Row(RECOMMENDED, "Category 4412: .*is archived", 'amazon_punchout.amazon_punchout_unspsc_action'),
    'tax_rates': Row(RECOMMENDED, "Choose the purchase tax of 8%, 10%", 'products'),
    'analytic': Row(REQUIRED, "enable Analytic Accounting", 'products', {'require_analytic': (True,)}),
    'payment_journal': Row(RECOMMENDED, "Choose the journal of the card", 'payment', {'payment_method': ('card',)}),
    'payment_term': Row(RECOMMENDED, "Choose the payment term", 'payment', {'payment_method': ('invoice',)}),
    'invoice_messages': Row(RECOMMENDED, "Have Amazon send its invoices", 'messages', {'payment_method': ('invoice',)}),
    'payment_outstanding': Row(
        RECOMMENDED, "outstanding account for the outgoing payments of journal Company card", '',
        {'payment_method': ('card',)}, True),
    'approval_managers': Row(
        REQUIRED, "Make a user a purchase manager.*Ask a system administrator", '',
        {'approval_rule': ('manager', 'other')}),
    'approval_two': Row(
        REQUIRED, "at least two users.*Ask a system administrator", '', {'approval_rule': ('other',)}),
    'direct_users': Row(REQUIRED, "Choose at least one member", 'rules', {'flow': ('direct',)}),
    'direct_limit': Row(REQUIRED, "Set the amount", 'rules', {'flow': ('direct',)}),
    'direct_approval': Row(
        RECOMMENDED, "Orders of Buyer Person up to .*50", 'rules',
        {'flow': ('direct',), 'approval_rule': ('manager', 'other')}, True),
    'punchin_url': Row(RECOMMENDED, "account manager at Amazon", 'messages', {'flow': ('punchin',)}),
    'members': Row(REQUIRED, "Choose at least one member who uses Purchase", 'members'),
    'member_emails': Row(RECOMMENDED, "These members can't shop.*: Other.*Person", 'members', {}, True),
    'locations': Row(REQUIRED, "All locations of this group are archived", 'locations'),
    'address_': Row(
        REQUIRED, "Complete the address of warehouse .*City.*Ask a system administrator or someone who", 'locations'),
    'billing_address': Row(
        REQUIRED, "Complete the billing address of .*Zip.*Ask a system administrator or someone who", ''),
    'deliver_to_': Row(RECOMMENDED, "only 17 characters", 'locations', {}, True),
}
CREDENTIALS = {'setup_url', 'order_url', 'identity', 'shared_secret'}
# The items that differ where shopping starts on Amazon.
PUNCHIN = {
    'connection': Row(RECOMMENDED, "Press Test Connection", 'credentials', {'flow': ('punchin',)}),
    'test_order': Row(RECOMMENDED, "check out there", 'messages', {'flow': ('punchin',)}),
}
ROWS = [*EVERY.items(), *PUNCHIN.items()]
# The items that are open in any group at first.
OPEN_AT_FIRST = {
    'reached', 'messages', 'test_order', 'payment_journal', 'payment_term', 'invoice_messages', 'punchin_url',
    'direct_approval'}


def base(key):
    """Give the key without the id of a warehouse."""
    return re.sub(r'\d+$', '', key)


@tagged('post_install', '-at_install')
class TestEveryCheck(ChecklistLackCase):

    # === THE TABLE IS COMPLETE === #

    def made(self):
        """Find the items that the source of any room makes.

        :return: the sequence of each by its key, both as they are written; the key without the id of a record
        :rtype: dict[str, str]
        """
        sequences = {}
        for path in sorted(Path(models.__file__).parent.rglob('*.py')):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, 'id', None) == 'Check':
                    key, sequence = map(ast.unparse, node.args[:2])
                    key = re.sub(r'\{.*\}|^f?[\'"]|[\'"]$', '', key)
                    self.assertEqual(sequences.setdefault(key, sequence), sequence, f"{key} has two sequences")
        return sequences

    def test_the_table_has_every_item_that_the_addon_makes(self):
        made = self.made()
        self.assertIn('name', made)  # of the credentials: the next test sees them
        self.assertEqual(made.keys() - {'name'}, EVERY.keys() - CREDENTIALS)

    def sequences(self):
        """Give the sequence of every item, those of the credentials too, which are made in a loop.

        :rtype: dict[str, int]
        """
        made = self.made()
        del made['name']
        credentials = {name: self.check(name).sequence for name in CREDENTIALS}
        return {**{key: int(sequence) for key, sequence in made.items()}, **credentials}

    def test_no_two_items_have_the_same_sequence(self):
        sequences = self.sequences()
        self.assertEqual(len(set(sequences.values())), len(sequences), sequences)

    def test_the_items_are_on_screen_in_the_order_of_the_table(self):
        sequences = self.sequences()
        self.assertEqual(sorted(sequences, key=sequences.get), list(EVERY))
        places = list(EVERY)
        for kind in self.kinds():
            with self.subTest(**kind):
                self.group.write(kind)
                self.env.invalidate_all()
                shown = [places.index(base(check['key'])) for check in self.as_admin.checklist]
                self.assertEqual(shown, sorted(shown))

    def kinds(self):
        """Give the values of every kind of group.

        :rtype: list[dict]
        """
        selections = {name: self.group._fields[name].get_values(self.env)
                      for name in ('flow', 'approval_rule', 'payment_method')}
        return [dict(zip((*selections, 'require_analytic'), values, strict=True))
                for values in combinations(*selections.values(), (True, False))]

    def test_every_kind_of_group_is_asked_for_what_the_table_says(self):
        for kind in self.kinds():
            with self.subTest(**kind):
                self.group.write(kind)
                self.assertEqual(
                    {(base(check.key), check.level) for check in self.as_admin._checklist()
                     if not EVERY[base(check.key)].while_open},
                    {(key, row.level) for key, row in ROWS if not row.while_open and all(
                        kind[name] in values for name, values in row.only.items())})

    # === EACH ITEM === #

    def test_each_item_says_what_is_missing(self):
        for key, row in ROWS:
            with self.subTest(key, level=row.level), self.env.cr.savepoint() as savepoint:
                self.group.write({name: values[0] for name, values in row.only.items()})
                if key not in OPEN_AT_FIRST:
                    self.assertFalse(self.open_keys(key))
                with getattr(self, f'lack_{key}', self.lack_nothing)():
                    self.env.invalidate_all()
                    real = self.open_keys(key)[0]
                    if row.level == REQUIRED:
                        self.assertRequired(real, row.words, row.page)
                    else:
                        self.assertRecommended(real, row.words, row.page)
                    self.assertOpens(row.page, self.check(real).field)
                savepoint.rollback()
            self.env.invalidate_all()

    def open_keys(self, key):
        """List the full keys of the open items with a key."""
        return [each.key for each in self.as_admin._checklist() if base(each.key) == key and not each.done]

    def test_no_group_is_created_live(self):
        vals = {'name': "New", 'partner_id': self.vendor.id, 'setup_url': SETUP_URL, 'order_url': ORDER_URL,
                'identity': 'X', 'shared_secret': 'y', 'state': 'active'}
        with self.assertRaisesRegex(UserError, "Test first"), self.env.cr.savepoint():
            self.env['amazon.punchout.group'].with_user(self.administrator).create(vals)

    def test_each_path_leads_to_active_if_nothing_is_missing(self):
        for path in PATHS:
            with self.subTest(path), self.env.cr.savepoint() as savepoint:
                getattr(self, f'go_live_by_{path}')()
                state = 'test' if path in ('button', 'setup') else 'active'  # these only ask
                self.assertEqual(self.group.state, state)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_an_administrator_who_may_edit_users_and_contacts_is_led_to_them(self):
        self.administrator.group_ids += (
            self.env.ref('base.group_erp_manager') + self.env.ref('base.group_partner_manager'))
        self.group.approval_rule = 'other'
        for key, page in (('approval_managers', 'base.action_res_users'), ('approval_two', 'base.action_res_users'),
                          ('billing_address', 'action_open_billing_address')):
            with self.subTest(key), self.env.cr.savepoint() as savepoint:
                with getattr(self, f'lack_{key}')():
                    check = self.check(key)
                    self.assertEqual((check.done, check.page), (False, page))
                    self.assertNotIn("Ask", check.sentence.replace("Asked", ""))
                    self.assertOpens(page)
                savepoint.rollback()
            self.env.invalidate_all()
        action = self.as_admin.action_open_billing_address()
        self.assertEqual(
            (action['res_model'], action['res_id']), ('res.partner', self.company._amazon_bill_to_partner().id))

    def assertOpens(self, page, field=''):
        """Assert that the administrator may write what this page shows, and that it shows the field or button."""
        if page.startswith('action_') or '.' in page:
            action = getattr(self.as_admin, page)() if '.' not in page else self.env[
                'ir.actions.actions'].with_user(self.administrator)._for_xml_id(page)
            if action.get('res_model'):
                records = self.env[action['res_model']].with_user(self.administrator).browse(action.get('res_id'))
                records.check_access('write')
        elif page:
            arch = etree.fromstring(self.as_admin.get_view(view_type='form')['arch'])
            self.assertTrue(arch.xpath(f"//notebook/page[@name='{page}']"), page)
            self.assertTrue(field, f"the page {page}, but which field of it?")
            # Send from This Database is in the banner above all pages.
            place = '' if field == 'action_send_from_this_database' else f"//notebook/page[@name='{page}']"
            self.assertTrue(arch.xpath(f"{place}//*[@name='{field}']"), f"{field} is not on the page {page}")
