import base64
import json
from unittest.mock import patch

from odoo.tests import tagged

from ...const import TRACKING
from ...controllers import tracking as controller
from ..endpoint_case import EndpointCase
from ..rest_builder import tracking_event

PATH = '/amazon_punchout/tracking'


@tagged('post_install', '-at_install')
class TestTrackingRoute(EndpointCase):
    """Who may push package tracking, and what each request is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.use_tracking = True
        cls.secret = cls.group.sudo().tracking_secret
        cls.startClassPatcher(patch.object(controller, 'FAILED_LOGIN_SECONDS', 0))

    def post(self, raw=None, key=None, headers=None, path=PATH):
        self.env.flush_all()
        self.opener.cookies.clear()
        headers = {'Content-Type': 'application/json', **({'X-API-KEY': key} if key is not None else {}),
                   **(headers or {})}
        raw = json.dumps(tracking_event()).encode() if raw is None else raw
        return self.url_open(path, data=raw, headers=headers, allow_redirects=False, method='POST')

    def basic(self, user, password):
        return {'Authorization': 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()}

    def stored(self):
        self.env.invalidate_all()
        return self.env['amazon.punchout.document'].search([('document_type', '=', TRACKING)])

    def assertAnswer(self, response, status, *words):
        self.assertEqual(response.status_code, status, response.text)
        self.assertEqual(response.headers['Content-Type'], 'application/json; charset=utf-8')
        self.assertNotIn('session_id', response.headers.get('Set-Cookie', ''))
        for word in words:
            self.assertIn(word, response.json()['errors'][0]['message'])
        for secret in (self.secret, self.group.name, self.company.name, self.env.cr.dbname):
            self.assertNotIn(secret, response.text + str(response.headers))

    def test_an_event_is_stored_as_it_came_and_processed_later(self):
        raw = json.dumps(tracking_event(unknown={'kept': [1.10]}), indent=3).encode()
        response = self.post(raw, self.secret)
        self.assertAnswer(response, 200)
        self.assertEqual(response.json(), {'status': 'ok'})
        document = self.stored()
        self.assertEqual((document.state, document._get_body(), document.group_id), ('received', raw, self.group))
        self.assertAnswer(self.post(raw, self.secret), 200)
        self.assertEqual(len(self.stored()), 1)

    def test_the_secret_may_be_the_password_of_any_user(self):
        self.assertAnswer(self.post(headers=self.basic('amazon', self.secret)), 200)
        self.assertAnswer(self.post(headers=self.basic('', self.secret)), 200)

    def test_a_wrong_secret_is_counted_and_stores_nothing(self):
        other = self.basic('amazon', 'wrong')
        for response in (
            self.post(), self.post(key=''), self.post(key='wrong'), self.post(key=self.secret[:-1]),
            self.post(headers=other), self.post(headers=self.basic(self.secret, '')),
            self.post(headers={'Authorization': 'Basic x'}), self.post(headers={'Authorization': self.secret}),
            self.post(key='wrong', headers=self.basic('amazon', self.secret)),
        ):
            self.assertAnswer(response, 401, "The secret for package tracking is wrong.")
        self.assertFalse(self.stored())
        row = self.env['amazon.punchout.failed.login'].search([])
        self.assertEqual((row.group_id, row.attempts), (self.group, 9))

    def test_a_group_without_a_secret_is_open_to_nobody(self):
        self.group.sudo().tracking_secret = False
        for response in (self.post(), self.post(key=''), self.post(headers=self.basic('amazon', ''))):
            self.assertAnswer(response, 401)

    def test_a_secret_in_the_address_is_not_accepted(self):
        """Addresses are in the logs of all servers on the way."""
        for name in ('key', 'api_key', 'X-API-KEY', 'secret'):
            self.assertAnswer(self.post(path=f'{PATH}?{name}={self.secret}'), 401)

    def test_a_wrong_secret_is_answered_late(self):
        with patch.object(controller, 'FAILED_LOGIN_SECONDS', 7), patch.object(controller.time, 'sleep') as sleep:
            self.post(key='wrong')
            sleep.assert_called_once_with(7)
            sleep.reset_mock()
            self.post(key=self.secret)
            sleep.assert_not_called()
        failed_logins = type(self.env['amazon.punchout.failed.login'])
        with patch.object(failed_logins, '_note_failure', lambda *_args: False):
            response = self.post(key='wrong')
        self.assertAnswer(response, 429)
        self.assertEqual(response.headers['Retry-After'], '1')

    def test_secrets_are_compared_in_constant_time(self):
        with patch('secrets.compare_digest', return_value=False) as compare:
            self.assertAnswer(self.post(key=self.secret), 401)
            compare.assert_called_once()

    def test_without_the_option_the_route_does_not_exist(self):
        self.group.use_tracking = False
        self.assertAnswer(self.post(key=self.secret), 404)
        self.group.write({'use_tracking': True, 'active': False})
        self.assertAnswer(self.post(key=self.secret), 404)
        self.assertFalse(self.stored())

    def test_json_of_another_shape_is_declined_in_words(self):
        for raw, words in (
            (b'{}', "There is no event: it needs poNumber or orderId"), (b'[]', "There is no event"),
            (b'null', "There is no event"), (b'"text"', "There is no event"), (b'{"poNumber": 5}', "There is no event"),
            (b'', "not JSON"), (b'poNumber=1&trackingId=2', "not JSON"), (b'<xml/>', "not JSON"),
            (b'\xff', "not JSON"), (b'[' * 99, "nested too deeply"),
        ):
            with self.subTest(raw[:20]):
                self.assertAnswer(self.post(raw, self.secret), 400, words)
        self.assertFalse(self.stored())

    def test_any_content_type_is_read(self):
        for kind in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'):
            self.assertAnswer(self.post(key=self.secret, headers={'Content-Type': kind}), 200)

    def test_what_is_too_large_is_declined(self):
        raw = b'[' + b' ' * controller.MAX_BYTES + b']'
        self.assertAnswer(self.post(raw, self.secret), 413, "larger than")

    def test_other_methods_do_nothing(self):
        for method in ('GET', 'PUT', 'DELETE'):
            response = self.url_open(PATH, method=method, headers={'X-API-KEY': self.secret})
            self.assertIn(response.status_code, (400, 404, 405))
        response = self.url_open(PATH, method='OPTIONS', headers={'X-API-KEY': self.secret})
        self.assertEqual((response.status_code, response.text), (204, ''))
        self.assertFalse(self.stored())

    def test_no_log_has_the_secret(self):
        with self.assertLogs(level='DEBUG') as all_logs, \
                self.assertLogs('odoo.addons.amazon_punchout', level='DEBUG') as own_logs:
            self.post(key=self.secret)
            self.post(headers=self.basic('amazon', self.secret))
            self.post(key='wrong-secret-that-somebody-typed')
        text = "\n".join(all_logs.output + own_logs.output)
        self.assertIn("PackageTracking received: stored for group", text)
        for secret in (self.secret, 'wrong-secret-that-somebody-typed'):
            self.assertNotIn(secret, text)

    def test_the_secret_is_generated_and_replaced(self):
        self.assertGreaterEqual(len(self.secret), 40)
        self.group.with_user(self.administrator).action_generate_tracking_secret()
        new = self.group.sudo().tracking_secret
        self.assertNotEqual(new, self.secret)
        self.assertAnswer(self.post(key=self.secret), 401)
        self.assertAnswer(self.post(key=new), 200)
        group = self.group.copy({'name': "Other"})
        self.assertFalse(group.use_tracking or group.sudo().tracking_secret)
