"""Sentences on the pages of Odoo tell the time that the fields beside them tell."""
import pytz

from odoo.tests import HttpCase, tagged

from ...const import DECIDE_PATH
from ..order_case import OrderCase

NARROW = '\N{NARROW NO-BREAK SPACE}'


@tagged('post_install', '-at_install')
class TestScreen(HttpCase, OrderCase):

    def read(self, record, name, tz):
        """Read a field as a browser in a time zone does."""
        self.opener.cookies['tz'] = tz
        answer = self.url_open('/web/dataset/call_kw', json={'params': {
            'model': record._name, 'method': 'web_read', 'args': [record.ids, {name: {}}],
            'kwargs': {'context': {'tz': 'Europe/Brussels', 'lang': 'en_US'}}}})
        return answer.json()['result'][0][name].replace(NARROW, ' ')

    def said(self, moment, tz):
        return f"{pytz.utc.localize(moment).astimezone(pytz.timezone(tz)):%-I:%M %p}"

    def test_a_traveller_reads_one_time_of_one_moment(self):
        self.manager.write({'tz': 'Europe/Brussels', 'password': 'manager'})
        order = self.make_order()
        self.authenticate(self.manager.login, 'manager')
        for browser, tz in (
            ('Asia/Tokyo', 'Asia/Tokyo'), ('America/New_York', 'America/New_York'), ('Nowhere', 'Europe/Brussels'),
        ):
            with self.subTest(browser=browser):
                held = self.said(order.amazon_valid_until, tz)
                self.assertIn(held, self.read(order, 'amazon_status', browser))
                self.assertIn(held, self.url_open(f'{DECIDE_PATH}/approve/{order.id}').text.replace(NARROW, ' '))
                [row] = self.env['amazon.punchout.trail'].search([('res_id', '=', order.id)], limit=1)
                self.assertIn(self.said(row.moment, tz), self.read(order, 'amazon_timeline', browser))
