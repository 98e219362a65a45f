"""Days and moments in sentences look as in the fields beside them, in each language and time zone."""
from datetime import date, datetime

from odoo.tests import TransactionCase, freeze_time, tagged

from ...tools.said import say_day, say_moment


@tagged('post_install', '-at_install')
@freeze_time('2026-11-30 10:00:00')
class TestSaid(TransactionCase):

    def said(self, moment, lang='en_US', tz='UTC'):
        self.env['res.lang']._activate_lang(lang)
        return say_moment(self.env(context={'lang': lang, 'tz': tz}), moment).replace('\N{NARROW NO-BREAK SPACE}', ' ')

    def test_banners_said_12_7_26_where_other_places_said_dec_7(self):
        moment = datetime(2026, 12, 7, 15, 26)
        self.assertEqual(self.said(moment), "Dec 7, 3:26 PM")
        self.assertEqual(self.said(moment, 'de_DE'), "7. Dez., 15:26")
        self.assertEqual(self.said(moment, 'ja_JP', 'Asia/Tokyo'), "12月8日 0:26")
        self.assertEqual(self.said(datetime(2027, 1, 7, 15, 26)), "Jan 7, 2027, 3:26 PM")
        self.assertEqual(self.said(datetime(2027, 1, 7, 15, 26), 'de_DE'), "7. Jan. 2027, 15:26")
        self.assertEqual(say_day(self.env, date(2026, 12, 7)), "Dec 7")
        self.assertEqual(say_day(self.env, date(2025, 12, 7)), "Dec 7, 2025")

    def test_new_year_comes_first_where_the_reader_is(self):
        self.assertEqual(self.said(datetime(2026, 12, 31, 20, 0), tz='Asia/Tokyo'), "Jan 1, 2027, 5:00 AM")

    def test_every_language_of_odoo_is_written(self):
        for lang in self.env['res.lang'].with_context(active_test=False).search([]):
            with self.subTest(lang=lang.code):
                lang.active = True
                said = say_moment(self.env(context={'lang': lang.code, 'tz': 'UTC'}), datetime(2026, 12, 7, 15, 26))
                self.assertNotRegex(said, r"[{}']")
                self.assertRegex(said, r"\d")
