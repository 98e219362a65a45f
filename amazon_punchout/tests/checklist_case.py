"""Base class of the tests of the checklist."""
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.service.model import call_kw

from ..tools.checklist import RECOMMENDED, REQUIRED
from .common import AmazonCase

# The ways to make a group active. None of them works while a required item is open.
PATHS = ('button', 'dialog', 'setup', 'rpc', 'superuser', 'import')


class ChecklistCase(AmazonCase):
    """A group in test of which only the checklist keeps it from going live."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The lab's database server is fast and not safe.
        cls.startClassPatcher(patch.object(
            cls.registry['amazon.punchout.group'], '_unsafe_settings', lambda _group: []))
        cls.group.write({'state': 'test', 'base_url': False})
        cls.env['ir.config_parameter'].set_param('web.base.url', 'https://odoo.example.com')
        cls.as_admin = cls.group.with_user(cls.administrator)

    def check(self, key, group=None):
        """Give one item of the checklist as it is now."""
        group = group or self.as_admin
        group.invalidate_recordset()
        return next(check for check in group._checklist() if check.key == key)

    def assertRequired(self, key, words, page='credentials'):
        """Assert that an item is open, says this, leads to this page, and keeps the group from going live."""
        check = self.check(key)
        self.assertEqual((check.level, check.done, check.page), (REQUIRED, False, page), check)
        self.assertRegex(check.sentence, words)
        for path in PATHS:
            said = words.split('.*Ask')[0] if path == 'superuser' else words  # who may fix it
            with self.subTest(key, path=path), self.assertRaisesRegex(UserError, said), self.env.cr.savepoint():
                getattr(self, f'go_live_by_{path}')()
            self.env.invalidate_all()
            self.assertEqual(self.group.state, 'test')

    # === PATHS TO ACTIVE === #

    def go_live_by_button(self):
        self.as_admin.action_go_live()

    def go_live_by_dialog(self):
        dialogs = self.env['amazon.punchout.go.live'].with_user(self.administrator)
        dialogs.create({'group_id': self.group.id}).action_confirm()

    def go_live_by_setup(self):
        self.env['amazon.punchout.setup'].with_user(self.administrator).create(
            {'group_id': self.group.id, 'name': self.group.name, 'state': 'test'}).action_go_live()

    def go_live_by_rpc(self):
        call_kw(self.as_admin.browse(), 'write', [self.group.ids, {'state': 'active'}], {})

    def go_live_by_superuser(self):
        self.group.write({'state': 'active'})

    def go_live_by_import(self):
        result = self.as_admin.load(['.id', 'state'], [[str(self.group.id), 'active']])
        if not result['ids']:
            raise UserError(result['messages'][0]['message'])

    def assertRecommended(self, key, words, page='credentials'):
        """Assert that an item is open, says this, leads to this page, but lets the group go live."""
        check = self.check(key)
        self.assertEqual((check.level, check.done, check.page), (RECOMMENDED, False, page), check)
        self.assertRegex(check.sentence, words)
        with self.env.cr.savepoint() as savepoint:
            self.as_admin.state = 'active'
            savepoint.rollback()
        self.env.invalidate_all()
