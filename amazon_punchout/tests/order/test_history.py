"""The history of an order as a zip file for auditors, and who may read it."""
import contextlib
import csv
import hashlib
import io
import json
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..common import SECRET, answer
from ..cxml_builder import cart_xml, confirmation_xml, item, status
from ..trail_case import TrailCase


class HistoryCase(TrailCase):

    def unpack(self, order, user=None):
        """Download the history of an order.

        :return: the contents by the names in the zip
        """
        self.env.flush_all()
        self.env.invalidate_all()
        name, content = order.with_user(user or self.manager)._amazon_history_zip()
        self.assertEqual(name, f"{order.name.replace('/', '_')}-history.zip")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.assertIsNone(archive.testzip())
            return {each: archive.read(each) for each in archive.namelist()}


@tagged('post_install', '-at_install')
class TestHistoryZip(HistoryCase):

    def test_an_auditor_finds_all_of_an_order_in_one_file(self):
        order = self.sent_order()
        self.deliver(confirmation_xml(order, [(1, 1, status('accept'))]))
        order.message_post(body="Checked with the supplier")
        files = self.unpack(order)
        named = {name for name in files if not name.startswith('documents/')}
        self.assertEqual(named, {'history.csv', 'history.html', 'chatter.txt', 'chain.json', 'README.txt'})
        types = sorted(name.split('-')[1] for name in files if name.startswith('documents/'))
        self.assertEqual(
            types, ['ConfirmationRequest', 'OrderRequest', 'PunchOutOrderMessage', 'PunchOutSetupRequest'])
        page = files['history.html'].decode()
        for text in (order.name, self.buyer.name, "Approved", "Received by Amazon", "Message Applied",
                     "the history and its documents are unchanged"):
            self.assertIn(text, page)
        self.assertIn("Checked with the supplier", files['chatter.txt'].decode())
        table = list(csv.reader(io.StringIO(files['history.csv'].decode('utf-8-sig'))))
        self.assertEqual(len(table), 1 + len(self.history(order)))

    def test_the_times_are_in_utc_and_in_the_readers_zone(self):
        order = self.make_order()
        self.manager.tz = 'Asia/Tokyo'
        files = self.unpack(order)
        row = next(csv.DictReader(io.StringIO(files['history.csv'].decode('utf-8-sig'))))
        utc, local = row['Date (UTC)'], row['Date (Asia/Tokyo)']
        self.assertEqual((int(local[11:13]) - int(utc[11:13])) % 24, 9)
        self.assertEqual(local[14:], utc[14:])

    def test_what_the_readme_says_checks_the_chain(self):
        order = self.sent_order()
        files = self.unpack(order)
        steps = files['README.txt'].decode().split("\n\n")
        code = next(part for part in steps if part.startswith('import hashlib'))

        def verify(chain):
            output = io.StringIO()
            scope = {'open': lambda *_args, **_kwargs: io.StringIO(chain)}
            with contextlib.redirect_stdout(output):
                exec(code, scope)  # noqa: S102 - what an auditor would do
            return output.getvalue()

        chain = files['chain.json'].decode()
        self.assertIn(self.history(order)[-1].hash, verify(chain))
        with self.assertRaises(AssertionError):
            verify(chain.replace('Buyer Person', 'Other Person'))
        with self.assertRaises(AssertionError):
            verify(json.dumps(json.loads(chain)[1:]))

    def test_the_documents_in_it_have_the_hashes_of_the_chain(self):
        order = self.sent_order()
        files = self.unpack(order)
        stored = {hashlib.sha256(files[name]).hexdigest() for name in files if name.startswith('documents/')}
        chained = {row['body_hash'] for row in json.loads(files['chain.json']) if row['body_hash']}
        self.assertEqual(stored, chained)

    def test_no_secret_and_no_cookie_is_in_it(self):
        session, cookie = self.start_trip()
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        self.send(answer(code='400', text=f"The secret {SECRET} is wrong"))
        for name, content in self.unpack(order).items():
            self.assertNotIn(SECRET.encode(), content, name)
            self.assertNotIn(cookie.encode(), content, name)

    def test_a_payload_id_can_not_lead_out_of_the_folder(self):
        order = self.sent_order()
        raw = confirmation_xml(order, [(1, 1, status('accept'))], payload_id='../../../etc/cron.d/x\\..\\y:<z>')
        self.deliver(raw)
        for name in self.unpack(order):
            self.assertRegex(name, r'^(documents/)?[A-Za-z0-9][A-Za-z0-9._-]*$')

    def test_a_cell_can_not_begin_a_formula(self):
        order = self.make_order()
        order.with_user(self.manager)._amazon_refuse('=HYPERLINK("http://evil.example","x")')
        self.buyer.name = "=cmd|' /C calc'!A0"
        order._amazon_record('location', user=self.buyer)
        table = csv.reader(io.StringIO(self.unpack(order)['history.csv'].decode('utf-8-sig')))
        cells = [each for row in table for each in row]
        self.assertIn("'=cmd|' /C calc'!A0 (buyer_amazon)", cells)
        self.assertFalse([each for each in cells if each.startswith(('=', '+', '-', '@'))])

    def test_what_a_person_wrote_is_no_markup_on_the_page(self):
        order = self.make_order()
        order.with_user(self.manager)._amazon_refuse('<script>alert(1)</script>')
        page = self.unpack(order)['history.html'].decode()
        self.assertNotIn('<script>', page)
        self.assertIn('&lt;script&gt;', page)

    def test_the_page_ran_from_left_to_right_in_arabic(self):
        order = self.make_order()
        self.env['res.lang']._activate_lang('ar_001')
        self.assertIn('<html lang="en-US" dir="ltr">', self.unpack(order)['history.html'].decode())
        self.manager.lang = 'ar_001'
        arabic = self.unpack(order.with_context(lang='ar_001'))['history.html'].decode()
        self.assertIn('<html lang="ar-001" dir="rtl">', arabic)
        self.assertNotRegex(arabic, r'text-align: (left|right)')

    def test_a_broken_history_says_so_on_the_page(self):
        order = self.sent_order()
        self.as_database_owner("DELETE FROM amazon_punchout_trail WHERE res_id = %s AND sequence = 4", order.id)
        files = self.unpack(order)
        self.assertIn("Row 4 is missing.", files['history.html'].decode())
        self.assertIn("Row 4 is missing.", files['README.txt'].decode())


@tagged('post_install', '-at_install')
class TestHistoryReaders(HttpCase, HistoryCase):

    def test_a_buyer_gets_no_history(self):
        order = self.make_order()
        for method in ('action_amazon_history', 'action_amazon_download_history', 'action_amazon_check_history',
                       '_amazon_history_zip'):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(order.with_user(self.buyer), method)()

    def test_accountants_get_the_history_without_what_they_may_not_read(self):
        order = self.sent_order()
        accountant = self.new_user('accountant', 'account.group_account_invoice')
        files = self.unpack(order, accountant)
        self.assertFalse([name for name in files if name.startswith('documents/')])
        self.assertIn("not readable by the user who made this page", files['history.html'].decode())
        self.assertIn(order._amazon_request().body_hash, files['history.html'].decode())

    def test_an_auditor_needs_no_more_than_to_read_accounting(self):
        order = self.sent_order()
        auditor = self.new_user('auditor', 'account.group_account_readonly')
        self.assertIn("Approved", self.unpack(order, auditor)['history.html'].decode())

    def test_another_order_has_no_history(self):
        order = self.env['purchase.order'].create({'partner_id': self.vendor.id})
        with self.assertRaises(UserError):
            order.with_user(self.manager)._amazon_history_zip()

    def test_a_download_is_checked_again(self):
        order = self.make_order()
        url = order.with_user(self.manager).action_amazon_download_history()['url']
        self.env.flush_all()
        self.authenticate(self.manager.login, self.manager.login)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertIn('-history.zip', response.headers['Content-Disposition'])
        self.assertEqual(response.headers['Cache-Control'], 'no-store')
        self.authenticate(self.buyer.login, self.buyer.login)
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        self.assertIn('/web/login', self.url_open(url, allow_redirects=False).headers['Location'])

    def test_an_order_that_is_not_there_is_answered_as_one_of_others(self):
        """Else every user could find out which orders there are."""
        order, other = self.make_order(), self.env['purchase.order'].create({'partner_id': self.vendor.id})
        folder = order.with_user(self.manager).action_amazon_download_history()['url'].rpartition('/')[0]
        self.env.flush_all()
        answers = set()
        for user, numbers in (
            (self.manager, (other.id, other.id + 1, 0, -1, 2 ** 31 - 1, 2 ** 31, 10 ** 30)),
            (self.buyer, (order.id, other.id, other.id + 1)),
        ):
            self.authenticate(user.login, user.login)
            for number in numbers:
                with self.subTest(user=user.login, number=number):
                    response = self.url_open(f'{folder}/{number}')
                    self.assertEqual(response.status_code, 404)
                    answers.add(response.text)
        self.assertEqual(len(answers), 1, answers)

    def test_the_address_of_a_person_is_in_the_history(self):
        session, cookie = self.start_trip()
        self.env.flush_all()
        self.url_open('/amazon_punchout/cart', data={'cxml-urlencoded': cart_xml(cookie, [item()])},
                      allow_redirects=False)
        self.env.invalidate_all()
        rows = self.history(session.purchase_order_id)
        self.assertEqual(rows.mapped('event'), ['started', 'returned', 'created'])
        self.assertEqual(rows[1].address, '127.0.0.1')
        self.assertEqual(rows[2].user_id, self.buyer)

    def test_administrators_check_a_history(self):
        order = self.sent_order()
        check = order.with_user(self.administrator).action_amazon_check_history
        self.assertEqual(check()['params']['type'], 'success')
        self.as_database_owner("DELETE FROM amazon_punchout_trail WHERE res_id = %s AND sequence = 4", order.id)
        params = check()['params']
        self.assertEqual((params['type'], params['message']), ('danger', "Row 4 is missing."))
