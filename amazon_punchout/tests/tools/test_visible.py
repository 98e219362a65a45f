import time

from odoo.tests import BaseCase

from ...tools.visible import visible


class TestVisible(BaseCase):

    def test_what_hides_or_turns_text_is_shown_by_its_code(self):
        hidden = [
            *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0x200B, 0x200C, 0x200D, 0xFEFF,
            0x00AD, 0x034F, 0x115F, 0x180E, 0x2060, 0x3164, 0xE0041, 0xE000, 0x007F, 0x0001]
        for code in hidden:
            with self.subTest(code=hex(code)):
                self.assertEqual(visible(f'HP{chr(code)}toner'), f'HP[U+{code:04X}]toner')

    def test_a_title_that_is_turned_around(self):
        self.assertEqual(visible('\u202enoitatSyalP\u202c toner'), '[U+202E]noitatSyalP[U+202C] toner')

    def test_letters_of_every_script_stay_as_they_are(self):
        for text in (
            "Stapler, blue", "Bürolocher – 25 Blatt, „Profi“", "מחסנית טונר HP 26A", "خرطوشة حبر ٢٦",
            "ロジクール マウス", "打印机墨盒", "प्रिंटर टोनर", "Картридж", "Cafe\u0301", "½ × 3″ №5 €", "العدد \u0600١٢",
        ):
            with self.subTest(text=text):
                self.assertEqual(visible(text), text)

    def test_a_mark_among_hebrew_letters_is_shown_and_the_letters_stay(self):
        self.assertEqual(visible("טונר\u200f HP"), "טונר[U+200F] HP")

    def test_emoji_and_indic_joiners_are_not_torn_apart(self):
        for text in ("👩\u200d💻 mug", "👩🏽\u200d🚀", "🏳\ufe0f\u200d🌈 flag", "❤\ufe0f", "क्\u200dष", "क्\u200cष"):
            with self.subTest(text=text):
                self.assertEqual(visible(text), text)
        self.assertEqual(visible("👩\u200dtoner"), "👩[U+200D]toner")
        self.assertEqual(visible("\u200d💻"), "[U+200D]💻")

    def test_it_is_one_line(self):
        self.assertEqual(visible(" HP\n\n  toner\t26A\xa0\u3000\u2028x "), "HP toner 26A x")
        self.assertEqual((visible(""), visible(None)), ("", ""))

    def test_what_was_shown_is_shown_the_same_again(self):
        for text in ("HP\u202etoner", "👩\u200d💻", "a  b"):
            self.assertEqual(visible(visible(text)), visible(text))

    def test_a_giant_text_of_joiners_takes_no_longer_than_another(self):
        began = time.process_time()
        visible("\ufe0f\u200d" * 200_000)
        self.assertLess(time.process_time() - began, 2)
