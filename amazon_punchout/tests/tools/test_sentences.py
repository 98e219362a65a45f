"""A stored sentence is read in the language of each reader, whatever else is in its column."""
import json
import xmlrpc.client
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.translate import LazyTranslate, code_translations

from ...tools.masking import MASK, masked
from ...tools.sentences import (
    MARK,
    Sentence,
    Writer,
    in_a_row,
    joined,
    read_text,
    sentence,
    sentence_of,
    shortened,
    shown_amount,
    shown_choice,
    shown_day,
    shown_label,
    shown_moment,
    shown_number,
    stored_text,
)
from ..common import AmazonCase
from ..language_case import GERMAN, LanguageCase

lazy = LazyTranslate(__name__)


def say(record, source, *args, **values):
    """Make a sentence, whose text is not exported to translators."""
    return sentence(record, source, *args, **values)


@tagged('post_install', '-at_install')
class TestSentences(LanguageCase, AmazonCase):

    def setUp(self):
        super().setUp()
        self.document = self.env['amazon.punchout.document'].create({
            'direction': 'in', 'document_type': 'ConfirmationRequest', 'group_id': self.group.id,
            'deployment_mode': 'test', 'state': 'attention'})
        self.german = self.in_german(self.document)

    def read_anew(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return record.reason

    def column(self):
        """Give what PostgreSQL has."""
        self.env.flush_all()
        self.env.cr.execute("SELECT reason FROM amazon_punchout_document WHERE id = %s", [self.document.id])
        return self.env.cr.fetchone()[0]

    # === READING === #

    def test_what_was_stored_in_english_is_read_in_german(self):
        self.document.reason = say(self.document, "Order %(order)s is missing.", order="P00042")
        self.assertEqual(self.read_anew(self.german), "⟦Order P00042 is missing.⟧")
        self.assertEqual(self.document.reason, "Order P00042 is missing.")

    def test_what_was_stored_in_german_is_read_in_english(self):
        for writer in (self.document, self.german):  # the environment that writes may have another language
            writer.reason = say(self.german, "Order %s is missing.", "P00042")
            self.assertEqual(self.read_anew(self.document), "Order P00042 is missing.")
            self.assertEqual(self.german.reason, "⟦Order P00042 is missing.⟧")

    def test_what_cannot_be_written_in_english_is_stored_all_the_same(self):
        day = shown_day(self.german.env, date(1, 3, 5))
        self.german.reason = say(self.german, "Expected on %s.", day)
        self.assertEqual(self.read_anew(self.german), f"⟦Expected on {day}.⟧")
        self.assertIn("Mar 5", self.document.reason)
        broken = say(self.german, "It is missing.")
        broken.made_of = {'source': "%(missing)d", 'values': {'missing': "x"}}
        self.german.reason = broken
        self.assertEqual(self.read_anew(self.document), "⟦It is missing.⟧")

    def test_it_is_read_in_the_language_of_the_reader_before_it_is_stored(self):
        self.document.reason = say(self.document, "It is missing.")
        self.assertEqual((self.german.reason, self.document.reason), ("⟦It is missing.⟧", "It is missing."))

    def test_another_addon_has_translations_of_its_own(self):
        self.document.reason = Sentence("Missing", {'source': "Missing", 'module': 'other_addon'}, 'en_US')
        with patch.dict(code_translations.python_translations, {('other_addon', GERMAN): {"Missing": "Fehlt"}}):
            self.assertEqual(self.read_anew(self.german), "Fehlt")

    def test_a_text_that_is_no_longer_translated_reads_well(self):
        self.document.reason = say(self.german, "Order %s is missing.", "P00042")
        with patch.dict(code_translations.python_translations, {('amazon_punchout', GERMAN): {}}):
            self.assertEqual(self.read_anew(self.german), "Order P00042 is missing.")

    def test_a_translation_with_wrong_placeholders_reads_well(self):
        self.document.reason = say(self.document, "Order %(order)s is missing.", order="P00042")
        wrong = {"Order %(order)s is missing.": "%(number)s fehlt"}
        with patch.dict(code_translations.python_translations, {('amazon_punchout', GERMAN): wrong}), \
                self.assertLogs('odoo.tools.translate', 'ERROR'):
            self.assertEqual(self.read_anew(self.german), "Order P00042 is missing.")

    # === VALUES === #

    def test_percent_signs_and_html_are_texts(self):
        value = "100 %s %(order)s %d <b>&amp;</b> \\ \" “"
        self.document.reason = say(self.document, "Amazon: %s", value)
        self.assertEqual(self.read_anew(self.german), f"⟦Amazon: {value}⟧")
        self.assertEqual(self.document.reason, f"Amazon: {value}")
        self.document.reason = say(self.document, "100% sure")
        self.assertEqual((self.read_anew(self.german), self.document.reason), ("⟦100% sure⟧", "100% sure"))

    def test_a_sentence_in_a_sentence_is_translated_with_it(self):
        inner = say(self.document, "No %s", 5)
        self.document.reason = say(self.document, "Not sent: %(why)s (%(lazy)s)", why=inner, lazy=lazy("Out of stock"))
        self.assertEqual(self.read_anew(self.german), "⟦Not sent: ⟦No 5⟧ (⟦Out of stock⟧)⟧")
        self.assertEqual(self.document.reason, "Not sent: No 5 (Out of stock)")

    def test_a_part_of_a_sentence_loses_its_full_stop_in_each_language(self):
        self.document.reason = say(self.document, "Not sent: %s.", say(self.document, "It is missing.").rstrip('.'))
        with patch.dict(code_translations.python_translations, {('amazon_punchout', GERMAN): {
                "Not sent: %s.": "未送信: %s。", "It is missing.": "ありません。"}}):
            self.assertEqual(self.read_anew(self.german), "未送信: ありません。")
        self.assertEqual(self.document.reason, "Not sent: It is missing.")

    def test_sentences_in_a_row_have_the_full_stop_of_the_language(self):
        self.env['res.lang']._activate_lang('ja_JP')
        japanese = self.env(context={**self.env.context, 'lang': 'ja_JP'})
        self.assertEqual(in_a_row(japanese, ["水曜日到着予定", "請求済"]), "水曜日到着予定。請求済")
        self.assertEqual(in_a_row(self.env, ["Arrives Wednesday", "Billed"]), "Arrives Wednesday. Billed")
        self.document.reason = joined(". ", [say(self.document, "One"), "two"])
        self.assertEqual(self.read_anew(self.document), "One. two")
        self.assertEqual(self.read_anew(self.document.with_env(japanese)), "One。two")

    def test_joined_sentences_are_translated_each(self):
        self.document.reason = joined("\n", [say(self.document, "One."), "Amazon's words", say(self.document, "Two.")])
        self.assertEqual(self.read_anew(self.german), "⟦One.⟧\nAmazon's words\n⟦Two.⟧")
        self.assertEqual(self.document.reason, "One.\nAmazon's words\nTwo.")
        self.assertIs(type(joined(", ", ["a", "b"])), str)

    def test_amounts_days_and_moments_are_written_as_the_reader_writes_them(self):
        values = {
            'amount': shown_amount(self.env, 1234.5, self.env.ref('base.EUR')),
            'day': shown_day(self.env, date(2025, 11, 30)),
            'moment': shown_moment(self.env, datetime(2025, 11, 30, 14, 5))}
        self.document.reason = say(self.document, "%(amount)s on %(day)s, sent %(moment)s", **values)
        german = self.read_anew(self.german.with_context(tz='Europe/Berlin'))
        for word in ("1.234,50", "30. Nov. 2025", "15:05"):
            self.assertIn(word, german)
        english = self.document.with_context(tz='UTC').reason
        for word in ("1,234.50", "Nov 30, 2025", "2:05"):
            self.assertIn(word, english)
        self.assertEqual(shown_day(self.env, None), "")

    def test_quantities_and_rates_are_written_as_the_reader_writes_them(self):
        for number, english, german in (
            (5.5, "5.5", "5,5"), (Decimal('19.00'), "19", "19"), (1234.5, "1,234.5", "1.234,5"), (3, "3", "3"),
            (0.1 + 0.2, "0.3", "0,3"), (2000000.0, "2,000,000", "2.000.000"), (-0.0, "0", "0"),
            (Decimal('1E+1'), "10", "10"), (-1.25, "-1.25", "-1,25"),
        ):
            with self.subTest(number):
                self.document.reason = say(self.document, "%s ordered", shown_number(self.env, number))
                self.assertEqual(self.read_anew(self.german), f"⟦{german} ordered⟧")
                self.assertEqual(self.document.reason, f"{english} ordered")

    def test_words_of_fields_are_those_of_the_reader(self):
        self.env['ir.model.fields.selection'].search([
            ('field_id.model', '=', self.document._name), ('field_id.name', '=', 'deployment_mode'),
            ('value', '=', 'test')]).with_context(lang=GERMAN).name = "Prüfung"
        self.env['ir.model.fields']._get(self.document._name, 'answer_code').with_context(
            lang=GERMAN).field_description = "Antwort"
        self.document.reason = say(self.document,
            "%(label)s in mode %(mode)s", label=shown_label(self.document, 'answer_code'),
            mode=shown_choice(self.document, 'deployment_mode', 'test'))
        self.assertEqual(self.read_anew(self.german), "⟦Antwort in mode Prüfung⟧")
        self.assertEqual(self.document.reason, "Answer Code in mode Test")

    # === WHAT IS NO SENTENCE === #

    def test_a_text_of_before_is_shown_as_it_is(self):
        self.document.reason = "Die Bestellung fehlt: 100 %s <b>"
        self.assertEqual(self.read_anew(self.document), "Die Bestellung fehlt: 100 %s <b>")
        self.assertEqual(self.column(), "Die Bestellung fehlt: 100 %s <b>")

    def test_nothing_stays_nothing(self):
        for nothing in (False, None, ""):
            self.document.reason = nothing
            self.assertFalse(self.read_anew(self.german))

    def test_a_stranger_can_not_write_a_sentence(self):
        forged = f'Hello{MARK}{json.dumps({"source": "%(x)999999999s", "values": {"x": 1}})}'
        self.document.reason = forged
        self.assertEqual(self.read_anew(self.german), forged.replace(MARK, ''))

    def test_whatever_stands_in_the_column_the_page_opens(self):
        for rest in (
            '', '{', 'null', '5', '"x"', '[]', '{}', '[["x"]]', '{"source":5}', '{"source":"%s"}', '{"source":"%(a)s"}',
            '{"source":"%s %s","values":["x"]}', '{"source":"%d","values":["x"]}', '{"source":"x","module":5}',
            '{"source":"x","module":"../../etc"}', '{"separator":1,"texts":["a"]}', '{"separator":"","texts":[1]}',
            '{"separator":"","texts":5}', '{"part":5}', '{"part":{}}', '{"amount":"x","currency":["$","before",2]}',
            '{"amount":1e400,"currency":["$","before",2]}', '{"amount":1,"currency":[]}', '{"day":"yesterday"}',
            '{"moment":"now"}', '{"choice":"x","field":"no.model,state"}', '{"choice":"x","field":"res.partner,none"}',
            '{"choice":"x","field":"res.partner,name"}', '{"label":"res.partner"}', '[' * 100000,
            '{"part":' * 5000 + '1' + '}' * 5000,
        ):
            with self.subTest(rest[:60]), self.assertLogsNothing():
                self.env.cr.execute(
                    "UPDATE amazon_punchout_document SET reason = %s WHERE id = %s",
                    [f"It is missing.{MARK}{rest}", self.document.id])
                self.env.invalidate_all()
                for reader in (self.german, self.document):
                    text = reader.read(['reason'])[0]['reason']
                    self.assertIsInstance(text, str)
                    self.assertNotIn(MARK, text)
                    if not rest.startswith(('{"source"', '{"amount":1e400')):
                        self.assertEqual(text, "It is missing.")

    def assertLogsNothing(self):
        return self.assertNoLogs('odoo.addons.amazon_punchout', 'WARNING')

    # === WHAT IS DONE WITH IT === #

    def test_people_search_the_words_and_values_of_the_english_text(self):
        self.document.reason = say(self.german, "Order %(order)s is missing.", order="P00042")
        self.assertTrue(self.column().startswith(f"Order P00042 is missing.{MARK}"))
        for words, is_found in (("P00042 is", True), ("order p00042", True), ("P00043", False)):
            found = self.german.search([('reason', 'ilike', words), ('id', '=', self.document.id)])
            self.assertEqual(bool(found), is_found, words)

    def test_a_copied_reason_is_still_translated(self):
        self.document.reason = say(self.document, "It is missing.")
        other = self.document.copy({'state': 'attention'})
        other.reason = self.german.reason
        self.assertEqual(self.read_anew(other), "It is missing.")
        self.assertEqual(self.in_german(other).reason, "⟦It is missing.⟧")

    def test_programs_get_a_plain_text(self):
        self.document.reason = say(self.document, "It is missing.")
        for value in (self.german.read(['reason'])[0]['reason'], self.german.export_data(['reason'])['datas'][0][0]):
            self.assertEqual((type(value), value), (str, "⟦It is missing.⟧"))
            xmlrpc.client.dumps((value,))

    def test_an_error_carries_its_sentence(self):
        error = UserError(say(self.document, "Order %s is missing.", "P00042"))
        self.assertEqual(str(error), "Order P00042 is missing.")
        self.document.reason = sentence_of(error)
        self.assertEqual(self.read_anew(self.german), "⟦Order P00042 is missing.⟧")
        self.assertEqual(sentence_of(UserError("Words of another addon")), "Words of another addon")
        self.assertEqual(sentence_of(ValueError(1, 2)), "(1, 2)")

    def test_secrets_are_masked_in_what_it_is_made_of(self):
        self.document.reason = masked(say(self.document, "Amazon: “%s”", "the secret is wrong"), 'secret')
        self.assertNotIn('secret', self.column())
        self.assertEqual(self.read_anew(self.german), f"⟦Amazon: “the {MASK} is wrong”⟧")

    def test_long_quotes_are_cut_off_in_it(self):
        self.document.reason = shortened(say(self.document, "Amazon: “%s”", "long " * 1000), 100)
        self.assertLess(len(self.column()), 400)
        self.assertTrue(self.read_anew(self.german).startswith("⟦Amazon: “long long "))
        self.assertEqual((shortened("abc", 2), shortened("abc", 3)), ("ab", "abc"))

    def test_what_is_no_field_keeps_it_as_well(self):
        kept = json.loads(json.dumps({'reason': stored_text(say(Writer(self.env), "It is missing."), self.env)}))
        self.assertEqual(read_text(kept['reason'], self.german.env), "⟦It is missing.⟧")
        self.assertEqual((stored_text(False, self.env), read_text(None, self.env)), (False, None))
