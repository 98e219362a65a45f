"""From draft over test to live and back: the confirmation, what is stored, and who may do it."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import SECRET, answer
from ..order_case import OrderCase


@tagged('post_install', '-at_install')
class TestGoLive(OrderCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_address('https://odoo.example.com')
        cls.draft = cls.group.copy({'name': "New group", 'shared_secret': SECRET}).with_user(cls.administrator)
        cls.draft.base_url = False

    @classmethod
    def set_address(cls, url):
        cls.env['ir.config_parameter'].set_param('web.base.url', url)

    def ask(self):
        """Open the confirmation dialog."""
        action = self.draft.action_go_live()
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.go.live', 'new'))
        return self.env[action['res_model']].with_user(self.administrator).with_context(**action['context']).create({})

    def test_a_group_goes_from_draft_over_test_to_live_and_back(self):
        with self.assertRaisesRegex(UserError, "Test first"):
            self.ask().action_confirm()
        self.draft.action_set_test()
        self.assertEqual(self.draft.state, 'test')
        dialog = self.ask()
        self.assertEqual(self.draft.state, 'test', "asking changes nothing")
        dialog.action_confirm()
        self.assertEqual(self.draft.state, 'active')
        self.draft.action_set_test()
        self.assertEqual(self.draft.state, 'test')
        self.draft.action_set_draft()
        self.assertEqual(self.draft.state, 'draft')

    def test_the_dialog_says_what_changes_and_what_is_recommended(self):
        self.draft.action_set_test()
        self.make_order(group=self.draft)
        dialog = self.ask()
        self.assertEqual(dialog.setup_url, self.draft.setup_url)
        self.assertEqual(dialog.return_url, 'https://odoo.example.com')
        self.assertEqual(dialog.test_draft_count, 1)
        self.assertIn("Place a test order", dialog.recommended)
        connection = next(check for check in self.draft._checklist() if check.key == 'connection')
        self.assertTrue(connection.done)
        self.assertNotIn(connection.sentence, dialog.recommended)
        arch = dialog.get_view()['arch']
        for words in ("Then switch the group on Amazon from Test to Active", "never sent as live orders",
                      "Keep this order", "press Test Connection again"):
            self.assertIn(words, " ".join(arch.split()))

    def test_a_live_group_keeps_the_address_that_amazon_was_given(self):
        self.draft.action_set_test()
        self.assertFalse(self.draft.base_url)
        self.ask().action_confirm()
        self.assertEqual(self.draft.base_url, 'https://odoo.example.com')
        self.set_address('http://10.0.0.7:8069')  # as core does at a login
        self.assertEqual(self.draft._get_public_url('/x'), 'https://odoo.example.com/x')
        self.set_address('https://new.example.com')
        self.draft.base_url = False
        self.assertEqual(self.draft.base_url, 'https://new.example.com', "a live group has one always")
        self.draft.base_url = 'https://chosen.example.com'
        self.draft.state = 'test'
        self.draft.state = 'active'
        self.assertEqual(self.draft.base_url, 'https://chosen.example.com')

    def test_what_was_shopped_in_test_is_never_sent_live(self):
        self.draft.action_set_test()
        order = self.make_order(group=self.draft)
        order.with_user(self.buyer).button_confirm()
        self.ask().action_confirm()
        self.assertFalse(self.send())
        self.assertStands(order, 'refused')

    def test_only_administrators_of_the_addon_open_a_group_over_rpc_too(self):
        self.draft.action_set_test()
        for user in (self.buyer, self.manager):
            group = self.draft.with_user(user)
            for method in ('action_set_test', 'action_set_draft', 'action_go_live', 'action_send_from_this_database'):
                with self.subTest(method, user=user.name), self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(group, method)()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                group.write({'state': 'active'})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env['amazon.punchout.go.live'].with_user(user).create({'group_id': group.id})
            for name in ('checklist', 'sending_stopped', 'reached_url', 'connection_ok'):
                with self.assertRaises(AccessError):
                    group.read([name])
        self.assertEqual(self.draft.state, 'test')

    def test_the_smart_buttons_count_and_open_what_belongs_to_the_group(self):
        self.draft.action_set_test()
        before = self.counts()
        order = self.make_order(group=self.draft)
        order.with_user(self.buyer).button_confirm()
        self.make_order()  # of another group
        self.assertEqual(self.counts(), [before[0] + 1, before[1] + 1, before[2] + 3, before[3]])
        self.send(answer(code='400', text='Offer expired'))
        self.assertEqual(self.counts()[3], 1)
        problem = self.env['amazon.punchout.problem'].search([('purchase_order_id', '=', order.id)])
        for method, records in (
            ('action_open_sessions', order.amazon_session_id), ('action_open_orders', order),
            ('action_open_documents', order.amazon_document_ids | order.amazon_session_id.document_ids),
            ('action_open_problems', problem),
        ):
            action = getattr(self.draft, method)()
            self.assertEqual(self.env[action['res_model']].search(action['domain']), records.sorted('id', reverse=True))
        order.with_user(self.buyer).action_amazon_send_again()
        self.send()
        self.assertEqual(self.counts()[3], 0, "a fixed order is no problem any more")

    def counts(self):
        self.env.invalidate_all()
        names = ['session_count', 'order_count', 'document_count', 'problem_count']
        values = self.draft.read(names)[0]
        return [values[name] for name in names]

    def test_a_buyer_reads_a_group_without_documents_of_others(self):
        self.make_order()
        values = self.group.with_user(self.other_buyer).read(['session_count', 'order_count'])[0]
        self.assertEqual(values['session_count'], 0)

    # === TEST MODE IS SHOWN === #

    def test_test_mode_is_shown_to_shoppers(self):
        self.draft.action_set_test()
        shop = self.env['amazon.punchout.shop'].with_user(self.buyer).create(
            {'group_id': self.draft.id, 'warehouse_id': self.warehouse.id})
        self.assertTrue(shop.is_test)
        self.assertFalse(shop.again_items, "nothing is shopped for again")
        shop.group_id = self.group.with_user(self.buyer)
        self.assertFalse(shop.is_test)
        for model, view in (('amazon.punchout.session', 'amazon_punchout.amazon_punchout_session_view_list'),
                            ('amazon.punchout.document', 'amazon_punchout.amazon_punchout_document_view_list'),
                            ('purchase.order', 'purchase.purchase_order_kpis_tree'),
                            ('purchase.order', 'purchase.purchase_order_view_tree')):
            arch = self.env[model].with_user(self.manager).get_view(self.env.ref(view).id, 'list')['arch']
            self.assertIn('deployment_mode', arch, view)
        session, _cookie = self.start_trip(group=self.draft)
        self.assertIn("nothing from this shopping trip is charged", " ".join(self.page(session).split()))
        live, _cookie = self.start_trip()
        self.assertNotIn("Test mode:", self.page(live))

    def page(self, session):
        """Render the page that a browser gets if there is no order to show."""
        session.state = 'left'
        return str(self.env['ir.ui.view']._render_template('amazon_punchout.cart_page', {'session': session}))

    def test_a_test_order_says_so_when_it_is_printed(self):
        self.draft.action_set_test()
        html = self.printed(self.make_order(group=self.draft))
        self.assertIn("Test order", html)
        self.assertNotIn("Test order", self.printed(self.make_order()))

    def printed(self, order):
        return self.env['ir.actions.report']._render_qweb_html('purchase.report_purchaseorder', order.ids)[0].decode()
