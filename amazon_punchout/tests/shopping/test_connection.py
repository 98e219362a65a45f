"""Test Connection: what Amazon answers to a real setup request, and what to do about it."""
import requests
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...tools.checklist import RECOMMENDED
from ..common import ORDER_URL, SECRET, SETUP_URL, START_PAGE, AmazonCase, answer


@tagged('post_install', '-at_install')
class TestConnection(AmazonCase):
    connections_are_tested = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls.env['amazon.punchout.group'].with_user(cls.administrator).create({
            'name': "New group", 'partner_id': cls.vendor.id, 'identity': 'NewGroup', 'shared_secret': SECRET,
            'setup_url': SETUP_URL, 'setup_test_url': SETUP_URL + '/test', 'order_url': ORDER_URL})

    def ask(self, *answers, group=None):
        """Press Test Connection.

        :return: the values of the notification, and what was sent
        """
        with self.amazon(*(answers or (answer(start_page=START_PAGE),))) as sent:
            action = (group or self.draft).action_test_connection()
        return action['params'], sent

    def check(self, key='connection'):
        """Find an item of the checklist.

        :return: the item, or None
        """
        self.draft.invalidate_recordset()
        return next((check for check in self.draft._checklist() if check.key == key), None)

    def answers(self):
        """Read what the form shows of the last test.

        :return: whether it worked, whether it worked at one address only, and the problem
        """
        return self.draft.connection_ok, self.draft.connection_partly, self.draft.connection_problem

    def test_a_draft_is_tested_and_nothing_comes_of_it_but_a_document(self):
        orders, trips = (
            self.env['purchase.order'].search_count([]),
            self.env['amazon.punchout.session'].search_count([]),
        )
        said, sent = self.ask()
        self.assertEqual((said['type'], said['title']), ('success', "The connection works"))
        self.assertIn("Nothing was ordered", said['message'])
        self.assertEqual(len(sent), 2)
        request = etree.fromstring(sent[0])
        self.assertEqual(request.find('Request').get('deploymentMode'), 'test')
        self.assertEqual(request.findtext('.//Sender/Credential/SharedSecret'), SECRET)
        self.assertEqual(request.findtext('.//Extrinsic[@name="UserEmail"]'), 'amazonadmin@example.com')
        for document, mode in ((self.draft.connection_test_document_id, 'test'),
                               (self.draft.connection_document_id, 'production')):
            self.assertEqual((document.document_type, document.state, document.deployment_mode, document.session_id.id),
                             ('PunchOutSetupRequest', 'sent', mode, False))
            self.assertNotIn(SECRET, document.sudo().body_text)
        self.assertEqual(self.draft.state, 'draft')
        self.assertTrue(self.draft.connection_ok)
        self.assertTrue(self.draft.connection_tested_at)
        self.assertEqual(orders, self.env['purchase.order'].search_count([]))
        self.assertEqual(trips, self.env['amazon.punchout.session'].search_count([]))

    def asked(self):
        """Press Test Connection.

        :return: tuples of mode and address of each request
        """
        asked = []

        def respond(prepared, **kwargs):
            asked.append(prepared.url)
            return answer(start_page=START_PAGE)(prepared, **kwargs)
        _said, sent = self.ask(respond)
        modes = [etree.fromstring(body).find('Request').get('deploymentMode') for body in sent]
        return list(zip(modes, asked, strict=True))

    def test_each_address_is_asked_as_the_group_is_going_to_use_it(self):
        test, live = SETUP_URL + '/test', SETUP_URL
        for vals, expected in (
            ({}, [('test', test), ('production', live)]),
            ({'state': 'test'}, [('test', test), ('production', live)]),
            ({'setup_test_url': live}, [('test', live)]),
            ({'setup_test_url': False}, [('test', live)]),
            ({'state': 'draft'}, [('test', live)]),
        ):
            with self.subTest(**vals):
                self.draft.write(vals)
                self.assertEqual(self.asked(), expected)
                self.assertTrue(self.draft.connection_ok)

    def test_a_live_group_asks_the_address_that_its_shoppers_use(self):
        self.ask()
        self.draft.state = 'test'
        self.draft.state = 'active'
        self.assertEqual(self.asked(), [('production', SETUP_URL)])
        self.assertFalse(self.draft.connection_test_document_id)

    def test_a_declined_live_address_is_shown_and_keeps_no_group_from_going_live(self):
        """While the group is set to Test on Amazon, it can't be known whether live requests are accepted."""
        said, _sent = self.ask(answer(start_page=START_PAGE), answer(code='403', text='Group is in test mode'))
        self.assertEqual((said['type'], said['title']), ('warning', "The connection works at one address only"))
        self.assertRegex(said['message'], "Test Setup Address: Amazon accepted")
        self.assertRegex(
            said['message'], "\nPunch-out Setup Address: Amazon declined the request: “Group is in test mode”"
        )
        self.assertIn("while the group is set to Test on Amazon", said['message'])
        self.assertEqual(self.answers(), (False, True, said['message']))
        self.assertTrue(self.check().done)
        check = self.check('connection_live')
        self.assertEqual((check.level, check.done, check.page), (RECOMMENDED, False, 'credentials'))
        for words in ("Punch-out Setup Address was copied completely", "while the group is set to Test on Amazon",
                      "Once you have set the group to Active there, press Test Connection again"):
            self.assertIn(words, check.sentence)
        self.draft.state = 'test'
        self.draft.state = 'active'
        self.assertIn("Group is in test mode", self.draft.connection_problem)
        self.assertNotIn("Test Setup Address", self.draft.connection_problem, "a live group uses one address")
        self.assertEqual(self.answers()[:2], (False, False))
        self.assertFalse(self.check('connection_live').done)
        said, _sent = self.ask()
        self.assertEqual((said['type'], self.answers()), ('success', (True, False, False)))
        self.assertFalse(self.check('connection_live'))

    def test_a_declined_live_group_is_told_to_check_the_switch(self):
        self.ask()
        self.draft.state = 'test'
        self.draft.state = 'active'
        said, _sent = self.ask(answer(code='401', text='Unauthorized'))
        self.assertEqual(said['type'], 'danger')
        self.assertIn("while the group is set to Test on Amazon", said['message'])
        self.assertFalse(self.check().done)

    def test_credentials_declined_at_both_addresses_keep_the_group_from_going_live(self):
        said, _sent = self.ask(answer(code='401', text='Unauthorized'))
        self.assertEqual((said['type'], self.answers()), ('danger', (False, False, said['message'])))
        self.assertNotIn("set to Test", said['message'])
        self.assertEqual(said['message'].count("Unauthorized"), 1, "the same answer is said once")
        self.assertFalse(self.check().done or self.check('connection_live'))
        self.draft.state = 'test'
        with self.assertRaisesRegex(UserError, "Press Test Connection"), self.env.cr.savepoint():
            self.draft.state = 'active'

    def test_a_wrong_test_address_is_shown_until_the_group_is_live(self):
        said, _sent = self.ask(answer(code='401', text='Unauthorized'), answer(start_page=START_PAGE))
        self.assertEqual(said['type'], 'warning')
        self.assertRegex(
            said['message'], "Test Setup Address: Amazon declined.*\nPunch-out Setup Address: Amazon accepted"
        )
        self.assertEqual(self.answers(), (False, True, said['message']))
        self.assertTrue(self.check().done)
        self.assertFalse(self.check('connection_live'))
        self.draft.state = 'test'
        self.draft.state = 'active'
        self.assertEqual(self.answers(), (True, False, False), "a live group uses that address no more")
        self.draft.state = 'test'
        self.assertEqual(self.answers(), (False, True, said['message']), "now it uses it again")

    def test_no_document_of_another_company_stands_for_a_test(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        document = self.env['amazon.punchout.document'].create(
            {
                'direction': 'out',
                'document_type': 'PunchOutSetupRequest',
                'deployment_mode': 'test',
                'state': 'sent',
                'group_id': self.group.copy(
                    {'company_id': company.id, 'responsible_id': False, 'warehouse_ids': False}
                ).id,
            }
        )
        self.assertEqual(document.company_id, company)
        for name in ('connection_document_id', 'connection_test_document_id'):
            with self.subTest(name), self.assertRaisesRegex(UserError, "belongs to"), self.env.cr.savepoint():
                self.draft.sudo()[name] = document

    def test_what_amazon_said_is_translated_into_what_to_do(self):
        for respond, words in (
            (answer(code='401', text='Unauthorized'), ("“Unauthorized” (401)", "copy both again")),
            (answer(code='403', text='BrowserFormPost missing'), ("BrowserFormPost missing", "public address")),
            (answer(code='500', text='Oops'), ("Oops", "Try again later")),
            (answer(), ("returned no page to shop on", "payload ID")),
            (answer(body='<html>Hello</html>'), ("a web page", "check the setup address")),
            (requests.exceptions.ConnectTimeout(), ("could not be reached", "check the setup address")),
            (requests.exceptions.ReadTimeout(), ("did not answer",)),
        ):
            with self.subTest(words[0]):
                self.ask()
                said, _sent = self.ask(respond)
                self.assertEqual(said['type'], 'danger')
                for each in words:
                    self.assertIn(each, said['message'])
                self.draft.invalidate_recordset()
                self.assertFalse(self.draft.connection_ok)
                self.assertEqual(self.draft.connection_problem, said['message'])
                self.assertEqual(self.draft.connection_document_id.state, 'failed')

    def test_an_answer_that_quotes_the_secret_does_not_show_it(self):
        said, _sent = self.ask(answer(code='401', text=f'Wrong: {SECRET}'))
        self.assertNotIn(SECRET, said['message'])

    def test_other_credentials_or_addresses_need_another_test(self):
        for name in ('setup_url', 'setup_test_url', 'identity', 'shared_secret', 'business_unit'):
            with self.subTest(name):
                self.ask()
                self.assertTrue(self.check().done)
                before = self.draft[name]
                self.draft[name] = 'https://amazon.example/other' if name.endswith('_url') else 'Other'
                self.assertFalse(self.check().done)
                self.assertIn("Press Test Connection", self.check().sentence)
                self.draft[name] = before
                self.assertTrue(self.check().done)

    def test_nobody_goes_live_by_stating_that_it_went_well(self):
        self.draft.state = 'test'
        with self.assertRaisesRegex(UserError, "Press Test Connection"), self.env.cr.savepoint():
            self.draft.write({'state': 'active'})
        with self.assertRaises(AccessError):
            self.draft.connection_digest = self.draft._connection_digest()
        with self.assertRaises(AccessError):
            self.draft.read(['connection_digest'])
        self.draft.invalidate_recordset()
        self.assertFalse(self.draft.connection_ok)

    def test_what_a_setup_request_lacks_is_named_before_anything_is_sent(self):
        for name, label in (
            ('setup_url', "Setup Address"),
            ('identity', "From Identity"),
            ('shared_secret', "Shared Secret"),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, label), self.env.cr.savepoint():
                self.draft[name] = False
                self.ask()
        self.administrator.email = False
        with self.assertRaisesRegex(UserError, "none is confirmed"):
            self.ask()

    def test_credentials_are_tested_before_any_location_is_complete(self):
        self.warehouse.partner_id.city = False
        self.draft.warehouse_ids = self.warehouse
        said, sent = self.ask()
        self.assertEqual(said['type'], 'success')
        self.assertNotIn(b'<ShipTo', sent[0])
        self.warehouse.partner_id.city = "Springfield"
        self.assertIn(b'<ShipTo', self.ask()[1][0])

    def test_only_administrators_of_the_addon_test_the_connection(self):
        for user in (self.buyer, self.manager):
            with self.amazon(answer(start_page=START_PAGE)) as sent, self.assertRaises(AccessError):
                self.group.with_user(user).action_test_connection()
            self.assertFalse(sent)
            for name in ('connection_ok', 'connection_partly', 'connection_problem', 'connection_document_id',
                         'connection_test_document_id'):
                with self.assertRaises(AccessError):
                    self.group.with_user(user).read([name])
