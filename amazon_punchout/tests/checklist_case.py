"""What the tests of the checklist have in common."""
from odoo.exceptions import UserError
from odoo.service.model import call_kw

from ..tools.checklist import RECOMMENDED, REQUIRED
from .common import AmazonCase

# How a group may become active: each ends where no must may be open.
PATHS = ('button', 'dialog', 'setup', 'rpc', 'superuser', 'import')


class ChecklistCase(AmazonCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.write({'state': 'test', 'base_url': False})
        cls.env['ir.config_parameter'].set_param('web.base.url', 'https://odoo.example.com')
        cls.as_admin = cls.group.with_user(cls.administrator)

    def check(self, key, group=None):
        """:return: one item of the checklist as it is now"""
        group = group or self.as_admin
        group.invalidate_recordset()
        return next(check for check in group._checklist() if check.key == key)

    def assertMust(self, key, words, page='credentials'):
        """The item is open, says this and leads there, and nobody goes live."""
        check = self.check(key)
        self.assertEqual((check.level, check.done, check.page), (REQUIRED, False, page), check)
        self.assertRegex(check.sentence, words)
        for path in PATHS:
            said = words.split('.*Ask')[0] if path == 'superuser' else words  # who need ask nobody
            with self.subTest(key, path=path), self.assertRaisesRegex(UserError, said), self.env.cr.savepoint():
                getattr(self, f'go_live_by_{path}')()
            self.env.invalidate_all()
            self.assertEqual(self.group.state, 'test')

    # === PATHS TO ACTIVE === #

    def go_live_by_button(self):
        self.as_admin.action_go_live()

    def go_live_by_dialog(self):
        self.env['amazon.punchout.go.live'].with_user(self.administrator).create({'group_id': self.group.id}).action_confirm()

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

    def assertAdvice(self, key, words, page='credentials'):
        check = self.check(key)
        self.assertEqual((check.level, check.done, check.page), (RECOMMENDED, False, page), check)
        self.assertRegex(check.sentence, words)
        with self.env.cr.savepoint() as savepoint:
            self.as_admin.state = 'active'
            savepoint.rollback()
        self.env.invalidate_all()
