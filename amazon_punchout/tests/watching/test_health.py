"""The page for monitoring, over HTTP: who gets it, what it says, and what it costs."""
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from ...const import HEALTH_PARAMETER, SCHEDULED_ACTIONS
from ..cart.test_cart_route import RouteCase
from ..common import SECRET, answer
from ..cxml_builder import confirmation_xml, status
from ..message_case import MessageCase

PAGE = '/amazon_punchout/health'
TOKEN = 'not-a-real-token-0123456789-0123456789'


@tagged('post_install', '-at_install')
class TestHealth(RouteCase, MessageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['ir.config_parameter'].set_param(HEALTH_PARAMETER, TOKEN)
        # The scheduler does not run while tests do.
        now = fields.Datetime.now()
        for key in SCHEDULED_ACTIONS:
            cls.env.ref(f'amazon_punchout.{key}').write({
                'lastcall': now, 'nextcall': now + timedelta(minutes=10), 'active': True, 'failure_count': 0})
        cls.env['ir.cron.trigger'].search([]).unlink()

    def ask(self, token=TOKEN, path=PAGE, **headers):
        """Request the page as a monitoring system does, without any session."""
        self.env.flush_all()
        self.opener.cookies.clear()
        authorization = {'Authorization': f'Bearer {token}'} if token else {}
        return self.url_open(path, headers={**authorization, **headers}, allow_redirects=False)

    def report(self):
        return self.ask().json()

    def figures(self):
        """Give the figures of the group of the tests."""
        return next(group for group in self.report()['groups'] if group['id'] == self.group.id)

    # === WHO GETS IT === #

    def test_without_a_token_in_odoo_the_page_does_not_exist(self):
        for token in (False, 'short', 'x' * 31):
            self.env['ir.config_parameter'].set_param(HEALTH_PARAMETER, token)
            with self.subTest(token):
                response = self.ask(token or '')
                self.assertEqual(response.status_code, 404)
                self.assertNotIn(self.group.name, response.text)

    def test_a_wrong_token_gets_nothing(self):
        for token in (None, 'wrong', TOKEN[:-1], TOKEN + 'x', 'ä' * 40):
            with self.subTest(token):
                response = self.ask(token and token.encode().decode('latin-1'))
                self.assertEqual((response.status_code, response.text), (401, "Unauthorized"))
                self.assertEqual(response.headers['WWW-Authenticate'], 'Bearer')
        for headers in ({'Authorization': f'Basic {TOKEN}'}, {'Authorization': TOKEN}):
            self.assertEqual(self.ask(None, **headers).status_code, 401)

    def test_a_token_in_the_address_opens_nothing(self):
        self.assertEqual(self.ask(None, f'{PAGE}?token={TOKEN}').status_code, 401)

    def test_the_right_token_opens_the_page_and_logs_nobody_in_or_out(self):
        response = self.ask()
        self.assertEqual(response.status_code, 200)
        self.assertNotIn('session_id', response.headers.get('Set-Cookie', ''))
        self.assertEqual(response.headers['Cache-Control'], 'no-store')
        self.assertNotIn(SECRET, response.text)
        self.assertNotIn(TOKEN, response.text)

    def test_a_neutralized_copy_has_no_token(self):
        for query in get_neutralization_queries(['amazon_punchout']):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.ask().status_code, 404)

    # === WHAT IT SAYS === #

    def test_all_is_well(self):
        order = self.sent_order()
        self.deliver(confirmation_xml(order, kind='accept'))
        self.env['amazon.punchout.group'].search([('id', '!=', self.group.id)]).state = 'draft'
        report = self.report()
        self.assertEqual((report['status'], report['reasons']), ('ok', []))
        figures = self.figures()
        self.assertTrue(figures['sends_from_this_database'])
        self.assertEqual(figures['queues']['queued'], {'count': 0, 'oldest_seconds': 0})
        self.assertEqual(figures['last_order_at'], f'{self.requests(order).last_try_at.isoformat()}Z')
        self.assertTrue(figures['last_message_at'])

    def test_an_order_that_does_not_leave_is_an_error(self):
        order = self.ordered()
        self.assertEqual(self.figures()['queues']['queued']['count'], 1)
        self.assertEqual(self.report()['status'], 'ok')
        self.later(self.requests(order), minutes=20)
        response = self.ask()
        self.assertEqual((response.status_code, response.json()['status']), (503, 'error'))
        figures = self.ask(Accept='text/plain')  # Prometheus drops what comes with another status
        self.assertEqual((figures.status_code, '\namazon_punchout_status 2\n' in figures.text), (200, True))
        self.assertIn("Test group: Order Not Sent: 1", response.json()['reasons'])
        self.assertGreaterEqual(self.figures()['queues']['queued']['oldest_seconds'], 20 * 60)
        self.assertEqual(self.figures()['problems']['late_order']['count'], 1)

    def test_a_scheduled_action_that_is_off_is_an_error(self):
        self.env.ref('amazon_punchout.ir_cron_send').active = False
        report = self.report()
        self.assertEqual(report['status'], 'error')
        self.assertIn("The scheduled action “Amazon: send approved orders” is switched off.", report['reasons'])
        action = next(each for each in report['scheduled_actions'] if each['id'] == 'ir_cron_send')
        self.assertEqual((action['active'], action['problem']), (False, 'off'))
        self.env.ref('amazon_punchout.ir_cron_send').active = True
        self.env.ref('amazon_punchout.ir_cron_remind_hold').active = False
        response = self.ask()
        self.assertEqual((response.status_code, response.json()['status']), (200, 'warning'))

    def test_what_waits_for_a_person_is_a_warning(self):
        self.ordered()
        self.send(answer(status=500, body=''))
        declined = self.ordered()
        self.send(answer(code='400'))
        self.assertStands(declined, 'refused')
        self.deliver(confirmation_xml(self.sent_order(), [(7, 1, status())]))
        response = self.ask()
        self.assertEqual((response.status_code, response.json()['status']), (200, 'warning'))
        problems = self.figures()['problems']
        self.assertEqual([problems[kind]['count'] for kind in ('unclear', 'declined', 'message')], [1, 1, 1])

    def test_a_group_of_another_database_is_an_error(self):
        self.group.database_uuid = 'another'
        self.assertEqual(self.report()['status'], 'error')
        self.assertFalse(self.figures()['sends_from_this_database'])

    def test_a_group_of_another_database_server_is_an_error(self):
        self.group.database_system = '123'
        self.assertEqual(self.report()['status'], 'error')
        self.assertFalse(self.figures()['sends_from_this_database'])

    def test_a_neutralized_database_says_so(self):
        self.env['ir.config_parameter'].set_param('database.is_neutralized', 'True')
        report = self.report()
        self.assertEqual((report['status'], report['reasons']),
                         ('warning', ["This database is a neutralized copy: nothing is sent."]))

    def test_wrong_passwords_of_the_last_24_hours_are_counted(self):
        now = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        self.env['amazon.punchout.failed.login'].create([
            {'group_id': self.group.id, 'hour': now, 'attempts': 3},
            {'hour': now - timedelta(hours=23), 'attempts': 4},
            {'group_id': self.group.id, 'hour': now - timedelta(hours=26), 'attempts': 5}])
        self.assertEqual(self.report()['failed_logins_24h'], 7)
        self.assertIn('\namazon_punchout_failed_logins_24h 7\n', self.ask(Accept='text/plain').text)

    # === PROMETHEUS === #

    def test_prometheus_reads_the_same_figures(self):
        self.group.name = 'Office "Berlin"\\\nMitte'
        self.ordered()
        for response in (self.ask(Accept='text/plain'), self.ask(path=f'{PAGE}?format=prometheus'),
                         self.ask(Accept='application/openmetrics-text;version=1.0.0,text/plain;q=0.5')):
            self.assertEqual(response.headers['Content-Type'], 'text/plain; version=0.0.4; charset=utf-8')
            text = response.text
            self.assertIn('\namazon_punchout_status 0\n'.lstrip('\n'), text)
            self.assertIn(
                f'amazon_punchout_documents{{group_id="{self.group.id}",group="Office \\"Berlin\\"\\\\\\nMitte",'
                'state="queued"} 1\n', text)
            self.assertIn('amazon_punchout_scheduled_action_active{action="ir_cron_send"} 1\n', text)
            for line in text.splitlines():
                self.assertRegex(line, r'^(# (HELP|TYPE) amazon_punchout_\w+ .+|amazon_punchout_\w+(\{.+\})? -?\d+)$')
        names = [line.split()[2] for line in text.splitlines() if line.startswith('# TYPE')]
        self.assertEqual(len(names), len(set(names)), "one block for each metric")

    # === WHAT IT COSTS === #

    def test_it_takes_no_more_queries_with_more_orders(self):
        def count():
            self.begin_anew()
            before = self.env.cr.sql_log_count
            self.env['amazon.punchout.health']._report()
            return self.env.cr.sql_log_count - before

        def go_on():
            for _number in range(4):
                self.later(self.requests(self.ordered()), hours=2)
            self.send(answer(status=500, body=''), answer(code='400'), answer())
            self.later(self.requests(self.ordered()), hours=2)

        self.make_company("Elsewhere")
        go_on()
        count()
        few = count()
        self.assertLess(few, 25)
        go_on()
        go_on()
        self.assertEqual(count(), few)

    # === THE TOKEN === #

    def monitoring(self, user=None):
        return self.env['amazon.punchout.monitoring'].with_user(user or self.administrator).create({})

    def test_an_administrator_generates_the_token_and_switches_monitoring_off(self):
        self.env['ir.config_parameter'].set_param(HEALTH_PARAMETER, False)
        dialog = self.monitoring()
        self.assertFalse(dialog.token)
        dialog.action_generate()
        dialog.invalidate_recordset()
        first = dialog.token
        self.assertGreaterEqual(len(first), 32)
        self.assertTrue(dialog.address.endswith(PAGE))
        self.assertEqual(self.ask(first).status_code, 200)
        dialog.action_generate()
        self.assertEqual(self.ask(first).status_code, 401)
        dialog.action_switch_off()
        self.assertEqual(self.ask(first).status_code, 404)

    def test_the_token_is_for_administrators_of_all_companies_with_a_group(self):
        self.make_company("Elsewhere")
        dialog = self.monitoring()
        self.assertFalse(dialog.is_allowed)
        self.assertFalse(dialog.token)
        for act in (dialog.action_generate, dialog.action_switch_off):
            with self.assertRaisesRegex(UserError, "of all companies"):
                act()
        self.assertEqual(self.ask().status_code, 200)
